package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
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

def packing(family, *addresses):
    for address in addresses:
        packed = socket.inet_pton(family, address)
        print('Original:', address)
        print('Packed  :', binascii.hexlify(packed))
        print('Unpacked:', socket.inet_ntop(family, packed))
        if family == socket.AF_INET:
            print()

def address_packing(*addresses):
    packing(socket.AF_INET, *addresses)

def ipv6_address_packing(*addresses):
    packing(socket.AF_INET6, *addresses)

def gethostbyname(*hosts):
    for host in hosts:
        print(host, ':', socket.gethostbyname(host))

def gethostbyname_ex(*hosts):
    for host in hosts:
        print('%s\n  Hostname: %s\n  Aliases : %s\n Addresses: %s\n' % (host, *socket.gethostbyname_ex(host)))

def getfqdn(*hosts):
    for host in hosts:
        print('%10s : %s' % (host, socket.getfqdn(host)))

def gethostbyaddr(*hosts):
    for host in hosts:
        print('Hostname : %s\nAliases  : %s\nAddresses: %s' % socket.gethostbyaddr(host))

def getaddrinfo(*hosts, **hints):
    for host in hosts:
        for family, kind, proto, canonical, address in socket.getaddrinfo(host, 'http', **hints):
            print('Family        :', constant('AF_', family))
            print('Type          :', constant('SOCK_', kind))
            print('Protocol      :', constant('IPPROTO_', proto))
            print('Canonical name:', canonical)
            print('Socket address:', address)
            print()

def getaddrinfo_extra_args(*hosts):
    getaddrinfo(*hosts, family=socket.AF_INET, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_CANONNAME)

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
		{"address_packing", "192.168.1.1", "127.0.0.1", "0.0.0.0"},
		{"ipv6_address_packing", "2002:ac10:10a:1234:21e:52ff:fe74:40e", "::1", "::ffff:192.0.2.1", "1:0:0:2::"},
		{"gethostbyname", "localhost", "127.0.0.1", "127.1"},
		{"gethostbyname_ex", "localhost", "127.0.0.1"},
		{"getfqdn", "localhost", "127.0.0.1"},
		{"gethostbyaddr", "127.0.0.1", "localhost"},
		{"getaddrinfo", "localhost", "127.0.0.1", "::1"},
		{"getaddrinfo_extra_args", "localhost", "127.0.0.1"},
	} {
		t.Run(command[0], func(t *testing.T) {
			t.Parallel()
			want, stderr, status := start(t, t.TempDir(), interpreter, append([]string{script}, command...)...).end()
			if strings.Contains(stderr, "socket.gaierror") || strings.Contains(stderr, "socket.herror") {
				t.Skip("the C library cannot look this up here: ", stderr)
			}
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
		{[]string{"address_packing"},
			"Original: 192.168.1.1\nPacked  : b'c0a80101'\nUnpacked: 192.168.1.1\n\n" +
				"Original: 127.0.0.1\nPacked  : b'7f000001'\nUnpacked: 127.0.0.1\n\n"},
		{[]string{"ipv6_address_packing"},
			"Original: 2002:ac10:10a:1234:21e:52ff:fe74:40e\n" +
				"Packed  : b'2002ac10010a1234021e52fffe74040e'\n" +
				"Unpacked: 2002:ac10:10a:1234:21e:52ff:fe74:40e\n"},
		{[]string{"gethostbyname", "localhost", "127.1"}, "localhost : 127.0.0.1\n127.1 : 127.0.0.1\n"},
		{[]string{"gethostbyname_ex", "192.0.2.1"},
			"192.0.2.1\n  Hostname: 192.0.2.1\n  Aliases : []\n Addresses: ['192.0.2.1']\n\n"},
		{[]string{"getaddrinfo", "-service", "http", "192.0.2.1"},
			"Family        : AF_INET\nType          : SOCK_STREAM\nProtocol      : IPPROTO_TCP\n" +
				"Canonical name: \nSocket address: ('192.0.2.1', 80)\n\n"},
		{[]string{"getaddrinfo_extra_args", "-service", "8080", "192.0.2.1"},
			"Family        : AF_INET\nType          : SOCK_STREAM\nProtocol      : IPPROTO_TCP\n" +
				"Canonical name: 192.0.2.1\nSocket address: ('192.0.2.1', 8080)\n\n"},
	} {
		start(t, t.TempDir(), program(test.command[0]), test.command[1:]...).succeed(test.want)
	}
}

// TestOwnNames has what each machine answers in its own way: the programs print what the
// functions return, an error too.
func TestOwnNames(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		program string
		args    []string // none if the program has its own
		line    func(arg string) string
		each    []string // what line is called with, if not with args
	}{
		{"gethostname", nil, func(name string) string { return name }, []string{own}},
		{"gethostbyaddr", []string{"127.0.0.1"}, func(addr string) string {
			name, aliases, addrs, err := socket.GetHostByAddr(addr)
			return orError(err, fmt.Sprintf("Hostname : %s\nAliases  : %s\nAddresses: %s", name, pythonList(aliases), pythonList(addrs)))
		}, nil},
		{"getfqdn", []string{"localhost", "127.0.0.1"}, func(host string) string {
			return fmt.Sprintf("%10s : %s", host, socket.GetFQDN(host))
		}, nil},
		{"getservbyname", nil, func(scheme string) string {
			port, err := socket.GetServByName(scheme, "")
			return fmt.Sprintf("%6s : %s", scheme, orError(err, strconv.Itoa(port)))
		}, []string{"http", "https", "ftp", "gopher", "smtp", "imap", "imaps", "pop3", "pop3s"}},
		{"getservbyport", nil, func(text string) string {
			port, _ := strconv.Atoi(text)
			name, err := socket.GetServByPort(port, "")
			return orError(err, name+"://example.com/")
		}, []string{"80", "443", "21", "70", "25", "143", "993", "110", "995"}},
	} {
		var want strings.Builder
		for _, arg := range append(test.args, test.each...) {
			want.WriteString(test.line(arg) + "\n")
		}
		start(t, t.TempDir(), program(test.program), test.args...).succeed(want.String())
	}
}

// orError is the text of an error, or of what there is without one.
func orError(err error, text string) string {
	if err != nil {
		return err.Error()
	}
	return text
}

// pythonList is a list as Python prints it.
func pythonList(items []string) string {
	return strings.NewReplacer(`" "`, "', '", `"`, "'").Replace(fmt.Sprintf("%q", items))
}

// TestBadNames has names that need no resolver to be refused, and what follows them.
func TestBadNames(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	for _, test := range []struct {
		command     []string
		start, rest string // the rest follows the line that starts so
	}{
		{[]string{"address_packing", "256.0.0.1"}, "inet_aton", "\n"},
		{[]string{"ipv6_address_packing", "1::2::3"}, "inet_pton", ""},
		{[]string{"gethostbyname", badName, "127.0.0.1"}, badName + " : ", "127.0.0.1 : 127.0.0.1\n"},
		{[]string{"gethostbyname_ex", badName}, badName + "\nERROR: ", "\n"},
		{[]string{"getfqdn", badName}, badName + " : " + badName, ""},
		{[]string{"gethostbyaddr", badName}, "", ""},
		{[]string{"getaddrinfo", badName}, "getaddrinfo ", ""},
		{[]string{"getaddrinfo", "-service", "nosuch", "127.0.0.1"}, "getaddrinfo ", ""},
		{[]string{"getaddrinfo_extra_args", badName}, "getaddrinfo ", ""},
	} {
		stdout, stderr, status := start(t, t.TempDir(), program(test.command[0]), test.command[1:]...).end()
		line, found := strings.CutPrefix(stdout, test.start)
		_, rest, whole := strings.Cut(line, "\n")
		if !found || !whole || rest != test.rest || stderr != "" || status != 0 {
			t.Errorf("%v: status %d, stdout\n%s\nstderr %q; want %q and the rest %q", test.command, status, stdout, stderr, test.start, test.rest)
		}
	}
}

// badName is longer than any host name may be (RFC 1035, 3.1).
var badName = strings.Repeat("long", 16) + ".example.com"
