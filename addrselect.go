package socket

import (
	"cmp"
	"math/bits"
	"net"
	"net/netip"
	"slices"
)

// sortRFC6724 sorts the addresses of a host as RFC 6724, section 6, says: the one to try
// first comes first. Rules 3, 4 and 7 need to know what the system tells nobody
// portably, and are left out.
func sortRFC6724(hosts []hostIP) {
	if len(hosts) < 2 {
		return
	}
	dests := make([]destination, len(hosts))
	var nets []netip.Prefix
	for i, h := range hosts {
		dests[i] = newDestination(h, sourceFor(h))
		if nets == nil && h.ip.Is4() {
			nets = localNets()
		}
	}
	sortDestinations(dests, nets)
	for i := range dests {
		hosts[i] = dests[i].hostIP
	}
}

// sortDestinations sorts by the rules. nets are this machine's addresses with their
// subnets.
func sortDestinations(dests []destination, nets []netip.Prefix) {
	slices.SortStableFunc(dests, func(a, b destination) int { return a.compare(&b, nets) })
}

// A destination is an address and what the rules ask of it.
type destination struct {
	hostIP
	source netip.Addr // what the system would send from, invalid if it cannot reach it
	policy policy
	scope  int
	// Of source.
	sourceLabel, sourceScope int
}

func newDestination(h hostIP, source netip.Addr) destination {
	d := destination{hostIP: h, source: source, policy: policyOf(h.ip), scope: scopeClass(h.ip)}
	if source.IsValid() {
		d.sourceLabel, d.sourceScope = policyOf(source).label, scopeClass(source)
	}
	return d
}

// sourceFor returns the address that a datagram to h would come from: to connect a
// socket of that type sends nothing.
func sourceFor(h hostIP) (source netip.Addr) {
	s, err := New(h.family(), SOCK_DGRAM, 0)
	if err != nil {
		return source
	}
	defer closeQuietly(s)
	if err := s.Connect(h.addr(discardPort)); err != nil {
		return source
	}
	if a, err := s.GetSockName(); err == nil {
		if a, ok := a.(InetAddr); ok {
			source = a.AddrPort().Addr().WithZone("")
		}
	}
	return source
}

// discardPort is any port: some systems refuse to connect to port 0.
const discardPort = 9

// compare is negative if a is the better destination.
func (a *destination) compare(b *destination, nets []netip.Prefix) int {
	reachable := a.source.IsValid() && b.source.IsValid()
	prefer := func(x, y bool) int { // x is what a has, y what b has
		switch {
		case x && !y:
			return -1
		case y && !x:
			return 1
		}
		return 0
	}
	if c := prefer(a.source.IsValid(), b.source.IsValid()); c != 0 { // rule 1
		return c
	}
	if reachable {
		if c := prefer(a.scope == a.sourceScope, b.scope == b.sourceScope); c != 0 { // rule 2
			return c
		}
		if c := prefer(a.policy.label == a.sourceLabel, b.policy.label == b.sourceLabel); c != 0 { // rule 5
			return c
		}
	}
	if c := cmp.Compare(b.policy.precedence, a.policy.precedence); c != 0 { // rule 6
		return c
	}
	if c := cmp.Compare(a.scope, b.scope); c != 0 { // rule 8
		return c
	}
	if reachable && a.ip.Is4() == b.ip.Is4() { // rule 9
		return cmp.Compare(b.prefixLen(nets), a.prefixLen(nets))
	}
	return 0
}

// prefixLen is how many bits destination and source share. Common prefixes of IPv4
// addresses mean nothing outside of a subnet, and count as 0 there, as with glibc.
func (a *destination) prefixLen(nets []netip.Prefix) int {
	if a.ip.Is4() && !slices.ContainsFunc(nets, func(n netip.Prefix) bool {
		return n.Addr() == a.source && n.Contains(a.ip)
	}) {
		return 0
	}
	dst, src := a.ip.AsSlice(), a.source.AsSlice()
	for i := range min(len(dst), len(src)) {
		if x := dst[i] ^ src[i]; x != 0 {
			return 8*i + bits.LeadingZeros8(x)
		}
	}
	return 8 * len(dst)
}

// localNets returns the addresses of this machine with their subnets.
func localNets() []netip.Prefix {
	nets := []netip.Prefix{}
	addrs, _ := net.InterfaceAddrs() // without them rule 9 says nothing
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			nets = append(nets, p)
		}
	}
	return nets
}

// A policy is a line of the table of RFC 6724, section 2.1.
type policy struct {
	prefix            netip.Prefix
	precedence, label int
}

// siteLocal is the prefix that RFC 3879 deprecates.
var siteLocal = netip.MustParsePrefix("fec0::/10")

// The default policy table, longest prefixes first.
var policies = []policy{
	{netip.MustParsePrefix("::1/128"), 50, 0},
	{netip.MustParsePrefix("::ffff:0:0/96"), 35, 4},
	{netip.MustParsePrefix("::/96"), 1, 3},
	{netip.MustParsePrefix("2001::/32"), 5, 5},  // Teredo
	{netip.MustParsePrefix("2002::/16"), 30, 2}, // 6to4
	{netip.MustParsePrefix("3ffe::/16"), 1, 12}, // 6bone
	{siteLocal, 1, 11},
	{netip.MustParsePrefix("fc00::/7"), 3, 13},
	{netip.MustParsePrefix("::/0"), 40, 1},
}

// policyOf returns the line for an address; an IPv4 address counts as mapped.
func policyOf(ip netip.Addr) policy {
	ip = netip.AddrFrom16(ip.As16())
	i := slices.IndexFunc(policies, func(p policy) bool {
		// Prefix.Contains tells IPv4-mapped addresses and IPv6 prefixes apart.
		masked, err := ip.Prefix(p.prefix.Bits())
		return err == nil && masked.Addr() == p.prefix.Addr()
	})
	return policies[i]
}

// The scopes of RFC 4291, section 2.7, that unicast addresses have too.
const (
	scopeLinkLocal = 0x2
	scopeSiteLocal = 0x5
	scopeGlobal    = 0xe
)

// scopeClass is the scope of an address as RFC 6724, section 3.1 and 3.2, says.
func scopeClass(ip netip.Addr) int {
	switch {
	case ip.IsLoopback(), ip.IsLinkLocalUnicast():
		return scopeLinkLocal
	case ip.Is6() && ip.IsMulticast():
		b := ip.As16()
		return int(b[1] & 0xf)
	case siteLocal.Contains(ip):
		return scopeSiteLocal
	}
	return scopeGlobal
}
