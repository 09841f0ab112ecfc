//go:build linux || windows

// Bench compares this library with package net, github.com/mdlayher/socket and bare
// system calls on the same work, on Linux. On Windows it compares this library with
// package net alone, and a socketpair is a TCP connection there.
//
// In the directory internal/bench:
//
//	go run .                    everything, in one or two minutes
//	go run . -short             the same with fewer rounds, less sure
//	go run . -run 'udp|bulk'    the cases whose name matches
//	go run . -run connect -cpuprofile cpu.prof
//
// A case runs in many short rounds. In each round every contestant does the same number of
// operations, in random order, and its time is divided by that of package net in the
// same round; the table has the median and the quartiles of these ratios. A machine
// that is slower for a while is so for all, and the ratio stays. "best" is the ratio of the
// times of the fast rounds, which other programs disturbed least. Times are printed to
// give an idea and compare with nothing.
//
// The target stands beside the contestants that it is for; OVER marks a median above
// it. The exit status does not tell, since a busy machine can do that. Measure
// on a calm machine and repeat what looks wrong. With -cpu the processor time of the
// process is compared: other programs disturb it less, and where nothing waits it is
// the same; where goroutines wait for each other it says what the work costs and not
// how long it takes.
//
// What is compared:
//
//   - All run with blocking semantics, and nothing is tied to a thread or a processor.
//   - net: Read and Write of the concrete types, non-blocking and in the poller;
//     a socketpair comes by net.FileConn. Where the others receive with a timeout or a
//     context, net sets a deadline for each Read; "net no deadline" is there to see
//     what that costs. Its Dial and Accept set TCP_NODELAY and the keep-alive options,
//     as they do unless told otherwise; "net no keep-alive" leaves out the latter.
//   - ours: Send and RecvInto, SetTimeout once, WithContext once; Write for bulk, which
//     sends everything as Write of net does. No options are set in the connect case.
//   - mdlayher: Sendto and Recvfrom, a deadline for each Recvfrom, Recvfrom with the
//     context; Write for bulk.
//   - raw: RawSyscall where the data is ready, Syscall on blocking sockets where calls
//     wait, which keeps a thread for each. It shows how much of the time is the kernel's.
//   - Garbage is collected between the cases only, so nobody is charged for it.
//   - Allocations are those of all goroutines of the work, that is of both sides.
//
// The memory case counts bytes and no time, after garbage collection, over some
// thousand sockets; see memory.go.
//
// In a profile the samples are labelled with case and contestant:
//
//	go tool pprof -top -tagfocus contestant=ours cpu.prof
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/bsdsocket/socket"
)

func main() {
	if value := os.Getenv(memoryEnv); value != "" {
		exit(memoryChild(value))
	}
	exit(run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// memoryCase is the name of the case that is not in cases.
const memoryCase = "memory"

func run() error {
	match := flag.String("run", "", "run the cases whose name matches the `regexp`")
	rounds := flag.Int("rounds", 0, "rounds of a case; 0: 120, or 25 with -short")
	slice := flag.Duration("slice", 4*time.Millisecond, "time of package net in a round")
	short := flag.Bool("short", false, "fewer rounds")
	cpu := flag.Bool("cpu", false, "compare the processor time of the process, not time")
	asJSON := flag.Bool("json", false, "print JSON")
	sockets := flag.Int("sockets", 16000, "sockets of the memory case, as the limit of open files allows")
	profile := flag.String("cpuprofile", "", "write a CPU profile to `file`")
	flag.Parse()
	if *rounds == 0 {
		*rounds = 120
		if *short {
			*rounds = 25
		}
	}
	re, err := regexp.Compile(*match)
	if err != nil {
		return err
	}
	if *profile != "" {
		stop, err := startProfile(*profile)
		if err != nil {
			return err
		}
		defer stop()
	}
	return compare(re, plan{*rounds, *slice, *cpu}, *sockets, *asJSON)
}

// compare runs the cases and prints what comes out.
func compare(re *regexp.Regexp, p plan, sockets int, asJSON bool) error {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(1 << 30) // for many rounds
	var all report
	if !asJSON {
		fmt.Printf("%s %s/%s, %d processors; ratios to package net\n\n",
			runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
	}
	for _, c := range cases {
		if !re.MatchString(c.name) {
			continue
		}
		results, err := c.measure(p)
		if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, socket.EOPNOTSUPP) {
			fmt.Fprintln(os.Stderr, "bench: not on this system:", err)
			continue
		}
		if err != nil {
			return err
		}
		all.Results = append(all.Results, results...)
		if !asJSON {
			if err := writeCase(os.Stdout, &c, results); err != nil {
				return err
			}
		}
	}
	if re.MatchString(memoryCase) {
		var err error
		if all.Memory, err = footprints(sockets); err != nil {
			return err
		}
		if !asJSON {
			return writeMemory(os.Stdout, all.Memory)
		}
	}
	if asJSON {
		return all.writeJSON(os.Stdout)
	}
	return nil
}

// startProfile begins a CPU profile; stop writes it.
func startProfile(name string) (stop func(), err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}, nil
}
