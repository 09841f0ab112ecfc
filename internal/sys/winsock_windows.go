package sys

import (
	"bytes"
	"math"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// The wrappers of golang.org/x/sys know three address families, allocate each address,
// and lack the plain calls that move data. So these are called here as winsock2.h has
// them: MSDN, "Winsock functions". Each failure is a WSAE* number.

var (
	ws2          = windows.NewLazySystemDLL("ws2_32.dll")
	procAccept   = ws2.NewProc("accept")
	procBind     = ws2.NewProc("bind")
	procConnect  = ws2.NewProc("connect")
	procGetpeer  = ws2.NewProc("getpeername")
	procGetname  = ws2.NewProc("getsockname")
	procGetopt   = ws2.NewProc("getsockopt")
	procIoctl    = ws2.NewProc("ioctlsocket")
	procListen   = ws2.NewProc("listen")
	procRecv     = ws2.NewProc("recv")
	procRecvfrom = ws2.NewProc("recvfrom")
	procSend     = ws2.NewProc("send")
	procSendto   = ws2.NewProc("sendto")
	procSetopt   = ws2.NewProc("setsockopt")
	procShutdown = ws2.NewProc("shutdown")
	procWSAPoll  = ws2.NewProc("WSAPoll")

	procWSASend     = ws2.NewProc("WSASend")
	procWSASendTo   = ws2.NewProc("WSASendTo")
	procWSARecvFrom = ws2.NewProc("WSARecvFrom")

	kernel32                 = windows.NewLazySystemDLL("kernel32.dll")
	procCounter              = kernel32.NewProc("QueryPerformanceCounter")
	procCounterRate          = kernel32.NewProc("QueryPerformanceFrequency")
	procGetHandleInformation = kernel32.NewProc("GetHandleInformation")
	procRegisterWait         = kernel32.NewProc("RegisterWaitForSingleObject")
	procUnregisterWait       = kernel32.NewProc("UnregisterWaitEx")
)

// What x/sys lacks of winsock2.h.
const (
	fionbio         = 0x8004667e // _IOW('f', 126, u_long)
	soProtocolInfoW = 0x2005
	fromProtocol    = -1 // FROM_PROTOCOL_INFO

	PollErr    = 0x01  // POLLERR
	PollHup    = 0x02  // POLLHUP
	PollNval   = 0x04  // POLLNVAL
	PollWrNorm = 0x10  // POLLWRNORM
	PollRdNorm = 0x100 // POLLRDNORM
)

// An extension is a function of Winsock that no library exports: a socket has to be asked
// for its address, which is the same for all sockets (MSDN, "WSAIoctl",
// SIO_GET_EXTENSION_FUNCTION_POINTER).
type extension struct {
	id   windows.GUID
	addr atomic.Uintptr // 0 until a socket has been asked
}

var (
	wsaSendMsg = extension{id: windows.WSAID_WSASENDMSG}
	wsaRecvMsg = extension{id: windows.WSAID_WSARECVMSG}
)

// address is that of the function.
func (x *extension) address(fd windows.Handle) (uintptr, syscall.Errno) {
	if addr := x.addr.Load(); addr != 0 {
		return addr, 0
	}
	id := x.id
	var addr uintptr
	var n uint32
	err := windows.WSAIoctl(fd, windows.SIO_GET_EXTENSION_FUNCTION_POINTER, (*byte)(unsafe.Pointer(&id)), uint32(unsafe.Sizeof(id)),
		(*byte)(unsafe.Pointer(&addr)), uint32(unsafe.Sizeof(addr)), &n, nil, 0)
	if err != nil {
		return 0, Errno(err)
	}
	x.addr.Store(addr)
	return addr, 0
}

// socketFlags is what every new socket gets. Overlapped is what socket() makes, and what
// other programs that are handed the socket expect.
const socketFlags = windows.WSA_FLAG_OVERLAPPED | windows.WSA_FLAG_NO_HANDLE_INHERIT

// startup tells Winsock that this process uses it. It counts how often, so it does not
// matter that package net does the same.
var startup = sync.OnceValue(func() syscall.Errno {
	var data windows.WSAData
	return Errno(windows.WSAStartup(0x202, &data)) // version 2.2
})

// Errno is the bare number of an error of golang.org/x/sys, 0 for nil. Its wrappers
// return nothing but numbers, and EINVAL, which is no number of Windows, for a failure
// without one.
func Errno(err error) syscall.Errno {
	switch e := err.(type) { //nolint:errorlint // x/sys returns the bare number
	case nil:
		return 0
	case syscall.Errno:
		if e != syscall.EINVAL {
			return e
		}
	case windows.NTStatus:
		return e.Errno()
	}
	return windows.WSAEINVAL
}

// asError is a bare number as an error, nil for 0.
func asError(e syscall.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}

// result is the outcome of a call that returns SOCKET_ERROR if it fails.
func result(r uintptr, e syscall.Errno) syscall.Errno {
	switch {
	case int32(r) != -1:
		return 0
	case e == 0:
		return windows.WSAEINVAL
	}
	return e
}

// Socket is WSASocket(); the socket is non-blocking and not inheritable.
func Socket(family, typ, proto int) (windows.Handle, syscall.Errno) {
	if e := startup(); e != 0 {
		return windows.InvalidHandle, e
	}
	fd, err := windows.WSASocket(int32(family), int32(typ), int32(proto), nil, 0, socketFlags)
	if err != nil {
		return windows.InvalidHandle, Errno(err)
	}
	if fd, e := adopt(fd); e != 0 || typ != windows.SOCK_DGRAM || family != windows.AF_INET && family != windows.AF_INET6 {
		return fd, e
	}
	if e := hushDatagrams(fd); e != 0 {
		_ = windows.Closesocket(fd)
		return windows.InvalidHandle, e
	}
	return fd, 0
}

// hushDatagrams makes receives on a datagram socket not fail for what became of datagrams
// that it has sent: MSDN, "Winsock IOCTLs". A system without such a request (Wine) never
// makes them fail.
func hushDatagrams(fd windows.Handle) syscall.Errno {
	for _, req := range [...]uint32{windows.SIO_UDP_CONNRESET, windows.SIO_UDP_NETRESET} {
		var report [4]byte // FALSE
		if e := Ioctl(fd, req, report[:]); e != 0 && e != windows.WSAEOPNOTSUPP {
			return e
		}
	}
	return 0
}

// adopt makes a new socket non-blocking, or closes it.
func adopt(fd windows.Handle) (windows.Handle, syscall.Errno) {
	if e := SetNonblock(fd, true); e != 0 {
		_ = windows.Closesocket(fd)
		return windows.InvalidHandle, e
	}
	return fd, 0
}

// Close is closesocket().
func Close(fd windows.Handle) syscall.Errno {
	if e := startup(); e != 0 { // fd may be no socket of ours
		return e
	}
	return Errno(windows.Closesocket(fd))
}

// Dup duplicates a socket for the same process. The duplicate is not inheritable; it
// shares the blocking mode with fd.
func Dup(fd windows.Handle) (windows.Handle, syscall.Errno) {
	info, e := duplicate(fd, windows.GetCurrentProcessId())
	if e != 0 {
		return windows.InvalidHandle, e
	}
	return fromInfo(&info)
}

// duplicate describes a socket to a process: MSDN, "WSADuplicateSocketW".
func duplicate(fd windows.Handle, pid uint32) (info windows.WSAProtocolInfo, e syscall.Errno) {
	if e := startup(); e != 0 { // fd may be no socket of ours
		return info, e
	}
	return info, Errno(windows.WSADuplicateSocket(fd, pid, &info))
}

// fromInfo makes a socket that was described to this process.
func fromInfo(info *windows.WSAProtocolInfo) (windows.Handle, syscall.Errno) {
	fd, err := windows.WSASocket(fromProtocol, fromProtocol, fromProtocol, info, 0, socketFlags)
	return fd, Errno(err)
}

// Share describes a socket to a process, by the bytes of a WSAPROTOCOL_INFOW.
func Share(fd windows.Handle, pid uint32) ([]byte, syscall.Errno) {
	info, e := duplicate(fd, pid)
	if e != 0 {
		return nil, e
	}
	return bytes.Clone(infoBytes(&info)), 0
}

// FromShare makes a socket of what Share has told in another process, or in this one.
// The socket is not inheritable.
func FromShare(data []byte) (windows.Handle, syscall.Errno) {
	if e := startup(); e != 0 {
		return windows.InvalidHandle, e
	}
	var info windows.WSAProtocolInfo
	if copy(infoBytes(&info), data) != len(data) || len(data) != int(unsafe.Sizeof(info)) {
		return windows.InvalidHandle, windows.WSAEINVAL
	}
	return fromInfo(&info)
}

// infoBytes are the bytes of info, not a copy.
func infoBytes(info *windows.WSAProtocolInfo) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(info)), unsafe.Sizeof(*info))
}

// Ioctl is WSAIoctl(). The top bits of a request say whether arg goes in, comes out, or
// both (winsock2.h, IOC_IN and IOC_OUT); the two never are one memory, as some requests
// do not allow that.
func Ioctl(fd windows.Handle, req uint32, arg []byte) syscall.Errno {
	var in, out []byte
	if req&windows.IOC_IN != 0 {
		in = bytes.Clone(arg)
	}
	if req&windows.IOC_OUT != 0 {
		out = arg
	}
	var n uint32
	err := windows.WSAIoctl(fd, req, unsafe.SliceData(in), uint32(len(in)), unsafe.SliceData(out), uint32(len(out)), &n, nil, 0)
	return Errno(err)
}

// Accept is accept(); the socket is non-blocking and not inheritable. accept() has no
// flag for the latter, so a process that C code starts in this instant gets the socket.
// Processes started by Go get only what they are given.
func Accept(fd windows.Handle, sa *sockaddr.Storage) (windows.Handle, syscall.Errno) {
	sa.Reset()
	r, _, e := syscall.SyscallN(procAccept.Addr(), uintptr(fd),
		uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	nfd := windows.Handle(r)
	if nfd == windows.InvalidHandle {
		return nfd, result(math.MaxUint32, e)
	}
	if e := SetInheritable(nfd, false); e != 0 {
		_ = windows.Closesocket(nfd)
		return windows.InvalidHandle, e
	}
	return adopt(nfd)
}

// Bind is bind().
func Bind(fd windows.Handle, sa *sockaddr.Storage) syscall.Errno {
	r, _, e := syscall.SyscallN(procBind.Addr(), uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(sa.Len))
	return result(r, e)
}

// Listen is listen().
func Listen(fd windows.Handle, backlog int) syscall.Errno {
	r, _, e := syscall.SyscallN(procListen.Addr(), uintptr(fd), uintptr(backlog))
	return result(r, e)
}

// Connect is connect().
func Connect(fd windows.Handle, sa *sockaddr.Storage) syscall.Errno {
	r, _, e := syscall.SyscallN(procConnect.Addr(), uintptr(fd), uintptr(unsafe.Pointer(&sa.Data)), uintptr(sa.Len))
	return result(r, e)
}

// Shutdown is shutdown().
func Shutdown(fd windows.Handle, how int) syscall.Errno {
	r, _, e := syscall.SyscallN(procShutdown.Addr(), uintptr(fd), uintptr(how))
	return result(r, e)
}

// Getsockname is getsockname().
func Getsockname(fd windows.Handle, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	r, _, e := syscall.SyscallN(procGetname.Addr(), uintptr(fd),
		uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	return result(r, e)
}

// Getpeername is getpeername().
func Getpeername(fd windows.Handle, sa *sockaddr.Storage) syscall.Errno {
	sa.Reset()
	r, _, e := syscall.SyscallN(procGetpeer.Addr(), uintptr(fd),
		uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	return result(r, e)
}

// noData is where an empty buffer points to: Winsock takes no null pointer.
var noData byte

// data is the address and length of a buffer. Lengths are C ints; Python cuts longer
// ones too.
func data(p []byte) (*byte, int32) {
	if len(p) == 0 {
		return &noData, 0
	}
	return unsafe.SliceData(p), int32(min(len(p), math.MaxInt32))
}

// Recv is recv(). A datagram that does not fit is WSAEMSGSIZE.
func Recv(fd windows.Handle, p []byte, flags int) (int, syscall.Errno) {
	buf, size := data(p)
	r, _, e := syscall.SyscallN(procRecv.Addr(), uintptr(fd), uintptr(unsafe.Pointer(buf)), uintptr(size), uintptr(flags))
	if e := result(r, e); e != 0 {
		return 0, e
	}
	raceWrite(p, int(int32(r)))
	return int(int32(r)), 0
}

// RecvFrom is recvfrom(). On a connected stream it leaves sa empty.
func RecvFrom(fd windows.Handle, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	sa.Reset()
	clear(sa.Data[:sockaddr.HeaderLen])
	buf, size := data(p)
	r, _, e := syscall.SyscallN(procRecvfrom.Addr(), uintptr(fd), uintptr(unsafe.Pointer(buf)), uintptr(size),
		uintptr(flags), uintptr(unsafe.Pointer(&sa.Data)), uintptr(unsafe.Pointer(&sa.Len)))
	if e := result(r, e); e != 0 {
		return 0, e
	}
	if family, _ := sockaddr.Native.Family(sa); family == 0 {
		sa.Len = 0 // MSDN: "from" is left alone on connection-oriented sockets
	}
	raceWrite(p, int(int32(r)))
	return int(int32(r)), 0
}

// Send is send().
func Send(fd windows.Handle, p []byte, flags int) (int, syscall.Errno) {
	raceRead(p)
	buf, size := data(p)
	r, _, e := syscall.SyscallN(procSend.Addr(), uintptr(fd), uintptr(unsafe.Pointer(buf)), uintptr(size), uintptr(flags))
	if e := result(r, e); e != 0 {
		return 0, e
	}
	return int(int32(r)), 0
}

// SendTo is sendto().
func SendTo(fd windows.Handle, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	raceRead(p)
	buf, size := data(p)
	r, _, e := syscall.SyscallN(procSendto.Addr(), uintptr(fd), uintptr(unsafe.Pointer(buf)), uintptr(size),
		uintptr(flags), uintptr(unsafe.Pointer(&sa.Data)), uintptr(sa.Len))
	if e := result(r, e); e != 0 {
		return 0, e
	}
	return int(int32(r)), 0
}

// Getsockopt is getsockopt(); n is the length of the value.
func Getsockopt(fd windows.Handle, level, name int, value []byte) (n int, e syscall.Errno) {
	size := int32(len(value))
	r, _, e := syscall.SyscallN(procGetopt.Addr(), uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(unsafe.Pointer(&size)))
	return min(int(max(size, 0)), len(value)), result(r, e)
}

// Setsockopt is setsockopt(). A nil value goes to the system as a null pointer with
// the given size.
func Setsockopt(fd windows.Handle, level, name int, value []byte, size int) syscall.Errno {
	r, _, e := syscall.SyscallN(procSetopt.Addr(), uintptr(fd), uintptr(level), uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(size))
	return result(r, e)
}

// SetNonblock is ioctlsocket(FIONBIO).
func SetNonblock(fd windows.Handle, on bool) syscall.Errno {
	var arg uint32
	if on {
		arg = 1
	}
	r, _, e := syscall.SyscallN(procIoctl.Addr(), uintptr(fd), fionbio, uintptr(unsafe.Pointer(&arg)))
	return result(r, e)
}

// Identify asks for the WSAPROTOCOL_INFOW of a socket: MSDN, "SOL_SOCKET Socket
// Options". Unlike getsockname() it answers for a socket that has no name yet.
func Identify(fd windows.Handle) (family, typ, proto int, e syscall.Errno) {
	if e := startup(); e != 0 { // fd may be no socket of ours
		return 0, 0, 0, e
	}
	var info windows.WSAProtocolInfo
	size := int32(unsafe.Sizeof(info))
	r, _, e := syscall.SyscallN(procGetopt.Addr(), uintptr(fd), windows.SOL_SOCKET, soProtocolInfoW,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)))
	return int(info.AddressFamily), int(info.SocketType), int(info.Protocol), result(r, e)
}

// GetInheritable tells whether child processes get a handle: MSDN,
// "GetHandleInformation".
func GetInheritable(fd windows.Handle) (bool, syscall.Errno) {
	var flags uint32
	r, _, e := syscall.SyscallN(procGetHandleInformation.Addr(), uintptr(fd), uintptr(unsafe.Pointer(&flags)))
	if r == 0 {
		return false, e
	}
	return flags&windows.HANDLE_FLAG_INHERIT != 0, 0
}

// SetInheritable sets whether child processes get a handle: MSDN,
// "SetHandleInformation".
func SetInheritable(fd windows.Handle, inheritable bool) syscall.Errno {
	var flags uint32
	if inheritable {
		flags = windows.HANDLE_FLAG_INHERIT
	}
	return Errno(windows.SetHandleInformation(fd, windows.HANDLE_FLAG_INHERIT, flags))
}

// pollFD is WSAPOLLFD.
type pollFD struct {
	fd      windows.Handle
	events  int16
	revents int16
}

// Poll is WSAPoll() of one socket for at most so many milliseconds.
func Poll(fd windows.Handle, events int16, milliseconds int) (revents int16, e syscall.Errno) {
	p := [...]pollFD{{fd: fd, events: events}}
	e = pollAll(p[:], milliseconds)
	return p[0].revents, e
}

// pollAll is WSAPoll() of at least one socket. Before Windows 10 version 2004 it does not
// tell of a failed connect (MSDN, "WSAPoll").
func pollAll(fds []pollFD, milliseconds int) syscall.Errno {
	r, _, e := syscall.SyscallN(procWSAPoll.Addr(), uintptr(unsafe.Pointer(unsafe.SliceData(fds))), uintptr(len(fds)), uintptr(milliseconds))
	return result(r, e)
}
