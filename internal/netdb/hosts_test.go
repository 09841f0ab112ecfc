package netdb

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// oddHosts has a line for each rule of the format.
const oddHosts = "127.0.0.1\tlocalhost\n" +
	"127.0.0.1 Runner.example.com runner RUNNER # a comment\r\n" +
	"  \t192.0.2.1 indented\n" +
	"192.0.2.2 cut#here and not this\n" +
	"192.0.2.3\n" +
	"192.0.2.4 nul\x00gone\n" +
	"#192.0.2.5 comment\n" +
	"192.0.2.6#no name\n" +
	"010.0.0.1 octal\n" +
	"1.2.3 short\n" +
	"nonsense 192.0.2.7\n" +
	"::1 localhost ip6-localhost\n" +
	"::ffff:192.0.2.8 mapped\n" +
	"fe80::1%lo0 linklocal\n" +
	"2001:db8::1\v\fsix six.example.com \n" +
	"2001:db8::1::2 twice\n" +
	"\n" +
	"192.0.2.9 runner last" // no newline

func TestHostsByName(t *testing.T) {
	db := ParseHosts(oddHosts)
	for name, want := range map[string]string{
		"localhost":          "127.0.0.1 localhost; ::1 localhost ip6-localhost",
		"LOCALHOST":          "127.0.0.1 localhost; ::1 localhost ip6-localhost",
		"localhost.":         "",
		"runner":             "127.0.0.1 Runner.example.com runner RUNNER; 192.0.2.9 runner last",
		"rUNNER.EXAMPLE.COM": "127.0.0.1 Runner.example.com runner RUNNER",
		"indented":           "192.0.2.1 indented",
		"cut":                "192.0.2.2 cut",
		"here":               "",
		"nul":                "192.0.2.4 nul",
		"gone":               "",
		"comment":            "",
		"octal":              "",
		"short":              "",
		"192.0.2.7":          "",
		"mapped":             "::ffff:192.0.2.8 mapped",
		"linklocal":          "fe80::1%lo0 linklocal",
		"six":                "2001:db8::1 six six.example.com",
		"twice":              "",
		"last":               "192.0.2.9 runner last",
		"":                   "",
	} {
		if got := format(db.ByName(name)); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestHostsByAddr(t *testing.T) {
	db := ParseHosts(oddHosts)
	for addr, want := range map[string]string{
		"127.0.0.1":        "127.0.0.1 localhost; 127.0.0.1 Runner.example.com runner RUNNER; ::1 localhost ip6-localhost",
		"::1":              "::1 localhost ip6-localhost",
		"192.0.2.3":        "192.0.2.3 ",
		"192.0.2.6":        "192.0.2.6 ",
		"192.0.2.8":        "::ffff:192.0.2.8 mapped",
		"::ffff:192.0.2.8": "::ffff:192.0.2.8 mapped",
		"::ffff:192.0.2.9": "",
		"fe80::1":          "fe80::1%lo0 linklocal",
		"fe80::1%eth0":     "fe80::1%lo0 linklocal",
		"192.0.2.5":        "",
	} {
		if got := format(db.ByAddr(netip.MustParseAddr(addr))); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
	if got := db.ByAddr(netip.Addr{}); got != nil {
		t.Errorf("the zero Addr: %v", got)
	}
}

// format writes entries as lines of a hosts file, with a semicolon between them.
func format(entries []HostEntry) string {
	var lines []string
	for _, e := range entries {
		lines = append(lines, e.Addr.String()+" "+strings.Join(e.Names, " "))
	}
	return strings.Join(lines, "; ")
}

func TestHostsNoAlloc(t *testing.T) {
	Hosts("")
	allocs := testing.AllocsPerRun(100, func() {
		Hosts("").ByName("LocalHost")
		Hosts("").ByAddr(netip.IPv6Loopback())
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// FuzzHosts checks that what is found was asked for, and that what a line says is found
// under each of its names.
func FuzzHosts(f *testing.F) {
	f.Add(oddHosts, "localhost")
	f.Add("::1 A a\n::1 a A", "a")
	f.Fuzz(func(t *testing.T, text, name string) {
		db := ParseHosts(text)
		for _, e := range db.ByName(name) {
			if !slices.ContainsFunc(e.Names, func(n string) bool {
				return string(appendLower(nil, n)) == string(appendLower(nil, name))
			}) {
				t.Errorf("%q found %q", name, e.Names)
			}
		}
		n := strings.Count(text, "\n") + 1
		for addr, entries := range db.byAddr {
			if len(entries) > n {
				t.Errorf("%d lines have %v, the file has %d", len(entries), addr, n)
			}
			for _, e := range entries {
				for _, name := range e.Names {
					if name != "" && !slices.ContainsFunc(db.ByName(name), func(o HostEntry) bool { return &o.Names[0] == &e.Names[0] }) {
						t.Errorf("%q does not find %v", name, e)
					}
				}
			}
		}
	})
}
