package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/bsdsocket/socket"
)

// This file has what bench does otherwise on Windows.

// rivals are the other contestants of most cases: none.
func rivals(bool) []contestant { return nil }

// goals are the ratios that ours must not exceed.
var goals = map[string]float64{
	"ready": .90, "ready-parked": .90, "udp": .90, "udp-parked": .90, "timeout-ready": .90, "context-ready": .90,
	"pingpong-tcp": 1.05, "pingpong-pair": 1.05, "timeout-waiting": 1.05, "context-waiting": 1.05,
}

func (c *benchCase) goal() float64 { return goals[c.name] }

// abstractNames tells that "unix" streams cannot be had.
const abstractNames = false

// pairFamily is what pair makes.
const pairFamily = socket.AF_INET

// pairConn is an end of what pair makes in package net.
type pairConn = net.TCPConn

func (st std) pair() (a, b stream, err error) { return connected(st, "tcp") }

// now returns the time, also with -cpu: processor time moves in steps of 15 ms here.
func (plan) now() time.Duration { return time.Since(start) }

var start = time.Now()

// The memory case is measured on Linux.

const memoryEnv = "SOCKET_BENCH_MEMORY"

type footprint struct{}

func memoryChild(string) error { return errors.ErrUnsupported }

func footprints(int) ([]footprint, error) { return nil, nil }

func writeMemory(w io.Writer, _ []footprint) error {
	_, err := fmt.Fprintln(w, "memory: not on this system")
	return err
}
