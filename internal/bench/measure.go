//go:build linux || windows

package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"time"
)

// A plan is how long to measure.
type plan struct {
	rounds int
	slice  time.Duration // what package net needs in a round, about
	cpu    bool          // compare processor time, not time
}

// A result is what a contestant did in a case.
type result struct {
	Case       string  `json:"case"`
	Contestant string  `json:"contestant"`
	Ratio      float64 `json:"ratio"` // to package net: the median of the rounds
	Low        float64 `json:"low"`   // the first quartile
	High       float64 `json:"high"`  // the third
	Best       float64 `json:"best"`  // of the fast rounds of both: the first twentieth
	Target     float64 `json:"target,omitempty"`
	Over       bool    `json:"over,omitempty"` // the ratio is over the target
	Nanos      float64 `json:"ns_per_op"`      // the median; it says nothing on another machine
	Allocs     float64 `json:"allocs_per_op"`
	Bytes      float64 `json:"bytes_per_op"`
}

// An entry is a contestant with its session.
type entry struct {
	contestant
	labels  context.Context // for the CPU profile
	session session
	times   []float64 // of each round, in nanoseconds per operation
	allocs  float64
	bytes   float64
}

// measure lets the contestants of a case take turns. It leaves no garbage: a collection,
// and for seconds after it the goroutine that returns memory to the system and sleeps
// in between, makes the runtime wait in epoll_wait(2), which slows down those of the next
// case that are registered there.
func (c *benchCase) measure(p plan) (results []result, err error) {
	entries := make([]*entry, 0, len(c.contestants))
	defer func() {
		for _, e := range entries {
			e.session.close()
		}
		debug.FreeOSMemory()
	}()
	for _, who := range c.contestants {
		e, err := c.enter(who)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", c.name, who.name, err)
		}
		entries = append(entries, e)
	}
	n, err := entries[0].calibrate(p.slice)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	for _, e := range entries {
		if err := e.count(n); err != nil {
			return nil, fmt.Errorf("%s, %s: %w", c.name, e.name, err)
		}
	}
	for range p.rounds {
		for _, i := range rand.Perm(len(entries)) {
			if err := entries[i].turn(n, p.now); err != nil {
				return nil, fmt.Errorf("%s, %s: %w", c.name, entries[i].name, err)
			}
		}
	}
	for _, e := range entries {
		results = append(results, c.judge(e, entries[0]))
	}
	return results, nil
}

// enter opens the session of a contestant. The goroutines of the session have its
// labels in a profile.
func (c *benchCase) enter(who contestant) (*entry, error) {
	e := &entry{contestant: who}
	labels := pprof.Labels("case", c.name, "contestant", who.name)
	var err error
	pprof.Do(context.Background(), labels, func(ctx context.Context) {
		e.labels = ctx
		e.session, err = c.open(who.stack, false)
	})
	return e, err
}

// calibrate returns how often the work can be done in the given time.
func (e *entry) calibrate(d time.Duration) (int, error) {
	for n := 1; ; n *= 2 {
		best := time.Duration(math.MaxInt64)
		for range 3 { // a pause of the machine must not end it
			start := time.Now()
			if err := e.session.run(n); err != nil {
				return 0, err
			}
			best = min(best, time.Since(start))
		}
		if best >= d/2 {
			return max(1, int(float64(n)*float64(d)/float64(best))), nil
		}
	}
}

// count counts the allocations, on all sides together. The first times, which make
// what lasts, do not count.
func (e *entry) count(n int) error {
	if err := e.session.run(n); err != nil {
		return err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := e.session.run(n)
	runtime.ReadMemStats(&after)
	e.allocs = float64(after.Mallocs-before.Mallocs) / float64(n)
	e.bytes = float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	return err
}

// turn is one turn of one contestant. A few operations that do not count warm the
// caches for it.
func (e *entry) turn(n int, now func() time.Duration) error {
	pprof.SetGoroutineLabels(e.labels)
	defer pprof.SetGoroutineLabels(context.Background())
	if err := e.session.run(n/20 + 1); err != nil {
		return err
	}
	start := now()
	err := e.session.run(n)
	e.times = append(e.times, float64(now()-start)/float64(n))
	return err
}

// judge compares the turns of e with those of package net in the same rounds.
func (c *benchCase) judge(e, net *entry) result {
	ratios := make([]float64, len(e.times))
	for i, t := range e.times {
		ratios[i] = t / net.times[i]
	}
	r := result{
		Case: c.name, Contestant: e.name,
		Low: quantile(ratios, .25), Ratio: quantile(ratios, .5), High: quantile(ratios, .75),
		Best: quantile(e.times, .05) / quantile(net.times, .05), Nanos: quantile(e.times, .5), Allocs: e.allocs, Bytes: e.bytes,
	}
	if e.goal {
		r.Target = c.goal()
		r.Over = r.Target != 0 && r.Ratio > r.Target
	}
	return r
}

// quantile returns the value that a part q of all values is below.
func quantile[T cmp.Ordered](values []T, q float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(math.Round(q*float64(len(sorted)-1)))]
}
