package cmsg

import "math/bits"

func native() Layout { return Linux(bits.UintSize/8, false) }
