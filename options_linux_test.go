package socket_test

import (
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// needOptions skips a test where an emulator stands before the kernel: it knows few
// options.
func needOptions(t *testing.T) {
	t.Helper()
	if emulated() {
		t.Skip("the emulator does not know the option")
	}
}

// TestSockOptSign has negative values stay negative, and values above 1<<31 be what they
// are in 32 bits.
func TestSockOptSign(t *testing.T) {
	needOptions(t)
	const soPeekOff = 42 // asm-generic/socket.h; -1 is off
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	if got := getInt(t, s, socket.SOL_SOCKET, soPeekOff); got != -1 {
		t.Errorf("SO_PEEK_OFF is %d, want -1", got)
	}
	if err := s.SetSockOptInt(socket.SOL_SOCKET, soPeekOff, 5); err != nil {
		t.Fatal(err)
	}
	if err := s.SetSockOptInt(socket.SOL_SOCKET, soPeekOff, -1); err != nil {
		t.Fatal(err)
	}
	if got := getInt(t, s, socket.SOL_SOCKET, soPeekOff); got != -1 {
		t.Errorf("SO_PEEK_OFF is %d, want -1", got)
	}
	var large int64 = math.MaxUint32 // no int where that has 32 bits
	err := s.SetSockOptInt(socket.SOL_SOCKET, socket.SO_MARK, int(large))
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("SO_MARK is not permitted here:", err)
	}
	if got := getInt(t, s, socket.SOL_SOCKET, socket.SO_MARK); err != nil || got != -1 {
		t.Errorf("SO_MARK is %d, error %v, want -1, the same 32 bits", got, err)
	}
}

// TestSockOptText reads and writes an option that is a string.
func TestSockOptText(t *testing.T) {
	needOptions(t)
	const tcpCongestion = 13
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.SetSockOptBytes(socket.IPPROTO_TCP, tcpCongestion, []byte("reno")); err != nil {
		t.Fatal(err)
	}
	got, err := s.GetSockOptBytes(socket.IPPROTO_TCP, tcpCongestion, 16)
	if err != nil || strings.TrimRight(string(got), "\x00") != "reno" {
		t.Errorf("%q, error %v, want reno", got, err)
	}
}

// TestSockOptNone gives no value where none is fine: an interface name of no bytes.
func TestSockOptNone(t *testing.T) {
	needOptions(t)
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.SetSockOptNone(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 0); err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
	if err := s.SetSockOptBytes(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, nil); err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
}

// TestTakeFDProto has the protocol be found out too, where the system tells it.
func TestTakeFDProto(t *testing.T) {
	for _, proto := range []int{0, socket.IPPROTO_TCP} {
		s, err := socket.TakeFD(detached(t, socket.AF_INET, socket.SOCK_STREAM, proto))
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		if s.Proto() != socket.IPPROTO_TCP {
			t.Errorf("protocol %d, want TCP", s.Proto())
		}
	}
}
