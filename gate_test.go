package socket

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"
)

// A gateTest is a gate and a core that never had a socket, which is all that a wait for
// the gate asks for.
type gateTest struct {
	gate  gate
	queue gateQueue
	core  core
}

func newGateTest() *gateTest {
	g := new(gateTest)
	g.core.guard.open()
	return g
}

// enter takes the gate with a timeout, 0 for none, and a context, nil for none.
func (g *gateTest) enter(timeout time.Duration, ctx context.Context) error {
	w := call{core: &g.core, ctx: ctx, d: reading, timeout: NoTimeout}
	if timeout > 0 {
		w.timeout = timeout
	}
	return g.queue.enter(&g.gate, &w)
}

func (g *gateTest) leave() { g.queue.leave(&g.gate) }

// close does what Close does for those that wait outside the poller.
func (g *gateTest) close() {
	g.core.guard.close()
	if p := g.core.parker.Load(); p != nil {
		p.announce()
	}
}

// awaitQueue waits until n are in the queue.
func (g *gateTest) awaitQueue(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); g.queue.length() != n; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%d in the queue, want %d", g.queue.length(), n)
		}
	}
}

// checkFree fails the test unless the gate is free and its queue empty.
func (g *gateTest) checkFree(t *testing.T) {
	t.Helper()
	if n := g.queue.length(); n != 0 {
		t.Errorf("%d left in the queue", n)
	}
	if !g.gate.tryEnter() {
		t.Error("the gate is held by nobody")
	}
}

func receive(t *testing.T, ch <-chan error) error {
	t.Helper()
	select {
	case err := <-ch:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("lost wake-up: the gate is free and somebody waits for it")
		return nil
	}
}

// TestGateFIFO proves that a gate goes to those who wait in the order of their arrival,
// and that nobody overtakes them while it changes hands.
func TestGateFIFO(t *testing.T) {
	const n = 50
	g := newGateTest()
	if err := g.enter(0, nil); err != nil {
		t.Fatal(err)
	}
	order := make(chan int, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if err := g.enter(0, nil); err != nil {
				t.Error(err)
			}
			order <- i
			if i < n-1 && g.gate.tryEnter() {
				t.Error("a newcomer got in before those who wait")
			}
			g.leave()
		})
		g.awaitQueue(t, i+1)
	}
	g.leave()
	all.Wait()
	for i := range n {
		if got := <-order; got != i {
			t.Fatalf("number %d got the gate in place of number %d", got, i)
		}
	}
	g.checkFree(t)
}

// TestGateGiveUp proves that who waits can give up, at any place in the queue, and that
// the others get the gate all the same.
func TestGateGiveUp(t *testing.T) {
	cause := errors.New("cause")
	const timeout = 20 * time.Millisecond
	for _, test := range []struct {
		name  string
		enter func(*gateTest, context.Context) error
		end   func(*gateTest, context.CancelCauseFunc) // nil: it ends by itself
		want  error
	}{
		{
			"timeout",
			func(g *gateTest, _ context.Context) error { return g.enter(timeout, nil) },
			nil, ErrTimeout,
		},
		{
			"context",
			func(g *gateTest, ctx context.Context) error { return g.enter(0, ctx) },
			func(_ *gateTest, cancel context.CancelCauseFunc) { cancel(cause) }, cause,
		},
		{
			"context before timeout",
			func(g *gateTest, ctx context.Context) error { return g.enter(time.Hour, ctx) },
			func(_ *gateTest, cancel context.CancelCauseFunc) { cancel(cause) }, cause,
		},
	} {
		for place := range 3 {
			t.Run(fmt.Sprint(test.name, "/place ", place), func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				g := newGateTest()
				if err := g.enter(0, nil); err != nil {
					t.Fatal(err)
				}
				var results [3]chan error
				began := time.Now()
				for i := range results {
					results[i] = make(chan error, 1)
					go func() {
						if i == place {
							results[i] <- test.enter(g, ctx)
							return
						}
						err := g.enter(0, nil)
						if err == nil {
							g.leave()
						}
						results[i] <- err
					}()
					if i < place || test.end != nil {
						g.awaitQueue(t, i+1)
					}
				}
				if test.end != nil {
					test.end(g, cancel)
				}
				if err := receive(t, results[place]); !errors.Is(err, test.want) {
					t.Errorf("gave up with %v, want %v", err, test.want)
				}
				if took := time.Since(began); test.end == nil && took < timeout {
					t.Errorf("gave up after %v, before %v", took, timeout)
				}
				g.leave()
				for i := range results {
					if i != place {
						if err := receive(t, results[i]); err != nil {
							t.Errorf("number %d: %v", i, err)
						}
					}
				}
				g.checkFree(t)
			})
		}
	}
}

// TestGateClose proves that the close of the socket ends every wait for a gate.
func TestGateClose(t *testing.T) {
	const n = 5
	g := newGateTest()
	if err := g.enter(0, nil); err != nil {
		t.Fatal(err)
	}
	results := make(chan error, n)
	for range n {
		go func() { results <- g.enter(0, nil) }()
	}
	g.awaitQueue(t, n)
	g.close()
	for range n {
		if err := receive(t, results); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%v, want net.ErrClosed", err)
		}
	}
	g.leave()
	g.checkFree(t)
}

// TestGateGivenUpIsPassedOn races the hand-over of a gate with its receiver giving up:
// if it gets the gate in the same moment, the next in the queue must get it.
func TestGateGivenUpIsPassedOn(t *testing.T) {
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	gaveUp := 0
	for i := range rounds {
		g := newGateTest()
		ctx, cancel := context.WithCancel(t.Context())
		if err := g.enter(0, nil); err != nil {
			t.Fatal(err)
		}
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- g.enter(0, ctx) }()
		g.awaitQueue(t, 1)
		go func() { second <- g.enter(0, nil) }()
		g.awaitQueue(t, 2)
		if i%2 == 0 {
			go cancel()
		} else {
			cancel()
		}
		g.leave()
		if err := receive(t, first); err == nil {
			g.leave()
		} else {
			gaveUp++
		}
		if err := receive(t, second); err != nil {
			t.Fatal(err)
		}
		g.leave()
		g.checkFree(t)
		cancel()
	}
	t.Logf("%d of %d gave up", gaveUp, rounds)
}

// TestGateExcludes hammers one gate from all sides: never two inside, and everybody who
// does not give up gets in.
func TestGateExcludes(t *testing.T) {
	const parties = 8
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	var (
		g      = newGateTest()
		inside int // guarded by the gate, which the race detector checks
		all    sync.WaitGroup
	)
	for range parties {
		all.Go(func() {
			for range rounds {
				timeout, ctx, cancel := time.Duration(0), context.Context(nil), context.CancelFunc(func() {})
				switch rand.IntN(4) {
				case 0:
					timeout = 1 + time.Duration(rand.IntN(100_000))
				case 1:
					ctx, cancel = context.WithCancel(t.Context())
					go cancel()
				}
				err := g.enter(timeout, ctx)
				if err == nil {
					if inside++; inside != 1 {
						t.Errorf("%d inside", inside)
					}
					inside--
					g.leave()
				} else if timeout == 0 && ctx == nil {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	finished := make(chan error)
	go func() { all.Wait(); close(finished) }()
	receive(t, finished)
	g.checkFree(t)
}
