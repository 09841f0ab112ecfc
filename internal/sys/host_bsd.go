//go:build unix && !aix && !linux && !solaris

package sys

import (
	"syscall"
	_ "unsafe" // go:linkname

	"golang.org/x/sys/unix"
)

//go:linkname libcSysctl golang.org/x/sys/unix.sysctl
//go:noescape
func libcSysctl(mib []int32, old *byte, oldlen *uintptr, value *byte, size uintptr) error

// SetHostName is sethostname(3), which is this sysctl(3).
func SetHostName(name string) syscall.Errno {
	value := append([]byte(name), 0)
	return Errno(libcSysctl([]int32{unix.CTL_KERN, unix.KERN_HOSTNAME}, nil, nil, &value[0], uintptr(len(name))))
}
