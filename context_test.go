package socket_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// TestContextEndsEveryWait proves for every kind of call that its context ends it with
// the context's cause, parked or in the queue, and disturbs no call that is made
// through another view or through the socket itself.
func TestContextEndsEveryWait(t *testing.T) {
	for _, kind := range waitKinds {
		for place := range 3 {
			t.Run(fmt.Sprint(kind.name, "/place ", place), func(t *testing.T) {
				t.Parallel()
				s, _ := kind.setup(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				other, cancelOther := context.WithCancel(t.Context())
				defer cancelOther()
				views := []*socket.Socket{s, s.WithContext(other)}
				views = append(views[:place:place], append([]*socket.Socket{s.WithContext(ctx)}, views[place:]...)...)
				var calls []pendingCall
				for i, view := range views {
					calls = append(calls, begin(func() error { return kind.call(view) }))
					kind.awaitAll(t, s, i+1)
				}
				cancel(errCause)
				r := calls[place].wantErr(t, errCause)
				checkError(t, r.err, errCause)
				kind.awaitAll(t, s, len(calls)-1)
				for i, c := range calls {
					if i == place {
						continue
					}
					select {
					case r := <-c.done:
						t.Errorf("call %d was disturbed: %v", i, r.err)
						c.done <- r
					default:
					}
				}
				s.Close()
				for i, c := range calls {
					if i != place {
						c.wantErr(t, net.ErrClosed)
					}
				}
			})
		}
	}
}

// TestContextBeforeCall proves that a call whose context has ended is not tried, even
// if its data is there, and that a deadline that has passed does the same.
func TestContextBeforeCall(t *testing.T) {
	a, b := pair(t, 0, 0)
	mustSend(t, b, "data")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	view := a.WithContext(ctx)
	for _, call := range []func() error{recvOne(view), func() error { return view.SendAll([]byte("x")) }} {
		if err := call(); !errors.Is(err, errCause) {
			t.Errorf("got %v, want the cause of the context", err)
		}
	}
	if err := a.SetDeadline(time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, call := range []func() error{recvOne(a), func() error { return a.SendAll([]byte("x")) }} {
		if err := call(); !errors.Is(err, socket.ErrTimeout) {
			t.Errorf("got %v, want ErrTimeout", err)
		}
	}
	if err := a.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Recv(16); string(got) != "data" {
		t.Errorf("received %q, %v: a call that was not to be tried took data", got, err)
	}
}

// TestContextDeadline proves that the deadline of a context ends a call with the
// context's error, which is a timeout.
func TestContextDeadline(t *testing.T) {
	a, _ := pair(t, 0, 0)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	r := begin(recvOne(a.WithContext(ctx))).wantErr(t, context.DeadlineExceeded)
	var ne net.Error
	if !errors.As(r.err, &ne) || !ne.Timeout() {
		t.Errorf("%v is no timeout", r.err)
	}
}

// TestCancelRaces ends calls, by their context or by a deadline that has passed or is about
// to, in the very moment in which they begin to wait: none misses it.
func TestCancelRaces(t *testing.T) {
	rounds := 10_000
	if testing.Short() {
		rounds = 1_000
	}
	for _, timeout := range []time.Duration{socket.NoTimeout, time.Hour} {
		t.Run("context/"+timeout.String(), func(t *testing.T) {
			a, b := pair(t, 0, socket.SOCK_DGRAM)
			mustSetTimeout(t, a, timeout)
			raceToEnd(t, rounds, func() (call func() error, end func(), want error) {
				ctx, cancel := context.WithCancelCause(t.Context())
				return recvOne(a.WithContext(ctx)), func() { cancel(errCause) }, errCause
			})
			call := begin(recvOne(a))
			awaitWaiting(t, a, false, 1)
			mustSend(t, b, "x")
			if r := call.end(t); r.err != nil {
				t.Error("after all:", r.err)
			}
		})
		t.Run("deadline/"+timeout.String(), func(t *testing.T) {
			a, _ := pair(t, 0, socket.SOCK_DGRAM)
			mustSetTimeout(t, a, timeout)
			// The poller's clock takes a millisecond for a deadline that is still to come.
			for moved, rounds := range map[time.Duration]int{-time.Second: rounds, 50 * time.Microsecond: rounds / 10} {
				raceToEnd(t, rounds, func() (call func() error, end func(), want error) {
					if err := a.SetReadDeadline(time.Now().Add(time.Hour)); err != nil {
						t.Error(err)
					}
					return recvOne(a), func() { _ = a.SetReadDeadline(time.Now().Add(moved)) }, socket.ErrTimeout
				})
			}
		})
	}
}

// raceToEnd makes calls and ends each a random moment, of a few microseconds, later.
func raceToEnd(t *testing.T, rounds int, next func() (call func() error, end func(), want error)) {
	t.Helper()
	calls, results := make(chan func() error), make(chan error, 1)
	defer close(calls)
	var turn atomic.Int32
	go func() {
		for call := range calls {
			turn.Add(1)
			results <- call()
		}
	}()
	for i := range rounds {
		call, end, want := next()
		calls <- call
		for int(turn.Load()) <= i {
			runtime.Gosched()
		}
		for range rand.IntN(2000) {
			turn.Load() // about a nanosecond
		}
		end()
		select {
		case err := <-results:
			if !errors.Is(err, want) {
				t.Fatalf("round %d: got %v, want %v", i, err, want)
			}
		case <-time.After(patience):
			t.Fatalf("round %d: the call was not told of its end", i)
		}
	}
}

// A countingContext is a context that counts who wants to be told of its end. It
// answers context.AfterFunc itself, so package context starts no goroutine for it.
type countingContext struct {
	context.Context
	done                chan struct{}
	registered, stopped atomic.Int32
}

func (c *countingContext) Done() <-chan struct{} { return c.done }

func (c *countingContext) Value(any) any { return nil } // or package context finds its own below

func (c *countingContext) AfterFunc(func()) func() bool {
	c.registered.Add(1)
	return func() bool { c.stopped.Add(1); return true }
}

// TestContextRegistration proves that a context is asked to tell its end only when a
// call has to wait, once for all calls in a row, by no goroutine, and that a closed
// socket lets go of it.
func TestContextRegistration(t *testing.T) {
	a, b := pair(t, 0, 0)
	ctx := &countingContext{Context: t.Context(), done: make(chan struct{})}
	view := a.WithContext(ctx)
	before := runtime.NumGoroutine()
	check := func(when string, registered, stopped int32) {
		t.Helper()
		if r, s := ctx.registered.Load(), ctx.stopped.Load(); r != registered || s != stopped {
			t.Errorf("%s: registered %d times, stopped %d; want %d, %d", when, r, s, registered, stopped)
		}
	}
	mustSend(t, b, "x")
	if err := recvOne(view)(); err != nil {
		t.Fatal(err)
	}
	check("data ready", 0, 0)
	for range 5 {
		call := begin(recvOne(view))
		awaitWaiting(t, a, false, 1)
		// The garbage collector may have one for a moment.
		await(t, "no goroutine but the one that waits", func() bool { return runtime.NumGoroutine() <= before+1 })
		mustSend(t, b, "x")
		if r := call.end(t); r.err != nil {
			t.Fatal(r.err)
		}
	}
	check("after waiting", 1, 0)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed", 1, 1)
}
