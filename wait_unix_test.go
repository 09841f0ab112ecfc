//go:build unix && !aix

package socket_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// TestWaitingCostsNoProcessorTime proves that calls which wait do not spin: not where poll
// calls an fd ready that is not, and not after calls that competed for data in vain.
func TestWaitingCostsNoProcessorTime(t *testing.T) {
	const watched = 200 * time.Millisecond
	type idle struct {
		name  string
		begin func(t *testing.T) (*socket.Socket, []pendingCall)
	}
	var tests []idle
	for _, kind := range waitKinds {
		tests = append(tests, idle{kind.name, func(t *testing.T) (*socket.Socket, []pendingCall) {
			s, _ := kind.setup(t)
			var calls []pendingCall
			for range 4 {
				calls = append(calls, begin(func() error { return kind.call(s) }))
			}
			kind.awaitAll(t, s, len(calls))
			return s, calls
		}})
	}
	tests = append(tests, idle{"many readers after traffic", afterTraffic})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, calls := test.begin(t)
			wantIdle(t, func() { time.Sleep(watched) })
			s.Close()
			for _, c := range calls {
				c.wantErr(t, net.ErrClosed)
			}
		})
	}
}

// afterTraffic returns a socket with a hundred readers that have competed for datagrams, one
// at a time, and wait for more.
func afterTraffic(t *testing.T) (*socket.Socket, []pendingCall) {
	a, b := pair(t, 0, socket.SOCK_DGRAM)
	var calls []pendingCall
	for range 100 {
		calls = append(calls, begin(func() error {
			for {
				if err := recvOne(a)(); err != nil {
					return err
				}
			}
		}))
	}
	awaitWaiting(t, a, false, len(calls))
	for range 300 {
		mustSend(t, b, "x")
		time.Sleep(200 * time.Microsecond)
	}
	time.Sleep(100 * time.Millisecond)
	return a, calls
}

// TestSendToFullPeer proves that a send of an unconnected AF_UNIX datagram socket to a
// peer whose queue is full, of which poll can tell nothing, goes through when the peer
// makes room, keeps its timeout, and that non-blocking mode says so.
func TestSendToFullPeer(t *testing.T) {
	testPolledWait(t, fullPeer, sendToPeer)
}

// TestConnectToFullBacklog proves the same for a connect to an AF_UNIX listener whose
// backlog is full.
func TestConnectToFullBacklog(t *testing.T) {
	testPolledWait(t, fullBacklog, connectTo)
}

func testPolledWait(t *testing.T, setup func(testing.TB) (*socket.Socket, func()), call func(*socket.Socket) error) {
	s, release := setup(t)
	mustSetTimeout(t, s, 0)
	if err := call(s); !errors.Is(err, socket.ErrWouldBlock) {
		t.Errorf("non-blocking: %v, want ErrWouldBlock", err)
	}
	mustSetTimeout(t, s, soon)
	begin(func() error { return call(s) }).wantTimeout(t, soon)
	mustSetTimeout(t, s, socket.NoTimeout)
	c := begin(func() error { return call(s) })
	select {
	case r := <-c.done:
		t.Fatal("did not wait:", r.err)
	case <-time.After(soon):
	}
	release()
	if r := c.end(t); r.err != nil {
		t.Error(r.err)
	}
}

// TestDontWait proves that MSG_DONTWAIT keeps a call of a blocking socket, or of one with
// a timeout, from waiting.
func TestDontWait(t *testing.T) {
	for _, timeout := range []time.Duration{socket.NoTimeout, time.Hour} {
		a, b := pair(t, 0, 0)
		mustSetTimeout(t, a, timeout)
		buf := make([]byte, 8)
		for name, call := range map[string]func() error{
			"Recv":             func() error { return second(a.Recv(8, socket.MSG_DONTWAIT)) },
			"RecvInto":         func() error { return second(a.RecvInto(buf, socket.MSG_DONTWAIT)) },
			"RecvInto, all":    func() error { return second(a.RecvInto(buf, socket.MSG_DONTWAIT, socket.MSG_WAITALL)) },
			"RecvFromAddrPort": func() error { _, _, err := a.RecvFromAddrPort(buf, socket.MSG_DONTWAIT); return err },
		} {
			if err := call(); !errors.Is(err, socket.ErrWouldBlock) {
				t.Errorf("%s, timeout %v: got %v, want ErrWouldBlock", name, timeout, err)
			}
		}
		mustSetTimeout(t, b, 0)
		var err error
		for p := flood; err == nil; p = flood[:1] {
			_, err = b.Send(p)
		}
		if !errors.Is(err, socket.ErrWouldBlock) {
			t.Fatal(err)
		}
		mustSetTimeout(t, b, timeout)
		for name, call := range map[string]func() error{
			"Send":    func() error { return second(b.Send(buf, socket.MSG_DONTWAIT)) },
			"SendAll": func() error { return b.SendAll(buf, socket.MSG_DONTWAIT) },
		} {
			if err := call(); !errors.Is(err, socket.ErrWouldBlock) {
				t.Errorf("%s, timeout %v: got %v, want ErrWouldBlock", name, timeout, err)
			}
		}
	}
}
