package socket_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// TestBindAbstract binds to names outside the file system, which may hold any byte.
func TestBindAbstract(t *testing.T) {
	unique := strings.TrimPrefix(unixPath(t), os.TempDir())
	for name, path := range map[string]string{
		"text":       "\x00" + unique,
		"NULs":       "\x00" + unique + "\x00\x00a\x00",
		"bytes":      "\x00" + unique + "\xff\n@",
		"longest":    "\x00" + unique + strings.Repeat("a", 107-len(unique)),
		"only one":   "\x00",
		"at, not @":  "\x00@" + unique,
		"looks like": "\x00/tmp" + unique,
	} {
		t.Run(name, func(t *testing.T) {
			want := socket.UnixAddr{Path: path}
			if got := bindAndAsk(t, socket.AF_UNIX, want); got != want {
				t.Errorf("%#v, want %#v", got, want)
			}
		})
	}
}

// TestAbstractIsExact has two abstract names that differ in a NUL at the end alone be
// two names.
func TestAbstractIsExact(t *testing.T) {
	name := "\x00" + strings.TrimPrefix(unixPath(t), os.TempDir())
	for _, path := range []string{name, name + "\x00", name + "\x00\x00"} {
		s, err := socket.New(socket.AF_UNIX, socket.SOCK_DGRAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		if err := s.Bind(socket.UnixAddr{Path: path}); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// TestAutobind has the kernel choose a name: NUL and five hexadecimal digits (unix(7)).
func TestAutobind(t *testing.T) {
	got, ok := bindAndAsk(t, socket.AF_UNIX, socket.UnixAddr{}).(socket.UnixAddr)
	if !ok || len(got.Path) != 6 || got.Path[0] != 0 || strings.Trim(got.Path[1:], "0123456789abcdef") != "" {
		t.Errorf("%#v is no name of autobind", got)
	}
}

// netlinkAddr is a struct sockaddr_nl after nl_family (netlink(7)): two bytes of
// padding, the port id and the groups.
func netlinkAddr(pid, groups uint32) socket.RawAddr {
	data := make([]byte, 2, 10)
	data = binary.NativeEndian.AppendUint32(data, pid)
	data = binary.NativeEndian.AppendUint32(data, groups)
	return socket.RawAddr{Fam: socket.AF_NETLINK, Data: string(data)}
}

// TestRawAddr uses a family that the package has no type for: netlink, in which the
// kernel answers a request.
func TestRawAddr(t *testing.T) {
	s, err := socket.New(socket.AF_NETLINK, socket.SOCK_RAW, 0) // NETLINK_ROUTE
	if err != nil {
		t.Skip("no netlink here:", err)
	}
	closeAtEnd(t, s)
	if err := s.Bind(netlinkAddr(0, 0)); err != nil { // 0: the kernel chooses the port id
		t.Fatal(err)
	}
	name, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	raw, ok := name.(socket.RawAddr)
	if !ok || len(raw.Data) != 10 {
		t.Fatalf("name %#v, want a sockaddr_nl", name)
	}
	pid := binary.NativeEndian.Uint32([]byte(raw.Data[2:]))
	if want := netlinkAddr(pid, 0); raw != want || pid == 0 {
		t.Errorf("name %v, want %v", raw, want)
	}

	// struct nlmsghdr with RTM_GETLINK and NLM_F_REQUEST|NLM_F_DUMP, and struct rtgenmsg.
	req := binary.NativeEndian.AppendUint32(nil, 17)
	req = binary.NativeEndian.AppendUint16(req, 18)
	req = binary.NativeEndian.AppendUint16(req, 0x301)
	req = binary.NativeEndian.AppendUint32(req, 7) // sequence number
	req = append(req, 0, 0, 0, 0, 0)
	if n, err := s.SendTo(req, netlinkAddr(0, 0)); err != nil || n != len(req) {
		t.Fatalf("sent %d: %v", n, err)
	}
	answer, from, err := s.RecvFrom(1 << 16)
	if err != nil || from != netlinkAddr(0, 0) {
		t.Fatalf("answer from %v, error %v, want it from the kernel, %v", from, err, netlinkAddr(0, 0))
	}
	if len(answer) < 16 || binary.NativeEndian.Uint32(answer[8:]) != 7 {
		t.Errorf("answer %x has not the sequence number 7", answer)
	}
}

// packetSocket returns a packet socket that is bound to the loopback interface, and the
// address: struct sockaddr_ll of packet(7).
func packetSocket(t *testing.T, typ socket.Type, protocol uint16) (*socket.Socket, socket.RawAddr) {
	t.Helper()
	s, err := socket.New(socket.AF_PACKET, typ, 0)
	if err != nil {
		if !errors.Is(err, os.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("error %v", err)
		}
		t.Skip("packet sockets are not permitted here:", err)
	}
	closeAtEnd(t, s)
	data := binary.BigEndian.AppendUint16(nil, protocol)
	data = binary.NativeEndian.AppendUint32(data, uint32(loopbackInterface(t).Index))
	data = append(data, make([]byte, 12)...) // sll_hatype, sll_pkttype, sll_halen, sll_addr
	addr := socket.RawAddr{Fam: socket.AF_PACKET, Data: string(data)}
	if err := s.Bind(addr); err != nil {
		t.Fatal(err)
	}
	return s, addr
}

// TestRawPacket asks a packet socket for its name.
func TestRawPacket(t *testing.T) {
	s, addr := packetSocket(t, socket.SOCK_DGRAM, socket.ETH_P_ALL)
	name, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	raw, ok := name.(socket.RawAddr)
	if !ok || raw.Fam != socket.AF_PACKET || !strings.HasPrefix(raw.Data, addr.Data[:6]) {
		t.Errorf("name %v, want %v", name, addr)
	}
}

// TestRawPacketMessages sniffs a datagram with what PACKET_AUXDATA tells of it, and without
// room for that: messages of a family that refuses MSG_CMSG_CLOEXEC.
func TestRawPacketMessages(t *testing.T) {
	for name, room := range map[string]int{"with control data": controlRoom, "without": 0} {
		t.Run(name, func(t *testing.T) {
			s, _ := packetSocket(t, socket.SOCK_DGRAM, socket.ETH_P_IP)
			if err := socket.PacketAuxdata.Set(s, true); err != nil {
				t.Skip("no PACKET_AUXDATA:", err)
			}
			sender, _ := boundPair(socket.AF_INET)(t)
			secret := fmt.Appendf(nil, "sniff %s", targetOf(sender))
			if _, err := sender.SendTo(secret, targetOf(sender)); err != nil {
				t.Fatal(err)
			}
			mustSetTimeout(t, s, patience)
			var data []byte
			var anc []socket.ControlMessage
			for !bytes.HasSuffix(data, secret) { // others send too
				var err error
				if data, anc, _, _, err = s.RecvMsg(1<<16, room); err != nil {
					t.Fatal(err)
				}
			}
			if room == 0 {
				if len(anc) != 0 {
					t.Errorf("control messages %v without room", anc)
				}
				return
			}
			// struct tpacket_auxdata begins with tp_status, tp_len and tp_snaplen.
			if len(anc) != 1 || anc[0].Level != socket.SOL_PACKET || anc[0].Type != socket.PACKET_AUXDATA || len(anc[0].Data) < 12 ||
				binary.NativeEndian.Uint32(anc[0].Data[8:]) != uint32(len(data)) {
				t.Errorf("control messages %v, want PACKET_AUXDATA of %d bytes", anc, len(data))
			}
		})
	}
}

// TestRawAddrFlags has a send and a receive on fresh sockets of every family fail as they do
// without the flags that this package adds, of which some families refuse one.
func TestRawAddrFlags(t *testing.T) {
families:
	for family := socket.Family(1); family < 64; family++ {
		for typ := socket.SOCK_STREAM; typ <= socket.SOCK_SEQPACKET; typ++ {
			for _, protocol := range []int{0, 2, 6, 7} { // of AF_KEY, CAN_ISOTP, CAN_J1939
				s, err := socket.New(family, typ|socket.SOCK_NONBLOCK, protocol)
				switch {
				case errors.Is(err, socket.EAFNOSUPPORT):
					continue families // to ask again would look for a module again
				case err == nil:
					compareFlags(t, s)
					s.Close()
				}
			}
		}
	}
}

func compareFlags(t *testing.T, s *socket.Socket) {
	t.Helper()
	fd := socket.FD(s)
	data, room := make([]byte, 8), make([]byte, controlRoom)
	want := unix.Send(fd, data, unix.MSG_DONTWAIT)
	if _, err := s.Send(data); !errors.Is(err, want) {
		t.Errorf("%v: Send: %v, want %v", s, err, want)
	}
	if _, err := s.SendMsg([][]byte{data}, nil, nil); !errors.Is(err, want) {
		t.Errorf("%v: SendMsg: %v, want %v", s, err, want)
	}
	_, _, _, _, want = unix.Recvmsg(fd, data, room, unix.MSG_DONTWAIT)
	if _, _, _, _, err := s.RecvMsgInto([][]byte{data}, room); !errors.Is(err, want) {
		t.Errorf("%v: RecvMsgInto: %v, want %v", s, err, want)
	}
}

// TestRawAddrOfKnownFamily gives addresses of families that have a type as bytes.
func TestRawAddrOfKnownFamily(t *testing.T) {
	raw := socket.RawAddr{Fam: socket.AF_INET, Data: "\x00\x00\x7f\x00\x00\x01" + strings.Repeat("\x00", 8)}
	got, ok := bindAndAsk(t, socket.AF_INET, raw).(socket.Inet4Addr)
	if !ok || got.IP.String() != "127.0.0.1" {
		t.Errorf("%#v, want 127.0.0.1", got)
	}
}

// TestDissolve ends the association of a datagram socket by a connect to AF_UNSPEC, see
// connect(2).
func TestDissolve(t *testing.T) {
	s, addr := bound(t, socket.AF_INET)
	if err := s.Connect(addr); err != nil {
		t.Fatal(err)
	}
	if err := s.Connect(socket.RawAddr{Data: strings.Repeat("\x00", 14)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.GetPeerName(); !errors.Is(err, socket.ErrNotConnected) {
		t.Errorf("error %v, want ErrNotConnected", err)
	}
}
