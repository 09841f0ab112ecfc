package socket_test

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime/debug"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// The tests in this file race connects as RFC 8305 says. What comes first is told by what
// happens and never by how long it takes: a delay is either so long that nothing else can
// have ended it, or so short that it cannot be waited for.

// never is a delay that no test waits for.
const never = time.Hour

// dualHost makes a name with the addresses ::1 and 127.0.0.1, of which the first is tried
// first.
func dualHost(t *testing.T) {
	t.Helper()
	needIPv6(t)
	fakeDNS(t, dnstest.Zone{"dual.test": {Addrs: []string{"127.0.0.1", "::1"}}})
	infos, err := socket.GetAddrInfo("dual.test.", "80", &socket.AddrInfoHints{Type: socket.SOCK_STREAM})
	if err != nil || len(infos) != 2 {
		t.Fatalf("%v, error %v, want both addresses", infos, err)
	}
	if infos[0].Family != socket.AF_INET6 {
		if socket.PrefersIPv6() {
			t.Fatalf("%v, want ::1 first", infos)
		}
		t.Skip("gai.conf of this machine has IPv4 first")
	}
}

// listenBoth returns listeners on one port of both loopback addresses.
func listenBoth(t *testing.T) (six, four *socket.Socket, port int) {
	t.Helper()
	for range 20 { // the port that one gave can be taken in the other
		six, addr := listen(t, socket.AF_INET6)
		_, port, _ := socket.HostPort(addr)
		four, err := socket.CreateServer(socket.Host("127.0.0.1", port), nil)
		if err == nil {
			closeAtEnd(t, four)
			return six, four, port
		}
		six.Close()
	}
	t.Skip("no port is free on both loopback addresses")
	return nil, nil, 0
}

// clog fills the queue of a listener, so that connects to it are not answered.
func clog(t *testing.T, l *socket.Socket) {
	t.Helper()
	if err := l.Listen(0); err != nil {
		t.Fatal(err)
	}
	addr, err := l.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		s := newSocket(t, l.Family(), socket.SOCK_STREAM)
		mustSetTimeout(t, s, 50*time.Millisecond)
		if err := s.Connect(addr); errors.Is(err, socket.ErrTimeout) {
			return
		}
	}
	t.Skip("a listener of this system never leaves a connect waiting")
}

// connectDual connects to dual.test.
func connectDual(t *testing.T, port int, timeout, delay time.Duration) (*socket.Socket, error) {
	t.Helper()
	s, err := socket.CreateConnection(socket.Host("dual.test.", port), &socket.ConnectOptions{Timeout: timeout, HappyEyeballs: delay})
	closeAtEnd(t, s)
	return s, err
}

// isIdle fails the test if a listener has a connection.
func isIdle(t *testing.T, l *socket.Socket) {
	t.Helper()
	mustSetTimeout(t, l, 0)
	conn, addr, err := l.Accept()
	if !errors.Is(err, socket.ErrWouldBlock) {
		t.Errorf("a connection from %v, error %v", addr, err)
		closeAtEnd(t, conn)
	}
}

// peerFamily is the family of the peer of a connection.
func peerFamily(t *testing.T, s *socket.Socket) socket.Family {
	t.Helper()
	peer, err := s.GetPeerName()
	if err != nil {
		t.Fatal(err)
	}
	return peer.Family()
}

// TestHappyFirst has the best address answer: no other is tried before its time.
func TestHappyFirst(t *testing.T) {
	checkFDs(t)
	dualHost(t)
	_, four, port := listenBoth(t)
	s, err := connectDual(t, port, 0, never)
	if err != nil {
		t.Fatal(err)
	}
	if got := peerFamily(t, s); got != socket.AF_INET6 {
		t.Errorf("connected with %v", got)
	}
	isIdle(t, four)
}

// TestHappySecond has the best address keep silent: the next wins, and what lost is
// closed when the call returns.
func TestHappySecond(t *testing.T) {
	checkFDs(t)
	dualHost(t)
	six, _, port := listenBoth(t)
	clog(t, six)
	before := countFDs(t)
	s, err := connectDual(t, port, 10*time.Second, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if got := peerFamily(t, s); got != socket.AF_INET {
		t.Errorf("connected with %v", got)
	}
	if got := s.GetTimeout(); got != 10*time.Second {
		t.Errorf("the socket's timeout is %v", got)
	}
	if after := countFDs(t); after > before+1 {
		t.Errorf("%d file descriptors open, %d before: the loser is one", after, before)
	}
}

// TestHappyRefused has the best address refuse: the next is tried at once, however long
// the delay is (RFC 8305, section 5).
func TestHappyRefused(t *testing.T) {
	checkFDs(t)
	dualHost(t)
	six, _, port := listenBoth(t)
	six.Close()
	s, err := connectDual(t, port, 0, never)
	if err != nil {
		t.Fatal(err)
	}
	if got := peerFamily(t, s); got != socket.AF_INET {
		t.Errorf("connected with %v", got)
	}
}

// TestHappyNone has all refuse: all of the errors come back, in the order of the attempts.
func TestHappyNone(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Nanosecond, never} {
		t.Run(delay.String(), func(t *testing.T) {
			checkFDs(t)
			dualHost(t)
			six, four, port := listenBoth(t)
			six.Close()
			four.Close()
			s, err := connectDual(t, port, 0, delay)
			if s != nil || !errors.Is(err, socket.ErrConnRefused) {
				t.Fatalf("%v, error %v", s, err)
			}
			want := []netip.Addr{netip.IPv6Loopback(), netip.AddrFrom4([4]byte{127, 0, 0, 1})}
			got := triedAddrs(t, err)
			if delay != never && delay != 0 && len(got) == 2 && got[0] == want[1] {
				got[0], got[1] = got[1], got[0] // they overlapped
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("errors of %v, want %v: %v", got, want, err)
			}
		})
	}
}

// triedAddrs are the addresses in the joined errors of a CreateConnection.
func triedAddrs(t *testing.T, err error) []netip.Addr {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("error %#v is not joined", err)
	}
	var addrs []netip.Addr
	for _, err := range joined.Unwrap() {
		e, ok := errors.AsType[*socket.Error](err)
		if !ok || e.Op != "connect" {
			t.Fatalf("error %#v of an attempt", err)
		}
		inet, ok := e.Addr.(socket.InetAddr)
		if !ok {
			t.Fatalf("address %#v in an error", e.Addr)
		}
		addrs = append(addrs, inet.AddrPort().Addr())
	}
	return addrs
}

// TestHappyTimeout has nobody answer until the time is up.
func TestHappyTimeout(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Millisecond, never} {
		t.Run(delay.String(), func(t *testing.T) {
			checkFDs(t)
			dualHost(t)
			six, four, port := listenBoth(t)
			clog(t, six)
			clog(t, four)
			begun := time.Now()
			s, err := connectDual(t, port, soon, delay)
			took := time.Since(begun)
			if s != nil || !errors.Is(err, socket.ErrTimeout) || took < soon || took > soon+slack {
				t.Errorf("%v, error %v, after %v", s, err, took)
			}
		})
	}
}

// TestHappyBoth has both addresses answer at the same time: only one socket is left, and
// the garbage collector has no part in it.
func TestHappyBoth(t *testing.T) {
	checkFDs(t)
	dualHost(t)
	six, four, port := listenBoth(t)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	before := countFDs(t)
	for range 100 {
		s, err := connectDual(t, port, 0, time.Nanosecond)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		acceptAll(t, six)
		acceptAll(t, four)
	}
	if after := countFDs(t); after > before {
		t.Errorf("%d file descriptors open, %d before", after, before)
	}
}

// acceptAll closes the connections that a listener has.
func acceptAll(t *testing.T, l *socket.Socket) {
	t.Helper()
	mustSetTimeout(t, l, 0)
	for {
		conn, _, err := l.Accept()
		if errors.Is(err, socket.ErrWouldBlock) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
}

// TestHappySource binds all attempts to an address, which only one of them can.
func TestHappySource(t *testing.T) {
	checkFDs(t)
	dualHost(t)
	_, four, port := listenBoth(t)
	source := socket.Inet4Addr{IP: netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	s, err := socket.CreateConnection(socket.Host("dual.test.", port), &socket.ConnectOptions{SourceAddress: source, HappyEyeballs: never})
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if got := peerFamily(t, s); got != socket.AF_INET {
		t.Errorf("connected with %v", got)
	}
	conn, _, err := four.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, conn)
}

// TestHappySourceName has a source address whose IPv6 addresses no name server tells. The
// attempt that waits for them ends when the other has succeeded.
func TestHappySourceName(t *testing.T) {
	needIPv6(t)
	fakeDNS(t, dnstest.Zone{
		"source.test":      {Addrs: []string{"127.0.0.1"}},
		"source.test AAAA": {Silent: true},
	})
	_, addr := listen(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	begun := time.Now()
	s, err := socket.CreateConnection(socket.Host("", port), &socket.ConnectOptions{
		SourceAddress: socket.Host("source.test.", 0), HappyEyeballs: time.Millisecond, Timeout: 4 * slack,
	})
	closeAtEnd(t, s)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took > slack {
		t.Errorf("the loser held it up for %v", took)
	}
}

func TestHappyBadDelay(t *testing.T) {
	if s, err := connectDual(t, 80, 0, -1); s != nil || !isArgError(err) {
		t.Errorf("%v, error %v", s, err)
	}
}

func isArgError(err error) bool {
	_, ok := errors.AsType[*socket.ArgError](err)
	return ok
}
