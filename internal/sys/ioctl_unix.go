//go:build unix && !aix

package sys

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Ioctl is ioctl(). arg is read and written; an empty one is a null pointer.
//
// Nothing tells the kernel how long arg is, so it gets a copy with room behind it: as
// much as the request says that its argument takes (asm-generic/ioctl.h, sys/ioccom.h),
// and for those from before requests said so as much as Python's fcntl.ioctl gives.
func Ioctl(fd int, req uint, arg []byte) syscall.Errno {
	const oldest, sizeMask = 1024, 0x3fff
	if len(arg) == 0 {
		return Errno(ioctl(unix.IoctlSetTermios, fd, req, nil))
	}
	buf := make([]byte, max(len(arg), oldest, int(req>>16&sizeMask)))
	copy(buf, arg)
	// The wrapper's name does not matter: it passes a pointer on.
	e := Errno(ioctl(unix.IoctlSetTermios, fd, req, (*unix.Termios)(unsafe.Pointer(&buf[0]))))
	copy(arg, buf)
	return e
}

// ioctl makes a request, which x/sys has as an int on Solaris.
func ioctl[R int | uint](call func(int, R, *unix.Termios) error, fd int, req uint, arg *unix.Termios) error {
	return call(fd, R(req), arg)
}
