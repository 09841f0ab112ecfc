package sys

import (
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// patience is how many milliseconds a test waits for what has to happen at once.
const patience = 20_000

// startPairing makes the listener of a pair.
func startPairing(t *testing.T, family int) *pairing {
	t.Helper()
	p, e := newPairing(family, 0)
	if e != 0 {
		t.Fatal(e)
	}
	return p
}

// stranger connects to the listener of a pair and says something.
func stranger(t *testing.T, p *pairing, says []byte) windows.Handle {
	t.Helper()
	family, _ := sockaddr.Native.Family(&p.name)
	fd, e := Socket(int(family), windows.SOCK_STREAM, 0)
	if e != 0 {
		t.Fatal(e)
	}
	if e := Connect(fd, &p.name); e != 0 && e != windows.WSAEWOULDBLOCK {
		t.Fatal(e)
	}
	if revents, e := Poll(fd, PollWrNorm, patience); e != 0 || revents != PollWrNorm {
		t.Fatalf("a stranger connects: %#x, %v", revents, e)
	}
	if len(says) > 0 {
		if _, e := Send(fd, says, 0); e != 0 {
			t.Fatal(e)
		}
	}
	return fd
}

// talk sends a byte from one end of a pair to the other.
func talk(t *testing.T, from, to windows.Handle) {
	t.Helper()
	if _, e := Send(from, []byte("x"), 0); e != 0 {
		t.Fatal(e)
	}
	var buf [64]byte
	revents, e := Poll(to, PollRdNorm, patience)
	if e != 0 || revents&PollRdNorm == 0 {
		t.Fatalf("nothing arrives: %#x, %v", revents, e)
	}
	if n, e := Recv(to, buf[:], 0); e != 0 || string(buf[:max(n, 0)]) != "x" {
		t.Fatalf("received %q, %v", buf[:max(n, 0)], e)
	}
}

// Whoever connects before the client does, and whatever they say, is turned away, and the
// pair forms.
func TestPairWithStrangers(t *testing.T) {
	wrong := make([]byte, 16)
	long := make([]byte, 1000)
	for _, family := range []int{windows.AF_INET, windows.AF_INET6} {
		p := startPairing(t, family)
		strangers := []windows.Handle{
			stranger(t, p, nil), stranger(t, p, wrong), stranger(t, p, wrong[:3]), stranger(t, p, long),
		}
		Close(stranger(t, p, nil))
		Close(stranger(t, p, wrong))
		reset := stranger(t, p, nil)
		Setsockopt(reset, windows.SOL_SOCKET, windows.SO_LINGER, []byte{1, 0, 0, 0}, 4)
		Close(reset)
		start := time.Now()
		fds, e := p.pair(0)
		if e != 0 {
			t.Fatal(e)
		}
		if d := time.Since(start); d > pairPatience/2 {
			t.Errorf("silent strangers held the pair up for %v", d)
		}
		talk(t, fds[0], fds[1])
		talk(t, fds[1], fds[0])
		for _, fd := range strangers {
			if revents, e := Poll(fd, PollRdNorm, patience); e != 0 || revents == 0 {
				t.Errorf("a stranger was not turned away: %#x, %v", revents, e)
			}
			Close(fd)
		}
		Close(fds[0])
		Close(fds[1])
	}
}

// A crowd that fills more than the backlog does not keep the client out.
func TestPairInACrowd(t *testing.T) {
	p := startPairing(t, windows.AF_INET)
	for range pairCandidates + 20 {
		defer Close(stranger(t, p, nil))
	}
	fds, e := p.pair(0)
	if e != 0 {
		t.Fatal(e)
	}
	talk(t, fds[0], fds[1])
	Close(fds[0])
	Close(fds[1])
}

// A client that never comes, or a server that does not know its nonce, is an error when the
// time is over, or at once.
func TestPairFails(t *testing.T) {
	p := startPairing(t, windows.AF_INET)
	defer Close(stranger(t, p, nil))
	p.deadline = time.Now().Add(50 * time.Millisecond)
	if e := p.connect(0); e != 0 {
		t.Fatal(e)
	}
	p.greeted = true // it has not
	if fd, e := p.find(); e != windows.WSAETIMEDOUT {
		t.Errorf("found %v, %v; want WSAETIMEDOUT", fd, e)
	}
	p.close()

	for _, tt := range []struct {
		says []byte
		want syscall.Errno
	}{{make([]byte, 16), windows.WSAECONNABORTED}, {nil, windows.WSAECONNABORTED}} {
		p := startPairing(t, windows.AF_INET)
		if e := p.connect(0); e != 0 {
			t.Fatal(e)
		}
		other, e := Socketpair(windows.AF_INET, windows.SOCK_STREAM, 0)
		if e != 0 {
			t.Fatal(e)
		}
		Close(p.client)
		p.client = other[0] // is at the other end of something else
		if tt.says == nil {
			Close(other[1])
		} else if _, e := Send(other[1], tt.says, 0); e != 0 {
			t.Fatal(e)
		}
		into, e := Socketpair(windows.AF_INET, windows.SOCK_STREAM, 0)
		if e != 0 {
			t.Fatal(e)
		}
		if e := p.confirm(into[0]); e != tt.want {
			t.Errorf("confirm = %v, want %v", e, tt.want)
		}
		p.close()
		Close(into[0])
		Close(into[1])
	}
}

// A pair of AF_UNIX leaves no file behind.
func TestPairUnix(t *testing.T) {
	if !HasUnixPair() {
		_, e := Socket(windows.AF_UNIX, windows.SOCK_STREAM, 0)
		t.Skip("no pairs of AF_UNIX on this system:", e)
	}
	p := startPairing(t, windows.AF_UNIX)
	path := p.path
	fds, e := p.pair(0)
	if e != 0 {
		t.Fatal(e)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("%s: %v, want none", path, err)
	}
	talk(t, fds[0], fds[1])
	talk(t, fds[1], fds[0])
	Close(fds[0])
	Close(fds[1])
}
