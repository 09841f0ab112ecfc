package netdb

import (
	"math"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/bsdsocket/socket/internal/gai"
)

// A Policy is what the order of addresses depends on: the policy table of RFC 6724,
// section 2.1, in its two halves, and the scopes of IPv4 addresses of section 3.2.
type Policy struct{ labels, precedences, scopes policyTable }

// Label tells which addresses belong together.
func (p *Policy) Label(ip netip.Addr) int { return p.labels.of(ip) }

// Precedence is higher for the addresses to try first.
func (p *Policy) Precedence(ip netip.Addr) int { return p.precedences.of(ip) }

// Scope4 is the scope of an IPv4 or IPv4-mapped address, a number as in the multicast
// addresses of IPv6.
func (p *Policy) Scope4(ip netip.Addr) int { return p.scopes.of(ip) }

// A policyTable has the most specific prefixes first; the last one is that of all
// addresses.
type policyTable []policyLine

// A policyLine is a prefix of IPv6, or an IPv4-mapped one, and its value.
type policyLine struct {
	prefix netip.Prefix
	value  int
}

// of returns the value of an address; an IPv4 address counts as mapped.
func (t policyTable) of(ip netip.Addr) int {
	ip = netip.AddrFrom16(ip.As16())
	i := slices.IndexFunc(t, func(l policyLine) bool {
		// Prefix.Contains tells IPv4-mapped addresses and IPv6 prefixes apart.
		masked, err := ip.Prefix(l.prefix.Bits())
		return err == nil && masked == l.prefix
	})
	return t[i].value
}

// SystemPolicy returns the policy of this system. Where the C library is not seen to have
// a file for it, that is the policy of RFC 6724.
func SystemPolicy() *Policy {
	if gai.System.PolicyFile == "" {
		return RFC6724()
	}
	return policyFile.get()
}

var policyFile = newFile(gai.System.PolicyFile, ParsePolicy, RFC6724)

// RFC6724 returns the default policy of RFC 6724, section 2.1.
var RFC6724 = sync.OnceValue(func() *Policy {
	return ParsePolicy(`
label ::1/128 0
label ::/0 1
label 2002::/16 2
label ::/96 3
label ::ffff:0:0/96 4
label 2001::/32 5
label fec0::/10 11
label 3ffe::/16 12
label fc00::/7 13
precedence ::1/128 50
precedence ::/0 40
precedence ::ffff:0:0/96 35
precedence 2002::/16 30
precedence 2001::/32 5
precedence fc00::/7 3
precedence ::/96 1
precedence fec0::/10 1
precedence 3ffe::/16 1
`)
})

// glibcPolicy is what the GNU C library takes for granted, from RFC 3484, which
// came before RFC 6724, and its own additions.
const glibcPolicy = `
label ::1/128 0
label ::/0 1
label 2002::/16 2
label ::/96 3
label ::ffff:0:0/96 4
label fec0::/10 5
label fc00::/7 6
label 2001::/32 7
precedence ::1/128 50
precedence ::/0 40
precedence 2002::/16 30
precedence ::/96 20
precedence ::ffff:0:0/96 10
scopev4 169.254.0.0/16 2
scopev4 127.0.0.0/8 2
scopev4 0.0.0.0/0 14
`

// ParsePolicy parses a file in the format of gai.conf(5). Lines of one kind replace all
// that the GNU C library takes for granted of that kind. Of two lines for the same
// prefix the first counts. To "reload" is what we do without being told.
func ParsePolicy(text string) *Policy {
	return &Policy{
		labels:      newPolicyTable(text, "label", 1),
		precedences: newPolicyTable(text, "precedence", 40),
		scopes:      newPolicyTable(text, "scopev4", 14),
	}
}

// newPolicyTable makes a table of the lines of one kind. others is the value of the
// addresses that no line is about.
func newPolicyTable(text, kind string, others int) policyTable {
	t := policyLines(text, kind)
	if len(t) == 0 {
		t = policyLines(glibcPolicy, kind)
	}
	t = append(t, policyLine{netip.PrefixFrom(netip.IPv6Unspecified(), 0), others})
	slices.SortStableFunc(t, func(a, b policyLine) int { return b.prefix.Bits() - a.prefix.Bits() })
	return t
}

// policyLines parses the lines of one kind. One that is not understood is ignored.
func policyLines(text, kind string) (t policyTable) {
	for line := range lines(text) {
		word, rest := field(line)
		where, rest := field(rest)
		what, _ := field(rest)
		if word != kind {
			continue
		}
		prefix, ok := policyPrefix(where, kind == "scopev4")
		value, valid := policyNumber(what, math.MaxInt32)
		if ok && valid {
			t = append(t, policyLine{prefix, value})
		}
	}
	return t
}

// policyPrefix parses the prefix of a line. Those of scopes are of IPv4, as it is or
// mapped; the others are of IPv6. Without a length it is one address.
func policyPrefix(s string, scope bool) (prefix netip.Prefix, ok bool) {
	text, length, sized := strings.Cut(s, "/")
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" || scope && !ip.Unmap().Is4() || !scope && ip.Is4() {
		return prefix, false
	}
	bits := ip.BitLen()
	if sized {
		if bits, ok = policyNumber(length, bits); !ok {
			return prefix, false
		}
	}
	if ip.Is4() {
		bits += mappedBits
	}
	prefix = netip.PrefixFrom(netip.AddrFrom16(ip.As16()), bits).Masked()
	return prefix, !scope || bits >= mappedBits
}

// mappedBits is the length of the prefix of IPv4-mapped addresses: RFC 4291, section
// 2.5.5.2.
const mappedBits = 96

// policyNumber parses a number as strtoul(3) does, for which nothing is 0.
func policyNumber(s string, most int) (n int, ok bool) {
	if s == "" {
		return 0, true
	}
	v, rest, ok := number(s, 10)
	return int(v), ok && rest == "" && uint64(v) <= uint64(most)
}
