package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// These tests are about calls that have to wait: what ends the wait, when, and with
// which error.

const (
	// patience is how long a test waits for what has to happen at once.
	patience = 20 * time.Second

	// slack is how late the end of a timeout may be on a busy machine. It is never early.
	slack = 2 * time.Second

	// soon is a timeout that a test waits for.
	soon = 40 * time.Millisecond
)

// A pendingCall is a call that a goroutine of its own makes.
type pendingCall struct{ done chan callResult }

type callResult struct {
	err  error
	took time.Duration
}

// begin makes a call in a goroutine.
func begin(call func() error) pendingCall {
	p := pendingCall{make(chan callResult, 1)}
	began := time.Now()
	go func() {
		err := call()
		p.done <- callResult{err, time.Since(began)}
	}()
	return p
}

// end waits for the result of the call.
func (p pendingCall) end(t testing.TB) callResult {
	t.Helper()
	select {
	case r := <-p.done:
		return r
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		t.Fatalf("the call hangs\n%s", stacks[:runtime.Stack(stacks, true)])
		return callResult{}
	}
}

// wantErr waits for the call to fail with an error of the given kind.
func (p pendingCall) wantErr(t testing.TB, want error) callResult {
	t.Helper()
	r := p.end(t)
	if !errors.Is(r.err, want) {
		t.Errorf("got error %v, want %v", r.err, want)
	}
	return r
}

// wantTimeout waits for the call to fail with ErrTimeout after the given time, neither
// earlier nor much later.
func (p pendingCall) wantTimeout(t testing.TB, after time.Duration) {
	t.Helper()
	r := p.wantErr(t, socket.ErrTimeout)
	if r.took < after || r.took > after+slack {
		t.Errorf("timed out after %v, want %v", r.took, after)
	}
}

// await waits until cond is true.
func await(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain for ", what)
		}
	}
}

// awaitWaiting waits until n calls wait in one direction of s.
func awaitWaiting(t testing.TB, s *socket.Socket, write bool, n int) {
	t.Helper()
	await(t, fmt.Sprintf("%d waiting calls", n), func() bool { return socket.Waiting(s, write) == n })
}

// recvOne is a call that receives one byte or message and drops it.
func recvOne(s *socket.Socket) func() error {
	return func() error {
		var p [16]byte
		_, err := s.RecvInto(p[:])
		return err
	}
}

func mustSend(t testing.TB, s *socket.Socket, text string) {
	t.Helper()
	if err := s.SendAll([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func mustSetTimeout(t testing.TB, s *socket.Socket, d time.Duration) {
	t.Helper()
	if err := s.SetTimeout(d); err != nil {
		t.Fatal(err)
	}
}

// flood is more than the buffers of a connection take.
var flood = make([]byte, 16<<20)

// sendFlood sends the flood in parts, so it has to wait in one of them. A byte on a full
// connection may not have to: TCP moves some data to the other end later, when its
// persist timer fires (RFC 9293 section 3.8.6.1).
func sendFlood(send func(p []byte) (int, error)) error {
	for p := flood; len(p) > 0; {
		n, err := send(p[:min(len(p), 1<<20)])
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// A waitKind is a kind of call that has to wait.
type waitKind struct {
	name  string
	write bool // the direction it waits in

	// polled: the wait is not for the poller but in small pauses, because the kernel
	// has nothing to wait for.
	polled bool

	// linux: only Linux has such calls wait.
	linux bool

	// setup returns a socket on which call waits, and what makes one call go
	// through; nil if nothing does soon.
	setup func(t testing.TB) (s *socket.Socket, release func())
	call  func(s *socket.Socket) error
}

// waitKinds are the kinds that this system has.
var waitKinds = slices.DeleteFunc([]waitKind{
	{name: "recv", setup: idlePair, call: func(s *socket.Socket) error { return recvOne(s)() }},
	{name: "read", setup: idlePair, call: func(s *socket.Socket) error {
		_, err := s.Read(make([]byte, 1))
		return err
	}},
	{name: "recvfrom", setup: idleUDP, call: func(s *socket.Socket) error {
		_, _, err := s.RecvFrom(1)
		return err
	}},
	{name: "recvfrom addrport", setup: idleUDP, call: func(s *socket.Socket) error {
		_, _, err := s.RecvFromAddrPort(make([]byte, 1))
		return err
	}},
	{name: "recvmsg", setup: idlePair, call: func(s *socket.Socket) error { return last(s.RecvMsg(1, 100)) }},
	{name: "recvmsg udp", setup: idleUDP, call: func(s *socket.Socket) error {
		return last(s.RecvMsgInto([][]byte{make([]byte, 1)}, nil))
	}},
	{name: "recvmsg waitall", setup: idlePair, call: func(s *socket.Socket) error {
		return last(s.RecvMsgInto([][]byte{make([]byte, 1)}, nil, socket.MSG_WAITALL))
	}},
	{name: "rawconn read", setup: idlePair, call: func(s *socket.Socket) error {
		raw, err := s.SyscallConn()
		if err != nil {
			return err
		}
		return raw.Read(func(fd uintptr) bool {
			n, _ := rawRecv(fd, make([]byte, 1))
			return n > 0
		})
	}},
	{name: "accept", setup: idleListener, call: func(s *socket.Socket) error {
		conn, _, err := s.Accept()
		if err == nil {
			conn.Close()
		}
		return err
	}},
	{name: "send", write: true, setup: fullPair, call: func(s *socket.Socket) error {
		return sendFlood(func(p []byte) (int, error) { return s.Send(p) })
	}},
	{name: "sendall", write: true, setup: fullPair, call: func(s *socket.Socket) error {
		return s.SendAll(flood)
	}},
	{name: "write", write: true, setup: fullPair, call: func(s *socket.Socket) error {
		_, err := s.Write(flood)
		return err
	}},
	{name: "sendmsg", write: true, setup: fullPair, call: func(s *socket.Socket) error {
		return sendFlood(func(p []byte) (int, error) { return s.SendMsg([][]byte{p, {}}, nil, nil) })
	}},
	{name: "connect", write: true, linux: true, setup: unreachable, call: connectTo},
	{name: "connect unix", write: true, polled: true, linux: true, setup: fullBacklog, call: connectTo},
	{name: "sendto unix", write: true, polled: true, linux: true, setup: fullPeer, call: sendToPeer},
	{name: "sendmsg unix", write: true, polled: true, linux: true, setup: fullPeer, call: func(s *socket.Socket) error {
		return second(s.SendMsg([][]byte{{1}}, nil, targetOf(s)))
	}},
}, func(k waitKind) bool { return k.linux && runtime.GOOS != "linux" })

func idlePair(t testing.TB) (*socket.Socket, func()) {
	a, b := pair(t, 0, 0)
	return a, func() { mustSend(t, b, "x") }
}

// fullPair is for calls that send the flood.
func fullPair(t testing.TB) (*socket.Socket, func()) {
	a, b := pair(t, 0, 0)
	return a, func() { go b.WriteTo(io.Discard) }
}

func idleUDP(t testing.TB) (*socket.Socket, func()) {
	a, addr := bound(t, socket.AF_INET)
	b, _ := bound(t, socket.AF_INET)
	return a, func() {
		if _, err := b.SendTo([]byte("x"), addr); err != nil {
			t.Error(err)
		}
	}
}

func idleListener(t testing.TB) (*socket.Socket, func()) {
	l, addr := listen(t, socket.AF_INET)
	return l, func() {
		s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		if err := s.Connect(addr); err != nil {
			t.Error(err)
		}
	}
}

// targets remembers the address that the call of a waitKind needs.
var targets sync.Map // *socket.Socket -> socket.Addr

func setTarget(t testing.TB, s *socket.Socket, addr socket.Addr) {
	fd := socket.FD(s) // a view is another Socket with the same fd
	targets.Store(fd, addr)
	t.Cleanup(func() { targets.CompareAndDelete(fd, addr) })
}

func targetOf(s *socket.Socket) socket.Addr {
	addr, _ := targets.Load(socket.FD(s))
	return addr.(socket.Addr)
}

func connectTo(s *socket.Socket) error { return s.Connect(targetOf(s)) }

func sendToPeer(s *socket.Socket) error {
	_, err := s.SendTo([]byte{1}, targetOf(s))
	return err
}

// crowdedListener returns the address of a listener whose backlog is full.
func crowdedListener(t testing.TB, family socket.Family) (l *socket.Socket, addr socket.Addr) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("what a full backlog does to a connect differs between systems; this is Linux")
	}
	l, addr = listen(t, family)
	if err := l.Listen(0); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		s := newSocket(t, family, socket.SOCK_STREAM)
		mustSetTimeout(t, s, 0)
		err := s.Connect(addr)
		if errors.Is(err, socket.ErrWouldBlock) {
			return l, addr
		}
		if err != nil && !errors.Is(err, socket.ErrInProgress) {
			t.Fatal(err)
		}
	}
	if family == socket.AF_UNIX {
		t.Fatal("a backlog of 0 takes 20 connections")
	}
	return l, addr
}

// unreachable returns a TCP socket whose connect gets no answer: the SYN is dropped.
func unreachable(t testing.TB) (*socket.Socket, func()) {
	_, addr := crowdedListener(t, socket.AF_INET)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	setTarget(t, s, addr)
	return s, nil
}

func fullBacklog(t testing.TB) (*socket.Socket, func()) {
	l, addr := crowdedListener(t, socket.AF_UNIX)
	s := newSocket(t, socket.AF_UNIX, socket.SOCK_STREAM)
	setTarget(t, s, addr)
	return s, func() {
		conn, _, err := l.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close()
	}
}

// fullPeer returns an unconnected AF_UNIX datagram socket and a peer whose queue is
// full.
func fullPeer(t testing.TB) (*socket.Socket, func()) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems than Linux drop the datagram (ENOBUFS)")
	}
	peer, addr := bound(t, socket.AF_UNIX)
	s := newSocket(t, socket.AF_UNIX, socket.SOCK_DGRAM)
	mustSetTimeout(t, s, 0)
	var err error
	for err == nil {
		_, err = s.SendTo([]byte{1}, addr)
	}
	if !errors.Is(err, socket.ErrWouldBlock) {
		t.Fatal(err)
	}
	mustSetTimeout(t, s, socket.NoTimeout)
	setTarget(t, s, addr)
	return s, func() {
		if err := recvOne(peer)(); err != nil {
			t.Error(err)
		}
	}
}

// awaitAll waits until n calls of the kind wait.
func (k *waitKind) awaitAll(t testing.TB, s *socket.Socket, n int) {
	t.Helper()
	if k.polled {
		time.Sleep(10 * time.Millisecond) // nothing tells that they are at it
		return
	}
	awaitWaiting(t, s, k.write, n)
}

// A waitEnder is something that ends a wait.
type waitEnder struct {
	name   string
	before func(s *socket.Socket) error // nil: nothing
	during func(s *socket.Socket) error // nil: nothing
	want   error
	after  time.Duration // not earlier
	final  bool          // the socket is closed then
}

var (
	errCause = errors.New("the cause")
	errBusy  = errors.New("the machine is too busy to tell one deadline from the next")
)

var waitEnders = []waitEnder{
	{
		name: "timeout", want: socket.ErrTimeout, after: soon,
		before: func(s *socket.Socket) error { return s.SetTimeout(soon) },
	},
	{
		name: "deadline", want: socket.ErrTimeout, after: soon,
		before: func(s *socket.Socket) error { return s.SetDeadline(time.Now().Add(soon)) },
	},
	{
		name: "deadline before timeout", want: socket.ErrTimeout, after: soon,
		before: func(s *socket.Socket) error {
			return errors.Join(s.SetTimeout(time.Hour), s.SetDeadline(time.Now().Add(soon)))
		},
	},
	{
		name: "timeout before deadline", want: socket.ErrTimeout, after: soon,
		before: func(s *socket.Socket) error {
			return errors.Join(s.SetDeadline(time.Now().Add(time.Hour)), s.SetTimeout(soon))
		},
	},
	{
		name: "deadline set in the past", want: socket.ErrTimeout,
		during: func(s *socket.Socket) error { return s.SetDeadline(time.Unix(1, 0)) },
	},
	{
		name: "deadline moved earlier", want: socket.ErrTimeout, after: soon,
		before: func(s *socket.Socket) error { return s.SetDeadline(time.Now().Add(time.Hour)) },
		during: func(s *socket.Socket) error { return s.SetDeadline(time.Now().Add(soon)) },
	},
	{
		name: "deadline moved later", want: socket.ErrTimeout, after: 6 * soon,
		during: func(s *socket.Socket) error {
			now := time.Now()
			err := errors.Join(s.SetDeadline(now.Add(5*soon)), s.SetDeadline(now.Add(6*soon)))
			if time.Since(now) > 4*soon {
				return errBusy
			}
			return err
		},
	},
	{
		name: "close", want: net.ErrClosed, final: true,
		during: func(s *socket.Socket) error { return s.Close() },
	},
	{
		name: "detach", want: net.ErrClosed, final: true,
		during: func(s *socket.Socket) error {
			fd, err := s.Detach()
			if err != nil {
				return err
			}
			return socket.CloseFD(fd)
		},
	},
}

// TestEveryWaitEnds proves for every kind of call that each of the things that may end
// a wait ends it, with its error and not before its time, both for the call that is
// parked and for those behind it; and that the socket waits as well as ever then.
func TestEveryWaitEnds(t *testing.T) {
	for _, kind := range waitKinds {
		for _, ender := range waitEnders {
			t.Run(kind.name+"/"+ender.name, func(t *testing.T) {
				t.Parallel()
				testWaitEnds(t, &kind, &ender)
			})
		}
	}
}

func testWaitEnds(t *testing.T, kind *waitKind, ender *waitEnder) {
	s, release := kind.setup(t)
	began := time.Now()
	if ender.before != nil {
		if err := ender.before(s); err != nil {
			t.Fatal(err)
		}
	}
	var calls [3]pendingCall
	for i := range calls {
		calls[i] = begin(func() error { return kind.call(s) })
	}
	if ender.during != nil {
		kind.awaitAll(t, s, len(calls))
		switch err := ender.during(s); {
		case err == errBusy: //nolint:errorlint // it is not wrapped
			t.Skip(err)
		case err != nil:
			t.Fatal(err)
		}
	}
	for _, c := range calls {
		r := c.wantErr(t, ender.want)
		checkError(t, r.err, ender.want)
	}
	if took := time.Since(began); took < ender.after || took > ender.after+slack {
		t.Errorf("the calls took %v, want %v", took, ender.after)
	}
	if ender.final || release == nil {
		return
	}
	if err := errors.Join(s.SetTimeout(socket.NoTimeout), s.SetDeadline(time.Time{})); err != nil {
		t.Fatal(err)
	}
	last := begin(func() error { return kind.call(s) })
	kind.awaitAll(t, s, 1)
	release()
	if r := last.end(t); r.err != nil {
		t.Errorf("after the wait had ended: %v", r.err)
	}
}

// checkError checks the form that every error of a call has.
func checkError(t testing.TB, err, want error) {
	t.Helper()
	var e *socket.Error
	var ne net.Error
	if !errors.As(err, &e) || !errors.As(err, &ne) {
		t.Errorf("%v is no *Error and net.Error", err)
		return
	}
	timeout := errors.Is(want, socket.ErrTimeout)
	if ne.Timeout() != timeout || errors.Is(err, os.ErrDeadlineExceeded) != timeout {
		t.Errorf("Timeout() of %v is %v", err, ne.Timeout())
	}
}

// TestReadersTimeOutOnTheirOwnClock proves that of several calls in one direction each
// ends at its own time, whichever is parked and whichever stands behind it.
func TestReadersTimeOutOnTheirOwnClock(t *testing.T) {
	const ms = time.Millisecond
	random := make([]time.Duration, 10)
	for i := range random {
		random[i] = 10*ms + time.Duration(rand.IntN(300))*ms
	}
	for _, timeouts := range [][]time.Duration{
		{30 * ms, 400 * ms},
		{400 * ms, 30 * ms},
		{400 * ms, 200 * ms, 30 * ms},
		{200 * ms, 400 * ms, 30 * ms, 100 * ms},
		random,
	} {
		t.Run(fmt.Sprint(timeouts), func(t *testing.T) {
			t.Parallel()
			a, _ := pair(t, 0, 0)
			calls := make([]pendingCall, len(timeouts))
			var finished atomic.Int32
			for i, d := range timeouts {
				mustSetTimeout(t, a, d)
				calls[i] = begin(func() error {
					defer finished.Add(1)
					return recvOne(a)()
				})
				// A call keeps the timeout that it began with. An early one may be
				// over before a late one begins.
				await(t, "the call to wait", func() bool {
					return socket.Waiting(a, false)+int(finished.Load()) >= i+1
				})
			}
			for i, c := range calls {
				c.wantTimeout(t, timeouts[i])
			}
		})
	}
}

// TestTimeoutsInTurn proves that each call has its own timeout, whatever the poller was told
// for the call before: a shorter one, a longer one or none, one that ended or one whose
// data came.
func TestTimeoutsInTurn(t *testing.T) {
	turns := []struct {
		timeout time.Duration
		data    bool // comes before the timeout ends
	}{
		{time.Hour, true},
		{soon, false},
		{time.Hour, true},
		{socket.NoTimeout, true},
		{soon, false},
		{socket.NoTimeout, true},
		{soon / 2, false},
		{soon, false},
		{soon / 2, false},
		{time.Hour, true},
		{2 * time.Hour, true},
		{time.Hour, true},
		{soon, false},
	}
	a, b := pair(t, 0, 0)
	for i, turn := range turns {
		mustSetTimeout(t, a, turn.timeout)
		call := begin(recvOne(a))
		if !turn.data {
			call.wantTimeout(t, turn.timeout)
			continue
		}
		awaitWaiting(t, a, false, 1)
		select {
		case r := <-call.done:
			t.Fatalf("turn %d: ended too early: %v", i, r.err)
		case <-time.After(2 * soon): // longer than those before
		}
		mustSend(t, b, "x")
		if r := call.end(t); r.err != nil {
			t.Errorf("turn %d: %v", i, r.err)
		}
	}
}

// TestTimeoutIsOnlyLookedAtWhenWaiting proves that data which is there is returned,
// however small the timeout is, also when the calls before had to wait.
func TestTimeoutIsOnlyLookedAtWhenWaiting(t *testing.T) {
	for parks := range 5 {
		t.Run(fmt.Sprint("after ", parks, " waits"), func(t *testing.T) {
			a, b := pair(t, 0, 0)
			for range parks {
				call := begin(recvOne(a))
				awaitWaiting(t, a, false, 1)
				time.Sleep(time.Millisecond) // let it reach the poller
				mustSend(t, b, "x")
				if r := call.end(t); r.err != nil {
					t.Fatal(r.err)
				}
			}
			mustSetTimeout(t, a, 1)
			for range 3 {
				mustSend(t, b, "x")
				if err := recvOne(a)(); err != nil {
					t.Error("data is there:", err)
				}
			}
			if err := recvOne(a)(); !errors.Is(err, socket.ErrTimeout) {
				t.Errorf("no data: got %v, want ErrTimeout", err)
			}
		})
	}
}

// TestManyReadersGetEachDatagramOnce lets readers with all sorts of timeouts and
// contexts compete: no datagram is lost, none comes twice, no reader misses the end.
func TestManyReadersGetEachDatagramOnce(t *testing.T) {
	const readers = 8
	datagrams := 10000
	if testing.Short() {
		datagrams = 1000
	}
	a, b := pair(t, 0, socket.SOCK_DGRAM)
	got := make([]atomic.Int32, datagrams)
	var received atomic.Int32
	var all sync.WaitGroup
	for range readers {
		all.Go(func() {
			var p [4]byte
			for {
				view, cancel := a, context.CancelFunc(func() {})
				if rand.IntN(4) == 0 {
					var ctx context.Context
					ctx, cancel = context.WithTimeout(t.Context(), time.Duration(rand.IntN(1000))*time.Microsecond)
					view = a.WithContext(ctx)
				}
				n, err := view.RecvInto(p[:])
				cancel()
				switch {
				case err == nil && n == 3:
					got[int(p[0])<<16|int(p[1])<<8|int(p[2])].Add(1)
					received.Add(1)
				case errors.Is(err, net.ErrClosed):
					return
				case errors.Is(err, socket.ErrTimeout), errors.Is(err, socket.ErrWouldBlock),
					errors.Is(err, context.DeadlineExceeded):
				default:
					t.Errorf("received %d bytes, %v", n, err)
				}
			}
		})
	}
	for i := range datagrams {
		mustSend(t, b, string([]byte{byte(i >> 16), byte(i >> 8), byte(i)}))
		if i%50 == 0 {
			timeouts := []time.Duration{socket.NoTimeout, time.Hour, time.Millisecond, 100 * time.Microsecond, 1, 0}
			mustSetTimeout(t, a, timeouts[rand.IntN(len(timeouts))])
		}
		if i%100 == 0 {
			time.Sleep(200 * time.Microsecond) // let them wait
		}
		// UDP, which stands in where there is no pair, drops what has no room.
		for a.Family() != socket.AF_UNIX && i-int(received.Load()) > 50 {
			time.Sleep(100 * time.Microsecond)
		}
	}
	mustSetTimeout(t, a, socket.NoTimeout)
	await(t, "the last datagram", func() bool { return int(received.Load()) >= datagrams })
	a.Close()
	all.Wait()
	for i := range got {
		if n := got[i].Load(); n != 1 {
			t.Errorf("datagram %d was received %d times", i, n)
		}
	}
}

// TestBlocksAfterExpiredDeadline proves that a deadline that has passed leaves nothing
// behind: without one a call waits for its data.
func TestBlocksAfterExpiredDeadline(t *testing.T) {
	for _, test := range []struct {
		name   string
		expire func(t *testing.T, s *socket.Socket)
	}{
		{"timeout", func(t *testing.T, s *socket.Socket) {
			mustSetTimeout(t, s, soon)
			begin(recvOne(s)).wantTimeout(t, soon)
			mustSetTimeout(t, s, socket.NoTimeout)
		}},
		{"deadline", func(t *testing.T, s *socket.Socket) {
			s.SetDeadline(time.Now().Add(soon))
			begin(recvOne(s)).wantErr(t, socket.ErrTimeout)
			s.SetDeadline(time.Time{})
		}},
		{"deadline that nobody met", func(t *testing.T, s *socket.Socket) {
			mustSetTimeout(t, s, soon)
			begin(recvOne(s)).wantTimeout(t, soon) // it is in the poller now
			mustSetTimeout(t, s, socket.NoTimeout)
			s.SetDeadline(time.Now())
			s.SetDeadline(time.Time{})
		}},
		{"context", func(t *testing.T, s *socket.Socket) {
			ctx, cancel := context.WithTimeout(t.Context(), soon)
			defer cancel()
			begin(recvOne(s.WithContext(ctx))).wantErr(t, context.DeadlineExceeded)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := pair(t, 0, 0)
			test.expire(t, a)
			for range 3 {
				call := begin(recvOne(a))
				awaitWaiting(t, a, false, 1)
				select {
				case r := <-call.done:
					t.Fatal("did not wait:", r.err)
				case <-time.After(soon):
				}
				mustSend(t, b, "x")
				if r := call.end(t); r.err != nil {
					t.Error(r.err)
				}
			}
		})
	}
}

// TestRegistersLazily proves that a socket meets the poller when it first has to wait,
// and not before.
func TestRegistersLazily(t *testing.T) {
	check := func(t *testing.T, when string, s *socket.Socket, want bool) {
		t.Helper()
		if got := socket.IsRegistered(s); got != want {
			t.Errorf("%s: in the poller: %v, want %v", when, got, want)
		}
	}
	for _, kind := range waitKinds {
		t.Run(kind.name, func(t *testing.T) {
			s, _ := kind.setup(t)
			mustSetTimeout(t, s, 0)
			if err := kind.call(s); err == nil {
				t.Error("does not have to wait")
			}
			check(t, "non-blocking call", s, false)
			mustSetTimeout(t, s, time.Millisecond)
			_ = s.String()
			_, _ = s.GetSockName()
			check(t, "before", s, false)
			if err := kind.call(s); !errors.Is(err, socket.ErrTimeout) {
				t.Errorf("got %v, want ErrTimeout", err)
			}
			check(t, "after waiting", s, true)
		})
	}
	t.Run("never waits", func(t *testing.T) {
		a, b := pair(t, 0, 0)
		mustSetTimeout(t, a, time.Hour)
		if err := a.SetDeadline(time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			mustSend(t, b, "x")
			if err := recvOne(a)(); err != nil {
				t.Fatal(err)
			}
		}
		check(t, "data ready", a, false)
		check(t, "sends go through", b, false)
	})
}

// TestUnreachableSocketIsClosed proves that the garbage collector closes what nobody can
// reach, however the socket was used before: its peer sees the end. A view keeps it.
func TestUnreachableSocketIsClosed(t *testing.T) {
	longLived, cancel := context.WithCancel(t.Context())
	defer cancel()
	waitOnce := func(t *testing.T, s, peer *socket.Socket) {
		call := begin(recvOne(s))
		awaitWaiting(t, s, false, 1)
		mustSend(t, peer, "x")
		if r := call.end(t); r.err != nil {
			t.Fatal(r.err)
		}
	}
	var keep any
	for _, test := range []struct {
		name string
		use  func(t *testing.T, s, peer *socket.Socket)
		kept bool
	}{
		{"new", func(*testing.T, *socket.Socket, *socket.Socket) {}, false},
		{"has waited", waitOnce, false},
		{"has a deadline", func(_ *testing.T, s, _ *socket.Socket) { s.SetDeadline(time.Now().Add(time.Hour)) }, false},
		{"has waited with a context that lives on", func(t *testing.T, s, peer *socket.Socket) {
			waitOnce(t, s.WithContext(longLived), peer)
		}, false},
		{"handed out", func(_ *testing.T, s, _ *socket.Socket) { s.Fileno() }, false},
		{"has a view", func(_ *testing.T, s, _ *socket.Socket) { keep = s.WithContext(longLived) }, true},
		{"is a net.Listener", func(_ *testing.T, s, _ *socket.Socket) { keep = s.Listener() }, true},
		{"is a raw conn", func(_ *testing.T, s, _ *socket.Socket) { keep, _ = s.SyscallConn() }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, peer := pair1(t)
			test.use(t, a, peer)
			a = nil //nolint:ineffassign,wastedassign // the last reference
			mustSetTimeout(t, peer, 20*time.Millisecond)
			tries := 500
			if test.kept {
				tries = 5
			}
			closed := false
			for i := 0; i < tries && !closed; i++ {
				runtime.GC()
				p, err := peer.Recv(1)
				if closed = err == nil; closed && len(p) != 0 {
					t.Fatalf("received %q", p)
				}
			}
			if closed == test.kept {
				t.Errorf("closed: %v, want %v", closed, !test.kept)
			}
			runtime.KeepAlive(keep)
			keep = nil
		})
	}
}

// pair1 is pair, of which only the second is kept until the test ends.
func pair1(t testing.TB) (a, b *socket.Socket) {
	t.Helper()
	a, b, err := socket.Socketpair(0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, b)
	return a, b
}

// TestCloseWakesAll proves that Close ends every call at once, in both directions,
// parked or behind others, and that it returns without waiting for more than that.
func TestCloseWakesAll(t *testing.T) {
	checkFDs(t)
	a, b := pair(t, 0, 0)
	var calls []pendingCall
	for range 10 {
		calls = append(calls,
			begin(recvOne(a)),
			begin(func() error { return a.SendAll(flood) }),
			begin(func() error { return sendFlood(func(p []byte) (int, error) { return a.Send(p) }) }))
	}
	awaitWaiting(t, a, false, 10)
	awaitWaiting(t, a, true, 20)
	began := time.Now()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if took := time.Since(began); took > slack {
		t.Errorf("Close took %v", took)
	}
	for _, c := range calls {
		c.wantErr(t, net.ErrClosed)
	}
	if _, err := io.Copy(io.Discard, b); err != nil {
		t.Errorf("the peer: %v", err)
	}
	b.Close()
}

// TestClosedSocket proves that every method tells of a closed socket in the same way.
func TestClosedSocket(t *testing.T) {
	a, b := pair(t, 0, 0)
	name, err := b.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	a.Close()
	if a.Fileno() != -1 || !a.Closed() || !bytes.Contains([]byte(a.String()), []byte("closed")) {
		t.Errorf("Fileno %d, Closed %v, %v", a.Fileno(), a.Closed(), a)
	}
	for name, call := range map[string]func() error{
		"Recv":           recvOne(a),
		"Read":           func() error { _, err := a.Read(make([]byte, 1)); return err },
		"Send":           func() error { _, err := a.Send(nil); return err },
		"SendAll":        func() error { return a.SendAll([]byte("x")) },
		"Accept":         func() error { _, _, err := a.Accept(); return err },
		"Connect":        func() error { return a.Connect(name) },
		"Bind":           func() error { return a.Bind(name) },
		"Listen":         func() error { return a.Listen() },
		"Shutdown":       func() error { return a.Shutdown(socket.SHUT_RD) },
		"SetTimeout":     func() error { return a.SetTimeout(1) },
		"SetDeadline":    func() error { return a.SetDeadline(time.Now()) },
		"SetInheritable": func() error { return a.SetInheritable(true) },
		"GetSockName":    func() error { _, err := a.GetSockName(); return err },
		"GetSockOptInt":  func() error { _, err := a.GetSockOptInt(socket.SOL_SOCKET, socket.SO_TYPE); return err },
		"SetSockOptInt":  func() error { return a.SetSockOptInt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096) },
		"TakeError":      a.TakeError,
		"Dup":            func() error { _, err := a.Dup(); return err },
		"Detach":         func() error { _, err := a.Detach(); return err },
		"SyscallConn":    func() error { _, err := a.SyscallConn(); return err },
		"Listener":       func() error { _, err := a.Listener().Accept(); return err },
		"WithContext":    recvOne(a.WithContext(t.Context())),
	} {
		err := call()
		if !errors.Is(err, net.ErrClosed) || !errors.Is(err, socket.EBADF) {
			t.Errorf("%s: %v, want net.ErrClosed and EBADF", name, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close: %v, want nil as in Python", err)
	}
}
