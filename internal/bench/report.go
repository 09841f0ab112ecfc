//go:build linux || windows

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
