package sys

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// SetHostName is sethostname(3C).
func SetHostName(name string) syscall.Errno { return Errno(unix.Sethostname([]byte(name))) }
