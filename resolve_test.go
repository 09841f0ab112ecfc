package socket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// withDial makes the default resolver ask a name server that dial connects to, until the
// test ends.
func withDial(t testing.TB, dial func(ctx context.Context) (net.Conn, error)) {
	t.Helper()
	withResolver(t, &socket.Resolver{
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	})
}

// noResolver fails the test if anything asks a name server.
func noResolver(t testing.TB) {
	t.Helper()
	withDial(t, func(context.Context) (net.Conn, error) {
		t.Error("a name server was asked")
		return nil, errors.New("no name server in this test")
	})
}

// slowResolver has a name server that never answers. The channel gets a value when one
// is asked.
func slowResolver(t testing.TB) <-chan struct{} {
	t.Helper()
	asked := make(chan struct{}, 100)
	withResolver(t, mute(asked))
	return asked
}

// mute is a Resolver whose name server never answers; asked gets a value when one is asked.
func mute(asked chan<- struct{}) *socket.Resolver {
	return &socket.Resolver{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		asked <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}}
}

// fakeResolver returns a Resolver with a name server that needs no network.
func fakeResolver(t testing.TB, zone dnstest.Zone) *socket.Resolver {
	t.Helper()
	server := dnstest.New(zone)
	t.Cleanup(func() { server.Close() })
	return &socket.Resolver{Dial: func(context.Context, string, string) (net.Conn, error) { return server.Pipe(), nil }}
}

// fakeDNS has a name server that needs no network.
func fakeDNS(t testing.TB, zone dnstest.Zone) {
	t.Helper()
	withResolver(t, fakeResolver(t, zone))
}

// connectUDP connects a datagram socket, which sends nothing, and returns the address
// that it is connected to.
func connectUDP(t testing.TB, family socket.Family, addr socket.Addr) (socket.Addr, error) {
	t.Helper()
	s := newSocket(t, family, socket.SOCK_DGRAM)
	takeIPv4(t, s)
	if err := s.Connect(addr); err != nil {
		return nil, err
	}
	peer, err := s.GetPeerName()
	if err != nil {
		t.Fatal(err)
	}
	return peer, nil
}

// TestNumericHosts uses hosts that are no names: none asks a name server.
func TestNumericHosts(t *testing.T) {
	noResolver(t)
	tests := []struct {
		family socket.Family
		host   string
		want   string // "" if it is refused
	}{
		{socket.AF_INET, "127.0.0.1", "127.0.0.1:9"},
		{socket.AF_INET, "127.1", "127.0.0.1:9"},
		{socket.AF_INET, "0x7f.1", "127.0.0.1:9"},
		{socket.AF_INET, "017700000002", "127.0.0.2:9"},
		{socket.AF_INET, "2130706433", "127.0.0.1:9"},
		{socket.AF_INET, "127。0。0。1", "127.0.0.1:9"},
		{socket.AF_INET, "１２７.１", "127.0.0.1:9"},
		{socket.AF_INET, "::1", ""},
		{socket.AF_INET6, "::1", "[::1]:9"},
		{socket.AF_INET6, "0:0::1", "[::1]:9"},
		{socket.AF_INET6, "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:9"},
		{socket.AF_INET6, "127.0.0.1", ""},
		{socket.AF_INET6, "127.1", ""},
		// No names either: no name server knows a top-level domain of digits.
		{socket.AF_INET, "256.1", ""},
		{socket.AF_INET, "1.2.3.4.5", ""},
		{socket.AF_INET, "1..2", ""},
		{socket.AF_INET, "4294967296", ""},
	}
	for _, tt := range tests {
		t.Run(tt.family.String()+" "+tt.host, func(t *testing.T) {
			if tt.family == socket.AF_INET6 {
				needIPv6(t)
			}
			got, err := connectUDP(t, tt.family, socket.Host(tt.host, 9))
			if tt.want == "" {
				if e, ok := errors.AsType[*socket.AddrInfoError](err); !ok || e.Name != tt.host || e.Op != "getaddrinfo" {
					t.Errorf("%v, error %#v, want an AddrInfoError", got, err)
				}
			} else if err != nil || got.String() != tt.want {
				t.Errorf("%v, error %v, want %s", got, err, tt.want)
			}
		})
	}
}

// TestWildcardHosts uses the hosts that have a meaning of their own.
func TestWildcardHosts(t *testing.T) {
	noResolver(t)
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	if err := s.SetSockOptBool(socket.SOL_SOCKET, socket.SO_BROADCAST, true); err != nil {
		t.Fatal(err)
	}
	if err := s.Connect(socket.Host("<broadcast>", 9)); err != nil {
		t.Skip("no route to the broadcast address:", err)
	}
	if peer, err := s.GetPeerName(); err != nil || peer.String() != "255.255.255.255:9" {
		t.Errorf("<broadcast> is %v, error %v", peer, err)
	}
	if peer, err := connectUDP(t, socket.AF_INET, socket.Host("", 9)); err == nil && peer.String() != "127.0.0.1:9" {
		t.Errorf("the wildcard connects to %v", peer) // Linux; others refuse
	}
}

// TestHostParts has a HostAddr's other parts end up in the address.
func TestHostParts(t *testing.T) {
	ip := netip.MustParseAddr("fe80::1")
	full := socket.HostAddr{Port: 9, FlowInfo: 5, ScopeID: 7}
	tests := []struct {
		host string
		want socket.Addr
	}{
		{"fe80::1", socket.Inet6Addr{IP: ip, Port: 9, FlowInfo: 5, ScopeID: 7}},
		{"fe80::1%3", socket.Inet6Addr{IP: ip, Port: 9, FlowInfo: 5, ScopeID: 7}}, // the number wins, as in Python
		{"", socket.Inet6Addr{IP: netip.IPv6Unspecified(), Port: 9, FlowInfo: 5, ScopeID: 7}},
	}
	for _, tt := range tests {
		addr := full
		addr.Host = tt.host
		if got, err := socket.Numeric(addr, socket.AF_INET6); err != nil || got != tt.want {
			t.Errorf("%q: %#v, error %v, want %#v", tt.host, got, err, tt.want)
		}
		if got, ok := socket.Plain(addr, socket.AF_INET6); ok != (tt.host == "fe80::1") || ok && got != tt.want {
			t.Errorf("%q: %#v the short way, want %#v", tt.host, got, tt.want)
		}
	}
	full.Host = "127.0.0.1" // where they mean nothing
	want := socket.Inet4Addr{IP: netip.MustParseAddr("127.0.0.1"), Port: 9}
	if got, err := socket.Numeric(full, socket.AF_INET); err != nil || got != want {
		t.Errorf("%#v, error %v, want %#v", got, err, want)
	}
}

func TestLocalhost(t *testing.T) {
	l, addr := listen(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.Connect(socket.Host("localhost", port)); err != nil {
		t.Fatal(err)
	}
	conn, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, conn)
	if s.RemoteAddr() != addr {
		t.Errorf("connected to %v, want %v", s.RemoteAddr(), addr)
	}
}

// names are what the name server of the tests knows.
var names = dnstest.Zone{
	"four.test":   {Addrs: []string{"127.0.0.2", "127.0.0.3"}},
	"six.test":    {Addrs: []string{"::1"}},
	"both.test":   {Addrs: []string{"127.0.0.1", "::1"}},
	"broken.test": {Code: dnsmessage.RCodeServerFailure},
	"empty.test":  {},
}

// TestNames resolves names in the family of the socket, and takes the first address.
func TestNames(t *testing.T) {
	fakeDNS(t, names)
	tests := []struct {
		family socket.Family
		host   string
		want   string // "" if it has none
		code   socket.EAI
	}{
		{socket.AF_INET, "four.test", "127.0.0.2:9", 0},
		{socket.AF_INET, "both.test", "127.0.0.1:9", 0},
		{socket.AF_INET6, "both.test", "[::1]:9", 0},
		{socket.AF_INET6, "six.test", "[::1]:9", 0},
		{socket.AF_INET, "six.test", "", socket.NoData},
		{socket.AF_INET6, "four.test", "", socket.NoData},
		{socket.AF_INET, "empty.test", "", socket.NoData},
		{socket.AF_INET, "nosuch.test", "", socket.EAI_NONAME},
		{socket.AF_INET, "broken.test", "", socket.EAI_AGAIN},
		{socket.AF_INET, "no such.test", "", socket.EAI_NONAME},
		{socket.AF_INET, strings.Repeat("a", 64) + ".test", "", socket.EAI_NONAME},
		{socket.AF_INET, strings.Repeat("a.", 200) + "test", "", socket.EAI_NONAME},
	}
	for _, tt := range tests {
		t.Run(tt.family.String()+" "+tt.host, func(t *testing.T) {
			if tt.family == socket.AF_INET6 {
				needIPv6(t)
			}
			got, err := connectUDP(t, tt.family, socket.Host(tt.host, 9))
			if tt.want != "" {
				if err != nil || got.String() != tt.want {
					t.Errorf("%v, error %v, want %s", got, err, tt.want)
				}
				return
			}
			e, ok := errors.AsType[*socket.AddrInfoError](err)
			if !ok || e.Code != tt.code || e.Name != tt.host {
				t.Fatalf("%v, error %#v, want an AddrInfoError with %v", got, err, tt.code)
			}
			if _, ok := errors.AsType[net.Error](err); !ok || temporary(err) != (tt.code == socket.EAI_AGAIN) {
				t.Errorf("error %v: net.Error %v, temporary %v", err, ok, temporary(err))
			}
		})
	}
}

// TestOffline has no name server at all.
func TestOffline(t *testing.T) {
	withDial(t, func(context.Context) (net.Conn, error) {
		return nil, socket.NewError("connect", nil, socket.ENETUNREACH)
	})
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	err := s.Connect(socket.Host("name.test", 9))
	e, ok := errors.AsType[*socket.AddrInfoError](err)
	if !ok || e.Code != socket.EAI_AGAIN && e.Code != socket.EAI_FAIL && e.Code != socket.EAI_NONAME {
		t.Errorf("error %#v, want an AddrInfoError", err)
	}
	// A look-up has failed, not a connect: there is no number.
	if errno, err := s.ConnectEx(socket.Host("name.test", 9)); errno != 0 || !errors.As(err, &e) {
		t.Errorf("ConnectEx: %v, error %v, want an AddrInfoError", errno, err)
	}
}

// lookups are the calls that resolve a name.
var lookups = map[string]func(s *socket.Socket) error{
	"Bind":      func(s *socket.Socket) error { return s.Bind(socket.Host("slow.test", 9)) },
	"Connect":   func(s *socket.Socket) error { return s.Connect(socket.Host("slow.test", 9)) },
	"ConnectEx": func(s *socket.Socket) error { return second(s.ConnectEx(socket.Host("slow.test", 9))) },
	"SendTo":    func(s *socket.Socket) error { return second(s.SendTo(nil, socket.Host("slow.test", 9))) },
}

// TestSlowResolver has everything that ends a call end the look-up of its name.
func TestSlowResolver(t *testing.T) {
	const short = 20 * time.Millisecond
	ends := []struct {
		name  string
		begin func(t *testing.T, s *socket.Socket) *socket.Socket // before the call
		end   func(t *testing.T, s *socket.Socket)                // while it waits
		want  error
	}{
		{"timeout", func(t *testing.T, s *socket.Socket) *socket.Socket {
			if err := s.SetTimeout(short); err != nil {
				t.Fatal(err)
			}
			return s
		}, nil, socket.ErrTimeout},
		{"deadline set before", func(t *testing.T, s *socket.Socket) *socket.Socket {
			if err := s.SetWriteDeadline(time.Now().Add(short)); err != nil {
				t.Fatal(err)
			}
			return s
		}, nil, socket.ErrTimeout},
		{"deadline set meanwhile", nil, func(t *testing.T, s *socket.Socket) {
			if err := s.SetWriteDeadline(time.Now()); err != nil {
				t.Error(err)
			}
		}, socket.ErrTimeout},
		{"context ends before", func(t *testing.T, s *socket.Socket) *socket.Socket {
			ctx, cancel := context.WithTimeout(t.Context(), short)
			t.Cleanup(cancel)
			return s.WithContext(ctx)
		}, nil, context.DeadlineExceeded},
		{"closed meanwhile", nil, func(_ *testing.T, s *socket.Socket) { s.Close() }, net.ErrClosed},
	}
	for _, e := range ends {
		for name, call := range lookups {
			t.Run(e.name+"/"+name, func(t *testing.T) {
				asked := slowResolver(t)
				s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
				view := s
				if e.begin != nil {
					view = e.begin(t, s)
				}
				result := make(chan error, 1)
				go func() { result <- call(view) }()
				if e.end != nil { // else the end may come before anybody is asked
					<-asked
					e.end(t, s)
				}
				select {
				case err := <-result:
					checkEnd(t, name, err, e.want)
				case <-time.After(patience):
					t.Error("the call goes on")
					s.Close()
					<-result
				}
			})
		}
	}
}

// checkEnd checks the error of a call that was ended. ConnectEx has numbers for most.
func checkEnd(t *testing.T, name string, err, want error) {
	t.Helper()
	if name == "ConnectEx" && !errors.Is(want, context.DeadlineExceeded) {
		if err != nil {
			t.Errorf("error %v, want a number", err)
		}
		return
	}
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if _, ok := outermost(err); !ok {
		t.Errorf("error %#v, want an *Error", err)
	}
}

// TestNonblockingLookup looks a name up in non-blocking mode, which waits for the name
// server all the same, as in Python.
func TestNonblockingLookup(t *testing.T) {
	fakeDNS(t, names)
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	if err := s.SetBlocking(false); err != nil {
		t.Fatal(err)
	}
	if err := s.Connect(socket.Host("four.test", 9)); err != nil {
		t.Error(err)
	}
}

// TestNilResolver calls every method of a nil Resolver, which is the zero one.
func TestNilResolver(t *testing.T) {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	args := map[string][]any{
		"GetAddrInfo":      {"localhost", "80", &socket.AddrInfoHints{Flags: socket.AI_CANONNAME}},
		"GetFQDN":          {"localhost"},
		"GetHostByAddr":    {"127.0.0.1"},
		"GetHostByName":    {"localhost"},
		"GetHostByNameEx":  {"localhost"},
		"GetNameInfo":      {socket.Inet4Addr{IP: loopback, Port: 80}, socket.NIFlag(0)},
		"GetProtoByName":   {"tcp"},
		"GetProtoByNumber": {6},
		"GetServByName":    {"http", "tcp"},
		"GetServByPort":    {80, "tcp"},
		"Resolve":          {socket.Host("localhost", 80), (*socket.AddrInfoHints)(nil)},
	}
	for m := range reflect.TypeFor[*socket.Resolver]().Methods() {
		if args[m.Name] == nil {
			t.Errorf("method %s is not tested", m.Name)
			continue
		}
		results := func(r *socket.Resolver) string {
			in := []reflect.Value{reflect.ValueOf(r), reflect.ValueOf(within(t, 10*time.Second))}
			for _, a := range args[m.Name] {
				in = append(in, reflect.ValueOf(a))
			}
			var out []any
			for _, v := range m.Func.Call(in) {
				out = append(out, v.Interface())
			}
			return fmt.Sprint(out...)
		}
		if got, want := results(nil), results(new(socket.Resolver)); got != want {
			t.Errorf("%s: %s, that of the zero Resolver %s", m.Name, got, want)
		}
	}
	withResolver(t, nil)
	if err := second(socket.GetHostByName("localhost")); err != nil {
		t.Error("without a DefaultResolver:", err)
	}
}

// TestNameInfoAddresses gives GetNameInfo addresses of all kinds, the odd ones too.
func TestNameInfoAddresses(t *testing.T) {
	noResolver(t)
	four, six := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	mapped := netip.AddrFrom16(four.As16())
	tests := []struct {
		addr socket.Addr
		want string // "" if it is refused
	}{
		{socket.Inet4Addr{IP: four, Port: 80}, "192.0.2.1 80"},
		{socket.Inet4Addr{IP: mapped, Port: 80}, "192.0.2.1 80"},
		{socket.Inet4Addr{}, "0.0.0.0 0"},
		{socket.Inet6Addr{IP: six, ScopeID: 4711}, "2001:db8::1%4711 0"},
		{socket.Inet6Addr{IP: four}, "::ffff:192.0.2.1 0"},
		{socket.Inet6Addr{}, ":: 0"},
		{socket.Host("192.0.513", 65535), "192.0.2.1 65535"},
		{socket.Host("", 80), ""},
		{socket.Host("<broadcast>", 80), ""},
		{socket.Host("localhost", 80), ""},
		{socket.Host("::1", -1), ""},
		{socket.Inet4Addr{IP: six}, ""},
		{socket.Inet6Addr{IP: six.WithZone("lo")}, ""},
		{socket.UnixAddr{Path: "/tmp/socket"}, ""},
		{socket.RawAddr{Fam: socket.AF_INET}, ""},
		{nil, ""},
		{(*socket.Inet4Addr)(nil), ""},
		{(*socket.UnixAddr)(nil), ""},
		{&socket.Inet6Addr{IP: six}, ""},
	}
	for _, tt := range tests {
		host, service, err := socket.GetNameInfo(tt.addr, socket.NI_NUMERICHOST|socket.NI_NUMERICSERV)
		if got := host + " " + service; tt.want == "" && err == nil || tt.want != "" && (err != nil || got != tt.want) {
			t.Errorf("%#v: %q, error %v, want %q", tt.addr, got, err, tt.want)
		}
	}
}
