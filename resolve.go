package socket

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// address puts an address argument into sa in the form that s takes. It resolves a
// HostAddr, within the time that the call has, and returns the concrete address.
func (s *Socket) address(c *call, op string, sa *sockaddr.Storage, addr Addr) (Addr, error) {
	if host, ok := addr.(HostAddr); ok {
		found, err := c.resolve(op, host, s.Family())
		if err != nil {
			return nil, err
		}
		addr = found
	}
	// Before anything else, as it refuses what has no methods to call: nil pointers.
	if err := encodeAddr(op, sa, addr); err != nil {
		return nil, err
	}
	// A RawAddr can be of any family: AF_UNSPEC dissolves an association, see connect(2).
	if _, raw := addr.(RawAddr); !raw && addr.Family() != s.Family() {
		return nil, badArg(op, "address", addr, "an "+s.Family().String()+" address")
	}
	return addr, nil
}

// resolve returns the first address of a host in the family of a socket.
func (c *call) resolve(op string, addr HostAddr, family Family) (Addr, error) {
	if family != AF_INET && family != AF_INET6 {
		return nil, badArg(op, "address", addr, "an "+family.String()+" address")
	}
	if a, err := numeric(op, addr, family); a != nil || err != nil {
		return a, err
	}
	if _, err := c.endsAt(c.core.getParker().lane(c.d)); err != nil {
		return nil, wrap(op, addr, err)
	}
	ctx := c.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var addrs []Addr
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		addrs, err = lookup(ctx, addr, family)
	}()
	if ended := c.sleep(done); ended != nil {
		return nil, wrap(op, addr, ended)
	}
	if err != nil {
		return nil, err
	}
	return addrs[0], nil
}

// lookup returns the addresses of a host, best first, in one family or with
// AF_UNSPEC in both.
func lookup(ctx context.Context, addr HostAddr, family Family) ([]Addr, error) {
	network := "ip"
	switch family {
	case AF_INET:
		network = "ip4"
	case AF_INET6:
		network = "ip6"
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, network, addr.Host)
	if err == nil && len(ips) == 0 {
		err = errors.New("no address in the answer")
	}
	if err != nil {
		return nil, &AddrInfoError{"getaddrinfo", addr.Host, eaiOf(err), err}
	}
	addrs := make([]Addr, 0, len(ips))
	for _, ip := range ips {
		a, err := FromAddrPort(netip.AddrPortFrom(ip.Unmap(), uint16(addr.Port)))
		if err != nil {
			return nil, &AddrInfoError{"getaddrinfo", addr.Host, EAI_FAIL, err}
		}
		addrs = append(addrs, addr.fill(a))
	}
	return addrs, nil
}

// fill adds what a HostAddr says of an IPv6 address beside host and port.
func (a HostAddr) fill(found Addr) Addr {
	if six, ok := found.(Inet6Addr); ok {
		six.FlowInfo = a.FlowInfo
		if a.ScopeID != 0 {
			six.ScopeID = a.ScopeID
		}
		return six
	}
	return found
}

// eaiOf is the code of getaddrinfo(3) for an error of net.Resolver.
func eaiOf(err error) EAI {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && (dns.IsTimeout || dns.IsTemporary),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return EAI_AGAIN
	case errors.As(err, &dns) && !dns.IsNotFound:
		return EAI_FAIL
	}
	return EAI_NONAME
}

// numeric returns the address of a HostAddr that needs no resolver, nil if it needs
// one. The family is AF_INET, AF_INET6 or AF_UNSPEC.
func numeric(op string, a HostAddr, family Family) (Addr, error) {
	if err := checkPort(op, a.Port); err != nil {
		return nil, err
	}
	port := uint16(a.Port)
	switch {
	case strings.IndexByte(a.Host, 0) >= 0:
		return nil, badArg(op, "host", a.Host, "a name without a NUL byte")
	case a.Host == "" && family == AF_INET6:
		return a.fill(Inet6Addr{IP: netip.IPv6Unspecified(), Port: port}), nil
	case a.Host == "":
		return Inet4Addr{IP: netip.IPv4Unspecified(), Port: port}, nil
	case a.Host == "<broadcast>" && family == AF_INET6:
		return nil, badArg(op, "host", a.Host, "a host of family AF_INET6")
	case a.Host == "<broadcast>":
		return Inet4Addr{IP: netip.AddrFrom4([4]byte{255, 255, 255, 255}), Port: port}, nil
	}
	var found Addr
	if ip, ok := parseInet4(a.Host); ok {
		found = Inet4Addr{IP: netip.AddrFrom4(ip), Port: port}
	} else if ip, err := netip.ParseAddr(a.Host); err == nil && ip.Is6() {
		scope, err := scopeID(op, ip.Zone())
		if err != nil {
			return nil, err
		}
		found = a.fill(Inet6Addr{IP: ip.WithZone(""), Port: port, ScopeID: scope})
	} else {
		return nil, nil
	}
	if family != AF_UNSPEC && found.Family() != family {
		return nil, &AddrInfoError{"getaddrinfo", a.Host, EAI_NONAME, errWrongFamily}
	}
	return found, nil
}

var errWrongFamily = errors.New("a numeric address of another family")

// parseInet4 parses the numeric forms of inet_aton(3): one to four parts, each
// decimal, octal (0377) or hexadecimal (0xff), of which the last fills the bytes that
// are left.
func parseInet4(s string) (ip [4]byte, ok bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return ip, false
	}
	for i, part := range parts {
		v, ok := parseCInt(part)
		if !ok {
			return ip, false
		}
		if i < len(parts)-1 {
			if v > 0xff {
				return ip, false
			}
			ip[i] = byte(v)
			continue
		}
		if v >= 1<<(8*(4-i)) {
			return ip, false
		}
		for j := 3; j >= i; j-- {
			ip[j] = byte(v)
			v >>= 8
		}
	}
	return ip, true
}

// parseCInt parses an unsigned integer as strtoul(3) does with base 0.
func parseCInt(s string) (uint64, bool) {
	base := 10
	switch {
	case len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'):
		s, base = s[2:], 16
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	v, err := strconv.ParseUint(s, base, 64)
	return v, err == nil
}
