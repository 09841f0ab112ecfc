//go:build linux || windows

package main

import (
	"io"
	"os"
	"testing"
	"time"
)

// These tests keep the comparison working. They look at no times.

func TestMain(m *testing.M) {
	if value := os.Getenv(memoryEnv); value != "" {
		exit(memoryChild(value))
	}
	os.Exit(m.Run())
}

// TestWork does the work of every case a few times with every contestant and looks at
// each byte that arrives.
func TestWork(t *testing.T) {
	for _, c := range cases {
		for _, who := range c.contestants {
			t.Run(c.name+"/"+who.name, func(t *testing.T) {
				s, err := c.open(who.stack, true)
				if err != nil {
					t.Fatal(err)
				}
				defer s.close()
				for range 2 {
					if err := s.run(10); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// TestMeasure runs every case for one round.
func TestMeasure(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			results, err := c.measure(plan{rounds: 1, slice: 200 * time.Microsecond})
			if err != nil {
				t.Fatal(err)
			}
			if len(results) != len(c.contestants) || results[0].Ratio != 1 {
				t.Fatalf("results %+v", results)
			}
			for _, r := range results {
				if r.Ratio <= 0 || r.Low > r.Ratio || r.Ratio > r.High || r.Nanos <= 0 {
					t.Errorf("result %+v", r)
				}
			}
			if err := writeCase(io.Discard, &c, results); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	values := []int{5, 1, 4, 2, 3}
	for _, tt := range []struct {
		q    float64
		want int
	}{{0, 1}, {.25, 2}, {.5, 3}, {.75, 4}, {1, 5}} {
		if got := quantile(values, tt.q); got != tt.want {
			t.Errorf("quantile %v is %d, want %d", tt.q, got, tt.want)
		}
	}
}
