//go:build linux && !arm64 && !riscv64 && !loong64

package sys

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Poll is poll(2) of one fd that returns at once.
func Poll(fd int, events int16) (revents int16, e syscall.Errno) {
	p := unix.PollFd{Fd: int32(fd), Events: events}
	_, _, e = unix.RawSyscall(unix.SYS_POLL, uintptr(unsafe.Pointer(&p)), 1, 0)
	return p.Revents, e
}
