//go:build aix || !(unix || windows)

package socket

import (
	"errors"
	"time"

	"golang.org/x/net/bpf"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file is the backend for systems whose sockets package socket does not reach, or
// that have none: AIX, Plan 9, WebAssembly. Every call fails with sysUnsupported, and
// so no socket is ever made. What needs no system call, such as addresses, their texts
// and numeric look-ups, works as elsewhere.

type sysFD = int

const sysInvalidFD sysFD = -1

// sysUnsupported is what every call fails with: it is errors.ErrUnsupported.
const sysUnsupported = EOPNOTSUPP

// What the other backends have here, for a system with nothing of it.
const (
	sysTypeNonblock = 0
	sysTypeMask     = 0
	sysNoWaitFlags  = 0
	sysFastOpen     = 0

	sysReuseAddr = false
	sysReusePort = 0

	// The options that say what a redirected connection was for.
	sysRedirected4 = optAbsent
	sysRedirected6 = optAbsent

	sysRecvPktInfo6  = optAbsent
	sysRecvHopLimit6 = optAbsent
	sysPktInfo6      = optAbsent

	hErrBase = 0
)

var (
	errnosInProgress = []syscall.Errno{EINPROGRESS}
	errnosBrokenPipe = []syscall.Errno{ESHUTDOWN}
	errnosTemporary  = []syscall.Errno{EAGAIN, EINTR, EMFILE, ENOBUFS, ECONNABORTED, ECONNRESET}
)

// sysErrnoIs matches what syscall.Errno.Is does not, on wasip1.
func sysErrnoIs(errno syscall.Errno, target error) bool {
	return errno == sysUnsupported && target == errors.ErrUnsupported //nolint:errorlint // Is must not unwrap its target
}

func sysSocket(_, _, _ int) (sysFD, syscall.Errno) { return sysInvalidFD, sysUnsupported }

func sysPairFamily() Family { return AF_UNIX }

func sysSocketpair(_, _, _ int) (fds [2]sysFD, errno syscall.Errno) { return fds, sysUnsupported }

func sysClose(sysFD) syscall.Errno { return sysUnsupported }

func sysDup(sysFD, int) (sysFD, syscall.Errno) { return sysInvalidFD, sysUnsupported }

func sysShare(sysFD, int) ([]byte, syscall.Errno) { return nil, sysUnsupported }

func sysFromShare([]byte) (sysFD, syscall.Errno) { return sysInvalidFD, sysUnsupported }

func sysBind(sysFD, *sockaddr.Storage) syscall.Errno { return sysUnsupported }

func sysListen(sysFD, int) syscall.Errno { return sysUnsupported }

func sysAccept(sysFD, *sockaddr.Storage) (sysFD, syscall.Errno) { return sysInvalidFD, sysUnsupported }

func sysConnect(sysFD, *sockaddr.Storage) syscall.Errno { return sysUnsupported }

func sysConnectResult(sysFD, *sockaddr.Storage) syscall.Errno { return sysUnsupported }

func sysShutdown(sysFD, int) syscall.Errno { return sysUnsupported }

func sysGetsockname(sysFD, *sockaddr.Storage) syscall.Errno { return sysUnsupported }

func sysGetpeername(sysFD, *sockaddr.Storage) syscall.Errno { return sysUnsupported }

func sysRecv(sysFD, []byte, int) (int, syscall.Errno) { return 0, sysUnsupported }

func sysRecvFrom(sysFD, []byte, int, *sockaddr.Storage) (int, syscall.Errno) {
	return 0, sysUnsupported
}

func sysSend(sysFD, []byte, int) (int, syscall.Errno) { return 0, sysUnsupported }

func sysSendTo(sysFD, []byte, int, *sockaddr.Storage) (int, syscall.Errno) { return 0, sysUnsupported }

func sysSendMsg(sysFD, [][]byte, []byte, int, *sockaddr.Storage) (int, syscall.Errno) {
	return 0, sysUnsupported
}

func sysRecvMsg(sysFD, [][]byte, []byte, int, *sockaddr.Storage) (n, cn, mflags int, errno syscall.Errno) {
	return 0, 0, 0, sysUnsupported
}

func sysGetsockopt(sysFD, int, int, []byte) (int, syscall.Errno) { return 0, sysUnsupported }

func sysSetsockopt(sysFD, int, int, []byte, int) syscall.Errno { return sysUnsupported }

func sysIoctl(sysFD, uint, []byte) syscall.Errno { return sysUnsupported }

func sysAttachFilter(sysFD, int, []bpf.RawInstruction) syscall.Errno { return sysUnsupported }

func sysTakeError(sysFD) (soError, errno syscall.Errno) { return 0, sysUnsupported }

func sysIdentify(sysFD) (family, typ, proto int, errno syscall.Errno) { return 0, 0, 0, sysUnsupported }

func sysGetInheritable(sysFD) (bool, syscall.Errno) { return false, sysUnsupported }

func sysSetInheritable(sysFD, bool) syscall.Errno { return sysUnsupported }

func sysGetNonblock(sysFD) (bool, syscall.Errno) { return false, sysUnsupported }

func sysSetNonblock(sysFD, bool) syscall.Errno { return sysUnsupported }

func sysRelease(sysFD, bool) syscall.Errno { return sysUnsupported }

func sysReady(sysFD, direction) (ready bool, soError syscall.Errno) { return true, sysUnsupported }

// How the poller of no socket would be used.
const (
	sysPollerLooks = false
	sysSpins       = 0
)

// sysPoller is the poller of no socket.
type sysPoller struct{}

func sysOpenPoller(sysFD) (sysPoller, syscall.Errno) { return sysPoller{}, sysUnsupported }

func (*sysPoller) wait(direction, func(uintptr) bool) (bool, error) { return false, sysUnsupported }

func (*sysPoller) setDeadline(direction, time.Time) {}

func (*sysPoller) close() syscall.Errno { return sysUnsupported }

func sysInterfaces(func(int, string)) syscall.Errno { return sysUnsupported }

func sysIfNameToIndex(string) (int, syscall.Errno) { return 0, sysUnsupported }

func sysIfIndexToName(int) (string, syscall.Errno) { return "", sysUnsupported }

func sysGetHostName() (string, syscall.Errno) { return "", sysUnsupported }

func sysSetHostName(string) syscall.Errno { return sysUnsupported }
