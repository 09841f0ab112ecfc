//go:build aix || !(unix || windows)

package socket_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file tests the systems without sockets, and has what the other tests need of them
// to compile.

func rawRecv(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

func maxFDs(testing.TB) int { return 0 }

func needLocalhost(testing.TB) {}

const (
	errNoFD        = socket.EOPNOTSUPP
	errNobody      = socket.EOPNOTSUPP
	errShortOption = socket.EOPNOTSUPP
	errNoMember    = socket.EOPNOTSUPP
)

func wine() bool { return false }

func countFDs(testing.TB) int { return 0 }

func forgetsReset(testing.TB) bool { return false }

func lackOfWine(string) error { return nil }

func noSuchSocket(err error) bool { return errors.Is(err, errors.ErrUnsupported) }

func needOptionLengths(testing.TB) {}

func lingerBytes(uint32, uint32) []byte { return nil }

func textOf(_ socket.EAI, text string) string { return text }

// fakeConn is a connection that has a descriptor.
type fakeConn struct{ syscall.RawConn }

func (c fakeConn) SyscallConn() (syscall.RawConn, error) { return c, nil }

func (fakeConn) Control(f func(fd uintptr)) error { f(3); return nil }

// TestStubUnsupported has everything that would make a socket, or ask the system.
func TestStubUnsupported(t *testing.T) {
	host := socket.Host("127.0.0.1", 80)
	tests := map[string]func() error{
		"New":              func() error { _, err := socket.New(0, 0, 0); return err },
		"New of AF_INET6":  func() error { _, err := socket.New(socket.AF_INET6, socket.SOCK_DGRAM, 0); return err },
		"New of AF_CAN":    func() error { _, err := socket.New(socket.AF_CAN, socket.SOCK_RAW, 0); return err },
		"Socketpair":       func() error { _, _, err := socket.Socketpair(0, 0, 0); return err },
		"FromFD":           func() error { _, err := socket.FromFD(3, 0, 0, 0); return err },
		"TakeFD":           func() error { _, err := socket.TakeFD(3); return err },
		"TakeFDAs":         func() error { _, err := socket.TakeFDAs(3, socket.AF_INET, socket.SOCK_STREAM, 0); return err },
		"FromConn":         func() error { _, err := socket.FromConn(fakeConn{}); return err },
		"FromShare":        func() error { _, err := socket.FromShare(make([]byte, 628)); return err },
		"CloseFD":          func() error { return socket.CloseFD(3) },
		"DupFD":            func() error { _, err := socket.DupFD(3); return err },
		"CreateConnection": func() error { _, err := socket.CreateConnection(host, nil); return err },
		"CreateServer":     func() error { _, err := socket.CreateServer(host, nil); return err },
		"IfNameIndex":      func() error { _, err := socket.IfNameIndex(); return err },
		"IfNameToIndex":    func() error { _, err := socket.IfNameToIndex("lo"); return err },
		"IfIndexToName":    func() error { _, err := socket.IfIndexToName(1); return err },
		"GetHostName":      func() error { _, err := socket.GetHostName(); return err },
		"SetHostName":      func() error { return socket.SetHostName("host") },
	}
	for name, call := range tests {
		if err := call(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, want one that is errors.ErrUnsupported", name, err)
		}
	}
	if socket.HasIPv6() || socket.HasDualstackIPv6() {
		t.Error("there is IPv6")
	}
	if socket.ReuseAddr.Supported() {
		t.Error("there is SO_REUSEADDR")
	}
}

// TestStubPortable has what works everywhere.
func TestStubPortable(t *testing.T) {
	want := socket.Inet6Addr{IP: netip.IPv6Loopback(), Port: 80}
	infos, err := socket.GetAddrInfo("::1", "http", &socket.AddrInfoHints{Type: socket.SOCK_STREAM})
	if err != nil || len(infos) != 1 || infos[0].Addr != want || infos[0].Family != socket.AF_INET6 {
		t.Errorf("GetAddrInfo: %v, %v", infos, err)
	}
	if packed, err := socket.InetPton(socket.AF_INET, "127.0.0.1"); err != nil || string(packed) != "\x7f\x00\x00\x01" {
		t.Errorf("InetPton: %q, %v", packed, err)
	}
	host, service, err := socket.GetNameInfo(want, socket.NI_NUMERICHOST)
	if err != nil || host != "::1" || service != "http" {
		t.Errorf("GetNameInfo: %q, %q, %v", host, service, err)
	}
}
