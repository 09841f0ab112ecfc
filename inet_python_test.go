//go:build unix && !aix

package socket_test

import (
	"math/rand/v2"
	"os/exec"
	"sync"
	"testing"

	"github.com/bsdsocket/socket"
)

// libc is the name of the C library that Python runs on.
var libc = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("python3", "-c", `import platform; print(platform.libc_ver()[0], end="")`).Output()
	return string(out), err
})

// needGlibc skips a test that compares to what the C library of Python says, where that
// is not the one whose words this package has.
func needGlibc(t testing.TB) {
	t.Helper()
	python(t)
	name, err := libc()
	if err != nil {
		t.Fatal(err)
	}
	if name != "glibc" {
		t.Skipf("the C library of Python is %q, not glibc", name)
	}
}

// TestPythonInetText converts many texts, most of which are addresses or nearly.
func TestPythonInetText(t *testing.T) {
	needGlibc(t)
	var cases []comparison
	for _, text := range append(nearAddresses(t, 2000), hosts...) {
		packed, err := socket.InetAton(text)
		cases = append(cases, comparison{call("inet_aton", text), answerOf(t, packed, err)})
		for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
			packed, err = socket.InetPton(family, text)
			cases = append(cases, comparison{call("inet_pton", family, text), answerOf(t, packed, err)})
		}
	}
	packed, err := socket.InetPton(999, "::1")
	cases = append(cases, comparison{call("inet_pton", 999, "::1"), answerOf(t, packed, err)})
	compare(t, 6000, cases)
}

// TestPythonInetBytes converts the bytes of many addresses, and bytes that are none.
func TestPythonInetBytes(t *testing.T) {
	needGlibc(t)
	r := rand.New(rand.NewPCG(5, 6))
	var cases []comparison
	add := func(c pyCall, text string, err error) { cases = append(cases, comparison{c, answerOf(t, text, err)}) }
	for i := range 2000 {
		six := nearZero(r)
		four := six[:4]
		if i%100 == 0 {
			four = make([]byte, i/100) // no address has most of these lengths
		}
		text, err := socket.InetNtop(socket.AF_INET6, six)
		add(call("inet_ntop", socket.AF_INET6, pyBytes(six)), text, err)
		text, err = socket.InetNtop(socket.AF_INET, four)
		add(call("inet_ntop", socket.AF_INET, pyBytes(four)), text, err)
		text, err = socket.InetNtop(socket.AF_INET6, four)
		add(call("inet_ntop", socket.AF_INET6, pyBytes(four)), text, err)
		text, err = socket.InetNtoa(four)
		add(call("inet_ntoa", pyBytes(four)), text, err)
	}
	text, err := socket.InetNtop(socket.AF_UNIX, make([]byte, 4))
	add(call("inet_ntop", socket.AF_UNIX, pyBytes("\x00\x00\x00\x00")), text, err)
	compare(t, 8000, cases)
}
