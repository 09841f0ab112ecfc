package sys

import (
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// begun waits for the wait of a lane to begin, or for the end of the wait.
func (l *pollLane) begun(done <-chan struct{}) {
	for {
		l.poller.mu.Lock()
		asked := l.event != 0 || l.pending
		l.poller.mu.Unlock()
		select {
		case <-done:
			return
		default:
			if asked {
				return
			}
			time.Sleep(100 * time.Microsecond)
		}
	}
}

// A short wait ends with an answer, at the deadline and at the close, whether it has begun
// or not, and gives back its event.
func TestHereEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		end  func(p *Poller, send func())
		want error
	}{
		"answer":   {func(_ *Poller, send func()) { send() }, nil},
		"deadline": {func(p *Poller, _ func()) { p.SetDeadline(Reading, time.Now()) }, os.ErrDeadlineExceeded},
		"close":    {func(p *Poller, _ func()) { p.Close() }, os.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 200 {
				p, at := openPoller(t)
				l := &p.lanes[Reading]
				ended := make(chan struct{})
				go func() {
					if i%2 == 0 {
						l.begun(ended)
					}
					tt.end(p, func() { SendTo(p.fd, []byte("x"), 0, at) })
				}()
				_, err := p.Wait(Reading, onSecond())
				close(ended)
				if !errors.Is(err, tt.want) {
					t.Fatalf("Wait = %v, want %v", err, tt.want)
				}
				p.Close()
			}
			hereEvents.mu.Lock()
			defer hereEvents.mu.Unlock()
			if len(hereEvents.free) != hereEvents.made || hereEvents.made > hereLimit {
				t.Errorf("%d events, %d free", hereEvents.made, len(hereEvents.free))
			}
		})
	}
}

// What ends a wait is told wherever the wait is, also to one that has looked and does not
// sleep yet.
func TestHereAlerts(t *testing.T) {
	for name, end := range map[string]func(p *Poller){
		"deadline": func(p *Poller) { p.SetDeadline(Reading, time.Unix(1, 0)) },
		"close":    func(p *Poller) { p.Close() },
	} {
		p, _ := openPoller(t)
		l := &p.lanes[Reading]
		l.event = borrowEvent()
		end(p)
		if e, err := windows.WaitForSingleObject(l.event, 0); e != windows.WAIT_OBJECT_0 {
			t.Errorf("%s: the event is not set: %#x, %v", name, e, err)
		}
		select {
		case <-l.wake:
		default:
			t.Errorf("%s: there is no token", name)
		}
		returnEvent(l.event)
		l.event = 0
		p.Close()
	}
}

// A wait that lasts leaves the thread to others, with nothing asked.
func TestHereGivesUp(t *testing.T) {
	p, at := openPoller(t)
	defer p.Close()
	l := &p.lanes[Reading]
	for range 1000 { // other programs can make this one seem busy
		start := time.Now()
		answered, atOnce, err := l.awaitHere(pollEvents[Reading])
		if answered || atOnce || err != nil {
			t.Fatalf("answered %v, at once %v, %v", answered, atOnce, err)
		}
		if d := time.Since(start); l.poll.cancelled() {
			if d < hereFor {
				t.Errorf("gave up after %v, want %v", d, hereFor)
			}
			break
		}
	}
	if !l.poll.cancelled() {
		t.Error("no wait stayed on its thread")
	}
	if l.event != 0 || l.pending {
		t.Errorf("event %v, pending %v", l.event, l.pending)
	}
	if _, e := SendTo(p.fd, []byte("x"), 0, at); e != 0 {
		t.Fatal(e)
	}
	for range 1000 {
		answered, atOnce, err := l.awaitHere(pollEvents[Reading])
		if err != nil || answered != atOnce {
			t.Fatalf("with data: answered %v, at once %v, %v", answered, atOnce, err)
		}
		if answered {
			return
		}
	}
	t.Error("data are never there at once")
}

// Without an event there is no short wait, and events are lent to one each.
func TestHereLimit(t *testing.T) {
	lent := make(map[windows.Handle]bool)
	for range hereLimit {
		event := borrowEvent()
		if event == 0 || lent[event] {
			t.Errorf("event %v, after %v", event, lent)
		}
		lent[event] = true
		defer returnEvent(event)
	}
	if event := borrowEvent(); event != 0 {
		t.Errorf("one event more than there are: %v", event)
	}
	p, _ := openPoller(t)
	defer p.Close()
	if answered, atOnce, err := p.lanes[Reading].awaitHere(pollEvents[Reading]); answered || atOnce || err != nil {
		t.Errorf("answered %v, at once %v, %v", answered, atOnce, err)
	}
}
