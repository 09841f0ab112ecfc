package socket_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/net/nettest"
	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// A write ends on a full pipe at once when the socket is closed, when its timeout or its
// deadline passes and when its context ends, and goes on when there is room.
func TestWindowsFullPipe(t *testing.T) {
	const pause = 50 * time.Millisecond
	tests := []struct {
		name string
		call func(s, peer *socket.Socket) error
		want error
	}{
		{"close", func(s, _ *socket.Socket) error {
			time.AfterFunc(pause, func() { s.Close() })
			return s.SendAll(make([]byte, 16<<20))
		}, net.ErrClosed},
		{"timeout", func(s, _ *socket.Socket) error {
			s.SetTimeout(pause)
			return s.SendAll(make([]byte, 16<<20))
		}, socket.ErrTimeout},
		{"deadline", func(s, _ *socket.Socket) error {
			s.SetWriteDeadline(time.Now().Add(pause))
			_, err := s.Write(make([]byte, 16<<20))
			return err
		}, os.ErrDeadlineExceeded},
		{"context", func(s, _ *socket.Socket) error {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(pause, cancel)
			return s.WithContext(ctx).SendAll(make([]byte, 16<<20))
		}, context.Canceled},
		{"reset", func(s, peer *socket.Socket) error {
			time.AfterFunc(pause, func() {
				socket.Linger.Set(peer, socket.LingerValue{On: true})
				peer.Close()
			})
			return s.SendAll(make([]byte, 64<<20))
		}, socket.ErrConnReset},
		{"room", func(s, peer *socket.Socket) error {
			time.AfterFunc(pause, func() { go peer.WriteTo(discard{}) })
			return s.SendAll(make([]byte, 16<<20))
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, server := connect(t, socket.AF_INET)
			start := time.Now()
			err := tt.call(client, server)
			d := time.Since(start)
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if d < pause-time.Millisecond || d > pause+slack {
				t.Errorf("it took %v, want %v", d, pause)
			}
			t.Logf("%v after the end", d-pause)
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// stalled begins a call that cannot end by itself, and returns the socket to close.
var stalled = map[string]func(t *testing.T, addr socket.Addr) (*socket.Socket, func() error){
	"recv": func(t *testing.T, _ socket.Addr) (*socket.Socket, func() error) {
		a, b := newPair(t)
		return a, func() error { defer b.Close(); _, err := a.Recv(1); return err }
	},
	"accept": func(t *testing.T, _ socket.Addr) (*socket.Socket, func() error) {
		l := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		if err := errors.Join(l.Bind(loopback(socket.AF_INET)), l.Listen()); err != nil {
			t.Error(err)
		}
		return l, func() error { _, _, err := l.Accept(); return err }
	},
	"connect": func(t *testing.T, addr socket.Addr) (*socket.Socket, func() error) {
		s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		return s, func() error { return s.Connect(addr) }
	},
	"send": func(t *testing.T, _ socket.Addr) (*socket.Socket, func() error) {
		a, b := newPair(t)
		return a, func() error { defer b.Close(); return a.SendAll(flood) }
	},
	"recvfrom": func(t *testing.T, _ socket.Addr) (*socket.Socket, func() error) {
		s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
		if err := s.Bind(loopback(socket.AF_INET)); err != nil {
			t.Error(err)
		}
		return s, func() error { _, _, err := s.RecvFrom(1); return err }
	},
}

// newPair is pair for goroutines, without a cleanup.
func newPair(t *testing.T) (a, b *socket.Socket) {
	a, b, err := socket.Socketpair(0, 0, 0)
	if err != nil {
		t.Error(err)
	}
	return a, b
}

// deafListener returns the address of a listener that takes no more connections: a connect
// waits, or on Windows proper is refused.
func deafListener(t *testing.T) socket.Addr {
	t.Helper()
	l := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := errors.Join(l.Bind(loopback(socket.AF_INET)), l.Listen(0)); err != nil {
		t.Fatal(err)
	}
	addr, err := l.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
		s.SetTimeout(100 * time.Millisecond)
		if err := s.Connect(addr); err != nil {
			break
		}
	}
	return addr
}

// 2,000 closes, each while a call is pending or about to be: every call ends, with
// net.ErrClosed.
func TestWindowsCloses(t *testing.T) {
	rounds := 2000 / len(stalled)
	if testing.Short() {
		rounds = 40
	}
	addr := deafListener(t)
	for name, begin := range stalled {
		t.Run(name, func(t *testing.T) {
			var done sync.WaitGroup
			var ended, refused atomic.Int32
			limit := make(chan struct{}, 32)
			for range rounds {
				limit <- struct{}{}
				done.Go(func() {
					defer func() { <-limit }()
					s, call := begin(t, addr)
					errs := make(chan error, 1)
					go func() { errs <- call() }()
					time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
					if err := s.Close(); err != nil {
						t.Error(err)
					}
					switch err := <-errs; {
					case errors.Is(err, net.ErrClosed):
						ended.Add(1)
					case name == "connect" && errors.Is(err, socket.ErrConnRefused):
						refused.Add(1)
					default:
						t.Errorf("error %v, want net.ErrClosed", err)
					}
				})
			}
			done.Wait()
			t.Logf("%d calls ended by %d closes, %d refused", ended.Load(), rounds, refused.Load())
			if int(ended.Load()+refused.Load()) != rounds {
				t.Errorf("%d calls were lost", rounds-int(ended.Load()+refused.Load()))
			}
		})
	}
}

// Timeouts end calls when they should. None is early; late is what a busy machine makes of
// any, so of several the best is to be in time, and on a calm machine that is one of the first.
func TestWindowsTimeouts(t *testing.T) {
	const inTime, measured, most = 20 * time.Millisecond, 5, 100
	client, _ := connect(t, socket.AF_INET)
	for _, limit := range []time.Duration{time.Millisecond, 3 * time.Millisecond, 15 * time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond} {
		mustSetTimeout(t, client, limit)
		best, worst := time.Hour, time.Duration(0)
		for i := 0; i < measured || i < most && best > inTime; i++ {
			start := time.Now()
			_, err := client.Recv(1)
			d := time.Since(start)
			if !errors.Is(err, socket.ErrTimeout) || d < limit {
				t.Fatalf("Recv = %v after %v, want ErrTimeout after %v", err, d, limit)
			}
			best, worst = min(best, d-limit), max(worst, d-limit)
		}
		t.Logf("%v: %v to %v late", limit, best, worst)
		if best > inTime {
			t.Errorf("a timeout of %v is %v late at best, want at most %v", limit, best, inTime)
		}
	}
}

const threadsEnv = "SOCKET_TEST_THREADS"

// 1,000 sockets on which nothing happens, each with a goroutine that waits, need no threads
// of their own. They are counted in a process that does nothing else, as the runtime keeps
// all threads that it has ever needed; and it needs one more for each that a busy machine
// keeps in a system call, so of several processes the best counts.
func TestWindowsThreads(t *testing.T) {
	if os.Getenv(threadsEnv) != "" {
		countThreads(t)
		return
	}
	for range 10 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWindowsThreads$", "-test.v")
		cmd.Env = append(os.Environ(), threadsEnv+"=1")
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err == nil {
			return
		}
	}
	t.Error("no process kept to it")
}

func countThreads(t *testing.T) {
	const n, most = 1000, 16
	var sockets []*socket.Socket
	errs := make(chan error, n)
	for range n {
		s, _ := bound(t, socket.AF_INET)
		sockets = append(sockets, s)
		go func() {
			_, err := s.Recv(1)
			errs <- err
		}()
	}
	await(t, "all to wait", func() bool {
		waiting := 0
		for _, s := range sockets {
			waiting += socket.Waiting(s, false)
		}
		return waiting == n
	})
	time.Sleep(100 * time.Millisecond) // short waits are over then; their threads stay
	got := threads(t)
	t.Logf("%d threads", got)
	if got > most {
		t.Errorf("%d threads for %d waits, want at most %d", got, n, most)
	}
	for _, s := range sockets {
		s.Close()
	}
	for range n {
		if err := <-errs; !errors.Is(err, net.ErrClosed) {
			t.Fatalf("Recv = %v, want net.ErrClosed", err)
		}
	}
}

// threads counts the threads of this process: MSDN, "CreateToolhelp32Snapshot".
func threads(t *testing.T) (n int) {
	t.Helper()
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID == windows.GetCurrentProcessId() {
			n++
		}
	}
	if !errors.Is(err, windows.ERROR_NO_MORE_FILES) || n == 0 {
		t.Fatalf("%d threads, then %v", n, err)
	}
	return n
}

// TCP connections are what package net's tests of a net.Conn ask for.
func TestWindowsNettestTCP(t *testing.T) {
	l, addr := listen(t, socket.AF_INET)
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		a, err := socket.CreateConnection(socket.Host("127.0.0.1", int(addr.(socket.Inet4Addr).Port)), nil)
		if err != nil {
			return nil, nil, nil, err
		}
		b, _, err := l.Accept()
		if err != nil {
			a.Close()
			return nil, nil, nil, err
		}
		return a, b, func() { a.Close(); b.Close() }, nil
	})
}
