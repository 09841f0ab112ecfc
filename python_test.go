//go:build unix && !aix

package socket_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// The tests in this file do the same with Python's socket module and with this package
// and compare what comes of it.

// pythonPrelude has what the scripts share: the makers of sockets, named as those of the
// tests are, and outcome, which tells how a call ended.
const pythonPrelude = `
import sys
if sys.version_info < (3, 10):  # TimeoutError
    sys.exit(77)
import fcntl, json, os, socket as m, struct
from socket import *

keep = []  # sockets that must not be closed by the garbage collector

def outcome(f):
    try:
        v = f()
        return {"kind": "", "number": v if type(v) is int else 0}
    except gaierror as e:
        return {"kind": "gaierror", "number": e.errno}
    except OSError as e:
        # A bare OSError without a number is raised by the module itself, for an argument.
        kind = "argument" if e.errno is None and type(e) is OSError else type(e).__name__
        return {"kind": kind, "number": e.errno or 0}
    except (OverflowError, ValueError, TypeError):
        return {"kind": "argument", "number": 0}

def new(*args):
    keep.append(socket(*args))
    return keep[-1]

def tcp(): return new(AF_INET, SOCK_STREAM)
def tcp6(): return new(AF_INET6, SOCK_STREAM)
def udp(): return new(AF_INET, SOCK_DGRAM)
def unix(): return new(AF_UNIX, SOCK_STREAM)

def bound():
    s = udp()
    s.bind(("127.0.0.1", 0))
    return s

def dead():
    s = tcp()
    s.bind(("127.0.0.1", 0))
    return s.getsockname()

def listen():
    s = tcp()
    s.bind(("127.0.0.1", 0))
    s.listen()
    return s

def connect():
    l, c = listen(), tcp()
    c.connect(l.getsockname())
    keep.append(l.accept()[0])
    return c, keep[-1]

def pair():
    keep.extend(socketpair())
    return keep[-2:]

def full():  # a listener that takes no more connections
    l = listen()
    l.listen(0)
    for _ in range(10):
        s = tcp()
        s.settimeout(0.05)
        try:
            s.connect(l.getsockname())
        except TimeoutError:
            break
    return l.getsockname()

def mode(s, d):
    s.settimeout(d)
    return s

def closed(s):
    s.close()
    return s

def nonblock(s): return bool(fcntl.fcntl(s if type(s) is int else s.fileno(), fcntl.F_GETFL) & os.O_NONBLOCK)

def state(s):
    return {"family": int(s.family), "type": int(s.type), "proto": s.proto, "timeout": s.gettimeout(),
            "blocking": s.getblocking(), "nonblock": nonblock(s), "inheritable": s.get_inheritable()}

tmp = sys.argv[1]  # an empty directory
os.chdir(tmp)
`

// runPython runs a script and decodes the JSON that it prints into v.
func runPython(t *testing.T, script string, v any) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.py")
	if err := os.WriteFile(path, []byte(pythonPrelude+script), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(unixPath(t))
	out, err := exec.Command(python(t), path, dir).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if exit.ExitCode() == 77 {
			t.Skip("the Python here is older than 3.10")
		}
		t.Fatalf("Python: %v\n%s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, v); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
}

// evalPython evaluates Python expressions, by their names, and passes each in a lambda to
// a function. The script stands before them.
func evalPython[V any](t *testing.T, script, function string, expressions map[string]string) map[string]V {
	t.Helper()
	quoted, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	var results map[string]V
	runPython(t, script+fmt.Sprintf(`
print(json.dumps({k: %s(eval("lambda: " + e)) for k, e in json.loads(%q).items()}))
`, function, quoted), &results)
	return results
}

// An outcome is how a call ended: with the name of Python's exception, "argument" for
// OverflowError, ValueError and TypeError, and with its errno or what connect_ex returned.
type outcome struct {
	Kind   string
	Number int
}

// outcomeOf tells what an error is in Python, by errors.Is and errors.As alone.
func outcomeOf(err error) outcome {
	if err == nil {
		return outcome{}
	}
	if _, ok := errors.AsType[*socket.ArgError](err); ok {
		return outcome{Kind: "argument"}
	}
	if e, ok := errors.AsType[*socket.AddrInfoError](err); ok {
		return outcome{"gaierror", int(e.Code)}
	}
	errno, _ := socket.ErrnoOf(err)
	for _, class := range []struct {
		kind   string
		errors []error
	}{
		{"BlockingIOError", []error{socket.ErrWouldBlock, socket.ErrInProgress, socket.EALREADY}},
		{"BrokenPipeError", []error{socket.ErrBrokenPipe}},
		{"ConnectionAbortedError", []error{socket.ErrConnAborted}},
		{"ConnectionRefusedError", []error{socket.ErrConnRefused}},
		{"ConnectionResetError", []error{socket.ErrConnReset}},
		{"FileNotFoundError", []error{fs.ErrNotExist}},
		{"PermissionError", []error{fs.ErrPermission}},
		{"TimeoutError", []error{socket.ErrTimeout, socket.ETIMEDOUT}},
	} {
		if slices.ContainsFunc(class.errors, func(target error) bool { return errors.Is(err, target) }) {
			return outcome{class.kind, int(errno)}
		}
	}
	return outcome{"OSError", int(errno)}
}

// A pythonCase is one call in both languages.
type pythonCase struct {
	name   string
	python string // an expression
	call   func(t *testing.T) error
}

// checkOutcomes compares how the calls end.
func checkOutcomes(t *testing.T, cases []pythonCase) {
	t.Helper()
	expressions := make(map[string]string)
	for _, c := range cases {
		expressions[c.name] = c.python
	}
	want := evalPython[outcome](t, "", "outcome", expressions)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			checkFDs(t)
			if got := outcomeOf(c.call(t)); got != want[c.name] {
				t.Errorf("%+v, in Python %+v", got, want[c.name])
			}
		})
	}
}

// settled is a socket in a mode.
func settled(t *testing.T, s *socket.Socket, d time.Duration) *socket.Socket {
	t.Helper()
	if err := s.SetTimeout(d); err != nil {
		t.Fatal(err)
	}
	return s
}

// closed is a socket that has been closed.
func closed(s *socket.Socket) *socket.Socket {
	s.Close()
	return s
}

// connected is the client of a connection.
func connected(t *testing.T) *socket.Socket {
	t.Helper()
	client, _ := connect(t, socket.AF_INET)
	return client
}

func TestPythonErrors(t *testing.T) {
	checkOutcomes(t, []pythonCase{
		{"connect, dead port", `tcp().connect(dead())`, func(t *testing.T) error { return tcp(t).Connect(deadPort(t, socket.AF_INET)) }},
		{"connect, in progress", `mode(tcp(), 0).connect(listen().getsockname())`, func(t *testing.T) error {
			_, addr := listen(t, socket.AF_INET)
			return settled(t, tcp(t), 0).Connect(addr)
		}},
		{"connect, connected", `connect()[0].connect(dead())`, func(t *testing.T) error {
			return connected(t).Connect(deadPort(t, socket.AF_INET))
		}},
		{"connect, timeout", `mode(tcp(), 0.02).connect(full())`, func(t *testing.T) error {
			return settled(t, tcp(t), 20*time.Millisecond).Connect(socket.Host("127.0.0.1", fullListener(t)))
		}},
		{"connect, broadcast", `udp().connect(("<broadcast>", 9))`, func(t *testing.T) error {
			return udp(t).Connect(socket.Host("<broadcast>", 9))
		}},
		{"connect, no such path", `unix().connect(tmp + "/nosuch")`, func(t *testing.T) error {
			return local(t).Connect(socket.UnixAddr{Path: unixPath(t)})
		}},
		{"connect, port", `tcp().connect(("127.0.0.1", 65536))`, func(t *testing.T) error { return tcp(t).Connect(socket.Host("127.0.0.1", 65536)) }},
		{"bind, port", `tcp().bind(("127.0.0.1", -1))`, func(t *testing.T) error { return tcp(t).Bind(socket.Host("127.0.0.1", -1)) }},
		{"bind, another family", `tcp().bind("path")`, func(t *testing.T) error { return tcp(t).Bind(socket.UnixAddr{Path: "path"}) }},
		{"bind, None", `tcp().bind(None)`, func(t *testing.T) error { return tcp(t).Bind(nil) }},
		{"bind, in use", `tcp().bind(dead())`, func(t *testing.T) error { return tcp(t).Bind(deadPort(t, socket.AF_INET)) }},
		{"bind, not local", `tcp().bind(("203.0.113.1", 0))`, func(t *testing.T) error { return tcp(t).Bind(notLocal) }},
		{"bind, twice", `(lambda s: s.bind(s.getsockname()))(bound())`, func(t *testing.T) error {
			s, addr := bound(t, socket.AF_INET)
			return s.Bind(addr)
		}},
		{"bind, path too long", `unix().bind("p" * 200)`, func(t *testing.T) error { return local(t).Bind(pathOf(200)) }},
		{"bind, NUL in host", `tcp().bind(("a\0b", 0))`, func(t *testing.T) error { return tcp(t).Bind(socket.Host("a\x00b", 0)) }},
		{"listen, datagrams", `udp().listen()`, func(t *testing.T) error { return udp(t).Listen() }},
		{"accept, not listening", `tcp().accept()`, func(t *testing.T) error { return third(tcp(t).Accept()) }},
		{"accept, datagrams", `udp().accept()`, func(t *testing.T) error { return third(udp(t).Accept()) }},
		{"accept, would block", `mode(listen(), 0).accept()`, func(t *testing.T) error {
			l, _ := listen(t, socket.AF_INET)
			return third(settled(t, l, 0).Accept())
		}},
		{"accept, timeout", `mode(listen(), 0.01).accept()`, func(t *testing.T) error {
			l, _ := listen(t, socket.AF_INET)
			return third(settled(t, l, 10*time.Millisecond).Accept())
		}},
		{"getpeername, unconnected", `tcp().getpeername()`, func(t *testing.T) error { return second(tcp(t).GetPeerName()) }},
		{"send, datagram to nobody", `udp().send(b"x")`, func(t *testing.T) error { return second(udp(t).Send([]byte("x"))) }},
		{"send, unconnected", `tcp().send(b"x")`, func(t *testing.T) error { return second(tcp(t).Send([]byte("x"))) }},
		{"sendall, unconnected", `tcp().sendall(b"x")`, func(t *testing.T) error { return tcp(t).SendAll([]byte("x")) }},
		{"send, after shutdown", `(lambda s: (s.shutdown(SHUT_WR), s.send(b"x")))(connect()[0])`, func(t *testing.T) error {
			return second(afterShutdown(t).Send([]byte("x")))
		}},
		{"sendto, too long", `bound().sendto(bytes(70000), dead())`, func(t *testing.T) error {
			s, addr := bound(t, socket.AF_INET)
			return second(s.SendTo(make([]byte, 70000), addr))
		}},
		{"recv, unconnected", `tcp().recv(1)`, func(t *testing.T) error { return second(tcp(t).Recv(1)) }},
		{"recv, would block", `mode(pair()[0], 0).recv(1)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return second(settled(t, a, 0).Recv(1))
		}},
		{"recv, timeout", `mode(pair()[0], 0.01).recv(1)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return second(settled(t, a, 10*time.Millisecond).Recv(1))
		}},
		{"recv, reset", `(lambda a, b: (b.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)), b.close(), a.recv(1)))(*connect())`,
			func(t *testing.T) error {
				a, b := connect(t, socket.AF_INET)
				reset(t, b)
				return second(a.Recv(1))
			}},
		{"recv, negative", `tcp().recv(-1)`, func(t *testing.T) error { return second(tcp(t).Recv(-1)) }},
		{"setsockopt, level", `udp().setsockopt(9999, 1, 1)`, func(t *testing.T) error { return udp(t).SetSockOptInt(9999, 1, 1) }},
		{"setsockopt, option", `udp().setsockopt(SOL_SOCKET, 0x7ff0, 1)`, func(t *testing.T) error {
			return udp(t).SetSockOptInt(socket.SOL_SOCKET, 0x7ff0, 1)
		}},
		{"setsockopt, no bytes", `udp().setsockopt(SOL_SOCKET, SO_REUSEADDR, b"")`, func(t *testing.T) error {
			return udp(t).SetSockOptBytes(socket.SOL_SOCKET, socket.SO_REUSEADDR, nil)
		}},
		{"setsockopt, None", `udp().setsockopt(SOL_SOCKET, SO_REUSEADDR, None, 4)`, func(t *testing.T) error {
			return udp(t).SetSockOptNone(socket.SOL_SOCKET, socket.SO_REUSEADDR, 4)
		}},
		{"getsockopt, level", `udp().getsockopt(9999, 1)`, func(t *testing.T) error { return second(udp(t).GetSockOptInt(9999, 1)) }},
		{"getsockopt, length", `udp().getsockopt(SOL_SOCKET, SO_TYPE, 1025)`, func(t *testing.T) error {
			return second(udp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, 1025))
		}},
		{"getsockopt, negative length", `udp().getsockopt(SOL_SOCKET, SO_TYPE, -1)`, func(t *testing.T) error {
			return second(udp(t).GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, -1))
		}},
		{"shutdown, unconnected", `tcp().shutdown(SHUT_WR)`, func(t *testing.T) error { return tcp(t).Shutdown(socket.SHUT_WR) }},
		{"shutdown, how", `connect()[0].shutdown(99)`, func(t *testing.T) error { return connected(t).Shutdown(99) }},
		{"socket, family", `new(9999)`, func(*testing.T) error { return made(socket.New(9999, 0, 0)) }},
		{"socket, type", `new(AF_INET, SOCK_RDM)`, func(*testing.T) error { return made(socket.New(0, socket.SOCK_RDM, 0)) }},
		{"socket, protocol", `new(AF_INET, SOCK_STREAM, 9999)`, func(*testing.T) error { return made(socket.New(0, 0, 9999)) }},
		{"socket, protocol of another type", `new(AF_INET, SOCK_DGRAM, IPPROTO_TCP)`, func(*testing.T) error {
			return made(socket.New(0, socket.SOCK_DGRAM, socket.IPPROTO_TCP))
		}},
		{"socket, fd negative", `socket(fileno=-1)`, func(*testing.T) error { return made(socket.TakeFD(-1)) }},
		{"socket, fd closed", `socket(fileno=999999)`, func(*testing.T) error { return made(socket.TakeFD(closedFD)) }},
		{"socket, fd of a file", `socket(fileno=os.open("/dev/null", os.O_RDONLY))`, func(t *testing.T) error {
			return made(socket.TakeFD(int(regularFile(t).Fd())))
		}},
		{"fromfd, fd closed", `fromfd(999999, AF_INET, SOCK_STREAM)`, func(*testing.T) error {
			return made(socket.FromFD(closedFD, socket.AF_INET, socket.SOCK_STREAM, 0))
		}},
		{"close, fd closed", `m.close(999999)`, func(*testing.T) error { return socket.CloseFD(closedFD) }},
		{"dup, fd closed", `m.dup(999999)`, func(*testing.T) error { return second(socket.DupFD(closedFD)) }},
		{"socketpair, inet", `socketpair(AF_INET)`, func(*testing.T) error { return made2(socket.Socketpair(socket.AF_INET, 0, 0)) }},
		{"closed, recv", `closed(tcp()).recv(1)`, func(t *testing.T) error { return second(closed(tcp(t)).Recv(1)) }},
		{"closed, connect", `closed(tcp()).connect(("127.0.0.1", 9))`, func(t *testing.T) error { return closed(tcp(t)).Connect(socket.Host("127.0.0.1", 9)) }},
		{"closed, settimeout", `closed(tcp()).settimeout(1)`, func(t *testing.T) error { return closed(tcp(t)).SetTimeout(1) }},
		{"closed, getsockname", `closed(tcp()).getsockname()`, func(t *testing.T) error { return second(closed(tcp(t)).GetSockName()) }},
		{"closed, close", `closed(tcp()).close()`, func(t *testing.T) error { return closed(tcp(t)).Close() }},
		{"create_connection, dead port", `create_connection(dead())`, func(t *testing.T) error {
			_, port, _ := socket.HostPort(deadPort(t, socket.AF_INET))
			return made(socket.CreateConnection(socket.Host("127.0.0.1", port), nil))
		}},
		{"create_server, in use", `create_server(listen().getsockname())`, func(t *testing.T) error {
			_, addr := listen(t, socket.AF_INET)
			return made(socket.CreateServer(addr, nil))
		}},
		{"create_server, dual stack of IPv4", `create_server(("", 0), dualstack_ipv6=True)`, func(*testing.T) error {
			return made(socket.CreateServer(socket.Host("", 0), &socket.ServerOptions{DualstackIPv6: true}))
		}},
	})
}

// TestPythonConnectEx compares what connect_ex returns.
func TestPythonConnectEx(t *testing.T) {
	cases := []struct {
		name, python string
		connect      func(t *testing.T) (int, error)
	}{
		{"success", `tcp().connect_ex(listen().getsockname())`, func(t *testing.T) (int, error) {
			_, addr := listen(t, socket.AF_INET)
			errno, err := tcp(t).ConnectEx(addr)
			return int(errno), err
		}},
		{"dead port", `tcp().connect_ex(dead())`, func(t *testing.T) (int, error) {
			errno, err := tcp(t).ConnectEx(deadPort(t, socket.AF_INET))
			return int(errno), err
		}},
		{"in progress", `mode(tcp(), 0).connect_ex(listen().getsockname())`, func(t *testing.T) (int, error) {
			_, addr := listen(t, socket.AF_INET)
			errno, err := settled(t, tcp(t), 0).ConnectEx(addr)
			return int(errno), err
		}},
		{"going on", `(lambda s, a: (s.connect_ex(a), s.connect_ex(a))[1])(mode(tcp(), 0), full())`, func(t *testing.T) (int, error) {
			s, addr := settled(t, tcp(t), 0), socket.Host("127.0.0.1", fullListener(t))
			if _, err := s.ConnectEx(addr); err != nil {
				return 0, err
			}
			errno, err := s.ConnectEx(addr)
			return int(errno), err
		}},
		{"timeout", `mode(tcp(), 0.02).connect_ex(full())`, func(t *testing.T) (int, error) {
			errno, err := settled(t, tcp(t), 20*time.Millisecond).ConnectEx(socket.Host("127.0.0.1", fullListener(t)))
			return int(errno), err
		}},
		{"closed", `closed(tcp()).connect_ex(("127.0.0.1", 9))`, func(t *testing.T) (int, error) {
			errno, err := closed(tcp(t)).ConnectEx(socket.Host("127.0.0.1", 9))
			return int(errno), err
		}},
		{"no such path", `unix().connect_ex(tmp + "/nosuch")`, func(t *testing.T) (int, error) {
			errno, err := local(t).ConnectEx(socket.UnixAddr{Path: unixPath(t)})
			return int(errno), err
		}},
		{"argument", `tcp().connect_ex(("127.0.0.1", 65536))`, func(t *testing.T) (int, error) {
			errno, err := tcp(t).ConnectEx(socket.Host("127.0.0.1", 65536))
			return int(errno), err
		}},
		{"look-up", `tcp().connect_ex(("1.2.3.4.5", 9))`, func(t *testing.T) (int, error) {
			errno, err := tcp(t).ConnectEx(socket.Host("1.2.3.4.5", 9))
			return int(errno), err
		}},
	}
	expressions := make(map[string]string)
	for _, c := range cases {
		expressions[c.name] = c.python
	}
	want := evalPython[outcome](t, "", "outcome", expressions)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			number, err := c.connect(t)
			got := outcomeOf(err)
			if err == nil {
				got.Number = number
			}
			if got != want[c.name] {
				t.Errorf("%+v, in Python %+v", got, want[c.name])
			}
		})
	}
}
