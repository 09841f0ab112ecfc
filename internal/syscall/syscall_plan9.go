// Package syscall is what the portable part of package socket takes of the standard
// library's package of that name. The file for the other systems tells why.
package syscall

import (
	"errors"
	"strconv"
	"syscall"
)

// Conn is something that has a descriptor, such as most connections of package net.
type Conn = syscall.Conn

// RawConn is how others use a descriptor.
type RawConn = syscall.RawConn

// An Errno is an error number. Plan 9 has none: those of package socket are Linux's, and
// the only one that a call returns is EOPNOTSUPP.
type Errno uintptr

// The numbers that have a text, of asm-generic/errno*.h.
const (
	ebadf        Errno = 9
	einval       Errno = 22
	eopnotsupp   Errno = 95
	eafnosupport Errno = 97
)

// Error returns the text of the number.
func (e Errno) Error() string {
	switch e {
	case ebadf:
		return "bad file descriptor"
	case einval:
		return "invalid argument"
	case eopnotsupp:
		return "operation not supported"
	case eafnosupport:
		return "address family not supported"
	}
	return "errno " + strconv.FormatUint(uint64(e), 10)
}

// Is reports whether target is what the number stands for.
func (e Errno) Is(target error) bool {
	return target == errors.ErrUnsupported && e == eopnotsupp //nolint:errorlint // Is must not unwrap its target
}

// Temporary reports that nothing is worth another try.
func (e Errno) Temporary() bool { return false }

// Timeout reports that no number stands for the end of a time limit.
func (e Errno) Timeout() bool { return false }
