package sys

import (
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// ConnectResult tells how a connect that went on has ended, EAGAIN while it goes on. fd
// has to be non-blocking.
func ConnectResult(fd int, sa *sockaddr.Storage) syscall.Errno {
	soError, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return Errno(err)
	}
	if soError != 0 {
		return syscall.Errno(soError)
	}
	// No error may mean that there is none yet, or that another took it. Asked again,
	// connect(2) tells all of it, and the kernel notes that the end has been told: it
	// answers the next connect(2) with EISCONN (inet_stream_connect in
	// net/ipv4/af_inet.c).
	switch e := Connect(fd, sa); e {
	case unix.EISCONN:
		return 0
	case unix.EALREADY, unix.EINPROGRESS:
		return unix.EAGAIN
	default:
		return e
	}
}
