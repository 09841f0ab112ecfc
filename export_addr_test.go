package socket

import (
	"context"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket/internal/gai"
	"github.com/bsdsocket/socket/internal/netdb"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// What the tests of addresses see of the inside.
var (
	DecodeAddr = decodeAddr
	NoData     = eaiNamed(gai.System.NoData) // of a name that exists but has no address
)

// ParseInet4 parses an address of inet_aton(3) that nothing follows.
func ParseInet4(s string) (ip [4]byte, ok bool) {
	ip, rest, ok := parseInet4(s)
	return ip, ok && rest == ""
}

// EncodeAddr returns the bytes of an address.
func EncodeAddr(addr Addr) (*sockaddr.Storage, error) {
	sa := new(sockaddr.Storage)
	return sa, encodeAddr("test", sa, addr)
}

// Numeric returns the address of a host that needs no resolver, nil if it needs one.
func Numeric(addr HostAddr, family Family) (Addr, error) {
	if !addr.isNumeric() {
		return nil, checkPort("test", addr.Port)
	}
	return first(DefaultResolver.resolve(context.Background(), "test", addr, &AddrInfoHints{Family: family, Type: SOCK_DGRAM}))
}

// Plain returns the address of a host in the usual form of a family.
func Plain(addr HostAddr, family Family) (Addr, bool) { return addr.plain(family) }

// ParseAnswer reads the answer of a name server to a query, and returns the names of the
// chain and the addresses; ok is false if it is no answer to that query.
func ParseAnswer(msg, query []byte) (names []string, addrs []netip.Addr, ok bool) {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil, nil, false
	}
	q, err := p.Question()
	if err != nil {
		return nil, nil, false
	}
	a := parseAnswer(msg, head.ID, q)
	if a == nil {
		return nil, nil, false
	}
	return a.names, a.addrs, true
}

// IsHostName reports whether a name server may tell a name.
func IsHostName(name string) bool { return isHostName(name) }

// PrefersIPv6 reports whether the policy of this machine has ::1 before 127.0.0.1.
func PrefersIPv6() bool {
	p := netdb.SystemPolicy()
	return p.Precedence(netip.IPv6Loopback()) > p.Precedence(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
}

// SortDestinations sorts addresses as RFC 6724 says, with a file of policies or, if there
// is none, its own, given the source address that each would be reached from, invalid for
// one that cannot be, and the subnets here.
func SortDestinations(conf string, ips, sources []netip.Addr, nets []netip.Prefix) (sorted []netip.Addr) {
	policy := netdb.RFC6724()
	if conf != "" {
		policy = netdb.ParsePolicy(conf)
	}
	var dests []destination
	for i, ip := range ips {
		dests = append(dests, newDestination(hostIP{ip: ip}, sources[i], policy))
	}
	sortDestinations(dests, nets)
	for _, d := range dests {
		sorted = append(sorted, d.ip)
	}
	return sorted
}
