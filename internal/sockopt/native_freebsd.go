package sockopt

import (
	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

func native() Layout {
	return FreeBSD(unix.SizeofPtr, nativeTimeval(), sockaddr.Native.BigEndian)
}

// The option that tells who the peer of a Unix socket is. The level is SOL_LOCAL of
// sys/un.h.
const (
	PeerCredLevel = 0
	PeerCredName  = unix.LOCAL_PEERCRED
)
