package socket_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// unprivileged calls f on a thread that has given up its capabilities, as
// capabilities(7) lets each thread do for itself. The thread ends with f.
func unprivileged(t *testing.T, f func() error) error {
	t.Helper()
	dropped, result := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked, so the runtime ends the thread
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var none [2]unix.CapUserData
		err := unix.Capset(&header, &none[0])
		dropped <- err
		if err == nil {
			result <- f()
		}
	}()
	if err := <-dropped; err != nil {
		t.Skip("cannot give up capabilities here:", err)
	}
	return <-result
}

// TestPermission binds to what an ordinary user may not have.
func TestPermission(t *testing.T) {
	if start, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start"); err == nil {
		if s := strings.TrimSpace(string(start)); s == "0" || s == "1" {
			t.Skip("every user may bind port 1 on this machine: ip_unprivileged_port_start is", s)
		}
	}
	dir := filepath.Dir(unixPath(t))
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, addr := range []socket.Addr{socket.Host("127.0.0.1", 1), socket.UnixAddr{Path: filepath.Join(dir, "s")}} {
		family := socket.AF_INET
		if _, ok := addr.(socket.UnixAddr); ok {
			family = socket.AF_UNIX
		}
		s := newSocket(t, family, socket.SOCK_STREAM)
		err := unprivileged(t, func() error { return s.Bind(addr) })
		if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, socket.EACCES) {
			t.Errorf("bind %v: error %v, want fs.ErrPermission", addr, err)
		}
	}
	err := unprivileged(t, func() error {
		s, err := socket.New(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
		if err == nil {
			s.Close()
		}
		return err
	})
	if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, socket.EPERM) {
		t.Errorf("raw socket: error %v, want fs.ErrPermission", err)
	}
}
