//go:build linux || windows

package main

import "slices"

// A contestant is a library in a case.
type contestant struct {
	name  string
	stack stack
	goal  bool // the target of the case is for this one
}

// A benchCase is one line of work that all do.
type benchCase struct {
	name   string
	about  string
	target float64 // the ratio to package net that ours must not exceed on Linux; 0 for none
	open   opener

	// contestants[0] is package net, to which the others are compared.
	contestants []contestant
}

// those returns the contestants that most cases have, and more.
func those(waits bool, more ...contestant) []contestant {
	cs := []contestant{{"net", std{}, false}, {"ours", ours{}, true}}
	cs = append(cs, rivals(waits)...)
	return append(cs, more...)
}

// Those with more than one way to do the work are there more than once.
var (
	oursAsConn   = contestant{"ours Read+Write", ours{asConn: true}, false}
	netUnlimited = contestant{"net no deadline", std{noDeadline: true}, false}
)

// noRaw leaves out raw, which has nothing like a context.
func noRaw(cs []contestant) []contestant {
	return slices.DeleteFunc(cs, func(c contestant) bool { return c.name == "raw" })
}

// byConn makes ours use Write, which sends everything.
func byConn(cs []contestant) []contestant {
	cs[1].stack = ours{asConn: true}
	return cs
}

var cases = []benchCase{
	{
		"ready", "1 B send and recv on a socketpair, data ready",
		.70, openReady(unlimited), those(false, oursAsConn),
	},
	{
		"ready-parked", "the same while a goroutine waits on another socket",
		.70, openBesideParked(openReady(unlimited)), those(false),
	},
	{
		"udp", "UDP 64 B sendto and recvfrom with addresses, data ready",
		.85, openDatagrams, those(false, contestant{"ours Addr", ours{asAddr: true}, true}),
	},
	{
		"udp-parked", "the same while a goroutine waits on another socket",
		.85, openBesideParked(openDatagrams), those(false),
	},
	{
		"pingpong-tcp", "1 B there and back between two goroutines, TCP",
		.98, openPingPong("tcp", unlimited), those(true),
	},
	{
		"pingpong-unix", "the same, AF_UNIX stream",
		.95, openPingPong("unix", unlimited), those(true),
	},
	{
		"pingpong-pair", "the same, socketpair",
		.95, openPingPong("", unlimited), those(true, oursAsConn),
	},
	{
		"bulk-tcp", "64 KiB writes to a goroutine that reads, TCP",
		1.03, openBulk("tcp"), byConn(those(true)),
	},
	{
		"bulk-unix", "the same, AF_UNIX stream",
		1.03, openBulk("unix"), byConn(those(true)),
	},
	{
		"connect", "TCP connect, accept, 1 B each way, close",
		.88, openConnecting, those(true, contestant{"net no keep-alive", std{noKeepAlive: true}, false}),
	},
	{
		"timeout-ready", "as ready, recv with a 60 s timeout",
		.97, openReady(byTimeout), those(false, netUnlimited),
	},
	{
		"timeout-waiting", "as pingpong-pair, recv with a 60 s timeout",
		.97, openPingPong("", byTimeout), those(true, netUnlimited),
	},
	{
		"context-ready", "as ready, recv with a context (net: a deadline)",
		.97, openReady(byContext), noRaw(those(false, netUnlimited)),
	},
	{
		"context-waiting", "as pingpong-pair, recv with a context (net: a deadline)",
		.97, openPingPong("", byContext), noRaw(those(true, netUnlimited)),
	},
}
