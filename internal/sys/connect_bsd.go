//go:build unix && !aix && !linux

package sys

import (
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// ConnectResult tells how a connect that went on has ended, EAGAIN while it goes on.
// connect(2) cannot be asked again here: after a failure it would begin anew.
func ConnectResult(fd int, _ *sockaddr.Storage) syscall.Errno {
	events, e := Poll(fd, unix.POLLOUT)
	if e != 0 {
		return e
	}
	soError, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return Errno(err)
	}
	if soError != 0 {
		return syscall.Errno(soError)
	}
	var peer sockaddr.Storage
	switch e := Getpeername(fd, &peer); {
	case e != unix.ENOTCONN:
		return e
	case events == 0:
		return unix.EAGAIN
	}
	return unix.ECONNABORTED // it has failed, and another took the error
}
