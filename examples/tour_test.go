package examples

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// What the tour says instead of a section, where that is about what a machine lacks.
const (
	noIPv6 = "skipped: this machine has no IPv6 loopback\n"
	noUnix = "skipped: this system has no AF_UNIX sockets\n"
)

// tour is what the tour prints, each time and on every system.
var tour = []struct {
	title, text string
	lack        string // what stands there if the machine cannot do it
}{
	{"TCP over IPv4", `# CreateServer listens, CreateConnection connects.
connected to 127.0.0.1: AF_INET, SOCK_STREAM
sent     "hello over TCP"
received "hello over TCP"
received "", the end of the stream
`, ""},
	{"TCP over IPv6", `# The same calls with another address.
connected to ::1: AF_INET6, SOCK_STREAM
sent     "hello over TCP"
received "hello over TCP"
received "", the end of the stream
`, noIPv6},
	{"UDP", `# No connection: RecvFrom tells the sender of each message, SendTo answers it.
sent     14 bytes
received "hello over UDP" from 127.0.0.1
`, ""},
	{"Unix domain", `# The address is a path. New and Connect are what CreateConnection is made of.
connected to echo.sock: AF_UNIX, SOCK_STREAM
sent     "hello over a path"
received "hello over a path"
received "", the end of the stream
`, noUnix},
	{"Timeouts", `# SetTimeout limits each call that follows. Nobody sends anything to this socket.
# The text of an error differs between systems: ask errors.Is what it is.
recv: timed out
errors.Is(err, socket.ErrTimeout): true
`, ""},
	{"Non-blocking mode", `# SetBlocking(false) makes a call fail that would have to wait.
recv: operation would block
errors.Is(err, socket.ErrWouldBlock): true
`, ""},
	{"Contexts", `# WithContext is the same socket, but its calls end with a context.
recv: the user has had enough
errors.Is(err, errEnough): true
`, ""},
	{"Connection refused", `# This port belongs to a socket that does not listen.
# An *Error has the address too, here with another port each time.
connect: connection refused
errors.Is(err, socket.ErrConnRefused): true
`, ""},
	{"A name that cannot be resolved", `# No host has a name with spaces in it. It takes no resolver to find out.
getaddrinfo "not a name": no such host
*socket.AddrInfoError with the code EAI_NONAME
`, ""},
	{"Bad arguments", `# Nonsense is refused before the system sees it.
bind: port 65536: want 0 to 65535
*socket.ArgError with the argument port
`, ""},
	{"Closed sockets", `# Close ends calls that wait, and all that come later.
recv: use of closed network connection
errors.Is(err, net.ErrClosed): true
`, ""},
	{"Lines with bufio", `# A Socket is a net.Conn: Fprintln writes to it, a Scanner reads from it.
line "one line"
line "and another"
`, ""},
	{"HTTP over a Unix domain socket", `# Listener makes a net.Listener of it; a client connects in its DialContext.
200 OK "you asked for /a/page"
`, noUnix},
}

func TestTour(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	lacks := map[string]bool{noIPv6: !socket.HasIPv6(), noUnix: !hasUnix(t)}
	var want strings.Builder
	for _, section := range tour {
		if lacks[section.lack] {
			section.text = section.lack
		}
		want.WriteString("== " + section.title + "\n" + section.text + "\n")
	}
	want.WriteString("The end: all is well.\n")
	start(t, t.TempDir(), program("tour")).succeed(want.String())
}

// The tour tells what went wrong.
func TestTourFails(t *testing.T) {
	needPrograms(t)
	needUnix(t)
	missing := filepath.Join(t.TempDir(), "missing")
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing) // on Windows
	out, stderr, status := start(t, t.TempDir(), program("tour")).end()
	if status != 1 || !strings.HasPrefix(stderr, "Unix domain: ") || strings.Contains(out, "The end") {
		t.Errorf("status %d, stderr %q, stdout\n%s", status, stderr, out)
	}
}
