package socket_test

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// fionread is FIONREAD, how many bytes there are to read: asm/ioctls.h, sys/filio.h,
// winsock2.h.
func fionread() uint {
	switch {
	case runtime.GOOS != "linux" || strings.HasPrefix(runtime.GOARCH, "ppc"):
		return 0x4004667f
	case strings.HasPrefix(runtime.GOARCH, "mips"):
		return 0x467f
	}
	return 0x541b
}

func TestIoctl(t *testing.T) {
	a, b := pair(t, 0, 0)
	if err := a.SendAll([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Recv(1, socket.MSG_PEEK); err != nil { // it is there now
		t.Fatal(err)
	}
	for _, size := range []int{4, 100, 2000} {
		arg := make([]byte, size)
		if err := b.Ioctl(fionread(), arg); err != nil {
			t.Fatal(err)
		}
		if n := binary.NativeEndian.Uint32(arg); n != 5 {
			t.Errorf("FIONREAD with %d bytes: %d, want 5", size, n)
		}
	}
}

// The bytes behind a short argument are nobody's business.
func TestIoctlShortArgument(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	all := []byte{9, 9, 9, 9, 9, 9, 9, 9}
	err := s.Ioctl(fionread(), all[:2])
	if all[2] != 9 || all[3] != 9 || all[4] != 9 {
		t.Errorf("wrote %v behind two bytes", all[2:])
	}
	if runtime.GOOS == "windows" {
		if !errors.Is(err, socket.EFAULT) {
			t.Errorf("error %v, want EFAULT", err)
		}
		return
	}
	if err != nil || all[0] != 0 || all[1] != 0 {
		t.Errorf("%v, error %v", all[:2], err)
	}
	if err := s.Ioctl(fionread(), nil); !errors.Is(err, socket.EFAULT) {
		t.Errorf("without argument: %v, want EFAULT", err)
	}
}

func TestIoctlRefuses(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for _, req := range []uint{0x5421, 0x667e, 0x8004667e} {
		if err := s.Ioctl(req, make([]byte, 4)); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("FIONBIO, %#x: %v, want an ArgError", req, err)
		}
	}
	if strconv.IntSize == 64 {
		if err := s.Ioctl(1<<(strconv.IntSize/2), nil); !errors.Is(err, strconv.ErrRange) {
			t.Errorf("a request of 33 bits: %v, want ErrRange", err)
		}
	}
	err := s.Ioctl(0x40047a7a, make([]byte, 4))
	if errno, ok := socket.ErrnoOf(err); !ok || errno == 0 {
		t.Errorf("a request that nobody knows: %v, want an errno", err)
	}
	if e, ok := outermost(err); !ok || e.Op != "ioctl" {
		t.Errorf("error %#v, want an *Error of ioctl", err)
	}
}

func TestShare(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for _, pid := range []int64{-1, 1 << 32} {
		if int64(int(pid)) != pid {
			continue // no int of this machine
		}
		if _, err := s.Share(int(pid)); !errors.Is(err, strconv.ErrRange) {
			t.Errorf("Share(%d) = %v, want ErrRange", pid, err)
		}
	}
	if runtime.GOOS == "windows" {
		return // socket_windows_test.go
	}
	if data, err := s.Share(1); data != nil || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("Share = %v, %v; want ErrUnsupported", data, err)
	}
	if got, err := socket.FromShare(nil); got != nil || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("FromShare = %v, %v; want ErrUnsupported", got, err)
	}
}
