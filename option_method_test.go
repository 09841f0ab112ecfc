package socket_test

import (
	"errors"
	"io/fs"
	"net/netip"
	"regexp"
	"runtime"
	"testing"
	"time"

	"golang.org/x/net/bpf"

	"github.com/bsdsocket/socket"
)

// loopbackIfName is the loopback interface, whatever it is called here.
func loopbackIfName(t *testing.T) socket.IfName {
	t.Helper()
	i := loopbackInterface(t)
	return socket.IfName{Index: i.Index, Name: i.Name}
}

// A multicastTest sends to a group over the loopback interface.
type multicastTest struct {
	group, source netip.Addr
	iface         socket.IfName
	recv, send    *socket.Socket
	to            socket.Addr
}

func newMulticastTest(t *testing.T, group netip.Addr) *multicastTest {
	t.Helper()
	m := &multicastTest{group: group, iface: loopbackIfName(t)}
	family := socket.AF_INET
	m.source = source4
	if group.Is6() {
		needIPv6(t)
		family, m.source = socket.AF_INET6, source6
	}
	m.recv, m.send = newSocket(t, family, socket.SOCK_DGRAM), newSocket(t, family, socket.SOCK_DGRAM)
	if err := m.recv.Bind(socket.Host("", 0)); err != nil {
		t.Fatal(err)
	}
	name, err := m.recv.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := socket.HostPort(name)
	if group.Is6() {
		m.to = socket.Inet6Addr{IP: group, Port: uint16(port), ScopeID: uint32(m.iface.Index)}
		err = socket.IPv6MulticastIf.Set(m.send, m.iface.Index)
	} else {
		m.to = socket.Inet4Addr{IP: group, Port: uint16(port)}
		err = errors.Join(socket.IPMulticastIf.Set(m.send, source4), m.send.Bind(socket.Inet4Addr{IP: source4}))
	}
	skipForeign(t, "IP_MULTICAST_IF", err)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hears reports whether what is sent to the group arrives. It waits for long if that is
// wanted, and else for a while.
func (m *multicastTest) hears(t *testing.T, want bool) bool {
	t.Helper()
	mustSetTimeout(t, m.recv, 100*time.Millisecond)
	if want {
		mustSetTimeout(t, m.recv, patience)
	}
	_, err := m.send.SendTo([]byte("x"), m.to)
	if errors.Is(err, socket.ENETUNREACH) || errors.Is(err, socket.EHOSTUNREACH) {
		t.Skip("this machine has no multicast over the loopback interface:", errors.Unwrap(err))
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.recv.Recv(1)
	if err != nil && !errors.Is(err, socket.ErrTimeout) {
		t.Fatal(err)
	}
	return err == nil
}

// step makes a call and checks whether the group is heard after it.
func (m *multicastTest) step(t *testing.T, call string, err error, want bool) {
	t.Helper()
	skipForeign(t, "MCAST_JOIN_SOURCE_GROUP", err)
	if err != nil {
		t.Fatalf("%s: %v", call, err)
	}
	if got := m.hears(t, want); got != want {
		t.Fatalf("after %s the group is heard: %v, want %v", call, got, want)
	}
}

var multicastGroups = map[string]netip.Addr{"IPv4": group4, "IPv6": group6}

// TestJoinGroup joins and leaves groups by the name and by the index of the interface,
// and hears what is sent to them in between.
func TestJoinGroup(t *testing.T) {
	for name, group := range multicastGroups {
		t.Run(name, func(t *testing.T) { testJoinGroup(t, group) })
	}
}

func testJoinGroup(t *testing.T, group netip.Addr) {
	m := newMulticastTest(t, group)
	for _, iface := range []socket.IfName{{Name: m.iface.Name}, {Index: m.iface.Index}} {
		m.step(t, "JoinGroup", m.recv.JoinGroup(group, iface), true)
		if err := m.recv.JoinGroup(group, iface); !errors.Is(err, socket.EADDRINUSE) {
			t.Errorf("JoinGroup again: %v, want EADDRINUSE", err)
		}
		if err := m.recv.LeaveGroup(group, iface); err != nil {
			t.Fatal(err)
		}
		if err := m.recv.LeaveGroup(group, iface); !errors.Is(err, errNoMember) && !emulated() {
			t.Errorf("LeaveGroup again: %v, want %v", err, errNoMember)
		}
	}
}

// TestMulticastInterface sends to groups by an interface that is given, not found by a
// route, by its name and by its index.
func TestMulticastInterface(t *testing.T) {
	for name, group := range multicastGroups {
		t.Run(name, func(t *testing.T) { testMulticastInterface(t, group) })
	}
}

func testMulticastInterface(t *testing.T, group netip.Addr) {
	m := newMulticastTest(t, group)
	m.step(t, "JoinGroup", m.recv.JoinGroup(group, socket.IfName{Index: m.iface.Index}), true)
	if to, ok := m.to.(socket.Inet6Addr); ok {
		to.ScopeID = 0
		m.to = to
	}
	for _, iface := range []socket.IfName{{Name: m.iface.Name}, {Index: m.iface.Index}} {
		s := newSocket(t, m.to.Family(), socket.SOCK_DGRAM) // not bound: an address is a way to an interface too
		err := errors.Join(s.SetMulticastInterface(socket.IfName{}), s.SetMulticastInterface(iface))
		if err == nil {
			_, err = s.SendTo([]byte("x"), m.to)
		}
		if err == nil {
			_, err = m.recv.Recv(1)
		}
		if err != nil {
			t.Errorf("by %v: %v", iface, err)
		}
	}
}

// TestJoinGroupZone takes the interface from the zone of the group.
func TestJoinGroupZone(t *testing.T) { testJoinGroupZone(t) }

func testJoinGroupZone(t *testing.T) {
	m := newMulticastTest(t, group6)
	for _, zone := range []string{m.iface.Name, "1"} {
		if zone == "1" && m.iface.Index != 1 {
			continue
		}
		m.step(t, "JoinGroup", m.recv.JoinGroup(group6.WithZone(zone), socket.IfName{}), true)
		if err := m.recv.LeaveGroup(group6, socket.IfName{Index: m.iface.Index}); err != nil {
			t.Errorf("LeaveGroup on interface %d: %v", m.iface.Index, err)
		}
	}
}

// TestSourceGroup filters by sender, both ways.
func TestSourceGroup(t *testing.T) {
	for name, group := range multicastGroups {
		t.Run(name, func(t *testing.T) { testSourceGroup(t, group) })
	}
}

func testSourceGroup(t *testing.T, group netip.Addr) {
	m := newMulticastTest(t, group)
	iface := socket.IfName{Index: m.iface.Index}
	other := netip.MustParseAddr("192.0.2.1")
	if group.Is6() {
		other = netip.MustParseAddr("2001:db8::1")
	}
	if err := socket.IPMulticastAll.Set(m.recv, false); err != nil && !errors.Is(err, errors.ErrUnsupported) && !group.Is6() {
		t.Fatal(err)
	}
	err := m.recv.JoinSourceGroup(group, other, iface)
	if !hadOn(t, err, "linux", "darwin", "freebsd", "solaris", "illumos", "windows") {
		return
	}
	m.step(t, "JoinSourceGroup of another sender", err, false)
	m.step(t, "JoinSourceGroup", m.recv.JoinSourceGroup(group, m.source, iface), true)
	m.step(t, "LeaveSourceGroup", m.recv.LeaveSourceGroup(group, m.source, iface), false)
	m.step(t, "LeaveSourceGroup of another sender", m.recv.LeaveSourceGroup(group, other, iface), false)
	m.step(t, "JoinGroup", m.recv.JoinGroup(group, iface), true)
	m.step(t, "BlockSource", m.recv.BlockSource(group, m.source, iface), false)
	m.step(t, "UnblockSource", m.recv.UnblockSource(group, m.source, iface), true)
}

// TestJoinGroupBad refuses what makes no sense before the kernel sees it.
func TestJoinGroupBad(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	for name, test := range map[string]struct {
		err  error
		want error
	}{
		"no group":               {s.JoinGroup(netip.Addr{}, socket.IfName{}), fs.ErrInvalid},
		"no multicast":           {s.JoinGroup(source4, socket.IfName{}), fs.ErrInvalid},
		"name and index":         {s.JoinGroup(group4, socket.IfName{Index: 1, Name: "lo"}), fs.ErrInvalid},
		"index negative":         {s.JoinGroup(group4, socket.IfName{Index: -1}), errRange},
		"index too large":        {s.JoinGroup(group4, socket.IfName{Index: huge}), errRange},
		"no such interface":      {s.JoinGroup(group4, socket.IfName{Name: "nosuch0"}), fs.ErrNotExist},
		"no such zone":           {s.JoinGroup(group6.WithZone("nosuch0"), socket.IfName{}), fs.ErrInvalid},
		"sent by no interface":   {s.SetMulticastInterface(socket.IfName{Name: "nosuch0"}), fs.ErrNotExist},
		"sent by name and index": {s.SetMulticastInterface(socket.IfName{Index: 1, Name: "lo"}), fs.ErrInvalid},
		"source of other family": {s.JoinSourceGroup(group4, source6, socket.IfName{}), fs.ErrInvalid},
		"no source":              {s.BlockSource(group4, netip.Addr{}, socket.IfName{}), fs.ErrInvalid},
	} {
		if name == "index too large" && int64(huge) == int64(int32(huge&0x7fffffff)) {
			continue // an int has 32 bits
		}
		if !errors.Is(test.err, test.want) {
			t.Errorf("%s: %v, want %v", name, test.err, test.want)
		}
	}
}

// TestSetKeepAlive sets all at once, and leaves alone what is 0.
func TestSetKeepAlive(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.SetKeepAlive(socket.KeepAliveConfig{}); err != nil {
		t.Fatal(err)
	}
	if on, err := socket.KeepAlive.Get(s); !on || err != nil {
		t.Errorf("KeepAlive is %v, error %v", on, err)
	}
	intvl, _ := socket.TCPKeepIntvl.Get(s)
	err := s.SetKeepAlive(socket.KeepAliveConfig{Idle: 1500 * time.Millisecond, Count: 4})
	if !socket.OptionExists(socket.TCPKeepIdle) {
		wantUnsupported(t, err, "setsockopt")
		return
	}
	skipForeign(t, "TCP_KEEPIDLE", err)
	if err != nil {
		t.Fatal(err)
	}
	idle, err1 := socket.TCPKeepIdle.Get(s)
	same, err2 := socket.TCPKeepIntvl.Get(s)
	count, err3 := socket.TCPKeepCnt.Get(s)
	if err := errors.Join(err1, err2, err3); err != nil || idle != 2*time.Second || same != intvl || count != 4 {
		t.Errorf("idle %v, interval %v, count %d, error %v", idle, same, count, err)
	}
	if err := s.SetKeepAlive(socket.KeepAliveConfig{Interval: 7 * time.Second}); err != nil {
		t.Fatal(err)
	}
	if intvl, err := socket.TCPKeepIntvl.Get(s); intvl != 7*time.Second || err != nil {
		t.Errorf("interval %v, error %v", intvl, err)
	}
}

// TestSetKeepAliveBad leaves the probes off if a part is refused.
func TestSetKeepAliveBad(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for _, c := range []socket.KeepAliveConfig{{Idle: -1}, {Interval: -1}, {Count: -1}} {
		if err := s.SetKeepAlive(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	if on, err := socket.KeepAlive.Get(s); on || err != nil {
		t.Errorf("KeepAlive is %v, error %v", on, err)
	}
}

// canBindToDevice reports whether the system has one of the options that BindToDevice
// sets.
func canBindToDevice() bool {
	return socket.OptionExists(socket.BindToDevice) || socket.OptionExists(socket.IPBoundIf) ||
		socket.OptionExists(socket.IPUnicastIf)
}

// TestBindToDevice binds to the loopback interface, and to one that is not there.
func TestBindToDevice(t *testing.T) {
	iface := loopbackIfName(t)
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			s := newSocket(t, family, socket.SOCK_DGRAM)
			err := s.BindToDevice(iface.Name)
			if !canBindToDevice() {
				wantUnsupported(t, err, "setsockopt")
				return
			}
			if errors.Is(err, fs.ErrPermission) {
				t.Skip("it needs a privilege:", err)
			}
			skipForeign(t, "IPV6_UNICAST_IF", err)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.BindToDevice("nosuch0"); err == nil {
				t.Error("an interface that is not there is taken")
			}
			if err := s.BindToDevice(""); err != nil {
				t.Error(err)
			}
		})
	}
}

// filterOf assembles a program.
func filterOf(t *testing.T, program ...bpf.Instruction) []bpf.RawInstruction {
	t.Helper()
	raw, err := bpf.Assemble(program)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// TestAttachFilter has a program drop all that does not begin with a certain byte.
func TestAttachFilter(t *testing.T) {
	s, addr := bound(t, socket.AF_INET)
	const udpHeader = 8
	err := s.AttachFilter(filterOf(t,
		bpf.LoadAbsolute{Off: udpHeader, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 'y', SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		bpf.RetConstant{Val: 0xffff},
	))
	if !hadOn(t, err, "linux", "solaris", "illumos") {
		return
	}
	skipForeign(t, "SO_ATTACH_FILTER", err)
	if err != nil {
		t.Fatal(err)
	}
	receive := func(want string) {
		t.Helper()
		for _, text := range []string{"no", "yes"} {
			if _, err := s.SendTo([]byte(text), addr); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Recv(10); string(got) != want || err != nil {
			t.Errorf("received %q, error %v, want %q", got, err, want)
		}
	}
	receive("yes")
	if err := s.DetachFilter(); err != nil {
		skipForeign(t, "SO_DETACH_FILTER", err)
		t.Fatal(err)
	}
	receive("no")
	if err := s.DetachFilter(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("DetachFilter without a filter: %v, want ENOENT", err)
	}
	if err := s.AttachFilter(nil); !errors.Is(err, errRange) {
		t.Errorf("an empty program: %v", err)
	}
	if err := s.AttachFilter([]bpf.RawInstruction{{Op: 0xffff}}); !errors.Is(err, socket.EINVAL) {
		t.Errorf("a program that is none: %v, want EINVAL", err)
	}
}

// TestLockFilter locks a filter, after which it cannot be taken away.
func TestLockFilter(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	attached := s.AttachFilter(filterOf(t, bpf.RetConstant{Val: 1}))
	err := s.LockFilter()
	if !hadOn(t, err, "linux") {
		return
	}
	skipForeign(t, "SO_LOCK_FILTER", err)
	if err := errors.Join(attached, err); err != nil {
		t.Fatal(err)
	}
	if err := s.DetachFilter(); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("DetachFilter of a locked filter: %v, want EPERM", err)
	}
}

// TestAttachReuseportCBPF has a program choose the second of two sockets.
func TestAttachReuseportCBPF(t *testing.T) {
	choose := func(s *socket.Socket, n uint32) error {
		return s.AttachReuseportCBPF(filterOf(t, bpf.RetConstant{Val: n}))
	}
	if runtime.GOOS != "linux" {
		wantUnsupported(t, choose(udp(t), 0), "setsockopt")
		return
	}
	var sockets [2]*socket.Socket
	addr := loopback(socket.AF_INET)
	for i := range sockets {
		s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
		if err := socket.ReusePort.Set(s, true); err != nil {
			t.Fatal(err)
		}
		if err := s.Bind(addr); err != nil {
			t.Fatal(err)
		}
		addr, _ = s.GetSockName()
		if err := s.SetTimeout(time.Second); err != nil {
			t.Fatal(err)
		}
		sockets[i] = s
	}
	for _, chosen := range []uint32{1, 0} {
		err := choose(sockets[0], chosen)
		skipForeign(t, "SO_ATTACH_REUSEPORT_CBPF", err)
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			if _, err := udp(t).SendTo([]byte("x"), addr); err != nil {
				t.Fatal(err)
			}
			if _, err := sockets[chosen].Recv(1); err != nil {
				t.Errorf("socket %d: %v", chosen, err)
			}
		}
	}
	if err := sockets[0].DetachReuseportBPF(); err != nil {
		t.Error(err)
	}
	if err := sockets[0].DetachReuseportBPF(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("DetachReuseportBPF without a program: %v, want ENOENT", err)
	}
}

// TestOptionErrors has each kind of error that an option gives.
func TestOptionErrors(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	var none socket.Option[int]
	wantUnsupported(t, none.Set(s, 1), "setsockopt")
	_, err := none.Get(s)
	wantUnsupported(t, err, "getsockopt")
	if none.Supported() || none.String() != "Option(0)" || none != (socket.Option[int]{}) {
		t.Errorf("the zero Option is %v", none)
	}
	if socket.ReuseAddr.String() != "SO_REUSEADDR" || !socket.ReuseAddr.Supported() {
		t.Errorf("ReuseAddr is %v, supported %v", socket.ReuseAddr, socket.ReuseAddr.Supported())
	}
	// An option of another kind of socket is the kernel's own error.
	if err := socket.UDPCork.Set(s, true); err == nil || socket.OptionExists(socket.UDPCork) && !errors.Is(err, socket.ENOPROTOOPT) {
		t.Errorf("UDP_CORK on TCP: %v", err)
	}
	for name, test := range map[string]struct {
		err  error
		want error
	}{
		"linger negative":    {socket.Linger.Set(s, socket.LingerValue{Timeout: -1}), errRange},
		"linger too long":    {socket.Linger.Set(s, socket.LingerValue{Timeout: 1 << 62}), errRange},
		"timeout negative":   {socket.RcvTimeo.Set(s, -1), errRange},
		"int too large":      {socket.RcvBuf.Set(s, huge), errRange},
		"seconds too many":   {socket.TCPKeepIntvl.Set(s, 1<<62), errRange},
		"octet negative":     {socket.IPMulticastTTL.Set(s, -1), errRange},
		"octet too large":    {socket.IPMulticastTTL.Set(s, 256), errRange},
		"IPv6 for IPv4":      {socket.IPMulticastIf.Set(s, source6), errInvalid},
		"IPv6 group":         {socket.IPAddMembership.Set(s, socket.Mreq{Group: group6}), errInvalid},
		"IPv4 group":         {socket.IPv6JoinGroup.Set(s, socket.Mreq6{Group: group4}), errInvalid},
		"index negative":     {socket.IPv6JoinGroup.Set(s, socket.Mreq6{Group: group6, IfIndex: -1}), errRange},
		"index too large":    {socket.IPAddMembership.Set(s, socket.Mreq{Group: group4, IfIndex: huge}), errRange},
		"NUL in a name":      {socket.TCPCongestion.Set(s, "re\x00no"), errInvalid},
		"name that is cut":   {socket.TCPCongestion.Set(s, "0123456789abcdef"), errInvalid},
		"device that is cut": {socket.BindToDevice.Set(s, "0123456789abcdef"), errInvalid},
	} {
		if int64(huge) == 1<<31-1 && (name == "int too large" || name == "index too large") {
			continue // no int is
		}
		e, ok := errors.AsType[*socket.ArgError](test.err)
		if errors.Is(test.err, errors.ErrUnsupported) {
			continue
		}
		if !ok || e.Op != "setsockopt" || e.Arg == "" || !errors.Is(e, test.want) {
			t.Errorf("%s: %v, want %v", name, test.err, test.want)
		}
	}
}

// TestOptionErrorTexts proves that an error tells which of many options it is about.
func TestOptionErrorTexts(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	for want, err := range map[string]error{
		"getsockopt TCP_NODELAY: ":       second(socket.TCPNoDelay.Get(s)),
		"setsockopt TCP_NODELAY: ":       socket.TCPNoDelay.Set(s, true),
		"LEAVE_GROUP|IP_DROP_MEMBERSHIP": s.LeaveGroup(group4, socket.IfName{Index: loopbackInterface(t).Index}), // not joined
		"SO_DETACH_FILTER":               s.DetachFilter(),                                                       // none is attached
	} {
		if err == nil || !regexp.MustCompile(want).MatchString(err.Error()) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
}

// TestOptionsDoNotAllocate pins what the options that are used often cost.
func TestOptionsDoNotAllocate(t *testing.T) {
	needExactAllocs(t)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for name, call := range map[string]func() error{
		"bool Get":     func() error { return second(socket.ReuseAddr.Get(s)) },
		"bool Set":     func() error { return socket.ReuseAddr.Set(s, true) },
		"int Get":      func() error { return second(socket.RcvBuf.Get(s)) },
		"int Set":      func() error { return socket.RcvBuf.Set(s, 1<<16) },
		"Duration Get": func() error { return second(socket.RcvTimeo.Get(s)) },
		"Duration Set": func() error { return socket.RcvTimeo.Set(s, time.Second) },
		"Linger Get":   func() error { return second(socket.Linger.Get(s)) },
		"Linger Set":   func() error { return socket.Linger.Set(s, socket.LingerValue{On: true}) },
	} {
		t.Run(name, func(t *testing.T) { wantAllocs(t, 0, call) })
	}
}
