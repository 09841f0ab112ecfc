//go:build unix && !aix

package socket_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// The tests in this file compare what sockets made in both languages tell of themselves.

// A state is what both languages tell of a socket.
type state struct {
	Family, Type, Proto             int
	Timeout                         *float64 // seconds, nil for none
	Blocking, Nonblock, Inheritable bool
}

// stateOf asks a socket. It hands out the fd, as Python's sockets always do.
func stateOf(t *testing.T, s *socket.Socket) state {
	t.Helper()
	inheritable, err := s.GetInheritable()
	if err != nil {
		t.Fatal(err)
	}
	st := state{
		Family: int(s.Family()), Type: int(s.Type()), Proto: s.Proto(),
		Blocking: s.GetBlocking(), Nonblock: nonblock(t, s.Fileno()), Inheritable: inheritable,
	}
	if d := s.GetTimeout(); d >= 0 {
		st.Timeout = new(d.Seconds())
	}
	return st
}

// nonblock asks the system for O_NONBLOCK.
func nonblock(t *testing.T, fd int) bool {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		t.Fatal(err)
	}
	return flags&unix.O_NONBLOCK != 0
}

// checkStates compares sockets made in both languages.
func checkStates(t *testing.T, script string, ours map[string]*socket.Socket) {
	t.Helper()
	var theirs map[string]state
	runPython(t, script+"\nprint(json.dumps({k: state(s) for k, s in made.items()}))\n", &theirs)
	if len(theirs) != len(ours) {
		t.Errorf("%d sockets here, %d in Python", len(ours), len(theirs))
	}
	for name, s := range ours {
		got, want := stateOf(t, s), theirs[name]
		if fmt.Sprint(text(got)) != fmt.Sprint(text(want)) {
			t.Errorf("%s: %s, in Python %s", name, text(got), text(want))
		}
	}
}

// text is a state in a form that can be compared and read.
func text(s state) string {
	timeout := "None"
	if s.Timeout != nil {
		timeout = strconv.FormatFloat(*s.Timeout, 'g', 6, 64)
	}
	return fmt.Sprintf("family %d type %d proto %d timeout %s blocking %v O_NONBLOCK %v inheritable %v",
		s.Family, s.Type, s.Proto, timeout, s.Blocking, s.Nonblock, s.Inheritable)
}

// TestPythonModes compares the modes of sockets, and how new ones start.
func TestPythonModes(t *testing.T) {
	defer socket.SetDefaultTimeout(socket.NoTimeout)
	setBlocking := func(s *socket.Socket, on bool) *socket.Socket {
		if err := s.SetBlocking(on); err != nil {
			t.Fatal(err)
		}
		return s
	}
	duplicate := func(s *socket.Socket) *socket.Socket {
		d, err := s.Dup()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, d)
		return d
	}
	// A listener with a mode accepts a client.
	accept := func(d time.Duration) *socket.Socket {
		l, addr := listen(t, socket.AF_INET)
		c := settled(t, tcp(t), socket.NoTimeout)
		if err := c.Connect(addr); err != nil {
			t.Fatal(err)
		}
		s, _, err := settled(t, l, d).Accept()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		return s
	}
	a, b := pair(t, 0, 0)
	ours := map[string]*socket.Socket{
		"new":                  tcp(t),
		"datagrams":            udp(t),
		"None":                 settled(t, tcp(t), socket.NoTimeout),
		"0":                    settled(t, tcp(t), 0),
		"0.5":                  settled(t, tcp(t), 500*time.Millisecond),
		"setblocking(True)":    setBlocking(settled(t, tcp(t), time.Second), true),
		"setblocking(False)":   setBlocking(tcp(t), false),
		"dup":                  duplicate(tcp(t)),
		"dup, 0":               duplicate(settled(t, tcp(t), 0)),
		"dup, 0.5":             duplicate(settled(t, tcp(t), 500*time.Millisecond)),
		"accepted":             accept(socket.NoTimeout),
		"accepted, 5":          accept(5 * time.Second),
		"socketpair":           a,
		"socketpair, second":   b,
		"inheritable":          tcp(t),
		"dup of inheritable":   nil,
		"default 5":            nil,
		"default 5, accepted":  nil,
		"default 5, 0":         nil,
		"default 0":            nil,
		"default 0, accepted":  nil,
		"default 0, socket(5)": nil,
	}
	if err := ours["inheritable"].SetInheritable(true); err != nil {
		t.Fatal(err)
	}
	ours["dup of inheritable"] = duplicate(ours["inheritable"])
	socket.SetDefaultTimeout(5 * time.Second)
	ours["default 5"], ours["default 5, 0"] = tcp(t), settled(t, tcp(t), 0)
	ours["default 5, accepted"] = accept(time.Second)
	socket.SetDefaultTimeout(0)
	ours["default 0"], ours["default 0, socket(5)"] = tcp(t), settled(t, tcp(t), 5*time.Second)
	ours["default 0, accepted"] = accept(time.Second)
	socket.SetDefaultTimeout(socket.NoTimeout)

	checkStates(t, `
def blocking(s, on):
    s.setblocking(on)
    return s
def accept(d):
    l, c = listen(), mode(tcp(), None)
    c.connect(l.getsockname())
    return mode(l, d).accept()[0]
a, b = pair()
made = {
    "new": tcp(), "datagrams": udp(), "None": mode(tcp(), None), "0": mode(tcp(), 0), "0.5": mode(tcp(), 0.5),
    "setblocking(True)": blocking(mode(tcp(), 1), True), "setblocking(False)": blocking(tcp(), False),
    "dup": tcp().dup(), "dup, 0": mode(tcp(), 0).dup(), "dup, 0.5": mode(tcp(), 0.5).dup(),
    "accepted": accept(None), "accepted, 5": accept(5), "socketpair": a, "socketpair, second": b, "inheritable": tcp(),
}
made["inheritable"].set_inheritable(True)
made["dup of inheritable"] = made["inheritable"].dup()
setdefaulttimeout(5)
made |= {"default 5": tcp(), "default 5, 0": mode(tcp(), 0), "default 5, accepted": accept(1)}
setdefaulttimeout(0)
made |= {"default 0": tcp(), "default 0, socket(5)": mode(tcp(), 5), "default 0, accepted": accept(1)}
setdefaulttimeout(None)
`, ours)
}

// TestPythonFDs compares sockets made from file descriptors.
func TestPythonFDs(t *testing.T) {
	take := func(s *socket.Socket, err error) *socket.Socket {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		return s
	}
	dupFD := func(fd int) int {
		dup, err := socket.DupFD(fd)
		if err != nil {
			t.Fatal(err)
		}
		return dup
	}
	ours := map[string]*socket.Socket{
		"fileno, TCP":           take(socket.TakeFD(detachFD(t, tcp(t)))),
		"fileno, UDP":           take(socket.TakeFD(detachFD(t, udp(t)))),
		"fileno, unix":          take(socket.TakeFD(detachFD(t, local(t)))),
		"fileno, with a kind":   take(socket.TakeFDAs(detachFD(t, udp(t)), socket.AF_UNIX, socket.SOCK_STREAM, 5)),
		"fromfd":                take(socket.FromFD(tcp(t).Fileno(), socket.AF_INET, socket.SOCK_STREAM, 0)),
		"fromfd, another kind":  take(socket.FromFD(udp(t).Fileno(), socket.AF_INET6, socket.SOCK_STREAM, 7)),
		"dup":                   take(socket.TakeFD(dupFD(tcp(t).Fileno()))),
		"fromfd, default 5":     nil,
		"fileno, default 0":     nil,
		"original after fromfd": tcp(t),
	}
	defer socket.SetDefaultTimeout(socket.NoTimeout)
	socket.SetDefaultTimeout(5 * time.Second)
	ours["fromfd, default 5"] = take(socket.FromFD(tcp(t).Fileno(), socket.AF_INET, socket.SOCK_STREAM, 0))
	// O_NONBLOCK belongs to both: the original has no timeout, and the flag all the same.
	take(socket.FromFD(ours["original after fromfd"].Fileno(), socket.AF_INET, socket.SOCK_STREAM, 0))
	socket.SetDefaultTimeout(0)
	ours["fileno, default 0"] = take(socket.TakeFD(detachFD(t, udp(t))))
	socket.SetDefaultTimeout(socket.NoTimeout)

	checkStates(t, `
made = {
    "fileno, TCP": socket(fileno=tcp().detach()), "fileno, UDP": socket(fileno=udp().detach()),
    "fileno, unix": socket(fileno=unix().detach()),
    "fileno, with a kind": socket(AF_UNIX, SOCK_STREAM, 5, fileno=udp().detach()),
    "fromfd": fromfd(tcp().fileno(), AF_INET, SOCK_STREAM),
    "fromfd, another kind": fromfd(udp().fileno(), AF_INET6, SOCK_STREAM, 7),
    "dup": socket(fileno=m.dup(tcp().fileno())), "original after fromfd": tcp(),
}
setdefaulttimeout(5)
made["fromfd, default 5"] = fromfd(tcp().fileno(), AF_INET, SOCK_STREAM)
keep.append(fromfd(made["original after fromfd"].fileno(), AF_INET, SOCK_STREAM))
setdefaulttimeout(0)
made["fileno, default 0"] = socket(fileno=udp().detach())
setdefaulttimeout(None)
`, ours)

	// Detach leaves the flag as the mode has it.
	var theirs map[string]bool
	runPython(t, `print(json.dumps({str(d): nonblock(mode(tcp(), d).detach()) for d in (None, 0, 0.5)}))`, &theirs)
	for name, d := range map[string]time.Duration{"None": socket.NoTimeout, "0": 0, "0.5": 500 * time.Millisecond} {
		fd := detachFD(t, settled(t, tcp(t), d))
		if got := nonblock(t, fd); got != theirs[name] {
			t.Errorf("detached with timeout %s: O_NONBLOCK %v, in Python %v", name, got, theirs[name])
		}
		socket.CloseFD(fd)
	}
}

// TestPythonServers compares what create_server and create_connection make.
func TestPythonServers(t *testing.T) {
	needIPv6(t)
	server := func(addr socket.Addr, opts *socket.ServerOptions) *socket.Socket {
		t.Helper()
		s, err := socket.CreateServer(addr, opts)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		return s
	}
	ours := map[string]*socket.Socket{
		"defaults":   server(socket.Host("127.0.0.1", 0), nil),
		"no host":    server(socket.Host("", 0), nil),
		"IPv6":       server(socket.Host("::1", 0), &socket.ServerOptions{Family: socket.AF_INET6}),
		"dual stack": server(socket.Host("", 0), &socket.ServerOptions{Family: socket.AF_INET6, DualstackIPv6: true}),
		"reuse port": server(socket.Host("127.0.0.1", 0), &socket.ServerOptions{ReusePort: true}),
		"backlog":    server(socket.Host("127.0.0.1", 0), &socket.ServerOptions{Backlog: 1}),
	}
	_, port, _ := socket.HostPort(ours["defaults"].LocalAddr().(socket.Addr))
	connection := func(opts *socket.ConnectOptions) *socket.Socket {
		t.Helper()
		s, err := socket.CreateConnection(socket.Host("127.0.0.1", port), opts)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		return s
	}
	ours["connection"] = connection(nil)
	ours["connection, 5"] = connection(&socket.ConnectOptions{Timeout: 5 * time.Second})
	ours["connection, None"] = connection(&socket.ConnectOptions{Timeout: socket.NoTimeout})
	ours["connection, source"] = connection(&socket.ConnectOptions{SourceAddress: socket.Host("127.0.0.1", 0)})
	script := `
made = {
    "defaults": create_server(("127.0.0.1", 0)), "no host": create_server(("", 0)), "IPv6": create_server(("::1", 0), family=AF_INET6),
    "dual stack": create_server(("", 0), family=AF_INET6, dualstack_ipv6=True),
    "reuse port": create_server(("127.0.0.1", 0), reuse_port=True), "backlog": create_server(("127.0.0.1", 0), backlog=1),
}
a = made["defaults"].getsockname()
made |= {"connection": create_connection(a), "connection, 5": create_connection(a, 5), "connection, None": create_connection(a, None),
         "connection, source": create_connection(a, source_address=("127.0.0.1", 0))}
`
	checkStates(t, script, ours)

	// The options that were set, and the host.
	options := map[string][2]int{
		"SO_REUSEADDR": {socket.SOL_SOCKET, socket.SO_REUSEADDR}, "SO_ACCEPTCONN": {socket.SOL_SOCKET, socket.SO_ACCEPTCONN},
		"IPV6_V6ONLY":  {socket.IPPROTO_IPV6, socket.IPV6_V6ONLY},
		"SO_KEEPALIVE": {socket.SOL_SOCKET, socket.SO_KEEPALIVE}, "TCP_NODELAY": {socket.IPPROTO_TCP, socket.TCP_NODELAY},
	}
	var theirs map[string]map[string]any
	runPython(t, script+`
def options(s):
    o = {n: bool(s.getsockopt(SOL_SOCKET, getattr(m, n))) for n in ("SO_REUSEADDR", "SO_ACCEPTCONN", "SO_KEEPALIVE")}
    o["TCP_NODELAY"] = bool(s.getsockopt(IPPROTO_TCP, TCP_NODELAY))
    o["IPV6_V6ONLY"] = s.family == AF_INET6 and bool(s.getsockopt(IPPROTO_IPV6, IPV6_V6ONLY))
    o["host"] = s.getsockname()[0]
    return o
print(json.dumps({k: options(s) for k, s in made.items()}))
`, &theirs)
	for name, s := range ours {
		host, _, _ := socket.HostPort(s.LocalAddr().(socket.Addr))
		got := map[string]any{"host": host}
		for option, o := range options {
			got[option] = (option != "IPV6_V6ONLY" || s.Family() == socket.AF_INET6) && getInt(t, s, o[0], o[1]) != 0
		}
		if fmt.Sprint(got) != fmt.Sprint(theirs[name]) {
			t.Errorf("%s: %v, in Python %v", name, got, theirs[name])
		}
	}
}

// pythonForm is an address as Python has it: a list, or the bytes of a path in
// hexadecimal, or nil. Ports are left out.
func pythonForm(a socket.Addr) any {
	switch a := a.(type) {
	case socket.Inet4Addr:
		return []any{a.IP.String()}
	case socket.Inet6Addr:
		return []any{a.IP.String(), a.FlowInfo, a.ScopeID}
	case socket.UnixAddr:
		return hex.EncodeToString([]byte(a.Path))
	case nil:
		return nil
	}
	return "unknown"
}

// TestPythonAddresses compares the forms of the addresses that the system returns.
func TestPythonAddresses(t *testing.T) {
	needIPv6(t)
	dir := filepath.Dir(unixPath(t))
	t.Chdir(dir)
	name := func(family socket.Family, addr socket.Addr) func() (socket.Addr, error) {
		return func() (socket.Addr, error) { return bindAndAsk(t, family, addr), nil }
	}
	host := func(family socket.Family, host string) func() (socket.Addr, error) {
		return name(family, socket.Host(host, 0))
	}
	path := func(path string) func() (socket.Addr, error) {
		return name(socket.AF_UNIX, socket.UnixAddr{Path: path})
	}
	sender := func(s, to *socket.Socket) func() (socket.Addr, error) {
		return func() (socket.Addr, error) {
			if err := s.SendAll([]byte("x")); err != nil {
				return nil, err
			}
			_, from, err := to.RecvFrom(1)
			return from, err
		}
	}
	client, server := connect(t, socket.AF_INET)
	a, b := pair(t, socket.AF_UNIX, socket.SOCK_DGRAM)
	cases := []struct {
		name, python string
		ask          func() (socket.Addr, error)
	}{
		{"inet4", `named(AF_INET, ("127.0.0.1", 0))`, host(socket.AF_INET, "127.0.0.1")},
		{"inet4, no host", `named(AF_INET, ("", 0))`, host(socket.AF_INET, "")},
		{"inet6", `named(AF_INET6, ("::1", 0))`, host(socket.AF_INET6, "::1")},
		{"inet6, no host", `named(AF_INET6, ("", 0))`, host(socket.AF_INET6, "")},
		{"inet6, mapped", `named(AF_INET6, ("::ffff:127.0.0.1", 0))`, host(socket.AF_INET6, "::ffff:127.0.0.1")},
		{"inet6, parts", `named(AF_INET6, ("::1", 0, 5, 0))`, name(socket.AF_INET6, socket.HostAddr{Host: "::1", FlowInfo: 5})},
		{"new", `tcp().getsockname()`, tcp(t).GetSockName},
		{"new, unix", `unix().getsockname()`, local(t).GetSockName},
		{"path", `named(AF_UNIX, "s")`, path("s")},
		{"path, bytes", `named(AF_UNIX, b"\x80\xff ")`, path("\x80\xff ")},
		{"path, at", `named(AF_UNIX, "@s")`, path("@s")},
		{"pair", `pair()[0].getpeername()`, a.GetPeerName},
		{"sender of a stream", `sender(*connect())`, sender(client, server)},
		{"sender without a name", `sender(*socketpair(AF_UNIX, SOCK_DGRAM))`, sender(a, b)},
	}
	expressions := make(map[string]string)
	for _, c := range cases {
		expressions[c.name] = c.python
	}
	want := evalPython[any](t, `
def named(family, addr):
    s = new(family, SOCK_DGRAM)
    s.bind(addr)
    return s.getsockname()
def sender(a, b):
    a.send(b"x")
    return b.recvfrom(1)[1]
def form(f):
    a = f()
    if type(a) is tuple:
        return [a[0], *a[2:]]
    return None if a is None else os.fsencode(a).hex()
`, "form", expressions)
	for _, c := range cases {
		got, err := c.ask()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if fmt.Sprint(pythonForm(got)) != fmt.Sprint(want[c.name]) {
			t.Errorf("%s: %v, in Python %v", c.name, pythonForm(got), want[c.name])
		}
	}
}

// TestPythonRepr has String show what Python's repr shows.
func TestPythonRepr(t *testing.T) {
	fields := regexp.MustCompile(`\[closed\]|\w+=`)
	a, b := pair(t, socket.AF_UNIX, 0)
	l, _ := listen(t, socket.AF_INET)
	ours := map[string]*socket.Socket{
		"new": tcp(t), "listening": l, "connected": connected(t), "pair": a, "closed": closed(b), "unix": local(t),
	}
	var theirs map[string]string
	runPython(t, `
made = {"new": tcp(), "listening": listen(), "connected": connect()[0], "pair": pair()[0], "closed": closed(pair()[0]), "unix": unix()}
print(json.dumps({k: repr(s) for k, s in made.items()}))
`, &theirs)
	for name, s := range ours {
		got, want := fields.FindAllString(s.String(), -1), fields.FindAllString(theirs[name], -1)
		if !slices.Equal(got, want) || len(want) < 4 {
			t.Errorf("%s: %s, in Python %s", name, s, theirs[name])
		}
	}
}

// TestPythonHosts compares which numeric hosts are accepted, and as which address.
func TestPythonHosts(t *testing.T) {
	needIPv6(t)
	// Where this package differs on purpose, what it does instead.
	differences := map[string]string{
		// Python treats it as <broadcast>, by its text.
		"AF_INET6 255.255.255.255": "gaierror",
	}
	hosts := []string{
		"127.0.0.1", "127.1", "0x7f.1", "0X7F.0.0.1", "017.0.0.1", "2130706433", "1.2.3.4.5", "256.1", "4294967296", "1..2", "127.0.0.08",
		"", "<broadcast>", "255.255.255.255", "::1", "::", "0:0::1", "::ffff:127.0.0.1", "::1%0", "fe80::1%nosuch0", "127.0.0.1 ", "a\x00b",
	}
	quoted, err := json.Marshal(hosts)
	if err != nil {
		t.Fatal(err)
	}
	var theirs map[string]map[string]any
	runPython(t, `
def peer(family, host):
    s = new(family, SOCK_DGRAM)
    s.connect((host, 9))
    return s.getpeername()[0]
def result(family, host):
    o = outcome(lambda: peer(family, host))
    return o | {"host": peer(family, host) if not o["kind"] else ""}
print(json.dumps({f.name + " " + h: result(f, h) for f in (AF_INET, AF_INET6) for h in `+string(quoted)+`}))
`, &theirs)
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		for _, host := range hosts {
			name := family.String() + " " + host
			addr, err := connectUDP(t, family, socket.Host(host, 9))
			got := outcomeOf(err)
			text, _, _ := socket.HostPort(addr)
			want := theirs[name]
			if kind, ok := differences[name]; ok {
				if got.Kind != kind {
					t.Errorf("%q: %v, want %s", name, err, kind)
				}
				if got.Kind == want["kind"] && text == want["host"] {
					t.Errorf("%q: Python does the same by now", name)
				}
				continue
			}
			if got.Kind != want["kind"] || text != want["host"] || float64(got.Number) != want["number"] {
				t.Errorf("%q: %q %v (%v), in Python %v", name, text, got, err, want)
			}
		}
	}
}

// TestPythonDifferences has what this package does otherwise on purpose.
func TestPythonDifferences(t *testing.T) {
	var theirs map[string]any
	runPython(t, `
results = {}
s = unix()
s.bind(b"a\0b")
results["path"] = s.getsockname()
results["settimeout(-1)"] = outcome(lambda: tcp().settimeout(-1))["kind"]
s = mode(tcp(), 0)
results["timeout"] = socket(fileno=s.detach()).gettimeout()
s = mode(tcp(), 0)
s = socket(fileno=s.detach())
results["nonblock"] = nonblock(s)
results["setsockopt"] = outcome(lambda: tcp().setsockopt(SOL_SOCKET, SO_REUSEADDR, 1 << 31))["kind"]
print(json.dumps(results))
`, &theirs)
	for name, want := range map[string]any{
		"path": "a", "settimeout(-1)": "argument", "timeout": nil, "nonblock": true, "setsockopt": "argument",
	} {
		if theirs[name] != want {
			t.Errorf("Python's %s is %v by now", name, theirs[name])
		}
	}
	// Python binds to what stands before the NUL: a path is refused or kept whole here.
	if got := outcomeOf(local(t).Bind(socket.UnixAddr{Path: "a\x00b"})); got.Kind != "argument" {
		t.Errorf("a path with a NUL: %v", got)
	}
	// Less than 0 is the timeout that Python calls None.
	if s := settled(t, tcp(t), -5); s.GetTimeout() != socket.NoTimeout {
		t.Errorf("timeout %v", s.GetTimeout())
	}
	// Python leaves O_NONBLOCK on a socket that it says is blocking, whose calls then
	// fail. It is off here.
	s, err := socket.TakeFD(detachFD(t, settled(t, tcp(t), 0)))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if nonblock(t, s.Fileno()) || !s.GetBlocking() {
		t.Errorf("O_NONBLOCK %v, blocking %v", nonblock(t, s.Fileno()), s.GetBlocking())
	}
}
