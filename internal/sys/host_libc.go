//go:build unix && !aix && !linux

package sys

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// IfNameToIndex is if_nametoindex(3) by the list of package net.
func IfNameToIndex(name string) (index int, e syscall.Errno) {
	e = Interfaces(func(i int, n string) {
		if n == name {
			index = i
		}
	})
	if e == 0 && index == 0 {
		e = unix.ENXIO
	}
	return index, e
}

// IfIndexToName is if_indextoname(3) by the list of package net.
func IfIndexToName(index int) (name string, e syscall.Errno) {
	e = Interfaces(func(i int, n string) {
		if i == index {
			name = n
		}
	})
	if e == 0 && name == "" {
		e = unix.ENXIO
	}
	return name, e
}

// GetHostName is gethostname(3).
func GetHostName() (string, syscall.Errno) {
	name, err := os.Hostname()
	return name, inner(err)
}
