//go:build unix && !aix

package sys_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/sys"
)

// check fails the test if a call failed.
func check(t testing.TB, errno syscall.Errno) {
	t.Helper()
	if errno != 0 {
		t.Fatal(errno)
	}
}

// pair returns the two ends of a socketpair.
func pair(t testing.TB, typ int) (a, b int) {
	t.Helper()
	fds, errno := sys.Socketpair(unix.AF_UNIX, typ, 0)
	check(t, errno)
	t.Cleanup(func() {
		unix.Close(fds[0])
		unix.Close(fds[1])
	})
	return fds[0], fds[1]
}

// listener returns a listening AF_UNIX socket and its address.
func listener(t testing.TB) (fd int, addr *sockaddr.Storage) {
	t.Helper()
	fd, errno := sys.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	check(t, errno)
	t.Cleanup(func() { unix.Close(fd) })
	addr = new(sockaddr.Storage)
	if err := sockaddr.Native.PutUnix(addr, filepath.Join(t.TempDir(), "s")); err != nil {
		t.Fatal(err)
	}
	check(t, sys.Bind(fd, addr))
	if err := unix.Listen(fd, 1); err != nil {
		t.Fatal(err)
	}
	return fd, addr
}

// TestNewFDs has every call that makes an fd make it close-on-exec and non-blocking.
func TestNewFDs(t *testing.T) {
	fd, addr := listener(t)
	a, b := pair(t, unix.SOCK_STREAM)
	client, errno := sys.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	check(t, errno)
	defer unix.Close(client)
	check(t, sys.Connect(client, addr))
	var peer sockaddr.Storage
	accepted, errno := sys.Accept(fd, &peer)
	check(t, errno)
	defer unix.Close(accepted)
	for name, fd := range map[string]int{"Socket": fd, "Socketpair, first": a, "Socketpair, second": b, "Accept": accepted} {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%s: not close-on-exec (%v)", name, err)
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0); err != nil || flags&unix.O_NONBLOCK == 0 {
			t.Errorf("%s: not non-blocking (%v)", name, err)
		}
	}
}

// TestNames has the kernel's names pass through unchanged.
func TestNames(t *testing.T) {
	fd, addr := listener(t)
	client, errno := sys.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	check(t, errno)
	defer unix.Close(client)
	check(t, sys.Connect(client, addr))
	var own, peer sockaddr.Storage
	check(t, sys.Getsockname(fd, &own))
	check(t, sys.Getpeername(client, &peer))
	want, _ := sockaddr.Native.Unix(addr)
	for name, sa := range map[string]*sockaddr.Storage{"Getsockname": &own, "Getpeername": &peer} {
		if got, ok := sockaddr.Native.Unix(sa); !ok || !bytes.Equal(got, want) {
			t.Errorf("%s: %q %v, want %q", name, got, ok, want)
		}
	}
}

// TestNoWait has the calls that move data fail rather than wait, whatever O_NONBLOCK
// says.
func TestNoWait(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	for _, fd := range []int{a, b} {
		if err := unix.SetNonblock(fd, false); err != nil {
			t.Fatal(err)
		}
	}
	var sa sockaddr.Storage
	if _, errno := sys.Recv(b, make([]byte, 1), 0); errno != unix.EAGAIN {
		t.Errorf("Recv: %v", errno)
	}
	if _, errno := sys.RecvFrom(b, make([]byte, 1<<20), 0, &sa); errno != unix.EAGAIN {
		t.Errorf("RecvFrom: %v", errno)
	}
	// A full buffer ends the loop.
	for {
		if _, errno := sys.Send(a, make([]byte, 1<<20), 0); errno != 0 {
			if errno != unix.EAGAIN {
				t.Errorf("Send: %v", errno)
			}
			break
		}
	}
}

// TestNoSignal sends to a peer that has gone: EPIPE, and the process lives.
func TestNoSignal(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	if err := unix.Shutdown(b, unix.SHUT_RDWR); err != nil {
		t.Fatal(err)
	}
	if _, errno := sys.Send(a, []byte("x"), 0); errno != unix.EPIPE {
		t.Errorf("error %v, want EPIPE", errno)
	}
}

// TestTransferSizes moves empty, small and large messages: those above rawMax take
// another path to the kernel.
func TestTransferSizes(t *testing.T) {
	a, b := pair(t, unix.SOCK_DGRAM)
	for _, n := range []int{0, 1, 1000, 16<<10 - 1, 16 << 10, 16<<10 + 1, 60 << 10} {
		msg := bytes.Repeat([]byte("m"), n)
		if unix.SetsockoptInt(a, unix.SOL_SOCKET, unix.SO_SNDBUF, 256<<10) != nil {
			t.Fatal("cannot set SO_SNDBUF")
		}
		k, errno := sys.Send(a, msg, 0)
		if errno == unix.EMSGSIZE {
			continue // the BSDs have small datagrams
		}
		if errno != 0 || k != n {
			t.Fatalf("sent %d of %d: %v", k, n, errno)
		}
		buf := make([]byte, n+1)
		if k, errno = sys.Recv(b, buf, 0); errno != 0 || !bytes.Equal(buf[:k], msg) {
			t.Errorf("received %d of %d: %v", k, n, errno)
		}
	}
}

// TestNilBuffers gives the calls no buffer at all.
func TestNilBuffers(t *testing.T) {
	a, b := pair(t, unix.SOCK_DGRAM)
	if n, errno := sys.Send(a, nil, 0); n != 0 || errno != 0 {
		t.Errorf("Send: %d, %v", n, errno)
	}
	if n, errno := sys.Recv(b, nil, 0); n != 0 || errno != 0 {
		t.Errorf("Recv: %d, %v", n, errno)
	}
}

// TestBadFD has every call report the bare errno of a bad fd.
func TestBadFD(t *testing.T) {
	var sa sockaddr.Storage
	if err := sockaddr.Native.PutUnix(&sa, "/nonexistent"); err != nil {
		t.Fatal(err)
	}
	const bad = -1
	p := make([]byte, 8)
	for name, call := range map[string]func() syscall.Errno{
		"Accept":      func() syscall.Errno { _, e := sys.Accept(bad, new(sockaddr.Storage)); return e },
		"Bind":        func() syscall.Errno { return sys.Bind(bad, &sa) },
		"Connect":     func() syscall.Errno { return sys.Connect(bad, &sa) },
		"Getpeername": func() syscall.Errno { return sys.Getpeername(bad, new(sockaddr.Storage)) },
		"Getsockname": func() syscall.Errno { return sys.Getsockname(bad, new(sockaddr.Storage)) },
		"Getsockopt": func() syscall.Errno {
			_, e := sys.Getsockopt(bad, unix.SOL_SOCKET, unix.SO_TYPE, p)
			return e
		},
		"Recv":     func() syscall.Errno { _, e := sys.Recv(bad, p, 0); return e },
		"RecvFrom": func() syscall.Errno { _, e := sys.RecvFrom(bad, p, 0, new(sockaddr.Storage)); return e },
		"Send":     func() syscall.Errno { _, e := sys.Send(bad, p, 0); return e },
		"SendTo":   func() syscall.Errno { _, e := sys.SendTo(bad, p, 0, &sa); return e },
		"Setsockopt": func() syscall.Errno {
			return sys.Setsockopt(bad, unix.SOL_SOCKET, unix.SO_REUSEADDR, p, len(p))
		},
	} {
		if errno := call(); errno != unix.EBADF {
			t.Errorf("%s: %v, want EBADF", name, errno)
		}
	}
}

// TestSockopt reads less than it offers room for, and never claims more.
func TestSockopt(t *testing.T) {
	a, _ := pair(t, unix.SOCK_STREAM)
	one := []byte{1, 1, 1, 1}
	check(t, sys.Setsockopt(a, unix.SOL_SOCKET, unix.SO_KEEPALIVE, one, len(one)))
	for _, room := range []int{1, 4, 64} {
		n, errno := sys.Getsockopt(a, unix.SOL_SOCKET, unix.SO_TYPE, make([]byte, room))
		if errno != 0 || n > room || n > 4 {
			t.Errorf("room for %d: %d bytes, %v", room, n, errno)
		}
	}
	if _, errno := sys.Getsockopt(a, unix.SOL_SOCKET, 0x7fff, make([]byte, 4)); errno != unix.ENOPROTOOPT {
		t.Errorf("unknown option: %v", errno)
	}
	if errno := sys.Setsockopt(a, unix.SOL_SOCKET, unix.SO_KEEPALIVE, nil, 4); errno != unix.EFAULT {
		t.Errorf("null pointer: %v, want EFAULT", errno)
	}
}

func TestPoll(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	if revents, errno := sys.Poll(b, unix.POLLIN); errno != 0 || revents != 0 {
		t.Errorf("nothing there: %#x, %v", revents, errno)
	}
	if _, errno := sys.Send(a, []byte("x"), 0); errno != 0 {
		t.Fatal(errno)
	}
	if revents, errno := sys.Poll(b, unix.POLLIN); errno != 0 || revents != unix.POLLIN {
		t.Errorf("data there: %#x, %v", revents, errno)
	}
	if revents, errno := sys.Poll(b, unix.POLLOUT); errno != 0 || revents != unix.POLLOUT {
		t.Errorf("room there: %#x, %v", revents, errno)
	}
}

// TestRace hands a variable from one goroutine to another through a socket, as the
// race detector has to see.
func TestRace(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	var shared int
	go func() {
		shared = 1
		sys.Send(a, []byte("x"), 0)
	}()
	for {
		n, errno := sys.Recv(b, make([]byte, 1), 0)
		if n == 1 {
			break
		}
		if errno != unix.EAGAIN {
			t.Fatal(n, errno)
		}
	}
	if shared != 1 {
		t.Error("the byte came before the variable")
	}
}

func TestErrno(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want syscall.Errno
	}{
		{nil, 0},
		{unix.ENOENT, unix.ENOENT},
		{errors.New("another"), unix.EINVAL},
	} {
		if got := sys.Errno(tt.err); got != tt.want {
			t.Errorf("Errno(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}
