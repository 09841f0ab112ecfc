package socket_test

import (
	"os"
	"strconv"
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
	own := strconv.Itoa(os.Getpid()) // or two of these tests at once had the same names
	var theirs []string
	runPython(t, "own = '"+own+"'"+`
def named(addr):
    s = unix()
    s.bind(addr)
    return os.fsencode(s.getsockname()).hex()
print(json.dumps([named(b"\0" + own.encode() + b"\0\xff"), named("\0" + own.ljust(107, "a")), str(len(named("")))]))
`, &theirs)
	for i, addr := range []string{"\x00" + own + "\x00\xff", "\x00" + own + strings.Repeat("a", 107-len(own))} {
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

// TestPythonErrorTexts compares what the codes of failed look-ups say with gai_strerror(3)
// and hstrerror(3), but for the first letter: errors of Go begin with a small one.
func TestPythonErrorTexts(t *testing.T) {
	var theirs map[string]string
	runPython(t, `
import ctypes
libc = ctypes.CDLL(None)
libc.gai_strerror.restype = libc.hstrerror.restype = ctypes.c_char_p
texts = {"EAI %d" % n: libc.gai_strerror(n).decode() for n in range(-12, 0)}
texts |= {"HErr %d" % n: libc.hstrerror(n).decode() for n in range(1, 5)}
print(json.dumps(texts))
`, &theirs)
	check := func(key, text string) {
		_, text, _ = strings.Cut(text, ": ")
		want := theirs[key]
		want = strings.ToLower(want[:1]) + want[1:]
		if strings.HasPrefix(theirs[key], "Unknown error") {
			return // glibc 2.36 has no text for EAI_OVERFLOW and what is left out
		}
		if text != want {
			t.Errorf("%s: %q, want %q", key, text, want)
		}
	}
	names := map[string]socket.EAI{
		"EAI -9": socket.EAI_ADDRFAMILY, "EAI -3": socket.EAI_AGAIN, "EAI -1": socket.EAI_BADFLAGS, "EAI -4": socket.EAI_FAIL,
		"EAI -6": socket.EAI_FAMILY, "EAI -10": socket.EAI_MEMORY, "EAI -5": socket.EAI_NODATA, "EAI -2": socket.EAI_NONAME,
		"EAI -8": socket.EAI_SERVICE, "EAI -7": socket.EAI_SOCKTYPE, "EAI -11": socket.EAI_SYSTEM,
	}
	for key, code := range names {
		check(key, (&socket.AddrInfoError{Op: "getaddrinfo", Name: "x", Code: code}).Error())
	}
	hosts := map[string]socket.HErr{
		"HErr 1": socket.HOST_NOT_FOUND, "HErr 2": socket.TRY_AGAIN, "HErr 3": socket.NO_RECOVERY, "HErr 4": socket.NO_DATA,
	}
	for key, code := range hosts {
		check(key, (&socket.HostError{Op: "gethostbyaddr", Name: "x", Code: code}).Error())
	}
}
