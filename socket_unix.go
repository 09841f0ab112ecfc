//go:build unix && !aix

package socket

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/sys"
)

// This file is the backend for Unix: each function is one system call that does not
// wait and returns a bare errno. The manifest at the end of socket.go lists them.

type sysFD = int

const sysInvalidFD sysFD = -1

// What a socket type can carry beside the type; 0 where the system lacks it.
const (
	sysTypeNonblock = sys.SockNonblock
	sysTypeMask     = sys.SockNonblock | sys.SockCloexec
)

// sysNoWaitFlags are the flags with which a call does not wait, whatever the mode.
const sysNoWaitFlags = sys.NoWaitFlags

// sysFastOpen is the flag of a send that opens a connection.
const sysFastOpen = sys.FastOpen

const (
	sysReuseAddr = true // SO_REUSEADDR lets a server start again and no other steal its port
	sysReusePort = sys.SoReusePort
)

// Options of RFC 3542 that have other names on Windows.
const (
	sysRecvPktInfo6  = IPV6_RECVPKTINFO
	sysRecvHopLimit6 = IPV6_RECVHOPLIMIT
	sysPktInfo6      = IPV6_PKTINFO
)

// The levels of SO_ORIGINAL_DST and IP6T_SO_ORIGINAL_DST.
const (
	sysRedirected4 = IPPROTO_IP
	sysRedirected6 = IPPROTO_IPV6
)

// hErrBase puts h_errno where netdb.h has it.
const hErrBase = 0

var (
	errnosInProgress = []syscall.Errno{EINPROGRESS}
	errnosBrokenPipe = []syscall.Errno{EPIPE, ESHUTDOWN}
	errnosTemporary  = []syscall.Errno{EAGAIN, EINTR, EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, ECONNRESET}
)

// sysErrnoIs matches what syscall.Errno.Is does not: nothing on Unix.
func sysErrnoIs(syscall.Errno, error) bool { return false }

func sysSocket(family, typ, proto int) (sysFD, syscall.Errno) {
	return sys.Socket(family, typ, proto)
}

// sysPairFamily is what socketpair makes unless told otherwise.
func sysPairFamily() Family { return AF_UNIX }

func sysSocketpair(family, typ, proto int) ([2]sysFD, syscall.Errno) {
	return sys.Socketpair(family, typ, proto)
}

func sysClose(fd sysFD) syscall.Errno { return sys.Errno(unix.Close(fd)) }

// sysDup duplicates fd to the first free number that is not below least.
func sysDup(fd sysFD, least int) (sysFD, syscall.Errno) {
	nfd, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, least)
	return nfd, sys.Errno(err)
}

// sysShare would describe a socket to another process: there are SCM_RIGHTS for that.
func sysShare(sysFD, int) ([]byte, syscall.Errno) { return nil, EOPNOTSUPP }

func sysFromShare([]byte) (sysFD, syscall.Errno) { return sysInvalidFD, EOPNOTSUPP }

func sysBind(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Bind(fd, sa) }

func sysListen(fd sysFD, backlog int) syscall.Errno { return sys.Errno(unix.Listen(fd, backlog)) }

func sysAccept(fd sysFD, sa *sockaddr.Storage) (sysFD, syscall.Errno) { return sys.Accept(fd, sa) }

func sysConnect(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Connect(fd, sa) }

// sysConnectResult tells how a connect that went on has ended, EAGAIN while it goes on.
func sysConnectResult(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.ConnectResult(fd, sa) }

func sysShutdown(fd sysFD, how int) syscall.Errno { return sys.Errno(unix.Shutdown(fd, how)) }

func sysGetsockname(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Getsockname(fd, sa) }

func sysGetpeername(fd sysFD, sa *sockaddr.Storage) syscall.Errno { return sys.Getpeername(fd, sa) }

func sysRecv(fd sysFD, p []byte, flags int) (int, syscall.Errno) { return sys.Recv(fd, p, flags) }

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

// sysIoctl makes a request whose argument is read and written; an empty one is a null
// pointer.
func sysIoctl(fd sysFD, req uint, arg []byte) syscall.Errno { return sys.Ioctl(fd, req, arg) }

// sysAttachFilter passes a program of BPF to an option of SOL_SOCKET.
func sysAttachFilter(fd sysFD, name int, program []bpf.RawInstruction) syscall.Errno {
	return sys.AttachFilter(fd, name, program)
}

// sysTakeError reads and clears SO_ERROR.
func sysTakeError(fd sysFD) (soError, errno syscall.Errno) {
	v, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	return syscall.Errno(v), sys.Errno(err)
}

// sysIdentify tells what kind of socket fd is; ENOTSOCK if it is none.
func sysIdentify(fd sysFD) (family, typ, proto int, errno syscall.Errno) {
	typ, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return 0, 0, 0, sys.Errno(err)
	}
	// As in Python the name tells the family, because not all systems have
	// SO_DOMAIN.
	var name sockaddr.Storage
	if errno := sys.Getsockname(fd, &name); errno != 0 {
		return 0, 0, 0, errno
	}
	fam, _ := sockaddr.Native.Family(&name)
	return int(fam), typ, sys.Protocol(fd), 0
}

func sysGetInheritable(fd sysFD) (bool, syscall.Errno) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return flags&unix.FD_CLOEXEC == 0, sys.Errno(err)
}

func sysSetInheritable(fd sysFD, inheritable bool) syscall.Errno {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil {
		return sys.Errno(err)
	}
	flags |= unix.FD_CLOEXEC
	if inheritable {
		flags &^= unix.FD_CLOEXEC
	}
	_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFD, flags)
	return sys.Errno(err)
}

func sysGetNonblock(fd sysFD) (bool, syscall.Errno) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return flags&unix.O_NONBLOCK != 0, sys.Errno(err)
}

func sysSetNonblock(fd sysFD, on bool) syscall.Errno {
	return sys.Errno(unix.SetNonblock(fd, on))
}

// sysRelease gives fd the blocking mode that its new owner expects; here a shared fd has
// it already.
func sysRelease(sysFD, bool) syscall.Errno { return 0 }

// sysReady asks poll(2), without waiting, whether a call in the given direction would
// go through. If that is because of an error that the question consumed,
// soError is it.
func sysReady(fd sysFD, d direction) (ready bool, soError syscall.Errno) {
	events := int16(unix.POLLIN)
	if d == writing {
		events = unix.POLLOUT
	}
	revents, errno := sys.Poll(fd, events)
	if errno != 0 {
		return true, 0 // let the call tell
	}
	if revents != unix.POLLERR {
		return revents != 0, 0
	}
	// POLLERR alone is either SO_ERROR, or an error queue that has something in it
	// (Linux: TX timestamps, MSG_ZEROCOPY, IP_RECVERR), which no call in this direction
	// takes away: to call that ready would spin.
	soError, errno = sysTakeError(fd)
	return errno != 0 || soError != 0, soError
}

// sysPoller is the runtime's network poller, reached through package os.
type sysPoller struct {
	file *os.File // owns the fd
	raw  syscall.RawConn
}

// sysOpenPoller gives a non-blocking fd to the poller, which owns it from then on.
func sysOpenPoller(fd sysFD) (sysPoller, syscall.Errno) {
	file := os.NewFile(uintptr(fd), "socket")
	raw, err := file.SyscallConn()
	if err != nil {
		return sysPoller{}, sys.Errno(err)
	}
	return sysPoller{file, raw}, 0
}

// sysPollerLooks tells that the poller itself sees a fd that is ready before it sleeps. The
// runtime's has edges alone.
const sysPollerLooks = false

// sysSpins is how often a call tries again before it parks: to park is cheap here.
const sysSpins = 0

// wait calls ready and returns if that is true, else sleeps until the poller has an
// event or the deadline passes (os.ErrDeadlineExceeded) and repeats.
func (p *sysPoller) wait(d direction, ready func(fd uintptr) bool) (atOnce bool, err error) {
	if d == writing {
		return false, p.raw.Write(ready)
	}
	return false, p.raw.Read(ready)
}

// setDeadline makes wait end at t; the zero Time means never. An error means that
// the poller is closed, which its waits tell by themselves.
func (p *sysPoller) setDeadline(d direction, t time.Time) {
	if d == writing {
		_ = p.file.SetWriteDeadline(t)
		return
	}
	_ = p.file.SetReadDeadline(t)
}

// close closes the fd and ends all waits.
func (p *sysPoller) close() syscall.Errno {
	err := p.file.Close()
	if err == nil {
		return 0
	}
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		errno = EBADF // os.ErrClosed: somebody else has closed the file
	}
	return errno
}

func sysInterfaces(add func(index int, name string)) syscall.Errno { return sys.Interfaces(add) }

func sysIfNameToIndex(name string) (int, syscall.Errno) { return sys.IfNameToIndex(name) }

func sysIfIndexToName(index int) (string, syscall.Errno) { return sys.IfIndexToName(index) }

func sysGetHostName() (string, syscall.Errno) { return sys.GetHostName() }

func sysSetHostName(name string) syscall.Errno { return sys.SetHostName(name) }
