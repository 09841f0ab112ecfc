//go:build unix && !aix

package socket_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// TestPythonCmsgLen compares CMSG_LEN and CMSG_SPACE; -1 is Python's OverflowError.
func TestPythonCmsgLen(t *testing.T) {
	sizes := []int{-1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 100, 1000, 1012}
	for n := range 100 {
		sizes = append(sizes, math.MaxInt32-n)
	}
	expressions := map[string]string{"word": "8 * struct.calcsize('P')"}
	for _, n := range sizes {
		expressions[fmt.Sprint("len ", n)] = fmt.Sprintf("CMSG_LEN(%d)", n)
		expressions[fmt.Sprint("space ", n)] = fmt.Sprintf("CMSG_SPACE(%d)", n)
	}
	want := evalPython[outcome](t, "", "outcome", expressions)
	if want["word"].Number != strconv.IntSize {
		t.Skipf("the Python here has words of %d bits", want["word"].Number)
	}
	for _, n := range sizes {
		for name, got := range map[string]int{"len ": socket.CmsgLen(n), "space ": socket.CmsgSpace(n)} {
			o := outcome{Number: got}
			if got == -1 {
				o = outcome{Kind: "argument"}
			}
			if w := want[fmt.Sprint(name, n)]; o != w {
				t.Errorf("%s%d is %d, in Python %+v", name, n, got, w)
			}
		}
	}
}

// TestPythonMsgErrors compares how calls of sendmsg and recvmsg end.
func TestPythonMsgErrors(t *testing.T) {
	sendRights := func(t *testing.T, fds ...int) error {
		a, _ := pair(t, 0, 0)
		return second(a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.Rights(fds...)}, nil))
	}
	sendMessage := func(t *testing.T, level, typ int) error {
		s, addr := bound(t, socket.AF_INET)
		return second(s.SendMsg([][]byte{{1}}, []socket.ControlMessage{{Level: level, Type: typ, Data: []byte("data")}}, addr))
	}
	checkOutcomes(t, []pythonCase{
		{"recvmsg, negative", `tcp().recvmsg(-1)`, func(t *testing.T) error { return last(tcp(t).RecvMsg(-1, 0)) }},
		{"recvmsg, control negative", `tcp().recvmsg(1, -1)`, func(t *testing.T) error { return last(tcp(t).RecvMsg(1, -1)) }},
		{"recvmsg, unconnected", `tcp().recvmsg(1)`, func(t *testing.T) error { return last(tcp(t).RecvMsg(1, 0)) }},
		{"recvmsg, would block", `mode(pair()[0], 0).recvmsg(1, 100)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return last(settled(t, a, 0).RecvMsg(1, 100))
		}},
		{"recvmsg, timeout", `mode(pair()[0], 0.01).recvmsg(1, 100)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return last(settled(t, a, 10*time.Millisecond).RecvMsg(1, 100))
		}},
		{"recvmsg_into, would block", `mode(pair()[0], 0).recvmsg_into([bytearray(1)])`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return last(settled(t, a, 0).RecvMsgInto([][]byte{make([]byte, 1)}, nil))
		}},
		{"recvmsg_into, too many buffers", `pair()[0].recvmsg_into([bytearray(1)] * 1025)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return last(a.RecvMsgInto(slices.Repeat([][]byte{make([]byte, 1)}, 1025), nil))
		}},
		{"recvmsg, closed", `closed(tcp()).recvmsg(1)`, func(t *testing.T) error { return last(closed(tcp(t)).RecvMsg(1, 0)) }},
		{"sendmsg, closed", `closed(tcp()).sendmsg([b"x"])`, func(t *testing.T) error {
			return second(closed(tcp(t)).SendMsg([][]byte{{1}}, nil, nil))
		}},
		{"sendmsg, unconnected", `tcp().sendmsg([b"x"])`, func(t *testing.T) error { return second(tcp(t).SendMsg([][]byte{{1}}, nil, nil)) }},
		{"sendmsg, to nobody", `udp().sendmsg([b"x"])`, func(t *testing.T) error { return second(udp(t).SendMsg([][]byte{{1}}, nil, nil)) }},
		{"sendmsg, port", `udp().sendmsg([b"x"], [], 0, ("127.0.0.1", 65536))`, func(t *testing.T) error {
			return second(udp(t).SendMsg([][]byte{{1}}, nil, socket.Host("127.0.0.1", 65536)))
		}},
		{"sendmsg, too long", `(lambda s: s.sendmsg([bytes(70000)], [], 0, s.getsockname()))(bound())`, func(t *testing.T) error {
			s, addr := bound(t, socket.AF_INET)
			return second(s.SendMsg([][]byte{make([]byte, 70000)}, nil, addr))
		}},
		{"sendmsg, too many buffers", `pair()[0].sendmsg([b"x"] * 1025)`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return second(a.SendMsg(slices.Repeat([][]byte{{1}}, 1025), nil, nil))
		}},
		{"sendmsg, as many buffers as can be", `pair()[0].sendmsg([b"x"] * 1024) and None`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return second(a.SendMsg(slices.Repeat([][]byte{{1}}, 1024), nil, nil))
		}},
		{"sendmsg, nothing", `pair()[0].sendmsg([])`, func(t *testing.T) error {
			a, _ := pair(t, 0, 0)
			return second(a.SendMsg(nil, nil, nil))
		}},
		{"sendmsg, fd that is none", `send_fds(pair()[0], [b"x"], [999999])`, func(t *testing.T) error { return sendRights(t, closedFD) }},
		{"sendmsg, too many fds", `send_fds(pair()[0], [b"x"], [0] * 1000)`, func(t *testing.T) error { return sendRights(t, make([]int, 1000)...) }},
		{"sendmsg, unknown message", `(lambda s: s.sendmsg([b"x"], [(SOL_SOCKET, 0x7fff, b"data")], 0, s.getsockname()))(bound())`,
			func(t *testing.T) error { return sendMessage(t, socket.SOL_SOCKET, 0x7fff) }},
		{"sendmsg, unknown level", `(lambda s: s.sendmsg([b"x"], [(0x7fff, 1, b"data")], 0, s.getsockname()))(bound()) and None`,
			func(t *testing.T) error { return sendMessage(t, 0x7fff, 1) }},
		{"sendmsg, level too large", `udp().sendmsg([b"x"], [(1 << 40, 1, b"data")])`, func(t *testing.T) error {
			if math.MaxInt == math.MaxInt32 {
				t.Skip("no int is too large")
			}
			return sendMessage(t, high, 1)
		}},
	})
}

// A pythonMsg is a message as recvmsg gives it.
type pythonMsg struct {
	Data  string
	Anc   [][3]any // level, type, data
	Flags int
}

// TestPythonRecvMsg compares what recvmsg makes of the same messages: data, control
// messages byte for byte, and flags.
func TestPythonRecvMsg(t *testing.T) {
	const script = `
def msg(f):
    data, anc, flags, _ = f()
    return {"data": data.hex(), "anc": [(int(l), int(t), d.hex()) for l, t, d in anc], "flags": int(flags)}

def unixpair(): return socketpair(AF_UNIX, SOCK_DGRAM)

def sent(a, b, *args):
    a.sendmsg(*args)
    return b

def stream(*args):
    a, b = pair()
    a.sendmsg(*args)
    a.close()
    return b
`
	rights := func(n int) []socket.ControlMessage { return []socket.ControlMessage{socket.Rights(make([]int, n)...)} }
	sendOver := func(typ socket.Type, bufs []string, anc []socket.ControlMessage) func(t *testing.T) *socket.Socket {
		return func(t *testing.T) *socket.Socket {
			a, b := pair(t, socket.AF_UNIX, typ)
			var p [][]byte
			for _, s := range bufs {
				p = append(p, []byte(s))
			}
			if _, err := a.SendMsg(p, anc, nil); err != nil {
				t.Fatal(err)
			}
			a.Close()
			return b
		}
	}
	const dgram, stream = socket.SOCK_DGRAM, socket.SOCK_STREAM
	cases := []struct {
		name, python string
		setup        func(t *testing.T) *socket.Socket
		n, ancn      int
	}{
		{"buffers", `sent(*unixpair(), [b"ab", b"", b"c"]).recvmsg(10)`, sendOver(dgram, []string{"ab", "", "c"}, nil), 10, 0},
		{"cut", `sent(*unixpair(), [b"abc"]).recvmsg(2)`, sendOver(dgram, []string{"abc"}, nil), 2, 0},
		{"empty", `sent(*unixpair(), [b""]).recvmsg(2, 100)`, sendOver(dgram, []string{""}, nil), 2, 100},
		{"nothing asked", `stream([b"abc"]).recvmsg(0)`, sendOver(stream, []string{"abc"}, nil), 0, 0},
		{"end", `stream([]).recvmsg(5, 100)`, sendOver(stream, nil, nil), 5, 100},
		{"no room", `stream([b"x"], [(SOL_SOCKET, SCM_RIGHTS, bytes(4))]).recvmsg(5)`, sendOver(stream, []string{"x"}, rights(1)), 5, 0},
		{"little room", `stream([b"x"], [(SOL_SOCKET, SCM_RIGHTS, bytes(4))]).recvmsg(5, 3)`, sendOver(stream, []string{"x"}, rights(1)), 5, 3},
		{"room for a header", `stream([b"x"], [(SOL_SOCKET, SCM_RIGHTS, bytes(4))]).recvmsg(5, CMSG_LEN(0))`,
			sendOver(stream, []string{"x"}, rights(1)), 5, socket.CmsgLen(0)},
	}
	expressions := make(map[string]string)
	for _, c := range cases {
		expressions[c.name] = c.python
	}
	want := evalPython[pythonMsg](t, script, "msg", expressions)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.ancn > 0 && c.ancn < 100 {
				needControlRoom(t)
			}
			data, anc, flags, _, err := c.setup(t).RecvMsg(c.n, c.ancn)
			if err != nil {
				t.Fatal(err)
			}
			got := pythonMsg{hex.EncodeToString(data), [][3]any{}, int(flags)}
			for _, m := range anc {
				got.Anc = append(got.Anc, [3]any{float64(m.Level), float64(m.Type), hex.EncodeToString(m.Data)})
			}
			if fmt.Sprint(got) != fmt.Sprint(want[c.name]) {
				t.Errorf("%v, in Python %v", got, want[c.name])
			}
		})
	}
}

// pythonPeer has the other end of a socketpair, under the number 3. It receives two fds with
// a message and sends the same message back through the first, and then sends an fd of its
// own.
const pythonPeer = `
import array, os, socket, sys
if sys.version_info < (3, 9):  # send_fds
    sys.exit(77)
s = socket.socket(fileno=3)
data, fds, flags, _ = socket.recv_fds(s, 100, 5)
if len(fds) != 2 or flags != 0:
    sys.exit("received %r" % fds)
os.write(fds[0], data)
r, w = os.pipe()
os.write(w, b"from Python")
socket.send_fds(s, [b"one", b" and ", b"two"], [r, fds[1]])
a = array.array("i", [r])
s.sendmsg([b"more"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, a)])
s.recv(1)
`

// TestPythonRights passes file descriptors to a Python process and back.
func TestPythonRights(t *testing.T) {
	path := python(t)
	checkFDs(t)
	r, w := pipe(t)
	other, _ := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	fd, err := b.Detach()
	if err != nil {
		t.Fatal(err)
	}
	theirs := os.NewFile(uintptr(fd), "theirs")
	defer theirs.Close()
	cmd := exec.Command(path, "-c", pythonPeer)
	cmd.ExtraFiles, cmd.Stderr = []*os.File{theirs}, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		a.Close() // which is the end of what Python waits for
		var exit *exec.ExitError
		if err := cmd.Wait(); errors.As(err, &exit) && exit.ExitCode() == 77 {
			t.Skip("the Python here is older than 3.9")
		} else if err != nil {
			t.Error("Python:", err)
		}
	}()
	theirs.Close()
	mustSetTimeout(t, a, patience)
	err = socket.WithFDs([]*os.File{w, other}, func(fds []int) error {
		return second(a.SendFDs([][]byte{[]byte("from "), []byte("Go")}, fds, nil))
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 100)
	if n, err := r.Read(got); string(got[:n]) != "from Go" || err != nil {
		t.Errorf("Python wrote %q, error %v", got[:n], err)
	}
	data, fds, flags, _, err := a.RecvFDs(100, 5)
	if string(data) != "one and two" || len(fds) != 2 || flags != 0 || err != nil {
		t.Fatalf("%q, fds %v, %v, error %v", data, fds, flags, err)
	}
	checkReceived(t, fds[1], int(other.Fd()))
	f := os.NewFile(uintptr(fds[0]), "received")
	defer f.Close()
	if n, err := f.Read(got); string(got[:n]) != "from Python" || err != nil {
		t.Errorf("read %q, error %v", got[:n], err)
	}
	data, anc, _, _, err := a.RecvMsg(100, socket.CmsgLen(4))
	if string(data) != "more" || len(anc) != 1 || err != nil {
		t.Fatalf("%q, %v, error %v", data, anc, err)
	}
	if fds, err = anc[0].ParseRights(); len(fds) != 1 || err != nil {
		t.Fatalf("%v, error %v", fds, err)
	}
	checkReceived(t, fds[0], int(f.Fd()))
}
