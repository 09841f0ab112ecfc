//go:build arm64 || riscv64 || loong64

package sys

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Poll is poll(2) of one fd that returns at once. The kernel has no poll(2) on the
// younger architectures; where there is one it is a little faster than ppoll(2).
func Poll(fd int, events int16) (revents int16, e syscall.Errno) {
	p := unix.PollFd{Fd: int32(fd), Events: events}
	var now unix.Timespec
	_, _, e = unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return p.Revents, e
}
