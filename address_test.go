package socket_test

import (
	"errors"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

var ip4, ip6 = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")

// TestAddrText has the texts of addresses, and what HostPort makes of each.
func TestAddrText(t *testing.T) {
	tests := []struct {
		addr     socket.Addr
		family   socket.Family
		network  string
		text     string
		hostPort string // "" if it has none
	}{
		{socket.Inet4Addr{IP: ip4, Port: 80}, socket.AF_INET, "ip4", "192.0.2.1:80", "192.0.2.1 80"},
		{socket.Inet4Addr{}, socket.AF_INET, "ip4", "0.0.0.0:0", "0.0.0.0 0"},
		{socket.Inet6Addr{IP: ip6, Port: 65535}, socket.AF_INET6, "ip6", "[2001:db8::1]:65535", "2001:db8::1 65535"},
		{socket.Inet6Addr{}, socket.AF_INET6, "ip6", "[::]:0", ":: 0"},
		{socket.Inet6Addr{IP: ip6, FlowInfo: 9, ScopeID: 2}, socket.AF_INET6, "ip6", "[2001:db8::1%2]:0", "2001:db8::1%2 0"},
		{socket.Inet6Addr{IP: ip4, Port: 1}, socket.AF_INET6, "ip6", "[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1 1"},
		{socket.UnixAddr{Path: "/tmp/s"}, socket.AF_UNIX, "unix", "/tmp/s", ""},
		{socket.UnixAddr{Path: "\x00a\x00"}, socket.AF_UNIX, "unix", "@a\x00", ""},
		{socket.UnixAddr{Path: "@a"}, socket.AF_UNIX, "unix", "@a", ""},
		{socket.UnixAddr{}, socket.AF_UNIX, "unix", "", ""},
		{socket.Host("localhost", 80), socket.AF_UNSPEC, "ip", "localhost:80", "localhost 80"},
		{socket.Host("::1", 80), socket.AF_UNSPEC, "ip", "[::1]:80", "::1 80"},
		{socket.Host("", 0), socket.AF_UNSPEC, "ip", ":0", " 0"},
		{socket.Host("h", -1), socket.AF_UNSPEC, "ip", "h:-1", "h -1"},
		{socket.RawAddr{Fam: socket.AF_NETLINK, Data: "\x00\xfe"}, socket.AF_NETLINK, "AF_NETLINK", "AF_NETLINK:00fe", ""},
		{socket.RawAddr{Fam: 9999}, 9999, "Family(9999)", "Family(9999):", ""},
		{socket.RawAddr{}, socket.AF_UNSPEC, "AF_UNSPEC", "AF_UNSPEC:", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			if got := tt.addr.Family(); got != tt.family {
				t.Errorf("family %v, want %v", got, tt.family)
			}
			if got := tt.addr.Network(); got != tt.network {
				t.Errorf("network %q, want %q", got, tt.network)
			}
			if got := tt.addr.String(); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			got := ""
			if host, port, ok := socket.HostPort(tt.addr); ok {
				got = host + " " + strconv.Itoa(port)
			}
			if got != tt.hostPort {
				t.Errorf("host and port %q, want %q", got, tt.hostPort)
			}
		})
	}
	if _, _, ok := socket.HostPort(nil); ok {
		t.Error("nil has a host and a port")
	}
}

// TestAddrComparable uses addresses as what they are: values.
func TestAddrComparable(t *testing.T) {
	distinct := []socket.Addr{
		socket.Inet4Addr{},
		socket.Inet4Addr{IP: ip4},
		socket.Inet4Addr{IP: ip4, Port: 1},
		socket.Inet6Addr{},
		socket.Inet6Addr{IP: ip6},
		socket.Inet6Addr{IP: ip6, Port: 1},
		socket.Inet6Addr{IP: ip6, FlowInfo: 1},
		socket.Inet6Addr{IP: ip6, ScopeID: 1},
		socket.UnixAddr{},
		socket.UnixAddr{Path: "@a"},
		socket.UnixAddr{Path: "\x00a"}, // prints as the one before
		socket.Host("", 0),
		socket.Host("192.0.2.1", 0),
		socket.RawAddr{},
		socket.RawAddr{Fam: 1},
		socket.RawAddr{Data: "\x00"},
	}
	seen := make(map[socket.Addr]int)
	for i, a := range distinct {
		if j, ok := seen[a]; ok {
			t.Errorf("%#v equals %#v", a, distinct[j])
		}
		seen[a] = i
	}
	if seen[socket.Inet6Addr{IP: netip.MustParseAddr("2001:db8::1"), Port: 1}] != 5 {
		t.Error("an equal address is not found in the map")
	}
}

func TestAddrPort(t *testing.T) {
	tests := []struct {
		addr socket.InetAddr
		want string
	}{
		{socket.Inet4Addr{IP: ip4, Port: 80}, "192.0.2.1:80"},
		{socket.Inet4Addr{Port: 80}, "0.0.0.0:80"},
		{socket.Inet6Addr{IP: ip6, Port: 80}, "[2001:db8::1]:80"},
		{socket.Inet6Addr{IP: ip6, Port: 80, ScopeID: 1<<32 - 1}, "[2001:db8::1%4294967295]:80"},
		{socket.Inet6Addr{IP: netip.IPv6Unspecified(), Port: 80}, "[::]:80"},
	}
	for _, tt := range tests {
		want := netip.MustParseAddrPort(tt.want)
		if got := tt.addr.AddrPort(); got != want {
			t.Errorf("%v: %v, want %v", tt.addr, got, want)
		}
		back, err := socket.FromAddrPort(want)
		if err != nil {
			t.Error(err)
		} else if back.String() != tt.addr.String() {
			t.Errorf("%v came back as %v", tt.addr, back)
		}
	}
}

// otherAddr is a net.Addr of which this package knows nothing.
type otherAddr struct{}

func (otherAddr) Network() string { return "other" }
func (otherAddr) String() string  { return "other" }

// TestFromNetAddr converts every kind of net.Addr. A nil want is an ArgError.
func TestFromNetAddr(t *testing.T) {
	lo := loopbackInterface(t)
	v4, v6 := net.IPv4(192, 0, 2, 1), net.ParseIP("fe80::1")
	tests := []struct {
		name string
		addr net.Addr
		want socket.Addr
	}{
		{"TCP, 16 bytes", &net.TCPAddr{IP: v4, Port: 80}, socket.Inet4Addr{IP: ip4, Port: 80}},
		{"TCP, 4 bytes", &net.TCPAddr{IP: v4.To4(), Port: 80}, socket.Inet4Addr{IP: ip4, Port: 80}},
		{"TCP, nil IP", &net.TCPAddr{Port: 80}, socket.Inet4Addr{Port: 80}},
		{"TCP, empty IP", &net.TCPAddr{IP: net.IP{}, Port: 80}, socket.Inet4Addr{Port: 80}},
		{"UDP", &net.UDPAddr{IP: v6, Port: 65535}, socket.Inet6Addr{IP: netip.MustParseAddr("fe80::1"), Port: 65535}},
		{"UDP, zone number", &net.UDPAddr{IP: v6, Zone: "7"}, socket.Inet6Addr{IP: netip.MustParseAddr("fe80::1"), ScopeID: 7}},
		{"UDP, zone name", &net.UDPAddr{IP: v6, Zone: lo.Name},
			socket.Inet6Addr{IP: netip.MustParseAddr("fe80::1"), ScopeID: uint32(lo.Index)}},
		{"UDP, zone of no interface", &net.UDPAddr{IP: v6, Zone: "nosuch0"}, nil},
		{"IP", &net.IPAddr{IP: v4}, socket.Inet4Addr{IP: ip4}},
		{"Unix", &net.UnixAddr{Name: "/tmp/s"}, socket.UnixAddr{Path: "/tmp/s"}},
		{"Unix, abstract", &net.UnixAddr{Name: "@a"}, socket.UnixAddr{Path: "\x00a"}},
		{"Unix, unnamed", &net.UnixAddr{}, socket.UnixAddr{}},
		{"own Inet4Addr", socket.Inet4Addr{IP: ip4}, socket.Inet4Addr{IP: ip4}},
		{"own HostAddr", socket.Host("h", -1), socket.Host("h", -1)},
		{"own UnixAddr", socket.UnixAddr{Path: "@a"}, socket.UnixAddr{Path: "@a"}},
		{"nil", nil, nil},
		{"nil TCP", (*net.TCPAddr)(nil), nil},
		{"nil UDP", (*net.UDPAddr)(nil), nil},
		{"nil IP", (*net.IPAddr)(nil), nil},
		{"nil Unix", (*net.UnixAddr)(nil), nil},
		{"unknown type", otherAddr{}, nil},
		{"port too small", &net.TCPAddr{Port: -1}, nil},
		{"port too large", &net.UDPAddr{Port: 65536}, nil},
		{"IP of 5 bytes", &net.TCPAddr{IP: net.IP{1, 2, 3, 4, 5}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := socket.FromNetAddr(tt.addr)
			if tt.want == nil {
				if _, ok := errors.AsType[*socket.ArgError](err); !ok || got != nil {
					t.Errorf("%v, error %v, want an ArgError", got, err)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("%#v, error %v, want %#v", got, err, tt.want)
			}
		})
	}
}

func TestFromAddrPort(t *testing.T) {
	lo := loopbackInterface(t)
	mapped := netip.MustParseAddr("::ffff:192.0.2.1")
	tests := []struct {
		ip   netip.Addr
		want socket.Addr // nil: an ArgError
	}{
		{ip4, socket.Inet4Addr{IP: ip4, Port: 80}},
		{ip6, socket.Inet6Addr{IP: ip6, Port: 80}},
		{mapped, socket.Inet6Addr{IP: mapped, Port: 80}},
		{ip6.WithZone("7"), socket.Inet6Addr{IP: ip6, Port: 80, ScopeID: 7}},
		{ip6.WithZone(lo.Name), socket.Inet6Addr{IP: ip6, Port: 80, ScopeID: uint32(lo.Index)}},
		{ip6.WithZone("nosuch0"), nil},
		{ip6.WithZone("4294967296"), nil},
		{ip6.WithZone("-1"), nil},
		{netip.Addr{}, nil},
	}
	for _, tt := range tests {
		got, err := socket.FromAddrPort(netip.AddrPortFrom(tt.ip, 80))
		if tt.want == nil {
			if !errors.Is(err, fs.ErrInvalid) || got != nil {
				t.Errorf("%v: %v, error %v, want an ArgError", tt.ip, got, err)
			}
		} else if err != nil || got != tt.want {
			t.Errorf("%v: %#v, error %v, want %#v", tt.ip, got, err, tt.want)
		}
	}
}

// loopbackInterface returns the loopback interface.
func loopbackInterface(t testing.TB) net.Interface {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Skip("cannot list interfaces:", err)
	}
	for _, ifi := range all {
		if ifi.Flags&net.FlagLoopback != 0 {
			return ifi
		}
	}
	t.Skip("no loopback interface")
	return net.Interface{}
}

// bindAndAsk binds a new socket to an address and returns its name.
func bindAndAsk(t testing.TB, family socket.Family, addr socket.Addr) socket.Addr {
	t.Helper()
	s, err := socket.New(family, socket.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	takeIPv4(t, s)
	if err := s.Bind(addr); err != nil {
		t.Fatal(err)
	}
	name, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBindInet has what the kernel returns be what it was given.
func TestBindInet(t *testing.T) {
	lo4, lo6 := netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()
	tests := []struct {
		name   string
		family socket.Family
		addr   socket.Addr
		want   socket.Addr // the port is the kernel's
	}{
		{"inet4", socket.AF_INET, socket.Inet4Addr{IP: lo4}, socket.Inet4Addr{IP: lo4}},
		{"inet4 as IPv4-mapped", socket.AF_INET, socket.Inet4Addr{IP: netip.AddrFrom16(lo4.As16())}, socket.Inet4Addr{IP: lo4}},
		{"inet4, zero value", socket.AF_INET, socket.Inet4Addr{}, socket.Inet4Addr{IP: netip.IPv4Unspecified()}},
		{"inet4, host", socket.AF_INET, socket.Host("127.1", 0), socket.Inet4Addr{IP: lo4}},
		{"inet4, no host", socket.AF_INET, socket.Host("", 0), socket.Inet4Addr{IP: netip.IPv4Unspecified()}},
		{"inet6", socket.AF_INET6, socket.Inet6Addr{IP: lo6}, socket.Inet6Addr{IP: lo6}},
		{"inet6, zero value", socket.AF_INET6, socket.Inet6Addr{}, socket.Inet6Addr{IP: netip.IPv6Unspecified()}},
		{"inet6, IPv4-mapped", socket.AF_INET6, socket.Inet6Addr{IP: lo4}, socket.Inet6Addr{IP: netip.AddrFrom16(lo4.As16())}},
		{"inet6, host", socket.AF_INET6, socket.Host("::1", 0), socket.Inet6Addr{IP: lo6}},
		{"inet6, no host", socket.AF_INET6, socket.Host("", 0), socket.Inet6Addr{IP: netip.IPv6Unspecified()}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.family == socket.AF_INET6 {
				needIPv6(t)
			}
			switch got := bindAndAsk(t, tt.family, tt.addr).(type) {
			case socket.Inet4Addr:
				port := got.Port
				got.Port = 0
				if got != tt.want || port == 0 {
					t.Errorf("%#v port %d, want %#v", got, port, tt.want)
				}
			case socket.Inet6Addr:
				port := got.Port
				got.Port = 0
				if got != tt.want || port == 0 {
					t.Errorf("%#v port %d, want %#v", got, port, tt.want)
				}
			default:
				t.Errorf("%#v, want %#v", got, tt.want)
			}
		})
	}
}

// TestBindLinkLocal binds to a link-local address in every form that names its
// interface.
func TestBindLinkLocal(t *testing.T) {
	ip, ifi := linkLocal(t)
	want := socket.Inet6Addr{IP: ip, ScopeID: uint32(ifi.Index)}
	for name, addr := range map[string]socket.Addr{
		"scope id":            want,
		"host, zone name":     socket.Host(ip.String()+"%"+ifi.Name, 0),
		"host, zone number":   socket.Host(ip.String()+"%"+strconv.Itoa(ifi.Index), 0),
		"host, scope id":      socket.HostAddr{Host: ip.String(), ScopeID: uint32(ifi.Index)},
		"host, both the same": socket.HostAddr{Host: ip.String() + "%" + ifi.Name, ScopeID: uint32(ifi.Index)},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := bindAndAsk(t, socket.AF_INET6, addr).(socket.Inet6Addr)
			got.Port = 0
			if !ok || got != want {
				t.Errorf("%#v, want %#v", got, want)
			}
		})
	}
}

// linkLocal returns a link-local address of this machine and its interface.
func linkLocal(t testing.TB) (netip.Addr, net.Interface) {
	t.Helper()
	needIPv6(t)
	ip, ifi, ok := findLinkLocal(t)
	if !ok {
		t.Skip("no interface with an IPv6 link-local address")
	}
	return ip, ifi
}

func findLinkLocal(t testing.TB) (ip netip.Addr, ifi net.Interface, ok bool) {
	t.Helper()
	all, err := net.Interfaces()
	if err != nil {
		t.Log("cannot list interfaces:", err)
	}
	for _, ifi := range all {
		addrs, _ := ifi.Addrs()
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
				return p.Addr(), ifi, true
			}
		}
	}
	return ip, ifi, false
}

// TestBindUnix binds to paths that an address has to keep byte for byte.
func TestBindUnix(t *testing.T) {
	needUnix(t)
	dir := filepath.Dir(unixPath(t))
	t.Chdir(dir)
	fill := strings.Repeat("p", sockaddr.Native.PathSize-1-len(dir)-1)
	for _, path := range []string{
		dir + "/s",
		"relative",
		"@at",
		" a b ",
		"\x80\xff", // not UTF-8
		"é\n\x1b",
		dir + "/" + fill, // as long as a path can be
	} {
		t.Run(strconv.Quote(path), func(t *testing.T) {
			want := socket.UnixAddr{Path: path}
			if got := bindAndAsk(t, socket.AF_UNIX, want); got != want {
				t.Errorf("%#v, want %#v", got, want)
			}
		})
	}
}

// TestUnnamedUnix has sockets without a name be UnixAddr{}.
func TestUnnamedUnix(t *testing.T) {
	needUnix(t)
	a, b := pair(t, socket.AF_UNIX, socket.SOCK_STREAM)
	for _, get := range []func() (socket.Addr, error){a.GetSockName, a.GetPeerName, b.GetSockName, b.GetPeerName} {
		if got, err := get(); err != nil || got != (socket.UnixAddr{}) {
			t.Errorf("%#v, error %v, want a UnixAddr without a path", got, err)
		}
	}
}

// TestAddrFromPeers has every call that returns an address return the same one.
func TestAddrFromPeers(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6, socket.AF_UNIX} {
		t.Run(family.String(), func(t *testing.T) {
			if family == socket.AF_INET6 {
				needIPv6(t)
			}
			if family == socket.AF_UNIX {
				needUnix(t)
			}
			a, addrA := bound(t, family)
			b, addrB := bound(t, family)
			if _, err := a.SendTo([]byte("x"), addrB); err != nil {
				t.Fatal(err)
			}
			if _, from, err := b.RecvFrom(1); err != nil || from != addrA {
				t.Errorf("RecvFrom: %v, error %v, want %v", from, err, addrA)
			}
			if err := a.Connect(addrB); err != nil {
				t.Fatal(err)
			}
			if got, err := a.GetPeerName(); err != nil || got != addrB {
				t.Errorf("GetPeerName: %v, error %v, want %v", got, err, addrB)
			}
			if got := a.RemoteAddr(); got != addrB {
				t.Errorf("RemoteAddr: %v, want %v", got, addrB)
			}
			if got := a.LocalAddr(); got != addrA {
				t.Errorf("LocalAddr: %v, want %v", got, addrA)
			}
		})
	}
}

// TestAddrPortOnTheWire sends and receives with addresses of package net/netip.
func TestAddrPortOnTheWire(t *testing.T) {
	needIPv6(t)
	type test struct {
		name     string
		from, to socket.Family
		host     string // of the receiver, as the sender writes it
		sender   string // as the receiver sees it
	}
	tests := []test{
		{"inet4", socket.AF_INET, socket.AF_INET, "127.0.0.1", "127.0.0.1"},
		{"inet4, IPv4-mapped", socket.AF_INET, socket.AF_INET, "::ffff:127.0.0.1", "127.0.0.1"},
		{"inet6", socket.AF_INET6, socket.AF_INET6, "::1", "::1"},
		{"inet6 to inet4", socket.AF_INET6, socket.AF_INET, "127.0.0.1", "127.0.0.1"},
	}
	if ip, ifi, ok := findLinkLocal(t); ok {
		zoned := ip.String() + "%" + strconv.Itoa(ifi.Index)
		tests = append(tests, test{"link-local", socket.AF_INET6, socket.AF_INET6, ip.String() + "%" + ifi.Name, zoned})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			receiver, sender := newSocket(t, tt.to, socket.SOCK_DGRAM), newSocket(t, tt.from, socket.SOCK_DGRAM)
			if tt.from == socket.AF_INET6 {
				if err := sender.SetSockOptBool(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, false); err != nil {
					t.Skip("no dual-stack sockets on this system:", err)
				}
			}
			if err := receiver.Bind(socket.Host("", 0)); err != nil {
				t.Fatal(err)
			}
			_, port, _ := socket.HostPort(receiver.LocalAddr().(socket.Addr))
			to := netip.AddrPortFrom(netip.MustParseAddr(tt.host), uint16(port))
			if n, err := sender.SendToAddrPort([]byte("x"), to); n != 1 || err != nil {
				t.Fatalf("sent %d: %v", n, err)
			}
			_, port, _ = socket.HostPort(sender.LocalAddr().(socket.Addr))
			want := netip.AddrPortFrom(netip.MustParseAddr(tt.sender), uint16(port))
			if n, from, err := receiver.RecvFromAddrPort(make([]byte, 1)); n != 1 || err != nil || from != want {
				t.Errorf("received %d from %v: %v, want it from %v", n, from, err, want)
			}
		})
	}
	// A stream has no sender to tell.
	a, b := connect(t, socket.AF_INET)
	checkFlow(t, a, b)
	if err := a.SendAll([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, from, err := b.RecvFromAddrPort(make([]byte, 1)); err != nil || from.IsValid() && from.String() != a.LocalAddr().String() {
		t.Errorf("from %v, error %v", from, err)
	}
}

// TestAddrOfNobody has RemoteAddr be the family's wildcard where there is no peer.
func TestAddrOfNobody(t *testing.T) {
	for family, want := range map[socket.Family]net.Addr{
		socket.AF_INET:  socket.Inet4Addr{IP: netip.IPv4Unspecified()},
		socket.AF_INET6: socket.Inet6Addr{IP: netip.IPv6Unspecified()},
		socket.AF_UNIX:  socket.UnixAddr{},
	} {
		s, err := socket.New(family, socket.SOCK_STREAM, 0)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		if got := s.RemoteAddr(); got != want {
			t.Errorf("%v: %v, want %v", family, got, want)
		}
		s.Close()
		if got := s.LocalAddr(); got != want {
			t.Errorf("%v, closed: %v, want %v", family, got, want)
		}
	}
}

// TestDecodeKeepsLast has decodeAddr return the last address again, so that a peer
// that speaks twice costs no allocation.
func TestDecodeKeepsLast(t *testing.T) {
	addrs := []socket.Addr{
		socket.Inet4Addr{IP: ip4, Port: 80},
		socket.Inet4Addr{IP: ip4, Port: 81},
		socket.Inet6Addr{IP: ip6, Port: 80, ScopeID: 1},
		socket.UnixAddr{Path: "/tmp/s"},
		socket.RawAddr{Fam: 99, Data: "data"},
	}
	for _, a := range addrs {
		sa, err := socket.EncodeAddr(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, last := range append(addrs, nil) {
			if got := socket.DecodeAddr(sa, last); got != a {
				t.Errorf("%v after %v: %v", a, last, got)
			}
		}
		last := socket.DecodeAddr(sa, nil)
		if n := testing.AllocsPerRun(10, func() { last = socket.DecodeAddr(sa, last) }); n != 0 {
			t.Errorf("%v: %v allocations for an address seen just before", a, n)
		}
	}
	if got := socket.DecodeAddr(new(sockaddr.Storage), addrs[0]); got != nil {
		t.Errorf("no address became %v", got)
	}
}

// FuzzAddr encodes addresses of every type from arbitrary parts: each is refused, or
// comes back as it was.
func FuzzAddr(f *testing.F) {
	f.Add("/tmp/s", 1, uint16(80), uint32(1))
	f.Add("\x00abstract\x00", 99, uint16(0), uint32(0))
	f.Add(strings.Repeat("p", 108), -1, uint16(1), uint32(1))
	f.Add("\x7f\x00\x00\x01", 2, uint16(1), uint32(1))
	f.Add("0123456789abcdef", 1<<20, uint16(1), uint32(1))
	f.Fuzz(func(t *testing.T, data string, family int, port uint16, n uint32) {
		ip, _ := netip.AddrFromSlice([]byte(data))
		for _, a := range []socket.Addr{
			socket.Inet4Addr{IP: ip, Port: port},
			socket.Inet6Addr{IP: ip, Port: port, FlowInfo: n, ScopeID: n},
			socket.UnixAddr{Path: data},
			socket.RawAddr{Fam: socket.Family(family), Data: data},
		} {
			sa, err := socket.EncodeAddr(a)
			if err != nil {
				if _, ok := errors.AsType[*socket.ArgError](err); !ok && !errors.Is(err, errors.ErrUnsupported) {
					t.Fatalf("%#v: %v", a, err)
				}
				continue
			}
			got := socket.DecodeAddr(sa, nil)
			again, err := socket.EncodeAddr(got)
			if err != nil {
				// The kernel may tell a path without room for its NUL; RawAddr can say that too.
				if _, ok := got.(socket.UnixAddr); ok && a.Family() == socket.AF_UNIX {
					continue
				}
				t.Fatalf("%#v became %#v: %v", a, got, err)
			}
			if once := socket.DecodeAddr(again, nil); once != got {
				t.Fatalf("%#v became %#v, and that %#v", a, got, once)
			}
			if got.Family() != a.Family() {
				t.Fatalf("%#v became %#v", a, got)
			}
			switch a.(type) {
			case socket.UnixAddr:
				if got != a {
					t.Fatalf("%#v became %#v", a, got)
				}
			case socket.InetAddr:
				if got.String() != a.String() && !ip.Is4In6() && ip.IsValid() {
					t.Fatalf("%#v became %#v", a, got)
				}
			}
		}
	})
}

// inetAton is a readable oracle of the forms of inet_aton(3) that getaddrinfo(3) takes.
func inetAton(s string) (ip [4]byte, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return ip, false
	}
	number := regexp.MustCompile(`^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$`)
	sum, limit := new(big.Int), big.NewInt(1<<32)
	for i, part := range parts {
		if !number.MatchString(part) {
			return ip, false
		}
		v, _ := new(big.Int).SetString(part, 0) // 0 and 0x have C's meaning
		if i < len(parts)-1 {
			limit.Rsh(limit, 8)
			if v.Cmp(big.NewInt(256)) >= 0 {
				return ip, false
			}
			v.Mul(v, limit)
			sum.Add(sum, v)
		} else if v.Cmp(limit) >= 0 {
			return ip, false
		} else {
			sum.Add(sum, v)
		}
	}
	sum.FillBytes(ip[:])
	return ip, true
}

// hosts are forms of hosts: what inet_aton takes, what it does not and what is no IPv4
// address at all.
var hosts = []string{
	"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.0x1", "017700000001", "017.0.0.1",
	"0", "0.0", "00", "4294967295", "1.16777215", "1.2.65535", "1.2.3.255", "255.255.255.255",
	"4294967296", "1.16777216", "1.2.65536", "1.2.3.256", "256.1", "1.2.3.4.5", "1..2", ".1", "1.", "", ".", "08", "0x", "0xg",
	"-1", "+1", "1_0", "1e3", " 1", "1 ", "127.0.0.1 ", "127.0.0.1\n", "١", "18446744073709551616", "99999999999999999999999999",
	"::1", "::", "::ffff:1.2.3.4", "fe80::1%1", "fe80::1%", "[::1]", "::1 ", "1:2", "localhost", "<broadcast>", "a\x00b",
}

// TestParseInet4 compares the parser with an oracle.
func TestParseInet4(t *testing.T) {
	accepted := 0
	for _, host := range hosts {
		got, ok := socket.ParseInet4(host)
		want, wantOK := inetAton(host)
		if got != want && ok || ok != wantOK {
			t.Errorf("%q: %v %v, want %v %v", host, got, ok, want, wantOK)
		}
		if ok {
			accepted++
		}
	}
	if accepted != 17 {
		t.Errorf("%d hosts accepted, want the 17 of the first two lines", accepted)
	}
}

// FuzzHostAddr takes arbitrary hosts for numeric ones: none may panic, the IPv4 ones
// are those of an oracle, and an address found is found again by its text.
func FuzzHostAddr(f *testing.F) {
	for _, host := range hosts {
		f.Add(host, 80)
	}
	f.Add("127.1", -1)
	f.Add("127.1", 65536)
	f.Fuzz(func(t *testing.T, host string, port int) {
		got, ok := socket.ParseInet4(host)
		want, wantOK := inetAton(host)
		if ok != wantOK || ok && got != want {
			t.Fatalf("%q: %v %v, want %v %v", host, got, ok, want, wantOK)
		}
		for _, family := range []socket.Family{socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6} {
			a, err := socket.Numeric(socket.Host(host, port), family)
			if p, ok := socket.Plain(socket.Host(host, port), family); ok && family != socket.AF_UNSPEC && (p != a || err != nil) {
				t.Fatalf("%q: %v the short way, %v, error %v the long", host, p, a, err)
			}
			switch {
			case err != nil:
				if a != nil {
					t.Fatalf("%q: an address with the error %v", host, err)
				}
				continue
			case port < 0 || port > 65535:
				t.Fatalf("port %d was accepted", port)
			case a == nil:
				if wantOK {
					t.Fatalf("%q: not numeric", host)
				}
				continue
			case family != socket.AF_UNSPEC && a.Family() != family:
				t.Fatalf("%q: %v for %v", host, a, family)
			}
			text, p, ok := socket.HostPort(a)
			if again, err := socket.Numeric(socket.Host(text, p), a.Family()); !ok || err != nil || again != a || p != port {
				t.Fatalf("%q: %v came back as %v, error %v", host, a, again, err)
			}
		}
	})
}
