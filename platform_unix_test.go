//go:build unix && !aix

package socket_test

import (
	"os/exec"
	"testing"
)

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
