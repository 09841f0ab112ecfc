package socket_test

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// These tests pin what calls allocate, and what a socket takes.

// needExactAllocs skips a test where the race detector allocates too.
func needExactAllocs(t testing.TB) {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	for _, setting := range info.Settings {
		if setting.Key == "-race" && setting.Value == "true" {
			t.Skip("the race detector allocates")
		}
	}
}

// wantAllocs fails the test if f makes more than want allocations on average.
func wantAllocs(t *testing.T, want float64, f func() error) {
	t.Helper()
	var failed error
	got := testing.AllocsPerRun(200, func() {
		if err := f(); err != nil && failed == nil {
			failed = err
		}
	})
	if failed != nil {
		t.Fatal(failed)
	}
	if got > want {
		t.Errorf("%v allocations, want %v", got, want)
	}
}

// An allocTest is a pair of calls, one that sends and one that receives what it sent.
type allocTest struct {
	name       string
	pair       func(t testing.TB) (a, b *socket.Socket)
	send, recv func(s, peer *socket.Socket, p []byte) error
}

func streamPair(t testing.TB) (a, b *socket.Socket) { return pair(t, 0, socket.SOCK_STREAM) }

// boundPair returns two datagram sockets, each of which is the other's target.
func boundPair(family socket.Family) func(t testing.TB) (a, b *socket.Socket) {
	return func(t testing.TB) (*socket.Socket, *socket.Socket) {
		needFamily(t, family)
		a, addrA := bound(t, family)
		b, addrB := bound(t, family)
		setTarget(t, a, addrB)
		setTarget(t, b, addrA)
		return a, b
	}
}

func send(s, _ *socket.Socket, p []byte) error { return second(s.Send(p)) }

func recvInto(s, _ *socket.Socket, p []byte) error { return second(s.RecvInto(p)) }

func sendTo(s, _ *socket.Socket, p []byte) error { return second(s.SendTo(p, targetOf(s))) }

func sendToAddrPort(s, _ *socket.Socket, p []byte) error {
	return second(s.SendToAddrPort(p, targetOf(s).(socket.InetAddr).AddrPort()))
}

func recvFromInto(s, _ *socket.Socket, p []byte) error {
	_, from, err := s.RecvFromInto(p)
	if err == nil && from != targetOf(s) {
		return errForeign
	}
	return err
}

func recvFromAddrPort(s, _ *socket.Socket, p []byte) error {
	_, from, err := s.RecvFromAddrPort(p)
	if err == nil && from != targetOf(s).(socket.InetAddr).AddrPort() {
		return errForeign
	}
	return err
}

// sixteen cuts p into 16 buffers.
func sixteen(p []byte) (bufs [16][]byte) {
	for i := range bufs {
		bufs[i] = p[i*len(p)/16 : (i+1)*len(p)/16]
	}
	return bufs
}

func sendMsg(s, _ *socket.Socket, p []byte) error {
	bufs := sixteen(p)
	return second(s.SendMsg(bufs[:], nil, nil))
}

func sendMsgTo(s, _ *socket.Socket, p []byte) error {
	bufs := sixteen(p)
	return second(s.SendMsg(bufs[:], nil, targetOf(s)))
}

func recvMsgInto(s, _ *socket.Socket, p []byte) error {
	var anc [64]byte
	bufs := sixteen(p)
	n, _, _, _, err := s.RecvMsgInto(bufs[:], anc[:])
	if err == nil && n != len(p) {
		return errForeign
	}
	return err
}

// viaLoopback is control data for IPv6 that every system has.
var viaLoopback = []socket.ControlMessage{socket.PktInfo(socket.PacketInfo{Addr: netip.IPv6Loopback()})}

func sendMsgVia(s, _ *socket.Socket, p []byte) error {
	bufs := sixteen(p)
	return second(s.SendMsg(bufs[:], viaLoopback, targetOf(s)))
}

var allocTests = []allocTest{
	{"Send RecvInto", streamPair, send, recvInto},
	{
		"SendAll RecvInto", streamPair,
		func(s, _ *socket.Socket, p []byte) error { return s.SendAll(p) }, recvInto,
	},
	{
		"Write Read", streamPair,
		func(s, _ *socket.Socket, p []byte) error { return second(s.Write(p)) },
		func(s, _ *socket.Socket, p []byte) error { return second(s.Read(p)) },
	},
	{
		"with flags", streamPair,
		func(s, _ *socket.Socket, p []byte) error { return s.SendAll(p, socket.MSG_DONTROUTE) },
		func(s, _ *socket.Socket, p []byte) error {
			return errors.Join(second(s.RecvInto(p, socket.MSG_PEEK)), second(s.RecvInto(p)))
		},
	},
	{"SendMsg RecvMsgInto", streamPair, sendMsg, recvMsgInto},
	{"SendMsg RecvMsgInto UDP", boundPair(socket.AF_INET), sendMsgTo, recvMsgInto},
	{"SendMsg RecvMsgInto UDP6 with control data", boundPair(socket.AF_INET6), sendMsgVia, recvMsgInto},
	{"SendMsg RecvMsgInto unix", boundPair(socket.AF_UNIX), sendMsgTo, recvMsgInto},
	{"SendTo RecvFromInto UDP", boundPair(socket.AF_INET), sendTo, recvFromInto},
	{"SendTo RecvFromInto UDP6", boundPair(socket.AF_INET6), sendTo, recvFromInto},
	{"SendTo RecvFromInto unix", boundPair(socket.AF_UNIX), sendTo, recvFromInto},
	{"SendToAddrPort RecvFromAddrPort UDP", boundPair(socket.AF_INET), sendToAddrPort, recvFromAddrPort},
	{"SendToAddrPort RecvFromAddrPort UDP6", boundPair(socket.AF_INET6), sendToAddrPort, recvFromAddrPort},
}

// An allocMode puts a socket into a state that may not cost an allocation. The context ends
// with the test.
type allocMode func(s *socket.Socket, ctx context.Context) *socket.Socket

var allocModes = []struct {
	name string
	with allocMode
}{
	{"blocking", func(s *socket.Socket, _ context.Context) *socket.Socket { return s }},
	{"timeout", func(s *socket.Socket, _ context.Context) *socket.Socket {
		_ = s.SetTimeout(time.Minute)
		return s
	}},
	{"deadline", func(s *socket.Socket, _ context.Context) *socket.Socket {
		_ = s.SetDeadline(time.Now().Add(time.Hour))
		return s
	}},
	{"context", func(s *socket.Socket, ctx context.Context) *socket.Socket { return s.WithContext(ctx) }},
}

// TestTransfersDoNotAllocate proves that the calls that move data allocate nothing, in any
// mode, when the data is there and when they have to wait for it.
func TestTransfersDoNotAllocate(t *testing.T) {
	needExactAllocs(t)
	for _, test := range allocTests {
		t.Run(test.name, func(t *testing.T) {
			test.pair(t) // or skip them all
			for _, mode := range allocModes {
				t.Run(mode.name+"/ready", func(t *testing.T) { testAllocsReady(t, &test, mode.with) })
				t.Run(mode.name+"/waiting", func(t *testing.T) { testAllocsWaiting(t, &test, mode.with) })
			}
		})
	}
}

// testAllocsReady measures again where a call had to wait: the kernel may leave it to a thread
// of its own to bring what was sent over the loopback interface, which a busy machine does
// not run at once.
func testAllocsReady(t *testing.T, test *allocTest, with allocMode) {
	for range 5 {
		if !waitsForAllocs(t, test, with) || wine() { // Wine brings the data a moment after they were sent
			return
		}
	}
	t.Error("it had to wait")
}

// waitsForAllocs reports whether a call had to wait for data that were there.
func waitsForAllocs(t *testing.T, test *allocTest, with allocMode) bool {
	t.Helper()
	a, b := test.pair(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	va, vb := with(a, ctx), with(b, ctx)
	p, q := make([]byte, 64), make([]byte, 64)
	wantAllocs(t, 0, func() error {
		if err := test.send(va, b, p); err != nil {
			return err
		}
		return test.recv(vb, a, q)
	})
	return socket.IsRegistered(a) || socket.IsRegistered(b)
}

func testAllocsWaiting(t *testing.T, test *allocTest, with allocMode) {
	a, b := test.pair(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	va, vb := with(a, ctx), with(b, ctx)
	p, q := make([]byte, 64), make([]byte, 64)
	echo := begin(func() error {
		for {
			if err := test.recv(vb, a, q); err != nil {
				return err
			}
			if err := test.send(vb, a, q); err != nil {
				return err
			}
		}
	})
	roundTrip := func() error {
		if err := test.send(va, b, p); err != nil {
			return err
		}
		return test.recv(va, b, p)
	}
	for range 100 { // what happens once
		if err := roundTrip(); err != nil {
			t.Fatal(err)
		}
	}
	wantAllocs(t, 0, roundTrip)
	if !socket.IsRegistered(b) && socket.Spins == 0 {
		t.Error("it never had to wait")
	}
	b.Close()
	if r := echo.end(t); r.err == nil {
		t.Error("no error after Close")
	}
}

// TestCallsThatDoNotAllocate pins the small calls that are made often.
func TestCallsThatDoNotAllocate(t *testing.T) {
	needExactAllocs(t)
	a, b := pair(t, 0, 0)
	deadline := time.Now().Add(time.Hour)
	if err := a.SetDeadline(deadline); err != nil { // makes what it needs
		t.Fatal(err)
	}
	var sink atomic.Int64
	for name, call := range map[string]func() error{
		"SetTimeout":    func() error { return a.SetTimeout(time.Hour) },
		"GetTimeout":    func() error { sink.Add(int64(a.GetTimeout())); return nil },
		"SetDeadline":   func() error { return a.SetDeadline(deadline) },
		"GetSockOptInt": func() error { return second(a.GetSockOptInt(socket.SOL_SOCKET, socket.SO_TYPE)) },
		"SetSockOptInt": func() error { return a.SetSockOptInt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1) },
		"Fileno":        func() error { sink.Add(int64(a.Fileno())); return nil },
		"Closed":        func() error { sink.Add(int64(b.Type())); _ = a.Closed(); return nil },
	} {
		t.Run(name, func(t *testing.T) { wantAllocs(t, 0, call) })
	}
}

// TestNumericHostAllocs pins what a datagram to an address in Python's form costs, made and
// resolved for each: two values in an interface.
func TestNumericHostAllocs(t *testing.T) {
	needExactAllocs(t)
	a, b := boundPair(socket.AF_INET)(t)
	_, port, _ := socket.HostPort(targetOf(a))
	p := make([]byte, 8)
	wantAllocs(t, 2, func() error {
		_, err := a.SendTo(p, socket.Host("127.0.0.1", port))
		_, _, errRecv := b.RecvFromInto(p)
		return errors.Join(err, errRecv)
	})
}

// TestConnectionAllocs pins what a connection costs: two sockets made, connected, used
// without waiting and closed. A connect of TCP has to wait, and so meets the poller.
func TestConnectionAllocs(t *testing.T) {
	needExactAllocs(t)
	for _, test := range []struct {
		family socket.Family
		want   float64
	}{
		{socket.AF_INET, 11},
		{socket.AF_UNIX, 3},
	} {
		t.Run(test.family.String(), func(t *testing.T) {
			needFamily(t, test.family)
			dial := dialer(t, test.family)
			wantAllocs(t, test.want, func() error {
				client, server, err := dial()
				if err != nil {
					return err
				}
				err = exchange(client, server)
				return errors.Join(err, client.Close(), server.Close())
			})
		})
	}
}

// TestIdleSocketSize proves that a socket which has not had to wait takes no more than a
// hundred bytes of the heap.
func TestIdleSocketSize(t *testing.T) {
	const most = 100
	if socket.SizeofSocket > most {
		t.Errorf("a Socket has %d bytes, want at most %d", socket.SizeofSocket, most)
	}
	needExactAllocs(t)
	each := idleSocketSize(t)
	for i := 0; i < 2 && each > most; i++ { // the runtime may have started threads meanwhile
		each = idleSocketSize(t)
	}
	if each > most {
		t.Errorf("a socket takes %.1f bytes, want at most %d", each, most)
	}
}

// idleSocketSize returns how many bytes of the heap a socket takes.
func idleSocketSize(t *testing.T) float64 {
	t.Helper()
	pairs := min(5000, (maxFDs(t)-200)/2)
	sockets := make([]*socket.Socket, 0, 2*pairs)
	before := heapInUse()
	for range pairs {
		a, b, err := socket.Socketpair(0, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		sockets = append(sockets, a, b)
	}
	each := float64(heapInUse()-before) / float64(len(sockets))
	t.Logf("%d sockets take %.1f bytes each", len(sockets), each)
	for _, s := range sockets {
		s.Close()
	}
	return each
}

// heapInUse returns how many bytes of the heap are in use.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
