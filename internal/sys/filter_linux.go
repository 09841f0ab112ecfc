package sys

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// AttachFilter passes a program of BPF to an option of SOL_SOCKET. A RawInstruction is
// laid out as a struct sock_filter (include/uapi/linux/filter.h).
func AttachFilter(fd, name int, program []bpf.RawInstruction) syscall.Errno {
	filter := unix.SockFprog{
		Len:    uint16(len(program)),
		Filter: (*unix.SockFilter)(unsafe.Pointer(unsafe.SliceData(program))),
	}
	value := unsafe.Slice((*byte)(unsafe.Pointer(&filter)), unsafe.Sizeof(filter))
	errno := Setsockopt(fd, unix.SOL_SOCKET, name, value, len(value))
	runtime.KeepAlive(program)
	return errno
}
