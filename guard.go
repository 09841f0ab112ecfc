package socket

import "sync/atomic"

// A guard counts the calls that use a file descriptor and tells whether it is
// closed. It keeps the promise that no call touches a descriptor's number after the
// descriptor was closed and the number perhaps given to another: without it a
// close racing with reads moved bytes of one connection into another.
//
// The sign bit says open; the low bits count the calls. A call that finds the sign bit
// clear has counted itself for a moment and leaves again, so after close the count may
// come to zero several times; the closing bit makes the first of them the last. The zero
// guard is closed, so that the zero Socket is too.
type guard struct {
	state atomic.Int32
}

const (
	guardOpen    int32 = -1 << 31
	guardClosing int32 = 1 << 30 // closed, and calls may be in flight
)

// open lets calls in. It is the constructor's.
func (g *guard) open() { g.state.Store(guardOpen) }

// enter counts a call in. If it returns false, the descriptor is closed; leave has
// to be called all the same.
func (g *guard) enter() bool { return g.state.Add(1) < 0 }

// leave counts a call out. It reports true to one caller: the one that was the last
// to leave after close.
func (g *guard) leave() (last bool) {
	return g.state.Add(-1) == guardClosing && g.drain()
}

// close turns all later calls away. It reports whether this is the first close, and
// whether no call is in flight, in which case leave never reports true.
func (g *guard) close() (first, drained bool) {
	for {
		old := g.state.Load()
		if old >= 0 {
			return false, false
		}
		if g.state.CompareAndSwap(old, old&^guardOpen|guardClosing) {
			return true, old == guardOpen && g.drain()
		}
	}
}

func (g *guard) drain() bool { return g.state.CompareAndSwap(guardClosing, 0) }

func (g *guard) closed() bool { return g.state.Load() >= 0 }
