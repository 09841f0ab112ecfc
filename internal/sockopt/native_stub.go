//go:build aix || !(unix || windows)

package sockopt

import (
	"math"
	"math/bits"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// No call sees a value here: the bytes of Linux are as good as any.
func native() Layout { return Linux(bits.UintSize/8, 8, sockaddr.Native.BigEndian) }

// No option tells who the peer of a Unix socket is.
const (
	PeerCredLevel = math.MinInt32
	PeerCredName  = math.MinInt32
)
