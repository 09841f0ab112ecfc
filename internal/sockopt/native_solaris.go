package sockopt

import "math"

func native() Layout { return Solaris(nativeBigEndian()) }

// No option tells who the peer of a Unix socket is.
const (
	PeerCredLevel = math.MinInt32
	PeerCredName  = math.MinInt32
)
