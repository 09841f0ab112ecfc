package netdb

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// asked is a program that reads questions, answers them by the C library with other
// files in the place of the system's, and prints the answers.
const asked = `
import ctypes, json, os, socket, sys

libc = ctypes.CDLL(None, use_errno=True)
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

def mount(source, target, flags):
    if libc.mount(source, target, None, flags, None) != 0:
        sys.exit("mount: " + os.strerror(ctypes.get_errno()))

def answer(name, *args):
    try:
        return getattr(socket, name)(*args)
    except OSError:
        return None

mount(b"none", b"/", MS_REC | MS_PRIVATE)
for name in b"hosts", b"services", b"protocols", b"nsswitch.conf":
    mount(os.path.join(os.fsencode(sys.argv[1]), name), b"/etc/" + name, MS_BIND)
json.dump([answer(*q) for q in json.load(sys.stdin)], sys.stdout)
`

// glibc answers questions, each the name of a function of Python and its arguments, with
// the odd files of these tests. It skips the test where that is not possible.
func glibc[T any](t *testing.T, questions [][]any) []*T {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to compare with: ", err)
	}
	if out, err := exec.Command(python, "-c", "import platform; print(platform.libc_ver()[0])").Output(); err != nil || strings.TrimSpace(string(out)) != "glibc" {
		t.Skipf("python3 has another C library: %s %v", out, err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"hosts": oddHosts, "services": oddServices, "protocols": oddProtocols,
		"nsswitch.conf": "hosts: files\nservices: files\nprotocols: files\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-c", asked, dir)
	cmd.Stdin = strings.NewReader(string(input))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("no mount namespace: %v %s", err, &stderr)
	}
	var answers []*T
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(questions) {
		t.Fatalf("%v: %s", err, out)
	}
	return answers
}

func TestGlibcServices(t *testing.T) {
	db := ParseServices(oddServices)
	names := words(oddServices)
	var questions [][]any
	for _, proto := range []string{"", "tcp", "udp", "sctp", "TCP"} {
		for _, name := range names {
			questions = append(questions, question("getservbyname", name, proto))
		}
		for port := range 70 {
			questions = append(questions, question("getservbyport", port, proto))
		}
		questions = append(questions, question("getservbyport", 65535, proto), question("getservbyport", 65534, proto))
	}
	for i, answer := range glibc[any](t, questions) {
		q := questions[i]
		proto := ""
		if len(q) > 2 {
			proto = q[2].(string)
		}
		var ours *any
		if port, ok := q[1].(int); ok {
			if name, ok := db.Name(port, proto); ok {
				ours = new(any(name))
			}
		} else if port, ok := db.Port(q[1].(string), proto); ok {
			ours = new(any(float64(port)))
		}
		compare(t, q, ours, answer)
	}
}

func TestGlibcProtocols(t *testing.T) {
	db := ParseProtocols(oddProtocols)
	var questions [][]any
	for _, name := range words(oddProtocols) {
		questions = append(questions, question("getprotobyname", name, ""))
	}
	for i, answer := range glibc[int](t, questions) {
		var ours *int
		if n, ok := db.Number(questions[i][1].(string)); ok {
			ours = &n
		}
		compare(t, questions[i], ours, answer)
	}
}

// A hostent is what Python makes of a struct hostent.
type hostent struct {
	name    string
	aliases []string
}

func (h *hostent) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&h.name, &h.aliases, new(any)})
}

func TestGlibcHosts(t *testing.T) {
	db := ParseHosts(oddHosts)
	var questions [][]any
	for _, name := range words(oddHosts) {
		if _, err := netip.ParseAddr(name); err != nil && name[0] > '9' { // what is no number
			questions = append(questions, question("gethostbyname_ex", name, ""))
		}
	}
	for addr := range db.byAddr {
		questions = append(questions, question("gethostbyaddr", addr.String(), ""))
	}
	for i, answer := range glibc[hostent](t, questions) {
		q := questions[i]
		name := q[1].(string)
		entries := db.ByName(name)
		if addr, err := netip.ParseAddr(name); err == nil {
			entries = db.ByAddr(addr)
		}
		// The C library has no zones in this file.
		entries = slices.DeleteFunc(slices.Clone(entries), func(e HostEntry) bool { return e.Addr.Zone() != "" })
		if q[0] == "gethostbyname_ex" { // which is for IPv4
			entries = slices.DeleteFunc(entries, func(e HostEntry) bool { _, ok := e.IPv4(); return !ok })
		}
		switch {
		case (len(entries) == 0) != (answer == nil):
			t.Errorf("%v: %s, in C %v", q, format(entries), answer)
		case answer != nil && answer.name != entries[0].Names[0]:
			t.Errorf("%v: %q, in C %q", q, entries[0].Names[0], answer.name)
		case answer != nil && len(entries) == 1 && !slices.Equal(answer.aliases, entries[0].Names[1:]):
			t.Errorf("%v: %q, in C %q", q, entries[0].Names[1:], answer.aliases)
		}
	}
}

// question is a call in Python; the protocol "" stands for an argument left out.
func question(function string, arg any, proto string) []any {
	if proto == "" {
		return []any{function, arg}
	}
	return []any{function, arg, proto}
}

// words returns all that may be a name in a file, even where it is not.
func words(text string) []string {
	all := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == 0 || strings.ContainsRune(Space+"#", r) }) {
		all[word] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func compare[T comparable](t *testing.T, question []any, ours, theirs *T) {
	t.Helper()
	show := func(p *T) string {
		if p == nil {
			return "nothing"
		}
		return fmt.Sprint(*p)
	}
	if show(ours) != show(theirs) {
		t.Errorf("%q: %s, in C %s", question, show(ours), show(theirs))
	}
}
