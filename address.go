package socket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// An Addr is the address of a socket: Python's address tuple or string, C's
// struct sockaddr. The concrete types are small comparable values, never
// pointers; compare them with ==, use them as map keys, tell them apart with a
// type switch. Only the types of this package are addresses: a net.Addr from
// elsewhere comes in through [FromNetAddr].
type Addr interface {
	net.Addr
	// Family is the address family, AF_UNSPEC for a HostAddr.
	Family() Family
}

// An InetAddr is an Inet4Addr or an Inet6Addr.
type InetAddr interface {
	Addr
	// AddrPort is the address as package net/netip has it. The zone is the
	// scope id in decimal.
	AddrPort() netip.AddrPort
}

var (
	_ InetAddr = Inet4Addr{}
	_ InetAddr = Inet6Addr{}
	_ Addr     = HostAddr{}
	_ Addr     = UnixAddr{}
	_ Addr     = RawAddr{}
)

// Inet4Addr is an IPv4 address and port, Python's ("127.0.0.1", 80) and C's
// struct sockaddr_in (ip(7)). It is what the kernel returns for AF_INET. An invalid
// IP is the wildcard, so the zero Inet4Addr is 0.0.0.0:0.
type Inet4Addr struct {
	IP   netip.Addr
	Port uint16
}

// Family returns AF_INET.
func (a Inet4Addr) Family() Family { return AF_INET }

// Network returns "ip4".
func (a Inet4Addr) Network() string { return "ip4" }

// AddrPort returns the same address as package net/netip has it.
func (a Inet4Addr) AddrPort() netip.AddrPort {
	if !a.IP.IsValid() {
		return netip.AddrPortFrom(netip.IPv4Unspecified(), a.Port)
	}
	return netip.AddrPortFrom(a.IP, a.Port)
}

// String returns a text such as "127.0.0.1:80".
func (a Inet4Addr) String() string { return a.AddrPort().String() }

// Inet6Addr is an IPv6 address and port, Python's ("::1", 80, flowinfo,
// scope_id) and C's struct sockaddr_in6 (ipv6(7)). It is what the kernel returns
// for AF_INET6. FlowInfo is in host byte order. ScopeID is the index of the interface
// that a link-local address belongs to; the IP carries no zone. An invalid IP is the
// wildcard, so the zero Inet6Addr is [::]:0. An IPv4 address stands for its
// IPv4-mapped form.
type Inet6Addr struct {
	IP       netip.Addr
	Port     uint16
	FlowInfo uint32
	ScopeID  uint32
}

// Family returns AF_INET6.
func (a Inet6Addr) Family() Family { return AF_INET6 }

// Network returns "ip6".
func (a Inet6Addr) Network() string { return "ip6" }

// AddrPort returns the same address as package net/netip has it, the scope id as
// its zone.
func (a Inet6Addr) AddrPort() netip.AddrPort {
	ip := netip.AddrFrom16(a.as16())
	if a.ScopeID != 0 {
		ip = ip.WithZone(strconv.FormatUint(uint64(a.ScopeID), 10))
	}
	return netip.AddrPortFrom(ip, a.Port)
}

// String returns a text such as "[::1]:80" or "[fe80::1%2]:80".
func (a Inet6Addr) String() string { return a.AddrPort().String() }

func (a Inet6Addr) as16() [16]byte {
	if !a.IP.IsValid() {
		return [16]byte{}
	}
	return a.IP.As16()
}

// UnixAddr is the name of an AF_UNIX socket, Python's string or bytes and C's
// struct sockaddr_un (unix(7)). Path is a path of the file system or, on Linux, an
// abstract name that starts with a NUL byte, elsewhere errors.ErrUnsupported; all its bytes
// count, and a leading "@" is only a character. The empty Path is a socket without a name;
// to bind to it makes Linux choose an abstract name.
type UnixAddr struct {
	Path string
}

// Family returns AF_UNIX.
func (a UnixAddr) Family() Family { return AF_UNIX }

// Network returns "unix".
func (a UnixAddr) Network() string { return "unix" }

// String returns the path; the NUL that starts an abstract name is shown as
// "@", as netstat(8) and package net do.
func (a UnixAddr) String() string {
	if strings.HasPrefix(a.Path, "\x00") {
		return "@" + a.Path[1:]
	}
	return a.Path
}

// HostAddr is an address with a host name, Python's (host, port[, flowinfo,
// scope_id]); write it Host("localhost", 8080). It is resolved to the family of the
// socket each time it is used, and the first result is taken; a program that
// wants one fixed address resolves it once and keeps the result.
//
// Host can be a name, a numeric address in every form that inet_aton(3) and
// inet_pton(3) accept ("127.1", "::1", "fe80::1%eth0"), "" for the wildcard, or, for
// AF_INET, "<broadcast>" for 255.255.255.255. None but a name asks a resolver.
// Port must be 0 to 65535. FlowInfo and ScopeID matter for AF_INET6 alone.
//
// What the kernel returns is an Inet4Addr or Inet6Addr, so a HostAddr never
// equals an address from the kernel.
type HostAddr struct {
	Host     string
	Port     int
	FlowInfo uint32
	ScopeID  uint32
}

// Host returns the HostAddr of a host and port: Python's (host, port).
func Host(host string, port int) HostAddr { return HostAddr{Host: host, Port: port} }

// Family returns AF_UNSPEC: the family is not known before the name is resolved.
func (a HostAddr) Family() Family { return AF_UNSPEC }

// Network returns "ip".
func (a HostAddr) Network() string { return "ip" }

// String returns a text such as "localhost:80" or "[::1]:80".
func (a HostAddr) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(a.Port)) }

// RawAddr is an address of a family for which this package has no type, kept
// byte for byte. Data is what follows sa_family in the struct sockaddr. A family that the
// system does not have is errors.ErrUnsupported.
type RawAddr struct {
	Fam  Family
	Data string
}

// Family returns a.Fam.
func (a RawAddr) Family() Family { return a.Fam }

// Network returns the C name of the family.
func (a RawAddr) Network() string { return a.Fam.String() }

// String returns a text such as "AF_NETLINK:0000000000000000", the bytes in
// hexadecimal.
func (a RawAddr) String() string {
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 2*len(a.Data))
	for _, c := range []byte(a.Data) {
		b = append(b, digits[c>>4], digits[c&15])
	}
	return a.Fam.String() + ":" + string(b)
}

// HostPort returns the host and port of an address: Python's a[0] and a[1]. For
// an Inet6Addr with a scope id the host ends in "%" and its number, where GetNameInfo
// tells the name of an interface. ok is false for an address that has none.
func HostPort(a Addr) (host string, port int, ok bool) {
	switch a := a.(type) {
	case HostAddr:
		return a.Host, a.Port, true
	case InetAddr:
		ap := a.AddrPort()
		return ap.Addr().String(), int(ap.Port()), true
	}
	return "", 0, false
}

// FromAddrPort returns the Inet4Addr or Inet6Addr of an address of package
// net/netip. A zone is the name or the number of an interface.
func FromAddrPort(ap netip.AddrPort) (Addr, error) {
	ip := ap.Addr()
	switch {
	case ip.Is4():
		return Inet4Addr{IP: ip, Port: ap.Port()}, nil
	case ip.Is6():
		scope, err := scopeID("FromAddrPort", ip.Zone())
		if err != nil {
			return nil, err
		}
		return Inet6Addr{IP: ip.WithZone(""), Port: ap.Port(), ScopeID: scope}, nil
	}
	return nil, badArg("FromAddrPort", "address", ap, "a valid IP address")
}

// FromNetAddr converts an address of package net (*net.TCPAddr, *net.UDPAddr,
// *net.IPAddr, *net.UnixAddr), or returns an Addr as it is. An empty IP is the
// wildcard of IPv4. A name of a *net.UnixAddr that starts with "@" is an abstract
// one, as package net has it.
func FromNetAddr(addr net.Addr) (Addr, error) {
	switch a := addr.(type) {
	case Addr:
		return a, nil
	case *net.TCPAddr:
		if a != nil {
			return fromIP(a.IP, a.Zone, a.Port)
		}
	case *net.UDPAddr:
		if a != nil {
			return fromIP(a.IP, a.Zone, a.Port)
		}
	case *net.IPAddr:
		if a != nil {
			return fromIP(a.IP, a.Zone, 0)
		}
	case *net.UnixAddr:
		if a != nil {
			if strings.HasPrefix(a.Name, "@") {
				return UnixAddr{"\x00" + a.Name[1:]}, nil
			}
			return UnixAddr{a.Name}, nil
		}
	}
	return nil, badArg("FromNetAddr", "addr", addr, "an address of package net or of this one")
}

func fromIP(ip net.IP, zone string, port int) (Addr, error) {
	if err := checkPort("FromNetAddr", port); err != nil {
		return nil, err
	}
	if len(ip) == 0 {
		return Inet4Addr{Port: uint16(port)}, nil
	}
	a, ok := netip.AddrFromSlice(ip)
	if !ok {
		return nil, badArg("FromNetAddr", "IP", []byte(ip), "4 or 16 bytes")
	}
	return FromAddrPort(netip.AddrPortFrom(a.Unmap().WithZone(zone), uint16(port)))
}

func checkPort(op string, port int) error {
	if port < 0 || port > 65535 {
		return badRange(op, "port", port, "0 to 65535")
	}
	return nil
}

// encodeAddr writes a concrete address into sa.
func encodeAddr(op string, sa *sockaddr.Storage, addr Addr) error {
	switch a := addr.(type) {
	case Inet4Addr:
		ip := a.IP.Unmap()
		if !ip.IsValid() {
			ip = netip.IPv4Unspecified()
		}
		if !ip.Is4() {
			return badArg(op, "address", a, "an IPv4 address in an Inet4Addr")
		}
		sockaddr.Native.PutInet4(sa, ip.As4(), a.Port)
	case Inet6Addr:
		if a.IP.Zone() != "" {
			return badArg(op, "address", a, "the zone as ScopeID, not in the IP")
		}
		sockaddr.Native.PutInet6(sa, a.as16(), a.Port, a.FlowInfo, a.ScopeID)
	case UnixAddr:
		if err := sockaddr.Native.PutUnix(sa, a.Path); err != nil {
			return badEncoding(op, addr, err)
		}
	case RawAddr:
		if err := sockaddr.Native.PutRaw(sa, int(a.Fam), a.Data); err != nil {
			return badEncoding(op, addr, err)
		}
	default:
		return badArg(op, "address", addr, "an address type of this package")
	}
	return nil
}

// badEncoding says why an address has no form as a struct sockaddr here.
func badEncoding(op string, addr Addr, err error) error {
	switch {
	case errors.Is(err, sockaddr.ErrAbstract):
		return wrap(op, addr, unsupported("abstract name"))
	case errors.Is(err, sockaddr.ErrFamily) && familyKnown(addr.Family()):
		return wrap(op, addr, unsupported(addr.Family().String()))
	case errors.Is(err, sockaddr.ErrFamily):
		return badRange(op, "family", addr.Family(), "a number that fits in sa_family")
	case errors.Is(err, sockaddr.ErrNUL):
		return badArg(op, "path", addr.(UnixAddr).Path, "no NUL byte but the first of an abstract name")
	}
	if u, ok := addr.(UnixAddr); ok {
		return badArg(op, "path", u.Path, fmt.Sprintf("at most %d bytes", sockaddr.Native.PathSize-1))
	}
	return badArg(op, "address", addr, fmt.Sprintf("at most %d bytes of data", sockaddr.Size-sockaddr.HeaderLen))
}

// decodeAddr reads the address that the kernel left in sa; nil if it left none.
// It returns last, if that is the same address, so that a peer that speaks again
// costs no allocation.
func decodeAddr(sa *sockaddr.Storage, last Addr) Addr {
	family, ok := sockaddr.Native.Family(sa)
	if !ok {
		return nil
	}
	switch Family(family) {
	case AF_INET:
		if ip, port, ok := sockaddr.Native.Inet4(sa); ok {
			return same(Inet4Addr{netip.AddrFrom4(ip), port}, last)
		}
	case AF_INET6:
		if ip, port, flow, scope, ok := sockaddr.Native.Inet6(sa); ok {
			return same(Inet6Addr{netip.AddrFrom16(ip), port, flow, scope}, last)
		}
	case AF_UNIX:
		if path, ok := sockaddr.Native.Unix(sa); ok {
			if u, ok := last.(UnixAddr); ok && u.Path == string(path) {
				return last
			}
			return UnixAddr{string(path)}
		}
	}
	data := sockaddr.Native.Raw(sa)
	if r, ok := last.(RawAddr); ok && r.Fam == Family(family) && r.Data == string(data) {
		return last
	}
	return RawAddr{Family(family), string(data)}
}

// same returns last if it is a, and a in a new interface value otherwise.
func same[A interface {
	comparable
	Addr
}](a A, last Addr) Addr {
	if l, ok := last.(A); ok && l == a {
		return last
	}
	return a
}

// zeroAddr is an address of a family that says nothing.
func zeroAddr(family Family) Addr {
	switch family {
	case AF_INET:
		return Inet4Addr{IP: netip.IPv4Unspecified()}
	case AF_INET6:
		return Inet6Addr{IP: netip.IPv6Unspecified()}
	case AF_UNIX:
		return UnixAddr{}
	}
	return RawAddr{Fam: family}
}

// encodeAddrPort writes an address of package net/netip into sa, in the form
// that a socket of the given family takes: an IPv4 address becomes IPv4-mapped
// for AF_INET6.
func encodeAddrPort(op string, sa *sockaddr.Storage, family Family, ap netip.AddrPort) error {
	ip := ap.Addr()
	switch {
	case family == AF_INET && ip.Unmap().Is4():
		sockaddr.Native.PutInet4(sa, ip.Unmap().As4(), ap.Port())
		return nil
	case family == AF_INET6 && ip.IsValid():
		scope, err := scopeID(op, ip.Zone())
		if err != nil {
			return err
		}
		sockaddr.Native.PutInet6(sa, ip.As16(), ap.Port(), 0, scope)
		return nil
	}
	return badArg(op, "address", ap, "an IP address that a "+family.String()+" socket can reach")
}

// decodeAddrPort reads an IP address; the zero AddrPort if there is none.
func decodeAddrPort(sa *sockaddr.Storage) netip.AddrPort {
	if ip, port, ok := sockaddr.Native.Inet4(sa); ok {
		return netip.AddrPortFrom(netip.AddrFrom4(ip), port)
	}
	if ip, port, flow, scope, ok := sockaddr.Native.Inet6(sa); ok {
		return Inet6Addr{netip.AddrFrom16(ip), port, flow, scope}.AddrPort()
	}
	return netip.AddrPort{}
}

// scopeID is the number of a zone: an interface by number or by name.
func scopeID(op, zone string) (uint32, error) {
	if zone == "" {
		return 0, nil
	}
	n, err := zoneIndex(zone)
	if err != nil {
		return 0, badArg(op, "zone", zone, "the number or name of an interface")
	}
	return n, nil
}

// zoneIndex is the number of an interface by number or by name.
func zoneIndex(zone string) (uint32, error) {
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), nil
	}
	return namedInterface(zone)
}

// namedInterface is the number of an interface by name.
func namedInterface(name string) (uint32, error) {
	if n, err := IfNameToIndex(name); err == nil {
		return uint32(n), nil
	}
	ifi, err := net.InterfaceByName(name) // on Windows package net has other names
	if err != nil {
		return 0, err
	}
	return uint32(ifi.Index), nil
}
