package sys

import (
	"syscall"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE, the complement of SO_REUSEADDR.
const soExclusiveAddrUse = ^4

// Socketpair stands in for socketpair(2), which Windows has not: two stream sockets of
// AF_INET or AF_INET6 that are connected over the loopback interface, as Python makes
// them. Anything else is WSAEOPNOTSUPP. Unlike all else here it is more than one
// call and may have to wait, but for no more than the machine itself.
func Socketpair(family, typ, proto int) (fds [2]windows.Handle, e syscall.Errno) {
	if family != windows.AF_INET && family != windows.AF_INET6 || typ != windows.SOCK_STREAM ||
		proto != 0 && proto != windows.IPPROTO_TCP {
		return fds, windows.WSAEOPNOTSUPP
	}
	var at, own sockaddr.Storage
	l, e := boundLoopback(family, proto, true, &at)
	if e != 0 {
		return fds, e
	}
	defer func() { _ = Close(l) }()
	if e := Listen(l, 16); e != 0 {
		return fds, e
	}
	c, e := boundLoopback(family, proto, false, &own)
	if e != 0 {
		return fds, e
	}
	s, e := join(c, l, &at, &own)
	if e != 0 {
		_ = Close(c)
		return fds, e
	}
	return [2]windows.Handle{c, s}, 0
}

// pairPatience is how many milliseconds the system has to do what takes it
// microseconds.
const pairPatience = 10_000

// boundLoopback makes a stream socket on a free port of the loopback interface and
// tells its name. No other program can bind to the port of an exclusive one.
func boundLoopback(family, proto int, exclusive bool, name *sockaddr.Storage) (windows.Handle, syscall.Errno) {
	fd, e := Socket(family, windows.SOCK_STREAM, proto)
	if e != 0 {
		return fd, e
	}
	if family == windows.AF_INET {
		sockaddr.Native.PutInet4(name, [4]byte{127, 0, 0, 1}, 0)
	} else {
		sockaddr.Native.PutInet6(name, [16]byte{15: 1}, 0, 0, 0)
	}
	if exclusive {
		on := [4]byte{1}
		e = Setsockopt(fd, windows.SOL_SOCKET, soExclusiveAddrUse, on[:], len(on))
	}
	if e == 0 {
		e = Bind(fd, name)
	}
	if e == 0 {
		e = Getsockname(fd, name)
	}
	if e != 0 {
		_ = Close(fd)
		return windows.InvalidHandle, e
	}
	return fd, 0
}

// join connects c, whose name is own, to the listener l at a name and returns the
// other end.
func join(c, l windows.Handle, at, own *sockaddr.Storage) (windows.Handle, syscall.Errno) {
	if e := Connect(c, at); e != 0 && e != windows.WSAEWOULDBLOCK {
		return windows.InvalidHandle, e
	}
	s, e := acceptFrom(l, own)
	if e != 0 {
		return s, e
	}
	if e := patience(c, PollWrNorm); e != 0 { // c may not have noticed yet
		_ = Close(s)
		return windows.InvalidHandle, e
	}
	return s, 0
}

// patience waits until a socket is ready.
func patience(fd windows.Handle, events int16) syscall.Errno {
	revents, e := Poll(fd, events, pairPatience)
	if e == 0 && revents == 0 {
		e = windows.WSAETIMEDOUT
	}
	return e
}

// acceptFrom accepts the connection of one peer and turns others away: any program
// may connect to a listener.
func acceptFrom(l windows.Handle, peer *sockaddr.Storage) (windows.Handle, syscall.Errno) {
	for range 100 {
		if e := patience(l, PollRdNorm); e != 0 {
			return windows.InvalidHandle, e
		}
		var from sockaddr.Storage
		fd, e := Accept(l, &from)
		switch {
		case e == windows.WSAEWOULDBLOCK || e == windows.WSAECONNRESET:
			continue // it has gone away again
		case e != 0:
			return fd, e
		case sameName(&from, peer):
			return fd, 0
		}
		_ = Close(fd)
	}
	return windows.InvalidHandle, windows.WSAECONNABORTED
}

// sameName compares the IP addresses and ports of two names.
func sameName(a, b *sockaddr.Storage) bool {
	if ip, port, ok := sockaddr.Native.Inet4(a); ok {
		otherIP, otherPort, ok := sockaddr.Native.Inet4(b)
		return ok && ip == otherIP && port == otherPort
	}
	ip, port, _, _, ok := sockaddr.Native.Inet6(a)
	otherIP, otherPort, _, _, otherOK := sockaddr.Native.Inet6(b)
	return ok && otherOK && ip == otherIP && port == otherPort
}
