package socket

import (
	"cmp"
	"math/bits"
	"net"
	"net/netip"
	"slices"

	"github.com/bsdsocket/socket/internal/netdb"
)

// sortRFC6724 sorts the addresses of a host as RFC 6724, section 6, says: the one to try
// first comes first. The policy is that of the system. Rules 3, 4 and 7 need to know what
// the system tells nobody portably, and are left out.
func sortRFC6724(hosts []hostIP) {
	if len(hosts) < 2 {
		return
	}
	dests := make([]destination, len(hosts))
	policy := netdb.SystemPolicy()
	var nets []netip.Prefix
	for i, h := range hosts {
		dests[i] = newDestination(h, sourceFor(h), policy)
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
	source                   netip.Addr // what the system would send from, invalid if it cannot reach it
	label, precedence, scope int
	// Of source.
	sourceLabel, sourceScope int
}

func newDestination(h hostIP, source netip.Addr, p *netdb.Policy) destination {
	d := destination{hostIP: h, source: source, label: p.Label(h.ip), precedence: p.Precedence(h.ip), scope: scopeClass(h.ip, p)}
	if source.IsValid() {
		d.sourceLabel, d.sourceScope = p.Label(source), scopeClass(source, p)
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
		if c := prefer(a.label == a.sourceLabel, b.label == b.sourceLabel); c != 0 { // rule 5
			return c
		}
	}
	if c := cmp.Compare(b.precedence, a.precedence); c != 0 { // rule 6
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

// siteLocal is the prefix that RFC 3879 deprecates.
var siteLocal = netip.MustParsePrefix("fec0::/10")

// The scopes of RFC 4291, section 2.7, that unicast addresses have too.
const (
	scopeLinkLocal = 0x2
	scopeSiteLocal = 0x5
	scopeGlobal    = 0xe
)

// scopeClass is the scope of an address as RFC 6724, section 3.1 and 3.2, says.
func scopeClass(ip netip.Addr, p *netdb.Policy) int {
	switch {
	case ip.Unmap().Is4():
		return p.Scope4(ip)
	case ip.IsLoopback(), ip.IsLinkLocalUnicast():
		return scopeLinkLocal
	case ip.IsMulticast():
		b := ip.As16()
		return int(b[1] & 0xf)
	case siteLocal.Contains(ip):
		return scopeSiteLocal
	}
	return scopeGlobal
}
