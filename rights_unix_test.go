//go:build unix && !aix

package socket_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// These tests pass file descriptors. Each counts those that are open when it is done.

// pipe returns the ends of a pipe, closed when the test ends.
func pipe(t testing.TB) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		w.Close()
	})
	return r, w
}

// sameFile reports whether two fds are of one open file.
func sameFile(t testing.TB, a, b int) bool {
	t.Helper()
	var sa, sb unix.Stat_t
	if err := errors.Join(unix.Fstat(a, &sa), unix.Fstat(b, &sb)); err != nil {
		t.Error("fstat:", err)
	}
	return sa.Dev == sb.Dev && sa.Ino == sb.Ino
}

// checkReceived checks and closes an fd that has been received.
func checkReceived(t testing.TB, fd, like int) {
	t.Helper()
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("fd %d is not close-on-exec (%v)", fd, err)
	}
	if !sameFile(t, fd, like) {
		t.Errorf("fd %d is another file than %d", fd, like)
	}
	if err := socket.CloseFD(fd); err != nil {
		t.Error(err)
	}
}

// copies returns n times the fd.
func copies(fd, n int) []int { return slices.Repeat([]int{fd}, n) }

func mustSendFDs(t testing.TB, s *socket.Socket, fds ...int) {
	t.Helper()
	if n, err := s.SendFDs([][]byte{[]byte("f"), []byte("ds")}, fds, nil); n != 3 || err != nil {
		t.Fatalf("sent %d, error %v", n, err)
	}
}

func TestSendFDs(t *testing.T) {
	for _, typ := range []socket.Type{socket.SOCK_STREAM, socket.SOCK_DGRAM} {
		for _, n := range []int{0, 1, 2, 3, 100} {
			t.Run(fmt.Sprint(typ, "/", n, " fds"), func(t *testing.T) {
				checkFDs(t)
				r, _ := pipe(t)
				a, b := pair(t, socket.AF_UNIX, typ)
				mustSendFDs(t, a, copies(int(r.Fd()), n)...)
				data, fds, flags, from, err := b.RecvFDs(10, n)
				if string(data) != "fds" || len(fds) != n || flags&^socket.MSG_EOR != 0 || err != nil {
					t.Errorf("received %q, %v, %v, from %v, error %v", data, fds, flags, from, err)
				}
				for _, fd := range fds {
					checkReceived(t, fd, int(r.Fd()))
				}
			})
		}
	}
}

// TestSendFDsTo sends them to an address, over a socket that is not connected.
func TestSendFDsTo(t *testing.T) {
	checkFDs(t)
	r, _ := pipe(t)
	a, b := boundPair(socket.AF_UNIX)(t)
	if _, err := a.SendFDs([][]byte{{1}}, []int{int(r.Fd())}, targetOf(a)); err != nil {
		t.Fatal(err)
	}
	_, fds, _, from, err := b.RecvFDs(1, 1)
	if len(fds) != 1 || from != targetOf(b) || err != nil {
		t.Fatalf("received %v, from %v, error %v", fds, from, err)
	}
	checkReceived(t, fds[0], int(r.Fd()))
}

// TestRightsWork proves that what has been received works: a message goes through a pipe
// whose end has come over a socket.
func TestRightsWork(t *testing.T) {
	checkFDs(t)
	r, w := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSendFDs(t, a, int(w.Fd()))
	w.Close()
	_, fds, _, _, err := b.RecvFDs(10, 1)
	if err != nil || len(fds) != 1 {
		t.Fatal(fds, err)
	}
	f := os.NewFile(uintptr(fds[0]), "received")
	if _, err := f.WriteString("through"); err != nil {
		t.Error(err)
	}
	f.Close()
	if got, err := io.ReadAll(r); string(got) != "through" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
}

// TestRecvFDsTooMany proves that fds for which there is no room, or which were not asked
// for, are closed, and that a flag tells.
func TestRecvFDsTooMany(t *testing.T) {
	for sent := 1; sent < 6; sent++ {
		for taken := range sent {
			t.Run(fmt.Sprint(taken, " of ", sent), func(t *testing.T) {
				checkFDs(t)
				r, _ := pipe(t)
				a, b := pair(t, socket.AF_UNIX, 0)
				mustSendFDs(t, a, copies(int(r.Fd()), sent)...)
				data, fds, flags, _, err := b.RecvFDs(10, taken)
				if string(data) != "fds" || len(fds) != taken || flags&socket.MSG_CTRUNC == 0 || err != nil {
					t.Errorf("received %q, %v, %v, error %v", data, fds, flags, err)
				}
				for _, fd := range fds {
					checkReceived(t, fd, int(r.Fd()))
				}
			})
		}
	}
}

// TestRecvMsgTooSmall receives fds with room for control data of every size: those that
// do not fit are closed, and the others are in the message.
func TestRecvMsgTooSmall(t *testing.T) {
	needControlRoom(t)
	const sent = 5
	for room := range socket.CmsgSpace(4*sent) + 1 {
		t.Run(fmt.Sprint(room, " bytes"), func(t *testing.T) {
			checkFDs(t)
			r, _ := pipe(t)
			a, b := pair(t, socket.AF_UNIX, 0)
			mustSendFDs(t, a, copies(int(r.Fd()), sent)...)
			data, anc, flags, _, err := b.RecvMsg(10, room)
			if string(data) != "fds" || err != nil {
				t.Fatalf("received %q, error %v", data, err)
			}
			if cut := room < socket.CmsgLen(4*sent); cut != (flags&socket.MSG_CTRUNC != 0) {
				t.Errorf("flags %v", flags)
			}
			var fds []int
			for _, m := range anc {
				got, err := m.ParseRights()
				if err != nil {
					t.Errorf("%v, error %v", m, err)
				}
				fds = append(fds, got...)
			}
			// How much of a message that does not fit is passed differs between systems.
			if want := min(max((room-socket.CmsgLen(0))/4, 0), sent); len(fds) != want && runtime.GOOS == "linux" {
				t.Errorf("%d fds, want %d", len(fds), want)
			}
			for _, fd := range fds {
				checkReceived(t, fd, int(r.Fd()))
			}
		})
	}
}

// TestRightsDropped proves that fds which nobody receives are not left open: by a call that
// takes no control data, and by closing the receiver.
func TestRightsDropped(t *testing.T) {
	for name, drop := range map[string]func(s *socket.Socket) error{
		"Recv":        func(s *socket.Socket) error { return second(s.Recv(10)) },
		"RecvFrom":    func(s *socket.Socket) error { return third(s.RecvFrom(10)) },
		"RecvMsg":     func(s *socket.Socket) error { return last(s.RecvMsg(10, 0)) },
		"RecvMsgInto": func(s *socket.Socket) error { return last(s.RecvMsgInto([][]byte{make([]byte, 10)}, nil)) },
		"RecvFDs":     func(s *socket.Socket) error { return last(s.RecvFDs(10, 0)) },
		"Close":       func(s *socket.Socket) error { return s.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			checkFDs(t)
			r, w := pipe(t)
			a, b := pair(t, socket.AF_UNIX, 0)
			mustSendFDs(t, a, int(w.Fd()))
			w.Close()
			if err := drop(b); err != nil {
				t.Error(err)
			}
			if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF { // there is no writer any more
				t.Errorf("read %d, error %v", n, err)
			}
		})
	}
}

// TestCloseRights closes what a message has brought, and nothing else.
func TestCloseRights(t *testing.T) {
	checkFDs(t)
	r, w := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSendFDs(t, a, int(w.Fd()), int(r.Fd()))
	_, anc, _, _, err := b.RecvMsg(10, 100)
	if err != nil {
		t.Fatal(err)
	}
	socket.CloseRights(append(anc, socket.ControlMessage{Level: -1, Type: -1, Data: []byte{0, 0, 0, 0}}))
	w.Close()
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read %d, error %v", n, err)
	}
}

// TestMalformedRights proves that fds in malformed control data are closed with the error.
func TestMalformedRights(t *testing.T) {
	dups := func(t *testing.T) (fds []int, r, w *os.File) {
		r, w = pipe(t)
		for range 3 {
			fd, err := socket.DupFD(int(w.Fd()))
			if err != nil {
				t.Fatal(err)
			}
			fds = append(fds, fd)
		}
		w.Close()
		return fds, r, w
	}
	short := bytes.Repeat([]byte{0}, socket.CmsgLen(0)) // a message of length 0
	for _, test := range []struct {
		name  string
		tail  []byte
		cut   int
		flags socket.MsgFlag
		fds   int // in the result; -1 for an error
	}{
		{"a header of length 0 behind it", short, 0, 0, -1},
		{"the same and cut", short, 0, socket.MSG_CTRUNC, -1},
		{"cut", nil, 4, socket.MSG_CTRUNC, 2},
		{"cut inside an fd", nil, 6, socket.MSG_CTRUNC, 1},
		{"cut without a flag", nil, 4, 0, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkFDs(t)
			fds, r, _ := dups(t)
			b := append(encode(socket.Rights(fds...)), test.tail...)
			if test.cut > 0 {
				b = b[:socket.CmsgLen(12)-test.cut]
				for _, fd := range fds[3-(test.cut+3)/4:] {
					socket.CloseFD(fd) // which the system would not have passed
				}
			}
			msgs, err := socket.UnpackControl(b, test.flags)
			if test.fds < 0 {
				if err == nil || msgs != nil {
					t.Errorf("%v, error %v", msgs, err)
				}
			} else if err != nil || len(msgs) != 1 || len(msgs[0].Data)/4 != test.fds {
				t.Errorf("%v, error %v", msgs, err)
			}
			socket.CloseRights(msgs)
			if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Errorf("read %d, error %v: a writer is left", n, err)
			}
		})
	}
}

// TestWithFDs sends files, sockets and connections of package net by themselves.
func TestWithFDs(t *testing.T) {
	checkFDs(t)
	r, w := pipe(t)
	c, _ := pair(t, 0, 0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, b := pair(t, socket.AF_UNIX, 0)
	conns := []syscall.Conn{r, c, l.(*net.TCPListener), w, c}
	err = socket.WithFDs(conns, func(fds []int) error {
		if len(fds) != len(conns) || fds[1] != fds[4] || fds[0] == fds[3] {
			t.Errorf("fds %v", fds)
		}
		return second(a.SendFDs([][]byte{{1}}, fds, nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	_, fds, _, _, err := b.RecvFDs(1, 10)
	if len(fds) != len(conns) || err != nil {
		t.Fatalf("received %v, error %v", fds, err)
	}
	checkReceived(t, fds[0], int(r.Fd()))
	checkReceived(t, fds[1], socket.FD(c))
	checkReceived(t, fds[3], int(w.Fd()))
	checkReceived(t, fds[4], socket.FD(c))
	s, err := socket.TakeFD(fds[2])
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if name, err := s.GetSockName(); err != nil || name.String() != l.Addr().String() {
		t.Errorf("received a socket of %v, error %v", name, err)
	}
}

// TestWithFDsErrors proves that f is not called unless all are there, and that its error
// is the result.
func TestWithFDsErrors(t *testing.T) {
	a, b := pair(t, 0, 0)
	b.Close()
	err := socket.WithFDs([]*socket.Socket{a, b}, func([]int) error {
		t.Error("f is called with a closed socket")
		return nil
	})
	if !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
	if err := socket.WithFDs([]syscall.Conn{a, nil}, func([]int) error { return nil }); !errors.Is(err, errInvalid) {
		t.Errorf("nil: error %v", err)
	}
	if err := socket.WithFDs([]*socket.Socket{a}, func([]int) error { return errCause }); !errors.Is(err, errCause) {
		t.Errorf("error %v, want that of f", err)
	}
	called := false
	if err := socket.WithFDs[*os.File](nil, func(fds []int) error { called = len(fds) == 0; return nil }); err != nil || !called {
		t.Errorf("nothing: called %v, error %v", called, err)
	}
}

// TestWithFDsKeepsOpen closes a socket while its fd is being sent: Close waits, and the fd
// that arrives is the socket's.
func TestWithFDsKeepsOpen(t *testing.T) {
	checkFDs(t)
	c, _ := pair(t, 0, 0)
	a, b := pair(t, socket.AF_UNIX, 0)
	var closing pendingCall
	err := socket.WithFDs([]*socket.Socket{c}, func(fds []int) error {
		closing = begin(c.Close)
		await(t, "the close to begin", c.Closed)
		return second(a.SendFDs([][]byte{{1}}, fds, nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := closing.end(t); r.err != nil {
		t.Error(r.err)
	}
	_, fds, _, _, err := b.RecvFDs(1, 1)
	if err != nil || len(fds) != 1 {
		t.Fatal(fds, err)
	}
	s, err := socket.TakeFD(fds[0])
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// TestSentSocketIsShared proves that a socket whose fd is sent is one that is handed out:
// its receiver finds the mode that GetBlocking tells.
func TestSentSocketIsShared(t *testing.T) {
	for _, blocking := range []bool{true, false} {
		t.Run(fmt.Sprint("blocking ", blocking), func(t *testing.T) {
			checkFDs(t)
			c, _ := pair(t, 0, 0)
			if err := c.SetBlocking(blocking); err != nil {
				t.Fatal(err)
			}
			if !isNonblocking(t, socket.FD(c)) {
				t.Error("an fd that nobody knows is blocking")
			}
			a, b := pair(t, socket.AF_UNIX, 0)
			err := socket.WithFDs([]*socket.Socket{c}, func(fds []int) error {
				return second(a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.Rights(fds...)}, nil))
			})
			if err != nil {
				t.Fatal(err)
			}
			_, fds, _, _, err := b.RecvFDs(1, 1)
			if err != nil || len(fds) != 1 {
				t.Fatal(fds, err)
			}
			if isNonblocking(t, fds[0]) == blocking {
				t.Errorf("the receiver finds O_NONBLOCK %v", !blocking)
			}
			if err := socket.CloseFD(fds[0]); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRightsBadFD proves that numbers that are no fds are EBADF, also those of which the
// lower half is one.
func TestRightsBadFD(t *testing.T) {
	a, _ := pair(t, socket.AF_UNIX, 0)
	for _, fd := range []int{-1, closedFD, high, huge} {
		_, err := a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.Rights(fd)}, nil)
		if !errors.Is(err, socket.EBADF) && fd != 0 {
			t.Errorf("fd %d: error %v, want EBADF", fd, err)
		}
	}
}

// TestRightsOverOthers proves that a socket that passes no fds says so or drops them, and
// that none is left open.
func TestRightsOverOthers(t *testing.T) {
	checkFDs(t)
	r, _ := pipe(t)
	a, b := connect(t, socket.AF_INET)
	_, err := a.SendFDs([][]byte{{1}}, []int{int(r.Fd())}, nil)
	if err != nil {
		return
	}
	if _, fds, _, _, err := b.RecvFDs(1, 1); len(fds) != 0 || err != nil {
		t.Errorf("received %v, error %v", fds, err)
	}
}

// TestStressRights passes fds between goroutines while sockets are closed under them. No
// fd may be left over, and none may be of another file.
func TestStressRights(t *testing.T) {
	checkFDs(t)
	r, _ := pipe(t)
	rounds := 300
	if testing.Short() || emulated() {
		rounds = 30
	}
	for range rounds {
		a, b := pair(t, socket.AF_UNIX, 0)
		var workers sync.WaitGroup
		for range 2 {
			workers.Go(func() {
				for {
					if _, err := a.SendFDs([][]byte{{1}}, copies(int(r.Fd()), 3), nil); err != nil {
						return
					}
				}
			})
			workers.Go(func() {
				for i := 0; ; i++ {
					_, fds, _, _, err := b.RecvFDs(1, i%5)
					if err != nil || i == 20 {
						b.Close()
					}
					for _, fd := range fds {
						checkReceived(t, fd, int(r.Fd()))
					}
					if err != nil {
						return
					}
				}
			})
		}
		workers.Wait()
		a.Close()
	}
}
