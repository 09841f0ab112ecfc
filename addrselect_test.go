package socket_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestSortDestinations has the examples of RFC 6724, section 10.2, that need no home or
// deprecated addresses, what they leave out, and what another policy makes of them. A row
// is the addresses in the order in which they belong, each with the source address it is
// reached from.
func TestSortDestinations(t *testing.T) {
	tests := []struct {
		name string
		want string // destination<source, - for one that cannot be reached
		nets string
		conf string // lines of gai.conf(5), separated by semicolons; "" for the policy of the RFC
	}{
		{"matching scope", "198.51.100.121<198.51.100.117 2001:db8:1::1<fe80::1", "", ""},
		{"matching scope of IPv4", "2001:db8:1::1<2001:db8:1::2 198.51.100.121<169.254.13.78", "", ""},
		{"higher precedence", "2001:db8:1::1<2001:db8:1::2 10.1.2.3<10.1.2.4", "", ""},
		{"smaller scope", "fe80::1<fe80::2 2001:db8:1::1<2001:db8:1::2", "", ""},
		{"matching label", "2002:c633:6401::1<2002:c633:6401::2 2001:db8:1::1<2002:c633:6401::2", "", ""},
		{"higher precedence than 6to4", "2001:db8:1::1<2001:db8:1::2 2002:c633:6401::1<2002:c633:6401::2", "", ""},
		{"reachable", "192.0.2.1<192.0.2.2 2001:db8:1::1<-", "", ""},
		{"neither reachable", "2001:db8:1::1<- 192.0.2.1<-", "", ""},
		{"unique local", "192.0.2.1<192.0.2.2 fd00::1<fd00::2", "", ""},
		{"loopback", "::1<::1 127.0.0.1<127.0.0.1", "", ""},
		{"longest prefix", "2001:db8:1::1<2001:db8:1::2 2001:db8:3ffe::1<2001:db8:3f44::2", "", ""},
		{"prefix of a subnet", "192.0.2.3<192.0.2.2 192.0.2.200<192.0.2.2 203.0.113.9<192.0.2.2", "192.0.2.2/24", ""},

		{"file: defaults of glibc", "fd00::1<fd00::2 192.0.2.1<192.0.2.2", "", "# nothing"},
		{"file: IPv4 first", "192.0.2.1<192.0.2.2 2001:db8:1::1<2001:db8:1::2", "", "precedence ::ffff:0:0/96 100"},
		{"file: precedences replaced", "2001:db8:1::1<2001:db8:1::2 ::1<::1", "", "precedence ::1/128 7;precedence 2001:db8::/32 8"},
		{"file: label of the source", "192.0.2.1<192.0.2.2 2001:db8:1::1<2001:db8:2::2", "", "label ::/0 1;label 2001:db8:2::/48 2;label ::ffff:0:0/96 4"},
		{"file: labels replaced", "2002:c633:6401::1<2001:db8:1::2 192.0.2.1<192.0.2.2", "", "label ::1/128 0"},
		{"file: scope of IPv4", "169.254.1.1<192.0.2.2 10.0.0.1<192.0.2.2", "", "scopev4 169.254.0.0/16 14;scopev4 10.0.0.0/8 5"},
		{"file: smaller scope of IPv4", "192.0.2.1<192.0.2.2 169.254.1.1<169.254.1.2", "", "scopev4 192.0.2.0/24 5;scopev4 169.254.0.0/16 14"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var want, sources []netip.Addr
			for pair := range strings.FieldsSeq(tt.want) {
				dst, src, _ := strings.Cut(pair, "<")
				source, _ := netip.ParseAddr(src) // "-" is the invalid one
				want, sources = append(want, netip.MustParseAddr(dst)), append(sources, source)
			}
			var nets []netip.Prefix
			for n := range strings.FieldsSeq(tt.nets) {
				nets = append(nets, netip.MustParsePrefix(n))
			}
			conf := strings.ReplaceAll(tt.conf, ";", "\n")
			if got := socket.SortDestinations(conf, want, sources, nets); !slices.Equal(got, want) {
				t.Errorf("in order: %v, want %v", got, want)
			}
			ips := slices.Clone(want)
			slices.Reverse(ips)
			slices.Reverse(sources)
			if got := socket.SortDestinations(conf, ips, sources, nets); !slices.Equal(got, want) {
				t.Errorf("reversed: %v, want %v", got, want)
			}
		})
	}
}

// TestSortStable leaves alone what no rule tells apart: rule 10.
func TestSortStable(t *testing.T) {
	ips := []netip.Addr{netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("192.0.2.77")}
	source := netip.MustParseAddr("10.0.0.1")
	got := socket.SortDestinations("", ips, []netip.Addr{source, source, source}, []netip.Prefix{netip.MustParsePrefix("10.0.0.1/8")})
	if !slices.Equal(got, ips) {
		t.Errorf("%v, want %v", got, ips)
	}
}
