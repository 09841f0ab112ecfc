package socket

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestGuardSequence walks through the orders in which a close can meet calls: the
// last one out is told so, and nobody else.
func TestGuardSequence(t *testing.T) {
	const no = false
	type step struct {
		do         string // enter, leave or close
		want, last bool   // close: first and drained; else the result in want
	}
	for _, test := range []struct {
		name  string
		steps []step
	}{
		{"idle", []step{{"close", true, true}}},
		{"twice", []step{{"close", true, true}, {"close", no, no}}},
		{"after a call", []step{{"enter", true, no}, {"leave", no, no}, {"close", true, true}}},
		{"during a call", []step{{"enter", true, no}, {"close", true, no}, {"leave", true, no}}},
		{"during two calls", []step{
			{"enter", true, no}, {"enter", true, no}, {"close", true, no}, {"leave", no, no}, {"leave", true, no},
		}},
		{"twice during a call", []step{
			{"enter", true, no}, {"close", true, no}, {"close", no, no}, {"leave", true, no},
		}},
		{"late calls", []step{
			{"close", true, true}, {"enter", no, no}, {"leave", no, no}, {"enter", no, no}, {"leave", no, no},
		}},
		{"late call between", []step{
			{"enter", true, no}, {"close", true, no}, {"enter", no, no}, {"leave", no, no}, {"leave", true, no},
			{"enter", no, no}, {"leave", no, no},
		}},
		{"late call out last", []step{
			{"enter", true, no}, {"close", true, no}, {"enter", no, no}, {"leave", no, no}, {"leave", true, no},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var g guard
			g.open()
			for i, s := range test.steps {
				var got, last bool
				switch s.do {
				case "enter":
					got = g.enter()
				case "leave":
					got = g.leave()
				case "close":
					got, last = g.close()
				}
				if got != s.want || last != s.last {
					t.Fatalf("step %d, %s: %v, %v; want %v, %v", i, s.do, got, last, s.want, s.last)
				}
			}
			if !g.closed() {
				t.Error("not closed")
			}
		})
	}
}

// TestZeroGuardIsClosed: nothing gets into a guard that was never opened, and nobody is
// the last to leave it.
func TestZeroGuardIsClosed(t *testing.T) {
	var g guard
	if !g.closed() || g.enter() || g.leave() {
		t.Error("the zero guard lets calls in")
	}
	if first, drained := g.close(); first || drained {
		t.Error("the zero guard can be closed")
	}
}

// TestGuardDrainsOnce closes guards that are in use: exactly one of all parties is
// told that it is the last, and at that moment no call is inside and none gets in.
func TestGuardDrainsOnce(t *testing.T) {
	const callers, closers = 4, 2
	rounds := 3000
	if testing.Short() {
		rounds = 300
	}
	for range rounds {
		var (
			g              guard
			inside, drains atomic.Int32
			firsts, late   atomic.Int32
			begin          = make(chan struct{})
			all            sync.WaitGroup
		)
		g.open()
		drained := func(is bool) {
			if is {
				drains.Add(1)
				if n := inside.Load(); n != 0 {
					t.Errorf("drained with %d calls inside", n)
				}
			}
		}
		for range callers {
			all.Go(func() {
				<-begin
				for {
					entered := g.enter()
					if entered {
						inside.Add(1)
						if drains.Load() != 0 {
							late.Add(1)
						}
						inside.Add(-1)
					}
					drained(g.leave())
					if !entered {
						return
					}
					runtime.Gosched()
				}
			})
		}
		for range closers {
			all.Go(func() {
				<-begin
				first, last := g.close()
				if first {
					firsts.Add(1)
				}
				drained(last)
			})
		}
		close(begin)
		all.Wait()
		if firsts.Load() != 1 || drains.Load() != 1 || late.Load() != 0 {
			t.Fatalf("%d first closes, %d drains, %d calls let in after it; want 1, 1, 0",
				firsts.Load(), drains.Load(), late.Load())
		}
	}
}
