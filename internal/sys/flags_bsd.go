//go:build unix && !aix && !linux && !darwin

package sys

import "golang.org/x/sys/unix"

// The flags that a socket type can carry.
const (
	SockNonblock = unix.SOCK_NONBLOCK
	SockCloexec  = unix.SOCK_CLOEXEC
)

// typeFlags is what every new socket gets from socket(2).
const typeFlags = SockCloexec | SockNonblock

const (
	recvFlags = unix.MSG_DONTWAIT
	sendFlags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL
)

// wholeControl is 0 where the system closes file descriptors that there is no room for.
const wholeControl = 0
