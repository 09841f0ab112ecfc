package sys

import (
	"math"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// Winsock takes messages with control data through two functions of their own, which know
// datagram and raw sockets alone (MSDN, "LPFN_WSARECVMSG"). Without control data others do
// the same for sockets of every type. x/sys has most of them, but allocates an error each
// time that a call would block.

// How many buffers one message can have. Windows has no limit, but not more pass here
// than on other systems.
const (
	fewBufs  = 16
	manyBufs = 1024
)

// The results of the next two are arrays and not slices, because what is stored through
// a slice moves to the heap: here the caller's buffers would. The first entry is always
// good, for Winsock takes no fewer than one.

func fewBuffers(bufs [][]byte) (v [fewBufs]windows.WSABuf) {
	v[0].Buf = &noData
	for i, p := range bufs {
		v[i].Len, v[i].Buf = wsaBuf(p)
	}
	return v
}

func manyBuffers(bufs [][]byte) (v [manyBufs]windows.WSABuf) {
	for i, p := range bufs {
		v[i].Len, v[i].Buf = wsaBuf(p)
	}
	return v
}

func wsaBuf(p []byte) (uint32, *byte) {
	buf, size := data(p)
	return uint32(size), buf
}

// SendMsg is WSASend() or WSASendTo(), and with control data WSASendMsg(); sa may be nil.
func SendMsg(fd windows.Handle, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	raceReadAll(bufs, control)
	if len(bufs) > manyBufs {
		return 0, windows.WSAEMSGSIZE
	}
	if len(bufs) > fewBufs {
		return sendMany(fd, bufs, control, flags, sa)
	}
	v := fewBuffers(bufs)
	return sendmsg(fd, &v[0], max(len(bufs), 1), control, flags, sa)
}

//go:noinline
func sendMany(fd windows.Handle, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	v := manyBuffers(bufs)
	return sendmsg(fd, &v[0], len(bufs), control, flags, sa)
}

func sendmsg(fd windows.Handle, v *windows.WSABuf, count int, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	var name *windows.RawSockaddrAny
	var size int32
	if sa != nil {
		name, size = rawAny(sa), int32(sa.Len)
	}
	var n uint32
	if len(control) > 0 {
		m := windows.WSAMsg{Name: (*syscall.RawSockaddrAny)(unsafe.Pointer(name)), Namelen: size, Buffers: v, BufferCount: uint32(count)}
		m.Control.Len, m.Control.Buf = wsaBuf(control)
		proc, e := wsaSendMsg.address(fd)
		if e != 0 {
			return 0, e
		}
		r, _, e := syscall.SyscallN(proc, uintptr(fd), uintptr(unsafe.Pointer(&m)), uintptr(flags), uintptr(unsafe.Pointer(&n)), 0, 0)
		return int(n), result(r, e)
	}
	if sa == nil {
		r, _, e := syscall.SyscallN(procWSASend.Addr(), uintptr(fd), uintptr(unsafe.Pointer(v)), uintptr(count),
			uintptr(unsafe.Pointer(&n)), uintptr(flags), 0, 0)
		return int(n), result(r, e)
	}
	r, _, e := syscall.SyscallN(procWSASendTo.Addr(), uintptr(fd), uintptr(unsafe.Pointer(v)), uintptr(count),
		uintptr(unsafe.Pointer(&n)), uintptr(flags), uintptr(unsafe.Pointer(name)), uintptr(size), 0, 0)
	return int(n), result(r, e)
}

// RecvMsg is WSARecvFrom(), and with room for control data WSARecvMsg(). It returns how
// many bytes came and how many of control data, and the flags of the message; sa is the
// sender's address. A message that did not fit is MSG_TRUNC or MSG_CTRUNC in place of
// WSAEMSGSIZE, as the caller gets to see the flags.
func RecvMsg(fd windows.Handle, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	sa.Reset()
	clear(sa.Data[:sockaddr.HeaderLen])
	switch {
	case len(bufs) > manyBufs:
		return 0, 0, 0, windows.WSAEMSGSIZE
	case len(bufs) > fewBufs:
		n, cn, mflags, e = receiveMany(fd, bufs, control, flags, sa)
	default:
		v := fewBuffers(bufs)
		n, cn, mflags, e = recvmsg(fd, &v[0], max(len(bufs), 1), control, flags, sa)
	}
	if e == windows.WSAEMSGSIZE {
		e = 0
		if mflags&windows.MSG_CTRUNC == 0 {
			mflags |= windows.MSG_TRUNC
		}
		if mflags&windows.MSG_TRUNC != 0 {
			n = capacity(bufs)
		}
	}
	if e != 0 {
		return 0, 0, 0, e
	}
	if family, _ := sockaddr.Native.Family(sa); family == 0 {
		sa.Len = 0 // left alone on connection-oriented sockets
	}
	raceWriteAll(bufs, n, control[:cn])
	return n, cn, mflags, 0
}

//go:noinline
func receiveMany(fd windows.Handle, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	v := manyBuffers(bufs)
	return recvmsg(fd, &v[0], len(bufs), control, flags, sa)
}

func recvmsg(fd windows.Handle, v *windows.WSABuf, count int, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	var got uint32
	if len(control) == 0 {
		f, size := uint32(flags), int32(sa.Len)
		r, _, e := syscall.SyscallN(procWSARecvFrom.Addr(), uintptr(fd), uintptr(unsafe.Pointer(v)), uintptr(count),
			uintptr(unsafe.Pointer(&got)), uintptr(unsafe.Pointer(&f)), uintptr(unsafe.Pointer(rawAny(sa))),
			uintptr(unsafe.Pointer(&size)), 0, 0)
		sa.Len = uint32(size)
		return int(got), 0, int(f), result(r, e)
	}
	m := windows.WSAMsg{
		Name: (*syscall.RawSockaddrAny)(unsafe.Pointer(rawAny(sa))), Namelen: int32(sa.Len),
		Buffers: v, BufferCount: uint32(count), Flags: uint32(flags),
	}
	m.Control.Len, m.Control.Buf = wsaBuf(control)
	proc, e := wsaRecvMsg.address(fd)
	if e != 0 {
		return 0, 0, 0, e
	}
	r, _, e := syscall.SyscallN(proc, uintptr(fd), uintptr(unsafe.Pointer(&m)), uintptr(unsafe.Pointer(&got)), 0, 0)
	sa.Len = uint32(m.Namelen)
	return int(got), min(int(m.Control.Len), len(control)), int(m.Flags), result(r, e)
}

// rawAny is the address of the bytes of sa in the type that x/sys wants. It is a pointer
// to more bytes than there are; the length keeps Winsock inside.
func rawAny(sa *sockaddr.Storage) *windows.RawSockaddrAny {
	return (*windows.RawSockaddrAny)(unsafe.Pointer(&sa.Data))
}

// capacity is how much buffers hold.
func capacity(bufs [][]byte) int {
	total := 0
	for _, p := range bufs {
		total += min(len(p), math.MaxInt32)
	}
	return total
}
