package examples

import (
	"os"
	"path/filepath"
	"testing"
)

// The programs that look names up, in Python: each a function of the arguments.
const pythonNames = `import binascii, socket, sys

def constant(prefix, number):
    return [n for n in dir(socket) if n.startswith(prefix) and getattr(socket, n) == number][-1]

def gethostname():
    print(socket.gethostname())

def getservbyname(*urls):
    for url in urls:
        scheme = url.partition(':')[0]
        print('%6s : %d' % (scheme, socket.getservbyname(scheme)))

def getservbyport(*ports):
    for port in ports:
        print(socket.getservbyport(int(port)) + '://example.com/')

def getprotobyname(*names):
    for name in names:
        number = socket.getprotobyname(name)
        print('%4s -> %2d (socket.%-12s = %2d)' % (name, number, constant('IPPROTO_', number), number))

globals()[sys.argv[1]](*sys.argv[2:])
`

// TestPythonNames compares what the programs print with what Python makes of the same.
func TestPythonNames(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	interpreter := python(t)
	script := filepath.Join(t.TempDir(), "script.py")
	if err := os.WriteFile(script, []byte(pythonNames), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{
		{"gethostname"},
		{"getservbyname", "http://www.python.org", "https:", "ftp:x", "domain://", "smtp:", "imaps:", "pop3s:"},
		{"getservbyport", "80", "443", "21", "25", "143", "993", "110", "995", "53"},
		{"getprotobyname", "icmp", "udp", "tcp", "igmp", "esp", "ipv6", "TCP"},
	} {
		t.Run(command[0], func(t *testing.T) {
			t.Parallel()
			want, stderr, status := start(t, t.TempDir(), interpreter, append([]string{script}, command...)...).end()
			if status != 0 {
				t.Fatalf("Python: status %d\n%s", status, stderr)
			}
			start(t, t.TempDir(), program(command[0]), command[1:]...).succeed(want)
		})
	}
}

// TestNames has the output of the programs for what every system knows, and for what none
// does: they say so and go on.
func TestNames(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	for _, test := range []struct {
		command []string
		want    string
	}{
		{[]string{"getservbyname", "http://a", "nosuch://a", "://", "https:"},
			"  http : 80\n" +
				"nosuch : getservbyname: service nosuch not found\n" +
				"parse \"://\": missing protocol scheme\n" +
				" https : 443\n"},
		{[]string{"getservbyport", "80", "65536", "x", "0", "21"},
			"http://example.com/\n" +
				"getservbyport: port 65536: want 0 to 65535\n" +
				"strconv.Atoi: parsing \"x\": invalid syntax\n" +
				"getservbyport: port 0 not found\n" +
				"ftp://example.com/\n"},
		{[]string{"getprotobyname", "icmp", "nosuch", "udp", "tcp"},
			"icmp ->  1 (socket.IPPROTO_ICMP =  1)\n" +
				"nosuch -> getprotobyname: protocol nosuch not found\n" +
				" udp -> 17 (socket.IPPROTO_UDP  = 17)\n" +
				" tcp ->  6 (socket.IPPROTO_TCP  =  6)\n"},
		{[]string{"getprotobyname"},
			"icmp ->  1 (socket.IPPROTO_ICMP =  1)\n" +
				" udp -> 17 (socket.IPPROTO_UDP  = 17)\n" +
				" tcp ->  6 (socket.IPPROTO_TCP  =  6)\n"},
	} {
		start(t, t.TempDir(), program(test.command[0]), test.command[1:]...).succeed(test.want)
	}
}
