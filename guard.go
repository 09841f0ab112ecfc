package socket

import "sync/atomic"

// A guard counts the calls that use a file descriptor and tells whether it is
// closed. It keeps the promise that no call touches a descriptor's number after the
// descriptor was closed and the number perhaps given to another: without it a
// close racing with reads moved bytes of one connection into another.
//
// The sign bit is set by close; the low bits count the calls. A call that finds the
// sign bit set has counted itself for a moment and leaves again, so the count may
// come back to zero several times; the drained bit makes one of them the last.
type guard struct {
	state atomic.Int32
}

const (
	guardClosed  int32 = -1 << 31
	guardDrained int32 = 1 << 30
)

// enter counts a call in. If it returns false, the descriptor is closed; leave has
// to be called all the same.
func (g *guard) enter() bool { return g.state.Add(1) > 0 }

// leave counts a call out. It reports true to one caller: the one that was the last
// to leave after close.
func (g *guard) leave() (last bool) {
	return g.state.Add(-1) == guardClosed && g.drain()
}

// close turns all later calls away. It reports whether this is the first close, and
// whether no call is in flight, in which case leave never reports true.
func (g *guard) close() (first, drained bool) {
	if g.state.Or(guardClosed)&guardClosed != 0 {
		return false, false
	}
	return true, g.state.Load() == guardClosed && g.drain()
}

func (g *guard) drain() bool {
	return g.state.CompareAndSwap(guardClosed, guardClosed|guardDrained)
}

func (g *guard) closed() bool { return g.state.Load() < 0 }
