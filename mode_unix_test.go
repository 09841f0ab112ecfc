//go:build unix && !aix

package socket_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/ctest"
)

// These tests are about O_NONBLOCK, which other processes and C code see: on as long as
// nobody else knows the fd, and what GetTimeout says from then on.

// checkFlag fails the test unless O_NONBLOCK is as wanted.
func checkFlag(t *testing.T, when string, fd int, want bool) {
	t.Helper()
	if got := isNonblocking(t, fd); got != want {
		t.Errorf("%s: O_NONBLOCK is %v, want %v", when, got, want)
	}
}

// park makes the socket known to the poller.
func park(t *testing.T, s *socket.Socket) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := recvOne(s.WithContext(ctx))(); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
}

// A handOut is a way to let others know the fd.
type handOut struct {
	name string
	do   func(s *socket.Socket) (fd int, err error)
}

var handOuts = []handOut{
	{"Fileno", func(s *socket.Socket) (int, error) { return s.Fileno(), nil }},
	{"Fileno of a view", func(s *socket.Socket) (int, error) {
		return s.WithContext(context.Background()).Fileno(), nil
	}},
	{"SyscallConn", func(s *socket.Socket) (fd int, err error) {
		raw, err := s.SyscallConn()
		if err == nil {
			err = raw.Control(func(f uintptr) { fd = int(f) })
		}
		return fd, err
	}},
	{"SetInheritable", func(s *socket.Socket) (int, error) { return socket.FD(s), s.SetInheritable(true) }},
	{"Dup", func(s *socket.Socket) (int, error) {
		d, err := s.Dup()
		if err != nil {
			return -1, err
		}
		return socket.FD(s), d.Close()
	}},
}

// TestNonblockFollowsMode proves that O_NONBLOCK is on before an fd is handed out and says
// what the mode is from then on, whether the socket has waited or not.
func TestNonblockFollowsMode(t *testing.T) {
	timeouts := []time.Duration{socket.NoTimeout, time.Hour, 0}
	for _, way := range handOuts {
		for _, waited := range []bool{false, true} {
			for _, timeout := range timeouts {
				t.Run(strings.Join([]string{way.name, timeout.String(), strconv.FormatBool(waited)}, "/"), func(t *testing.T) {
					a, _ := pair(t, 0, 0)
					if waited {
						park(t, a)
					}
					mustSetTimeout(t, a, timeout)
					checkFlag(t, "not handed out", socket.FD(a), true)
					fd, err := way.do(a)
					if err != nil {
						t.Fatal(err)
					}
					if fd != socket.FD(a) {
						t.Errorf("fd %d, want %d", fd, socket.FD(a))
					}
					checkFlag(t, "handed out", fd, timeout >= 0)
					for _, d := range append(timeouts, timeouts...) {
						mustSetTimeout(t, a, d)
						checkFlag(t, "SetTimeout "+d.String(), fd, d >= 0)
					}
					for _, blocking := range []bool{true, false, true} {
						if err := a.SetBlocking(blocking); err != nil {
							t.Fatal(err)
						}
						checkFlag(t, "SetBlocking", fd, !blocking)
					}
					park(t, a)
					checkFlag(t, "after a wait", fd, false)
				})
			}
		}
	}
}

// TestNonblockStaysOnUntilHandedOut proves that what only looks at a socket does not count
// as handing it out.
func TestNonblockStaysOnUntilHandedOut(t *testing.T) {
	a, b := pair(t, 0, 0)
	for name, look := range map[string]func(){
		"String":                func() { _ = a.String() },
		"addresses":             func() { _, _, _ = a.LocalAddr(), a.RemoteAddr(), b.String() },
		"WithContext":           func() { a.WithContext(t.Context()) },
		"GetInheritable":        func() { _, _ = a.GetInheritable() },
		"SetInheritable(false)": func() { _ = a.SetInheritable(false) },
		"Listener":              func() { a.Listener().Addr() },
		"PacketConn":            func() { a.PacketConn().LocalAddr() },
		"SetDeadline":           func() { _ = a.SetDeadline(time.Time{}) },
		"GetSockOptInt":         func() { _, _ = a.GetSockOptInt(socket.SOL_SOCKET, socket.SO_TYPE) },
		"SetBlocking":           func() { _ = a.SetBlocking(true) },
		"waiting":               func() { park(t, a) },
	} {
		look()
		checkFlag(t, name, socket.FD(a), true)
	}
	l, addr := listen(t, socket.AF_UNIX)
	client := newSocket(t, socket.AF_UNIX, 0)
	if err := client.Connect(addr); err != nil {
		t.Fatal(err)
	}
	server, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, server)
	for name, s := range map[string]*socket.Socket{"listener": l, "connected": client, "accepted": server} {
		checkFlag(t, name, socket.FD(s), true)
	}
}

// TestDuplicateFollowsMode proves that the duplicate that Dup returns counts as handed
// out too, as it shares the flag.
func TestDuplicateFollowsMode(t *testing.T) {
	a, _ := pair(t, 0, 0)
	d, err := a.Dup()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, d)
	for _, s := range []*socket.Socket{d, a, d} {
		for _, timeout := range []time.Duration{0, socket.NoTimeout, time.Hour} {
			mustSetTimeout(t, s, timeout)
			checkFlag(t, timeout.String(), socket.FD(a), timeout >= 0)
		}
	}
}

// TestAdoptedFDFollowsMode proves that an fd from elsewhere gets the flag that goes with
// the mode the Socket starts in.
func TestAdoptedFDFollowsMode(t *testing.T) {
	defer socket.SetDefaultTimeout(socket.GetDefaultTimeout())
	for name, adopt := range map[string]func(fd int) (*socket.Socket, error){
		"TakeFD": socket.TakeFD,
		"TakeFDAs": func(fd int) (*socket.Socket, error) {
			return socket.TakeFDAs(fd, socket.AF_UNIX, socket.SOCK_STREAM, 0)
		},
		"FromFD": func(fd int) (*socket.Socket, error) {
			s, err := socket.FromFD(fd, socket.AF_UNIX, socket.SOCK_STREAM, 0)
			if err == nil {
				err = socket.CloseFD(fd)
			}
			return s, err
		},
	} {
		for _, timeout := range []time.Duration{socket.NoTimeout, time.Hour, 0} {
			for _, was := range []bool{false, true} {
				t.Run(strings.Join([]string{name, timeout.String(), strconv.FormatBool(was)}, "/"), func(t *testing.T) {
					socket.SetDefaultTimeout(timeout)
					a, b := pair(t, 0, 0)
					fd, err := a.Detach()
					if err != nil {
						t.Fatal(err)
					}
					if err := unix.SetNonblock(fd, was); err != nil {
						t.Fatal(err)
					}
					s, err := adopt(fd)
					if err != nil {
						t.Fatal(err)
					}
					closeAtEnd(t, s)
					checkFlag(t, "adopted", socket.FD(s), timeout >= 0)
					mustSetTimeout(t, s, socket.NoTimeout)
					checkFlag(t, "blocking", socket.FD(s), false)
					call := begin(recvOne(s))
					awaitWaiting(t, s, false, 1)
					checkFlag(t, "waiting", socket.FD(s), false)
					mustSend(t, b, "x")
					if r := call.end(t); r.err != nil {
						t.Error(r.err)
					}
				})
			}
		}
	}
}

// TestFromConnLeavesConnWorking proves that a net.Conn, whose fd has to be non-blocking,
// works on beside the Socket that was made from it.
func TestFromConnLeavesConnWorking(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ls, err := socket.FromConn(l.(*net.TCPListener))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, ls)
	checkFlag(t, "listener", socket.FD(ls), true)
	accepted := make(chan *socket.Socket, 1)
	accept := begin(func() error {
		s, _, err := ls.Accept()
		accepted <- s
		return err
	})
	awaitWaiting(t, ls, false, 1)
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if r := accept.end(t); r.err != nil {
		t.Fatal(r.err)
	}
	peer := <-accepted
	closeAtEnd(t, peer)
	s, err := socket.FromConn(conn.(*net.TCPConn))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	mustSetTimeout(t, s, soon)
	begin(recvOne(s)).wantTimeout(t, soon)
	mustSetTimeout(t, s, socket.NoTimeout)
	checkFlag(t, "after a wait", socket.FD(s), true)
	conn.SetReadDeadline(time.Now().Add(soon))
	begin(func() error { _, err := conn.Read(make([]byte, 1)); return err }).wantErr(t, os.ErrDeadlineExceeded)
	conn.SetReadDeadline(time.Time{})
	for _, read := range []func(p []byte) (int, error){conn.Read, s.Read} {
		p := make([]byte, 1)
		call := begin(func() error { _, err := read(p); return err })
		mustSend(t, peer, "x")
		if r := call.end(t); r.err != nil || p[0] != 'x' {
			t.Errorf("%q, %v", p, r.err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("x")); err != nil {
		t.Errorf("after the Socket was closed: %v", err)
	}
}

// TestDetach proves that Detach leaves the fd open under its number, whatever state the
// socket is in, blocking or not as its mode is, inheritable or not as it was, and ends
// the calls that wait.
func TestDetach(t *testing.T) {
	checkFDs(t)
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, s *socket.Socket)
		readers int
		inherit bool
	}{
		{name: "new", prepare: func(*testing.T, *socket.Socket) {}},
		{name: "has waited", prepare: park},
		{name: "has waiters", prepare: park, readers: 3},
		{name: "inheritable", inherit: true, prepare: func(t *testing.T, s *socket.Socket) {
			if err := s.SetInheritable(true); err != nil {
				t.Fatal(err)
			}
		}},
		{name: "inheritable, has waited", inherit: true, prepare: func(t *testing.T, s *socket.Socket) {
			park(t, s)
			if err := s.SetInheritable(true); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		for _, timeout := range []time.Duration{socket.NoTimeout, time.Hour, 0} {
			if test.readers > 0 && timeout == 0 {
				continue // nobody waits on it
			}
			t.Run(test.name+"/"+timeout.String(), func(t *testing.T) {
				a, b := pair(t, 0, 0)
				test.prepare(t, a)
				mustSetTimeout(t, a, timeout)
				fileno := a.Fileno()
				var calls []pendingCall
				for range test.readers {
					calls = append(calls, begin(recvOne(a)))
				}
				awaitWaiting(t, a, false, test.readers)
				fd, err := a.Detach()
				if err != nil {
					t.Fatal(err)
				}
				defer unix.Close(fd)
				for _, c := range calls {
					c.wantErr(t, net.ErrClosed)
				}
				if fd != fileno || !a.Closed() || a.Fileno() != -1 {
					t.Errorf("fd %d, Fileno had told %d; Closed %v, Fileno %d now", fd, fileno, a.Closed(), a.Fileno())
				}
				if _, err := a.Detach(); !errors.Is(err, net.ErrClosed) {
					t.Errorf("detached twice: %v", err)
				}
				if err := a.Close(); err != nil {
					t.Error(err)
				}
				checkFlag(t, "detached", fd, timeout >= 0)
				flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
				if err != nil || (flags&unix.FD_CLOEXEC == 0) != test.inherit {
					t.Errorf("FD_CLOEXEC %d, %v; inheritable was %v", flags, err, test.inherit)
				}
				mustSend(t, b, "x")
				p := make([]byte, 2)
				if n, _, err := unix.Recvfrom(fd, p, 0); n != 1 || err != nil || p[0] != 'x' {
					t.Errorf("received %q, %v", p[:max(n, 0)], err)
				}
			})
		}
	}
}

// childSource is a program that tells the state of the socket it inherits as the fd of
// its first argument, and makes two blocking calls on it.
const childSourceC = `
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
	int fd = atoi(argv[1]), i;
	char c;
	puts(fcntl(fd, F_GETFL) & O_NONBLOCK ? "nonblocking" : "blocking");
	fflush(stdout);
	for (i = 0; i < 2; i++) {
		long n = argv[2][0] == 'a' ? accept(fd, NULL, NULL) : recv(fd, &c, 1, 0);
		if (n < 0)
			printf("errno %d\n", errno);
		else
			puts("done");
		fflush(stdout);
	}
	return 0;
}
`

const childSourcePython = `
import os, socket, sys
fd = int(sys.argv[1])
s = socket.socket(fileno=fd)
print("blocking" if os.get_blocking(fd) else "nonblocking", flush=True)
for i in range(2):
    try:
        s.accept() if sys.argv[2] == "accept" else s.recv(1)
        print("done", flush=True)
    except OSError as e:
        print("errno", e.errno, flush=True)
`

// childPrograms are the ways to run the child; each skips the test if it cannot.
var childPrograms = map[string]func(t *testing.T) []string{
	"Python": func(t *testing.T) []string { return []string{python(t), "-c", childSourcePython} },
	"C":      func(t *testing.T) []string { return []string{ctest.Compile(t, childSourceC)} },
}

// A child is a process that has a socket of the test's.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Reader
}

// startChild runs the program with the socket: by a number that is the same in the child
// if inherit, else as os/exec hands files on.
func startChild(t *testing.T, program []string, s *socket.Socket, inherit bool, call string) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program[0], program[1:]...)
	cmd.Stderr = os.Stderr
	fd := 3
	if inherit {
		if err := s.SetInheritable(true); err != nil {
			t.Fatal(err)
		}
		fd = s.Fileno()
	} else {
		dup, err := socket.DupFD(s.Fileno())
		if err != nil {
			t.Fatal(err)
		}
		file := os.NewFile(uintptr(dup), "socket")
		defer file.Close()
		cmd.ExtraFiles = []*os.File{file}
	}
	cmd.Args = append(cmd.Args, strconv.Itoa(fd), call)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &child{cmd, bufio.NewReader(out)}
}

// line waits for the child to say want.
func (c *child) line(t *testing.T, want string) {
	t.Helper()
	got := make(chan string, 1)
	go func() {
		line, err := c.lines.ReadString('\n')
		if err != nil && err != io.EOF {
			line = err.Error()
		}
		got <- strings.TrimSpace(line)
	}()
	select {
	case line := <-got:
		if line != want {
			t.Fatalf("the child says %q, want %q", line, want)
		}
	case <-time.After(patience):
		t.Fatalf("the child does not say %q", want)
	}
}

// awaitSleep waits until the child is in a system call that waits.
func (c *child) awaitSleep(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		time.Sleep(50 * time.Millisecond)
		return
	}
	await(t, "the child to wait", func() bool {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(c.cmd.Process.Pid) + "/stat")
		if err != nil {
			t.Fatal(err)
		}
		_, state, _ := strings.Cut(string(stat), ") ")
		return strings.HasPrefix(state, "S")
	})
}

// TestChildSharesSocket proves that a program in another language that inherits a blocking
// socket finds it blocking and can use it as such while calls on the same socket here
// park their goroutines and end as ever, by context, deadline and close.
func TestChildSharesSocket(t *testing.T) {
	for language, compile := range childPrograms {
		t.Run(language, func(t *testing.T) {
			program := compile(t)
			for _, kind := range waitKinds {
				if kind.name != "recv" && kind.name != "accept" {
					continue
				}
				for how, inherit := range map[string]bool{"ExtraFiles": false, "SetInheritable": true} {
					t.Run(kind.name+"/"+how, func(t *testing.T) {
						testChildShares(t, program, &kind, inherit)
					})
				}
			}
		})
	}
}

func testChildShares(t *testing.T, program []string, kind *waitKind, inherit bool) {
	s, release := kind.setup(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	call := begin(func() error { return kind.call(s.WithContext(ctx)) })
	kind.awaitAll(t, s, 1)
	c := startChild(t, program, s, inherit, kind.name)
	c.line(t, "blocking")
	c.awaitSleep(t)

	cancel(errCause)
	call.wantErr(t, errCause)
	s.SetDeadline(time.Now().Add(soon))
	begin(func() error { return kind.call(s) }).wantErr(t, socket.ErrTimeout)
	s.SetDeadline(time.Time{})
	call = begin(func() error { return kind.call(s) })
	kind.awaitAll(t, s, 1)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	call.wantErr(t, net.ErrClosed)

	for range 2 {
		release()
		c.line(t, "done")
	}
}

// TestSharedConnectParks proves that a connect of a socket that others see as blocking
// parks its goroutine all the same, and leaves it blocking.
func TestSharedConnectParks(t *testing.T) {
	s, _ := unreachable(t)
	fd := s.Fileno()
	checkFlag(t, "before", fd, false)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	call := begin(func() error { return connectTo(s.WithContext(ctx)) })
	awaitWaiting(t, s, true, 1)
	checkFlag(t, "connecting", fd, false)
	cancel(errCause)
	call.wantErr(t, errCause)
	call = begin(func() error { return connectTo(s) })
	awaitWaiting(t, s, true, 1)
	s.Close()
	call.wantErr(t, net.ErrClosed)
}
