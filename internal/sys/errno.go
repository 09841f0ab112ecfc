//go:build unix && !aix

package sys

import "syscall"

// Errno is the bare number of an error of golang.org/x/sys, 0 for nil. Its
// wrappers return nothing but numbers; EINVAL stands for anything else.
func Errno(err error) syscall.Errno {
	if err == nil {
		return 0
	}
	if e, ok := err.(syscall.Errno); ok { //nolint:errorlint // x/sys returns the bare number
		return e
	}
	return syscall.EINVAL
}
