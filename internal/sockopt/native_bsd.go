//go:build freebsd || netbsd || openbsd

package sockopt

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// nativeTimeval is the form of struct timeval, as x/sys has it from the system's header.
func nativeTimeval() Timeval {
	var tv unix.Timeval
	return Timeval{int(unsafe.Sizeof(tv.Sec)), int(unsafe.Sizeof(tv.Usec)), int(unsafe.Sizeof(tv))}
}
