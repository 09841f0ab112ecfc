//go:build unix && !aix

package socket_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// This file holds what the tests need of the system beside the library.

// rawRecv is recv(2) as other code than this library would call it from the function
// that it gives to syscall.RawConn.
func rawRecv(fd uintptr, p []byte) (int, error) {
	n, _, err := unix.Recvfrom(int(fd), p, unix.MSG_DONTWAIT)
	return max(n, 0), err
}

// isNonblocking reports what others see of an fd: its O_NONBLOCK.
func isNonblocking(t testing.TB, fd int) bool {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		t.Fatal("fcntl:", err)
	}
	return flags&unix.O_NONBLOCK != 0
}

// cpuTime returns the processor time that this process has used.
func cpuTime(t testing.TB) time.Duration {
	t.Helper()
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		t.Fatal("getrusage:", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// wantIdle proves that this process does not spin during wait, which takes a while. What
// spins does so whenever it waits. One measurement alone proves nothing: the time for which
// a hypervisor stops a virtual machine is charged to whoever ran.
func wantIdle(t testing.TB, wait func()) {
	t.Helper()
	var measured []string
	for range 5 {
		runtime.GC() // not while the time is taken
		began, before := time.Now(), cpuTime(t)
		wait()
		used, took := cpuTime(t)-before, time.Since(began)
		if used <= took/4 {
			return
		}
		measured = append(measured, fmt.Sprint(used, " in ", took))
	}
	t.Errorf("waiting used processor time: %v", measured)
}

// maxFDs returns how many file descriptors this process may have open. It asks for room
// for ten thousand connections first, which only a privileged process gets if its limit
// was set lower.
func maxFDs(t testing.TB) int {
	t.Helper()
	const wanted = 21_000
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal("getrlimit:", err)
	}
	if limit.Cur < wanted {
		raised := limit
		raised.Cur, raised.Max = wanted, max(limit.Max, wanted)
		if unix.Setrlimit(unix.RLIMIT_NOFILE, &raised) == nil {
			limit = raised
		}
	}
	return int(min(uint64(limit.Cur), 1<<30))
}
