package socket

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bsdsocket/socket/internal/syscall"
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

// A call is one call on a socket that may have to wait. It is a loop around one
// non-blocking system call:
//
//	var c call
//	c.begin(s, reading)
//	for c.next() {
//		n, c.errno = sysRecv(c.fd, p, flags)
//	}
//	return n, c.err
//
// A loop and not a function that takes a closure, because after a system call the way
// back should be short: the kernel leaves the processor's caches cold.
type call struct {
	core    *core
	ctx     context.Context // nil: none
	fd      sysFD           // valid in the body of the loop
	errno   syscall.Errno   // what the body of the loop got
	err     error           // nil, a bare errno, or why the wait ended
	timeout time.Duration   // of the socket when the call began
	limit   instant         // when the timeout ends; not before the first wait
	d       direction
	begun   bool  // a system call has been made
	hinted  bool  // the last call in this direction had to park
	parked  bool  // this call has been in the poller
	spins   int8  // tries that took the place of a wait
	useless uint8 // tries in a row that failed right after the fd was ready
}

// begin begins a call. It does not return one, because the two copies would not leave
// enough of a goroutine's first stack for the poller.
func (c *call) begin(s *Socket, d direction) {
	c.core, c.d = &s.own, d
	if s.view != nil {
		c.core, c.ctx = s.view.core, s.view.ctx
	}
	c.timeout = c.core.getTimeout()
}

// heed looks at the flags of a call: with some a call never waits.
func (c *call) heed(flags MsgFlag) int {
	if flags&sysNoWaitFlags != 0 {
		c.timeout = 0
	}
	return int(flags)
}

// next reports whether to make the system call, the first time or once more. It repeats
// after EINTR, and after EAGAIN when it has waited as the mode of the socket allows. The
// guard is held exactly while the body of the loop runs.
func (c *call) next() bool {
	if !c.begun {
		c.begun = true
		return c.mayTry() && c.enter()
	}
	c.core.leave()
	if c.errno != 0 {
		return c.mayRetry() && c.enter()
	}
	if c.hinted && !c.parked {
		c.core.laneIfAny(c.d).parked.Store(0)
	}
	return false
}

func (c *call) enter() bool {
	if !c.core.guard.enter() {
		c.core.leave()
		c.err = errClosed
		return false
	}
	c.fd = c.core.fd
	return true
}

// mayTry looks at what ends a call before its first try: its context, a deadline of
// net.Conn that has passed, and an error that the call before did not tell.
func (c *call) mayTry() bool {
	if c.ctx != nil && c.ctx.Err() != nil {
		c.err = newContextError(c.ctx)
		return false
	}
	l := c.core.laneIfAny(c.d)
	if l == nil {
		return true
	}
	if d := l.getDeadline(); d != 0 && d.passed() && !c.core.guard.closed() {
		c.err = ErrTimeout
		return false
	}
	if errno := l.owed.Load(); errno != 0 && l.owed.CompareAndSwap(errno, 0) {
		c.err = syscall.Errno(errno)
		return false
	}
	parked := l.parked.Load()
	c.hinted = parked > 0
	if parked < parkFirst || c.timeout == 0 {
		return true
	}
	// The last calls had to wait, so this one will: a try would fail. If it does not
	// get to wait, it still has to try, for data may be there.
	if err := c.park(); err != nil && err != ErrTimeout { //nolint:errorlint // park does not wrap
		c.err = err
		return false
	}
	return true
}

// parkFirst is the number of calls in a row that have to park before the next one
// parks before it tries.
const parkFirst = 2

// spinAgain is the number of calls that then park first, before it is worthwhile to see
// whether tries have better luck; for systems with sysSpins.
const spinAgain = 8

// mayRetry looks at why a try has failed, and waits if that was for want of readiness.
func (c *call) mayRetry() bool {
	switch {
	case c.errno == EINTR:
		return true // PEP 475
	case c.errno != EAGAIN || c.timeout == 0:
		c.err = c.errno
	case c.spins < sysSpins && !c.hinted:
		c.spins++ // let who is to make it ready go on, and try again
		runtime.Gosched()
	default:
		c.err = c.park()
	}
	return c.err == nil
}

// park waits until the fd is ready. It may return early; the call is tried again in any
// case.
func (c *call) park() error {
	p, err := c.core.registered()
	if err != nil {
		return err
	}
	if c.useless >= 2 {
		if err := c.backOff(); err != nil {
			return err
		}
	}
	c.parked = true
	l := p.lane(c.d)
	slept, err := c.parkIn(p, l, l.probe)
	switch {
	case slept:
		c.useless = 0
	case c.useless < math.MaxUint8:
		c.useless++
	}
	return err
}

// parkWith calls ready until it returns true and sleeps between two calls until the fd
// is ready. It is park for syscall.RawConn.
func (c *call) parkWith(ready func(fd uintptr) bool) error {
	p, err := c.core.registered()
	if err != nil {
		return err
	}
	_, err = c.parkIn(p, p.lane(c.d), ready)
	return err
}

// backOff sleeps for a moment. It is for the fds that poll calls ready though the
// call would block: an unconnected AF_UNIX datagram socket whose peer is full is
// writable for want of a queue of its own, and a connect to an AF_UNIX listener whose
// backlog is full has nothing to wait for. Waiting by poll would spin.
func (c *call) backOff() error {
	const shortest, doublings = 20 * time.Microsecond, 8 // up to 5 ms
	pause := shortest << min(c.useless-2, doublings)
	ended := make(chan struct{})
	timer := time.AfterFunc(pause, func() { close(ended) })
	defer timer.Stop()
	return c.sleep(ended)
}

// parkIn parks in the poller, when its turn has come. ready is what syscall.RawConn
// asks before it sleeps and each time it wakes. slept is false if the fd was ready at
// once.
func (c *call) parkIn(p *parker, l *lane, ready func(fd uintptr) bool) (slept bool, err error) {
	if err := l.queue.enter(&l.gate, c); err != nil {
		return true, err
	}
	defer l.leave(c.core)
	l.slept, l.woken = false, false
	for {
		p.watch(c.ctx, l)
		limit, err := c.endsAt(l)
		if err != nil {
			return true, err
		}
		if p.arm(c.d, l, limit) {
			// What came since endsAt has set the poller's deadline to wake this
			// call, and arm has overwritten it: look again.
			continue
		}
		atOnce, err := p.poller.wait(c.d, ready)
		if atOnce {
			l.slept = false
			l.parked.Store(0)
		}
		switch {
		case err == nil && l.soError != 0:
			errno := l.soError
			l.soError = 0
			return true, errno
		case err == nil:
			return l.slept, nil
		case c.core.guard.closed():
			return true, errClosed
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return true, err
		}
		l.armed = fired
	}
}

// endsAt returns when the wait ends by itself, 0 for never, or why it has ended.
func (c *call) endsAt(l *lane) (instant, error) {
	if c.core.guard.closed() {
		return 0, errClosed
	}
	if c.ctx != nil && c.ctx.Err() != nil {
		return 0, newContextError(c.ctx)
	}
	if c.timeout > 0 && c.limit == 0 {
		c.limit = now().add(c.timeout) // the call's first wait
	}
	limit := c.limit
	if d := l.getDeadline(); d != 0 && (limit == 0 || d < limit) {
		limit = d
	}
	if limit != 0 && limit.passed() {
		return 0, ErrTimeout
	}
	return limit, nil
}

// sleep waits for wake outside the poller. It fails when the wait ends first.
func (c *call) sleep(wake <-chan struct{}) error {
	p := c.core.getParker()
	for {
		news := p.nextNews() // before the look at what it tells of
		limit, err := c.endsAt(p.lane(c.d))
		if err != nil {
			return err
		}
		if c.sleepUntil(limit, wake, news) {
			return nil
		}
	}
}

// sleepUntil sleeps until wake tells something, and then returns true, or until there is
// reason to look at the end of the wait again.
func (c *call) sleepUntil(limit instant, wake, news <-chan struct{}) bool {
	var timeout <-chan time.Time
	if limit != 0 {
		timer := time.NewTimer(limit.sub(now()))
		defer timer.Stop()
		timeout = timer.C
	}
	var done <-chan struct{}
	if c.ctx != nil {
		done = c.ctx.Done()
	}
	select {
	case <-wake:
		return true
	case <-timeout:
	case <-done:
	case <-news:
	}
	return false
}

// A parker is what a socket gets when it first has to wait, or first needs what
// only few sockets do. It holds no pointer to the socket: a context that outlives
// the socket keeps the parker reachable, and must not keep the socket.
type parker struct {
	poller     sysPoller
	registered atomic.Bool // poller is open
	lanes      [2]atomic.Pointer[lane]
	sendQueue  gateQueue // of core.sending

	mu   sync.Mutex    // guards what follows and the opening of poller
	news chan struct{} // nil until somebody waits for it

	synced bool // O_NONBLOCK says what GetBlocking says; guarded by nonblockMu
}

// A lane is one direction of a parker.
type lane struct {
	deadline atomic.Int64  // of net.Conn, an instant; 0: none
	parked   atomic.Uint32 // how many calls in a row had to park, up to parkFirst
	owed     atomic.Uint32 // the errno that the last call met after it had got something
	gate     gate          // who holds it may park
	queue    gateQueue
	probe    func(fd uintptr) bool // asks poll(2); made once, serves every call

	// The rest belongs to the holder of the gate.
	armed     instant         // the deadline that the poller has
	woken     bool            // the poller has slept: do not ask poll, try
	slept     bool            // the poller has slept during this park
	soError   syscall.Errno   // SO_ERROR that the probe had to consume
	watched   <-chan struct{} // the context whose end wakes who is parked
	unwatch   func() bool
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
	errno := c.nonblocking(c.fd, func() (errno syscall.Errno) {
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
	if !sysPollerLooks {
		ready, soError := sysReady(sysFD(fd), l.direction)
		if ready {
			l.soError = soError
			l.parked.Store(0)
			return true
		}
	}
	l.woken, l.slept = true, true
	if n := l.parked.Load() + 1; n <= parkFirst {
		l.parked.Store(n)
	} else if sysSpins > 0 {
		l.parked.Store(n % (parkFirst + spinAgain))
	}
	return false
}

// watch makes the end of ctx wake who is parked. The registration stays while
// calls come with the same context.
func (p *parker) watch(ctx context.Context, l *lane) {
	if ctx == nil || ctx.Done() == l.watched {
		return
	}
	l.stopWatching()
	if ctx.Done() != nil {
		l.watched, l.unwatch = ctx.Done(), context.AfterFunc(ctx, func() { p.kick(l.direction) })
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
// rarer than a call. It reports whether it has set the poller's deadline.
func (p *parker) arm(d direction, l *lane, limit instant) bool {
	switch {
	case limit == 0 && l.armed == 0:
		return false // and the poller has none either
	case limit == 0:
		p.poller.setDeadline(d, time.Time{})
	case l.armed > limit || l.armed <= now():
		p.poller.setDeadline(d, limit.time())
	default:
		return false
	}
	l.armed = limit
	return true
}

// kick wakes who is parked: its deadline, context or socket has changed.
func (p *parker) kick(d direction) {
	if p.registered.Load() {
		p.poller.setDeadline(d, fired.time())
	}
}

// nextNews returns a channel that is closed when a deadline changes or the socket is
// closed.
func (p *parker) nextNews() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.news == nil {
		p.news = make(chan struct{})
	}
	return p.news
}

// announce makes all that wait outside the poller look whether their wait has ended.
func (p *parker) announce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.news != nil {
		close(p.news)
		p.news = nil
	}
}

// setDeadline sets the deadline of net.Conn for one direction.
func (p *parker) setDeadline(d direction, t time.Time) {
	p.lane(d).deadline.Store(int64(instantOf(t)))
	p.kick(d)
	p.announce()
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
