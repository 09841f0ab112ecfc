package socket_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A machine is what a test of resolution runs on: namespaces of its own, with nothing but
// a loopback interface, and files of /etc that nobody else sees. What runs there finds
// them where it always does: the C library of the system as well as this package.
type machine struct {
	hostname string
	etc      map[string]string // the content of files in /etc, by their names
	ip       []string          // arguments of ip(8): addresses and routes
}

// with returns m with another file in /etc, or another one of that name.
func (m machine) with(name, content string) machine {
	m.etc = maps.Clone(m.etc)
	m.etc[name] = content
	return m
}

// onMachine reports whether the test runs on its machine. It does not at first: then
// onMachine starts the test binary again, there, to run this one test, and the caller
// returns. The test is skipped where the system does not let us.
//
//	if !onMachine(t, m) {
//		return
//	}
func onMachine(t *testing.T, m machine) bool {
	t.Helper()
	if os.Getenv("SOCKET_MACHINE") == t.Name() {
		m.setUp(t)
		return true
	}
	needMachines(t)
	args := []string{"-test.run=" + pattern(t.Name()), "-test.v", "-test.timeout=2m"}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	cmd := inNamespaces(exec.Command(os.Args[0], args...))
	cmd.Env = append(os.Environ(), "SOCKET_MACHINE="+t.Name())
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("on its machine: %v\n%s", err, out)
	case bytes.Contains(out, []byte("--- SKIP: "+t.Name()+" ")):
		t.Skipf("on its machine:\n%s", out)
	case !bytes.Contains(out, []byte("--- PASS: "+t.Name()+" ")):
		t.Errorf("the test did not run on its machine:\n%s", out)
	default:
		t.Logf("on its machine:\n%s", out)
	}
	return false
}

// pattern is the argument of -test.run for one test.
func pattern(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// inNamespaces makes a command run in new namespaces, as a root that is no more than the
// user is.
func inNamespaces(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	return cmd
}

// needMachines skips a test where there can be no machine.
func needMachines(t testing.TB) {
	t.Helper()
	if emulated() {
		t.Skip("under an emulator the test binary cannot start itself again")
	}
	path, err := exec.LookPath("ip")
	if err != nil {
		t.Skip("no ip(8), which gives a machine of the test its addresses:", err)
	}
	if out, err := inNamespaces(exec.Command(path, "link", "set", "lo", "up")).CombinedOutput(); err != nil {
		t.Skipf("no namespaces for a machine of the test: %v %s", err, out)
	}
}

// setUp makes the namespaces that this process is in the machine.
func (m *machine) setUp(t *testing.T) {
	t.Helper()
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Skip("no mounts in a namespace:", err)
	}
	if err := unix.Sethostname([]byte(m.hostname)); err != nil {
		t.Skip("no host name in a namespace:", err)
	}
	dir := t.TempDir()
	for name, content := range m.etc {
		file, target := filepath.Join(dir, name), filepath.Join("/etc", name)
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil { //nolint:gosec // others read it
			t.Fatal(err)
		}
		if err := unix.Mount(file, target, "", unix.MS_BIND, ""); err != nil {
			t.Skipf("cannot mount over %s: %v", target, err)
		}
		t.Cleanup(func() { _ = unix.Unmount(target, unix.MNT_DETACH) }) // or the file cannot be removed
	}
	for _, args := range append([]string{"link set lo up"}, m.ip...) {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Skipf("ip %s: %v %s", args, err, out)
		}
	}
}

// TestMachine has a machine be what was asked for.
func TestMachine(t *testing.T) {
	m := machine{
		hostname: "box.test",
		etc:      map[string]string{"hosts": "192.0.2.77 somebody.test\n", "resolv.conf": "nameserver 127.0.0.1\n"},
		ip:       []string{"addr add 192.0.2.77/24 dev lo"},
	}
	if !onMachine(t, m) {
		return
	}
	for name, want := range m.etc {
		if got, err := os.ReadFile("/etc/" + name); err != nil || string(got) != want {
			t.Errorf("/etc/%s: %q, error %v", name, got, err)
		}
	}
	if got, err := os.Hostname(); err != nil || got != m.hostname {
		t.Errorf("host name %q, error %v", got, err)
	}
	if out, err := exec.Command("getent", "ahosts", "somebody.test").Output(); err == nil && !bytes.HasPrefix(out, []byte("192.0.2.77 ")) {
		t.Errorf("the C library says %s", out)
	}
	if out, err := exec.Command("ip", "-brief", "addr").Output(); err != nil || bytes.Count(out, []byte("\n")) != 1 {
		t.Errorf("interfaces %s, error %v", out, err)
	}
}
