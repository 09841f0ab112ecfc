package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// A raceSocket is a socket that is going to be closed while calls use it, and the tag
// that all that passes through it carries. The fd of a closed socket has a new owner
// at once, because others make sockets all the time: a call that used the number too
// late would meet another tag.
type raceSocket struct {
	*socket.Socket
	tag    byte
	rcvbuf int // the size of the receive buffer that the tag was made into
	addr   socket.Addr
}

var errForeign = errors.New("this belongs to another socket")

// check returns errForeign if p has other bytes than the tag.
func (s *raceSocket) check(p []byte, err error) error {
	for _, b := range p {
		if b != s.tag {
			return fmt.Errorf("%w: byte %d, the tag is %d", errForeign, b, s.tag)
		}
	}
	if err == nil && len(p) == 0 {
		return net.ErrClosed // the end
	}
	return err
}

func (s *raceSocket) message() []byte { return []byte{s.tag, s.tag, s.tag} }

// A raceCall is a call that is made over and over until it fails.
type raceCall func(s *raceSocket) error

// streamCalls and datagramCalls are made on both ends of a pair.
var streamCalls = map[string]raceCall{
	"recv": func(s *raceSocket) error {
		var p [16]byte
		n, err := s.RecvInto(p[:])
		return s.check(p[:n], err)
	},
	"read": func(s *raceSocket) error {
		var p [16]byte
		n, err := s.Read(p[:])
		return s.check(p[:n], err)
	},
	"send": func(s *raceSocket) error {
		_, err := s.Send(s.message())
		return err
	},
	"sendall": func(s *raceSocket) error { return s.SendAll(s.message()) },
	"recvmsg": func(s *raceSocket) error {
		var p [16]byte
		n, _, _, _, err := s.RecvMsgInto([][]byte{p[:5], p[5:]}, nil)
		return s.check(p[:n], err)
	},
	"sendmsg": func(s *raceSocket) error {
		_, err := s.SendMsg([][]byte{s.message(), s.message()}, nil, nil)
		return err
	},
	"write": func(s *raceSocket) error {
		_, err := s.Write(s.message())
		return err
	},
	"recv with context": func(s *raceSocket) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		var p [16]byte
		n, err := s.WithContext(ctx).RecvInto(p[:])
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		return s.check(p[:n], err)
	},
	"rawconn": func(s *raceSocket) error {
		raw, err := s.SyscallConn()
		if err != nil {
			return err
		}
		var p [16]byte
		var n int
		err = raw.Read(func(fd uintptr) bool {
			n, err = rawRecv(fd, p[:])
			return !errors.Is(err, socket.EAGAIN)
		})
		return s.check(p[:n], err)
	},
	"getsockopt": func(s *raceSocket) error {
		got, err := s.GetSockOptInt(socket.SOL_SOCKET, socket.SO_RCVBUF)
		if err == nil && got != s.rcvbuf {
			return fmt.Errorf("%w: SO_RCVBUF is %d, was %d", errForeign, got, s.rcvbuf)
		}
		return err
	},
	"mode": func(s *raceSocket) error {
		if s.Fileno() < 0 {
			return net.ErrClosed
		}
		return errors.Join(s.SetTimeout(time.Minute), s.SetDeadline(time.Now().Add(time.Minute)))
	},
	"dup": func(s *raceSocket) error {
		d, err := s.Dup()
		if err != nil {
			return err
		}
		err = d.SetTimeout(0)
		if err == nil {
			_, err = d.Send(s.message())
		}
		if errors.Is(err, socket.ErrWouldBlock) {
			err = nil
		}
		return errors.Join(err, d.Close())
	},
}

var datagramCalls = map[string]raceCall{
	"recvfrom": func(s *raceSocket) error {
		p, _, err := s.RecvFrom(16)
		return s.check(p, err)
	},
	"recvfrom addrport": func(s *raceSocket) error {
		var p [16]byte
		n, _, err := s.RecvFromAddrPort(p[:])
		return s.check(p[:n], err)
	},
	"send": streamCalls["send"],
	"sendto": func(s *raceSocket) error {
		_, err := s.SendTo(s.message(), s.addr)
		return err
	},
	"getsockopt": streamCalls["getsockopt"],
}

// listenerCalls are made on a listener; connectCalls on sockets that connect to it.
var listenerCalls = map[string]raceCall{
	"accept": raceAccept,
	"accept with timeout": func(s *raceSocket) error {
		if err := s.SetTimeout(time.Millisecond); err != nil {
			return err
		}
		return raceAccept(s)
	},
	"handed out": func(s *raceSocket) error {
		if s.Fileno() < 0 {
			return net.ErrClosed
		}
		return nil
	},
}

// raceAccept accepts a connection, which has to bring the tag of its listener.
func raceAccept(s *raceSocket) error {
	conn, _, err := s.Accept()
	if errors.Is(err, socket.ErrTimeout) {
		return nil
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	var p [1]byte
	n, err := conn.RecvInto(p[:])
	if err == nil && n == 0 || errors.Is(err, socket.ErrConnReset) {
		return nil // it was closed before it sent its tag
	}
	return s.check(p[:n], err)
}

// expected tells whether err is one that the end of a socket may bring.
func expected(err error) bool {
	for _, e := range []error{io.EOF, net.ErrClosed, socket.ErrBrokenPipe, socket.ErrConnReset, socket.ErrConnRefused, socket.ErrNotConnected} {
		if errors.Is(err, e) {
			return !errors.Is(err, errForeign)
		}
	}
	return false
}

// A closeRace is what one worker of the stress test is at.
type closeRace struct {
	t      *testing.T
	tag    byte
	dir    string
	random *rand.Rand
	closes *atomic.Int64
	calls  sync.WaitGroup
	ends   atomic.Int32 // calls that have failed
}

// loop makes a call until it fails.
func (r *closeRace) loop(name string, s *raceSocket, call raceCall) {
	r.calls.Go(func() {
		for {
			err := call(s)
			if err == nil {
				runtime.Gosched() // some never wait
				continue
			}
			r.ends.Add(1)
			if !expected(err) {
				r.t.Errorf("%s: %v", name, err)
			}
			return
		}
	})
}

// wrapSocket makes the tag into the size of the receive buffer.
func (r *closeRace) wrapSocket(s *socket.Socket) *raceSocket {
	err := s.SetSockOptInt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192+64*int(r.tag))
	size, err2 := s.GetSockOptInt(socket.SOL_SOCKET, socket.SO_RCVBUF)
	if err != nil || err2 != nil {
		r.t.Error(err, err2)
	}
	return &raceSocket{Socket: s, tag: r.tag, rcvbuf: size}
}

// pause lets the calls run for a random short time.
func (r *closeRace) pause() {
	for range r.random.IntN(4) {
		runtime.Gosched()
	}
	if r.random.IntN(4) == 0 {
		time.Sleep(time.Duration(r.random.IntN(100)) * time.Microsecond)
	}
}

// close closes sockets, now and then by Detach, from several goroutines at once and waits
// for all calls to end.
func (r *closeRace) close(sockets ...*raceSocket) {
	var closers sync.WaitGroup
	for _, s := range sockets {
		ways := []func(*socket.Socket) error{(*socket.Socket).Close, (*socket.Socket).Close}
		if r.random.IntN(4) == 0 {
			ways[0] = detachAndClose
		}
		for _, way := range ways {
			closers.Go(func() {
				if err := way(s.Socket); err != nil {
					r.t.Error("close:", err)
				}
			})
		}
		r.closes.Add(1)
	}
	closers.Wait()
	r.calls.Wait()
}

func detachAndClose(s *socket.Socket) error {
	fd, err := s.Detach()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	if err != nil {
		return err
	}
	return socket.CloseFD(fd)
}

// pick chooses some of the calls.
func (r *closeRace) pick(calls map[string]raceCall, n int) map[string]raceCall {
	picked := make(map[string]raceCall, n)
	for name, call := range calls { // in random order
		if len(picked) < n {
			picked[name] = call
		}
	}
	return picked
}

// drain drops what came before the socket was connected. The port may have been another's a
// moment ago, whose peer does not know yet that it is gone.
func (r *closeRace) drain(s *raceSocket) {
	err := s.SetTimeout(0)
	for err == nil {
		err = recvOne(s.Socket)()
	}
	if !errors.Is(err, socket.ErrWouldBlock) {
		r.t.Error(err)
	}
	if err := s.SetTimeout(socket.NoTimeout); err != nil {
		r.t.Error(err)
	}
}

// pairs races on the two ends of a socketpair or of two bound datagram sockets.
func (r *closeRace) pairs(family socket.Family, typ socket.Type, calls map[string]raceCall) {
	var ends [2]*raceSocket
	if family == socket.AF_UNIX {
		a, b, err := socket.Socketpair(family, typ, 0)
		if err != nil {
			r.t.Error(err)
			return
		}
		ends = [2]*raceSocket{r.wrapSocket(a), r.wrapSocket(b)}
	} else {
		for i := range ends {
			s, err := socket.New(family, typ, 0)
			if err == nil {
				err = s.Bind(loopback(family))
			}
			if err != nil {
				r.t.Error(err)
				return
			}
			ends[i] = r.wrapSocket(s)
		}
		for i := range ends {
			ends[i].addr, _ = ends[1-i].GetSockName()
			if err := ends[i].Connect(ends[i].addr); err != nil {
				r.t.Error(err)
			}
		}
		for _, s := range ends {
			r.drain(s)
		}
	}
	for i, s := range ends {
		for name, call := range r.pick(calls, 4) {
			r.loop(fmt.Sprint(name, " of end ", i), s, call)
		}
	}
	r.pause()
	r.close(ends[:]...)
}

// connections races on a listener and on sockets that connect to it.
func (r *closeRace) connections() {
	l, err := socket.CreateServer(socket.UnixAddr{Path: filepath.Join(r.dir, fmt.Sprint(r.random.Uint64()))}, nil)
	if err != nil {
		r.t.Error(err)
		return
	}
	server := r.wrapSocket(l)
	addr, err := l.GetSockName()
	if err != nil {
		r.t.Error(err)
	}
	for name, call := range listenerCalls {
		r.loop(name, server, call)
	}
	sockets := []*raceSocket{server}
	for range 3 {
		s, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
		if err != nil {
			r.t.Error(err)
			continue
		}
		client := r.wrapSocket(s)
		sockets = append(sockets, client)
		r.loop("connect", client, func(s *raceSocket) error {
			err := s.Connect(addr)
			if err == nil {
				_, err = s.Send(s.message()[:1])
			}
			if err == nil {
				err = net.ErrClosed
			}
			return err
		})
	}
	r.pause()
	r.random.Shuffle(len(sockets), func(i, j int) { sockets[i], sockets[j] = sockets[j], sockets[i] })
	r.close(sockets...)
}

// TestCloseRaces closes sockets while every kind of call is made on them. No call may
// ever see or send a byte, an option or a connection of the socket that got the number of
// its fd; none may hang; no fd may be left. It fails within seconds if guard.enter lets late
// calls in, or does not count those that it lets in.
func TestCloseRaces(t *testing.T) {
	needUnix(t)
	checkFDs(t)
	closes := int64(16_000)
	if testing.Short() {
		closes = 1_000
	}
	dir := filepath.Dir(unixPath(t))
	var done atomic.Int64
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			r := &closeRace{t: t, dir: dir, random: rand.New(rand.NewPCG(uint64(worker), 0)), closes: &done}
			for n := 0; done.Load() < closes && !t.Failed(); n++ {
				r.tag = byte(worker<<5 | n&31) // no two workers have the same
				switch n % 4 {
				case 0, 1:
					r.pairs(socket.AF_UNIX, socket.SOCK_STREAM, streamCalls)
				case 2:
					r.pairs(socket.AF_INET, socket.SOCK_DGRAM, datagramCalls)
				case 3:
					r.connections()
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() { workers.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(10 * patience):
		stacks := make([]byte, 1<<20)
		t.Fatalf("hangs after %d closes\n%s", done.Load(), stacks[:runtime.Stack(stacks, true)])
	}
	t.Logf("%d closes", done.Load())
}

// abort makes the close of a TCP socket a reset, which leaves no port in TIME_WAIT.
func abort(t testing.TB, s *socket.Socket) {
	t.Helper()
	if err := socket.Linger.Set(s, socket.LingerValue{On: true}); err != nil {
		t.Error(err)
	}
}

// dialer returns a function that makes a connection to a listener and returns its two
// ends. TCP connections are reset when they are closed.
func dialer(t testing.TB, family socket.Family) func() (client, server *socket.Socket, err error) {
	l, addr := listen(t, family)
	return func() (client, server *socket.Socket, err error) {
		client, err = socket.New(family, socket.SOCK_STREAM, 0)
		if err != nil {
			return nil, nil, err
		}
		if family != socket.AF_UNIX {
			abort(t, client)
		}
		if err = client.Connect(addr); err == nil {
			server, _, err = l.Accept()
		}
		if err != nil {
			client.Close()
		}
		return client, server, err
	}
}

// exchange sends a byte each way.
func exchange(client, server *socket.Socket) error {
	var p [1]byte
	_, err := client.Send([]byte("?"))
	if err == nil {
		_, err = server.RecvInto(p[:])
	}
	if err == nil {
		_, err = server.Send([]byte("!"))
	}
	if err == nil {
		_, err = client.RecvInto(p[:])
	}
	if err == nil && p[0] != '!' {
		err = errForeign
	}
	return err
}

// TestConnectionsLeaveNothing opens, uses and closes a hundred thousand connections, of
// which some have waited: the number of open file descriptors stays where it was.
func TestConnectionsLeaveNothing(t *testing.T) {
	needUnix(t)
	checkFDs(t)
	connections := int64(100_000)
	if testing.Short() {
		connections = 10_000
	}
	var done atomic.Int64
	var workers sync.WaitGroup
	for range 4 {
		dialUnix, dialTCP := dialer(t, socket.AF_UNIX), dialer(t, socket.AF_INET)
		workers.Go(func() {
			for n := done.Add(1); n <= connections && !t.Failed(); n = done.Add(1) {
				dial := dialUnix
				if n%20 == 0 {
					dial = dialTCP
				}
				client, server, err := dial()
				if err != nil {
					t.Error(err)
					return
				}
				if n%10 == 0 {
					waitBriefly(t, server)
				}
				if err := exchange(client, server); err != nil {
					t.Error(err)
				}
				client.Close()
				server.Close()
			}
		})
	}
	workers.Wait()
}

// waitBriefly makes a socket one that has waited.
func waitBriefly(t testing.TB, s *socket.Socket) {
	t.Helper()
	mustSetTimeout(t, s, 1)
	if err := recvOne(s)(); !errors.Is(err, socket.ErrTimeout) {
		t.Errorf("got %v, want ErrTimeout", err)
	}
	mustSetTimeout(t, s, socket.NoTimeout)
}

// TestManyIdleConnections holds ten thousand connections at once, as far as the system
// lets a process have that many: each works, and closing them leaves nothing.
func TestManyIdleConnections(t *testing.T) {
	checkFDs(t)
	connections := 10_000
	if testing.Short() {
		connections = 1_000
	}
	const spare = 200
	if most := (maxFDs(t) - spare) / 2; connections > most {
		t.Logf("%d connections in place of %d: this process may have %d file descriptors open", most, connections, maxFDs(t))
		connections = most
	}
	dial := dialer(t, localFamily())
	ends := make([][2]*socket.Socket, 0, connections)
	defer func() {
		for _, e := range ends {
			e[0].Close()
			e[1].Close()
		}
	}()
	var waiting sync.WaitGroup
	for i := range connections {
		client, server, err := dial()
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		ends = append(ends, [2]*socket.Socket{client, server})
		if i%10 == 0 { // a goroutine is parked on it all the time
			waiting.Go(func() {
				if p, err := server.Recv(1); len(p) != 0 || err != nil {
					t.Errorf("received %q, %v, want the end", p, err)
				}
			})
		}
	}
	for i, e := range ends {
		client, server := e[0], e[1]
		err := error(nil)
		if i%10 != 0 {
			err = exchange(client, server)
		} else if err = server.SendAll([]byte("x")); err == nil {
			err = recvOne(client)()
		}
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
	}
	for _, e := range ends {
		e[0].Close()
	}
	waiting.Wait()
}
