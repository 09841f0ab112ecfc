//go:build race

package sys

import (
	"runtime"
	"unsafe"
)

// The race detector does not see what the kernel does to a buffer, so it is
// told. What passes through a socket also orders its two ends, as in x/sys:
// one variable stands for all sockets.
var ioSync int

func raceRead(p []byte) {
	if len(p) > 0 {
		runtime.RaceReadRange(unsafe.Pointer(unsafe.SliceData(p)), len(p))
	}
	runtime.RaceReleaseMerge(unsafe.Pointer(&ioSync))
}

// raceWrite tells that the kernel wrote n bytes to p; n is more than len(p) if
// MSG_TRUNC told of more than there was room for.
func raceWrite(p []byte, n int) {
	if n = min(n, len(p)); n > 0 {
		runtime.RaceWriteRange(unsafe.Pointer(unsafe.SliceData(p)), n)
	}
	runtime.RaceAcquire(unsafe.Pointer(&ioSync))
}
