//go:build unix && !aix

package socket_test

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/bsdsocket/socket"
)

// What Unix answers where Windows answers something else (platform_windows_test.go).
const (
	errNoFD        = socket.EBADF         // an fd that is not open
	errNobody      = socket.EDESTADDRREQ  // a datagram without a destination
	errShortOption = socket.EINVAL        // an option shorter than its value
	errNoMember    = socket.EADDRNOTAVAIL // a group that the socket is not in
)

// wine reports whether this is Wine.
func wine() bool { return false }

// countFDs returns how many file descriptors this process has open, or 0 where there is no
// list of them.
func countFDs(testing.TB) int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// checkClosed fails the test if an fd is open.
func checkClosed(t testing.TB, fd int) {
	t.Helper()
	if err := socket.CloseFD(fd); !errors.Is(err, socket.EBADF) {
		t.Errorf("fd %d was open: %v", fd, err)
	}
}

// takenForSocket reports whether a file is taken for a socket.
func takenForSocket(uintptr) bool { return false }

// forgetsReset reports whether a reset that comes before the recv is lost.
func forgetsReset(testing.TB) bool { return false }

// lackOfWine is what Wine says to an option that it lacks.
func lackOfWine(string) error { return nil }

// noSuchSocket reports whether an error says that the kernel makes no such sockets.
func noSuchSocket(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, socket.EPROTONOSUPPORT) ||
		errors.Is(err, socket.ESOCKTNOSUPPORT)
}

// needOptionLengths skips a test where the lengths of options are not looked at.
func needOptionLengths(testing.TB) {}

// needLocalhost skips a test where no hosts file has localhost.
func needLocalhost(testing.TB) {}

// lingerBytes is struct linger: two of int (sys/socket.h).
func lingerBytes(on, seconds uint32) []byte {
	return binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint32(nil, on), seconds)
}

// textOf is the text of an EAI code: the same on every Unix.
func textOf(_ socket.EAI, text string) string { return text }

// python returns the path of a Python 3 interpreter, or skips the test.
func python(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to compare with:", err)
	}
	if err := exec.Command(path, "-c", "import socket").Run(); err != nil {
		t.Skip("python3 does not run here:", err)
	}
	return path
}

// needControlRoom skips a test where an emulator offers its host more room for control data
// than its guest has, and loses what it cannot pass on.
func needControlRoom(t testing.TB) {
	t.Helper()
	if emulated() {
		t.Skip("the emulator receives more control data than it can pass on")
	}
}
