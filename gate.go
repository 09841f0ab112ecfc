package socket

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A gate lets one call in at a time. Unlike a sync.Mutex it can be given up: who
// waits for it does so with its own timeout, deadline and context and until the
// socket is closed. Taking and leaving a free gate is one compare-and-swap each; the
// queue stands apart, so that a gate nobody waits for is four bytes.
type gate struct {
	state atomic.Uint32
}

const (
	gateFree uint32 = iota
	gateHeld
	gateContended // held, and the queue may have somebody in it
)

// A gateQueue holds who waits for a gate, in order of arrival.
type gateQueue struct {
	mu      sync.Mutex
	waiters []chan struct{} // closed when the gate is theirs
}

// tryEnter takes the gate if it is free.
func (g *gate) tryEnter() bool { return g.state.CompareAndSwap(gateFree, gateHeld) }

// tryLeave leaves the gate if nobody waits for it.
func (g *gate) tryLeave() bool { return g.state.CompareAndSwap(gateHeld, gateFree) }

// enter takes the gate or waits for it as long as c may wait.
func (q *gateQueue) enter(g *gate, c *call) error {
	if g.tryEnter() {
		return nil
	}
	q.mu.Lock()
	if g.state.Swap(gateContended) == gateFree {
		// It came free meanwhile, so the queue is empty: leave hands the gate
		// over while there is anybody in it.
		g.state.Store(gateHeld)
		q.mu.Unlock()
		return nil
	}
	me := make(chan struct{})
	q.waiters = append(q.waiters, me)
	q.mu.Unlock()
	err := c.sleep(me)
	if err != nil && !q.remove(me) {
		q.leave(g) // handed over while giving up: pass it on
	}
	return err
}

// remove takes a waiter out of the queue, unless the gate has been granted to it.
func (q *gateQueue) remove(me chan struct{}) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiters, me)
	if i < 0 {
		return false
	}
	q.waiters = slices.Delete(q.waiters, i, i+1)
	return true
}

// leave leaves the gate, or hands it to the first in the queue.
func (q *gateQueue) leave(g *gate) {
	if g.tryLeave() {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiters) == 0 {
		g.state.Store(gateFree)
		return
	}
	close(q.waiters[0])
	q.waiters = q.waiters[1:]
}
