//go:build unix && !aix

package socket_test

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// A pythonOption is an option that Python has by the same C name.
type pythonOption struct {
	name, level string
	kind        string // of the value, in Python
	typ         socket.Type
	value       int
	exists      bool
	set         func(s *socket.Socket, v int) error
	get         func(s *socket.Socket) (int, error)
}

func pythonInt(o socket.Option[int], level string, typ socket.Type, value int) pythonOption {
	return pythonOption{o.String(), level, "int", typ, value, socket.OptionExists(o), func(s *socket.Socket, v int) error { return o.Set(s, v) }, o.Get}
}

func pythonBool(o socket.Option[bool], level string, typ socket.Type) pythonOption {
	return pythonOption{
		o.String(), level, "bool", typ, 1, socket.OptionExists(o),
		func(s *socket.Socket, v int) error { return o.Set(s, v != 0) },
		func(s *socket.Socket) (int, error) {
			on, err := o.Get(s)
			if on {
				return 1, err
			}
			return 0, err
		},
	}
}

// TestOptionsPython sets options in Python and here: the initial values and those after
// are the same.
func TestOptionsPython(t *testing.T) {
	interpreter := python(t)
	const stream, dgram = socket.SOCK_STREAM, socket.SOCK_DGRAM
	options := []pythonOption{
		pythonBool(socket.ReuseAddr, "SOL_SOCKET", stream),
		pythonBool(socket.ReusePort, "SOL_SOCKET", stream),
		pythonBool(socket.KeepAlive, "SOL_SOCKET", stream),
		pythonBool(socket.Broadcast, "SOL_SOCKET", dgram),
		pythonBool(socket.OOBInline, "SOL_SOCKET", stream),
		pythonInt(socket.RcvBuf, "SOL_SOCKET", stream, 20000),
		pythonInt(socket.SndBuf, "SOL_SOCKET", stream, 20000),
		pythonInt(socket.RcvLowat, "SOL_SOCKET", stream, 100),
		pythonInt(socket.Priority, "SOL_SOCKET", stream, 3),
		pythonInt(socket.IncomingCPU, "SOL_SOCKET", stream, 0),
		pythonInt(socket.IPTOS, "IPPROTO_IP", dgram, 0x10),
		pythonInt(socket.IPTTL, "IPPROTO_IP", dgram, 7),
		pythonInt(socket.IPMulticastTTL, "IPPROTO_IP", dgram, 9),
		pythonBool(socket.IPMulticastLoop, "IPPROTO_IP", dgram),
		pythonBool(socket.IPRecvTOS, "IPPROTO_IP", dgram),
		pythonBool(socket.TCPNoDelay, "IPPROTO_TCP", stream),
		pythonBool(socket.TCPCork, "IPPROTO_TCP", stream),
		pythonInt(socket.TCPKeepCnt, "IPPROTO_TCP", stream, 4),
		pythonInt(socket.TCPSynCnt, "IPPROTO_TCP", stream, 2),
		pythonInt(socket.TCPWindowClamp, "IPPROTO_TCP", stream, 60000),
	}
	var script strings.Builder
	script.WriteString("import socket as S\ndef f(level, name, kind, typ, v):\n" +
		" try: s = S.socket(S.AF_INET, typ); l, n = getattr(S, level), getattr(S, name)\n" +
		" except AttributeError: print('-'); return\n" +
		" try: a = s.getsockopt(l, n); s.setsockopt(l, n, v); print(int(kind(a)), int(kind(s.getsockopt(l, n))))\n" +
		" except OSError as e: print('error')\n")
	for _, o := range options {
		fmt.Fprintf(&script, "f(%q, %q, %s, S.%v, %d)\n", o.level, o.name, o.kind, o.typ, o.value)
	}
	out, err := exec.Command(interpreter, "-c", script.String()).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(options) {
		t.Fatalf("%d answers to %d questions", len(lines), len(options))
	}
	for i, o := range options {
		if lines[i] == "-" || !o.exists {
			continue // Python or the system does not have it
		}
		got := o.run(t)
		if got == "error" && emulated() {
			continue // Python runs on the machine itself, the test does not
		}
		if got != lines[i] {
			t.Errorf("%s: %q here, %q in Python", o.name, got, lines[i])
		}
	}
}

// run does what the Python program does.
func (o *pythonOption) run(t *testing.T) string {
	s := newSocket(t, socket.AF_INET, o.typ)
	before, err := o.get(s)
	if err == nil {
		err = o.set(s, o.value)
	}
	after, err2 := o.get(s)
	if err != nil || err2 != nil {
		return "error"
	}
	return fmt.Sprintf("%d %d", before, after)
}
