//go:build unix && !aix

package sys

import (
	"errors"
	"net"
	"syscall"
)

// Interfaces calls add for each network interface.
func Interfaces(add func(index int, name string)) syscall.Errno {
	all, err := net.Interfaces()
	for _, ifi := range all {
		add(ifi.Index, ifi.Name)
	}
	return inner(err)
}

// inner is the number inside an error of the standard library, which wraps them; 0 for
// nil.
func inner(err error) syscall.Errno {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return Errno(err)
}
