package socket_test

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// This file holds what the tests share: the rules of what a machine lacks, each a probe
// and a reason, and the makers of sockets.

// needIPv6 skips a test where the machine has no IPv6 loopback.
func needIPv6(t testing.TB) {
	t.Helper()
	if !socket.HasIPv6() {
		t.Skip("no IPv6 loopback on this machine: cannot bind ::1")
	}
}

// needUnix skips a test where the system has no AF_UNIX sockets.
func needUnix(t testing.TB) {
	t.Helper()
	s, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(system(), "has no AF_UNIX sockets")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// needInterfaces skips a test where the network interfaces cannot be listed: emulators do
// not translate the messages that tell of them.
func needInterfaces(t testing.TB) {
	t.Helper()
	if _, err := net.Interfaces(); err != nil {
		t.Skip("package net cannot list the interfaces either:", err)
	}
}

// The runtime's poller opens file descriptors of its own when it is first needed. A pipe
// needs it, so that they are not counted against a test.
var startPoller = sync.OnceFunc(func() {
	if r, w, err := os.Pipe(); err == nil {
		r.Close()
		w.Close()
	}
})

// checkFDs fails the test if it ends with more open file descriptors than it began
// with. Where countFDs cannot count them it checks nothing. The test must not be parallel.
func checkFDs(t testing.TB) {
	t.Helper()
	startPoller()
	before := countFDs(t)
	t.Cleanup(func() {
		after := countFDs(t)
		for end := time.Now().Add(slack); after > before && time.Now().Before(end); { // other goroutines may be closing theirs
			time.Sleep(10 * time.Millisecond)
			after = countFDs(t)
		}
		if after > before {
			t.Errorf("%d file descriptors open, %d before the test", after, before)
		}
	})
}

// takeIPv4 lets an IPv6 socket have IPv4-mapped addresses, for which Windows has to be asked
// and other systems mostly not.
func takeIPv4(t testing.TB, s *socket.Socket) {
	t.Helper()
	if s.Family() != socket.AF_INET6 || !socket.HasDualstackIPv6() {
		return
	}
	if err := socket.IPv6V6Only.Set(s, false); err != nil {
		t.Fatal(err)
	}
}

// closeAtEnd closes a socket when the test ends.
func closeAtEnd(t testing.TB, sockets ...*socket.Socket) {
	t.Helper()
	t.Cleanup(func() {
		for _, s := range sockets {
			if s != nil {
				s.Close()
			}
		}
	})
}

// pair returns the two ends of a socketpair; zero values are the defaults.
func pair(t testing.TB, family socket.Family, typ socket.Type) (a, b *socket.Socket) {
	t.Helper()
	a, b, err := socket.Socketpair(family, typ, 0)
	if family == 0 && typ == socket.SOCK_DGRAM && errors.Is(err, errors.ErrUnsupported) {
		return datagramPair(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, a, b)
	return a, b
}

// datagramPair is what a pair of datagram sockets is where the system has none: two of UDP,
// connected to each other.
func datagramPair(t testing.TB) (a, b *socket.Socket) {
	t.Helper()
	a, an := bound(t, socket.AF_INET)
	b, bn := bound(t, socket.AF_INET)
	if err := errors.Join(a.Connect(bn), b.Connect(an)); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// localFamily is AF_UNIX where the system has it, or else AF_INET.
func localFamily() socket.Family {
	s, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if err != nil {
		return socket.AF_INET
	}
	s.Close()
	return socket.AF_UNIX
}

// loopback is the loopback address of a family with port 0.
func loopback(family socket.Family) socket.Addr {
	if family == socket.AF_INET6 {
		return socket.Inet6Addr{IP: netip.IPv6Loopback()}
	}
	return socket.Inet4Addr{IP: netip.AddrFrom4([4]byte{127, 0, 0, 1})}
}

// listen returns a listening stream socket of AF_INET, AF_INET6 or AF_UNIX and its
// address.
func listen(t testing.TB, family socket.Family) (*socket.Socket, socket.Addr) {
	t.Helper()
	addr := loopback(family)
	if family == socket.AF_UNIX {
		addr = socket.UnixAddr{Path: unixPath(t)}
	}
	l, err := socket.CreateServer(addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, l)
	name, err := l.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	return l, name
}

// connect returns the two ends of a stream connection of AF_INET, AF_INET6 or AF_UNIX.
func connect(t testing.TB, family socket.Family) (client, server *socket.Socket) {
	t.Helper()
	l, addr := listen(t, family)
	client, err := socket.New(family, socket.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, client)
	if err := client.Connect(addr); err != nil {
		t.Fatal(err)
	}
	server, _, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, server)
	return client, server
}

// bound returns a datagram socket of AF_INET, AF_INET6 or AF_UNIX that is bound, and
// its address.
func bound(t testing.TB, family socket.Family) (*socket.Socket, socket.Addr) {
	t.Helper()
	s, err := socket.New(family, socket.SOCK_DGRAM, 0)
	if family == socket.AF_UNIX && errors.Is(err, errors.ErrUnsupported) {
		t.Skip(system(), "has no datagram sockets of AF_UNIX")
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	addr := loopback(family)
	if family == socket.AF_UNIX {
		addr = socket.UnixAddr{Path: unixPath(t)}
	}
	if err := s.Bind(addr); err != nil {
		t.Fatal(err)
	}
	name, err := s.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	return s, name
}

// unixPath returns a path for a socket that is short enough for every system, unlike
// those of t.TempDir.
func unixPath(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "sock") //nolint:usetesting // t.TempDir makes longer ones
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// system is what the tests run on, in the reason why one of them is skipped.
func system() string {
	if wine() {
		return "Wine"
	}
	return runtime.GOOS
}

// emulated reports whether the tests run under an emulator such as qemu-user, which is
// slow, translates only a part of the kernel's interface, and whose test binary cannot
// start itself again. A program cannot tell by itself: who runs the tests so sets
// SOCKET_EMULATED, as .ci/qemu does.
func emulated() bool { return os.Getenv("SOCKET_EMULATED") != "" }
