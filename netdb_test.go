package socket_test

import (
	"errors"
	"io/fs"
	"net"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestServices looks up what every system knows, with a list or without.
func TestServices(t *testing.T) {
	for _, test := range []struct {
		name, proto string
		port        int
	}{
		{"http", "", 80},
		{"http", "tcp", 80},
		{"domain", "tcp", 53},
		{"domain", "udp", 53},
		{"ftp", "", 21},
		{"ntp", "udp", 123},
	} {
		if port, err := socket.GetServByName(test.name, test.proto); err != nil || port != test.port {
			t.Errorf("%s/%s: %d, %v, want %d", test.name, test.proto, port, err, test.port)
		}
		if name, err := socket.GetServByPort(test.port, test.proto); err != nil || name != test.name {
			t.Errorf("%d/%s: %q, %v, want %q", test.port, test.proto, name, err, test.name)
		}
	}
	if port, err := socket.GetServByName("https", "tcp"); err != nil || port != 443 {
		t.Errorf("https: %d, %v, want 443", port, err)
	}
}

func TestProtocols(t *testing.T) {
	for name, number := range map[string]int{"icmp": socket.IPPROTO_ICMP, "tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP} {
		if n, err := socket.GetProtoByName(name); err != nil || n != number {
			t.Errorf("%s: %d, %v, want %d", name, n, err, number)
		}
		if s, err := socket.GetProtoByNumber(number); err != nil || s != name {
			t.Errorf("%d: %q, %v, want %q", number, s, err, name)
		}
	}
	if n, err := socket.GetProtoByName("TCP"); err != nil || n != socket.IPPROTO_TCP { // an alias
		t.Errorf("TCP: %d, %v", n, err)
	}
}

// TestNotFound has what is in no list, and what an error says of it.
func TestNotFound(t *testing.T) {
	for text, err := range map[string]error{
		"getservbyname: service nosuch not found":          second(socket.GetServByName("nosuch", "")),
		"getservbyname: service http/nosuch not found":     second(socket.GetServByName("http", "nosuch")),
		"getservbyname: service \"\" not found":            second(socket.GetServByName("", "")),
		"getservbyname: service \"a\\nb\" not found":       second(socket.GetServByName("a\nb", "")),
		"getservbyport: port 0/tcp not found":              second(socket.GetServByPort(0, "tcp")),
		"getprotobyname: protocol nosuch not found":        second(socket.GetProtoByName("nosuch")),
		"getprotobyname: protocol \"\" not found":          second(socket.GetProtoByName("")),
		"getprotobynumber: protocol 250 not found":         second(socket.GetProtoByNumber(250)),
		"getprotobynumber: protocol -1 not found":          second(socket.GetProtoByNumber(-1)),
		"getprotobynumber: protocol 2147483647 not found":  second(socket.GetProtoByNumber(1<<31 - 1)),
		"getprotobynumber: protocol -2147483648 not found": second(socket.GetProtoByNumber(-1 << 31)),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v, want fs.ErrNotExist", err)
			continue
		}
		if err.Error() != text {
			t.Errorf("%q, want %q", err, text)
		}
		var e net.Error
		if !errors.As(err, &e) || e.Timeout() {
			t.Errorf("%v: no net.Error, or a timeout", err)
		}
		if errno, ok := socket.ErrnoOf(err); ok {
			t.Errorf("%v has the number %d", err, errno)
		}
		if errors.Is(err, net.ErrClosed) || errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%v is another error too", err)
		}
	}
}

func TestBadNames(t *testing.T) {
	for _, b := range []badInput{
		{"name", func(*testing.T) error { return second(socket.GetServByName("http\x00", "")) }, errInvalid},
		{"proto", func(*testing.T) error { return second(socket.GetServByName("http", "tcp\x00")) }, errInvalid},
		{"port 65536", func(*testing.T) error { return second(socket.GetServByPort(65536, "")) }, errRange},
		{"port -1", func(*testing.T) error { return second(socket.GetServByPort(-1, "tcp")) }, errRange},
		{"port and proto", func(*testing.T) error { return second(socket.GetServByPort(80, "\x00")) }, errInvalid},
		{"protocol", func(*testing.T) error { return second(socket.GetProtoByName("\x00")) }, errInvalid},
		{"interface", func(*testing.T) error { return second(socket.IfNameToIndex("lo\x00")) }, errInvalid},
		{"index -1", func(*testing.T) error { return second(socket.IfIndexToName(-1)) }, errRange},
		{"host name", func(*testing.T) error { return socket.SetHostName("a\x00b") }, errInvalid},
	} {
		t.Run(b.name, b.run)
	}
}

func BenchmarkGetServByName(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := socket.GetServByName("https", "tcp"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGetAddrInfo resolves what takes no name server: numeric hosts.
func BenchmarkGetAddrInfo(b *testing.B) {
	hints := &socket.AddrInfoHints{Type: socket.SOCK_STREAM}
	for _, host := range []string{"192.0.2.1", "2001:db8::1"} {
		for _, service := range []string{"443", "https"} {
			b.Run(host+" "+service, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if infos, err := socket.GetAddrInfo(host, service, hints); err != nil || len(infos) != 1 {
						b.Fatal(infos, err)
					}
				}
			})
		}
	}
}
