//go:build !plan9

// Package syscall is what the portable part of package socket takes of the standard
// library's package of that name. It has the three types that are more than a number
// of one system: whatever else a portable file would say goes into a backend.
//
// It stands between the two because of Plan 9, where errors are strings and the
// standard library has no Errno.
package syscall

import "syscall"

// Errno is an error number of the system.
type Errno = syscall.Errno

// Conn is something that has a descriptor, such as most connections of package net.
type Conn = syscall.Conn

// RawConn is how others use a descriptor.
type RawConn = syscall.RawConn
