package socket_test

import (
	"errors"
	"io/fs"
	"net"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// portable are the errors that stand for numbers on every system.
var portable = []error{
	socket.ErrTimeout, socket.ErrWouldBlock, socket.ErrInProgress, socket.ErrConnRefused, socket.ErrConnReset,
	socket.ErrConnAborted, socket.ErrBrokenPipe, socket.ErrAddrInUse, socket.ErrAddrNotAvail, socket.ErrNotConnected,
	net.ErrClosed, fs.ErrPermission, fs.ErrNotExist, fs.ErrExist, errors.ErrUnsupported,
}

// What each number of Winsock is; those that are not here are none of the portable errors.
var portableNumbers = map[syscall.Errno]error{
	windows.WSAEACCES:          fs.ErrPermission,
	windows.WSAEWOULDBLOCK:     socket.ErrWouldBlock,
	windows.WSAEINPROGRESS:     socket.ErrInProgress,
	windows.WSAEPROTONOSUPPORT: errors.ErrUnsupported,
	windows.WSAESOCKTNOSUPPORT: errors.ErrUnsupported,
	windows.WSAEOPNOTSUPP:      errors.ErrUnsupported,
	windows.WSAENOPROTOOPT:     errors.ErrUnsupported, // an option that this version lacks
	windows.WSAEPFNOSUPPORT:    errors.ErrUnsupported,
	windows.WSAEAFNOSUPPORT:    errors.ErrUnsupported,
	windows.WSAEADDRINUSE:      socket.ErrAddrInUse,
	windows.WSAEADDRNOTAVAIL:   socket.ErrAddrNotAvail,
	windows.WSAECONNABORTED:    socket.ErrConnAborted,
	windows.WSAECONNRESET:      socket.ErrConnReset,
	windows.WSAENOTCONN:        socket.ErrNotConnected,
	windows.WSAESHUTDOWN:       socket.ErrBrokenPipe,
	windows.WSAECONNREFUSED:    socket.ErrConnRefused,
}

// Every number of Winsock, 10000 to 11999 (MSDN, "Windows Sockets Error Codes"), is at
// most one of the portable errors, the right one, and stays what it is.
func TestWindowsErrorNumbers(t *testing.T) {
	for errno := syscall.Errno(10000); errno < 12000; errno++ {
		err := socket.NewError("call", nil, errno)
		if got, ok := socket.ErrnoOf(err); got != errno || !ok || !errors.Is(err, errno) {
			t.Errorf("%d has become %d", errno, got)
		}
		for _, target := range portable {
			want := portableNumbers[errno]
			if got := errors.Is(err, target); got != (target == want) { //nolint:errorlint // identity is meant
				t.Errorf("%d is %q: %v", errno, target, got)
			}
		}
		var e net.Error
		if !errors.As(err, &e) || e.Timeout() != (errno == windows.WSAETIMEDOUT) {
			t.Errorf("%d: Timeout %v", errno, e.Timeout())
		}
	}
}

// settles asks ConnectEx of a non-blocking socket until the connect goes on no more.
func settles(t *testing.T, s *socket.Socket, addr socket.Addr) (seen []syscall.Errno) {
	t.Helper()
	for range 2000 {
		errno, err := s.ConnectEx(addr)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, errno)
		if errno != socket.EINPROGRESS && errno != socket.EALREADY {
			return seen
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("connects for ever: %v", seen[:3])
	return nil
}

// A non-blocking connect is in progress, then already so, then done; never WSAEWOULDBLOCK.
func TestWindowsConnectSettles(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		if family == socket.AF_INET6 {
			needIPv6(t)
		}
		_, addr := listen(t, family)
		s := newSocket(t, family, socket.SOCK_STREAM)
		mustSetTimeout(t, s, 0)
		seen := settles(t, s, addr)
		if last := seen[len(seen)-1]; last != 0 && last != socket.EISCONN {
			t.Errorf("ConnectEx answers %v", seen)
		}
		if slices.Contains(seen[1:], socket.EINPROGRESS) {
			t.Errorf("ConnectEx answers EINPROGRESS again: %v", seen)
		}
		if errno, err := s.ConnectEx(addr); errno != socket.EISCONN || err != nil {
			t.Errorf("a connected socket: %v, %v; want EISCONN", errno, err)
		}
	}
}

// Who was refused can try elsewhere, in each mode.
func TestWindowsConnectAfterRefusal(t *testing.T) {
	_, good := listen(t, socket.AF_INET)
	gone, bad := listen(t, socket.AF_INET)
	gone.Close()
	for _, timeout := range []time.Duration{socket.NoTimeout, 20 * time.Second} {
		s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		mustSetTimeout(t, s, timeout)
		if err := s.Connect(bad); !errors.Is(err, socket.ErrConnRefused) {
			t.Errorf("Connect to nobody = %v, want ErrConnRefused", err)
		}
		err := s.Connect(good)
		if errors.Is(err, socket.ErrConnAborted) {
			err = s.Connect(good) // Linux below Wine tells of the first failure once more
		}
		if err != nil {
			t.Errorf("Connect after that = %v", err)
		}
	}
}

// A connect whose timeout ends goes on; asked again it is WSAEALREADY, or with time it
// waits on.
func TestWindowsConnectTimesOut(t *testing.T) {
	addr := deafListener(t)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	mustSetTimeout(t, s, 30*time.Millisecond)
	err := s.Connect(addr)
	if errors.Is(err, socket.ErrConnRefused) {
		t.Skip("this system refuses what a backlog does not take:", err)
	}
	if !errors.Is(err, socket.ErrTimeout) {
		t.Fatalf("Connect = %v, want ErrTimeout", err)
	}
	if err := s.Connect(addr); !errors.Is(err, socket.ErrTimeout) {
		t.Errorf("Connect again = %v, want ErrTimeout", err)
	}
	mustSetTimeout(t, s, 0)
	if errno, err := s.ConnectEx(addr); errno != socket.EALREADY || err != nil {
		t.Errorf("ConnectEx = %v, %v; want EALREADY", errno, err)
	}
}

// Calls in the wrong state fail at once, in blocking mode too.
func TestWindowsWrongState(t *testing.T) {
	l, addr := listen(t, socket.AF_INET)
	fresh := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	tests := []struct {
		name string
		call func() error
		want []error
	}{
		{"accept without listen", func() error { _, _, err := fresh.Accept(); return err }, []error{socket.EINVAL}},
		{"listen without bind", func() error { return fresh.Listen() }, []error{socket.EINVAL}},
		{"recv without connect", func() error { _, err := fresh.Recv(1); return err }, []error{socket.ErrNotConnected}},
		{"send without connect", func() error { _, err := fresh.Send([]byte{1}); return err }, []error{socket.ErrNotConnected, socket.ErrConnReset /* Wine */}},
		{"connect of a listener", func() error { return l.Connect(addr) }, []error{socket.EINVAL, socket.EISCONN, socket.EOPNOTSUPP}},
		{"bind twice", func() error { return l.Bind(loopback(socket.AF_INET)) }, []error{socket.EINVAL}},
		{"bind to a port in use", func() error { return fresh.Bind(addr) }, []error{socket.ErrAddrInUse, fs.ErrPermission}},
	}
	for _, tt := range tests {
		err := tt.call()
		if !slices.ContainsFunc(tt.want, func(want error) bool { return errors.Is(err, want) }) {
			t.Errorf("%s: error %v, want one of %v", tt.name, err, tt.want)
		}
	}
}

// Nobody else can bind to the address of a socket with ExclusiveAddrUse, whatever they set.
func TestWindowsExclusive(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := socket.ExclusiveAddrUse.Set(s, true); err != nil {
		t.Fatal(err)
	}
	if err := s.Bind(loopback(socket.AF_INET)); err != nil {
		t.Fatal(err)
	}
	addr, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	thief := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := socket.ReuseAddr.Set(thief, true); err != nil {
		t.Fatal(err)
	}
	if err := thief.Bind(addr); !errors.Is(err, fs.ErrPermission) && !errors.Is(err, socket.ErrAddrInUse) {
		t.Errorf("Bind = %v, want ErrPermission or ErrAddrInUse", err)
	}
}

// A stream of AF_UNIX: names, the file that stays, and what connects to nobody.
func TestWindowsUnix(t *testing.T) {
	needUnix(t)
	l, addr := listen(t, socket.AF_UNIX)
	path := addr.(socket.UnixAddr).Path
	client, server := newSocket(t, socket.AF_UNIX, socket.SOCK_STREAM), (*socket.Socket)(nil)
	if err := client.Connect(addr); err != nil {
		t.Fatal(err)
	}
	server, peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, server)
	if peer != (socket.UnixAddr{}) {
		t.Errorf("the peer is %#v, want unnamed", peer)
	}
	if name, err := client.GetPeerName(); name != addr || err != nil {
		t.Errorf("GetPeerName = %v, %v; want %v", name, err, addr)
	}
	waitForData(t, server, client)
	waitForData(t, client, server)
	again := newSocket(t, socket.AF_UNIX, socket.SOCK_STREAM)
	if err := again.Bind(addr); !errors.Is(err, socket.ErrAddrInUse) {
		t.Errorf("Bind to a path in use = %v, want ErrAddrInUse", err)
	}
	l.Close() // does not remove the file, as in Python
	if err := again.Connect(addr); !errors.Is(err, socket.ErrConnRefused) {
		t.Errorf("Connect to %s that nobody listens at = %v, want ErrConnRefused", path, err)
	}
	a, b := pair(t, 0, 0)
	if a.Family() != socket.AF_UNIX {
		t.Errorf("a pair of %v", a.Family())
	}
	waitForData(t, a, b)
}
