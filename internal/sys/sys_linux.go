package sys

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// The flags that a socket type can carry.
const (
	SockNonblock = unix.SOCK_NONBLOCK
	SockCloexec  = unix.SOCK_CLOEXEC
)

// SoReusePort is SO_REUSEPORT, 0 where there is none.
const SoReusePort = unix.SO_REUSEPORT

// typeFlags is what every new socket gets.
const typeFlags = SockCloexec | SockNonblock

// MSG_DONTWAIT is added to every transfer, because O_NONBLOCK belongs to the
// open file description and other processes can clear it.
// MSG_NOSIGNAL saves the kernel a SIGPIPE that the Go runtime would ignore.
const (
	recvFlags      = unix.MSG_DONTWAIT
	sendFlags      = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL
	plainSendFlags = unix.MSG_DONTWAIT
)

// mayRefuseFlag reports whether a transfer may have failed because of a flag that this
// package has added. Some families look for flags that they do not know before they do
// anything else: AF_APPLETALK, AF_RDS and others for MSG_NOSIGNAL, AF_PACKET, AF_KEY, AF_CAN
// and others for MSG_CMSG_CLOEXEC.
func mayRefuseFlag(e syscall.Errno) bool { return e == unix.EINVAL || e == unix.EOPNOTSUPP }

// FastOpen is the flag of a send that opens a connection (tcp(7)).
const FastOpen = unix.MSG_FASTOPEN

// NoWaitFlags are the flags with which a call does not wait on a blocking socket:
// there is nothing to wait for on an error queue (recv(2)).
const NoWaitFlags = unix.MSG_DONTWAIT | unix.MSG_ERRQUEUE

// rawMax is the largest transfer made without telling the Go scheduler. Such a
// call costs less, but while the kernel copies, its processor runs nothing
// else and the garbage collector waits for it: 1 MiB sends moved the median
// timer of another goroutine from 0.7 to 13 ms.
const rawMax = 16 << 10

// Socket is socket(2); the socket is non-blocking and close-on-exec.
func Socket(family, typ, proto int) (int, syscall.Errno) {
	fd, _, e := unix.RawSyscall(unix.SYS_SOCKET, uintptr(family), uintptr(typ|typeFlags), uintptr(proto))
	return int(fd), e
}

// Socketpair is socketpair(2); the sockets are non-blocking and close-on-exec.
func Socketpair(family, typ, proto int) (fds [2]int, e syscall.Errno) {
	fds, err := unix.Socketpair(family, typ|typeFlags, proto)
	return fds, Errno(err)
}

// Accept is accept4(2); the socket is non-blocking and close-on-exec. sa may be nil.
func Accept(fd int, sa *sockaddr.Storage) (int, syscall.Errno) {
	if sa == nil {
		r, _, e := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(fd), 0, 0, typeFlags, 0, 0)
		return int(r), e
	}
	sa.Reset()
	r, _, e := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)), typeFlags, 0, 0)
	return int(r), e
}

// Bind is bind(2).
func Bind(fd int, sa *sockaddr.Storage) syscall.Errno {
	_, _, e := unix.Syscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(sa.Len))
	return e
}

// Connect is connect(2).
func Connect(fd int, sa *sockaddr.Storage) syscall.Errno {
	_, _, e := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(sa.Len))
	return e
}

// Getsockname is getsockname(2).
func Getsockname(fd int, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	_, _, e := unix.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	return e
}

// Getpeername is getpeername(2).
func Getpeername(fd int, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	_, _, e := unix.RawSyscall(unix.SYS_GETPEERNAME, uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	return e
}

// Recv is recv(2) with MSG_DONTWAIT.
func Recv(fd int, p []byte, flags int) (int, syscall.Errno) {
	if len(p) > rawMax {
		return receiveLarge(fd, p, flags, nil, nil)
	}
	n, _, e := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), uintptr(flags|recvFlags), 0, 0)
	return received(p, n, e)
}

// RecvFrom is recvfrom(2) with MSG_DONTWAIT.
func RecvFrom(fd int, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	sa.Reset()
	if len(p) > rawMax {
		return receiveLarge(fd, p, flags, unsafe.Pointer(&sa.Data), unsafe.Pointer(&sa.Len))
	}
	n, _, e := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), uintptr(flags|recvFlags), uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	return received(p, n, e)
}

func receiveLarge(fd int, p []byte, flags int, sa, size unsafe.Pointer) (int, syscall.Errno) {
	n, _, e := unix.Syscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), uintptr(flags|recvFlags), uintptr(sa), uintptr(size))
	return received(p, n, e)
}

// received is the result of a receive.
func received(p []byte, n uintptr, e syscall.Errno) (int, syscall.Errno) {
	if e != 0 {
		return 0, e
	}
	raceWrite(p, int(n))
	return int(n), 0
}

// Send is send(2) with MSG_DONTWAIT and MSG_NOSIGNAL.
func Send(fd int, p []byte, flags int) (int, syscall.Errno) {
	return send(fd, p, flags, nil, 0)
}

// SendTo is sendto(2) with MSG_DONTWAIT and MSG_NOSIGNAL.
func SendTo(fd int, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	return send(fd, p, flags, unsafe.Pointer(&sa.Data), sa.Len)
}

func send(fd int, p []byte, flags int, sa unsafe.Pointer, size uint32) (int, syscall.Errno) {
	raceRead(p)
	n, e := sendto(fd, p, flags|sendFlags, sa, size)
	if mayRefuseFlag(e) {
		n, e = sendto(fd, p, flags|plainSendFlags, sa, size)
	}
	return sent(n, e)
}

// sendto is sendto(2).
func sendto(fd int, p []byte, flags int, sa unsafe.Pointer, size uint32) (uintptr, syscall.Errno) {
	if len(p) > rawMax {
		n, _, e := unix.Syscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), uintptr(flags), uintptr(sa), uintptr(size))
		return n, e
	}
	n, _, e := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), uintptr(flags), uintptr(sa), uintptr(size))
	return n, e
}

// sent is the result of a send.
func sent(n uintptr, e syscall.Errno) (int, syscall.Errno) {
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

// Getsockopt is getsockopt(2); n is the length of the value.
func Getsockopt(fd, level, name int, value []byte) (n int, e syscall.Errno) {
	size := uint32(len(value))
	_, _, e = unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(unsafe.Pointer(&size)), 0)
	return min(int(size), len(value)), e
}

// Setsockopt is setsockopt(2). A nil value goes to the kernel as a null pointer
// with the given size.
func Setsockopt(fd, level, name int, value []byte, size int) syscall.Errno {
	_, _, e := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(size), 0)
	return e
}
