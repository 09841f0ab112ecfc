//go:build unix && !aix && !linux

package sys

import (
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// bpfProgram is struct bpf_program (net/bpf.h). A RawInstruction is laid out as a struct
// bpf_insn.
type bpfProgram struct {
	size  uint32
	insns *bpf.RawInstruction
}

// AttachFilter passes a program of BPF to an option of SOL_SOCKET, as Solaris has it.
func AttachFilter(fd, name int, program []bpf.RawInstruction) syscall.Errno {
	filter := bpfProgram{uint32(len(program)), unsafe.SliceData(program)}
	value := unsafe.Slice((*byte)(unsafe.Pointer(&filter)), unsafe.Sizeof(filter))
	errno := Setsockopt(fd, unix.SOL_SOCKET, name, value, len(value))
	runtime.KeepAlive(program)
	return errno
}
