package sys

import (
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// openPoller makes a Poller of a datagram socket that is bound to the loopback address.
func openPoller(t *testing.T) (*Poller, *sockaddr.Storage) {
	t.Helper()
	fd, e := Socket(windows.AF_INET, windows.SOCK_DGRAM, 0)
	if e != 0 {
		t.Fatal(e)
	}
	var name sockaddr.Storage
	sockaddr.Native.PutInet4(&name, [4]byte{127, 0, 0, 1}, 0)
	if e := Bind(fd, &name); e != 0 {
		t.Fatal(e)
	}
	if e := Getsockname(fd, &name); e != 0 {
		t.Fatal(e)
	}
	p, e := OpenPoller(fd)
	if e != 0 {
		t.Fatal(e)
	}
	return p, &name
}

// onSecond is a ready function that is true when it is asked again.
func onSecond() func(uintptr) bool {
	asked := false
	return func(uintptr) bool {
		was := asked
		asked = true
		return was
	}
}

// noneHere makes all waits of a test go to the completion port at once.
func noneHere(t *testing.T) {
	t.Helper()
	for event := borrowEvent(); event != 0; event = borrowEvent() {
		t.Cleanup(func() { returnEvent(event) })
	}
}

// waitInVain makes a Wait end at its deadline with its question unanswered.
func waitInVain(t *testing.T, p *Poller) {
	t.Helper()
	_, err := p.Wait(Reading, func(uintptr) bool {
		p.SetDeadline(Reading, time.Now())
		return false
	})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("Wait = %v, want os.ErrDeadlineExceeded", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.lanes[Reading].pending {
		t.Fatal("nothing is pending")
	}
}

// afdState tells how many lanes are registered and how many users the devices with room
// have.
func afdState() (lanes, users int) {
	theAFD.mu.Lock()
	defer theAFD.mu.Unlock()
	for _, d := range theAFD.spare {
		users += d.users
	}
	return len(theAFD.polls), users
}

// settle waits for the last answers to closed Pollers.
func settle() {
	for range 500 {
		if lanes, _ := afdState(); lanes == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Closed Pollers leave nothing behind, even if the driver has not answered and the
// socket has a duplicate that lives on.
func TestPollerLeavesNothing(t *testing.T) {
	const n = 3*maxDeviceUsers + 1
	noneHere(t)
	settle() // what other tests have closed
	var pollers []*Poller
	for range n {
		p, _ := openPoller(t)
		pollers = append(pollers, p)
		dup, e := Dup(p.fd)
		if e != 0 {
			t.Fatal(e)
		}
		t.Cleanup(func() { Close(dup) })
		waitInVain(t, p)
	}
	if lanes, _ := afdState(); lanes != 2*n {
		t.Errorf("%d lanes with %d Pollers", lanes, n)
	}
	for _, p := range pollers {
		if e := p.Close(); e != 0 {
			t.Error(e)
		}
	}
	settle()
	if lanes, users := afdState(); lanes != 0 || users != 0 || len(theAFD.spare) > 1 {
		t.Errorf("%d lanes, %d users of %d spare devices", lanes, users, len(theAFD.spare))
	}
}

// A question that outlived its Wait serves the next one.
func TestPollerAnswersLater(t *testing.T) {
	noneHere(t)
	p, name := openPoller(t)
	defer p.Close()
	for range 3 {
		p.SetDeadline(Reading, time.Time{})
		waitInVain(t, p)
		p.SetDeadline(Reading, time.Time{})
		time.AfterFunc(5*time.Millisecond, func() { SendTo(p.fd, []byte("x"), 0, name) })
		if _, err := p.Wait(Reading, onSecond()); err != nil {
			t.Fatal(err)
		}
		var buf [1]byte
		if n, e := Recv(p.fd, buf[:], 0); n != 1 || e != 0 {
			t.Fatalf("Recv = %d, %v", n, e)
		}
	}
}

// A deadline that is set while a Wait sleeps ends it; one that moves away does not.
func TestPollerDeadlineMoves(t *testing.T) {
	const first, pause = 50 * time.Millisecond, 100 * time.Millisecond
	p, _ := openPoller(t)
	defer p.Close()
	for range 50 { // a busy machine may not come to move it before it passes
		start, moved := time.Now(), time.Time{}
		p.SetDeadline(Writing, start.Add(first))
		p.SetDeadline(Reading, start.Add(first))
		asked := 0
		_, err := p.Wait(Reading, func(uintptr) bool {
			asked++
			p.SetDeadline(Reading, start.Add(time.Hour))
			moved = time.Now()
			time.AfterFunc(pause, func() { p.SetDeadline(Reading, time.Unix(1, 0)) })
			return false
		})
		if asked == 0 && errors.Is(err, os.ErrDeadlineExceeded) && time.Since(start) >= first {
			continue
		}
		if d := time.Since(moved); !errors.Is(err, os.ErrDeadlineExceeded) || d < pause || asked != 1 {
			t.Errorf("Wait = %v after %v, asked %d times", err, d, asked)
		}
		return
	}
	t.Error("no deadline could be moved")
}

// A socket is ready at the end of a connect, also of one that fails.
func TestPollerConnect(t *testing.T) {
	for _, listening := range []bool{true, false} {
		l, e := Socket(windows.AF_INET, windows.SOCK_STREAM, 0)
		if e != 0 {
			t.Fatal(e)
		}
		defer Close(l)
		at := pairing{listener: l}
		if e := at.bind(windows.AF_INET); e != 0 {
			t.Fatal(e)
		}
		if listening {
			if e := Listen(l, 1); e != 0 {
				t.Fatal(e)
			}
		}
		fd, e := Socket(windows.AF_INET, windows.SOCK_STREAM, 0)
		if e != 0 {
			t.Fatal(e)
		}
		if e := Connect(fd, &at.name); e != windows.WSAEWOULDBLOCK && e != 0 && e != windows.WSAECONNREFUSED {
			t.Fatal(e)
		}
		p, e := OpenPoller(fd)
		if e != 0 {
			t.Fatal(e)
		}
		defer p.Close()
		p.SetDeadline(Writing, time.Now().Add(20*time.Second))
		if _, err := p.Wait(Writing, onSecond()); err != nil {
			t.Errorf("listening %v: %v", listening, err)
		}
	}
}

// Close ends Waits in both directions, comes back after them, and later ones fail.
func TestPollerClose(t *testing.T) {
	p, _ := openPoller(t)
	never := func(uintptr) bool { return false }
	errs := make(chan error, 2)
	wait := func(direction int, ready func(uintptr) bool) {
		_, err := p.Wait(direction, ready)
		errs <- err
	}
	go wait(Reading, never)
	go wait(Writing, func(uintptr) bool { time.Sleep(time.Millisecond); return false })
	time.Sleep(20 * time.Millisecond)
	if e := p.Close(); e != 0 {
		t.Error(e)
	}
	for range 2 {
		if err := <-errs; !errors.Is(err, os.ErrClosed) {
			t.Errorf("Wait = %v, want os.ErrClosed", err)
		}
	}
	if _, err := p.Wait(Reading, never); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Wait after Close = %v, want os.ErrClosed", err)
	}
	if e := p.Close(); e != windows.WSAENOTSOCK {
		t.Errorf("second Close = %v", e)
	}
	p.SetDeadline(Reading, time.Now())
}
