package sockopt

import (
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

func native() Layout {
	align := 8
	if runtime.GOARCH == "386" { // alone, in C; not so in Go
		align = 4
	}
	return Linux(unix.SizeofPtr, align, sockaddr.Native.BigEndian)
}

// The option that tells who the peer of a Unix socket is.
const (
	PeerCredLevel = unix.SOL_SOCKET
	PeerCredName  = unix.SO_PEERCRED
)
