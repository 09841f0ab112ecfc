package sys

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// A Poller waits for one socket to become ready. The runtime's poller cannot: on
// Windows it knows operations that have been started and not readiness. So the driver
// behind Winsock is asked, which is what select() and WSAPoll() do too, but here the
// answer comes to a completion port, where one goroutine waits for all sockets; see
// poll_windows.go.
//
// In each direction one call may wait at a time.
type Poller struct {
	fd     windows.Handle // the socket
	base   windows.Handle // the same for the driver, see baseHandle
	device *afdDevice     // what the driver is asked through
	waits  sync.WaitGroup // the calls of Wait

	mu     sync.Mutex
	closed bool // no Wait begins any more
	gone   bool // the socket is closed
	lanes  [2]pollLane
}

// The directions.
const (
	Reading = iota
	Writing
)

// A pollLane is one direction of a Poller. It is guarded by Poller.mu; while pending is
// true poll belongs to the system.
type pollLane struct {
	poller   *Poller
	poll     afdPoll
	pending  bool           // the driver has been asked and has not answered
	failure  syscall.Errno  // why the driver did not answer the question
	deadline time.Time      // the zero Time: none
	timer    *time.Timer    // nudges at the deadline; made for the first
	wake     chan struct{}  // one token: look again
	event    windows.Handle // of who waits in awaitHere, else 0

	transmission *transmission // of who waits in Transmit, else nil
}

// OpenPoller makes the Poller of a socket, which it owns from then on.
func OpenPoller(fd windows.Handle) (*Poller, syscall.Errno) {
	base, e := baseHandle(fd)
	if e != 0 {
		return nil, e
	}
	p := &Poller{fd: fd, base: base}
	for i := range p.lanes {
		p.lanes[i].poller, p.lanes[i].wake = p, make(chan struct{}, 1)
	}
	if e := theAFD.register(p); e != 0 {
		return nil, e
	}
	return p, 0
}

// Wait calls ready and returns if that is true, else sleeps until the socket is ready
// and repeats. It fails with os.ErrDeadlineExceeded when the deadline passes, with
// os.ErrClosed when the Poller is closed, or with a bare errno. atOnce tells that the
// socket was ready when it was last asked.
func (p *Poller) Wait(direction int, ready func(fd uintptr) bool) (atOnce bool, err error) {
	l := &p.lanes[direction]
	if err := p.enter(l); err != nil {
		return false, err
	}
	defer p.waits.Done()
	for !ready(uintptr(p.fd)) {
		if atOnce, err = l.await(pollEvents[direction]); err != nil {
			return false, err
		}
	}
	return atOnce, nil
}

// await waits for an event.
func (l *pollLane) await(events uint32) (atOnce bool, err error) {
	answered, atOnce, err := l.awaitHere(events)
	if answered || err != nil {
		return atOnce, err
	}
	atOnce, e := l.ask(events)
	if e != 0 {
		return false, e
	}
	return atOnce, l.sleep()
}

// enter begins a call of Wait.
func (p *Poller) enter(l *pollLane) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := l.ended(); err != nil {
		return err
	}
	p.waits.Add(1)
	return nil
}

// ended tells why a Wait must not go on.
func (l *pollLane) ended() error {
	switch {
	case l.poller.closed:
		return os.ErrClosed
	case !l.deadline.IsZero() && !time.Now().Before(l.deadline):
		return os.ErrDeadlineExceeded
	}
	return nil
}

// ask asks the driver to tell when the socket is ready. If an earlier question has no
// answer yet, because its Wait ended at a deadline, that one serves.
func (l *pollLane) ask(events uint32) (atOnce bool, e syscall.Errno) {
	p := l.poller
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || l.pending {
		return false, 0
	}
	atOnce, e = p.device.ask(&l.poll, p.base, events, 0)
	l.pending = e == 0
	return atOnce, e
}

// sleep waits for the answer of the driver. A token may come for nothing.
func (l *pollLane) sleep() error {
	for {
		answered, err := l.state()
		if answered || err != nil {
			return err
		}
		<-l.wake
	}
}

func (l *pollLane) state() (answered bool, err error) {
	l.poller.mu.Lock()
	defer l.poller.mu.Unlock()
	switch {
	case l.poller.closed:
		return false, os.ErrClosed
	case l.pending:
		return false, l.ended()
	case l.failure != 0:
		return false, l.failure
	}
	return true, nil
}

// answered takes the answer of the driver to poll. It reports whether it was the last
// that the Poller of a closed socket was waiting for.
func (l *pollLane) answered() (last bool) {
	p := l.poller
	p.mu.Lock()
	defer p.mu.Unlock()
	l.pending, l.failure = false, l.poll.failure()
	l.nudge()
	return p.gone && p.idle()
}

// alert makes who waits look again at once, wherever that is; the caller holds Poller.mu.
func (l *pollLane) alert() {
	l.nudge()
	if l.event != 0 {
		_ = windows.SetEvent(l.event)
	}
}

// nudge makes who waits at the completion port look again.
func (l *pollLane) nudge() {
	select {
	case l.wake <- struct{}{}:
	default: // a token is there already
	}
}

// SetDeadline makes Wait end at t; the zero Time means never.
func (p *Poller) SetDeadline(direction int, t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	l := &p.lanes[direction]
	l.deadline = t
	if l.timer != nil {
		l.timer.Stop()
	}
	if t.IsZero() {
		return
	}
	switch d := time.Until(t); {
	case d <= 0:
		l.alert()
	case l.timer == nil:
		l.timer = time.AfterFunc(d, l.nudge)
	default:
		l.timer.Reset(d)
	}
}

// Close closes the socket and ends all calls of Wait. No such call uses the socket any
// more when it returns.
func (p *Poller) Close() syscall.Errno {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return windows.WSAENOTSOCK
	}
	p.closed = true
	for i := range p.lanes {
		l := &p.lanes[i]
		if l.timer != nil {
			l.timer.Stop()
		}
		l.alert()
	}
	p.mu.Unlock()
	p.waits.Wait()
	return p.dispose()
}

// dispose closes the socket of a Poller that nobody uses. Questions to the driver are
// cancelled first: if there is a duplicate of the socket, they would stay otherwise.
func (p *Poller) dispose() syscall.Errno {
	p.mu.Lock()
	for i := range p.lanes {
		if l := &p.lanes[i]; l.pending {
			p.device.cancel(&l.poll)
		}
	}
	p.gone = true
	idle := p.idle()
	p.mu.Unlock()
	e := Close(p.fd)
	if idle {
		theAFD.unregister(p) // else with the last answer
	}
	return e
}

// idle reports whether the system holds nothing of p.
func (p *Poller) idle() bool { return !p.lanes[Reading].pending && !p.lanes[Writing].pending }
