package sys

import (
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// This file has the short waits. What a program waits for often comes soon: the answer to
// a request. To park the goroutine then, and to have the one at the completion port wake
// it, takes several switches of threads, which cost more than all the rest. So a wait begins
// on the thread that it is on, if nobody else wants that and few others wait so, and goes
// on at the completion port if it lasts.

const (
	hereLimit = 4                     // how many waits may have a thread
	hereFor   = 10 * time.Millisecond // for how long
	calmYield = 20 * time.Microsecond // more than it takes to yield the processor to nobody
)

// hereEvents are the events of waits that have a thread: one for each that may.
var hereEvents struct {
	mu   sync.Mutex
	made int
	free []windows.Handle
}

// borrowEvent returns an event that resets itself, or 0 if all are in use.
func borrowEvent() windows.Handle {
	e := &hereEvents
	e.mu.Lock()
	defer e.mu.Unlock()
	if last := len(e.free) - 1; last >= 0 {
		event := e.free[last]
		e.free = e.free[:last]
		return event
	}
	if e.made == hereLimit {
		return 0
	}
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return 0 // the completion port will do
	}
	e.made++
	return event
}

func returnEvent(event windows.Handle) {
	hereEvents.mu.Lock()
	hereEvents.free = append(hereEvents.free, event)
	hereEvents.mu.Unlock()
}

// calm reports whether nobody else wants the processor, after having yielded it.
func calm() bool {
	start := ticks()
	runtime.Gosched()
	return ticks()-start < int64(calmYield)*ticksPerSecond()/int64(time.Second)
}

// ticks is the clock that is fine enough: that of package time moves in steps of up to
// 15 ms.
func ticks() (n int64) {
	_, _, _ = syscall.SyscallN(procCounter.Addr(), uintptr(unsafe.Pointer(&n)))
	return n
}

var ticksPerSecond = sync.OnceValue(func() (n int64) {
	_, _, _ = syscall.SyscallN(procCounterRate.Addr(), uintptr(unsafe.Pointer(&n)))
	return n
})

// awaitHere waits for an event on the thread that it is on. If answered is false and err is
// nil, it may not, or the wait lasts.
func (l *pollLane) awaitHere(events uint32) (answered, atOnce bool, err error) {
	if !calm() {
		return false, false, nil
	}
	event := borrowEvent()
	if event == 0 {
		return false, false, nil
	}
	defer returnEvent(event)
	asked, atOnce, e := l.askHere(events, event)
	if !asked || e != 0 {
		return false, false, asError(e)
	}
	giveUp := time.Now().Add(hereFor)
	for !l.poll.done() {
		wait := l.untilHere(giveUp)
		if wait == 0 {
			l.poller.device.cancel(&l.poll)
			wait = windows.INFINITE // it will be done at once
		}
		_, _ = windows.WaitForSingleObject(event, wait)
	}
	answered, err = l.stateHere()
	return answered, atOnce, err
}

// askHere asks the driver, which sets the event when it answers; so does who wants the wait
// to end. An earlier question that has no answer yet is not repeated.
func (l *pollLane) askHere(events uint32, event windows.Handle) (asked, atOnce bool, e syscall.Errno) {
	p := l.poller
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || l.pending {
		return false, false, 0
	}
	if atOnce, e = p.device.ask(&l.poll, p.base, events, event); e == 0 {
		l.event = event
	}
	return true, atOnce, e
}

// untilHere returns for how many milliseconds to wait: 0 if the wait has ended.
func (l *pollLane) untilHere(giveUp time.Time) uint32 {
	l.poller.mu.Lock()
	defer l.poller.mu.Unlock()
	if l.ended() != nil {
		return 0
	}
	if d := l.deadline; !d.IsZero() && d.Before(giveUp) {
		giveUp = d
	}
	return uint32(max(0, time.Until(giveUp)+time.Millisecond-1) / time.Millisecond)
}

// stateHere ends the use of an event, and tells what has come of the question.
func (l *pollLane) stateHere() (answered bool, err error) {
	l.poller.mu.Lock()
	defer l.poller.mu.Unlock()
	l.event = 0
	switch {
	case l.poller.closed:
		return false, os.ErrClosed
	case l.poll.cancelled():
		return false, l.ended()
	}
	e := l.poll.failure()
	return e == 0, asError(e)
}
