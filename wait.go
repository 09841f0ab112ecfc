package socket

import (
	"context"
	"errors"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// This file is the I/O core: the loop every call goes through and what it does
// when a call has to wait. A backend supplies the non-blocking system call
// (sysRecv, ...), the question whether an fd is ready (sysReady) and the place to
// park (sysPoller).

// direction tells what a call waits for.
type direction int

const (
	reading direction = iota // data, a connection to accept, the end
	writing                  // room in the send buffer, the end of a connect
)

// do makes one call: it runs op on the fd until op returns something other than
// EINTR and EAGAIN, and waits between two tries if the mode of the socket lets
// it. op is one non-blocking system call. The result is nil, a bare errno, or the
// reason why the wait ended.
func (s *Socket) do(d direction, op func(fd sysFD) syscall.Errno) error {
	w, err := s.startWait(d)
	if err != nil {
		return err
	}
	return w.do(op)
}

// do is do with the wait begun already: the calls of one wait have one timeout.
func (w *wait) do(op func(fd sysFD) syscall.Errno) error {
	l := w.core.laneIfAny(w.d)
	if l == nil {
		return w.run(op)
	}
	expected := l.parked.Load()
	if expected >= parkFirst && w.timeout != 0 {
		// The last calls had to wait, so this one will: a try would fail.
		if err := w.park(); err != nil {
			return err
		}
		return w.run(op)
	}
	err := w.run(op)
	if expected != 0 && !w.parked && err == nil {
		l.parked.Store(0)
	}
	return err
}

// parkFirst is the number of calls in a row that have to park before the next one
// parks before it tries.
const parkFirst = 2

// A wait is what one call knows of its waiting.
type wait struct {
	core    *core
	ctx     context.Context // nil: none
	d       direction
	timeout time.Duration // of the socket when the call began
	limit   instant       // when the timeout ends; never before the first park
	parked  bool          // the call has been in the poller
	useless int           // tries in a row that failed right after the fd was ready
}

// newWait is the wait of a call that begins now.
func (s *Socket) newWait(d direction) wait {
	if s.view != nil {
		return wait{core: s.view.core, ctx: s.view.ctx, d: d, timeout: s.view.core.getTimeout()}
	}
	return wait{core: &s.own, d: d, timeout: s.own.getTimeout()}
}

// startWait begins a call. It fails if the call must not even try: its context has
// ended or a deadline of net.Conn has passed.
func (s *Socket) startWait(d direction) (wait, error) {
	w := s.newWait(d)
	if w.ctx != nil && w.ctx.Err() != nil {
		return w, newContextError(w.ctx)
	}
	if l := w.core.laneIfAny(d); l != nil && l.deadline.Load() != 0 && l.getDeadline().passed() {
		return w, ErrTimeout
	}
	return w, nil
}

// run is the loop of do.
func (w *wait) run(op func(fd sysFD) syscall.Errno) error {
	c := w.core
	for {
		if !c.guard.enter() {
			c.leave()
			return errClosed
		}
		errno := op(c.fd)
		c.leave()
		switch {
		case errno == 0:
			w.useless = 0
			return nil
		case errno == EINTR:
			continue // PEP 475
		case errno != EAGAIN || w.timeout == 0:
			return errno
		}
		if err := w.park(); err != nil {
			return err
		}
	}
}

// park waits until the fd is ready. It may return early; the caller tries its call
// again in any case.
func (w *wait) park() error {
	p, err := w.core.registered()
	if err != nil {
		return err
	}
	if w.useless >= 2 {
		return w.backOff()
	}
	w.parked = true
	l := p.lane(w.d)
	slept, err := w.parkIn(p, l, l.probe)
	if slept {
		w.useless = 0
	} else {
		w.useless++
	}
	return err
}

// parkWith calls ready until it returns true and sleeps between two calls until the fd
// is ready. It is park for syscall.RawConn.
func (w *wait) parkWith(ready func(fd uintptr) bool) error {
	p, err := w.core.registered()
	if err != nil {
		return err
	}
	_, err = w.parkIn(p, p.lane(w.d), ready)
	return err
}

// backOff sleeps for a moment. It is for the fds that poll calls ready though the
// call would block: an unconnected AF_UNIX datagram socket whose peer is full is
// writable for want of a queue of its own, and a connect to an AF_UNIX listener whose
// backlog is full has nothing to wait for. Waiting by poll would spin.
func (w *wait) backOff() error {
	const shortest, longest = 20 * time.Microsecond, 5 * time.Millisecond
	pause := min(shortest<<min(w.useless-2, 10), longest)
	w.useless++
	timer := time.NewTimer(pause)
	defer timer.Stop()
	return w.sleepOn(nil, timer.C)
}

// parkIn parks in the poller, when its turn has come. ready is what syscall.RawConn
// asks before it sleeps and each time it wakes. slept is false if the fd was ready at
// once.
func (w *wait) parkIn(p *parker, l *lane, ready func(fd uintptr) bool) (slept bool, err error) {
	if err := l.queue.enter(&l.gate, w); err != nil {
		return true, err
	}
	defer l.leave(w.core)
	l.slept, l.woken = false, false
	for {
		l.watch(w.ctx)
		limit, err := w.endsAt(l)
		if err != nil {
			return true, err
		}
		p.arm(w.d, l, limit)
		// What came between endsAt and arm has set the poller's deadline to wake
		// this call, and arm has overwritten it: look again.
		if again, err := w.endsAt(l); err != nil || again != limit {
			if err != nil {
				return true, err
			}
			continue
		}
		err = p.poller.wait(w.d, ready)
		if err == nil {
			errno := l.soError
			l.soError = 0
			if errno != 0 {
				return true, errno
			}
			return l.slept, nil
		}
		if w.core.guard.closed() {
			return true, errClosed
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return true, err
		}
		l.armed = fired
	}
}

// endsAt returns when the wait ends by itself, 0 for never, or why it has ended.
func (w *wait) endsAt(l *lane) (instant, error) {
	if w.core.guard.closed() {
		return 0, errClosed
	}
	if w.ctx != nil && w.ctx.Err() != nil {
		return 0, newContextError(w.ctx)
	}
	if w.timeout > 0 && w.limit == 0 {
		w.limit = now().add(w.timeout) // the call's first wait
	}
	limit := w.limit
	if d := l.getDeadline(); d != 0 && (limit == 0 || d < limit) {
		limit = d
	}
	if limit != 0 && limit.passed() {
		return 0, ErrTimeout
	}
	return limit, nil
}

// sleep waits for a token of wake. It fails when the wait ends first.
func (w *wait) sleep(wake <-chan struct{}) error { return w.sleepOn(wake, nil) }

// sleepOn waits for wake or for tick.
func (w *wait) sleepOn(wake <-chan struct{}, tick <-chan time.Time) error {
	p := w.core.getParker()
	limit, err := w.endsAt(p.lane(w.d))
	if err != nil {
		return err
	}
	var timeout <-chan time.Time
	if limit != 0 {
		timer := time.NewTimer(limit.sub(now()))
		defer timer.Stop()
		timeout = timer.C
	}
	var done <-chan struct{}
	if w.ctx != nil {
		done = w.ctx.Done()
	}
	select {
	case <-wake:
		return nil
	case <-tick:
		return nil
	case <-timeout: // the deadline may have moved: ask again
		_, err := w.endsAt(p.lane(w.d))
		return err
	case <-done:
		return newContextError(w.ctx)
	case <-p.closed(w.core):
		return errClosed
	}
}

// A parker is what a socket gets when it first has to wait, or first needs what
// only few sockets do. It holds no pointer to the socket: a context that outlives
// the socket keeps the parker reachable, and must not keep the socket.
type parker struct {
	poller     sysPoller
	registered atomic.Bool // poller is open
	lanes      [2]atomic.Pointer[lane]
	sendQueue  gateQueue // of core.sending

	mu       sync.Mutex    // what follows, the opening of poller, and O_NONBLOCK
	shut     chan struct{} // made for the first that waits on it, closed by Close
	isClosed bool
	synced   bool // O_NONBLOCK says what GetBlocking says
}

// A lane is one direction of a parker.
type lane struct {
	deadline atomic.Int64  // of net.Conn, an instant; 0: none
	parked   atomic.Uint32 // how many calls in a row had to park, up to parkFirst
	gate     gate          // who holds it may park
	queue    gateQueue
	probe    func(fd uintptr) bool // asks poll(2); made once, serves every call

	// The rest belongs to the holder of the gate.
	armed     instant         // the deadline that the poller has
	woken     bool            // the poller has slept: do not ask poll, try
	slept     bool            // the poller has slept during this park
	soError   syscall.Errno   // SO_ERROR that the probe had to consume
	watched   <-chan struct{} // the context that kick is registered with
	unwatch   func() bool
	kick      func() // wakes who is parked
	direction direction
}

// getParker returns the parker, made if there is none.
func (c *core) getParker() *parker {
	if p := c.parker.Load(); p != nil {
		return p
	}
	c.parker.CompareAndSwap(nil, new(parker))
	return c.parker.Load()
}

// registered returns the parker with its poller open. This is the first time that the
// fd meets the poller: sockets that never wait cost it nothing.
func (c *core) registered() (*parker, error) {
	if c.isRegistered() {
		return c.parker.Load(), nil
	}
	defer c.leave()
	if !c.guard.enter() {
		return nil, errClosed
	}
	p := c.getParker()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.registered.Load() {
		return p, nil
	}
	// The poller takes an fd only while it is non-blocking.
	errno := withNonblock(c.fd, func() (errno syscall.Errno) {
		p.poller, errno = sysOpenPoller(c.fd)
		return errno
	})
	if errno != 0 {
		return nil, errno
	}
	p.registered.Store(true)
	return p, nil
}

// isRegistered reports whether the poller owns the fd.
func (c *core) isRegistered() bool {
	p := c.parker.Load()
	return p != nil && p.registered.Load()
}

func (c *core) laneIfAny(d direction) *lane {
	p := c.parker.Load()
	if p == nil {
		return nil
	}
	return p.lanes[d].Load()
}

// lane returns one direction, made if there is none.
func (p *parker) lane(d direction) *lane {
	if l := p.lanes[d].Load(); l != nil {
		return l
	}
	l := &lane{direction: d}
	l.probe = l.isReady
	l.kick = func() { p.kick(d) }
	p.lanes[d].CompareAndSwap(nil, l)
	return p.lanes[d].Load()
}

// isReady is the probe. RawConn resets the poller's edge before it calls it, so an
// event between the question and the sleep is not lost.
func (l *lane) isReady(fd uintptr) bool {
	if l.woken {
		l.woken = false
		return true
	}
	ready, soError := sysReady(sysFD(fd), l.direction)
	if ready {
		l.soError = soError
		l.parked.Store(0)
		return true
	}
	l.woken, l.slept = true, true
	if n := l.parked.Load(); n < parkFirst {
		l.parked.Store(n + 1)
	}
	return false
}

// watch makes the end of ctx wake who is parked. The registration stays while
// calls come with the same context.
func (l *lane) watch(ctx context.Context) {
	if ctx == nil || ctx.Done() == l.watched {
		return
	}
	l.stopWatching()
	if ctx.Done() != nil {
		l.watched, l.unwatch = ctx.Done(), context.AfterFunc(ctx, l.kick)
	}
}

func (l *lane) stopWatching() {
	if l.unwatch != nil {
		l.unwatch()
		l.watched, l.unwatch = nil, nil
	}
}

// leave leaves the gate. Whoever leaves it on a closed socket ends the watching of a
// context, which would keep the lane from the garbage collector.
func (l *lane) leave(c *core) {
	l.queue.leave(&l.gate)
	if c.guard.closed() {
		l.retire()
	}
}

func (l *lane) retire() {
	// If somebody is inside, it is on that one to retire the lane.
	if l.gate.tryEnter() {
		l.stopWatching()
		l.queue.leave(&l.gate)
	}
}

// fired is the value of lane.armed when the poller's deadline has passed.
const fired instant = 1

// arm sees to it that the poller wakes who is parked at limit at the latest. A
// deadline that is too early is good enough: the early wake arms again, which is
// rarer than a call.
func (p *parker) arm(d direction, l *lane, limit instant) {
	switch {
	case limit == 0 && l.armed == 0:
		return // and the poller has none either
	case limit == 0:
		p.poller.setDeadline(d, time.Time{})
	case l.armed > limit || l.armed <= now():
		p.poller.setDeadline(d, limit.time())
	default:
		return
	}
	l.armed = limit
}

// kick wakes who is parked: its deadline, context or socket has changed.
func (p *parker) kick(d direction) {
	if p.registered.Load() {
		p.poller.setDeadline(d, fired.time())
	}
}

// closed returns a channel that is closed when c is.
func (p *parker) closed(c *core) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut == nil {
		p.shut = make(chan struct{})
		if p.isClosed {
			close(p.shut)
		}
	}
	return p.shut
}

// close wakes all that wait outside the poller.
func (p *parker) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.isClosed = true
	if p.shut != nil {
		close(p.shut)
	}
}

// setDeadline sets the deadline of net.Conn for one direction.
func (p *parker) setDeadline(d direction, t time.Time) {
	l := p.lane(d)
	l.deadline.Store(int64(instantOf(t)))
	p.kick(d)
	l.queue.nudge()
	if d == writing {
		p.sendQueue.nudge()
	}
}

func (l *lane) getDeadline() instant { return instant(l.deadline.Load()) }

// An instant is a moment of the monotonic clock, in nanoseconds since the program
// started. 0 is no moment at all, 1 is always past.
type instant int64

var epoch = time.Now()

func now() instant { return instant(time.Since(epoch)) + fired }

func (t instant) add(d time.Duration) instant {
	if sum := t + instant(d); sum > t {
		return sum
	}
	return math.MaxInt64
}

func (t instant) sub(u instant) time.Duration { return time.Duration(t - u) }
func (t instant) passed() bool                { return t <= now() }
func (t instant) time() time.Time             { return epoch.Add(time.Duration(t - fired)) }

// instantOf is the instant of a deadline; 0 for the zero Time.
func instantOf(t time.Time) instant {
	if t.IsZero() {
		return 0
	}
	return max(instant(t.Sub(epoch)), 0).add(time.Duration(fired))
}
