package cmsg

import (
	"math/bits"
	"runtime"
)

func native() Layout {
	align := bits.UintSize / 8
	if runtime.GOARCH == "arm" {
		align = 8 // sys/arch/arm/include/_types.h
	}
	return BSD(align, NoCreds)
}
