package socket_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// withErrorQueue returns a UDP socket that has a transmit timestamp on its error queue,
// which keeps POLLERR set, and its address.
func withErrorQueue(t *testing.T) (*socket.Socket, socket.Addr) {
	t.Helper()
	s, addr := bound(t, socket.AF_INET)
	const stamps = unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_SOFTWARE
	if err := s.SetSockOptInt(unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps); err != nil {
		t.Skip("no timestamps:", err)
	}
	_, to := bound(t, socket.AF_INET)
	if _, err := s.SendTo([]byte("x"), to); err != nil {
		t.Fatal(err)
	}
	await(t, "the timestamp", func() bool {
		revents, err := unix.Poll([]unix.PollFd{{Fd: int32(socket.FD(s))}}, 0)
		return err == nil && revents == 1
	})
	return s, addr
}

// TestErrorQueueDoesNotSpin proves that a receive waits in peace while there is something
// on the error queue, and returns when data comes.
func TestErrorQueueDoesNotSpin(t *testing.T) {
	s, addr := withErrorQueue(t)
	const timeout = 300 * time.Millisecond
	mustSetTimeout(t, s, timeout)
	wantIdle(t, func() { begin(recvOne(s)).wantTimeout(t, timeout) })
	mustSetTimeout(t, s, socket.NoTimeout)
	sender, _ := bound(t, socket.AF_INET)
	for range 5 {
		call := begin(recvOne(s))
		awaitWaiting(t, s, false, 1)
		if _, err := sender.SendTo([]byte("x"), addr); err != nil {
			t.Fatal(err)
		}
		if r := call.end(t); r.err != nil {
			t.Error(r.err)
		}
	}
}

// deafAddr returns an address that refuses datagrams: that of a socket which is connected, to
// itself, and keeps others from having the port.
func deafAddr(t testing.TB, family socket.Family) socket.Addr {
	t.Helper()
	s, addr := bound(t, family)
	if err := s.Connect(addr); err != nil {
		t.Fatal(err)
	}
	return addr
}

// TestErrorIsDelivered proves that an error which comes without data, as when a datagram
// meets a closed port, ends one call that waits for data: whether it comes while the
// call waits or was there before, with something else on the error queue or not.
func TestErrorIsDelivered(t *testing.T) {
	for name, queue := range map[string]bool{"alone": false, "with an error queue": true} {
		t.Run(name, func(t *testing.T) {
			var s *socket.Socket
			if queue {
				s, _ = withErrorQueue(t)
			} else {
				s, _ = bound(t, socket.AF_INET)
			}
			if err := s.Connect(deafAddr(t, socket.AF_INET)); err != nil {
				t.Fatal(err)
			}
			send := func() {
				if _, err := s.Send([]byte("x")); err != nil {
					t.Fatal(err)
				}
			}
			// After some calls that had to wait the next looks before it tries, and
			// it is then the look that takes the error from the kernel.
			for i, early := range []bool{true, false, true, false, false, false, true, false, false, true} {
				if early {
					send()
				}
				call := begin(recvOne(s))
				if !early {
					awaitWaiting(t, s, false, 1)
					time.Sleep(time.Millisecond)
					send()
				}
				if r := call.end(t); !errors.Is(r.err, socket.ErrConnRefused) {
					t.Errorf("%d: got %v, want ErrConnRefused", i, r.err)
				}
			}
			mustSetTimeout(t, s, soon)
			begin(recvOne(s)).wantTimeout(t, soon) // it comes once
		})
	}
}

// TestErrorQueueNeverWaits proves that a receive from the error queue of a blocking socket
// does not wait, with something there or not, as with recv(2).
func TestErrorQueueNeverWaits(t *testing.T) {
	s, _ := withErrorQueue(t)
	if _, err := s.Recv(64, unix.MSG_ERRQUEUE); err != nil {
		t.Error("with a timestamp there:", err)
	}
	if _, err := s.Recv(64, unix.MSG_ERRQUEUE); !errors.Is(err, socket.ErrWouldBlock) {
		t.Errorf("with nothing there: got %v, want ErrWouldBlock", err)
	}
}

// TestErrorQueueByRawConn waits for the error queue in the way that the documentation
// tells: the Read of SyscallConn wakes for it, and ends with the time of the socket.
func TestErrorQueueByRawConn(t *testing.T) {
	s, _ := bound(t, socket.AF_INET)
	mustSet(t, s, socket.IPPROTO_IP, socket.IP_RECVERR, 1)
	gone, nobody := bound(t, socket.AF_INET)
	gone.Close()
	raw, err := s.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	fromQueue := func() error {
		return raw.Read(func(uintptr) bool {
			var err error
			data, _, _, _, err = s.RecvMsg(100, controlRoom, socket.MSG_ERRQUEUE)
			return !errors.Is(err, socket.ErrWouldBlock)
		})
	}
	for range 3 {
		call := begin(fromQueue)
		awaitWaiting(t, s, false, 1)
		if _, err := s.SendTo([]byte("question"), nobody); err != nil {
			t.Fatal(err)
		}
		if r := call.end(t); r.err != nil || string(data) != "question" {
			t.Errorf("%q, error %v, want the question", data, r.err)
		}
		_ = s.TakeError() // what the queue told has come as SO_ERROR too
	}
	mustSetTimeout(t, s, soon)
	begin(fromQueue).wantTimeout(t, soon)
}

// TestConnectWhoseErrorIsTaken proves that a connect that fails is told so though somebody
// else, who connects or asks for SO_ERROR at the same time, has taken the error, which
// the kernel tells once.
func TestConnectWhoseErrorIsTaken(t *testing.T) {
	for _, test := range []struct {
		name   string
		others int
		take   bool
	}{
		{"alone", 0, false},
		{"two connects", 1, false},
		{"TakeError", 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, addr := crowdedListener(t, socket.AF_INET)
			s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
			var calls []pendingCall
			for range 1 + test.others {
				calls = append(calls, begin(func() error { return s.Connect(addr) }))
			}
			awaitWaiting(t, s, true, len(calls))
			stop := make(chan struct{})
			var taker sync.WaitGroup
			if test.take {
				taker.Go(func() {
					for {
						select {
						case <-stop:
							return
						default:
							_ = s.TakeError()
							runtime.Gosched()
						}
					}
				})
			}
			l.Close() // the next SYN, within seconds, is answered with a reset
			for _, c := range calls {
				if r := c.end(t); r.err == nil {
					t.Error("connected to a socket that does not listen")
				}
			}
			close(stop)
			taker.Wait()
		})
	}
}
