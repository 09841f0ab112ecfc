package socket_test

import (
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestPythonSockNonblock compares sockets made with SOCK_NONBLOCK, which is a mode and no
// part of the type.
func TestPythonSockNonblock(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM|socket.SOCK_NONBLOCK)
	both := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM|socket.SOCK_NONBLOCK|socket.SOCK_CLOEXEC)
	a, b := pair(t, socket.AF_UNIX, socket.SOCK_STREAM|socket.SOCK_NONBLOCK)
	checkStates(t, `
a, b = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK)
made = {"new": new(AF_INET, SOCK_STREAM | SOCK_NONBLOCK), "both": new(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC), "a": a, "b": b}
`, map[string]*socket.Socket{"new": s, "both": both, "a": a, "b": b})
}

// TestPythonAbstract compares abstract names.
func TestPythonAbstract(t *testing.T) {
	unique := "\x00" + unixPath(t) + "\x00\xff"
	var theirs []string
	runPython(t, `
def named(addr):
    s = unix()
    s.bind(addr)
    return os.fsencode(s.getsockname()).hex()
print(json.dumps([named(b"\0a\0\xff"), named("\0" + "a" * 107), str(len(named("")))]))
`, &theirs)
	for i, addr := range []string{"\x00a\x00\xff", "\x00" + strings.Repeat("a", 107)} {
		if got := pythonForm(bindAndAsk(t, socket.AF_UNIX, socket.UnixAddr{Path: addr})); got != theirs[i] {
			t.Errorf("%q: %v, in Python %v", addr, got, theirs[i])
		}
	}
	if got := bindAndAsk(t, socket.AF_UNIX, socket.UnixAddr{Path: unique}); got != (socket.UnixAddr{Path: unique}) {
		t.Errorf("%#v, want %q", got, unique)
	}
	if theirs[2] != "12" { // NUL and five digits, in hexadecimal
		t.Errorf("a name of autobind has %s digits in Python", theirs[2])
	}
}
