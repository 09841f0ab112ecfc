package netdb

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// oddPolicy has a line for each rule of the format, each for a prefix of its own.
const oddPolicy = "label ::/0 1 # a comment\n" +
	"  \tlabel\v2001:db8:1::/48\f11 and more\r\n" +
	"label 2001:db8:2::5 12\n" +
	"label 2001:db8:3::ffff/48 13\n" +
	"label 2001:db8:4::/48\n" +
	"label 2001:db8:5::/+48 +15\n" +
	"label 2001:db8:6::/048 016\n" +
	"label 2001:db8:7::/48 2147483647\n" +
	"label 2001:db8:8::/48 2147483648\n" +
	"label 2001:db8:9::/48 99999999999999999999\n" +
	"label 2001:db8:a::/129 20\n" +
	"label 2001:db8:b::/-48 20\n" +
	"label 2001:db8:c::/48 -1\n" +
	"label 2001:db8:d::/48x 20\n" +
	"label 2001:db8:e::/48 20x\n" +
	"label 2001:db8:f::%1/48 20\n" +
	"label 2001:db8:10::/48/3 20\n" +
	"label 192.0.2.0/24 20\n" +
	"Label 2001:db8:11::/48 20\n" +
	"labels 2001:db8:12::/48 20\n" +
	"label 2001:db8:13::/48 -0\n" +
	"label 2001:db8:14::/47 20\n" +
	"label 2001:db8:14::/48 21\n" +
	"label 2001:db8:14::/48 22\n" +
	"label 2001:db8:14::/46 23\n" +
	"label ::ffff:192.0.2.0/120 24\n" +
	"label\x00 2001:db8:16::/48 20\n" +
	"label 2001:db8:17::/48\x00 20\n" +
	"reload no\nunknown\nlabel\n\n" +
	"label 2001:db8:18::/48 28" // no newline

func TestPolicyLabels(t *testing.T) {
	p := ParsePolicy(oddPolicy)
	for addr, want := range map[string]int{
		"2001:db8::":       1,
		"2001:db8:1::1":    11,
		"2001:db8:2::5":    12,
		"2001:db8:2::6":    1,
		"2001:db8:3::1":    13,
		"2001:db8:4::1":    0, // as strtoul(3) reads nothing
		"2001:db8:5::1":    15,
		"2001:db8:6::1":    16,
		"2001:db8:7::1":    2147483647,
		"2001:db8:8::1":    1,
		"2001:db8:9::1":    1,
		"2001:db8:a::1":    1,
		"2001:db8:b::1":    1,
		"2001:db8:c::1":    1,
		"2001:db8:d::1":    1,
		"2001:db8:e::1":    1,
		"2001:db8:f::1":    1,
		"2001:db8:10::1":   1,
		"192.0.2.1":        24,
		"::ffff:192.0.2.1": 24,
		"192.0.3.1":        1,
		"2001:db8:11::1":   1,
		"2001:db8:12::1":   1,
		"2001:db8:13::1":   0,
		"2001:db8:14::1":   21,
		"2001:db8:15::1":   20,
		"2001:db8:16::1":   23,
		"2001:db8:17::1":   0,
		"2001:db8:18::1":   28,
		"::1":              1, // the default table is replaced
	} {
		if got := p.Label(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %d, want %d", addr, got, want)
		}
	}
}

// TestPolicyScopes has lines in both forms, and what they leave out.
func TestPolicyScopes(t *testing.T) {
	p := ParsePolicy("scopev4 10.0.0.0/8 5\nscopev4 ::ffff:192.168.0.0/112 6\nscopev4 203.0.113.7 7\n" +
		"scopev4 ::ffff:0:0/95 8\nscopev4 ::/0 8\nscopev4 198.51.100.0/33 8\nscopev4 2001:db8::/96 8\nscopev4 010.1.1.1 8\nscopev4 198.51.100.0/ 9\n")
	for addr, want := range map[string]int{
		"10.1.2.3": 5, "::ffff:10.1.2.3": 5, "192.168.1.1": 6, "192.169.1.1": 9, "203.0.113.7": 7, "203.0.113.8": 9, "198.51.100.1": 9, "127.0.0.1": 9,
	} {
		if got := p.Scope4(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %d, want %d", addr, got, want)
		}
	}
	p = ParsePolicy("scopev4 10.0.0.0/8 5")
	for addr, want := range map[string]int{"10.1.2.3": 5, "127.0.0.1": 14, "169.254.1.1": 14} {
		if got := p.Scope4(netip.MustParseAddr(addr)); got != want {
			t.Errorf("the default scopes replaced, %s: %d, want %d", addr, got, want)
		}
	}
}

// TestPolicyDefaults has files that say nothing of one kind or of any, and the table of RFC
// 6724, section 2.1.
func TestPolicyDefaults(t *testing.T) {
	tests := []struct {
		name   string
		policy *Policy
		want   string // address label precedence
	}{
		{"empty file", ParsePolicy(""), "::1 0 50, 2001:db8::1 1 40, 2002::1 2 30, ::2 3 20, 192.0.2.1 4 10, fec0::1 5 40, fd00::1 6 40, 2001::1 7 40, 3ffe::1 1 40"},
		{"labels alone", ParsePolicy("label fd00::/8 9"), "::1 1 50, 192.0.2.1 1 10, fd00::1 9 40, fc00::1 1 40"},
		{"precedences alone", ParsePolicy("precedence ::ffff:0:0/96 100"), "::1 0 40, 192.0.2.1 4 100, 2002::1 2 40, fd00::1 6 40"},
		{"lines that are ignored", ParsePolicy("label nonsense 1\nprecedence ::/200 1\nscopev4 ::1 2"), "::1 0 50, 192.0.2.1 4 10"},
		{"RFC 6724", RFC6724(), "::1 0 50, 2001:db8::1 1 40, 192.0.2.1 4 35, 2002::1 2 30, 2001::1 5 5, fd00::1 13 3, ::2 3 1, fec0::1 11 1, 3ffe::1 12 1"},
	}
	for _, tt := range tests {
		for row := range strings.SplitSeq(tt.want, ", ") {
			addr, _, _ := strings.Cut(row, " ")
			ip := netip.MustParseAddr(addr)
			if label, precedence := tt.policy.Label(ip), tt.policy.Precedence(ip); fmt.Sprint(ip, " ", label, " ", precedence) != row {
				t.Errorf("%s: %v has label %d and precedence %d, want %s", tt.name, ip, label, precedence, row)
			}
		}
		for addr, want := range map[string]int{"127.0.0.2": 2, "169.254.1.1": 2, "10.0.0.1": 14, "192.0.2.1": 14} {
			if got := tt.policy.Scope4(netip.MustParseAddr(addr)); got != want {
				t.Errorf("%s: %s has scope %d, want %d", tt.name, addr, got, want)
			}
		}
	}
}

func TestSystemPolicyNoAlloc(t *testing.T) {
	ip := netip.MustParseAddr("192.0.2.1")
	SystemPolicy()
	if n := testing.AllocsPerRun(100, func() { SystemPolicy().Label(ip); SystemPolicy().Precedence(ip); SystemPolicy().Scope4(ip) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzPolicy checks that every address has one value, that of a longest prefix, whatever a
// file says.
func FuzzPolicy(f *testing.F) {
	f.Add(oddPolicy, []byte("\x20\x01\x0d\xb8\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Add("scopev4 10.0.0.0/8 5\nprecedence ::ffff:0:0/96 100\n", []byte("\x0a\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, text string, addr []byte) {
		ip, ok := netip.AddrFromSlice(addr)
		if !ok {
			return
		}
		p := ParsePolicy(text)
		for kind, table := range map[string]policyTable{"label": p.labels, "precedence": p.precedences, "scopev4": p.scopes} {
			if !slices.IsSortedFunc(table, func(a, b policyLine) int { return b.prefix.Bits() - a.prefix.Bits() }) {
				t.Errorf("%s: %v, want the longest first", kind, table)
			}
			want := -1
			for _, l := range slices.Backward(table) {
				if l.value < 0 || !l.prefix.IsValid() || l.prefix != l.prefix.Masked() {
					t.Fatalf("%s %v %d", kind, l.prefix, l.value)
				}
				if in16(l.prefix, ip) {
					want = l.value
				}
			}
			if got := table.of(ip); got != want {
				t.Errorf("%s of %v is %d, want %d", kind, ip, got, want)
			}
		}
	})
}

// in16 reports whether a prefix has an address, bit by bit.
func in16(prefix netip.Prefix, ip netip.Addr) bool {
	a, b := prefix.Addr().As16(), ip.As16()
	for i := range prefix.Bits() {
		if (a[i/8]^b[i/8])>>(7-i%8)&1 != 0 {
			return false
		}
	}
	return true
}
