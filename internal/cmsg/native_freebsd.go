package cmsg

import "math/bits"

func native() Layout { return BSD(bits.UintSize/8, Cmsgcred) }
