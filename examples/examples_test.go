// Package examples tests the example programs: with each other, with Python, and
// when things go wrong.
package examples

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// What all clients print of their conversation.
const conversation = `sending "This is the message.  It will be repeated."
received "This is the mess"
received "age.  It will be"
received " repeated."
`

// What the two kinds of stream servers print of one with the client at an address.
const (
	chatty = `waiting for a connection
connection from ADDRESS
received "This is the mess"
sending data back to the client
received "age.  It will be"
sending data back to the client
received " repeated."
sending data back to the client
received ""
no data from ADDRESS
`
	terse = `waiting for a connection
client connected: ADDRESS
received "This is the mess"
received "age.  It will be"
received " repeated."
received ""
`
	datagram = `
waiting to receive message
received 42 bytes from ADDRESS
"This is the message.  It will be repeated."
sent 42 bytes back to ADDRESS
`
)

// A place is a kind of socket and the address to use it with.
type place struct {
	family socket.Family
	typ    socket.Type
}

var (
	tcp = place{socket.AF_INET, socket.SOCK_STREAM}
	udp = place{socket.AF_INET, socket.SOCK_DGRAM}
	uds = place{socket.AF_UNIX, socket.SOCK_STREAM}
)

// need skips a test where the system has no such sockets.
func (p place) need(t testing.TB) {
	t.Helper()
	needPrograms(t)
	if p == uds {
		needUnix(t)
	}
}

// options are the flags of a program for a port. There is none for a path: the programs
// meet at ./uds_socket, as the scripts do.
func (p place) options(port int) []string {
	if p == uds {
		return nil
	}
	return []string{"-port", strconv.Itoa(port)}
}

// address is how an address is printed.
func (p place) address() string {
	if p == uds {
		return ""
	}
	return "127.0.0.1:PORT"
}

// An example is one of the programs that are clients or servers.
type example struct {
	name string
	place
	args []string
	head string // what it prints first
	each string // what it prints of each conversation
	tail string // what it prints last
}

var servers = []example{
	{"echo_server", tcp, nil, "starting up on localhost port PORT\n", chatty, ""},
	{"echo_server_explicit", tcp, []string{"127.0.0.1"}, "starting up on 127.0.0.1 port PORT\n", terse, ""},
	{"echo_server_any", tcp, nil, "starting up on 0.0.0.0 port PORT\n", terse, ""},
	{"echo_server_dgram", udp, nil, "starting up on localhost port PORT\n", datagram, ""},
	{"echo_server_uds", uds, nil, "starting up on ./uds_socket\n", chatty, ""},
}

var clients = []example{
	{"echo_client", tcp, nil, "connecting to localhost port PORT\n", conversation, "closing socket\n"},
	{"echo_client_easy", tcp, nil,
		"Family  : AF_INET\nType    : SOCK_STREAM\nProtocol: IPPROTO_TCP\n\n", conversation, "closing socket\n"},
	{"echo_client_explicit", tcp, []string{"127.0.0.1"}, "connecting to 127.0.0.1 port PORT\n", conversation, ""},
	{"echo_client_dgram", udp, nil, "", `sending "This is the message.  It will be repeated."
waiting to receive
received "This is the message.  It will be repeated."
`, "closing socket\n"},
	{"echo_client_uds", uds, nil, "connecting to ./uds_socket\n", conversation, "closing socket\n"},
}

// start runs the example in a directory with a port and more flags.
func (e example) start(t testing.TB, dir string, port int, flags ...string) *process {
	t.Helper()
	args := append(flags, e.options(port)...)
	return start(t, dir, program(e.name), append(args, e.args...)...)
}

// client returns a client for a server.
func (e example) client() example {
	return clients[slices.IndexFunc(clients, func(c example) bool { return c.place == e.place })]
}

// output is what the example prints in all, with a number of conversations.
func (e example) output(conversations int) string {
	each := strings.ReplaceAll(e.each, "ADDRESS", e.address())
	return e.head + strings.Repeat(each, conversations) + e.tail
}

func TestServersAndClients(t *testing.T) {
	t.Parallel()
	for _, server := range servers {
		for _, client := range clients {
			if server.place != client.place {
				continue
			}
			t.Run(server.name+"/"+client.name, func(t *testing.T) {
				t.Parallel()
				server.need(t)
				dir, port := t.TempDir(), freePort(t, server.typ)
				s := server.start(t, dir, port, "-n", "2")
				s.await("waiting")
				for range 2 {
					client.start(t, dir, port).succeed(client.output(1))
				}
				s.succeed(server.output(2))
			})
		}
	}
}

// Without -n a server goes on; with it the file of a Unix domain socket is left behind,
// and the next server replaces it.
func TestServerAgain(t *testing.T) {
	t.Parallel()
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			server.need(t)
			client := server.client()
			dir, port := t.TempDir(), freePort(t, server.typ)
			for _, flags := range [][]string{{"-n", "1"}, nil} {
				s := server.start(t, dir, port, flags...)
				s.await("waiting")
				client.start(t, dir, port).succeed(client.output(1))
				if flags != nil {
					s.succeed(server.output(1))
					continue
				}
				s.await("waiting")
			}
		})
	}
}

// The Python side of a conversation. The first two arguments are the names of the family
// and the type.
const (
	pythonServer = `import socket, sys
family, kind = (getattr(socket, name) for name in sys.argv[1:])
s = socket.socket(family, kind)
s.bind('uds_socket' if family == socket.AF_UNIX else ('127.0.0.1', 0))
if kind == socket.SOCK_STREAM:
    s.listen()
print('ready', s.getsockname()[1], flush=True)
if kind == socket.SOCK_DGRAM:
    got, peer = s.recvfrom(100)
    s.sendto(got, peer)
else:
    connection, peer = s.accept()
    got = b''
    while data := connection.recv(100):
        got += data
        connection.sendall(data)
print('got', got)
`
	pythonClient = `import socket, sys
family, kind = (getattr(socket, name) for name in sys.argv[1:3])
address = 'uds_socket' if family == socket.AF_UNIX else ('127.0.0.1', int(sys.argv[3]))
message = 'café\n'.encode() + bytes([0, 255]) + b'0123456789abcdef'
with socket.socket(family, kind) as s:
    s.connect(address)
    s.sendall(message)
    back = b''
    while len(back) < len(message):
        back += s.recv(100)
    print('back', back == message)
`
)

// startPython runs one side in Python.
func startPython(t testing.TB, dir, script string, p place, args ...string) *process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.py")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, dir, python(t), append([]string{file, p.family.String(), p.typ.String()}, args...)...)
}

func TestPythonServer(t *testing.T) {
	t.Parallel()
	python(t)
	for _, client := range clients {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			client.need(t)
			dir := t.TempDir()
			s := startPython(t, dir, pythonServer, client.place)
			ready := s.await("ready ")
			port, _ := strconv.Atoi(ready) // a letter of the path, for Unix
			client.start(t, dir, port).succeed(client.output(1))
			s.succeed("ready " + ready + "\ngot b'This is the message.  It will be repeated.'\n")
		})
	}
}

func TestPythonClient(t *testing.T) {
	t.Parallel()
	python(t)
	wants := map[string]string{
		chatty: `waiting for a connection
connection from ADDRESS
received "café\n\x00\xff01234567"
sending data back to the client
received "89abcdef"
sending data back to the client
received ""
no data from ADDRESS
`,
		terse: `waiting for a connection
client connected: ADDRESS
received "café\n\x00\xff01234567"
received "89abcdef"
received ""
`,
		datagram: `
waiting to receive message
received 24 bytes from ADDRESS
"café\n\x00\xff0123456789abcdef"
sent 24 bytes back to ADDRESS
`,
	}
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			server.need(t)
			dir, port := t.TempDir(), freePort(t, server.typ)
			s := server.start(t, dir, port, "-n", "1")
			s.await("waiting")
			startPython(t, dir, pythonClient, server.place, strconv.Itoa(port)).succeed("back True\n")
			server.each = wants[server.each]
			s.succeed(server.output(1))
		})
	}
}

func TestSocketpair(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	start(t, t.TempDir(), program("socketpair")).succeed(`in parent, sending message
in child, waiting for message
message from parent: "ping"
response from child: "pong"
`)
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	for _, client := range clients {
		if client.place != tcp {
			continue
		}
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			client.need(t)
			_, port := boundPort(t, client.typ)
			head, host := client.head, "127.0.0.1"
			switch client.name {
			case "echo_client":
				host = "localhost"
			case "echo_client_easy":
				head = ""
			}
			want := plain(socket.NewError("connect", socket.Host(host, port), socket.ECONNREFUSED).Error())
			// CreateConnection reports each address that localhost has.
			out, stderr, status := client.start(t, t.TempDir(), port).end()
			if status != 1 || out != head || !strings.Contains(stderr, want) {
				t.Errorf("status %d, stdout %q, stderr %q, want %q", status, out, stderr, want)
			}
		})
	}
}

func TestNoSocketFile(t *testing.T) {
	t.Parallel()
	uds.need(t)
	out, stderr, status := start(t, t.TempDir(), program("echo_client_uds"), "-path", "./missing").end()
	want := "connecting to ./missing\nconnect ./missing: " // and what the system calls it
	if status != 1 || stderr != "" || !strings.HasPrefix(out, want) {
		t.Errorf("status %d, stderr %q, stdout %q, want it to start with %q", status, stderr, out, want)
	}
}

// A server does not start where another one is, or what is no socket.
func TestServerCannotStart(t *testing.T) {
	t.Parallel()
	for _, server := range servers {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			server.need(t)
			if server.place == uds {
				dir := t.TempDir()
				if err := os.MkdirAll(filepath.Join(dir, "uds_socket", "full"), 0o700); err != nil {
					t.Fatal(err)
				}
				_, stderr, status := server.start(t, dir, 0).end()
				if want := "remove ./uds_socket: "; status != 1 || !strings.HasPrefix(stderr, want) {
					t.Errorf("status %d, stderr %q, want it to start with %q", status, stderr, want)
				}
				return
			}
			host, head := "localhost", server.head
			switch server.name {
			case "echo_server_explicit":
				host = "127.0.0.1"
			case "echo_server_any": // Windows lets all addresses and one of them share a port
				host, head = "", ""
			}
			_, port := boundTo(t, host, server.typ)
			want := plain(socket.NewError("bind", socket.Host(host, port), socket.EADDRINUSE).Error()) + "\n"
			server.start(t, t.TempDir(), port).endWith(1, head, want)
		})
	}
}

// A server that hangs up before everything has come back is an error.
func TestEarlyEnd(t *testing.T) {
	t.Parallel()
	for _, client := range clients {
		if client.place != tcp {
			continue
		}
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			client.need(t)
			server, port := boundPort(t, client.typ)
			if err := server.Listen(); err != nil {
				t.Fatal(err)
			}
			if err := server.SetTimeout(timeLimit); err != nil {
				t.Fatal(err)
			}
			p := client.start(t, t.TempDir(), port)
			connection, _, err := server.Accept()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(connection, make([]byte, 42)); err != nil {
				t.Error(err)
			}
			connection.Close()
			sent, _, _ := strings.Cut(client.each, "received")
			p.endWith(1, client.head+sent+"received \"\"\n"+client.tail, "unexpected EOF\n")
		})
	}
}

func TestMissingHost(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	for _, name := range []string{"echo_server_explicit", "echo_client_explicit"} {
		out, stderr, status := start(t, t.TempDir(), program(name)).end()
		if status != 1 || out != "" || !strings.HasPrefix(stderr, "usage: "+name) {
			t.Errorf("%s: status %d, stdout %q, stderr %q", name, status, out, stderr)
		}
	}
}
