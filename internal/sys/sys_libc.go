//go:build unix && !aix && !linux

package sys

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// The exported wrappers of golang.org/x/sys know eight address families, fail
// for every other and allocate each address. What they wrap has the form that is
// wanted here and is the same on all these systems, of which macOS, OpenBSD and
// Solaris allow system calls through libc alone; so that is what is called. The
// linker refuses the program should x/sys ever rename one.

//go:linkname libcAccept golang.org/x/sys/unix.accept
//go:noescape
func libcAccept(fd int, sa *unix.RawSockaddrAny, size *uint32) (int, error)

//go:linkname libcBind golang.org/x/sys/unix.bind
//go:noescape
func libcBind(fd int, sa unsafe.Pointer, size uint32) error

//go:linkname libcConnect golang.org/x/sys/unix.connect
//go:noescape
func libcConnect(fd int, sa unsafe.Pointer, size uint32) error

//go:linkname libcGetsockname golang.org/x/sys/unix.getsockname
//go:noescape
func libcGetsockname(fd int, sa *unix.RawSockaddrAny, size *uint32) error

//go:linkname libcGetpeername golang.org/x/sys/unix.getpeername
//go:noescape
func libcGetpeername(fd int, sa *unix.RawSockaddrAny, size *uint32) error

//go:linkname libcRecvfrom golang.org/x/sys/unix.recvfrom
//go:noescape
func libcRecvfrom(fd int, p []byte, flags int, sa *unix.RawSockaddrAny, size *uint32) (int, error)

//go:linkname libcSendmsg golang.org/x/sys/unix.sendmsg
//go:noescape
func libcSendmsg(fd int, m *msghdr, flags int) (int, error)

//go:linkname libcGetsockopt golang.org/x/sys/unix.getsockopt
//go:noescape
func libcGetsockopt(fd, level, name int, value unsafe.Pointer, size *uint32) error

//go:linkname libcSetsockopt golang.org/x/sys/unix.setsockopt
//go:noescape
func libcSetsockopt(fd, level, name int, value unsafe.Pointer, size uintptr) error

// FastOpen is the flag of a send that opens a connection: Linux alone has one.
const FastOpen = 0

// NoWaitFlags are the flags with which a call does not wait on a blocking socket.
const NoWaitFlags = unix.MSG_DONTWAIT

// rawAny is the address of the bytes of sa in the type that x/sys wants. It is a
// pointer to more bytes than there are; sa.Len keeps the kernel inside.
func rawAny(sa *sockaddr.Storage) *unix.RawSockaddrAny {
	return (*unix.RawSockaddrAny)(unsafe.Pointer(&sa.Data))
}

// Socket is socket(2); the socket is non-blocking and close-on-exec.
func Socket(family, typ, proto int) (int, syscall.Errno) {
	if typeFlags != 0 {
		fd, err := unix.Socket(family, typ|typeFlags, proto)
		return fd, Errno(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(family, typ, proto)
	if err != nil {
		return -1, Errno(err)
	}
	return fd, adopt(fd)
}

// Socketpair is socketpair(2); the sockets are non-blocking and close-on-exec.
func Socketpair(family, typ, proto int) ([2]int, syscall.Errno) {
	if typeFlags != 0 {
		fds, err := unix.Socketpair(family, typ|typeFlags, proto)
		return fds, Errno(err)
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := unix.Socketpair(family, typ, proto)
	if err != nil {
		return fds, Errno(err)
	}
	if e := adopt(fds[0]); e != 0 {
		_ = unix.Close(fds[1])
		return fds, e
	}
	if e := adopt(fds[1]); e != 0 {
		_ = unix.Close(fds[0])
		return fds, e
	}
	return fds, 0
}

// Accept is accept(2); the socket is non-blocking and close-on-exec. The
// listening socket has to be non-blocking too: no child process can be started
// while this call lasts.
func Accept(fd int, sa *sockaddr.Storage) (int, syscall.Errno) {
	sa.Reset()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	nfd, err := libcAccept(fd, rawAny(sa), &sa.Len)
	if err != nil {
		return -1, Errno(err)
	}
	return nfd, adopt(nfd)
}

// adopt gives a new fd the two flags that every socket has, or closes it.
func adopt(fd int) syscall.Errno {
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return Errno(err)
	}
	return 0
}

// Bind is bind(2).
func Bind(fd int, sa *sockaddr.Storage) syscall.Errno {
	return Errno(libcBind(fd, unsafe.Pointer(&sa.Data), sa.Len))
}

// Connect is connect(2).
func Connect(fd int, sa *sockaddr.Storage) syscall.Errno {
	return Errno(libcConnect(fd, unsafe.Pointer(&sa.Data), sa.Len))
}

// Getsockname is getsockname(2).
func Getsockname(fd int, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	return Errno(libcGetsockname(fd, rawAny(sa), &sa.Len))
}

// Getpeername is getpeername(2).
func Getpeername(fd int, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	return Errno(libcGetpeername(fd, rawAny(sa), &sa.Len))
}

// Recv is recv(2) with MSG_DONTWAIT.
func Recv(fd int, p []byte, flags int) (int, syscall.Errno) {
	n, err := libcRecvfrom(fd, p, flags|recvFlags, nil, nil)
	return received(p, n, err)
}

// RecvFrom is recvfrom(2) with MSG_DONTWAIT.
func RecvFrom(fd int, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	sa.Reset()
	n, err := libcRecvfrom(fd, p, flags|recvFlags, rawAny(sa), &sa.Len)
	return received(p, n, err)
}

// received is the result of a receive.
func received(p []byte, n int, err error) (int, syscall.Errno) {
	if err != nil {
		return 0, Errno(err)
	}
	raceWrite(p, n)
	return n, 0
}

// Send is send(2) with MSG_DONTWAIT and MSG_NOSIGNAL.
func Send(fd int, p []byte, flags int) (int, syscall.Errno) {
	return send(fd, p, flags, nil, 0)
}

// SendTo is sendto(2) with MSG_DONTWAIT and MSG_NOSIGNAL.
func SendTo(fd int, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	return send(fd, p, flags, unsafe.Pointer(&sa.Data), sa.Len)
}

// send goes through sendmsg(2), because the sendto of x/sys does not tell how
// much was sent.
func send(fd int, p []byte, flags int, sa unsafe.Pointer, size uint32) (int, syscall.Errno) {
	raceRead(p)
	var m msghdr
	var iov unix.Iovec
	m.Name, m.Namelen = (*byte)(sa), size
	iov.Base = unsafe.SliceData(p)
	iov.SetLen(len(p))
	m.Iov = &iov
	m.SetIovlen(1)
	n, err := libcSendmsg(fd, &m, flags|sendFlags)
	return max(n, 0), Errno(err)
}

// Getsockopt is getsockopt(2); n is the length of the value.
func Getsockopt(fd, level, name int, value []byte) (n int, e syscall.Errno) {
	size := uint32(len(value))
	err := libcGetsockopt(fd, level, name, unsafe.Pointer(unsafe.SliceData(value)), &size)
	return min(int(size), len(value)), Errno(err)
}

// Setsockopt is setsockopt(2). A nil value goes to the kernel as a null pointer
// with the given size.
func Setsockopt(fd, level, name int, value []byte, size int) syscall.Errno {
	return Errno(libcSetsockopt(fd, level, name, unsafe.Pointer(unsafe.SliceData(value)), uintptr(size)))
}

// Poll is poll(2) of one fd that returns at once.
func Poll(fd int, events int16) (revents int16, e syscall.Errno) {
	p := [1]unix.PollFd{{Fd: int32(fd), Events: events}}
	_, err := unix.Poll(p[:], 0)
	return p[0].Revents, Errno(err)
}
