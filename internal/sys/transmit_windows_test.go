package sys

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// newFile makes a file with random bytes.
func newFile(t *testing.T, size int) (f *os.File, data []byte) {
	t.Helper()
	data = make([]byte, size)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, data
}

// pollPair returns a TCP connection.
func pollPair(t *testing.T) (p, peer *Poller) {
	t.Helper()
	fds, e := Socketpair(windows.AF_INET, windows.SOCK_STREAM, 0)
	if e != 0 {
		t.Fatal(e)
	}
	var ends [2]*Poller
	for i, fd := range fds {
		if ends[i], e = OpenPoller(fd); e != 0 {
			t.Fatal(e)
		}
		t.Cleanup(func() { ends[i].Close() })
	}
	return ends[0], ends[1]
}

// receive returns what comes until the end of the stream.
func receive(t *testing.T, fd windows.Handle) (data []byte) {
	t.Helper()
	buf := make([]byte, 64<<10)
	for {
		if revents, e := Poll(fd, PollRdNorm, patience); revents == 0 || e != 0 {
			t.Errorf("nothing comes after %d bytes: %v", len(data), e)
			return data
		}
		n, e := Recv(fd, buf, 0)
		data = append(data, buf[:n]...)
		if e != 0 && e != windows.WSAEWOULDBLOCK || e == 0 && n == 0 {
			return data
		}
	}
}

// awaitData waits until there is something to receive.
func awaitData(t *testing.T, fd windows.Handle) {
	t.Helper()
	if revents, e := Poll(fd, PollRdNorm, patience); revents == 0 || e != 0 {
		t.Errorf("nothing comes: %v", e)
	}
}

// awaitFull waits until no more comes, as nobody receives it.
func awaitFull(t *testing.T, fd windows.Handle) {
	t.Helper()
	const fionread, milliseconds, enough = 0x4004667f, 5, 20
	last, same := uint32(0), 0
	for range patience / milliseconds {
		var n uint32
		if e := Ioctl(fd, fionread, unsafe.Slice((*byte)(unsafe.Pointer(&n)), unsafe.Sizeof(n))); e != 0 {
			t.Error("FIONREAD:", e)
			return
		}
		if n == 0 || n != last {
			last, same = n, 0
		}
		if same++; same == enough {
			return
		}
		time.Sleep(milliseconds * time.Millisecond)
	}
	t.Errorf("more comes and comes, now %d bytes", last)
}

func never() error { return nil }

// Transmit sends what is asked for of what there is, whether or not it has to wait, and
// leaves the position of the file alone.
func TestTransmit(t *testing.T) {
	const size, position = 5<<20 + 1, 42
	f, data := newFile(t, size)
	for _, tt := range []struct {
		name          string
		offset, count int64
		want          []byte
	}{
		{"whole", 0, size, data},
		{"to the end", 10, 1 << 40, data[10:]},
		{"range", 1 << 20, 100, data[1<<20:][:100]},
		{"long range", 4097, 3 << 20, data[4097:][:3<<20]},
		{"last byte", size - 1, 1, data[size-1:]},
		{"empty", 5, 0, nil},
		{"empty at the end", size, 1, nil},
		{"beyond", 1 << 40, 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := f.Seek(position, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			p, peer := pollPair(t)
			var got []byte
			var done sync.WaitGroup
			done.Go(func() { got = receive(t, peer.fd) })
			n, err := p.Transmit(windows.Handle(f.Fd()), tt.offset, tt.count, never)
			if n != len(tt.want) || err != nil {
				t.Errorf("Transmit = %d, %v; want %d", n, err, len(tt.want))
			}
			p.Close()
			done.Wait()
			if !bytes.Equal(got, tt.want) {
				t.Errorf("%d bytes arrived, want %d", len(got), len(tt.want))
			}
			if now, err := f.Seek(0, io.SeekCurrent); now != position || err != nil {
				t.Errorf("the file is at %d, %v; want %d", now, err, position)
			}
		})
	}
}

// Offsets have 64 bits.
func TestTransmitFar(t *testing.T) {
	const far, fsctlSetSparse = 5 << 30, 0x900c4
	f, err := os.Create(filepath.Join(t.TempDir(), "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var n uint32
	// Without it NTFS writes all the zeros; Wine has not got it, and leaves them out.
	_ = windows.DeviceIoControl(windows.Handle(f.Fd()), fsctlSetSparse, nil, 0, nil, 0, &n, nil)
	if _, err := f.WriteAt([]byte("far"), far); err != nil {
		t.Skip("no large files here:", err)
	}
	p, peer := pollPair(t)
	if n, err := p.Transmit(windows.Handle(f.Fd()), far, 10, never); n != 3 || err != nil {
		t.Errorf("Transmit = %d, %v; want 3", n, err)
	}
	p.Close()
	if got := receive(t, peer.fd); string(got) != "far" {
		t.Errorf("%q arrived", got)
	}
}

// A Transmit to a peer that does not read ends at once, for each reason, and tells how many
// bytes went out; nothing of it stays.
func TestTransmitEnds(t *testing.T) {
	const size, pause = 32 << 20, 30 * time.Millisecond
	f, data := newFile(t, size)
	errEnough := errors.New("enough")
	for _, tt := range []struct {
		name string
		end  func(p *Poller)
		want error
	}{
		{"ended", func(p *Poller) { p.SetDeadline(Writing, time.Unix(1, 0)) }, errEnough},
		{"deadline", func(p *Poller) { p.SetDeadline(Writing, time.Now().Add(pause)) }, errEnough},
		{"close", func(p *Poller) { p.Close() }, os.ErrClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, peer := pollPair(t)
			var over bool
			var mu sync.Mutex
			ended := func() error {
				mu.Lock()
				defer mu.Unlock()
				if over {
					return errEnough
				}
				return nil
			}
			time.AfterFunc(pause, func() {
				awaitData(t, peer.fd)
				mu.Lock()
				over = true
				mu.Unlock()
				tt.end(p)
			})
			start := time.Now()
			n, err := p.Transmit(windows.Handle(f.Fd()), 1, size, ended)
			if d := time.Since(start); d < pause || d > patience*time.Millisecond {
				t.Errorf("it took %v", d)
			}
			if !errors.Is(err, tt.want) || n <= 0 || n >= size {
				t.Errorf("Transmit = %d, %v; want %v", n, err, tt.want)
			}
			p.Close()
			if got := receive(t, peer.fd); !bytes.Equal(got, data[1:][:min(n, size-1)]) {
				t.Errorf("%d bytes arrived, want %d", len(got), n)
			}
		})
	}
}

// The deadline is for who waits to look at: if ended does not mind, Transmit goes on.
func TestTransmitGoesOn(t *testing.T) {
	const size = 8 << 20
	f, data := newFile(t, size)
	p, peer := pollPair(t)
	got := make(chan []byte, 1)
	asked := 0
	n, err := p.Transmit(windows.Handle(f.Fd()), 0, size, func() error {
		switch asked++; asked {
		case 1:
			p.SetDeadline(Writing, time.Now().Add(20*time.Millisecond))
		case 2: // the deadline has passed
			go func() { got <- receive(t, peer.fd) }()
		}
		return nil
	})
	if n != size || err != nil || asked < 2 {
		t.Fatalf("Transmit = %d, %v, asked %d times", n, err, asked)
	}
	p.Close()
	if b := <-got; !bytes.Equal(b, data) {
		t.Errorf("%d bytes arrived", len(b))
	}
}

// A peer that goes away is an error, not an end. It goes when nothing moves: see
// Transmit about Wine.
func TestTransmitReset(t *testing.T) {
	const size = 32 << 20
	f, _ := newFile(t, size)
	p, peer := pollPair(t)
	linger := [4]byte{1} // struct linger: on, no seconds
	if e := Setsockopt(peer.fd, windows.SOL_SOCKET, windows.SO_LINGER, linger[:], len(linger)); e != 0 {
		t.Fatal(e)
	}
	var done sync.WaitGroup
	done.Go(func() {
		awaitFull(t, peer.fd)
		peer.Close()
	})
	n, err := p.Transmit(windows.Handle(f.Fd()), 0, size, never)
	done.Wait()
	if !errors.Is(err, windows.WSAECONNRESET) && !errors.Is(err, windows.WSAECONNABORTED) || n >= size {
		t.Errorf("Transmit = %d, %v; want WSAECONNRESET", n, err)
	}
}

// What cannot be sent, and what cannot send, is an error.
func TestTransmitErrors(t *testing.T) {
	f, _ := newFile(t, 10)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	closed, _ := pollPair(t)
	closed.Close()
	late, _ := pollPair(t)
	late.SetDeadline(Writing, time.Now())
	fd, e := Socket(windows.AF_INET, windows.SOCK_STREAM, 0)
	if e != 0 {
		t.Fatal(e)
	}
	alone, e := OpenPoller(fd)
	if e != 0 {
		t.Fatal(e)
	}
	defer alone.Close()
	good, _ := pollPair(t)
	file := windows.Handle(f.Fd())
	for _, tt := range []struct {
		name          string
		p             *Poller
		file          windows.Handle
		offset, count int64
		want          error // nil: any
	}{
		{"closed", closed, file, 0, 10, os.ErrClosed},
		{"closed, nothing", closed, file, 0, 0, os.ErrClosed},
		{"deadline", late, file, 0, 10, os.ErrDeadlineExceeded},
		{"not connected", alone, file, 0, 10, windows.WSAENOTCONN},
		{"negative offset", good, file, -1, 10, windows.WSAEINVAL},
		{"negative count", good, file, 0, -1, windows.WSAEINVAL},
		{"no handle", good, windows.InvalidHandle, 0, 10, windows.ERROR_INVALID_HANDLE},
		{"socket for a file", good, fd, 0, 10, nil},
		{"pipe", good, windows.Handle(r.Fd()), 0, 10, nil},
	} {
		n, err := tt.p.Transmit(tt.file, tt.offset, tt.count, never)
		if n != 0 || err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: Transmit = %d, %v; want %v", tt.name, n, err, tt.want)
		}
		t.Logf("%s: %v", tt.name, err)
	}
	none, e := newTransmission(0)
	if e != 0 {
		t.Fatal(e)
	}
	defer none.free()
	if e := none.begin(file, file, 1); e != windows.WSAENOTSOCK && e != windows.WSAENOTCONN /* Wine */ {
		t.Errorf("a file for a socket: %v, want WSAENOTSOCK", e)
	}
}

// countHandles returns how many handles this process has: small multiples of 4.
func countHandles() (n int) {
	for h := uintptr(4); h < 1<<14; h += 4 {
		var flags uint32
		if r, _, _ := procGetHandleInformation.Call(h, uintptr(unsafe.Pointer(&flags))); r != 0 {
			n++
		}
	}
	return n
}

// Neither a Transmit that succeeds nor one that is cancelled leaves handles behind. Threads
// have handles too, and a busy machine makes the runtime start some, but not every time.
func TestTransmitLeavesNothing(t *testing.T) {
	const rounds, others = 100, 30
	small, _ := newFile(t, 10)
	large, _ := newFile(t, 8<<20)
	p, _ := pollPair(t)
	if _, err := p.Transmit(windows.Handle(large.Fd()), 0, 8<<20, func() error { return os.ErrClosed }); !errors.Is(err, os.ErrClosed) {
		t.Fatal(err) // the pool has its thread now, and the connection is full
	}
	q, _ := pollPair(t)
	more := others + 1
	for i := 0; i < 5 && more > others; i++ {
		before := countHandles()
		if before == 0 {
			t.Fatal("no handles are counted")
		}
		for range rounds {
			if _, err := p.Transmit(windows.Handle(large.Fd()), 0, 8<<20, func() error { return os.ErrClosed }); !errors.Is(err, os.ErrClosed) {
				t.Fatal(err)
			}
			if n, err := q.Transmit(windows.Handle(small.Fd()), 0, 10, never); n != 10 || err != nil {
				t.Fatal(n, err)
			}
		}
		more = countHandles() - before
		t.Logf("%d handles, then %d more", before, more)
	}
	if more > others {
		t.Errorf("%d handles more after %d rounds", more, rounds)
	}
	if p.lanes[Writing].transmission != nil {
		t.Error("a transmission stays")
	}
}
