package netdb

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// oddServices has a line for each rule of the format. Each name begins with the port that
// it must have, or with "no".
const oddServices = "p7 7/tcp\n" +
	"p7udp\t7/udp sink\t null # comment\n" +
	"p8 8/tcp p7\n" + // an alias that is taken
	"  p9 9/tcp\r\n" +
	"p10 10/tcp#glued\n" +
	"nohash#glued 11/tcp\n" +
	"p12 014/tcp\n" +
	"p13 0xd/tcp\n" +
	"p14 0XE/tcp\n" +
	"p15 +15/tcp\n" +
	"nonegative -1/tcp\n" +
	"p65535 4294967295/tcp\n" +
	"p0 -0/tcp\n" +
	"p16 65552/tcp\n" +
	"nowide 4294967296/tcp\n" +
	"nowider 99999999999999999999/tcp\n" +
	"p17 17//tcp\n" +
	"p18 18/ tcp\n" +
	"p19 19/\n" +
	"p20 20\n" +
	"nospace 21 \n" +
	"nospaces 22 /tcp\n" +
	"nooctal 08/tcp\n" +
	"nohex 0x/tcp\n" +
	"nodigit x1/tcp\n" +
	"nosign -/tcp\n" +
	"nonumber\n" +
	"# 23/tcp\n" +
	"p24\v24/tcp\falias24\n" +
	"p25 25/TCP\n" +
	"p26 26/tcp nul\x00gone\n" +
	"p27 27/tcp caf\xc3\xa9\n" +
	"p7 28/tcp p29\n" +
	"p29 29/udp\n" +
	"p7 30/sctp\n" +
	"p31 31/tcp" // no newline

func TestServices(t *testing.T) {
	db := ParseServices(oddServices)
	for _, test := range []struct {
		name, proto string
		port        int // -1 if it is not found
	}{
		{"p7", "", 7},
		{"p7", "tcp", 7},
		{"p7", "udp", -1},
		{"p7", "sctp", 30},
		{"p8", "", 8},
		{"sink", "", 7},
		{"null", "udp", 7},
		{"null", "tcp", -1},
		{"NULL", "", -1},
		{"comment", "", -1},
		{"glued", "", -1},
		{"p9", "tcp", 9},
		{"p16", "tcp", 16},
		{"p18", "tcp", -1},
		{"tcp", "", 18}, // the alias that the space has made of it
		{"p19", "", 19},
		{"p20", "", 20},
		{"p20", "tcp", -1},
		{"alias24", "tcp", 24},
		{"p25", "tcp", -1},
		{"p25", "TCP", 25},
		{"nul", "tcp", 26},
		{"gone", "tcp", -1},
		{"caf\xc3\xa9", "tcp", 27},
		{"p29", "", 28},
		{"p29", "udp", 29},
		{"", "", -1},
		{"", "tcp", -1},
	} {
		if port, ok := db.Port(test.name, test.proto); ok != (test.port >= 0) || ok && port != test.port {
			t.Errorf("%q, %q: %d, %v, want %d", test.name, test.proto, port, ok, test.port)
		}
	}
	for s, port := range db.ports {
		want, found := strings.CutPrefix(s.name, "p")
		if n, err := strconv.Atoi(want); found && err == nil && n != int(port) && s.name != "p7" && s.name != "p29" {
			t.Errorf("%v has port %d", s, port)
		}
		if strings.HasPrefix(s.name, "no") {
			t.Errorf("%v is found", s)
		}
	}
}

func TestServicesByPort(t *testing.T) {
	db := ParseServices(oddServices)
	for _, test := range []struct {
		port        int
		proto, name string // "" if it is not found
	}{
		{7, "", "p7"},
		{7, "udp", "p7udp"},
		{7, "sctp", ""},
		{30, "", "p7"},
		{16, "tcp", "p16"},
		{65535, "", "p65535"},
		{0, "tcp", "p0"},
		{20, "", "p20"},
		{20, "tcp", ""},
		{21, "", ""},
		{-1, "", ""},
		{65552, "", ""},
	} {
		if name, ok := db.Name(test.port, test.proto); name != test.name || ok != (name != "") {
			t.Errorf("%d, %q: %q, %v, want %q", test.port, test.proto, name, ok, test.name)
		}
	}
}

const oddProtocols = "ip 0 IP # internet\n" +
	"icmp\t1\tICMP\r\n" +
	"ip 4 IPIP\n" + // a name that is taken
	"second 1\n" +
	"  udp 17 UDP upd\n" +
	"minus -5\n" +
	"zero -0\n" +
	"most 4294967295\n" +
	"plus +6\n" +
	"hex 0x10\n" +
	"decimal 010\n" +
	"slash 12/x\n" +
	"wide 4294967297 \n" +
	"none\n" +
	"comment # 13\n" +
	"last 14"

func TestProtocols(t *testing.T) {
	db := ParseProtocols(oddProtocols)
	for name, want := range map[string]int{
		"ip": 0, "IP": 0, "icmp": 1, "ICMP": 1, "IPIP": 4, "second": 1, "udp": 17, "upd": 17, "Udp": -2, "minus": -2, "zero": 0, "most": -1, "plus": 6,
		"hex": -2, "decimal": 10, "slash": -2, "wide": -2, "none": -2, "comment": -2, "last": 14, "": -2,
	} {
		if n, ok := db.Number(name); ok != (want != -2) || ok && n != want {
			t.Errorf("%q: %d, %v, want %d", name, n, ok, want)
		}
	}
	for n, want := range map[int]string{0: "ip", 1: "icmp", 4: "ip", -1: "most", 10: "decimal", 16: "", 99: ""} {
		if name, ok := db.Name(n); name != want || ok != (want != "") {
			t.Errorf("%d: %q, %v, want %q", n, name, ok, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		text string
		base int
		n    uint32
		rest string
		ok   bool
	}{
		{"0", 0, 0, "", true},
		{"0/", 0, 0, "/", true},
		{"00017", 0, 15, "", true},
		{"0xFfg", 0, 255, "g", true},
		{"0x", 0, 0, "x", true},
		{"0xg", 0, 0, "xg", true},
		{"08", 0, 0, "8", true},
		{"08", 10, 8, "", true},
		{"4294967295", 10, 4294967295, "", true},
		{"4294967296", 10, 0, "4294967296", false},
		{"0x1FFFFFFFFF/", 0, 0, "0x1FFFFFFFFF/", false},
		{"18446744073709551617", 10, 0, "18446744073709551617", false}, // 2**64 + 1
		{"-1", 10, 0, "-1", false},
		{"-0x0/", 0, 0, "/", true},
		{"--1", 10, 0, "--1", false},
		{"+-1", 10, 0, "+-1", false},
		{"", 0, 0, "", false},
		{"+", 0, 0, "+", false},
		{" 1", 0, 0, " 1", false},
		{"1_0", 0, 1, "_0", true},
		{"@", 0, 0, "@", false}, // with bit 5 it would be a back quote
	} {
		n, rest, ok := number(test.text, test.base)
		if n != test.n || rest != test.rest || ok != test.ok {
			t.Errorf("%q: %d, %q, %v", test.text, n, rest, ok)
		}
	}
}

func TestNumbersNoAlloc(t *testing.T) {
	services, protocols := ParseServices(oddServices), ParseProtocols(oddProtocols)
	allocs := testing.AllocsPerRun(100, func() {
		services.Port("null", "udp")
		services.Name(7, "")
		protocols.Number("udp")
		protocols.Name(17)
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// FuzzServices compares the tables with the search that a C library makes.
func FuzzServices(f *testing.F) {
	f.Add(oddServices, "p7", "")
	f.Add("a 1/x b\nb 2/x a\nb 3/y a", "a", "y")
	f.Fuzz(func(t *testing.T, text, name, proto string) {
		db := ParseServices(text)
		want, found := -1, ""
		for line := range lines(text) {
			words := fields(nil, line)
			one := ParseServices(line)
			port, ok := one.Port(name, proto)
			if !ok {
				continue
			}
			if !slices.Contains(words, name) {
				t.Fatalf("%q is found in %q", name, line)
			}
			want, found = port, words[0]
			break
		}
		port, ok := db.Port(name, proto)
		if ok != (want >= 0) || ok && port != want {
			t.Errorf("%q, %q: %d, %v, want %d", name, proto, port, ok, want)
		}
		if ok {
			if first, ok := db.Name(port, proto); !ok || first == "" {
				t.Errorf("%q has port %d, which has no name; its line starts with %q", name, port, found)
			}
		}
	})
}

// FuzzProtocols compares the tables with the search that a C library makes.
func FuzzProtocols(f *testing.F) {
	f.Add(oddProtocols, "ip")
	f.Fuzz(func(t *testing.T, text, name string) {
		db := ParseProtocols(text)
		want, found := 0, false
		for line := range lines(text) {
			if want, found = ParseProtocols(line).Number(name); found {
				break
			}
		}
		n, ok := db.Number(name)
		if ok != found || ok && n != want {
			t.Errorf("%q: %d, %v, want %d, %v", name, n, ok, want, found)
		}
		if _, named := db.Name(n); ok && !named {
			t.Errorf("%q is %d, which has no name", name, n)
		}
	})
}
