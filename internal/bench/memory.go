//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"time"

	"golang.org/x/sys/unix"
)

// This file measures memory. What the runtime allocates outside the heap it keeps for
// the next socket, so each library is measured in a process of its own: this program,
// started again.

// A footprint is what one socket costs, in bytes.
type footprint struct {
	Contestant string `json:"contestant"`
	Idle       usage  `json:"idle"`   // a new socket
	Parked     usage  `json:"parked"` // with a goroutine that waits in a receive
}

// usage is memory by where it is.
type usage struct {
	Heap    float64 `json:"heap"`
	OffHeap float64 `json:"off_heap"` // poller entries, finalizers, span descriptors
	Stack   float64 `json:"stack"`
}

// idleTarget is how much heap an idle socket of ours may take. Outside of the heap it may
// take nothing but the record of its finalizer, finalizerSize bytes.
const (
	idleTarget    = 100
	finalizerSize = 64
)

// memoryEnv is the variable that makes this program measure one library and print
// a footprint: memoryEnv=name.
const memoryEnv = "SOCKET_BENCH_MEMORY"

var memoryContestants = []contestant{
	{"net", std{}, false},
	{"ours", ours{asConn: true}, true},
	{"mdlayher", mdl{}, false},
}

// footprints measures all libraries, with so many sockets each.
func footprints(sockets int) ([]footprint, error) {
	var all []footprint
	for _, c := range memoryContestants {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", memoryEnv, c.name, sockets))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("memory, %s: %w", c.name, err)
		}
		var f footprint
		if err := json.Unmarshal(out, &f); err != nil {
			return nil, fmt.Errorf("memory, %s: %w", c.name, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// memoryChild does what the value of memoryEnv says.
func memoryChild(value string) error {
	var name string
	var sockets int
	if _, err := fmt.Sscan(value, &name, &sockets); err != nil {
		return err
	}
	for _, c := range memoryContestants {
		if c.name == name {
			f, err := measureMemory(c, sockets)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(f)
		}
	}
	return errors.New("no such library: " + name)
}

// measureMemory opens sockets, then lets a goroutine wait in each, and looks at the
// memory each time.
func measureMemory(c contestant, sockets int) (footprint, error) {
	runtime.GOMAXPROCS(1) // memory outside the heap is handed out in large pieces for each
	sockets = min(sockets, descriptors()) / 2 * 2
	all := make([]stream, sockets)
	bufs := make([]byte, sockets)
	var err error
	if all[0], all[1], err = c.stack.pair(); err != nil { // what there is once only
		return footprint{}, err
	}
	base := settled()
	for i := 2; i < sockets; i += 2 {
		if all[i], all[i+1], err = c.stack.pair(); err != nil {
			return footprint{}, err
		}
	}
	f := footprint{Contestant: c.name, Idle: settled().since(base, sockets-2)}
	before := waiting()
	for i, s := range all[2:] {
		go func() { _, _ = s.Read(bufs[i : i+1]) }()
	}
	for waiting() < before+uint64(sockets-2) {
		time.Sleep(time.Millisecond)
	}
	f.Parked = settled().since(base, sockets-2)
	runtime.KeepAlive(all)
	return f, nil
}

// descriptors raises the limit of open files and returns how many sockets it allows.
func descriptors() int {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 500
	}
	limit.Cur = limit.Max
	if unix.Setrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 500
	}
	const others = 50
	return int(min(limit.Cur, 1<<20)) - others
}

// waiting returns the number of goroutines that wait.
func waiting() uint64 {
	sample := []metrics.Sample{{Name: "/sched/goroutines/waiting:goroutines"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// settled returns the memory in use after garbage collection.
func settled() usage {
	for range 3 {
		runtime.GC()
		time.Sleep(time.Millisecond) // finalizers
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{float64(m.HeapAlloc), float64(m.OtherSys + m.MSpanInuse), float64(m.StackInuse)}
}

// since returns how much more u is than base, for each of n.
func (u usage) since(base usage, n int) usage {
	each := func(now, then float64) float64 { return (now - then) / float64(n) }
	return usage{each(u.Heap, base.Heap), each(u.OffHeap, base.OffHeap), each(u.Stack, base.Stack)}
}

// over reports whether an idle socket takes more than the target. What is handed out in
// large pieces outside the heap can come out a quarter too large.
func (f *footprint) over() bool {
	return f.Idle.Heap > idleTarget || f.Idle.OffHeap > 1.25*finalizerSize
}

// writeMemory prints the bytes of a socket.
func writeMemory(w io.Writer, all []footprint) error {
	fmt.Fprintf(w, "memory: bytes of a socket, idle and with a goroutine that waits in a receive\n")
	t := newTable(w)
	fmt.Fprintf(t, "\tidle heap\toff-heap\ttarget\t\twaiting heap\toff-heap\tstack\tsum\t\n")
	for _, f := range all {
		target, verdict := "", ""
		if f.Contestant == "ours" {
			target, verdict = fmt.Sprintf("%d+%d", idleTarget, finalizerSize), "ok"
			if f.over() {
				verdict = "OVER"
			}
		}
		p := f.Parked
		fmt.Fprintf(t, "%s\t%.0f\t%.0f\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t\n",
			f.Contestant, f.Idle.Heap, f.Idle.OffHeap, target, verdict, p.Heap, p.OffHeap, p.Stack, p.Heap+p.OffHeap+p.Stack)
	}
	fmt.Fprintln(t)
	return t.Flush()
}
