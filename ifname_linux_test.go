package socket_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// inNamespace calls f on a thread that has new namespaces to itself, which end with it.
func inNamespace(t *testing.T, flags int, f func()) {
	t.Helper()
	entered, done := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked, so the runtime ends the thread
		before, _ := os.Readlink("/proc/thread-self/ns/uts")
		err := unix.Unshare(flags)
		if after, _ := os.Readlink("/proc/thread-self/ns/uts"); err == nil && after == before && flags&unix.CLONE_NEWUTS != 0 {
			err = errors.New("the namespace is the old one") // an emulator, or no /proc to tell
		}
		entered <- err
		if err == nil {
			f()
		}
	}()
	if err := <-entered; err != nil {
		t.Skip("no namespaces here:", err)
	}
	<-done
}

// TestSetHostName names a host of its own, and compares with Python what comes back.
func TestSetHostName(t *testing.T) {
	path := python(t)
	outside, err := socket.GetHostName()
	if err != nil {
		t.Fatal(err)
	}
	inNamespace(t, unix.CLONE_NEWUTS, func() {
		for _, name := range []string{"a", "host.example.com", strings.Repeat("n", 63), strings.Repeat("n", 64), "caf\xc3\xa9", " sp ace ", ""} {
			if err := socket.SetHostName(name); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			if got, err := socket.GetHostName(); err != nil || got != name {
				t.Errorf("%q, %v, want %q", got, err, name)
			}
			theirs, err := exec.Command(path, "-c", "import socket, sys; sys.stdout.buffer.write(socket.gethostname().encode('utf-8', 'surrogateescape'))").Output()
			if err != nil || string(theirs) != name {
				t.Errorf("%q, %v in Python, want %q", theirs, err, name)
			}
		}
		if err := socket.SetHostName(strings.Repeat("n", 65)); !errors.Is(err, socket.EINVAL) {
			t.Errorf("65 bytes: %v, want EINVAL", err)
		}
	})
	if name, err := socket.GetHostName(); err != nil || name != outside {
		t.Errorf("outside the name is %q, %v, want %q", name, err, outside)
	}
}

// TestSetHostNamePermission sets the name that the host has, so that nothing happens
// should it be allowed.
func TestSetHostNamePermission(t *testing.T) {
	name, err := socket.GetHostName()
	if err != nil {
		t.Fatal(err)
	}
	err = unprivileged(t, func() error { return socket.SetHostName(name) })
	if !errors.Is(err, fs.ErrPermission) || !errors.Is(err, socket.EPERM) {
		t.Errorf("error %v, want fs.ErrPermission", err)
	}
}

// TestInterfaceErrors has the numbers of if_nametoindex(3) and if_indextoname(3), and
// loses no fd.
func TestInterfaceErrors(t *testing.T) {
	checkFDs(t)
	for _, name := range []string{"nosuchif0", "", strings.Repeat("a", 15), strings.Repeat("a", 16), "a/b"} {
		if _, err := socket.IfNameToIndex(name); !errors.Is(err, socket.ENODEV) {
			t.Errorf("%q: error %v, want ENODEV", name, err)
		}
	}
	for _, index := range []int{0, 0x7fffffff} {
		if _, err := socket.IfIndexToName(index); !errors.Is(err, socket.ENXIO) {
			t.Errorf("%d: error %v, want ENXIO", index, err)
		}
	}
	if index, err := socket.IfNameToIndex("lo"); err != nil || index < 1 {
		t.Errorf("lo: %d, %v", index, err)
	}
}

// TestAlternativeName gives the loopback interface of a network of its own a second name,
// see ip-link(8), which if_nametoindex(3) knows and lists do not show.
func TestAlternativeName(t *testing.T) {
	needInterfaces(t)
	ip, err := exec.LookPath("ip")
	if err != nil {
		t.Skip("no ip to name an interface with:", err)
	}
	missing := ""
	inNamespace(t, unix.CLONE_NEWNET, func() {
		const name = "second-name"
		if out, err := exec.Command(ip, "link", "property", "add", "dev", "lo", "altname", name).CombinedOutput(); err != nil {
			missing = fmt.Sprintf("%v %s", err, out)
			return
		}
		if index, err := socket.IfNameToIndex(name); err != nil || index != 1 {
			t.Errorf("%d, %v, want 1", index, err)
		}
		s := udp(t)
		group := netip.MustParseAddr("239.1.2.3")
		if err := errors.Join(s.JoinGroup(group, socket.IfName{Name: name}), s.LeaveGroup(group, socket.IfName{Index: 1})); err != nil {
			t.Errorf("a group on %s: %v", name, err)
		}
		if name, err := socket.IfIndexToName(1); err != nil || name != "lo" {
			t.Errorf("%q, %v, want lo", name, err)
		}
		if all, err := socket.IfNameIndex(); err != nil || len(all) == 0 || all[0] != (socket.IfName{Index: 1, Name: "lo"}) {
			t.Errorf("%v, %v", all, err)
		}
	})
	if missing != "" {
		t.Skip("no alternative names here:", missing)
	}
}
