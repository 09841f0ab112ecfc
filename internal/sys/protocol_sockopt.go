//go:build linux || freebsd || openbsd

package sys

import "golang.org/x/sys/unix"

// Protocol returns the protocol of a socket, 0 if the system does not tell.
func Protocol(fd int) int {
	proto, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PROTOCOL)
	return proto
}
