package sockopt

import (
	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

func native() Layout {
	return NetBSD(unix.SizeofPtr, nativeTimeval(), sockaddr.Native.BigEndian)
}

// The option that tells who the peer of a Unix socket is: LOCAL_PEEREID of sys/un.h.
const (
	PeerCredLevel = 0
	PeerCredName  = 3
)
