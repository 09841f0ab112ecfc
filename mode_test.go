package socket_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// TestModes proves that SetTimeout, SetBlocking and the default timeout say the same
// thing as in Python, and that what may not wait does not.
func TestModes(t *testing.T) {
	for _, test := range []struct {
		name     string
		set      func(*socket.Socket) error
		timeout  time.Duration
		blocking bool
	}{
		{"new", func(*socket.Socket) error { return nil }, socket.NoTimeout, true},
		{"SetTimeout(NoTimeout)", func(s *socket.Socket) error { return s.SetTimeout(socket.NoTimeout) }, socket.NoTimeout, true},
		{"SetTimeout(-5)", func(s *socket.Socket) error { return s.SetTimeout(-5) }, socket.NoTimeout, true},
		{"SetTimeout(0)", func(s *socket.Socket) error { return s.SetTimeout(0) }, 0, false},
		{"SetTimeout(1s)", func(s *socket.Socket) error { return s.SetTimeout(time.Second) }, time.Second, true},
		{"SetBlocking(true)", func(s *socket.Socket) error { return s.SetBlocking(true) }, socket.NoTimeout, true},
		{"SetBlocking(false)", func(s *socket.Socket) error { return s.SetBlocking(false) }, 0, false},
		{"SetTimeout on a view", func(s *socket.Socket) error {
			return s.WithContext(context.Background()).SetTimeout(time.Second)
		}, time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, _ := pair(t, 0, 0)
			if err := test.set(a); err != nil {
				t.Fatal(err)
			}
			if a.GetTimeout() != test.timeout || a.GetBlocking() != test.blocking {
				t.Errorf("timeout %v, blocking %v; want %v, %v", a.GetTimeout(), a.GetBlocking(), test.timeout, test.blocking)
			}
			d, err := a.Dup()
			if err != nil {
				t.Fatal(err)
			}
			closeAtEnd(t, d)
			if d.GetTimeout() != test.timeout {
				t.Errorf("the duplicate has timeout %v, want %v", d.GetTimeout(), test.timeout)
			}
		})
	}
}

// TestNewSocketsStartWithDefaultTimeout proves it for every way to make one; an accepted
// socket does not start with its listener's.
func TestNewSocketsStartWithDefaultTimeout(t *testing.T) {
	defer socket.SetDefaultTimeout(socket.GetDefaultTimeout())
	for _, d := range []time.Duration{socket.NoTimeout, 0, time.Minute} {
		socket.SetDefaultTimeout(d)
		if got := socket.GetDefaultTimeout(); got != d {
			t.Errorf("GetDefaultTimeout() is %v, want %v", got, d)
		}
		check := func(how string, s *socket.Socket, want time.Duration) {
			t.Helper()
			if got := s.GetTimeout(); got != want {
				t.Errorf("default %v, %s: timeout %v, want %v", d, how, got, want)
			}
		}
		a, b := pair(t, 0, 0)
		check("Socketpair", a, d)
		check("Socketpair", b, d)
		l, addr := listen(t, socket.AF_INET)
		check("CreateServer", l, d)
		mustSetTimeout(t, l, time.Hour)
		client := newSocket(t, 0, 0)
		check("New", client, d)
		mustSetTimeout(t, client, time.Hour)
		if err := client.Connect(addr); err != nil {
			t.Fatal(err)
		}
		server, _, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, server)
		check("Accept", server, d)
	}
}

// TestAcceptOnDuplicates lets two Sockets of one listening socket compete for connections.
// Both set O_NONBLOCK for the moment of the call, and neither may find that the other
// has taken it away: the call would block its thread, deaf to context and close.
func TestAcceptOnDuplicates(t *testing.T) {
	rounds := 1000
	if testing.Short() {
		rounds = 100
	}
	l, addr := listen(t, localFamily())
	d, err := l.Dup()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, d)
	dial := func() {
		s, err := socket.New(l.Family(), socket.SOCK_STREAM, 0)
		if err == nil {
			defer s.Close()
			err = s.Connect(addr)
		}
		if err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() { // a thread that blocks would keep Close waiting
			dial()
			dial()
		}
	})
	for range rounds {
		ctx, cancel := context.WithCancel(t.Context())
		var calls []pendingCall
		for _, s := range []*socket.Socket{l, d} {
			calls = append(calls, begin(func() error {
				conn, _, err := s.WithContext(ctx).Accept()
				if err == nil {
					conn.Close()
				}
				return err
			}))
			awaitWaiting(t, s, false, 1)
		}
		dial()
		accepted := 0
		first := func() callResult {
			select {
			case r := <-calls[0].done:
				calls = calls[1:]
				return r
			case r := <-calls[1].done:
				calls = calls[:1]
				return r
			case <-time.After(patience):
				t.Fatal("nobody accepts")
				return callResult{}
			}
		}()
		cancel()
		for _, r := range []callResult{first, calls[0].end(t)} {
			switch {
			case r.err == nil:
				accepted++
			case !errors.Is(r.err, context.Canceled):
				t.Error(r.err)
			}
		}
		if accepted != 1 {
			t.Errorf("one connection was accepted %d times", accepted)
		}
	}
}
