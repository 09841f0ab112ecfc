package socket_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestNew has the defaults of a new socket.
func TestNew(t *testing.T) {
	tests := []struct {
		family     socket.Family
		typ        socket.Type
		proto      int
		wantFamily socket.Family
		wantType   socket.Type
	}{
		{0, 0, 0, socket.AF_INET, socket.SOCK_STREAM},
		{0, socket.SOCK_DGRAM, 0, socket.AF_INET, socket.SOCK_DGRAM},
		{socket.AF_INET, 0, socket.IPPROTO_TCP, socket.AF_INET, socket.SOCK_STREAM},
		{socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP, socket.AF_INET, socket.SOCK_DGRAM},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.family, tt.typ, tt.proto), func(t *testing.T) {
			checkFDs(t)
			s, err := socket.New(tt.family, tt.typ, tt.proto)
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, s)
			checkKind(t, s, tt.wantFamily, tt.wantType, tt.proto)
			if s.GetTimeout() != socket.NoTimeout || !s.GetBlocking() || s.Closed() {
				t.Errorf("timeout %v, blocking %v, closed %v", s.GetTimeout(), s.GetBlocking(), s.Closed())
			}
			if fd := s.Fileno(); fd < 0 || fd != s.Fileno() {
				t.Errorf("fd %d, then %d", fd, s.Fileno())
			}
		})
	}
}

// TestNoHiddenOptions compares the options of a new socket with those of one that was
// made by nobody but the system.
func TestNoHiddenOptions(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for name, option := range map[string]int{
		"SO_REUSEADDR": socket.SO_REUSEADDR, "SO_KEEPALIVE": socket.SO_KEEPALIVE, "SO_BROADCAST": socket.SO_BROADCAST,
	} {
		if v := getInt(t, s, socket.SOL_SOCKET, option); v != 0 {
			t.Errorf("%s is %d", name, v)
		}
	}
	if v := getInt(t, s, socket.IPPROTO_TCP, socket.TCP_NODELAY); v != 0 {
		t.Errorf("TCP_NODELAY is %d", v)
	}
}

// TestSocketString has the text of sockets in each state. Python leaves out what is not
// there.
func TestSocketString(t *testing.T) {
	checkFDs(t)
	fresh := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	l, addr := listen(t, socket.AF_INET)
	client, server := connect(t, socket.AF_INET)
	a, b := pair(t, 0, 0)
	unbound := ", laddr=0.0.0.0:0"
	if _, err := fresh.GetSockName(); err != nil { // Windows has no name yet
		unbound = ""
	}
	unnamed := "" // but where the pair is one of TCP
	if name, err := a.GetSockName(); err == nil && a.Family() != socket.AF_UNIX {
		unnamed = fmt.Sprintf(", laddr=%v, raddr=%v", name, a.RemoteAddr())
	}
	b.Close()
	text := func(s *socket.Socket, state, rest string) string {
		return fmt.Sprintf("<socket.Socket%s fd=%d, family=%v, type=%v, proto=%d%s>", state, s.Fileno(), s.Family(), s.Type(), s.Proto(), rest)
	}
	for _, tt := range []struct {
		name string
		s    *socket.Socket
		want string
	}{
		{"new", fresh, text(fresh, "", unbound)},
		{"listening", l, text(l, "", ", laddr="+addr.String())},
		{"connected", client, text(client, "", fmt.Sprintf(", laddr=%v, raddr=%v", server.RemoteAddr(), client.RemoteAddr()))},
		{"view", client.WithContext(t.Context()), client.String()},
		{"without a name", a, text(a, "", unnamed)},
		{"closed", b, fmt.Sprintf("<socket.Socket [closed] fd=-1, family=%v, type=SOCK_STREAM, proto=%d>", b.Family(), b.Proto())},
	} {
		if got := tt.s.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestSocketIsComparable uses sockets as map keys, embedded and through an interface.
func TestSocketIsComparable(t *testing.T) {
	a, b := pair(t, 0, 0)
	type client struct {
		*socket.Socket
		name string
	}
	clients := map[*socket.Socket]client{a: {a, "a"}, b: {b, "b"}}
	if clients[a].name != "a" || clients[b].name != "b" {
		t.Error("a socket is not found")
	}
	var c net.Conn = clients[a]
	if _, err := c.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if p, err := clients[b].Recv(1); err != nil || string(p) != "x" {
		t.Errorf("received %q, error %v", p, err)
	}
}

// TestAccepted has what an accepted socket is.
func TestAccepted(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6, socket.AF_UNIX} {
		t.Run(family.String(), func(t *testing.T) {
			switch family {
			case socket.AF_INET6:
				needIPv6(t)
			case socket.AF_UNIX:
				needUnix(t)
			}
			checkFDs(t)
			l, addr := listen(t, family)
			client := newSocket(t, family, socket.SOCK_STREAM)
			if err := client.Connect(addr); err != nil {
				t.Fatal(err)
			}
			s, peer, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, s)
			checkKind(t, s, family, socket.SOCK_STREAM, l.Proto())
			name, err := client.GetSockName()
			if err != nil || peer != name {
				t.Errorf("peer %v, want %v (%v)", peer, name, err)
			}
			if s.LocalAddr() != addr || s.RemoteAddr() != name || client.RemoteAddr() != addr {
				t.Errorf("from %v to %v, want %v to %v", s.RemoteAddr(), s.LocalAddr(), name, addr)
			}
			checkFlow(t, client, s)
			checkFlow(t, s, client)
		})
	}
}

// TestBacklog has listen take every backlog, as Python's does.
func TestBacklog(t *testing.T) {
	for _, backlog := range [][]int{{}, {0}, {1}, {-1}, {-1 << 31}, {1<<31 - 1}} {
		s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		if err := s.Bind(loopback(socket.AF_INET)); err != nil { // Windows asks for that
			t.Fatal(err)
		}
		if err := s.Listen(backlog...); err != nil {
			t.Errorf("backlog %v: %v", backlog, err)
		}
	}
}

// TestShutdown ends the directions one after the other.
func TestShutdown(t *testing.T) {
	checkFDs(t)
	a, b := connect(t, socket.AF_INET)
	if err := a.Shutdown(socket.SHUT_WR); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Recv(1); err != nil || p == nil || len(p) != 0 {
		t.Errorf("received %#v, error %v, want the end", p, err)
	}
	checkFlow(t, b, a) // the other direction goes on
	if err := b.Shutdown(socket.SHUT_RDWR); err != nil {
		t.Fatal(err)
	}
	if p, err := a.Recv(1); err != nil || len(p) != 0 {
		t.Errorf("received %q, error %v, want the end", p, err)
	}
}

// TestConnectEx has errors as numbers.
func TestConnectEx(t *testing.T) {
	checkFDs(t)
	_, addr := listen(t, socket.AF_INET)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if errno, err := s.ConnectEx(addr); errno != 0 || err != nil {
		t.Errorf("%v, error %v, want success", errno, err)
	}
	s = newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if errno, err := s.ConnectEx(deadPort(t, socket.AF_INET)); errno != socket.ECONNREFUSED || err != nil {
		t.Errorf("%v, error %v, want ECONNREFUSED", errno, err)
	}
	s = newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.SetBlocking(false); err != nil {
		t.Fatal(err)
	}
	if errno, err := s.ConnectEx(addr); errno != socket.EINPROGRESS || err != nil {
		t.Errorf("%v, error %v, want EINPROGRESS", errno, err)
	}
}

// TestInheritable sets and clears close-on-exec.
func TestInheritable(t *testing.T) {
	s := newSocket(t, 0, 0)
	for _, on := range []bool{true, true, false} {
		if err := s.SetInheritable(on); err != nil {
			t.Fatal(err)
		}
		if got, err := s.GetInheritable(); err != nil || got != on {
			t.Errorf("inheritable %v, error %v, want %v", got, err, on)
		}
	}
	if err := s.SetInheritable(true); err != nil {
		t.Fatal(err)
	}
	dup, err := s.Dup()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, dup)
	checkKind(t, dup, socket.AF_INET, socket.SOCK_STREAM, 0) // not inheritable
}

// TestViewIsTheSocket closes a socket through a view.
func TestViewIsTheSocket(t *testing.T) {
	checkFDs(t)
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	view := s.WithContext(t.Context()).WithContext(t.Context())
	if view.Fileno() != s.Fileno() || view.Family() != s.Family() || view.Type() != s.Type() {
		t.Errorf("%v is not %v", view, s)
	}
	if err := view.SetBlocking(false); err != nil || s.GetBlocking() {
		t.Errorf("error %v, blocking %v", err, s.GetBlocking())
	}
	if err := view.Close(); err != nil || !s.Closed() {
		t.Errorf("error %v, closed %v", err, s.Closed())
	}
	if _, err := s.GetSockName(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
	if !strings.Contains(view.String(), "[closed]") {
		t.Error(view)
	}
}

// TestZeroSocket: a Socket that no constructor made is closed, and does not touch fd 0.
func TestZeroSocket(t *testing.T) {
	var s socket.Socket
	if !s.Closed() || s.Fileno() != -1 {
		t.Errorf("Closed %v, Fileno %d", s.Closed(), s.Fileno())
	}
	for name, call := range closedCalls {
		if err := call(new(socket.Socket)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: error %v, want net.ErrClosed", name, err)
		}
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error("Close:", err)
		}
	}
}
