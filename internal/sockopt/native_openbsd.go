package sockopt

import (
	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

func native() Layout {
	return OpenBSD(unix.SizeofPtr, nativeTimeval(), sockaddr.Native.BigEndian)
}

// The option that tells who the peer of a Unix socket is.
const (
	PeerCredLevel = unix.SOL_SOCKET
	PeerCredName  = unix.SO_PEERCRED
)
