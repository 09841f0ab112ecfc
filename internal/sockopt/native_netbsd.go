package sockopt

import "golang.org/x/sys/unix"

func native() Layout {
	return NetBSD(unix.SizeofPtr, nativeTimeval(), nativeBigEndian())
}

// The option that tells who the peer of a Unix socket is: LOCAL_PEEREID of sys/un.h.
const (
	PeerCredLevel = 0
	PeerCredName  = 3
)
