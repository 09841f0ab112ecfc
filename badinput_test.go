package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"net"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// A badInput is a call with something wrong in it, and the error it has to give.
type badInput struct {
	name string
	call func(t *testing.T) error
	want error // errRange and errInvalid are an ArgError, all else is an *Error
}

var errRange, errInvalid = strconv.ErrRange, fs.ErrInvalid

const (
	closedFD = 999999                  // a number that no fd has
	huge     = math.MaxInt             // too much for a C int, where int has 64 bits
	high     = math.MaxInt >> 32 << 32 // likewise, and the lower half is 0
)

// run makes the call and checks its error. Nothing may be left open.
func (b badInput) run(t *testing.T) {
	checkFDs(t)
	err := b.call(t)
	if !errors.Is(err, b.want) {
		t.Fatalf("error %v, want %v", err, b.want)
	}
	_, isNet := errors.AsType[net.Error](err)
	_, isArg := errors.AsType[*socket.ArgError](err)
	if arg := errors.Is(b.want, errRange) || errors.Is(b.want, errInvalid); arg != isArg || arg == isNet {
		t.Errorf("error %#v: an ArgError %v, a net.Error %v", err, isArg, isNet)
	}
	if text := err.Error(); strings.Contains(text, "%!") || strings.Contains(text, "0x0") {
		t.Errorf("text %q", text)
	}
}

// second is the error of a call with one result beside it.
func second[T any](_ T, err error) error { return err }

// third is the error of a call with two results beside it.
func third[T, U any](_ T, _ U, err error) error { return err }

// made is the error of a call that makes a socket, which it closes.
func made(s *socket.Socket, err error) error {
	if s != nil {
		s.Close()
	}
	return err
}

// made2 is the error of a call that makes two.
func made2(a, b *socket.Socket, err error) error { return errors.Join(made(a, err), made(b, nil)) }

func tcp(t *testing.T) *socket.Socket { return newSocket(t, socket.AF_INET, socket.SOCK_STREAM) }
func udp(t *testing.T) *socket.Socket { return newSocket(t, socket.AF_INET, socket.SOCK_DGRAM) }
func tcp6(t *testing.T) *socket.Socket {
	needIPv6(t)
	return newSocket(t, socket.AF_INET6, socket.SOCK_STREAM)
}

func local(t *testing.T) *socket.Socket {
	return newSocket(t, socket.AF_UNIX, socket.SOCK_STREAM)
}

// regularFile returns a file that is no socket, and not taken for one either.
func regularFile(t *testing.T) *os.File {
	t.Helper()
	for range 10 {
		f, err := os.Create(unixPath(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		if !takenForSocket(f.Fd()) {
			return f
		}
	}
	t.Fatal("every file is taken for a socket")
	return nil
}

// pathOf is a path of n bytes.
func pathOf(n int) socket.UnixAddr { return socket.UnixAddr{Path: strings.Repeat("p", n)} }

// notLocal is an address of no machine (RFC 5737).
var notLocal = socket.Host("203.0.113.1", 0)

// badInputs has every function and method with every bad input that a user will try.
// What differs between systems is elsewhere.
var badInputs = []badInput{
	// New.
	{"New, family that never was", func(*testing.T) error { return made(socket.New(-9999, 0, 0)) }, errRange},
	{"New, family too large", func(*testing.T) error { return made(socket.New(1<<16, 0, 0)) }, errRange},
	{"New, family unknown", func(*testing.T) error { return made(socket.New(9999, 0, 0)) }, errors.ErrUnsupported},
	{"New, type negative", func(*testing.T) error { return made(socket.New(0, -1, 0)) }, errRange},
	{"New, type too large", func(*testing.T) error { return made(socket.New(0, 1<<24, 0)) }, errRange},
	{"New, protocol of another type", func(*testing.T) error { return made(socket.New(0, socket.SOCK_DGRAM, socket.IPPROTO_TCP)) },
		socket.EPROTONOSUPPORT},

	// Socketpair.
	{"Socketpair, family that never was", func(*testing.T) error { return made2(socket.Socketpair(-9999, 0, 0)) }, errRange},
	{"Socketpair, family unknown", func(*testing.T) error { return made2(socket.Socketpair(9999, 0, 0)) }, errors.ErrUnsupported},
	{"Socketpair, type negative", func(*testing.T) error { return made2(socket.Socketpair(0, -1, 0)) }, errRange},

	// Numbers of file descriptors.
	{"FromFD, negative", func(*testing.T) error { return made(socket.FromFD(-1, 0, 0, 0)) }, errRange},
	{"FromFD, closed", func(*testing.T) error { return made(socket.FromFD(closedFD, 0, 0, 0)) }, errNoFD},
	{"FromFD, family", func(*testing.T) error { return made(socket.FromFD(0, -9999, 0, 0)) }, errRange},
	{"FromFD, type", func(*testing.T) error { return made(socket.FromFD(0, 0, -1, 0)) }, errRange},
	{"TakeFD, negative", func(*testing.T) error { return made(socket.TakeFD(-1)) }, errRange},
	{"TakeFD, closed", func(*testing.T) error { return made(socket.TakeFD(closedFD)) }, errNoFD},
	{"TakeFDAs, negative", func(*testing.T) error { return made(socket.TakeFDAs(-1, 0, 0, 0)) }, errRange},
	{"TakeFDAs, closed", func(*testing.T) error { return made(socket.TakeFDAs(closedFD, 0, 0, 0)) }, errNoFD},
	{"TakeFDAs, family", func(*testing.T) error { return made(socket.TakeFDAs(0, 1<<16, 0, 0)) }, errRange},
	{"CloseFD, negative", func(*testing.T) error { return socket.CloseFD(-1) }, errRange},
	{"CloseFD, closed", func(*testing.T) error { return socket.CloseFD(closedFD) }, errNoFD},
	{"DupFD, negative", func(*testing.T) error { return second(socket.DupFD(-1)) }, errRange},
	{"DupFD, closed", func(*testing.T) error { return second(socket.DupFD(closedFD)) }, errNoFD},

	// FromConn.
	{"FromConn, nil", func(*testing.T) error { return made(socket.FromConn(nil)) }, errInvalid},
	{"FromConn, closed net.Listener", func(t *testing.T) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		return made(socket.FromConn(l.(*net.TCPListener)))
	}, net.ErrClosed},
	{"FromConn, closed Socket", func(t *testing.T) error {
		s := tcp(t)
		s.Close()
		return made(socket.FromConn(s))
	}, net.ErrClosed},

	// CreateConnection.
	{"CreateConnection, dead port", func(t *testing.T) error {
		_, port, _ := socket.HostPort(deadPort(t, socket.AF_INET))
		return made(socket.CreateConnection(socket.Host("127.0.0.1", port), nil))
	}, socket.ErrConnRefused},
	{"CreateConnection, port negative", func(*testing.T) error { return made(socket.CreateConnection(socket.Host("127.0.0.1", -1), nil)) }, errRange},
	{"CreateConnection, port too large", func(*testing.T) error { return made(socket.CreateConnection(socket.Host("127.0.0.1", 65536), nil)) }, errRange},
	{"CreateConnection, port of a name", func(*testing.T) error { return made(socket.CreateConnection(socket.Host("localhost", 65536), nil)) }, errRange},
	{"CreateConnection, NUL in host", func(*testing.T) error { return made(socket.CreateConnection(socket.Host("a\x00b", 1), nil)) }, errInvalid},
	{"CreateConnection, source of another family", func(*testing.T) error {
		return made(socket.CreateConnection(socket.Host("127.0.0.1", 1), &socket.ConnectOptions{SourceAddress: socket.Inet6Addr{}}))
	}, errInvalid},
	{"CreateConnection, source not local", func(*testing.T) error {
		return made(socket.CreateConnection(socket.Host("127.0.0.1", 1), &socket.ConnectOptions{SourceAddress: notLocal}))
	}, socket.ErrAddrNotAvail},

	// CreateServer.
	{"CreateServer, nil", func(*testing.T) error { return made(socket.CreateServer(nil, nil)) }, errInvalid},
	{"CreateServer, nil pointer to an address", func(*testing.T) error { return made(socket.CreateServer((*socket.Inet4Addr)(nil), nil)) }, errInvalid},
	{"CreateServer, port", func(*testing.T) error { return made(socket.CreateServer(socket.Host("", 65536), nil)) }, errRange},
	{"CreateServer, in use", func(t *testing.T) error {
		_, addr := listen(t, socket.AF_INET)
		return made(socket.CreateServer(addr, nil))
	}, socket.ErrAddrInUse},
	{"CreateServer, not local", func(*testing.T) error { return made(socket.CreateServer(notLocal, nil)) }, socket.ErrAddrNotAvail},
	{"CreateServer, family of another address", func(t *testing.T) error {
		needIPv6(t)
		return made(socket.CreateServer(loopback(socket.AF_INET), &socket.ServerOptions{Family: socket.AF_INET6}))
	}, errInvalid},
	{"CreateServer, dual stack of IPv4", func(*testing.T) error {
		return made(socket.CreateServer(socket.Host("", 0), &socket.ServerOptions{DualstackIPv6: true}))
	}, errInvalid},

	// Addresses, in Bind.
	{"Bind, nil", func(t *testing.T) error { return tcp(t).Bind(nil) }, errInvalid},
	{"Bind, inet4 on inet6", func(t *testing.T) error { return tcp6(t).Bind(socket.Inet4Addr{}) }, errInvalid},
	{"Bind, inet6 on inet4", func(t *testing.T) error { return tcp(t).Bind(socket.Inet6Addr{}) }, errInvalid},
	{"Bind, unix on inet4", func(t *testing.T) error { return tcp(t).Bind(socket.UnixAddr{Path: "p"}) }, errInvalid},
	{"Bind, port negative", func(t *testing.T) error { return tcp(t).Bind(socket.Host("127.0.0.1", -1)) }, errRange},
	{"Bind, port too large", func(t *testing.T) error { return tcp(t).Bind(socket.Host("127.0.0.1", 65536)) }, errRange},
	{"Bind, port of a name too large", func(t *testing.T) error { return tcp(t).Bind(socket.Host("localhost", 65536)) }, errRange},
	{"Bind, NUL in host", func(t *testing.T) error { return tcp(t).Bind(socket.Host("127.0.0.1\x00", 0)) }, errInvalid},
	{"Bind, <broadcast> on inet6", func(t *testing.T) error { return tcp6(t).Bind(socket.Host("<broadcast>", 0)) }, errInvalid},
	{"Bind, IPv6 in an Inet4Addr", func(t *testing.T) error { return tcp(t).Bind(socket.Inet4Addr{IP: netip.IPv6Loopback()}) }, errInvalid},
	{"Bind, zone in an Inet6Addr", func(t *testing.T) error {
		return tcp6(t).Bind(socket.Inet6Addr{IP: netip.MustParseAddr("fe80::1%1")})
	}, errInvalid},
	{"Bind, pointer to an address", func(t *testing.T) error { return tcp(t).Bind(&socket.Inet4Addr{}) }, errInvalid},
	{"Bind, nil pointer to an address", func(t *testing.T) error { return tcp(t).Bind((*socket.Inet4Addr)(nil)) }, errInvalid},
	{"Bind, nil pointer to a host", func(t *testing.T) error { return tcp(t).Bind((*socket.HostAddr)(nil)) }, errInvalid},
	{"Bind, address type of another package", func(t *testing.T) error { return tcp(t).Bind(foreignAddr{}) }, errInvalid},
	{"Bind, raw data too long", func(t *testing.T) error {
		return tcp(t).Bind(socket.RawAddr{Fam: socket.AF_INET, Data: strings.Repeat("d", 1000)})
	}, errInvalid},
	{"Bind, raw family that never was", func(t *testing.T) error { return tcp(t).Bind(socket.RawAddr{Fam: -9999}) }, errRange},
	{"Bind, raw family too large", func(t *testing.T) error { return tcp(t).Bind(socket.RawAddr{Fam: 1 << 16}) }, errRange},

	// Bind.
	{"Bind, in use", func(t *testing.T) error { return tcp(t).Bind(deadPort(t, socket.AF_INET)) }, socket.ErrAddrInUse},
	{"Bind, not local", func(t *testing.T) error { return tcp(t).Bind(notLocal) }, socket.ErrAddrNotAvail},
	{"Bind, twice", func(t *testing.T) error {
		s, addr := bound(t, socket.AF_INET)
		return s.Bind(addr)
	}, socket.EINVAL},

	// Connect and ConnectEx take the same addresses.
	{"Connect, nil", func(t *testing.T) error { return tcp(t).Connect(nil) }, errInvalid},
	{"Connect, inet6 on inet4", func(t *testing.T) error { return tcp(t).Connect(socket.Inet6Addr{}) }, errInvalid},
	{"Connect, port", func(t *testing.T) error { return tcp(t).Connect(socket.Host("127.0.0.1", 65536)) }, errRange},
	{"Connect, nil pointer to an address", func(t *testing.T) error { return tcp(t).Connect((*socket.Inet4Addr)(nil)) }, errInvalid},
	{"Connect, dead port", func(t *testing.T) error { return tcp(t).Connect(deadPort(t, socket.AF_INET)) }, socket.ErrConnRefused},
	{"Connect, connected", func(t *testing.T) error {
		s, _ := connect(t, socket.AF_INET)
		return s.Connect(deadPort(t, socket.AF_INET))
	}, socket.EISCONN},
	{"ConnectEx, nil", func(t *testing.T) error { return second(tcp(t).ConnectEx(nil)) }, errInvalid},
	{"ConnectEx, port", func(t *testing.T) error { return second(tcp(t).ConnectEx(socket.Host("127.0.0.1", -1))) }, errRange},

	// Listen and Accept.
	{"Listen, datagrams", func(t *testing.T) error {
		s, _ := bound(t, socket.AF_INET) // or Windows would not come to look at the type
		return s.Listen()
	}, errors.ErrUnsupported},
	{"Listen, connected", func(t *testing.T) error {
		s, _ := connect(t, socket.AF_INET)
		return s.Listen()
	}, socket.EINVAL},
	{"Accept, not listening", func(t *testing.T) error { return third(tcp(t).Accept()) }, socket.EINVAL},
	{"Accept, datagrams", func(t *testing.T) error { return third(udp(t).Accept()) }, errors.ErrUnsupported},
	{"Listener, not listening", func(t *testing.T) error { return second(tcp(t).Listener().Accept()) }, socket.EINVAL},

	// Send.
	{"Send, after SHUT_WR", func(t *testing.T) error { return second(afterShutdown(t).Send([]byte("x"))) }, socket.ErrBrokenPipe},
	{"SendAll, after SHUT_WR", func(t *testing.T) error { return afterShutdown(t).SendAll([]byte("x")) }, socket.ErrBrokenPipe},
	{"Write, after SHUT_WR", func(t *testing.T) error { return second(afterShutdown(t).Write([]byte("x"))) }, socket.ErrBrokenPipe},
	{"ReadFrom, after SHUT_WR", func(t *testing.T) error {
		return second(afterShutdown(t).ReadFrom(strings.NewReader("x")))
	}, socket.ErrBrokenPipe},
	{"Send, datagram to nobody", func(t *testing.T) error { return second(udp(t).Send([]byte("x"))) }, errNobody},
	{"SendAll, datagram to nobody", func(t *testing.T) error { return udp(t).SendAll([]byte("x")) }, errNobody},
	{"SendTo, nil", func(t *testing.T) error { return second(udp(t).SendTo([]byte("x"), nil)) }, errInvalid},
	{"SendTo, inet6 on inet4", func(t *testing.T) error { return second(udp(t).SendTo([]byte("x"), socket.Inet6Addr{})) }, errInvalid},
	{"SendTo, port", func(t *testing.T) error { return second(udp(t).SendTo([]byte("x"), socket.Host("127.1", 65536))) }, errRange},
	{"SendTo, nil pointer to an address", func(t *testing.T) error {
		return second(udp(t).SendTo([]byte("x"), (*socket.UnixAddr)(nil)))
	}, errInvalid},
	{"SendTo, datagram too long", func(t *testing.T) error {
		s, addr := bound(t, socket.AF_INET)
		return second(s.SendTo(make([]byte, 1<<16), addr))
	}, socket.EMSGSIZE},
	{"SendToAddrPort, zero", func(t *testing.T) error { return second(udp(t).SendToAddrPort(nil, netip.AddrPort{})) }, errInvalid},
	{"SendToAddrPort, IPv6 on inet4", func(t *testing.T) error {
		return second(udp(t).SendToAddrPort(nil, netip.MustParseAddrPort("[::1]:1")))
	}, errInvalid},
	{"SendToAddrPort, zone", func(t *testing.T) error {
		return second(tcp6(t).SendToAddrPort(nil, netip.MustParseAddrPort("[fe80::1%nosuch0]:1")))
	}, errInvalid},
	{"PacketConn, address of another package", func(t *testing.T) error {
		return second(udp(t).PacketConn().WriteTo(nil, otherAddr{}))
	}, errInvalid},

	// Recv.
	{"Recv, negative", func(t *testing.T) error { return second(udp(t).Recv(-1)) }, errRange},
	{"Recv, huge", func(t *testing.T) error { return second(udp(t).Recv(huge)) }, errRange},
	{"Recv, more than the limit", func(t *testing.T) error { return second(udp(t).Recv(1<<30 + 1)) }, errRange},
	{"RecvFrom, negative", func(t *testing.T) error { return third(udp(t).RecvFrom(math.MinInt)) }, errRange},
	{"RecvFrom, huge", func(t *testing.T) error { return third(udp(t).RecvFrom(huge)) }, errRange},
	{"Recv, unconnected", func(t *testing.T) error { return second(tcp(t).Recv(1)) }, socket.ErrNotConnected},
	{"RecvInto, unconnected", func(t *testing.T) error { return second(tcp(t).RecvInto(make([]byte, 1))) }, socket.ErrNotConnected},
	{"Read, unconnected", func(t *testing.T) error { return second(tcp(t).Read(make([]byte, 1))) }, socket.ErrNotConnected},
	{"WriteTo, unconnected", func(t *testing.T) error { return second(tcp(t).WriteTo(new(bytes.Buffer))) }, socket.ErrNotConnected},
	{"Recv, reset", func(t *testing.T) error {
		needResets(t)
		a, b := connect(t, socket.AF_INET)
		reset(t, b)
		return second(a.Recv(1))
	}, socket.ErrConnReset},

	// Options.
	{"GetSockOptBytes, 0", func(t *testing.T) error { return second(tcp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, 0)) }, errRange},
	{"GetSockOptBytes, negative", func(t *testing.T) error { return second(tcp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, -1)) }, errRange},
	{"GetSockOptBytes, 1025", func(t *testing.T) error {
		return second(tcp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, 1025))
	}, errRange},
	{"GetSockOptBytes, huge", func(t *testing.T) error {
		return second(tcp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, huge))
	}, errRange},
	{"GetSockOptBytes, unknown", func(t *testing.T) error { return second(tcp(t).GetSockOptBytes(socket.SOL_SOCKET, 0x7ff0, 4)) }, socket.ENOPROTOOPT},
	{"GetSockOptInt, unknown", func(t *testing.T) error { return second(tcp(t).GetSockOptInt(socket.SOL_SOCKET, 0x7ff0)) }, socket.ENOPROTOOPT},
	{"SetSockOptInt, unknown", func(t *testing.T) error { return tcp(t).SetSockOptInt(socket.SOL_SOCKET, 0x7ff0, 1) }, socket.ENOPROTOOPT},
	{"SetSockOptBool, unknown", func(t *testing.T) error { return tcp(t).SetSockOptBool(socket.SOL_SOCKET, 0x7ff0, true) }, socket.ENOPROTOOPT},
	{"SetSockOptBytes, too short", func(t *testing.T) error {
		needOptionLengths(t)
		return tcp(t).SetSockOptBytes(socket.SOL_SOCKET, socket.SO_REUSEADDR, []byte{1})
	}, errShortOption},
	{"SetSockOptBytes, empty", func(t *testing.T) error {
		needOptionLengths(t)
		return tcp(t).SetSockOptBytes(socket.SOL_SOCKET, socket.SO_REUSEADDR, []byte{})
	}, errShortOption},
	{"SetSockOptBytes, nil", func(t *testing.T) error {
		needOptionLengths(t)
		return tcp(t).SetSockOptBytes(socket.SOL_SOCKET, socket.SO_REUSEADDR, nil)
	}, errShortOption},
	{"SetSockOptNone, negative", func(t *testing.T) error {
		return tcp(t).SetSockOptNone(socket.SOL_SOCKET, socket.SO_REUSEADDR, -1)
	}, errRange},
	{"SetSockOptNone, option that needs a value", func(t *testing.T) error {
		return tcp(t).SetSockOptNone(socket.SOL_SOCKET, socket.SO_REUSEADDR, 4)
	}, socket.EFAULT},

	// Shutdown and names.
	{"Shutdown, unconnected", func(t *testing.T) error { return tcp(t).Shutdown(socket.SHUT_WR) }, socket.ErrNotConnected},
	{"CloseRead, unconnected", func(t *testing.T) error { return tcp(t).CloseRead() }, socket.ErrNotConnected},
	{"CloseWrite, unconnected", func(t *testing.T) error { return tcp(t).CloseWrite() }, socket.ErrNotConnected},
	{"Shutdown, how", func(t *testing.T) error {
		s, _ := connect(t, socket.AF_INET)
		return s.Shutdown(99)
	}, socket.EINVAL},
	{"Shutdown, how negative", func(t *testing.T) error {
		s, _ := connect(t, socket.AF_INET)
		return s.Shutdown(-1)
	}, socket.EINVAL},
	{"GetPeerName, unconnected", func(t *testing.T) error { return second(tcp(t).GetPeerName()) }, socket.ErrNotConnected},
}

// foreignAddr is an Addr that is none of this package's.
type foreignAddr struct{ otherAddr }

func (foreignAddr) Family() socket.Family { return socket.AF_INET }

// badInputsOfUnix are those with sockets of AF_UNIX.
var badInputsOfUnix = []badInput{
	{"CreateServer, path too long", func(t *testing.T) error {
		return made(socket.CreateServer(pathOf(1000), nil))
	}, errInvalid},
	{"Bind, inet4 on unix", func(t *testing.T) error { return local(t).Bind(socket.Inet4Addr{}) }, errInvalid},
	{"Bind, host on unix", func(t *testing.T) error { return local(t).Bind(socket.Host("localhost", 80)) }, errInvalid},
	{"Bind, path too long", func(t *testing.T) error { return local(t).Bind(pathOf(sockaddr.Native.PathSize)) }, errInvalid},
	{"Bind, path far too long", func(t *testing.T) error { return local(t).Bind(pathOf(1 << 20)) }, errInvalid},
	{"Bind, NUL inside a path", func(t *testing.T) error { return local(t).Bind(socket.UnixAddr{Path: "a\x00b"}) }, errInvalid},
	{"Bind, path in use", func(t *testing.T) error {
		_, addr := listen(t, socket.AF_UNIX)
		return local(t).Bind(addr)
	}, socket.ErrAddrInUse},
	{"Connect, no such path", func(t *testing.T) error { return local(t).Connect(socket.UnixAddr{Path: unixPath(t)}) }, fs.ErrNotExist},
	{"SendToAddrPort, unix", func(t *testing.T) error {
		return second(local(t).SendToAddrPort(nil, netip.MustParseAddrPort("127.0.0.1:1")))
	}, errInvalid},
}

// afterShutdown returns a connected socket that sends no more.
func afterShutdown(t *testing.T) *socket.Socket {
	t.Helper()
	s, _ := connect(t, socket.AF_INET)
	if err := s.Shutdown(socket.SHUT_WR); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBadInput(t *testing.T) {
	for _, b := range badInputs {
		t.Run(b.name, b.run)
	}
}

func TestBadInputOfUnix(t *testing.T) {
	needUnix(t)
	for _, b := range badInputsOfUnix {
		t.Run(b.name, b.run)
	}
}

// TestBadInputHuge has numbers that no C int holds, which there are where int has 64
// bits.
func TestBadInputHuge(t *testing.T) {
	if strconv.IntSize == 32 {
		t.Skip("every int is a C int")
	}
	for _, b := range []badInput{
		{"New, protocol", func(*testing.T) error { return made(socket.New(0, 0, huge)) }, errRange},
		{"New, protocol negative", func(*testing.T) error { return made(socket.New(0, 0, math.MinInt)) }, errRange},
		{"Socketpair, protocol", func(*testing.T) error { return made2(socket.Socketpair(0, 0, huge)) }, errRange},
		{"FromFD, protocol", func(*testing.T) error { return made(socket.FromFD(0, 0, 0, huge)) }, errRange},
		{"FromFD", func(*testing.T) error { return made(socket.FromFD(huge, 0, 0, 0)) }, errRange},
		{"TakeFD", func(*testing.T) error { return made(socket.TakeFD(huge)) }, errRange},
		{"CloseFD", func(*testing.T) error { return socket.CloseFD(huge) }, errRange},
		{"DupFD", func(*testing.T) error { return second(socket.DupFD(huge)) }, errRange},
		{"Listen", func(t *testing.T) error { return tcp(t).Listen(huge) }, errRange},
		{"CreateServer, backlog", func(*testing.T) error {
			return made(socket.CreateServer(socket.Host("127.0.0.1", 0), &socket.ServerOptions{Backlog: huge}))
		}, errRange},
		{"SetSockOptInt", func(t *testing.T) error {
			return tcp(t).SetSockOptInt(socket.SOL_SOCKET, socket.SO_REUSEADDR, huge)
		}, errRange},
		{"SetSockOptInt, negative", func(t *testing.T) error {
			return tcp(t).SetSockOptInt(socket.SOL_SOCKET, socket.SO_REUSEADDR, math.MinInt)
		}, errRange},
		{"SetSockOptNone", func(t *testing.T) error {
			return tcp(t).SetSockOptNone(socket.SOL_SOCKET, socket.SO_REUSEADDR, huge)
		}, errRange},
		{"Shutdown", func(t *testing.T) error {
			s, _ := connect(t, socket.AF_INET)
			return s.Shutdown(high | socket.SHUT_RD)
		}, errRange},
		{"GetSockOptInt, level", func(t *testing.T) error {
			return second(tcp(t).GetSockOptInt(high|socket.SOL_SOCKET, socket.SO_TYPE))
		}, errRange},
		{"GetSockOptInt, name", func(t *testing.T) error {
			return second(tcp(t).GetSockOptInt(socket.SOL_SOCKET, high|socket.SO_TYPE))
		}, errRange},
		{"SetSockOptInt, name", func(t *testing.T) error {
			return tcp(t).SetSockOptInt(socket.SOL_SOCKET, high|socket.SO_REUSEADDR, 1)
		}, errRange},
	} {
		t.Run(b.name, b.run)
	}
}

// TestNotASocket gives a file to the functions that make a socket of an fd. The file
// stays open and as it was.
func TestNotASocket(t *testing.T) {
	for name, call := range map[string]func(f *os.File) error{
		"FromFD":   func(f *os.File) error { return made(socket.FromFD(int(f.Fd()), 0, 0, 0)) },
		"TakeFD":   func(f *os.File) error { return made(socket.TakeFD(int(f.Fd()))) },
		"TakeFDAs": func(f *os.File) error { return made(socket.TakeFDAs(int(f.Fd()), 0, 0, 0)) },
		"FromConn": func(f *os.File) error { return made(socket.FromConn(f)) },
	} {
		t.Run(name, func(t *testing.T) {
			checkFDs(t)
			f := regularFile(t)
			if err := call(f); !errors.Is(err, socket.ENOTSOCK) {
				t.Errorf("error %v, want ENOTSOCK", err)
			}
			if _, err := f.WriteString("still open"); err != nil {
				t.Error(err)
			}
		})
	}
}

// closedCalls has every method that can fail.
var closedCalls = map[string]func(s *socket.Socket) error{
	"Accept":                func(s *socket.Socket) error { return third(s.Accept()) },
	"AttachBPF":             func(s *socket.Socket) error { return s.AttachBPF(0) },
	"AttachFilter":          func(s *socket.Socket) error { return s.AttachFilter(nil) },
	"AttachReuseportCBPF":   func(s *socket.Socket) error { return s.AttachReuseportCBPF(nil) },
	"AttachReuseportEBPF":   func(s *socket.Socket) error { return s.AttachReuseportEBPF(0) },
	"BindToDevice":          func(s *socket.Socket) error { return s.BindToDevice("") },
	"BlockSource":           func(s *socket.Socket) error { return s.BlockSource(group4, source4, socket.IfName{}) },
	"DetachFilter":          func(s *socket.Socket) error { return s.DetachFilter() },
	"DetachReuseportBPF":    func(s *socket.Socket) error { return s.DetachReuseportBPF() },
	"JoinGroup":             func(s *socket.Socket) error { return s.JoinGroup(group4, socket.IfName{}) },
	"JoinSourceGroup":       func(s *socket.Socket) error { return s.JoinSourceGroup(group4, source4, socket.IfName{}) },
	"LeaveGroup":            func(s *socket.Socket) error { return s.LeaveGroup(group4, socket.IfName{}) },
	"LeaveSourceGroup":      func(s *socket.Socket) error { return s.LeaveSourceGroup(group4, source4, socket.IfName{}) },
	"LockFilter":            func(s *socket.Socket) error { return s.LockFilter() },
	"SetKeepAlive":          func(s *socket.Socket) error { return s.SetKeepAlive(socket.KeepAliveConfig{Idle: time.Second}) },
	"SetMulticastInterface": func(s *socket.Socket) error { return s.SetMulticastInterface(socket.IfName{Index: 1}) },
	"UnblockSource":         func(s *socket.Socket) error { return s.UnblockSource(group4, source4, socket.IfName{}) },
	"Option.Get":            func(s *socket.Socket) error { return second(socket.ReusePortLB.Get(s)) },
	"Option.Set":            func(s *socket.Socket) error { return socket.ReusePortLB.Set(s, true) },
	"Bind":                  func(s *socket.Socket) error { return s.Bind(socket.Host("127.0.0.1", 0)) },
	"CloseRead":             func(s *socket.Socket) error { return s.CloseRead() },
	"CloseWrite":            func(s *socket.Socket) error { return s.CloseWrite() },
	"Connect":               func(s *socket.Socket) error { return s.Connect(socket.Host("127.0.0.1", 1)) },
	"Detach":                func(s *socket.Socket) error { return second(s.Detach()) },
	"Dup":                   func(s *socket.Socket) error { return second(s.Dup()) },
	"GetInheritable":        func(s *socket.Socket) error { return second(s.GetInheritable()) },
	"GetPeerName":           func(s *socket.Socket) error { return second(s.GetPeerName()) },
	"GetSockName":           func(s *socket.Socket) error { return second(s.GetSockName()) },
	"GetSockOptBytes":       func(s *socket.Socket) error { return second(s.GetSockOptBytes(0, 0, 4)) },
	"GetSockOptInt":         func(s *socket.Socket) error { return second(s.GetSockOptInt(0, 0)) },
	"Ioctl":                 func(s *socket.Socket) error { return s.Ioctl(1, nil) },
	"Listen":                func(s *socket.Socket) error { return s.Listen() },
	"Read":                  func(s *socket.Socket) error { return second(s.Read(make([]byte, 1))) },
	"ReadFrom":              func(s *socket.Socket) error { return second(s.ReadFrom(strings.NewReader("x"))) },
	"Recv":                  func(s *socket.Socket) error { return second(s.Recv(1)) },
	"RecvFrom":              func(s *socket.Socket) error { return third(s.RecvFrom(1)) },
	"RecvFromAddrPort":      func(s *socket.Socket) error { return third(s.RecvFromAddrPort(make([]byte, 1))) },
	"RecvFromInto":          func(s *socket.Socket) error { return third(s.RecvFromInto(make([]byte, 1))) },
	"RecvInto":              func(s *socket.Socket) error { return second(s.RecvInto(make([]byte, 1))) },
	"Send":                  func(s *socket.Socket) error { return second(s.Send([]byte("x"))) },
	"SendAll":               func(s *socket.Socket) error { return s.SendAll([]byte("x")) },
	"SendTo":                func(s *socket.Socket) error { return second(s.SendTo(nil, socket.Host("127.0.0.1", 1))) },
	"RecvFDs":               func(s *socket.Socket) error { return last(s.RecvFDs(1, 1)) },
	"RecvMsg":               func(s *socket.Socket) error { return last(s.RecvMsg(1, 1)) },
	"RecvMsgInto":           func(s *socket.Socket) error { return last(s.RecvMsgInto([][]byte{make([]byte, 1)}, nil)) },
	"SendFDs":               func(s *socket.Socket) error { return second(s.SendFDs(nil, nil, nil)) },
	"SendMsg":               func(s *socket.Socket) error { return second(s.SendMsg([][]byte{{1}}, nil, nil)) },
	"SendMsgAlg":            func(s *socket.Socket) error { return second(s.SendMsgAlg(nil, socket.AlgOptions{})) },
	"SendToAddrPort": func(s *socket.Socket) error {
		return second(s.SendToAddrPort(nil, netip.MustParseAddrPort("127.0.0.1:1")))
	},
	"SetBlocking":      func(s *socket.Socket) error { return s.SetBlocking(true) },
	"SetDeadline":      func(s *socket.Socket) error { return s.SetDeadline(time.Time{}) },
	"SetInheritable":   func(s *socket.Socket) error { return s.SetInheritable(true) },
	"SetReadDeadline":  func(s *socket.Socket) error { return s.SetReadDeadline(time.Time{}) },
	"SetSockOptBool":   func(s *socket.Socket) error { return s.SetSockOptBool(0, 0, true) },
	"SetSockOptBytes":  func(s *socket.Socket) error { return s.SetSockOptBytes(0, 0, nil) },
	"SetSockOptInt":    func(s *socket.Socket) error { return s.SetSockOptInt(0, 0, 1) },
	"SetSockOptNone":   func(s *socket.Socket) error { return s.SetSockOptNone(0, 0, 1) },
	"SetTimeout":       func(s *socket.Socket) error { return s.SetTimeout(time.Second) },
	"SetWriteDeadline": func(s *socket.Socket) error { return s.SetWriteDeadline(time.Time{}) },
	"Share":            func(s *socket.Socket) error { return second(s.Share(1)) },
	"Shutdown":         func(s *socket.Socket) error { return s.Shutdown(socket.SHUT_RDWR) },
	"SyscallConn":      func(s *socket.Socket) error { return second(s.SyscallConn()) },
	"TakeError":        func(s *socket.Socket) error { return s.TakeError() },
	"Write":            func(s *socket.Socket) error { return second(s.Write([]byte("x"))) },
	"WriteTo":          func(s *socket.Socket) error { return second(s.WriteTo(new(bytes.Buffer))) },

	// and those of its other faces
	"Listener.Accept":  func(s *socket.Socket) error { return second(s.Listener().Accept()) },
	"PacketConn.Read":  func(s *socket.Socket) error { return third(s.PacketConn().ReadFrom(make([]byte, 1))) },
	"PacketConn.Write": func(s *socket.Socket) error { return second(s.PacketConn().WriteTo(nil, loopback(socket.AF_INET))) },
	"WithContext(_).Recv": func(s *socket.Socket) error {
		return second(s.WithContext(context.Background()).Recv(1))
	},
}

// unfailing are the methods that cannot fail; TestEveryMethodClosed calls each of them.
var unfailing = []string{
	"Close", "Closed", "ConnectEx", "Family", "Fileno", "GetBlocking", "GetTimeout", "Listener", "LocalAddr",
	"PacketConn", "Proto", "RemoteAddr", "String", "Type", "WithContext",
}

// TestEveryMethodClosed calls every method on a closed and on a detached socket: each that
// can fail does so with net.ErrClosed, which is EBADF too.
func TestEveryMethodClosed(t *testing.T) {
	for m := range reflect.TypeFor[*socket.Socket]().Methods() {
		if closedCalls[m.Name] == nil && !slices.Contains(unfailing, m.Name) {
			t.Errorf("method %s is not tested", m.Name)
		}
	}
	for how, end := range map[string]func(t *testing.T, s *socket.Socket){
		"closed": func(_ *testing.T, s *socket.Socket) { s.Close() },
		"detached": func(t *testing.T, s *socket.Socket) {
			fd, err := s.Detach()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { socket.CloseFD(fd) })
		},
	} {
		t.Run(how, func(t *testing.T) {
			checkFDs(t)
			s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
			end(t, s)
			for name, call := range closedCalls {
				err := call(s)
				if !errors.Is(err, net.ErrClosed) || !errors.Is(err, socket.EBADF) {
					t.Errorf("%s: error %v, want net.ErrClosed and EBADF", name, err)
				}
				if _, ok := outermost(err); !ok {
					t.Errorf("%s: error %#v, want an *Error", name, err)
				}
			}
			checkUnfailing(t, s)
		})
	}
}

// TestClosedBeforeAddress gives closed sockets addresses that an open one would refuse, or
// would have to look up: that it is closed is what they say, and they ask nobody.
func TestClosedBeforeAddress(t *testing.T) {
	noResolver(t)
	closed := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	closed.Close()
	for name, s := range map[string]*socket.Socket{"closed": closed, "zero": new(socket.Socket), "view": closed.WithContext(t.Context())} {
		for _, addr := range []socket.Addr{socket.Host("name.test", 9), socket.Host("name.test", -1), socket.Host("::1", 9), socket.Inet6Addr{}, socket.UnixAddr{Path: "x"}} {
			for call, err := range map[string]error{
				"Bind":    s.Bind(addr),
				"Connect": s.Connect(addr),
				"SendTo":  second(s.SendTo(nil, addr)),
				"SendMsg": second(s.SendMsg(nil, nil, addr)),
				"SendFDs": second(s.SendFDs(nil, nil, addr)),
			} {
				if e, ok := outermost(err); !errors.Is(err, net.ErrClosed) || !ok || e.Addr != addr {
					t.Errorf("%s: %s to %v: error %#v, want net.ErrClosed", name, call, addr, err)
				}
			}
			if errno, err := s.ConnectEx(addr); errno != socket.EBADF || err != nil {
				t.Errorf("%s: ConnectEx to %v: %v, error %v, want EBADF", name, addr, errno, err)
			}
		}
		if err := second(s.SendToAddrPort(nil, netip.MustParseAddrPort("[::1]:9"))); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: SendToAddrPort: error %v, want net.ErrClosed", name, err)
		}
	}
}

func checkUnfailing(t *testing.T, s *socket.Socket) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if errno, err := s.ConnectEx(socket.Host("127.0.0.1", 1)); errno != socket.EBADF || err != nil {
		t.Errorf("ConnectEx: %v, error %v, want EBADF", errno, err)
	}
	if s.Fileno() != -1 || !s.Closed() {
		t.Errorf("Fileno %d, Closed %v", s.Fileno(), s.Closed())
	}
	if s.Family() != socket.AF_INET || s.Type() != socket.SOCK_DGRAM || s.Proto() != 0 || s.GetTimeout() != socket.NoTimeout || !s.GetBlocking() {
		t.Errorf("%v %v %d, timeout %v", s.Family(), s.Type(), s.Proto(), s.GetTimeout())
	}
	zero := socket.Inet4Addr{IP: netip.IPv4Unspecified()}
	if s.LocalAddr() != zero || s.RemoteAddr() != zero || s.Listener().Addr() != zero || s.PacketConn().LocalAddr() != zero {
		t.Errorf("addresses %v and %v, want %v", s.LocalAddr(), s.RemoteAddr(), zero)
	}
	if want := "<socket.Socket [closed] fd=-1, family=AF_INET, type=SOCK_DGRAM, proto=0>"; s.String() != want {
		t.Errorf("%q, want %q", s, want)
	}
}
