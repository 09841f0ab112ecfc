package socket

import (
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
	waiters []*gateWaiter
}

type gateWaiter struct {
	wake    chan struct{} // one token: look again
	granted bool          // the gate is yours; guarded by gateQueue.mu
}

// tryEnter takes the gate if it is free.
func (g *gate) tryEnter() bool { return g.state.CompareAndSwap(gateFree, gateHeld) }

// tryLeave leaves the gate if nobody waits for it.
func (g *gate) tryLeave() bool { return g.state.CompareAndSwap(gateHeld, gateFree) }

// enter takes the gate or waits for it as long as w may wait.
func (q *gateQueue) enter(g *gate, w *wait) error {
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
	me := &gateWaiter{wake: make(chan struct{}, 1)}
	q.waiters = append(q.waiters, me)
	q.mu.Unlock()
	return q.wait(g, w, me)
}

func (q *gateQueue) wait(g *gate, w *wait, me *gateWaiter) error {
	for {
		err := w.sleep(me.wake)
		q.mu.Lock()
		granted := me.granted
		if err != nil && !granted {
			q.remove(me)
		}
		q.mu.Unlock()
		switch {
		case granted && err == nil:
			return nil
		case granted: // handed over while giving up: pass it on
			q.leave(g)
			return err
		case err != nil:
			return err
		}
	}
}

func (q *gateQueue) remove(me *gateWaiter) {
	for i, w := range q.waiters {
		if w == me {
			q.waiters = append(q.waiters[:i], q.waiters[i+1:]...)
			return
		}
	}
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
	next := q.waiters[0]
	q.waiters = q.waiters[1:]
	next.granted = true
	next.nudge()
}

// nudge makes all that wait look at their deadlines again.
func (q *gateQueue) nudge() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, w := range q.waiters {
		w.nudge()
	}
}

func (w *gateWaiter) nudge() {
	select {
	case w.wake <- struct{}{}:
	default: // a token is there already
	}
}
