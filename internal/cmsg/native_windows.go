package cmsg

import "math/bits"

func native() Layout { return Windows(bits.UintSize / 8) }
