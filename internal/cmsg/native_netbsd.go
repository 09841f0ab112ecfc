package cmsg

import (
	"math/bits"
	"runtime"
)

func native() Layout {
	align := bits.UintSize / 8
	switch runtime.GOARCH {
	case "arm":
		align = 8 // sys/arch/arm/include/cdefs.h
	case "arm64":
		align = 16 // sys/arch/aarch64/include/cdefs.h
	}
	return BSD(align, Sockcred)
}
