package sockopt

import "golang.org/x/sys/unix"

func native() Layout { return Darwin() }

// The option that tells who the peer of a Unix socket is.
const (
	PeerCredLevel = unix.SOL_LOCAL
	PeerCredName  = unix.LOCAL_PEERCRED
)
