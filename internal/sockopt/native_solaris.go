package sockopt

import (
	"math"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

func native() Layout { return Solaris(sockaddr.Native.BigEndian) }

// No option tells who the peer of a Unix socket is.
const (
	PeerCredLevel = math.MinInt32
	PeerCredName  = math.MinInt32
)
