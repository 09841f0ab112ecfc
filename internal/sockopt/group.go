package sockopt

import (
	"net/netip"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// MreqSize is the size of a struct ip_mreq, MreqnSize and MreqSourceSize those of its
// longer kin, Mreq6Size that of a struct ipv6_mreq.
const (
	MreqSize       = 8
	MreqnSize      = 12
	MreqSourceSize = 12
	Mreq6Size      = 20
)

// append4 appends an IPv4 address; an invalid one is the wildcard. It reports whether
// ip is one of these.
func append4(b []byte, ip netip.Addr) ([]byte, bool) {
	if !ip.IsValid() {
		return append(b, 0, 0, 0, 0), true
	}
	if ip = ip.Unmap(); !ip.Is4() {
		return b, false
	}
	a := ip.As4()
	return append(b, a[:]...), true
}

// append6 appends an IPv6 address; an invalid one is the wildcard.
func append6(b []byte, ip netip.Addr) ([]byte, bool) {
	if !ip.IsValid() {
		return append(b, make([]byte, 16)...), true
	}
	if !ip.Is6() {
		return b, false
	}
	a := ip.As16()
	return append(b, a[:]...), true
}

// AppendMreq encodes a struct ip_mreq, or a struct ip_mreqn if it names an interface by
// its index, where the layout has that.
func (l *Layout) AppendMreq(b []byte, group, iface netip.Addr, index uint32) ([]byte, bool) {
	b, ok1 := append4(b, group)
	b, ok2 := append4(b, iface)
	if index != 0 {
		return l.AppendUint32(b, index), ok1 && ok2 && l.Mreqn
	}
	return b, ok1 && ok2
}

// AppendMreqSource encodes a struct ip_mreq_source.
func (l *Layout) AppendMreqSource(b []byte, group, source, iface netip.Addr) ([]byte, bool) {
	second, third := source, iface
	if l.Source {
		second, third = iface, source
	}
	b, ok1 := append4(b, group)
	b, ok2 := append4(b, second)
	b, ok3 := append4(b, third)
	return b, ok1 && ok2 && ok3
}

// AppendMreq6 encodes a struct ipv6_mreq.
func (l *Layout) AppendMreq6(b []byte, group netip.Addr, index uint32) ([]byte, bool) {
	b, ok := append6(b, group)
	return l.AppendUint32(b, index), ok
}

// AppendPktInfo6 encodes a struct in6_pktinfo.
func (l *Layout) AppendPktInfo6(b []byte, addr netip.Addr, index uint32) ([]byte, bool) {
	return l.AppendMreq6(b, addr, index) // the same members
}

// ParsePktInfo6 decodes a struct in6_pktinfo.
func (l *Layout) ParsePktInfo6(b []byte) (addr netip.Addr, index uint32) {
	if len(b) < Mreq6Size {
		return netip.Addr{}, 0
	}
	return netip.AddrFrom16([16]byte(b[:16])), uint32(l.uint(b, 16, 4))
}

// AppendGroupReq encodes a struct group_req, or with a valid source a struct
// group_source_req (RFC 3678, section 5.1). Both addresses are of one family.
func (l *Layout) AppendGroupReq(b []byte, index uint32, group, source netip.Addr) []byte {
	start := len(b)
	b = pad(l.AppendUint32(b, index), start, l.Group.Offset)
	b = l.appendStorage(b, group)
	if source.IsValid() {
		b = l.appendStorage(b, source)
	}
	return b
}

// appendStorage appends a struct sockaddr_storage with an IP address.
func (l *Layout) appendStorage(b []byte, ip netip.Addr) []byte {
	var sa sockaddr.Storage
	if ip.Is4() {
		l.Addr.PutInet4(&sa, ip.As4(), 0)
	} else {
		l.Addr.PutInet6(&sa, ip.As16(), 0, 0, 0)
	}
	return pad(append(b, sa.Bytes()...), len(b), l.Group.Storage)
}
