package sys

import (
	"encoding/binary"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// SendMsg is sendmsg(2) with MSG_DONTWAIT and MSG_NOSIGNAL; sa may be nil.
func SendMsg(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	raceReadAll(bufs, control)
	var m unix.Msghdr
	if sa != nil {
		m.Name, m.Namelen = &sa.Data[0], sa.Len
	}
	if len(control) > 0 { // a pointer to nothing is no null pointer
		m.Control = unsafe.SliceData(control)
		m.SetControllen(len(control))
	}
	if len(bufs) > fewIovecs {
		return sendMany(fd, bufs, &m, flags)
	}
	iov := fewBuffers(bufs)
	m.Iov = &iov[0]
	m.SetIovlen(len(bufs))
	return sendmsg(fd, &m, flags, isLarge(bufs))
}

//go:noinline
func sendMany(fd int, bufs [][]byte, m *unix.Msghdr, flags int) (int, syscall.Errno) {
	iov := manyBuffers(bufs)
	with := *m // a copy: what is stored through a pointer moves to the heap
	with.Iov = &iov[0]
	with.SetIovlen(min(len(bufs), manyIovecs))
	return sendmsg(fd, &with, flags, isLarge(bufs))
}

func sendmsg(fd int, m *unix.Msghdr, flags int, large bool) (int, syscall.Errno) {
	n, e := message(unix.SYS_SENDMSG, fd, m, flags|sendFlags, large)
	if mayRefuseFlag(e) {
		n, e = message(unix.SYS_SENDMSG, fd, m, flags|plainSendFlags, large)
	}
	return n, e
}

// RecvMsg is recvmsg(2) with MSG_DONTWAIT, and with MSG_CMSG_CLOEXEC where a file
// descriptor can come. It returns how many bytes came and how many of control data, and
// msg_flags without the flag that it has added; sa is the sender's address.
func RecvMsg(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	sa.Reset()
	var m unix.Msghdr
	m.Name, m.Namelen = &sa.Data[0], sa.Len
	if len(control) > 0 {
		m.Control = unsafe.SliceData(control)
		m.SetControllen(len(control))
	}
	if len(bufs) > fewIovecs {
		n, cn, mflags, sa.Len, e = receiveMany(fd, bufs, &m, flags)
	} else {
		iov := fewBuffers(bufs)
		m.Iov = &iov[0]
		m.SetIovlen(len(bufs))
		n, e = recvmsg(fd, &m, flags, isLarge(bufs))
		cn, mflags, sa.Len = int(m.Controllen), int(m.Flags), m.Namelen
	}
	if e != 0 {
		return 0, 0, 0, e
	}
	raceWriteAll(bufs, n, control[:cn])
	return n, cn, mflags &^ (unix.MSG_CMSG_CLOEXEC &^ flags), 0
}

//go:noinline
func receiveMany(fd int, bufs [][]byte, m *unix.Msghdr, flags int) (n, cn, mflags int, size uint32, e syscall.Errno) {
	iov := manyBuffers(bufs)
	with := *m
	with.Iov = &iov[0]
	with.SetIovlen(min(len(bufs), manyIovecs))
	n, e = recvmsg(fd, &with, flags, isLarge(bufs))
	return n, int(with.Controllen), int(with.Flags), with.Namelen, e
}

func recvmsg(fd int, m *unix.Msghdr, flags int, large bool) (int, syscall.Errno) {
	if m.Controllen == 0 { // no room for file descriptors
		return message(unix.SYS_RECVMSG, fd, m, flags|recvFlags, large)
	}
	n, e := message(unix.SYS_RECVMSG, fd, m, flags|recvFlags|unix.MSG_CMSG_CLOEXEC, large)
	// Families that have no file descriptors to give may refuse the flag, which those of
	// AF_UNIX must not come without: it can have got something to give since.
	if mayRefuseFlag(e) && domain(fd) != unix.AF_UNIX {
		n, e = message(unix.SYS_RECVMSG, fd, m, flags|recvFlags, large)
	}
	return n, e
}

// message is sendmsg(2) or recvmsg(2).
func message(trap uintptr, fd int, m *unix.Msghdr, flags int, large bool) (int, syscall.Errno) {
	if large {
		n, _, e := unix.Syscall(trap, uintptr(fd), uintptr(unsafe.Pointer(m)), uintptr(flags))
		return sent(n, e)
	}
	n, _, e := unix.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(m)), uintptr(flags))
	return sent(n, e)
}

// domain is the family of a socket (SO_DOMAIN), 0 if there is none.
func domain(fd int) uint32 {
	var value [4]byte
	if _, e := Getsockopt(fd, unix.SOL_SOCKET, unix.SO_DOMAIN, value[:]); e != 0 {
		return 0
	}
	return binary.NativeEndian.Uint32(value[:])
}

// isLarge reports whether buffers hold more than rawMax.
func isLarge(bufs [][]byte) bool {
	total := 0
	for _, p := range bufs {
		if len(p) > rawMax-total {
			return true
		}
		total += len(p)
	}
	return false
}
