package socket_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// The tests in this file have a Resolver whose name server is a script: what it says and
// how it lies is known. Names end in a dot, so that no search domain of the machine is
// added to them.

// serveZone starts a name server that ends with the test.
func serveZone(t testing.TB, zone dnstest.Zone) *dnstest.Server {
	t.Helper()
	s, err := dnstest.Listen("127.0.0.1:0", zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// resolverOf returns a Resolver that asks a server for a zone.
func resolverOf(t testing.TB, zone dnstest.Zone) (*socket.Resolver, *dnstest.Server) {
	t.Helper()
	s := serveZone(t, zone)
	return &socket.Resolver{Nameservers: []netip.AddrPort{s.Addr()}}, s
}

// withResolver makes a Resolver the one of all functions, until the test ends.
func withResolver(t testing.TB, r *socket.Resolver) {
	t.Helper()
	saved := socket.DefaultResolver
	t.Cleanup(func() { socket.DefaultResolver = saved })
	socket.DefaultResolver = r
}

// within is a context that ends before any name server's time-out does.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// small is what the servers of these tests know. What they say of a name is all that is
// said: the addresses are those of no machine (RFC 5737, RFC 3849).
var small = dnstest.Zone{
	"four.test":      {Addrs: []string{"192.0.2.1", "192.0.2.2"}},
	"six.test":       {Addrs: []string{"2001:db8::1", "2001:db8::2"}},
	"both.test":      {Addrs: []string{"192.0.2.1", "2001:db8::1"}},
	"www.test":       {CNAME: "web.test"},
	"web.test":       {CNAME: "Host.test"},
	"host.test":      {Addrs: []string{"192.0.2.3", "2001:db8::3"}},
	"dangling.test":  {CNAME: "nothing.test"},
	"ring.test":      {CNAME: "gnir.test"},
	"gnir.test":      {CNAME: "ring.test"},
	"self.test":      {CNAME: "self.test"},
	"empty.test":     {},
	"fail.test":      {Code: dnsmessage.RCodeServerFailure},
	"refused.test":   {Code: dnsmessage.RCodeRefused},
	"notimp.test":    {Code: dnsmessage.RCodeNotImplemented},
	"formerr.test":   {Code: dnsmessage.RCodeFormatError},
	"tcp.test":       {Addrs: []string{"192.0.2.4"}, TCP: true},
	"long.test":      {Addrs: rangeOf("192.0.2.0", 200)},
	"under_s.test":   {Addrs: []string{"192.0.2.5"}},
	"late.test":      {Addrs: []string{"192.0.2.6"}, Delay: 30 * time.Millisecond},
	"mute.test":      {Silent: true},
	"half.test":      {Addrs: []string{"192.0.2.7"}},
	"half.test AAAA": {Code: dnsmessage.RCodeServerFailure},

	dnstest.Reverse("192.0.2.1"):   {PTR: []string{"four.test"}},
	dnstest.Reverse("2001:db8::1"): {PTR: []string{"six.test"}},
	dnstest.Reverse("192.0.2.9"):   {Code: dnsmessage.RCodeServerFailure},
	dnstest.Reverse("192.0.2.10"):  {CNAME: "10.0-31.2.0.192.in-addr.arpa"}, // RFC 2317
	"10.0-31.2.0.192.in-addr.arpa": {PTR: []string{"delegated.test"}},
	dnstest.Reverse("192.0.2.11"):  {PTR: []string{"a b.test"}},
	dnstest.Reverse("192.0.2.12"):  {Silent: true},
}

// rangeOf returns n addresses, one after the other.
func rangeOf(first string, n int) []string {
	addrs := make([]string, n)
	ip := netip.MustParseAddr(first)
	for i := range addrs {
		addrs[i] = ip.String()
		ip = ip.Next()
	}
	return addrs
}

// hostsOf returns the hosts of results in a set's order: which address is best depends on
// the machine.
func hostsOf(infos []socket.AddrInfo) []string {
	var hosts []string
	for _, info := range infos {
		host, _, _ := socket.HostPort(info.Addr)
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return hosts
}

// TestDNS asks for names that exist, in every way in which they can.
func TestDNS(t *testing.T) {
	r, _ := resolverOf(t, small)
	tests := []struct {
		host   string
		family socket.Family
		canon  string
		want   []string
	}{
		{"four.test.", socket.AF_UNSPEC, "four.test", []string{"192.0.2.1", "192.0.2.2"}},
		{"FOUR.Test.", socket.AF_INET, "FOUR.Test", []string{"192.0.2.1", "192.0.2.2"}},
		{"six.test.", socket.AF_INET6, "six.test", []string{"2001:db8::1", "2001:db8::2"}},
		{"both.test.", socket.AF_UNSPEC, "both.test", []string{"192.0.2.1", "2001:db8::1"}},
		{"both.test.", socket.AF_INET, "both.test", []string{"192.0.2.1"}},
		{"both.test.", socket.AF_INET6, "both.test", []string{"2001:db8::1"}},
		{"www.test.", socket.AF_UNSPEC, "Host.test", []string{"192.0.2.3", "2001:db8::3"}},
		{"www.test.", socket.AF_INET6, "Host.test", []string{"2001:db8::3"}},
		{"tcp.test.", socket.AF_INET, "tcp.test", []string{"192.0.2.4"}},
		{"under_s.test.", socket.AF_INET, "under_s.test", []string{"192.0.2.5"}},
		{"late.test.", socket.AF_INET, "late.test", []string{"192.0.2.6"}},
		{"half.test.", socket.AF_UNSPEC, "half.test", []string{"192.0.2.7"}},
	}
	for _, tt := range tests {
		t.Run(tt.family.String()+" "+tt.host, func(t *testing.T) {
			hints := &socket.AddrInfoHints{Family: tt.family, Type: socket.SOCK_STREAM, Flags: socket.AI_CANONNAME}
			infos, err := r.GetAddrInfo(t.Context(), tt.host, "80", hints)
			if err != nil || !slices.Equal(hostsOf(infos), tt.want) || infos[0].CanonName != tt.canon {
				t.Fatalf("%+v, error %v, want %v, canonical name %s", infos, err, tt.want, tt.canon)
			}
			for i, info := range infos {
				_, port, _ := socket.HostPort(info.Addr)
				if i > 0 && info.CanonName != "" || port != 80 || info.Family != info.Addr.Family() {
					t.Errorf("result %d: %+v", i, info)
				}
			}
		})
	}
}

// noData is EAI_NODATA where the system has it, as glibc and the BSDs do.
func noData(code socket.EAI) bool {
	return code.String() == "EAI_NODATA" || code == socket.EAI_NONAME
}

// TestDNSErrors asks for names that cannot be had.
func TestDNSErrors(t *testing.T) {
	r, _ := resolverOf(t, small)
	tests := []struct {
		host   string
		family socket.Family
		want   socket.EAI
	}{
		{"nosuch.test.", socket.AF_UNSPEC, socket.EAI_NONAME},
		{"nosuch.test.", socket.AF_INET, socket.EAI_NONAME},
		{"dangling.test.", socket.AF_UNSPEC, socket.EAI_NONAME},
		{"fail.test.", socket.AF_UNSPEC, socket.EAI_AGAIN},
		{"fail.test.", socket.AF_INET, socket.EAI_AGAIN},
		{"refused.test.", socket.AF_INET6, socket.EAI_AGAIN},
		{"half.test.", socket.AF_INET6, socket.EAI_AGAIN},
		{"formerr.test.", socket.AF_INET, socket.EAI_AGAIN},
		{"notimp.test.", socket.AF_INET, socket.EAI_AGAIN},
	}
	for _, tt := range tests {
		_, err := r.GetAddrInfo(t.Context(), tt.host, "80", &socket.AddrInfoHints{Family: tt.family})
		if e, ok := errors.AsType[*socket.AddrInfoError](err); !ok || e.Code != tt.want || e.Name != tt.host {
			t.Errorf("%v %s: error %#v, want %v", tt.family, tt.host, err, tt.want)
		}
	}
	for host, family := range map[string]socket.Family{
		"empty.test.": socket.AF_UNSPEC, "six.test.": socket.AF_INET, "four.test.": socket.AF_INET6, "ring.test.": socket.AF_INET, "self.test.": socket.AF_INET6,
	} {
		_, err := r.GetAddrInfo(t.Context(), host, "80", &socket.AddrInfoHints{Family: family})
		if e, ok := errors.AsType[*socket.AddrInfoError](err); !ok || !noData(e.Code) || e.Temporary() {
			t.Errorf("%v %s: error %#v, want EAI_NODATA or EAI_NONAME", family, host, err)
		}
	}
}

// TestDNSHostBy asks for the whole of what a name server says.
func TestDNSHostBy(t *testing.T) {
	r, _ := resolverOf(t, small)
	for _, tt := range []struct {
		host string
		want string
	}{
		{"www.test.", "Host.test [www.test web.test] [192.0.2.3]"},
		{"four.test.", "four.test [] [192.0.2.1 192.0.2.2]"},
		{"192.0.2.77", "192.0.2.77 [] [192.0.2.77]"},
	} {
		name, aliases, addrs, err := r.GetHostByNameEx(t.Context(), tt.host)
		if got := fmt.Sprint(name, " ", aliases, " ", addrs); err != nil || got != tt.want {
			t.Errorf("GetHostByNameEx %s: %s, error %v, want %s", tt.host, got, err, tt.want)
		}
		if addr, err := r.GetHostByName(t.Context(), tt.host); err != nil || !slices.Contains(addrs, addr) {
			t.Errorf("GetHostByName %s: %s, error %v, want one of %v", tt.host, addr, err, addrs)
		}
	}
	for _, tt := range []struct {
		addr, want string
		code       socket.HErr
	}{
		{"192.0.2.1", "four.test [] [192.0.2.1]", 0},
		{"2001:db8::1", "six.test [] [2001:db8::1]", 0},
		{"192.0.2.10", "delegated.test [] [192.0.2.10]", 0},
		{"192.0.2.2", "", socket.HOST_NOT_FOUND},
		{"2001:db8::2", "", socket.HOST_NOT_FOUND},
		{"192.0.2.9", "", socket.TRY_AGAIN},
		{"192.0.2.11", "", socket.NO_DATA},
	} {
		name, aliases, addrs, err := r.GetHostByAddr(t.Context(), tt.addr)
		if tt.want == "" {
			if e, ok := errors.AsType[*socket.HostError](err); !ok || e.Code != tt.code || e.Name != tt.addr || e.Temporary() != (tt.code == socket.TRY_AGAIN) {
				t.Errorf("GetHostByAddr %s: error %#v, want %v", tt.addr, err, tt.code)
			}
			continue
		}
		if got := fmt.Sprint(name, " ", aliases, " ", addrs); err != nil || got != tt.want {
			t.Errorf("GetHostByAddr %s: %s, error %v, want %s", tt.addr, got, err, tt.want)
		}
		if got := r.GetFQDN(t.Context(), tt.addr); got != name {
			t.Errorf("GetFQDN %s: %s, want %s", tt.addr, got, name)
		}
	}
}

// TestDNSOverTCP has answers that do not fit into a datagram.
func TestDNSOverTCP(t *testing.T) {
	r, server := resolverOf(t, small)
	for host, want := range map[string]int{"tcp.test.": 1, "long.test.": 200} {
		server.Forget()
		infos, err := r.GetAddrInfo(t.Context(), host, "", &socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM})
		if err != nil || len(infos) != want {
			t.Errorf("%s: %d results, error %v, want %d", host, len(infos), err, want)
		}
		if !slices.ContainsFunc(server.Queries(), func(q dnstest.Query) bool { return q.Network == "tcp" }) {
			t.Errorf("%s: %v, want TCP", host, server.Queries())
		}
	}
}

// TestDNSLies has a server lie. A lie in what identifies an answer is no answer: the
// truth that follows is taken. Any other is the answer of a server that cannot be believed.
// No lie's record is ever a result.
func TestDNSLies(t *testing.T) {
	passedOver := map[dnstest.Lie]bool{dnstest.WrongID: true, dnstest.WrongQuestion: true, dnstest.NoResponse: true}
	for _, lie := range dnstest.Lies {
		t.Run(lie.String(), func(t *testing.T) {
			zone := dnstest.Zone{
				"liar.test":   {Addrs: []string{"192.0.2.1"}, Lie: lie},
				"recant.test": {Addrs: []string{"192.0.2.1"}, Lie: lie, Recant: true},
			}
			zone[dnstest.Reverse("192.0.2.1")] = dnstest.Reply{PTR: []string{"liar.test"}, Lie: lie}
			r, _ := resolverOf(t, zone)
			hints := &socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM}
			if infos, err := r.GetAddrInfo(within(t, 100*time.Millisecond), "liar.test.", "80", hints); err == nil {
				t.Errorf("believed: %+v", infos)
			}
			if name, _, _, err := r.GetHostByAddr(within(t, 100*time.Millisecond), "192.0.2.1"); err == nil {
				t.Errorf("believed: %s", name)
			}
			infos, err := r.GetAddrInfo(within(t, 3*time.Second), "recant.test.", "80", hints)
			if passedOver[lie] && (err != nil || !slices.Equal(hostsOf(infos), []string{"192.0.2.1"})) {
				t.Errorf("the truth after a lie: %+v, error %v", infos, err)
			}
		})
	}
}

// resolverCalls are the methods that ask a name server, each for what it never answers.
var resolverCalls = map[string]func(ctx context.Context, r *socket.Resolver) error{
	"GetAddrInfo": func(ctx context.Context, r *socket.Resolver) error {
		return second(r.GetAddrInfo(ctx, "mute.test.", "80", nil))
	},
	"GetHostByName": func(ctx context.Context, r *socket.Resolver) error { return second(r.GetHostByName(ctx, "mute.test.")) },
	"GetHostByNameEx": func(ctx context.Context, r *socket.Resolver) error {
		return fourth(r.GetHostByNameEx(ctx, "mute.test."))
	},
	"GetHostByAddr": func(ctx context.Context, r *socket.Resolver) error { return fourth(r.GetHostByAddr(ctx, "192.0.2.12")) },
	"GetNameInfo": func(ctx context.Context, r *socket.Resolver) error {
		return third(r.GetNameInfo(ctx, socket.Inet4Addr{IP: netip.MustParseAddr("192.0.2.12"), Port: 80}, 0))
	},
}

// fourth is the error of a call with three other results.
func fourth[A, B, C any](_ A, _ B, _ C, err error) error { return err }

// TestContextEndsLookup cancels the context of look-ups that would go on for long.
func TestContextEndsLookup(t *testing.T) {
	errStop := errors.New("no longer of interest")
	for name, f := range resolverCalls {
		t.Run(name, func(t *testing.T) {
			checkFDs(t)
			r, server := resolverOf(t, small)
			ctx, cancel := context.WithCancelCause(t.Context())
			result := make(chan error, 1)
			go func() { result <- f(ctx, r) }()
			await(t, "a question", func() bool { return len(server.Queries()) > 0 })
			canceled := time.Now()
			cancel(errStop)
			select {
			case err := <-result:
				if !errors.Is(err, errStop) {
					t.Errorf("error %v, want the cause of the context", err)
				}
				if took := time.Since(canceled); took > slack {
					t.Errorf("it went on for %v", took)
				}
			case <-time.After(patience):
				t.Error("the look-up goes on")
			}
		})
	}
}

// TestDialIgnoresContext has a Dial that does not return when its context ends. The
// look-up does.
func TestDialIgnoresContext(t *testing.T) {
	let := make(chan struct{})
	defer close(let)
	r := &socket.Resolver{Dial: func(context.Context, string, string) (net.Conn, error) {
		<-let
		return nil, net.ErrClosed
	}}
	for name, f := range resolverCalls {
		result := make(chan error, 1)
		go func() { result <- f(within(t, 20*time.Millisecond), r) }()
		select {
		case err := <-result:
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: error %v", name, err)
			}
		case <-time.After(patience):
			t.Errorf("%s goes on", name)
		}
	}
}

// TestContextEnded has a context that is over before the look-up. It asks nobody, and
// what needs nobody is not hindered.
func TestContextEnded(t *testing.T) {
	r, server := resolverOf(t, small)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, f := range resolverCalls {
		if err := f(ctx, r); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if q := server.Queries(); len(q) != 0 {
		t.Errorf("asked %v", q)
	}
	if infos, err := r.GetAddrInfo(ctx, "192.0.2.1", "80", nil); err != nil || len(infos) == 0 {
		t.Errorf("a numeric host: %v, error %v", infos, err)
	}
	r.HostsFile = filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(r.HostsFile, []byte("192.0.2.1 filed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := second(r.GetHostByName(ctx, "filed")); !errors.Is(err, context.Canceled) {
		t.Errorf("a name of the hosts file: error %v", err)
	}
}

// TestDeadNameserver has a socket's timeout end look-ups at a server that is silent.
func TestDeadNameserver(t *testing.T) {
	const timeout = 50 * time.Millisecond
	calls := map[string]func(s *socket.Socket) error{
		"Connect": func(s *socket.Socket) error { return s.Connect(socket.Host("mute.test.", 9)) },
		"SendTo":  func(s *socket.Socket) error { return second(s.SendTo([]byte("x"), socket.Host("mute.test.", 9))) },
		"Bind":    func(s *socket.Socket) error { return s.Bind(socket.Host("mute.test.", 9)) },
		"SendMsg": func(s *socket.Socket) error {
			return second(s.SendMsg([][]byte{[]byte("x")}, nil, socket.Host("mute.test.", 9)))
		},
		"CreateConnection": func(*socket.Socket) error {
			return made(socket.CreateConnection(socket.Host("mute.test.", 9), &socket.ConnectOptions{Timeout: timeout}))
		},
		"CreateConnection, overlapping": func(*socket.Socket) error {
			return made(socket.CreateConnection(socket.Host("mute.test.", 9), &socket.ConnectOptions{Timeout: timeout, HappyEyeballs: time.Millisecond}))
		},
	}
	for name, f := range calls {
		t.Run(name, func(t *testing.T) {
			checkFDs(t)
			r, _ := resolverOf(t, small)
			withResolver(t, r)
			s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
			mustSetTimeout(t, s, timeout)
			begun := time.Now()
			err := f(s)
			if took := time.Since(begun); took < timeout || took > timeout+slack {
				t.Errorf("took %v, want %v", took, timeout)
			}
			if !errors.Is(err, socket.ErrTimeout) {
				t.Errorf("error %v, want ErrTimeout", err)
			}
		})
	}
}

// TestNameservers has the second of two name servers answer: the first is not there, or
// fails.
func TestNameservers(t *testing.T) {
	gone := serveZone(t, nil)
	addr := gone.Addr()
	gone.Close()
	bad := serveZone(t, dnstest.Zone{"four.test": {Code: dnsmessage.RCodeServerFailure}})
	for name, first := range map[string]netip.AddrPort{"gone": addr, "failing": bad.Addr()} {
		t.Run(name, func(t *testing.T) {
			r, server := resolverOf(t, small)
			r.Nameservers = []netip.AddrPort{first, r.Nameservers[0]}
			infos, err := r.GetAddrInfo(t.Context(), "four.test.", "80", &socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM})
			if err != nil || len(infos) != 2 || len(server.Queries()) == 0 {
				t.Errorf("%v, error %v", infos, err)
			}
		})
	}
	if len(bad.Queries()) == 0 {
		t.Error("the first server was not asked")
	}
}

// TestErrorServer has the error of a look-up name the name server that was asked, and not the
// system's.
func TestErrorServer(t *testing.T) {
	r, _ := resolverOf(t, small)
	r.Nameservers = append(r.Nameservers, serveZone(t, small).Addr())
	addrInfo := func(host string) error { return second(r.GetAddrInfo(t.Context(), host, "80", nil)) }
	for name, err := range map[string]error{
		"nosuch.test.": addrInfo("nosuch.test."),
		"fail.test.":   addrInfo("fail.test."),
		"192.0.2.9":    fourth(r.GetHostByAddr(t.Context(), "192.0.2.9")),
	} {
		e, ok := errors.AsType[*net.DNSError](err)
		if !ok || e.Server != r.Nameservers[0].String() && e.Server != r.Nameservers[1].String() {
			t.Errorf("%s: error %#v, want one of %v", name, e, r.Nameservers)
		}
	}
}

// TestDial has the Resolver's own way to a name server.
func TestDial(t *testing.T) {
	server := serveZone(t, small)
	var networks sync.Map
	r := &socket.Resolver{
		Nameservers: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.53:53")},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			networks.Store(network+" "+address, true)
			return new(net.Dialer).DialContext(ctx, network, server.Addr().String())
		},
	}
	if infos, err := r.GetAddrInfo(t.Context(), "tcp.test.", "80", &socket.AddrInfoHints{Family: socket.AF_INET}); err != nil || len(infos) == 0 {
		t.Errorf("%v, error %v", infos, err)
	}
	for _, want := range []string{"udp 192.0.2.53:53", "tcp 192.0.2.53:53"} {
		if _, ok := networks.Load(want); !ok {
			t.Errorf("Dial was not called with %s", want)
		}
	}
	errDial := errors.New("no way")
	r.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errDial }
	_, err := r.GetAddrInfo(t.Context(), "four.test.", "80", nil)
	if e, ok := errors.AsType[*socket.AddrInfoError](err); !ok || e.Code != socket.EAI_AGAIN && e.Code != socket.EAI_FAIL {
		t.Errorf("error %#v of a Dial that fails", err)
	}
}

// TestHostsFile has a Resolver with a hosts file of its own, which goes before the name
// server and is read again when it changes.
func TestHostsFile(t *testing.T) {
	r, server := resolverOf(t, small)
	r.HostsFile = filepath.Join(t.TempDir(), "hosts")
	write := func(text string) {
		if err := os.WriteFile(r.HostsFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("192.0.2.100 four.test other.test other # comment\n192.0.2.101\tfour.test\r\n2001:db8::100 four.test\n")
	name, aliases, addrs, err := r.GetHostByNameEx(t.Context(), "other")
	if err != nil || name != "four.test" || !slices.Equal(aliases, []string{"other.test", "other"}) || !slices.Equal(addrs, []string{"192.0.2.100"}) {
		t.Errorf("%s %v %v, error %v", name, aliases, addrs, err)
	}
	if name, _, _, err := r.GetHostByAddr(t.Context(), "2001:db8::100"); err != nil || name != "four.test" {
		t.Errorf("%s, error %v", name, err)
	}
	if q := server.Queries(); len(q) != 0 {
		t.Errorf("asked for what the file has: %v", q)
	}
	if addr, err := r.GetHostByName(t.Context(), "host.test."); err != nil || addr != "192.0.2.3" {
		t.Errorf("what the file has not: %s, error %v", addr, err)
	}
	write("192.0.2.102 other\n192.0.2.103 added\n")
	await(t, "the file to be read again", func() bool { // how often it looks is its own affair
		addr, err := r.GetHostByName(t.Context(), "other")
		return err == nil && addr == "192.0.2.102"
	})
}

// TestQueries looks at what comes to the name server of names that are strange: a name is
// asked for as it is, or not at all.
func TestQueries(t *testing.T) {
	r, server := resolverOf(t, small)
	names := []string{
		"a b.test.", "a\x00b.test.", "a/b.test.", "../../etc/passwd", "a\\b.test.", "a\\.test.", "a\\046b.test.", "a\"b.test.", "a;b.test.", "a\nb.test.",
		"a\x7fb.test.", "a\xffb.test.", "a..test.", ".test.", "..", ".", strings.Repeat("a", 64) + ".test.", strings.Repeat("a.", 130), "-a.test.", "*.test.", "a%b.test.",
		"a(b).test.", "@.test.", "a$b.test.", "a'b.test.", "<script>.test.", "a\u2028b.test.",
	}
	for _, name := range names {
		if infos, err := r.GetAddrInfo(t.Context(), name, "80", nil); err == nil {
			t.Errorf("%q: %v", name, infos)
		}
		_, _, _, err := r.GetHostByNameEx(t.Context(), name)
		if err == nil {
			t.Errorf("%q: no error", name)
		}
	}
	for _, q := range server.Names() {
		if strings.ContainsFunc(q, func(c rune) bool { return !isNameByte(c) }) || strings.HasPrefix(q, "-") || q == "" {
			t.Errorf("asked for %q", q)
		}
	}
	server.Forget()
	for host, want := range map[string]string{"BÜCHER.test.": "xn--bcher-kva.test", "日本。test.": "xn--wgv71a.test", "a_b.test.": "a_b.test"} {
		server.Forget()
		if _, err := r.GetAddrInfo(t.Context(), host, "80", nil); err == nil {
			t.Errorf("%q is nowhere", host)
		}
		if got := server.Names(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q: asked for %q, want %q", host, got, want)
		}
	}
}

// isNameByte reports whether a byte can be in a host name as the C libraries have it:
// RFC 1123 and the underscore.
func isNameByte(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_'
}

// TestResolverConcurrently has many goroutines use one Resolver. Each has to get its own
// answer.
func TestResolverConcurrently(t *testing.T) {
	zone := dnstest.Zone{}
	for i := range 50 {
		zone[fmt.Sprintf("n%d.test", i)] = dnstest.Reply{CNAME: fmt.Sprintf("c%d.test", i)}
		zone[fmt.Sprintf("c%d.test", i)] = dnstest.Reply{Addrs: []string{fmt.Sprintf("192.0.2.%d", i)}}
	}
	r, _ := resolverOf(t, zone)
	var work sync.WaitGroup
	var answers atomic.Int32
	for i := range 200 {
		work.Go(func() {
			host := fmt.Sprintf("n%d.test.", i%50)
			name, aliases, addrs, err := r.GetHostByNameEx(t.Context(), host)
			want := fmt.Sprintf("c%d.test [n%d.test] [192.0.2.%d]", i%50, i%50, i%50)
			if got := fmt.Sprint(name, " ", aliases, " ", addrs); err != nil || got != want {
				t.Errorf("%s: %s, error %v, want %s", host, got, err, want)
				return
			}
			answers.Add(1)
		})
	}
	work.Wait()
	t.Logf("%d answers", answers.Load())
}
