package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/syscall"
)

// sentinels are the errors that a program may look for.
var sentinels = map[string]error{
	"ErrTimeout":                 socket.ErrTimeout,
	"ErrWouldBlock":              socket.ErrWouldBlock,
	"ErrInProgress":              socket.ErrInProgress,
	"ErrConnRefused":             socket.ErrConnRefused,
	"ErrConnReset":               socket.ErrConnReset,
	"ErrConnAborted":             socket.ErrConnAborted,
	"ErrBrokenPipe":              socket.ErrBrokenPipe,
	"ErrAddrInUse":               socket.ErrAddrInUse,
	"ErrAddrNotAvail":            socket.ErrAddrNotAvail,
	"ErrNotConnected":            socket.ErrNotConnected,
	"net.ErrClosed":              net.ErrClosed,
	"os.ErrDeadlineExceeded":     os.ErrDeadlineExceeded,
	"fs.ErrPermission":           fs.ErrPermission,
	"fs.ErrNotExist":             fs.ErrNotExist,
	"fs.ErrExist":                fs.ErrExist,
	"fs.ErrInvalid":              fs.ErrInvalid,
	"strconv.ErrRange":           strconv.ErrRange,
	"errors.ErrUnsupported":      errors.ErrUnsupported,
	"context.Canceled":           context.Canceled,
	"context.DeadlineExceeded":   context.DeadlineExceeded,
	"syscall.EBADF, of a closed": socket.EBADF,
}

// checkSentinels fails the test if err is not exactly the wanted ones of sentinels.
func checkSentinels(t testing.TB, err error, want ...string) {
	t.Helper()
	for name, sentinel := range sentinels {
		if errors.Is(err, sentinel) != slices.Contains(want, name) {
			t.Errorf("%v: is %s: %v", err, name, errors.Is(err, sentinel))
		}
	}
	for _, name := range want {
		if sentinels[name] == nil {
			t.Fatal("no sentinel", name)
		}
	}
}

// temporary is the Temporary of a net.Error.
func temporary(err error) bool {
	var e interface{ Temporary() bool }
	return errors.As(err, &e) && e.Temporary()
}

// outermost is err if that is an *Error itself, and none that another error wraps.
func outermost(err error) (e *socket.Error, ok bool) {
	e, ok = err.(*socket.Error) //nolint:errorlint // see above
	return e, ok
}

// deadPort returns an address that refuses connections: that of a socket that does not
// listen.
func deadPort(t testing.TB, family socket.Family) socket.Addr {
	t.Helper()
	s, err := socket.New(family, socket.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if err := s.Bind(loopback(family)); err != nil {
		t.Fatal(err)
	}
	addr, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	return addr
}

// newSocket returns a socket that is closed when the test ends.
func newSocket(t testing.TB, family socket.Family, typ socket.Type) *socket.Socket {
	t.Helper()
	s, err := socket.New(family, typ, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	return s
}

// needResets skips a test where a reset is not told to a recv that comes after it.
func needResets(t testing.TB) {
	t.Helper()
	if forgetsReset(t) {
		t.Skip("this Wine forgets a reset that comes before the recv: package net gets io.EOF as well")
	}
}

// reset closes a TCP socket so that its peer gets a reset: struct linger {1, 0}.
func reset(t testing.TB, s *socket.Socket) {
	t.Helper()
	if err := socket.Linger.Set(s, socket.LingerValue{On: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// anyErrno stands for a number that differs between systems.
const anyErrno = ^syscall.Errno(0)

// realErrors are errors that come from real sockets.
var realErrors = []struct {
	name      string
	make      func(t *testing.T) error
	op        string
	errno     syscall.Errno // 0: none
	timeout   bool
	temporary bool
	is        []string
}{
	{
		name: "refused", op: "connect", errno: socket.ECONNREFUSED, is: []string{"ErrConnRefused"},
		make: func(t *testing.T) error {
			return newSocket(t, socket.AF_INET, socket.SOCK_STREAM).Connect(deadPort(t, socket.AF_INET))
		},
	},
	{
		name: "reset", op: "recv", errno: socket.ECONNRESET, temporary: true, is: []string{"ErrConnReset"},
		make: func(t *testing.T) error {
			needResets(t)
			client, server := connect(t, socket.AF_INET)
			reset(t, server)
			_, err := client.Recv(1)
			return err
		},
	},
	{
		name: "broken pipe", op: "send", errno: anyErrno, is: []string{"ErrBrokenPipe"},
		make: func(t *testing.T) error {
			client, _ := connect(t, socket.AF_INET)
			if err := client.Shutdown(socket.SHUT_WR); err != nil {
				t.Fatal(err)
			}
			_, err := client.Send([]byte("x"))
			return err
		},
	},
	{
		name: "address in use", op: "bind", errno: socket.EADDRINUSE, is: []string{"ErrAddrInUse"},
		make: func(t *testing.T) error {
			return newSocket(t, socket.AF_INET, socket.SOCK_STREAM).Bind(deadPort(t, socket.AF_INET))
		},
	},
	{
		name: "address not available", op: "bind", errno: socket.EADDRNOTAVAIL, is: []string{"ErrAddrNotAvail"},
		make: func(t *testing.T) error {
			return newSocket(t, socket.AF_INET, socket.SOCK_STREAM).Bind(socket.Host("203.0.113.1", 0)) // RFC 5737
		},
	},
	{
		name: "not connected", op: "getpeername", errno: socket.ENOTCONN, is: []string{"ErrNotConnected"},
		make: func(t *testing.T) error {
			_, err := newSocket(t, socket.AF_INET, socket.SOCK_STREAM).GetPeerName()
			return err
		},
	},
	{
		name: "would block", op: "recv", errno: socket.EAGAIN, temporary: true, is: []string{"ErrWouldBlock"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			if err := a.SetBlocking(false); err != nil {
				t.Fatal(err)
			}
			_, err := a.Recv(1)
			return err
		},
	},
	{
		name: "in progress", op: "connect", errno: socket.EINPROGRESS, is: []string{"ErrInProgress"},
		make: func(t *testing.T) error {
			_, addr := listen(t, socket.AF_INET)
			s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
			if err := s.SetBlocking(false); err != nil {
				t.Fatal(err)
			}
			return s.Connect(addr)
		},
	},
	{
		name: "timeout", op: "recv", timeout: true, temporary: true, is: []string{"ErrTimeout", "os.ErrDeadlineExceeded"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			if err := a.SetTimeout(time.Millisecond); err != nil {
				t.Fatal(err)
			}
			_, err := a.Recv(1)
			return err
		},
	},
	{
		name: "deadline", op: "recv", timeout: true, temporary: true, is: []string{"ErrTimeout", "os.ErrDeadlineExceeded"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			if err := a.SetReadDeadline(time.Now()); err != nil {
				t.Fatal(err)
			}
			_, err := a.Recv(1)
			return err
		},
	},
	{
		name: "closed", op: "recv", errno: socket.EBADF, is: []string{"net.ErrClosed", "syscall.EBADF, of a closed"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			a.Close()
			_, err := a.Recv(1)
			return err
		},
	},
	{
		name: "context canceled", op: "recv", is: []string{"context.Canceled"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := a.WithContext(ctx).Recv(1)
			return err
		},
	},
	{
		name: "context deadline", op: "recv", timeout: true, temporary: true, is: []string{"context.DeadlineExceeded"},
		make: func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			_, err := a.WithContext(ctx).Recv(1)
			return err
		},
	},
	{
		name: "permission", op: "connect", errno: socket.EACCES, is: []string{"fs.ErrPermission"},
		make: func(t *testing.T) error { // no SO_BROADCAST, see socket(7)
			return newSocket(t, socket.AF_INET, socket.SOCK_DGRAM).Connect(socket.Host("<broadcast>", 9))
		},
	},
	{
		name: "not exist", op: "connect", errno: anyErrno, is: []string{"fs.ErrNotExist"},
		make: func(t *testing.T) error {
			needUnix(t)
			return newSocket(t, socket.AF_UNIX, socket.SOCK_STREAM).Connect(socket.UnixAddr{Path: unixPath(t)})
		},
	},
	{
		name: "no such family", op: "socket", errno: socket.EAFNOSUPPORT, is: []string{"errors.ErrUnsupported"},
		make: func(*testing.T) error {
			_, err := socket.New(9999, 0, 0)
			return err
		},
	},
}

// TestRealErrors matches errors of real sockets with errors.Is and errors.As: each is
// the sentinels it should be, and no other.
func TestRealErrors(t *testing.T) {
	for _, tt := range realErrors {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.make(t)
			checkSentinels(t, err, tt.is...)
			e, ok := outermost(err)
			if !ok {
				t.Fatalf("error %#v, want an *Error", err)
			}
			if e.Op != tt.op {
				t.Errorf("op %q, want %q", e.Op, tt.op)
			}
			errno, ok := socket.ErrnoOf(err)
			if ok != (tt.errno != 0) || errno != tt.errno && tt.errno != anyErrno {
				t.Errorf("errno %v %v, want %v", errno, ok, tt.errno)
			}
			if ok && !errors.Is(err, errno) {
				t.Errorf("%v is not %v", err, errno)
			}
			ne, ok := errors.AsType[net.Error](fmt.Errorf("wrapped: %w", err))
			if !ok || ne.Timeout() != tt.timeout || temporary(err) != tt.temporary {
				t.Errorf("net.Error %v, timeout %v, temporary %v", ok, ne.Timeout(), temporary(err))
			}
		})
	}
}

// TestErrorAddr has an error carry the address argument of its call.
func TestErrorAddr(t *testing.T) {
	dead := deadPort(t, socket.AF_INET)
	_, port, _ := socket.HostPort(dead)
	for _, addr := range []socket.Addr{dead, socket.Host("127.1", port)} {
		err := newSocket(t, socket.AF_INET, socket.SOCK_STREAM).Connect(addr)
		if e, ok := errors.AsType[*socket.Error](err); !ok || e.Addr != addr {
			t.Errorf("error %v, want one with the address %v", err, addr)
		}
	}
}

// TestErrnoClasses matches the numbers that no socket gives on demand.
func TestErrnoClasses(t *testing.T) {
	tests := []struct {
		errno              syscall.Errno
		timeout, temporary bool
		is                 []string
	}{
		{socket.ECONNABORTED, false, true, []string{"ErrConnAborted"}},
		{socket.ETIMEDOUT, true, true, nil}, // the kernel's, not ErrTimeout
		{socket.EMFILE, false, true, nil},
		{socket.ENOBUFS, false, true, nil},
		{socket.EINTR, false, true, nil},
		{socket.EINVAL, false, false, nil},
		{socket.EALREADY, false, false, nil},
		{socket.EISCONN, false, false, nil},
		{socket.EOPNOTSUPP, false, false, []string{"errors.ErrUnsupported"}},
		{socket.EBADF, false, false, []string{"syscall.EBADF, of a closed"}}, // not net.ErrClosed: the fd is bad, the socket is open
	}
	for _, tt := range tests {
		err := socket.NewError("op", nil, tt.errno)
		checkSentinels(t, err, tt.is...)
		ne, ok := errors.AsType[net.Error](err)
		if !ok || ne.Timeout() != tt.timeout || temporary(err) != tt.temporary {
			t.Errorf("%v: net.Error %v, timeout %v, temporary %v", err, ok, ne.Timeout(), temporary(err))
		}
	}
}

// TestPortableErrors has the sentinels match only themselves, each with a text.
func TestPortableErrors(t *testing.T) {
	for name, err := range sentinels {
		if err.Error() == "" {
			t.Errorf("%s has no text", name)
		}
		want := []string{name}
		if name == "ErrTimeout" {
			want = append(want, "os.ErrDeadlineExceeded")
		}
		if name == "context.DeadlineExceeded" {
			continue // package context has its own ideas
		}
		checkSentinels(t, err, want...)
	}
}

func TestErrorText(t *testing.T) {
	addr := socket.Inet4Addr{IP: netip.MustParseAddr("127.0.0.1"), Port: 1}
	closed, _ := pair(t, 0, 0)
	closed.Close()
	_, errClosed := closed.Recv(1)
	tests := []struct {
		err  error
		want string
	}{
		{socket.NewError("connect", addr, socket.ECONNREFUSED), "connect 127.0.0.1:1: " + socket.ECONNREFUSED.Error()},
		{socket.NewError("recv", nil, socket.ECONNRESET), "recv: " + socket.ECONNRESET.Error()},
		{socket.NewError("bind", socket.UnixAddr{}, socket.EINVAL), "bind: " + socket.EINVAL.Error()},
		{socket.NewError("bind", socket.UnixAddr{Path: "\x00a"}, socket.EINVAL), "bind @a: " + socket.EINVAL.Error()},
		{&socket.Error{Op: "recv", Err: socket.ErrTimeout}, "recv: timed out"},
		{errClosed, "recv: use of closed socket"},
		{&socket.ArgError{Op: "bind", Arg: "port", Value: 65536, Want: "0 to 65535", Err: strconv.ErrRange},
			"bind: port 65536: want 0 to 65535"},
		{&socket.ArgError{Op: "bind", Arg: "path", Value: "a\x00b", Want: "no NUL", Err: fs.ErrInvalid},
			`bind: path "a\x00b": want no NUL`},
		{&socket.ArgError{Op: "bind", Arg: "address", Want: "an address", Err: fs.ErrInvalid},
			"bind: address nil: want an address"},
		{&socket.AddrInfoError{Op: "getaddrinfo", Name: "nosuch", Code: socket.EAI_NONAME},
			"getaddrinfo nosuch: " + textOf(socket.EAI_NONAME, "name or service not known")},
		{&socket.AddrInfoError{Op: "getaddrinfo", Name: "a\n", Code: socket.EAI_AGAIN},
			`getaddrinfo "a\n": ` + textOf(socket.EAI_AGAIN, "temporary failure in name resolution")},
		{&socket.AddrInfoError{Op: "getaddrinfo", Code: 12345}, `getaddrinfo "": ` + textOf(12345, "unknown error 12345")},
		{&socket.HostError{Op: "gethostbyaddr", Name: "192.0.2.1", Code: socket.HOST_NOT_FOUND},
			"gethostbyaddr 192.0.2.1: unknown host"},
		{&socket.HostError{Op: "gethostbyname", Name: "h", Code: socket.NO_DATA},
			"gethostbyname h: no address associated with name"},
		{&socket.HostError{Op: "gethostbyname", Name: "h", Code: 99}, "gethostbyname h: unknown error 99"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("text %q, want %q", got, tt.want)
		}
	}
}

func TestNewError(t *testing.T) {
	if err := socket.NewError("recv", nil, 0); err != nil {
		t.Errorf("%#v for no error", err)
	}
	addr := socket.Host("h", 1)
	err := socket.NewError("connect", addr, socket.EINVAL)
	e, ok := errors.AsType[*socket.Error](err)
	if !ok || *e != (socket.Error{Op: "connect", Addr: addr, Err: socket.EINVAL}) {
		t.Errorf("%#v", err)
	}
}

func TestErrnoOf(t *testing.T) {
	refused := socket.NewError("connect", nil, socket.ECONNREFUSED)
	_, errDial := net.Dial("tcp", deadPort(t, socket.AF_INET).String())
	_, errOpen := os.Open(unixPath(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, errAccept := l.Accept()
	tests := []struct {
		name string
		err  error
		want syscall.Errno // 0: none
	}{
		{"nil", nil, 0},
		{"bare", socket.EINVAL, socket.EINVAL},
		{"own", refused, socket.ECONNREFUSED},
		{"wrapped", fmt.Errorf("a: %w", refused), socket.ECONNREFUSED},
		{"joined", errors.Join(errors.New("a"), refused), socket.ECONNREFUSED},
		{"os.SyscallError", os.NewSyscallError("connect", socket.ECONNRESET), socket.ECONNRESET},
		{"package net", errDial, socket.ECONNREFUSED},
		{"package os", errOpen, anyErrno},
		{"closed, package net", errAccept, socket.EBADF},
		{"net.ErrClosed", net.ErrClosed, socket.EBADF},
		{"timeout", &socket.Error{Op: "recv", Err: socket.ErrTimeout}, 0},
		{"portable error", socket.ErrConnRefused, 0},
		{"argument", &socket.ArgError{Err: strconv.ErrRange}, 0},
		{"look-up", &socket.AddrInfoError{Code: socket.EAI_NONAME}, 0},
		{"another", errors.New("a"), 0},
	}
	for _, tt := range tests {
		if got, ok := socket.ErrnoOf(tt.err); got != tt.want && tt.want != anyErrno || ok != (tt.want != 0) {
			t.Errorf("%s: %v %v, want %v", tt.name, got, ok, tt.want)
		}
	}
}

// TestArgError has a bad argument be what Python's OverflowError and ValueError are: no
// OSError.
func TestArgError(t *testing.T) {
	_, errRange := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM).Recv(-1)
	checkSentinels(t, errRange, "strconv.ErrRange")
	errNil := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM).Bind(nil)
	checkSentinels(t, errNil, "fs.ErrInvalid")
	for _, err := range []error{errRange, errNil} {
		if _, ok := errors.AsType[*socket.ArgError](err); !ok {
			t.Errorf("%#v is no ArgError", err)
		}
		if _, ok := errors.AsType[net.Error](err); ok {
			t.Errorf("%v is a net.Error", err)
		}
	}
}

// TestLookupErrors has the errors of look-ups be net.Errors.
func TestLookupErrors(t *testing.T) {
	timeout := &net.DNSError{IsTimeout: true}
	tests := []struct {
		err                net.Error
		timeout, temporary bool
	}{
		{&socket.AddrInfoError{Code: socket.EAI_NONAME}, false, false},
		{&socket.AddrInfoError{Code: socket.EAI_AGAIN}, false, true},
		{&socket.AddrInfoError{Code: socket.EAI_AGAIN, Err: timeout}, true, true},
		{&socket.AddrInfoError{Code: socket.EAI_FAIL, Err: timeout}, true, true},
		{&socket.HostError{Code: socket.HOST_NOT_FOUND}, false, false},
		{&socket.HostError{Code: socket.TRY_AGAIN}, false, true},
		{&socket.HostError{Code: socket.NO_RECOVERY, Err: timeout}, true, true},
	}
	for _, tt := range tests {
		if tt.err.Timeout() != tt.timeout || temporary(tt.err) != tt.temporary {
			t.Errorf("%v: timeout %v, temporary %v", tt.err, tt.err.Timeout(), temporary(tt.err))
		}
		checkSentinels(t, tt.err)
	}
	if err := error(&socket.AddrInfoError{Err: timeout}); !errors.Is(err, timeout) {
		t.Error("an AddrInfoError does not unwrap to its cause")
	}
	if err := error(&socket.HostError{Err: timeout}); !errors.Is(err, timeout) {
		t.Error("a HostError does not unwrap to its cause")
	}
}

// TestTakeError reads the outcome of a non-blocking connect, once.
func TestTakeError(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.TakeError(); err != nil {
		t.Errorf("new socket: %v", err)
	}
	if err := s.SetBlocking(false); err != nil {
		t.Fatal(err)
	}
	if err := s.Connect(deadPort(t, socket.AF_INET)); !errors.Is(err, socket.ErrInProgress) {
		t.Fatalf("error %v, want ErrInProgress", err)
	}
	var err error
	await(t, "the outcome", func() bool {
		err = s.TakeError()
		return err != nil
	})
	if !errors.Is(err, socket.ErrConnRefused) {
		t.Errorf("error %v, want ErrConnRefused", err)
	}
	if err := s.TakeError(); err != nil && !wine() { // Wine 8 keeps it
		t.Errorf("taken, and still there: %v", err)
	}
}
