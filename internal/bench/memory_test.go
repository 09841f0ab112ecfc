//go:build linux

package main

import (
	"io"
	"testing"
)

func TestMemory(t *testing.T) {
	all, err := footprints(200)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Idle.Heap <= 0 || f.Parked.Heap <= f.Idle.Heap || f.Parked.Stack <= 0 {
			t.Errorf("footprint %+v", f)
		}
	}
	if err := writeMemory(io.Discard, all); err != nil {
		t.Error(err)
	}
}
