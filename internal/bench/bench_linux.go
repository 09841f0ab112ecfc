package main

import (
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// This file has what bench does on Linux alone.

// rivals are the other contestants of most cases.
func rivals(waits bool) []contestant {
	return []contestant{{"mdlayher", mdl{}, false}, {"raw", raw{waits}, false}}
}

// goal is the ratio that ours must not exceed.
func (c *benchCase) goal() float64 { return c.target }

// abstractNames tells that "unix" streams can be had.
const abstractNames = true

// pairFamily is what pair makes.
const pairFamily = socket.AF_UNIX

// pairConn is an end of what pair makes in package net.
type pairConn = net.UnixConn

func (std) pair() (a, b stream, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	if a, err = connOf(fds[0]); err != nil {
		return nil, nil, err
	}
	b, err = connOf(fds[1])
	return a, b, err
}

// connOf returns the net.Conn of a duplicate of fd, made non-blocking, and closes fd.
func connOf(fd int) (net.Conn, error) {
	f := os.NewFile(uintptr(fd), "socketpair")
	c, err := net.FileConn(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return c, err
}

// now returns the time, or the processor time of all threads of the process.
func (p plan) now() time.Duration {
	clock := int32(unix.CLOCK_MONOTONIC)
	if p.cpu {
		clock = unix.CLOCK_PROCESS_CPUTIME_ID
	}
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		panic(err) // Linux has both
	}
	return time.Duration(t.Nano())
}
