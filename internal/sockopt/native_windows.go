package sockopt

import (
	"math"
	"unsafe"
)

func native() Layout { return Windows(int(unsafe.Sizeof(uintptr(0)))) }

// No option tells who the peer of a Unix socket is.
const (
	PeerCredLevel = math.MinInt32
	PeerCredName  = math.MinInt32
)
