//go:build aix || !(unix || windows)

package cmsg

import "math/bits"

// No call sees a message here: the bytes of Linux are as good as any.
func native() Layout { return Linux(bits.UintSize/8, false) }
