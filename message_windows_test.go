package socket_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestPktInfoWindows receives packet info and sends with it.
func TestPktInfoWindows(t *testing.T) {
	for _, test := range []struct {
		family      socket.Family
		level, name int
		addr        netip.Addr
	}{
		{socket.AF_INET, socket.IPPROTO_IP, socket.IP_PKTINFO, netip.AddrFrom4([4]byte{127, 0, 0, 1})},
		{socket.AF_INET6, socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, netip.IPv6Loopback()},
	} {
		t.Run(test.family.String(), func(t *testing.T) {
			a, b := boundPair(test.family)(t)
			if err := b.SetSockOptInt(test.level, test.name, 1); err != nil {
				t.Fatal(err)
			}
			for _, anc := range [][]socket.ControlMessage{nil, {socket.PktInfo(socket.PacketInfo{Addr: test.addr})}} {
				if _, err := a.SendMsg([][]byte{[]byte("pkt"), []byte("info")}, anc, targetOf(a)); err != nil {
					t.Fatal(err)
				}
				mustSetTimeout(t, b, patience)
				data, anc, flags, from, err := b.RecvMsg(100, 200)
				if string(data) != "pktinfo" || flags != 0 || from != targetOf(b) || len(anc) != 1 || err != nil {
					t.Fatalf("%q, %v, %v, from %v, error %v", data, anc, flags, from, err)
				}
				info, err := anc[0].ParsePktInfo()
				if info.Addr != test.addr || info.IfIndex == 0 || info.SpecDst.IsValid() || err != nil {
					t.Errorf("%+v, error %v", info, err)
				}
			}
			if _, err := a.SendTo([]byte("x"), targetOf(a)); err != nil {
				t.Fatal(err)
			}
			// Wine does not tell how many bytes came then.
			data, _, flags, _, err := b.RecvMsg(100, 4)
			if string(data) != "x" && len(data) > 0 || flags&socket.MSG_CTRUNC == 0 || err != nil {
				t.Errorf("no room for control data: %q, %v, error %v", data, flags, err)
			}
		})
	}
}

// TestControlOnStreamWindows proves that room for control data of a stream, which Winsock
// does not know, is an error or stays empty, as under Wine.
func TestControlOnStreamWindows(t *testing.T) {
	a, b := pair(t, 0, 0)
	mustSend(t, a, "xy")
	mustSetTimeout(t, b, patience)
	want := "xy"
	if data, anc, _, _, err := b.RecvMsg(1, 100); err == nil {
		want = "y"
		if string(data) != "x" || len(anc) != 0 {
			t.Errorf("%q, %v", data, anc)
		}
	}
	if data, _, _, _, err := b.RecvMsg(10, 0); string(data) != want || err != nil {
		t.Errorf("%q, error %v, want %q", data, err, want)
	}
}

// TestRightsWindows proves that file descriptors cannot be passed, and that this is said.
func TestRightsWindows(t *testing.T) {
	a, b := pair(t, 0, 0)
	for name, err := range map[string]error{
		"SendFDs":     second(a.SendFDs([][]byte{{1}}, []int{1}, nil)),
		"RecvFDs":     last(b.RecvFDs(1, 1)),
		"Rights":      second(a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.Rights(1)}, nil)),
		"ParseRights": second(socket.Rights(1).ParseRights()),
	} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
