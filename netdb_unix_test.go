//go:build unix && !aix

package socket_test

import (
	"errors"
	"io/fs"
	"strconv"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestNetdbNoAlloc pins what a look-up costs.
func TestNetdbNoAlloc(t *testing.T) {
	for name, f := range map[string]func() error{
		"getservbyname":    func() error { return second(socket.GetServByName("https", "tcp")) },
		"getservbyport":    func() error { return second(socket.GetServByPort(443, "")) },
		"getprotobyname":   func() error { return second(socket.GetProtoByName("udp")) },
		"getprotobynumber": func() error { return second(socket.GetProtoByNumber(17)) },
	} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// An entry is what Python says of a name or a number, nil if it finds nothing.
type entry struct {
	Key    string
	Proto  string
	Number *int
	Name   *string
}

// pythonEntries asks Python about all names and numbers of a file, and others.
const pythonEntries = `
def answer(f, *args):
    try:
        return f(*args)
    except OSError as e:
        assert type(e) is OSError and e.errno is None, repr(e)

def fields(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        return [w for w in (line.partition("#")[0].split() for line in f) if len(w) > 1]

def variants(names):
    return sorted({v for n in names for v in (n, n.upper(), n.capitalize(), n + "x")})
`

// TestPythonServices compares all of the system's services: each name and alias, each
// port and its neighbors, with each protocol and none.
func TestPythonServices(t *testing.T) {
	var entries []entry
	runPython(t, pythonEntries+`
lines = fields("/etc/services") if os.path.exists("/etc/services") else []
protos = sorted({w[1].partition("/")[2] for w in lines} | {"udp", "nosuch", "TCP"})
names = variants(n for w in lines for n in w[:1] + w[2:])
ports = {int(w[1].partition("/")[0]) for w in lines}
ports = sorted({p + d for p in ports for d in (-1, 0, 1)} | set(range(0, 65536, 331)) | {65535})
out = []
for proto in [""] + protos if lines else []:
    args = (proto,) if proto else ()
    out += [{"Key": n, "Proto": proto, "Number": answer(getservbyname, n, *args)} for n in names]
    out += [{"Key": str(p), "Proto": proto, "Name": answer(getservbyport, p, *args)} for p in ports]
print(json.dumps(out))
`, &entries)
	if len(entries) == 0 {
		t.Skip("no /etc/services, so that the C library knows no services")
	}
	found := 0
	for _, e := range entries {
		if e.Number != nil || e.Name != nil {
			found++
		}
		if port, err := strconv.Atoi(e.Key); err == nil {
			name, err := socket.GetServByPort(port, e.Proto)
			same(t, e, name, err, e.Name)
			continue
		}
		port, err := socket.GetServByName(e.Key, e.Proto)
		same(t, e, port, err, e.Number)
	}
	t.Logf("%d questions, %d found", len(entries), found)
	if found < 100 {
		t.Errorf("only %d of %d are found", found, len(entries))
	}
}

// TestPythonProtocols compares all of the system's protocols.
func TestPythonProtocols(t *testing.T) {
	var entries []entry
	runPython(t, pythonEntries+`
lines = fields("/etc/protocols") if os.path.exists("/etc/protocols") else []
names = variants(n for w in lines for n in w[:1] + w[2:])
print(json.dumps([{"Key": n, "Number": answer(getprotobyname, n)} for n in names]))
`, &entries)
	if len(entries) == 0 {
		t.Skip("no /etc/protocols, so that the C library knows no protocols")
	}
	for _, e := range entries {
		n, err := socket.GetProtoByName(e.Key)
		same(t, e, n, err, e.Number)
		if name, err := socket.GetProtoByNumber(n); e.Number != nil && (err != nil || name == "") {
			t.Errorf("%d: %q, %v", n, name, err)
		}
	}
}

// same compares a result with Python's.
func same[T comparable](t *testing.T, e entry, got T, err error, want *T) {
	t.Helper()
	switch {
	case want == nil && !errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s/%s: %v, %v; Python finds nothing", e.Key, e.Proto, got, err)
	case want != nil && (err != nil || got != *want):
		t.Errorf("%s/%s: %v, %v, want %v", e.Key, e.Proto, got, err, *want)
	}
}

// TestPythonInterfaces compares the interfaces and the host's name.
func TestPythonInterfaces(t *testing.T) {
	needInterfaces(t)
	var theirs struct {
		Interfaces [][2]any
		Host       string
		Short      []int
		Long       []int64
	}
	runPython(t, `
print(json.dumps({"Interfaces": if_nameindex(), "Host": gethostname(),
    "Short": [f(v) for v in (0, 1, 80, 0x1234, 0xffff) for f in (htons, ntohs)],
    "Long": [f(v) for v in (0, 1, 0x12345678, 0xffffffff) for f in (htonl, ntohl)]}))
`, &theirs)
	ours, err := socket.IfNameIndex()
	if err != nil || len(ours) != len(theirs.Interfaces) {
		t.Fatalf("%v, %v, in Python %v", ours, err, theirs.Interfaces)
	}
	for i, want := range theirs.Interfaces {
		if float64(ours[i].Index) != want[0] || ours[i].Name != want[1] {
			t.Errorf("%v, in Python %v", ours[i], want)
		}
	}
	if name, err := socket.GetHostName(); err != nil || name != theirs.Host {
		t.Errorf("%q, %v, in Python %q", name, err, theirs.Host)
	}
	for i, v := range []uint16{0, 1, 80, 0x1234, 0xffff} {
		if h, n := int(socket.Htons(v)), int(socket.Ntohs(v)); h != theirs.Short[2*i] || n != theirs.Short[2*i+1] {
			t.Errorf("%#x: %#x and %#x, in Python %#x", v, h, n, theirs.Short[2*i:2*i+2])
		}
	}
	for i, v := range []uint32{0, 1, 0x12345678, 0xffffffff} {
		if h, n := int64(socket.Htonl(v)), int64(socket.Ntohl(v)); h != theirs.Long[2*i] || n != theirs.Long[2*i+1] {
			t.Errorf("%#x: %#x and %#x, in Python %#x", v, h, n, theirs.Long[2*i:2*i+2])
		}
	}
}

// TestPythonNetdbErrors compares errors other than that nothing was found, which has no
// number in Python.
func TestPythonNetdbErrors(t *testing.T) {
	checkOutcomes(t, []pythonCase{
		{"port, too great", `getservbyport(65536)`, func(*testing.T) error { return second(socket.GetServByPort(65536, "")) }},
		{"port, negative", `getservbyport(-1, "tcp")`, func(*testing.T) error { return second(socket.GetServByPort(-1, "tcp")) }},
		{"service, NUL", `getservbyname("http\0")`, func(*testing.T) error { return second(socket.GetServByName("http\x00", "")) }},
		{"service's protocol, NUL", `getservbyname("http", "tcp\0")`, func(*testing.T) error { return second(socket.GetServByName("http", "tcp\x00")) }},
		{"port's protocol, NUL", `getservbyport(80, "\0")`, func(*testing.T) error { return second(socket.GetServByPort(80, "\x00")) }},
		{"protocol, NUL", `getprotobyname("\0")`, func(*testing.T) error { return second(socket.GetProtoByName("\x00")) }},
		{"interface, NUL", `if_nametoindex("lo\0")`, func(*testing.T) error { return second(socket.IfNameToIndex("lo\x00")) }},
		{"index, unknown", `if_indextoname(0x7ffffff0)`, func(*testing.T) error { return second(socket.IfIndexToName(0x7ffffff0)) }},
		{"index, zero", `if_indextoname(0)`, func(*testing.T) error { return second(socket.IfIndexToName(0)) }},
		{"index, negative", `if_indextoname(-1)`, func(*testing.T) error { return second(socket.IfIndexToName(-1)) }},
		{"host name, NUL", `sethostname("a\0")`, func(*testing.T) error { return socket.SetHostName("a\x00") }},
	})
}

// TestAddrInfoAllocs pins what it costs to resolve what no name server has to be asked for:
// a service by its name no more than by its number. The address and three slices.
func TestAddrInfoAllocs(t *testing.T) {
	needExactAllocs(t)
	for _, host := range []string{"127.0.0.1", "::1"} {
		for _, service := range []string{"443", " +443", "https"} {
			t.Run(host+" "+service, func(t *testing.T) {
				hints := &socket.AddrInfoHints{Type: socket.SOCK_STREAM}
				wantAllocs(t, 4, func() error { return second(socket.GetAddrInfo(host, service, hints)) })
			})
		}
	}
}
