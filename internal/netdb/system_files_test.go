//go:build !windows

package netdb

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// TestBuiltin checks the embedded tables for slips, and against numbers that RFCs give.
func TestBuiltin(t *testing.T) {
	for line := range lines(servicesText) {
		words := fields(nil, line)
		if port, err := strconv.ParseUint(words[0], 10, 16); err != nil || port == 0 || len(words) < 3 {
			t.Errorf("%q: %v", line, err)
		}
		for proto := range strings.SplitSeq(words[1], ",") {
			if proto != "tcp" && proto != "udp" && proto != "sctp" {
				t.Errorf("%q: protocol %q", line, proto)
			}
		}
	}
	for line := range lines(protocolsText) {
		words := fields(nil, line)
		if _, err := strconv.ParseUint(words[0], 10, 9); err != nil || len(words) < 2 {
			t.Errorf("%q: %v", line, err)
		}
	}
	db := builtinServices()
	for name, want := range map[string]int{
		"echo/udp": 7, "ftp/tcp": 21, "ssh/tcp": 22, "telnet/tcp": 23, "smtp/tcp": 25, "domain/udp": 53, "tftp/udp": 69,
		"http/tcp": 80, "www/tcp": 80, "pop3/tcp": 110, "ntp/udp": 123, "imap/tcp": 143, "snmp/udp": 161, "ldap/tcp": 389,
		"https/tcp": 443, "https/udp": 443, "submissions/tcp": 465, "syslog/udp": 514, "submission/tcp": 587, "imaps/tcp": 993,
		"pop3s/tcp": 995, "radius/udp": 1812, "nfs/tcp": 2049, "stun/udp": 3478, "sip/tcp": 5060, "mdns/udp": 5353, "amqp/sctp": 5672,
	} {
		name, proto, _ := strings.Cut(name, "/")
		if port, ok := db.Port(name, proto); !ok || port != want {
			t.Errorf("%s/%s: %d, %v, want %d", name, proto, port, ok, want)
		}
		if canonical, ok := db.Name(want, proto); !ok || canonical != name && name != "www" {
			t.Errorf("%d/%s: %q, %v, want %q", want, proto, canonical, ok, name)
		}
	}
	for name, want := range map[string]int{
		"ip": 0, "icmp": 1, "ICMP": 1, "igmp": 2, "tcp": 6, "udp": 17, "ipv6": 41, "gre": 47, "esp": 50, "ipv6-icmp": 58, "ospf": 89, "sctp": 132,
	} {
		if n, ok := builtinProtocols().Number(name); !ok || n != want {
			t.Errorf("%s: %d, %v, want %d", name, n, ok, want)
		}
	}
}

// system returns the text of a file of the system.
func system(t *testing.T, path string) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the files of other systems have old names that mean something else")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("nothing to compare with: ", err)
	}
	return string(text)
}

// TestBuiltinServices compares all names that the embedded table has in common with the
// system's file.
func TestBuiltinServices(t *testing.T) {
	theirs, common := ParseServices(system(t, services.path)), 0
	for s, port := range builtinServices().ports {
		if want, ok := theirs.Port(s.name, s.proto); ok {
			common++
			if int(port) != want {
				t.Errorf("%v: %d, in %s %d", s, port, services.path, want)
			}
		}
	}
	if common < 100 {
		t.Errorf("%d names in common with %s", common, services.path)
	}
}

// TestBuiltinProtocols does the same for protocols.
func TestBuiltinProtocols(t *testing.T) {
	theirs, common := ParseProtocols(system(t, protocols.path)), 0
	for name, n := range builtinProtocols().numbers {
		if want, ok := theirs.Number(name); ok {
			common++
			if n != want {
				t.Errorf("%s: %d, in %s %d", name, n, protocols.path, want)
			}
		}
	}
	if common < 20 {
		t.Errorf("%d names in common with %s", common, protocols.path)
	}
}

// TestNoFile has a system without files, and then with.
func TestNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "services")
	f := newFile(path, ParseServices, sync.OnceValue(builtinServices))
	now := f.now()
	f.now = fixed(&now)
	if port, ok := f.get().Port("https", "tcp"); !ok || port != 443 {
		t.Errorf("https: %d, %v", port, ok)
	}
	if err := os.WriteFile(path, []byte("mine 4433/tcp"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(maxAge)
	if port, ok := f.get().Port("mine", "tcp"); !ok || port != 4433 {
		t.Errorf("mine: %d, %v", port, ok)
	}
	if _, ok := f.get().Port("https", "tcp"); ok {
		t.Error("the embedded table is used beside a file")
	}
}

func BenchmarkServicePort(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ServicePort("https", "tcp")
	}
}

func BenchmarkServicePortParallel(b *testing.B) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			ServicePort("https", "tcp")
		}
	})
}
