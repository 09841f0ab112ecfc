//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// A report is everything that was measured.
type report struct {
	Results []result    `json:"results,omitempty"`
	Memory  []footprint `json:"memory,omitempty"`
}

func (r *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "\t")
	return e.Encode(r)
}

// newTable aligns its columns to the right.
func newTable(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
}

// writeCase prints the rows of one case.
func writeCase(w io.Writer, c *benchCase, results []result) error {
	fmt.Fprintf(w, "%s: %s\n", c.name, c.about)
	t := newTable(w)
	fmt.Fprintf(t, "\tratio\tquartiles\tbest\ttarget\t\tallocs/op\tB/op\tns/op\t\n")
	for _, r := range results {
		target, verdict := "", ""
		if r.Target != 0 {
			target, verdict = fmt.Sprintf("%.2f", r.Target), "ok"
		}
		if r.Over {
			verdict = "OVER"
		}
		fmt.Fprintf(t, "%s\t%.3f\t%.2f-%.2f\t%.3f\t%s\t%s\t%.1f\t%.0f\t%.0f\t\n",
			r.Contestant, r.Ratio, r.Low, r.High, r.Best, target, verdict, r.Allocs, r.Bytes, r.Nanos)
	}
	fmt.Fprintln(t)
	return t.Flush()
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
