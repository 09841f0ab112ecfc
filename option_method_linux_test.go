package socket_test

import (
	"encoding/binary"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// TestMulticastInNamespace joins groups of IPv6 in a network namespace of its own, whose
// loopback interface has the route for them that it mostly lacks. There is none for those of
// IPv4, so that SetMulticastInterface alone gets anything there.
func TestMulticastInNamespace(t *testing.T) {
	runtime.LockOSThread() // and never unlock: the thread ends with the test
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Skip("no network namespace can be made:", err)
	}
	loopbackUp(t)
	routeMulticast(t)
	testJoinGroup(t, group6)
	testJoinGroupZone(t)
	testSourceGroup(t, group6)
	testMulticastInterface(t, group4)
	testMulticastInterface(t, group6)
}

func loopbackUp(t *testing.T) {
	t.Helper()
	s := udp(t)
	ifr, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	ifr.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(s.Fileno(), unix.SIOCSIFFLAGS, ifr); err != nil {
		t.Skip("the loopback interface cannot be set up:", err)
	}
}

// routeMulticast adds a route of ff00::/8 to the loopback interface: RTM_NEWROUTE,
// rtnetlink(7). One of another type than RTN_LOCAL the kernel would make a blind one.
func routeMulticast(t *testing.T) {
	t.Helper()
	le := binary.NativeEndian
	m := le.AppendUint32(nil, 16+12+20+8)
	m = le.AppendUint16(m, unix.RTM_NEWROUTE)
	m = le.AppendUint16(m, unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE)
	m = append(m, make([]byte, 8)...) // sequence number, port
	m = append(m, unix.AF_INET6, 8, 0, 0, unix.RT_TABLE_LOCAL, unix.RTPROT_BOOT, unix.RT_SCOPE_UNIVERSE, unix.RTN_LOCAL, 0, 0, 0, 0)
	m = le.AppendUint16(le.AppendUint16(m, 20), unix.RTA_DST)
	m = append(m, append([]byte{0xff}, make([]byte, 15)...)...)
	m = le.AppendUint16(le.AppendUint16(m, 8), unix.RTA_OIF)
	m = le.AppendUint32(m, loopbackIndex)
	s, err := socket.New(socket.AF_NETLINK, socket.SOCK_RAW, unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if _, err := s.Send(m); err != nil {
		t.Fatal(err)
	}
	answer, err := s.Recv(4096)
	if err != nil || len(answer) < 20 {
		t.Fatalf("%x, error %v", answer, err)
	}
	if errno := -int32(le.Uint32(answer[16:])); errno != 0 {
		t.Skip("no route can be added:", unix.Errno(errno))
	}
}
