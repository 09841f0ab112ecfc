package socket_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// A stuckConnection is a CreateConnection that goes on until its context ends. begun gets a
// value when that is all it waits for.
type stuckConnection struct {
	addr  socket.HostAddr
	opts  socket.ConnectOptions
	begun <-chan struct{}
}

// stuckConnections wait in each of the places where a CreateConnection can.
var stuckConnections = map[string]func(t *testing.T) stuckConnection{
	"look-up": func(t *testing.T) stuckConnection {
		asked := make(chan struct{}, 100)
		return stuckConnection{socket.Host("slow.test.", 9), socket.ConnectOptions{Resolver: mute(asked)}, asked}
	},
	"look-up of the source": func(t *testing.T) stuckConnection {
		asked := make(chan struct{}, 100)
		_, addr := listen(t, socket.AF_INET)
		_, port, _ := socket.HostPort(addr)
		opts := socket.ConnectOptions{Resolver: mute(asked), SourceAddress: socket.Host("slow.test.", 0)}
		return stuckConnection{socket.Host("127.0.0.1", port), opts, asked}
	},
	"attempt": func(t *testing.T) stuckConnection {
		l, addr := listen(t, socket.AF_INET)
		_, port, _ := socket.HostPort(addr)
		clog(t, l)
		return stuckConnection{socket.Host("127.0.0.1", port), socket.ConnectOptions{}, soonTold()}
	},
	"attempts": func(t *testing.T) stuckConnection {
		needIPv6(t)
		six, four, port := listenBoth(t)
		clog(t, six)
		clog(t, four)
		r := fakeResolver(t, dnstest.Zone{"dual.test": {Addrs: []string{"127.0.0.1", "::1"}}})
		return stuckConnection{socket.Host("dual.test.", port), socket.ConnectOptions{Resolver: r}, soonTold()}
	},
	"attempt after one refused": func(t *testing.T) stuckConnection {
		needIPv6(t)
		six, four, port := listenBoth(t)
		six.Close()
		clog(t, four)
		r := fakeResolver(t, dnstest.Zone{"dual.test": {Addrs: []string{"127.0.0.1", "::1"}}})
		return stuckConnection{socket.Host("dual.test.", port), socket.ConnectOptions{Resolver: r}, soonTold()}
	},
}

// soonTold gets a value after a moment, for want of a sign that an attempt has begun. If
// that is too early the context ends before the attempt, which has to do as well.
func soonTold() <-chan struct{} {
	told := make(chan struct{})
	time.AfterFunc(soon, func() { close(told) })
	return told
}

// TestCreateConnectionContext ends the context of a CreateConnection wherever it waits. It
// ends at once, with the cause, and leaves no socket behind.
func TestCreateConnectionContext(t *testing.T) {
	for name, stuck := range stuckConnections {
		for mode, delay := range map[string]time.Duration{"in turn": 0, "overlapping": time.Millisecond, "overlapping late": never} {
			for limit, timeout := range map[string]time.Duration{"": 0, ", timeout": time.Hour} {
				t.Run(name+"/"+mode+limit, func(t *testing.T) {
					c := stuck(t)
					c.opts.HappyEyeballs, c.opts.Timeout = delay, timeout
					before := countFDs(t)
					ctx, cancel := context.WithCancelCause(t.Context())
					defer cancel(nil)
					var s *socket.Socket
					call := begin(func() (err error) {
						s, err = socket.CreateConnectionContext(ctx, c.addr, &c.opts)
						return err
					})
					select {
					case <-c.begun:
					case r := <-call.done:
						t.Fatal("it did not wait:", r.err)
					}
					ended := time.Now()
					cancel(errCause)
					r := call.wantErr(t, errCause)
					if took := time.Since(ended); took > slack {
						t.Errorf("it went on for %v", took)
					}
					closeAtEnd(t, s)
					if after := countFDs(t); s != nil || after > before {
						t.Errorf("%v, %d file descriptors open, %d before", s, after, before)
					}
					if _, ok := errors.AsType[net.Error](r.err); !ok {
						t.Errorf("error %#v, want a net.Error", r.err)
					}
				})
			}
		}
	}
}

// TestCreateConnectionContextEnded has a context that is over before the call, which then
// asks nobody and connects to nobody.
func TestCreateConnectionContextEnded(t *testing.T) {
	noResolver(t)
	checkFDs(t)
	l, addr := listen(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	for _, host := range []string{"127.0.0.1", "name.test.", ""} {
		for _, delay := range []time.Duration{0, time.Nanosecond} {
			s, err := socket.CreateConnectionContext(ctx, socket.Host(host, port), &socket.ConnectOptions{HappyEyeballs: delay})
			closeAtEnd(t, s)
			if s != nil || !errors.Is(err, errCause) {
				t.Errorf("%q: %v, error %v, want the cause", host, s, err)
			}
		}
	}
	isIdle(t, l)
}

// TestCreateConnectionContextDeadline tells the deadline of a context and the timeout
// apart, in a look-up and in an attempt.
func TestCreateConnectionContextDeadline(t *testing.T) {
	for _, name := range []string{"look-up", "attempt"} {
		for _, tt := range []struct {
			deadline, timeout time.Duration
			want, but         error
		}{
			{soon, time.Hour, context.DeadlineExceeded, socket.ErrTimeout},
			{time.Hour, soon, socket.ErrTimeout, context.DeadlineExceeded},
		} {
			t.Run(name+"/"+tt.want.Error(), func(t *testing.T) {
				checkFDs(t)
				c := stuckConnections[name](t)
				c.opts.Timeout = tt.timeout
				s, err := socket.CreateConnectionContext(within(t, tt.deadline), c.addr, &c.opts)
				closeAtEnd(t, s)
				var ne net.Error
				if !errors.Is(err, tt.want) || errors.Is(err, tt.but) || !errors.As(err, &ne) || !ne.Timeout() {
					t.Errorf("%v, error %v, want %v", s, err, tt.want)
				}
			})
		}
	}
}

// TestCreateConnectionContextOutlived ends the context after the connection was made, which
// is none of the socket's business.
func TestCreateConnectionContextOutlived(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Millisecond} {
		l, addr := listen(t, socket.AF_INET)
		_, port, _ := socket.HostPort(addr)
		ctx, cancel := context.WithCancel(t.Context())
		s, err := socket.CreateConnectionContext(ctx, socket.Host("127.0.0.1", port), &socket.ConnectOptions{HappyEyeballs: delay})
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		cancel()
		conn, _, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, conn)
		mustSend(t, conn, "data")
		if got, err := s.Recv(16); string(got) != "data" {
			t.Errorf("%q, error %v", got, err)
		}
	}
}

// TestConnectOptionsResolver looks up both hosts of a connection by its own Resolver, and
// those of the socket by the default one.
func TestConnectOptionsResolver(t *testing.T) {
	noResolver(t)
	l, addr := listen(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	r := fakeResolver(t, dnstest.Zone{"peer.test": {Addrs: []string{"127.0.0.1"}}, "source.test": {Addrs: []string{"127.0.0.1"}}})
	for _, delay := range []time.Duration{0, time.Millisecond} {
		s, err := socket.CreateConnection(socket.Host("peer.test.", port), &socket.ConnectOptions{
			Resolver: r, SourceAddress: socket.Host("source.test.", 0), HappyEyeballs: delay,
		})
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		conn, peer, err := l.Accept()
		if err != nil || peer != s.LocalAddr() {
			t.Errorf("accepted %v, error %v, want %v", peer, err, s.LocalAddr())
		}
		closeAtEnd(t, conn)
	}
	fakeDNS(t, dnstest.Zone{"other.test": {Addrs: []string{"127.0.0.1"}}})
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.WithContext(t.Context()).Connect(socket.Host("other.test.", port)); err != nil {
		t.Error("the default resolver:", err)
	}
}
