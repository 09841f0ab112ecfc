//go:build unix && !aix

package socket_test

import (
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// idleClients connects as many times as it is told, sends a byte on each connection when
// all are there, and ends when each has come back.
const idleClients = `
import socket, sys
path, n = sys.argv[1], int(sys.argv[2])
conns = []
for _ in range(n):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path) # with a timeout it would not wait for room in the backlog
    s.settimeout(60)
    conns.append(s)
for s in conns:
    s.sendall(b'x')
for s in conns:
    if s.recv(1) != b'x':
        sys.exit('no echo')
`

// TestIdleServer serves ten thousand connections at once, with a goroutine parked on each.
// The clients are another process, as one process may not have the descriptors of both
// ends.
func TestIdleServer(t *testing.T) {
	checkFDs(t)
	interpreter := python(t)
	connections := 10_000
	if testing.Short() {
		connections = 1_000
	}
	if most := maxFDs(t) - 200; connections > most {
		t.Skipf("a process may have %d file descriptors open", most)
	}
	l, addr := listen(t, socket.AF_UNIX)
	mustSetTimeout(t, l, time.Minute)
	clients := exec.CommandContext(t.Context(), interpreter, "-c", idleClients, addr.String(), strconv.Itoa(connections))
	ended := begin(func() error {
		out, err := clients.CombinedOutput()
		if err != nil {
			t.Errorf("clients: %s", out)
		}
		return err
	})
	var served sync.WaitGroup
	for i := range connections {
		conn, _, err := l.Accept()
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		served.Go(func() {
			defer conn.Close()
			for {
				p, err := conn.Recv(1)
				if err != nil {
					t.Error(err)
				}
				if len(p) == 0 || conn.SendAll(p) != nil {
					return
				}
			}
		})
	}
	if r := ended.end(t); r.err != nil {
		t.Error(r.err)
	}
	served.Wait()
}
