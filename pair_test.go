package socket_test

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
	"github.com/bsdsocket/socket/internal/syscall"
)

// checkFlow sends a byte from a to b.
func checkFlow(t testing.TB, a, b *socket.Socket) {
	t.Helper()
	if err := a.SendAll([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Recv(1); err != nil || string(p) != "x" {
		t.Fatalf("received %q, error %v", p, err)
	}
}

// checkKind checks what a socket knows of itself.
func checkKind(t testing.TB, s *socket.Socket, family socket.Family, typ socket.Type, proto int) {
	t.Helper()
	if s.Family() != family || s.Type() != typ || s.Proto() != proto {
		t.Errorf("%v %v %d, want %v %v %d", s.Family(), s.Type(), s.Proto(), family, typ, proto)
	}
	if on, err := s.GetInheritable(); err != nil || on {
		t.Errorf("inheritable %v, error %v", on, err)
	}
}

func TestSocketpair(t *testing.T) {
	tests := []struct {
		family   socket.Family
		typ      socket.Type
		wantType socket.Type
	}{
		{0, 0, socket.SOCK_STREAM},
		{0, socket.SOCK_DGRAM, socket.SOCK_DGRAM},
		{socket.AF_UNIX, socket.SOCK_STREAM, socket.SOCK_STREAM},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.family, tt.typ), func(t *testing.T) {
			if tt.family == socket.AF_UNIX {
				needUnix(t)
			}
			checkFDs(t)
			if tt.typ == socket.SOCK_DGRAM && runtime.GOOS == "windows" {
				if err := made2(socket.Socketpair(tt.family, tt.typ, 0)); !errors.Is(err, errors.ErrUnsupported) {
					t.Errorf("error %v, want ErrUnsupported", err)
				}
				return
			}
			a, b := pair(t, tt.family, tt.typ)
			checkKind(t, a, a.Family(), tt.wantType, 0)
			checkKind(t, b, a.Family(), tt.wantType, 0)
			if tt.family != 0 && a.Family() != tt.family {
				t.Errorf("family %v, want %v", a.Family(), tt.family)
			}
			checkFlow(t, a, b)
			checkFlow(t, b, a)
		})
	}
}

// detached returns the fd of a new socket that belongs to the test.
func detached(t testing.TB, family socket.Family, typ socket.Type, proto int) int {
	t.Helper()
	s, err := socket.New(family, typ, proto)
	if err != nil {
		t.Fatal(err)
	}
	return detachFD(t, s)
}

// detachFD detaches a socket and returns the fd.
func detachFD(t testing.TB, s *socket.Socket) int {
	t.Helper()
	fd, err := s.Detach()
	if err != nil {
		t.Fatal(err)
	}
	if s.Fileno() != -1 {
		t.Errorf("fd %d after Detach", s.Fileno())
	}
	return fd
}

// TestTakeFD has the kind of a socket be found out from its fd alone.
func TestTakeFD(t *testing.T) {
	for _, tt := range []struct {
		family socket.Family
		typ    socket.Type
	}{
		{socket.AF_INET, socket.SOCK_STREAM},
		{socket.AF_INET, socket.SOCK_DGRAM},
		{socket.AF_INET6, socket.SOCK_DGRAM},
		{socket.AF_UNIX, socket.SOCK_STREAM},
		{socket.AF_UNIX, socket.SOCK_DGRAM},
	} {
		t.Run(fmt.Sprint(tt.family, tt.typ), func(t *testing.T) {
			switch tt.family {
			case socket.AF_INET6:
				needIPv6(t)
			case socket.AF_UNIX:
				needUnix(t)
			}
			checkFDs(t)
			fd := detached(t, tt.family, tt.typ, 0)
			s, err := socket.TakeFD(fd)
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, s)
			checkKind(t, s, tt.family, tt.typ, s.Proto()) // the protocol is not told everywhere
			if s.Fileno() != fd {
				t.Errorf("fd %d, want %d", s.Fileno(), fd)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			checkClosed(t, fd)
		})
	}
}

// TestTakeFDAs takes the caller's word for the kind.
func TestTakeFDAs(t *testing.T) {
	checkFDs(t)
	fd := detached(t, socket.AF_INET, socket.SOCK_STREAM, 0)
	s, err := socket.TakeFDAs(fd, socket.AF_INET6, socket.SOCK_DGRAM, 99)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	checkKind(t, s, socket.AF_INET6, socket.SOCK_DGRAM, 99)
	if s.Fileno() != fd {
		t.Errorf("fd %d, want %d", s.Fileno(), fd)
	}
}

// TestFromFD duplicates: the caller keeps the fd.
func TestFromFD(t *testing.T) {
	checkFDs(t)
	a, b := pair(t, 0, 0)
	dup, err := socket.FromFD(a.Fileno(), a.Family(), a.Type(), 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, dup)
	checkKind(t, dup, a.Family(), a.Type(), 0)
	if dup.Fileno() == a.Fileno() {
		t.Error("both have one fd")
	}
	checkFlow(t, dup, b)
	if err := dup.Close(); err != nil {
		t.Fatal(err)
	}
	checkFlow(t, a, b)
}

// fromConn is FromConn.
func fromConn(t testing.TB, c syscall.Conn) *socket.Socket {
	t.Helper()
	s, err := socket.FromConn(c)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	return s
}

// TestFromConn makes sockets out of what package net and os have.
func TestFromConn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	own := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)

	t.Run("TCPConn", func(t *testing.T) {
		checkFDs(t)
		s := fromConn(t, conn.(*net.TCPConn))
		checkKind(t, s, socket.AF_INET, socket.SOCK_STREAM, s.Proto())
		if err := s.SendAll([]byte("x")); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 1)
		if _, err := server.Read(buf); err != nil || buf[0] != 'x' {
			t.Errorf("received %q, error %v", buf, err)
		}
		s.Close()
		if _, err := conn.Write([]byte("y")); err != nil {
			t.Errorf("the net.Conn after the Socket was closed: %v", err)
		}
	})
	t.Run("TCPListener", func(t *testing.T) {
		checkFDs(t)
		s := fromConn(t, l.(*net.TCPListener))
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		c, addr, err := s.Accept()
		if err != nil || addr.String() != client.LocalAddr().String() {
			t.Fatalf("accepted %v, error %v", addr, err)
		}
		c.Close()
	})
	t.Run("UDPConn", func(t *testing.T) {
		s := fromConn(t, udp.(*net.UDPConn))
		checkKind(t, s, socket.AF_INET, socket.SOCK_DGRAM, s.Proto())
		if s.LocalAddr().String() != udp.LocalAddr().String() {
			t.Errorf("address %v, want %v", s.LocalAddr(), udp.LocalAddr())
		}
	})
	t.Run("os.File", func(t *testing.T) {
		file, err := conn.(*net.TCPConn).File()
		status, ok := errors.AsType[interface {
			error
			Errno() syscall.Errno
		}](err)
		if wine() && ok && status.Errno() == 1 { // ERROR_INVALID_FUNCTION, of an NTSTATUS
			t.Skip("Wine cannot take a socket from its completion port, as net.TCPConn.File does")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		s := fromConn(t, file)
		checkKind(t, s, socket.AF_INET, socket.SOCK_STREAM, s.Proto())
	})
	t.Run("Socket", func(t *testing.T) {
		s := fromConn(t, own)
		checkKind(t, s, socket.AF_INET, socket.SOCK_DGRAM, s.Proto())
	})
}

// TestFDFunctions has the module functions close and dup.
func TestFDFunctions(t *testing.T) {
	checkFDs(t)
	a, b := pair(t, 0, 0)
	fd, err := socket.DupFD(a.Fileno())
	if err != nil {
		t.Fatal(err)
	}
	s, err := socket.FromFD(fd, a.Family(), a.Type(), 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	a.Close()
	checkFlow(t, s, b)
	if err := socket.CloseFD(fd); err != nil {
		t.Error(err)
	}
	checkClosed(t, fd)
}

// freeAddr returns an address with a port that was free a moment ago.
func freeAddr(t *testing.T) socket.Addr {
	t.Helper()
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	defer s.Close()
	if err := s.Bind(loopback(socket.AF_INET)); err != nil {
		t.Fatal(err)
	}
	addr, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

func TestCreateConnection(t *testing.T) {
	checkFDs(t)
	l, addr := listen(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	from := freeAddr(t)
	fakeDNS(t, dnstest.Zone{"both.test": {Addrs: []string{"::1", "127.0.0.1"}}})
	for _, tt := range []struct {
		name    string
		host    string
		opts    *socket.ConnectOptions
		timeout time.Duration
	}{
		{"defaults", "127.0.0.1", nil, socket.NoTimeout},
		{"no host", "", nil, socket.NoTimeout},
		{"localhost", "localhost", nil, socket.NoTimeout},
		{"second address", "both.test", nil, socket.NoTimeout},
		{"timeout", "127.1", &socket.ConnectOptions{Timeout: 5 * time.Second}, 5 * time.Second},
		{"second address, timeout", "both.test", &socket.ConnectOptions{Timeout: 5 * time.Second}, 5 * time.Second},
		{"no timeout", "127.1", &socket.ConnectOptions{Timeout: socket.NoTimeout}, socket.NoTimeout},
		{"source address", "127.0.0.1", &socket.ConnectOptions{SourceAddress: from}, socket.NoTimeout},
		{"source host", "127.0.0.1", &socket.ConnectOptions{SourceAddress: socket.Host("127.0.0.1", 0)}, socket.NoTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.host == "localhost" {
				needLocalhost(t)
			}
			checkFDs(t)
			s, err := socket.CreateConnection(socket.Host(tt.host, port), tt.opts)
			for try := 0; errors.Is(err, socket.ErrAddrInUse) && try < 10; try++ { // by somebody else by now
				from = freeAddr(t)
				s, err = socket.CreateConnection(socket.Host(tt.host, port), &socket.ConnectOptions{SourceAddress: from})
			}
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, s)
			conn, peer, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, conn)
			if s.LocalAddr() != peer || s.RemoteAddr() != addr {
				t.Errorf("from %v to %v, want %v to %v", s.LocalAddr(), s.RemoteAddr(), peer, addr)
			}
			if tt.name == "source address" && peer != from {
				t.Errorf("from %v, want %v", peer, from)
			}
			if s.GetTimeout() != tt.timeout {
				t.Errorf("timeout %v, want %v", s.GetTimeout(), tt.timeout)
			}
			checkKind(t, s, socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
		})
	}
}

// TestCreateConnectionErrors has the error tell of every attempt.
func TestCreateConnectionErrors(t *testing.T) {
	needIPv6(t)
	checkFDs(t)
	fakeDNS(t, dnstest.Zone{"dead.test": {Addrs: []string{"127.0.0.1", "::1", "127.0.0.2"}}})
	_, port, _ := socket.HostPort(deadPort(t, socket.AF_INET))
	s, err := socket.CreateConnection(socket.Host("dead.test", port), nil)
	if s != nil || !errors.Is(err, socket.ErrConnRefused) {
		t.Fatalf("%v, error %v, want ErrConnRefused", s, err)
	}
	if _, ok := errors.AsType[net.Error](err); !ok {
		t.Errorf("error %#v has no net.Error inside", err)
	}
	for _, host := range []string{"127.0.0.1", "[::1]", "127.0.0.2"} {
		if want := fmt.Sprintf("connect %s:%d: ", host, port); strings.Count(err.Error(), want) != 1 {
			t.Errorf("error %q does not have %q once", err, want)
		}
	}
	// One attempt is one *Error.
	_, err = socket.CreateConnection(socket.Host("127.0.0.1", port), nil)
	if _, ok := outermost(err); !ok {
		t.Errorf("error %#v, want an *Error", err)
	}
	// A name without an address is no attempt at all.
	_, err = socket.CreateConnection(socket.Host("nosuch.test", port), nil)
	if e, ok := errors.AsType[*socket.AddrInfoError](err); !ok || e.Code != socket.EAI_NONAME {
		t.Errorf("error %#v, want EAI_NONAME", err)
	}
}

// TestCreateConnectionTimeout spends one timeout on the look-up and all attempts.
func TestCreateConnectionTimeout(t *testing.T) {
	const timeout = 200 * time.Millisecond
	opts := &socket.ConnectOptions{Timeout: timeout}
	check := func(t *testing.T, host string, port int) {
		t.Helper()
		checkFDs(t)
		start := time.Now()
		s, err := socket.CreateConnection(socket.Host(host, port), opts)
		if took := time.Since(start); took < timeout || took > timeout+slack {
			t.Errorf("it took %v, want %v", took, timeout)
		}
		if s != nil || !errors.Is(err, socket.ErrTimeout) {
			t.Errorf("%v, error %v, want ErrTimeout", s, err)
		}
	}
	t.Run("slow name server", func(t *testing.T) {
		slowResolver(t)
		check(t, "slow.test", 9)
	})
	t.Run("slow peer", func(t *testing.T) {
		check(t, "127.0.0.1", fullListener(t))
	})
	t.Run("slow peers", func(t *testing.T) {
		fakeDNS(t, dnstest.Zone{"full.test": {Addrs: []string{"127.0.0.1", "127.0.0.1", "127.0.0.1"}}})
		check(t, "full.test", fullListener(t))
	})
}

// fullListener returns the port of a listener that takes no more connections.
func fullListener(t *testing.T) int {
	t.Helper()
	l, err := socket.CreateServer(socket.Host("127.0.0.1", 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, l)
	clog(t, l)
	_, port, _ := socket.HostPort(l.LocalAddr().(socket.Addr))
	return port
}

// getInt is an option's value.
func getInt(t testing.TB, s *socket.Socket, level, name int) int {
	t.Helper()
	v, err := s.GetSockOptInt(level, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCreateServer(t *testing.T) {
	six := &socket.ServerOptions{Family: socket.AF_INET6}
	for _, tt := range []struct {
		name   string
		addr   socket.Addr
		opts   *socket.ServerOptions
		family socket.Family
		text   string // how the address begins
	}{
		{"host", socket.Host("127.0.0.1", 0), nil, socket.AF_INET, "127.0.0.1:"},
		{"no host", socket.Host("", 0), nil, socket.AF_INET, "0.0.0.0:"},
		{"no host, IPv6", socket.Host("", 0), six, socket.AF_INET6, "[::]:"},
		{"inet4", loopback(socket.AF_INET), nil, socket.AF_INET, "127.0.0.1:"},
		{"inet6", loopback(socket.AF_INET6), nil, socket.AF_INET6, "[::1]:"},
		{"inet6, said twice", loopback(socket.AF_INET6), six, socket.AF_INET6, "[::1]:"},
		{"backlog", socket.Host("127.0.0.1", 0), &socket.ServerOptions{Backlog: 1}, socket.AF_INET, "127.0.0.1:"},
		{"backlog negative", socket.Host("127.0.0.1", 0), &socket.ServerOptions{Backlog: -1}, socket.AF_INET, "127.0.0.1:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.family == socket.AF_INET6 {
				needIPv6(t)
			}
			checkFDs(t)
			l, err := socket.CreateServer(tt.addr, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, l)
			checkKind(t, l, tt.family, socket.SOCK_STREAM, 0)
			if text := l.LocalAddr().String(); !strings.HasPrefix(text, tt.text) {
				t.Errorf("address %s, want %s", text, tt.text)
			}
			if getInt(t, l, socket.SOL_SOCKET, socket.SO_ACCEPTCONN) != 1 {
				t.Error("it does not listen")
			}
			if tt.family == socket.AF_INET6 && getInt(t, l, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) != 1 {
				t.Error("it takes IPv4 too")
			}
		})
	}
}

func TestCreateServerUnix(t *testing.T) {
	needUnix(t)
	checkFDs(t)
	client, server := connect(t, socket.AF_UNIX) // by CreateServer
	checkFlow(t, client, server)
}

// TestReusePort has two servers on one port.
func TestReusePort(t *testing.T) {
	checkFDs(t)
	opts := &socket.ServerOptions{ReusePort: true}
	first, err := socket.CreateServer(loopback(socket.AF_INET), opts)
	if !socket.OptionExists(socket.ReusePort) && errors.Is(err, errors.ErrUnsupported) {
		return // as it has to be
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, first)
	addr, err := first.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	second, err := socket.CreateServer(addr, opts)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, second)
	if got, err := second.GetSockName(); err != nil || got != addr {
		t.Errorf("address %v, error %v, want %v", got, err, addr)
	}
	if third, err := socket.CreateServer(addr, nil); !errors.Is(err, socket.ErrAddrInUse) {
		closeAtEnd(t, third)
		t.Errorf("error %v, want ErrAddrInUse without ReusePort", err)
	}
}

// TestDualstack has an IPv6 server take a client that speaks IPv4, whose address is
// IPv4-mapped.
func TestDualstack(t *testing.T) {
	needIPv6(t)
	if !socket.HasDualstackIPv6() {
		t.Skip("no dual-stack sockets on this system: cannot clear IPV6_V6ONLY")
	}
	checkFDs(t)
	l, err := socket.CreateServer(socket.Host("", 0), &socket.ServerOptions{Family: socket.AF_INET6, DualstackIPv6: true})
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, l)
	_, port, _ := socket.HostPort(l.LocalAddr().(socket.Addr))
	for _, host := range []string{"127.0.0.1", "::1"} {
		client, err := socket.CreateConnection(socket.Host(host, port), nil)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, client)
		conn, peer, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, conn)
		ip := peer.(socket.Inet6Addr).IP
		if ip.Is4In6() != (host == "127.0.0.1") || ip.Unmap().String() != host {
			t.Errorf("the peer at %s is %v", host, peer)
		}
	}
}

// TestHasIPv6 compares the probes with what package net can do.
func TestHasIPv6(t *testing.T) {
	checkFDs(t)
	l, err := net.Listen("tcp6", "[::1]:0")
	if err == nil {
		l.Close()
	}
	if socket.HasIPv6() != (err == nil) {
		t.Errorf("HasIPv6 %v, but listening on ::1 gives %v", socket.HasIPv6(), err)
	}
	if socket.HasDualstackIPv6() && !socket.HasIPv6() {
		t.Error("dual stack without IPv6")
	}
}

// TestDefaultTimeout has every way to make a socket look at the default timeout.
func TestDefaultTimeout(t *testing.T) {
	if socket.GetDefaultTimeout() != socket.NoTimeout {
		t.Fatalf("default timeout %v, want none", socket.GetDefaultTimeout())
	}
	defer socket.SetDefaultTimeout(socket.NoTimeout)
	l, addr := listen(t, socket.AF_INET) // made before: has no timeout
	_, port, _ := socket.HostPort(addr)
	for set, want := range map[time.Duration]time.Duration{
		-time.Hour: socket.NoTimeout, 0: 0, 1: 1, time.Minute: time.Minute, 1<<63 - 1: 1<<63 - 1,
	} {
		socket.SetDefaultTimeout(set)
		if got := socket.GetDefaultTimeout(); got != want {
			t.Errorf("set %v, got %v, want %v", set, got, want)
		}
	}
	socket.SetDefaultTimeout(time.Minute)
	client, err := socket.CreateConnection(socket.Host("127.0.0.1", port), nil)
	if err != nil {
		t.Fatal(err)
	}
	accepted, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	a, b := pair(t, 0, 0)
	dup, err := l.Dup()
	if err != nil {
		t.Fatal(err)
	}
	fromFD, err := socket.FromFD(a.Fileno(), a.Family(), a.Type(), 0)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := socket.TakeFD(detached(t, 0, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, client, accepted, dup, fromFD, taken)
	for name, s := range map[string]*socket.Socket{
		"New": newSocket(t, 0, 0), "CreateConnection": client, "Accept": accepted, "Socketpair": b, "FromFD": fromFD, "TakeFD": taken,
	} {
		if s.GetTimeout() != time.Minute {
			t.Errorf("%s: timeout %v, want the default", name, s.GetTimeout())
		}
	}
	if l.GetTimeout() != socket.NoTimeout || dup.GetTimeout() != socket.NoTimeout {
		t.Errorf("listener %v, its duplicate %v, want none", l.GetTimeout(), dup.GetTimeout())
	}
}
