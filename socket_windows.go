package socket

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/sys"
)

// This file is the backend for Windows: each function is one call of Winsock 2 that
// does not wait and returns a bare errno, a WSAE* number. The manifest at the end of
// socket.go lists them.
//
// Winsock has no MSG_DONTWAIT, and nothing tells whether a socket is blocking
// (MSDN, "ioctlsocket"). So on Windows a socket stays non-blocking for as long as
// it belongs to this library, whatever GetBlocking says and whoever knows its handle.
// Nobody else may make it blocking meanwhile: a call here would block its thread.

type sysFD = windows.Handle // a SOCKET

const sysInvalidFD = windows.InvalidHandle

// What a socket type can carry beside the type: nothing.
const (
	sysTypeNonblock = 0
	sysTypeMask     = 0
)

// sysNoWaitFlags are the flags with which a call does not wait, whatever the mode: there
// is no MSG_DONTWAIT.
const sysNoWaitFlags = 0

// sysFastOpen is the flag of a send that opens a connection: ConnectEx() does that.
const sysFastOpen = 0

const (
	sysReuseAddr = false // SO_REUSEADDR lets any program steal the port of a server
	sysReusePort = 0     // there is no SO_REUSEPORT
)

// Options of RFC 3542, which Windows has under the names of RFC 2292: the flag that asks
// for a control message is called as the message is.
const (
	sysRecvPktInfo6  = IPV6_PKTINFO
	sysRecvHopLimit6 = IPV6_HOPLIMIT
	sysPktInfo6      = optAbsent
)

// The levels of SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST: SOL_IP and SOL_IPV6 of ws2def.h,
// which are not IPPROTO_IP and IPPROTO_IPV6 there.
const (
	sysRedirected4 = SOL_SOCKET - 4
	sysRedirected6 = SOL_SOCKET - 5
)

// hErrBase puts h_errno where winsock2.h has it: WSAHOST_NOT_FOUND is 11001.
const hErrBase = 11000

var (
	errnosInProgress = []syscall.Errno{windows.WSAEINPROGRESS}
	errnosBrokenPipe = []syscall.Errno{windows.WSAESHUTDOWN}
	errnosTemporary  = []syscall.Errno{
		windows.WSAEWOULDBLOCK, windows.WSAEINTR, windows.WSAEMFILE, windows.WSAENOBUFS,
		windows.ERROR_NOT_ENOUGH_MEMORY, windows.WSAECONNABORTED, windows.WSAECONNRESET,
	}
)

// sysErrnoIs matches what syscall.Errno.Is does not: the numbers of Winsock.
func sysErrnoIs(errno syscall.Errno, target error) bool {
	switch target {
	case fs.ErrPermission: //nolint:errorlint // Is must not unwrap its target
		return errno == windows.WSAEACCES
	case errors.ErrUnsupported:
		switch errno {
		case windows.WSAEOPNOTSUPP, windows.WSAEAFNOSUPPORT, windows.WSAEPFNOSUPPORT,
			windows.WSAEPROTONOSUPPORT, windows.WSAESOCKTNOSUPPORT:
			return true
		}
	}
	return false
}

// sysSocket makes a socket. A datagram socket does not tell what became of earlier datagrams,
// as on other systems: SIO_UDP_CONNRESET and SIO_UDP_NETRESET are off.
func sysSocket(family, typ, proto int) (sysFD, syscall.Errno) {
	return sys.Socket(family, typ, proto)
}

// sysPairFamily is what socketpair makes unless told otherwise: AF_UNIX since Windows 10
// version 1803, unless the path of the directory for temporary files is too long.
func sysPairFamily() Family {
	if sys.HasUnixPair() {
		return AF_UNIX
	}
	return AF_INET
}

// sysSocketpair makes stream sockets of AF_UNIX, AF_INET and AF_INET6.
func sysSocketpair(family, typ, proto int) ([2]sysFD, syscall.Errno) {
	return sys.Socketpair(family, typ, proto)
}

func sysClose(fd sysFD) syscall.Errno { return sys.Close(fd) }

// sysDup duplicates fd. Windows chooses the number, so least has to be 0.
func sysDup(fd sysFD, least int) (sysFD, syscall.Errno) {
	if least != 0 {
		return sysInvalidFD, windows.ERROR_NOT_SUPPORTED
	}
	return sys.Dup(fd)
}

// sysShare describes a socket to another process, which makes its own of it.
func sysShare(fd sysFD, pid int) ([]byte, syscall.Errno) { return sys.Share(fd, uint32(pid)) }

// sysFromShare makes a socket of what sysShare has told. The bytes can say anything about
// it, so sysIdentify should be asked.
func sysFromShare(data []byte) (sysFD, syscall.Errno) { return sys.FromShare(data) }

func sysBind(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Bind(fd, sa) }

func sysListen(fd sysFD, backlog int) syscall.Errno { return sys.Listen(fd, backlog) }

func sysAccept(fd sysFD, sa *sockaddr.Storage) (sysFD, syscall.Errno) { return sys.Accept(fd, sa) }

// sysConnect begins a connect. Where all other systems say EINPROGRESS, Windows says
// WSAEWOULDBLOCK (MSDN, "connect"), so what can mean only one thing there means two
// here. WSAEINPROGRESS stands in for it: since the blocking hooks of Winsock 1.1
// are gone nothing else returns that number.
func sysConnect(fd sysFD, sa *sockaddr.Storage) syscall.Errno {
	errno := sys.Connect(fd, sa)
	if errno == windows.WSAEWOULDBLOCK {
		return windows.WSAEINPROGRESS
	}
	return errno
}

// sysConnectResult tells how a connect has ended, EAGAIN while it goes on. SO_ERROR alone
// does not, as it is 0 before the end too; and Wine keeps there what became of an earlier
// connect, so who has a peer is not asked.
func sysConnectResult(fd sysFD, _ *sockaddr.Storage) syscall.Errno {
	var peer sockaddr.Storage
	if errno := sys.Getpeername(fd, &peer); errno != windows.WSAENOTCONN {
		return errno
	}
	soError, errno := sysTakeError(fd)
	switch {
	case errno != 0:
		return errno
	case soError != 0:
		return soError
	}
	return windows.WSAEWOULDBLOCK
}

func sysShutdown(fd sysFD, how int) syscall.Errno { return sys.Shutdown(fd, how) }

func sysGetsockname(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Getsockname(fd, sa) }

func sysGetpeername(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Getpeername(fd, sa) }

// sysRecv fails with WSAEMSGSIZE for a datagram that does not fit in p, which has what
// did fit. Other systems do not tell. Python passes the error on too.
func sysRecv(fd sysFD, p []byte, flags int) (int, syscall.Errno) { return sys.Recv(fd, p, flags) }

// sysRecvFrom fails as sysRecv does.
func sysRecvFrom(fd sysFD, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	return sys.RecvFrom(fd, p, flags, sa)
}

func sysSend(fd sysFD, p []byte, flags int) (int, syscall.Errno) { return sys.Send(fd, p, flags) }

func sysSendTo(fd sysFD, p []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	return sys.SendTo(fd, p, flags, sa)
}

// sysSendMsg sends buffers as one message with control data; sa may be nil.
func sysSendMsg(fd sysFD, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	return sys.SendMsg(fd, bufs, control, flags, sa)
}

// sysRecvMsg receives a message and its control data: so many bytes of each.
func sysRecvMsg(fd sysFD, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, errno syscall.Errno) {
	return sys.RecvMsg(fd, bufs, control, flags, sa)
}

func sysGetsockopt(fd sysFD, level, name int, value []byte) (int, syscall.Errno) {
	return sys.Getsockopt(fd, level, name, value)
}

// sysSetsockopt passes a nil value on as a null pointer with the given size.
func sysSetsockopt(fd sysFD, level, name int, value []byte, size int) syscall.Errno {
	return sys.Setsockopt(fd, level, name, value, size)
}

// sysIoctl makes a request whose argument is read and written.
func sysIoctl(fd sysFD, req uint, arg []byte) syscall.Errno { return sys.Ioctl(fd, uint32(req), arg) }

// sysAttachFilter passes a program of BPF to an option of SOL_SOCKET: there is none.
func sysAttachFilter(sysFD, int, []bpf.RawInstruction) syscall.Errno { return windows.WSAENOPROTOOPT }

// sysTakeError reads and clears SO_ERROR.
func sysTakeError(fd sysFD) (soError, errno syscall.Errno) {
	var value [sizeofInt]byte
	_, errno = sys.Getsockopt(fd, SOL_SOCKET, SO_ERROR, value[:])
	return syscall.Errno(binary.NativeEndian.Uint32(value[:])), errno
}

// sysIdentify tells what kind of socket fd is; WSAENOTSOCK if it is none.
func sysIdentify(fd sysFD) (family, typ, proto int, errno syscall.Errno) { return sys.Identify(fd) }

func sysGetInheritable(fd sysFD) (bool, syscall.Errno) { return sys.GetInheritable(fd) }

func sysSetInheritable(fd sysFD, inheritable bool) syscall.Errno {
	return sys.SetInheritable(fd, inheritable)
}

// sysGetNonblock always says no, as nobody can tell: callers that need a non-blocking
// fd then see to it.
func sysGetNonblock(sysFD) (bool, syscall.Errno) { return false, 0 }

// sysSetNonblock makes fd non-blocking, and never blocking.
func sysSetNonblock(fd sysFD, _ bool) syscall.Errno { return sys.SetNonblock(fd, true) }

// sysRelease gives fd the blocking mode that its new owner expects.
func sysRelease(fd sysFD, nonblock bool) syscall.Errno { return sys.SetNonblock(fd, nonblock) }

// sysReady asks WSAPoll, without waiting, whether a call in the given direction would
// go through. There is no error queue, and the call itself tells any error.
func sysReady(fd sysFD, d direction) (ready bool, soError syscall.Errno) {
	if d == reading {
		revents, errno := sys.Poll(fd, sys.PollRdNorm, 0)
		return errno != 0 || revents != 0, 0
	}
	// POLLHUP says only that the peer sends no more.
	revents, errno := sys.Poll(fd, sys.PollWrNorm, 0)
	return errno != 0 || revents&^sys.PollHup != 0, 0
}

// sysPoller asks the driver behind Winsock for readiness.
type sysPoller struct{ *sys.Poller }

// sysOpenPoller makes the poller of fd, which owns it from then on.
func sysOpenPoller(fd sysFD) (sysPoller, syscall.Errno) {
	p, errno := sys.OpenPoller(fd)
	return sysPoller{p}, errno
}

// sysPollerLooks tells that the poller itself sees a fd that is ready before it sleeps.
const sysPollerLooks = true

// sysSpins is how often a call tries again, with other goroutines in between, before it
// parks. To park takes the driver, the completion port and switches of threads, which come
// to more than these tries if the answer is on its way.
const sysSpins = 16

// wait calls ready and returns if that is true, else sleeps until the poller has an
// event or the deadline passes (os.ErrDeadlineExceeded) and repeats. atOnce tells that it
// has not slept.
func (p *sysPoller) wait(d direction, ready func(fd uintptr) bool) (atOnce bool, err error) {
	return p.Wait(int(d), ready)
}

// setDeadline makes wait end at t; the zero Time means never.
func (p *sysPoller) setDeadline(d direction, t time.Time) { p.SetDeadline(int(d), t) }

// close closes the fd and ends all waits.
func (p *sysPoller) close() syscall.Errno { return p.Close() }

func sysInterfaces(add func(index int, name string)) syscall.Errno { return sys.Interfaces(add) }

func sysIfNameToIndex(name string) (int, syscall.Errno) { return sys.IfNameToIndex(name) }

func sysIfIndexToName(index int) (string, syscall.Errno) { return sys.IfIndexToName(index) }

func sysGetHostName() (string, syscall.Errno) { return sys.GetHostName() }

func sysSetHostName(name string) syscall.Errno { return sys.SetHostName(name) }
