//go:build unix && !aix

package sys

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// How many buffers one message can have: a few are described in an array that costs
// next to no stack, more in one that has room for one beyond IOV_MAX, so that it is the
// kernel that refuses more.
const (
	fewIovecs  = 16
	manyIovecs = 1024 + 1 // UIO_MAXIOV of linux/uio.h, IOV_MAX of the others' sys/syslimits.h
)

// The results of the next two are arrays and not slices, because what is stored through
// a slice moves to the heap: here the caller's buffers would.

func fewBuffers(bufs [][]byte) (iov [fewIovecs]unix.Iovec) {
	for i, p := range bufs {
		iov[i].Base = unsafe.SliceData(p)
		iov[i].SetLen(len(p))
	}
	return iov
}

func manyBuffers(bufs [][]byte) (iov [manyIovecs]unix.Iovec) {
	for i, p := range bufs[:min(len(bufs), manyIovecs)] {
		iov[i].Base = unsafe.SliceData(p)
		iov[i].SetLen(len(p))
	}
	return iov
}
