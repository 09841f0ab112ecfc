package socket

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/bsdsocket/socket/internal/gai"
	"github.com/bsdsocket/socket/internal/netdb"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// A Resolver looks names up. The zero Resolver does it as the system is configured:
// hosts file, search domains, name servers and the order of these, as package net reads
// them; the functions of this package use [DefaultResolver]. A Resolver may be used by
// many goroutines at once and must not be changed meanwhile. A nil *Resolver is the zero
// Resolver.
//
// Its methods are the functions of the same names, with a context: when it ends a
// look-up returns at once, with an error that wraps its cause. A numeric address needs
// none.
type Resolver struct {
	// Nameservers are asked instead of those of the system, one after the other until
	// one answers. How long each may take is the system's setting.
	Nameservers []netip.AddrPort

	// Dial connects to a name server, over "udp" or "tcp"; nil means net.Dialer. A
	// connection over "udp" must be a net.PacketConn too, or queries are sent over it as
	// over TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// HostsFile is the path of a file in the format of hosts(5) that is read before any
	// name server is asked, in the place of the system's. "" is the system's. A file that
	// cannot be read is empty. What the system's hosts file has is never a result, but
	// hides the name or address from the name servers, as package net looks there before
	// it asks them: a name that is to be found on every machine needs a line in HostsFile.
	HostsFile string

	// PreferGo asks name servers from Go even where package net would call the system's
	// C library (see net.Resolver). The other fields imply it.
	PreferGo bool
}

// orZero returns the Resolver that a nil one stands for.
func (r *Resolver) orZero() *Resolver {
	if r == nil {
		return new(Resolver)
	}
	return r
}

// orDefault returns the Resolver to use where one can be given.
func (r *Resolver) orDefault() *Resolver { return cmp.Or(r, DefaultResolver) }

// DefaultResolver is the Resolver of the package's functions, and of every method that
// takes a HostAddr; [ConnectOptions] can have another. A program may replace it before it
// makes the first call.
var DefaultResolver = &Resolver{}

// AddrInfoHints say which results of [GetAddrInfo] are wanted. The zero value of a field
// means any, and no flags.
type AddrInfoHints struct {
	Family   Family // AF_INET, AF_INET6 or AF_UNSPEC
	Type     Type
	Protocol int
	Flags    AIFlag
}

// AddrInfo is one result of [GetAddrInfo]: the arguments of New, and the address for
// Connect or Bind.
type AddrInfo struct {
	Family    Family
	Type      Type
	Protocol  int
	CanonName string // of the first result, if AI_CANONNAME asks for it
	Addr      Addr   // an Inet4Addr or Inet6Addr
}

// GetAddrInfo returns the addresses of a host and a service, one result for each type and
// protocol of sockets that the hints and the service allow, best first (RFC 6724). host is
// a name or a numeric address, with a scope id perhaps ("fe80::1%eth0"); "" is C's NULL:
// this machine, or with AI_PASSIVE the wildcard. service is a name of services(5) or a
// port; "" is port 0. hints may be nil. The error is an *AddrInfoError with the
// code of the system's getaddrinfo. Python: socket.getaddrinfo; C: getaddrinfo(3), RFC 3493.
//
// Names outside ASCII are converted as IDNA says (UTS 46). Unlike the GNU C library it
// refuses ports over 65535, with EAI_SERVICE. The policy of the order is that of
// gai.conf(5) on Linux, if there is such a file, with what the GNU C library takes for
// granted beside it; otherwise it is the RFC's. A change of the file counts within seconds.
func GetAddrInfo(host, service string, hints *AddrInfoHints) ([]AddrInfo, error) {
	return DefaultResolver.GetAddrInfo(context.Background(), host, service, hints)
}

// GetAddrInfo is [GetAddrInfo] with a context.
func (r *Resolver) GetAddrInfo(ctx context.Context, host, service string, hints *AddrInfoHints) ([]AddrInfo, error) {
	q := query{host: host, service: service}
	if hints != nil {
		q.AddrInfoHints = *hints
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	ends, err := q.endpoints()
	if err != nil {
		return nil, err
	}
	hosts, canon, err := r.hosts(ctx, &q)
	if err != nil {
		return nil, err
	}
	infos := make([]AddrInfo, 0, len(hosts)*len(ends))
	for _, h := range hosts {
		for _, e := range ends {
			infos = append(infos, AddrInfo{h.family(), e.typ, e.proto, "", h.addr(e.port)})
		}
	}
	infos[0].CanonName = canon
	return infos, nil
}

// A query is the arguments of one GetAddrInfo.
type query struct {
	host, service string
	AddrInfoHints
}

// The flags that some systems lack; 0 there.
var (
	aiV4Mapped = AIFlag(valueOf(aiFlagNames, "AI_V4MAPPED"))
	aiAll      = AIFlag(valueOf(aiFlagNames, "AI_ALL"))
	aiCanonIDN = AIFlag(valueOf(aiFlagNames, "AI_CANONIDN"))
	aiKnown    = AIFlag(union(aiFlagNames) | gai.System.ExtraFlags)
)

// fail is the error of getaddrinfo with the code of a C name.
func (q *query) fail(code string, cause error) error {
	name := q.host
	if name == "" {
		name = q.service
	}
	return &AddrInfoError{"getaddrinfo", name, eaiNamed(code), cause}
}

// check looks at the arguments, in the order of glibc: it decides which error is told.
func (q *query) check() error {
	switch {
	case strings.IndexByte(q.host, 0) >= 0:
		return badArg("getaddrinfo", "host", q.host, "a name without a NUL byte")
	case strings.IndexByte(q.service, 0) >= 0:
		return badArg("getaddrinfo", "service", q.service, "a name without a NUL byte")
	case q.host == "" && q.service == "":
		return q.fail("EAI_NONAME", nil)
	case q.Flags&^aiKnown != 0, q.Flags&AI_CANONNAME != 0 && q.host == "":
		return q.fail("EAI_BADFLAGS", nil)
	}
	if q.Family != AF_UNSPEC && q.Family != AF_INET && q.Family != AF_INET6 {
		return q.fail("EAI_FAMILY", nil)
	}
	if q.Flags&AI_ADDRCONFIG != 0 && !q.narrow() {
		return q.fail("EAI_NONAME", nil)
	}
	if _, numeric, _ := parsePort(q.service); !numeric && q.Flags&AI_NUMERICSERV != 0 {
		return q.fail("EAI_NONAME", nil)
	}
	return nil
}

// narrow limits the families to those this machine has an address of, loopback not
// counted. It returns false if the one asked for is none of them.
func (q *query) narrow() bool {
	has4, has6 := configured()
	switch q.Family {
	case AF_INET:
		return has4
	case AF_INET6:
		return has6
	case AF_UNSPEC:
		if has4 && !has6 {
			q.Family = AF_INET
		} else if has6 && !has4 {
			q.Family = AF_INET6
		}
	}
	return true
}

// configured reports for which families AI_ADDRCONFIG finds an address. Like glibc's it
// overlooks just 127.0.0.1 and ::1, not all of 127/8.
func configured() (has4, has6 bool) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true, true // nothing is known: nothing is left out
	}
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil {
			continue
		}
		ip := prefix.Addr().Unmap()
		has4 = has4 || ip.Is4() && ip != netip.AddrFrom4([4]byte{127, 0, 0, 1})
		has6 = has6 || ip.Is6() && ip != netip.IPv6Loopback()
	}
	return has4, has6
}

// An endpoint is what a service adds to an address.
type endpoint struct {
	typ   Type
	proto int
	port  uint16
}

// endpoints returns the types, protocols and ports of the service that the hints allow.
func (q *query) endpoints() ([]endpoint, error) {
	kinds, err := q.kinds()
	if err != nil {
		return nil, err
	}
	port, numeric, ok := parsePort(q.service)
	if !ok {
		return nil, q.fail("EAI_SERVICE", strconv.ErrRange)
	}
	ends := make([]endpoint, 0, len(kinds))
	for _, k := range kinds {
		if e, ok := q.endpoint(k, port, numeric); ok {
			ends = append(ends, e)
		}
	}
	if len(ends) == 0 {
		return nil, q.fail("EAI_SERVICE", nil)
	}
	return ends, nil
}

// endpoint returns what the service is for one kind of socket. ok is false if it is
// nothing.
func (q *query) endpoint(k gai.Kind, port uint16, numeric bool) (e endpoint, ok bool) {
	e = endpoint{Type(k.Type), k.Protocol, port}
	if k.Loose {
		e.proto = q.Protocol
	}
	switch {
	case numeric && !q.hinted():
		return e, k.Default
	case q.service != "" && k.Service == "": // it has no ports
		return e, false
	case numeric:
		return e, true
	}
	n, ok := netdb.ServicePort(q.service, k.Service)
	e.port = uint16(n)
	return e, ok
}

// hinted reports whether the hints limit the kinds of sockets.
func (q *query) hinted() bool { return q.Type != 0 || q.Protocol != 0 }

// kinds returns the kinds of sockets that the type and the protocol allow.
func (q *query) kinds() ([]gai.Kind, error) {
	for i, k := range gai.Kinds {
		if (q.Type == 0 || int(q.Type) == k.Type) && (q.Protocol == 0 || k.Loose || q.Protocol == k.Protocol) {
			if !q.hinted() {
				return gai.Kinds, nil
			}
			return gai.Kinds[i : i+1], nil
		}
	}
	if q.Type != 0 {
		return nil, q.fail("EAI_SOCKTYPE", nil)
	}
	return nil, q.fail(gai.System.BadProtocol, nil)
}

// parsePort reads a service that is a port, as strtoul(3) does; "" is port 0. ok is
// false for a number that is no port.
func parsePort(s string) (port uint16, numeric, ok bool) {
	if s == "" {
		return 0, true, true
	}
	text := strings.TrimLeft(s, netdb.Space)
	digits := strings.TrimPrefix(text, "-")
	negative := digits != text
	if !negative {
		digits = strings.TrimPrefix(text, "+")
	}
	// Looked at before it is parsed: the errors of strconv allocate, and names are no error.
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false, true
	}
	n, _, ok := netdb.ParseUint(digits, 10)
	return uint16(n), true, ok && n <= math.MaxUint16 && (n == 0 || !negative)
}

// A hostIP is an address without a port.
type hostIP struct {
	ip    netip.Addr // without a zone
	scope uint32
}

func (h hostIP) family() Family {
	if h.ip.Is4() {
		return AF_INET
	}
	return AF_INET6
}

func (h hostIP) addr(port uint16) Addr {
	if h.ip.Is4() {
		return Inet4Addr{IP: h.ip, Port: port}
	}
	return Inet6Addr{IP: h.ip, Port: port, ScopeID: h.scope}
}

// hosts returns the addresses of the host, best first, and its canonical name if that is
// asked for.
func (r *Resolver) hosts(ctx context.Context, q *query) (found []hostIP, canon string, err error) {
	if q.host == "" {
		found = q.nobody()
		sortRFC6724(found)
		return found, "", nil
	}
	name, err := toASCII(q.host)
	if err != nil {
		return nil, "", q.fail("EAI_NONAME", err)
	}
	h, numeric, err := q.numeric(name)
	switch {
	case err != nil:
		return nil, "", err
	case numeric:
		found, canon = []hostIP{h}, name
	case q.Flags&AI_NUMERICHOST != 0:
		return nil, "", q.fail("EAI_NONAME", nil)
	default:
		if found, canon, err = r.named(ctx, q, name); err != nil {
			return nil, "", err
		}
	}
	sortRFC6724(found)
	if q.Flags&AI_CANONNAME == 0 {
		canon = ""
	}
	if q.Flags&aiCanonIDN != 0 {
		canon = toUnicode(canon)
	}
	return found, canon, nil
}

// nobody returns the addresses that stand for no host.
func (q *query) nobody() (found []hostIP) {
	ip4, ip6 := netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()
	if q.Flags&AI_PASSIVE != 0 {
		ip4, ip6 = netip.IPv4Unspecified(), netip.IPv6Unspecified()
	}
	if q.Family != AF_INET {
		found = append(found, hostIP{ip: ip6})
	}
	if q.Family != AF_INET6 {
		found = append(found, hostIP{ip: ip4})
	}
	return found
}

// numeric returns the address of a host in ASCII that needs no look-up; ok is false if
// it needs one.
func (q *query) numeric(host string) (h hostIP, ok bool, err error) {
	if ip, rest, ok := parseInet4(host); ok && rest == "" {
		h.ip = netip.AddrFrom4(ip)
		switch {
		case q.Family != AF_INET6:
		case q.Flags&aiV4Mapped != 0:
			h.ip = netip.AddrFrom16(h.ip.As16())
		default:
			return h, true, q.fail(gai.System.WrongFamily, errWrongFamily)
		}
		return h, true, nil
	}
	if strings.IndexByte(host, ':') < 0 {
		return h, false, nil
	}
	text, zone, scoped := strings.Cut(host, "%")
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return h, false, nil //nolint:nilerr // it is a name
	}
	h.ip = ip
	switch {
	case q.Family != AF_INET:
	case ip.Is4In6():
		h.ip = ip.Unmap()
	default:
		return h, true, q.fail(gai.System.WrongFamily, errWrongFamily)
	}
	if scoped {
		h.scope, err = scopeOf(ip, zone)
		if err != nil {
			return h, true, q.fail("EAI_NONAME", err)
		}
	}
	return h, true, nil
}

var errWrongFamily = errors.New("a numeric address of another family")

// scopeOf is the number of a zone in the text of an address. The name of an interface
// counts only where it says something: the address is local to a link.
func scopeOf(ip netip.Addr, zone string) (uint32, error) {
	if ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() {
		return zoneIndex(zone)
	}
	n, err := strconv.ParseUint(zone, 10, 32)
	return uint32(n), err
}

// named returns the addresses of a name in ASCII and its canonical name.
func (r *Resolver) named(ctx context.Context, q *query, name string) (found []hostIP, canon string, err error) {
	family := q.Family
	if q.mapping() {
		family = AF_UNSPEC
	}
	rec, err := r.lookup(ctx, name, family, q.Flags&AI_CANONNAME != 0)
	if err != nil {
		return nil, "", q.fail(codeOf(err), err)
	}
	if found = q.usable(rec.addrs); len(found) == 0 {
		return nil, "", q.fail(gai.System.NoData, nil)
	}
	return found, rec.name, nil
}

// mapping reports whether IPv4 addresses are wanted as IPv6.
func (q *query) mapping() bool { return q.Family == AF_INET6 && q.Flags&aiV4Mapped != 0 }

// usable returns the addresses of a name in the form that the hints want.
func (q *query) usable(addrs []netip.Addr) (found []hostIP) {
	only6 := slices.ContainsFunc(addrs, netip.Addr.Is6) && q.Flags&aiAll == 0
	for _, ip := range addrs {
		h := hostIP{ip: ip.WithZone("")}
		if zone := ip.Zone(); zone != "" {
			var err error
			if h.scope, err = zoneIndex(zone); err != nil {
				continue // in the hosts file, with an interface that is not here
			}
		}
		if ip.Is4() && q.mapping() {
			if only6 {
				continue
			}
			h.ip = netip.AddrFrom16(ip.As16())
		}
		found = append(found, h)
	}
	return found
}

// eaiNamed is the code of a C name, EAI_FAIL where the system lacks it.
func eaiNamed(name string) EAI {
	if v := valueOf(eaiNames, name); v != 0 {
		return EAI(v)
	}
	return EAI_FAIL
}

// Resolve returns the concrete addresses of a host, best first, for the types and
// protocols that the hints allow; hints may be nil. "" and "<broadcast>" are what they are
// in a socket's methods. See [GetAddrInfo].
func (a HostAddr) Resolve(hints *AddrInfoHints) ([]AddrInfo, error) {
	return DefaultResolver.Resolve(context.Background(), a, hints)
}

// Resolve is [HostAddr.Resolve] with a context.
func (r *Resolver) Resolve(ctx context.Context, a HostAddr, hints *AddrInfoHints) ([]AddrInfo, error) {
	return r.resolve(ctx, "getaddrinfo", a, hints)
}

// resolve is Resolve for a call of any name.
func (r *Resolver) resolve(ctx context.Context, op string, a HostAddr, hints *AddrInfoHints) ([]AddrInfo, error) {
	var h AddrInfoHints
	if hints != nil {
		h = *hints
	}
	if err := checkPort(op, a.Port); err != nil {
		return nil, err
	}
	host := a.Host
	switch {
	case host == "":
		h.Flags |= AI_PASSIVE
	case host != "<broadcast>":
	case h.Family == AF_INET6:
		return nil, badArg(op, "host", host, "a host of family AF_INET6")
	default:
		host = "255.255.255.255"
	}
	infos, err := r.GetAddrInfo(ctx, host, strconv.Itoa(a.Port), &h)
	for i := range infos {
		infos[i].Addr = a.fill(infos[i].Addr)
	}
	return infos, err
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

// address puts an address argument into sa in the form that s takes. It resolves a
// HostAddr, within the time that the call has, and returns the concrete address. That the
// socket is closed goes before what it would not take or not find.
func (s *Socket) address(c *call, op string, sa *sockaddr.Storage, addr Addr) (Addr, error) {
	host, named := addr.(HostAddr)
	if !named {
		// Before anything else, as it refuses what has no methods to call: nil pointers.
		if err := encodeAddr(op, sa, addr); err != nil {
			return nil, err
		}
	}
	if s.Closed() {
		return nil, wrap(op, addr, errClosed)
	}
	if named {
		found, err := c.resolve(s.resolver(), op, host, s.Family())
		if err != nil {
			return nil, err
		}
		return found, encodeAddr(op, sa, found)
	}
	// A RawAddr can be of any family: AF_UNSPEC dissolves an association, see connect(2).
	if _, raw := addr.(RawAddr); !raw && addr.Family() != s.Family() {
		return nil, badArg(op, "address", addr, "an "+s.Family().String()+" address")
	}
	return addr, nil
}

// resolver returns what looks up the hosts of addresses for s.
func (s *Socket) resolver() *Resolver {
	if s.view != nil {
		return s.view.resolver.orDefault()
	}
	return DefaultResolver
}

// resolve returns the first address of a host in the family of a socket.
func (c *call) resolve(r *Resolver, op string, addr HostAddr, family Family) (Addr, error) {
	if family != AF_INET && family != AF_INET6 {
		return nil, badArg(op, "address", addr, "an "+family.String()+" address")
	}
	if found, ok := addr.plain(family); ok {
		return found, nil
	}
	// One result an address is enough.
	hints := AddrInfoHints{Family: family, Type: SOCK_DGRAM}
	if addr.isNumeric() {
		return first(r.resolve(context.Background(), op, addr, &hints))
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
	var infos []AddrInfo
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		infos, err = r.resolve(ctx, op, addr, &hints)
	}()
	if ended := c.sleep(done); ended != nil {
		return nil, wrap(op, addr, ended)
	}
	return first(infos, err)
}

// plain returns the address of a host in the family's usual form: what GetAddrInfo would
// find, which has more to do with other forms.
func (a HostAddr) plain(family Family) (Addr, bool) {
	if strings.Trim(a.Host, "0123456789abcdefABCDEF.:") != "" || checkPort("", a.Port) != nil {
		return nil, false
	}
	ip, err := netip.ParseAddr(a.Host)
	switch {
	case err != nil || ip.Is4() != (family == AF_INET):
		return nil, false
	case ip.Is4():
		return Inet4Addr{IP: ip, Port: uint16(a.Port)}, true
	default:
		return Inet6Addr{IP: ip, Port: uint16(a.Port), FlowInfo: a.FlowInfo, ScopeID: a.ScopeID}, true
	}
}

// isNumeric reports whether a host needs no look-up.
func (a HostAddr) isNumeric() bool {
	if a.Host == "" || a.Host == "<broadcast>" {
		return true
	}
	_, numeric, _ := new(query).numeric(a.Host) // an error is told by GetAddrInfo
	return numeric
}

func first(infos []AddrInfo, err error) (Addr, error) {
	if err != nil {
		return nil, err
	}
	return infos[0].Addr, nil
}
