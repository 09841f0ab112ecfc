package socket

import (
	"context"
	"net/netip"
	"strconv"
	"strings"

	"github.com/bsdsocket/socket/internal/netdb"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// GetNameInfo returns the host name and the service name of an address, or, without a
// name, the numbers: the reverse of [GetAddrInfo]. addr is an Inet4Addr, an Inet6Addr or a
// HostAddr with a numeric host. A host without a name is no error, unless NI_NAMEREQD
// asks for one. The error is an *AddrInfoError. Python: socket.getnameinfo;
// C: getnameinfo(3), RFC 3493.
func GetNameInfo(addr Addr, flags NIFlag) (host, service string, err error) {
	return DefaultResolver.GetNameInfo(context.Background(), addr, flags)
}

// GetNameInfo is [GetNameInfo] with a context.
func (r *Resolver) GetNameInfo(ctx context.Context, addr Addr, flags NIFlag) (host, service string, err error) {
	a, err := nameInfoAddr(addr)
	if err != nil {
		return "", "", err
	}
	fail := func(code EAI, cause error) (string, string, error) {
		return "", "", &AddrInfoError{"getnameinfo", a.String(), code, cause}
	}
	if flags&^niKnown != 0 {
		return fail(EAI_BADFLAGS, nil)
	}
	ap := a.AddrPort()
	var cause error
	if flags&NI_NUMERICHOST == 0 {
		var rec hostRecord
		rec, cause = r.lookupAddr(ctx, ap.Addr().WithZone(""))
		if cause != nil && herrOf(cause) == TRY_AGAIN {
			return fail(EAI_AGAIN, cause)
		}
		host = r.shownName(ctx, rec.name, flags)
	}
	if host == "" {
		if flags&NI_NAMEREQD != 0 {
			return fail(EAI_NONAME, cause)
		}
		host = numericHost(a)
	}
	return host, serviceName(int(ap.Port()), flags), nil
}

// The flags of getnameinfo(3) of this system.
var (
	niIDN   = NIFlag(valueOf(niFlagNames, "NI_IDN"))
	niKnown = NIFlag(union(niFlagNames))
)

// nameInfoAddr returns the concrete address that GetNameInfo is asked about.
func nameInfoAddr(addr Addr) (InetAddr, error) {
	const op = "getnameinfo"
	if h, ok := addr.(HostAddr); ok {
		if err := checkPort(op, h.Port); err != nil {
			return nil, err
		}
		if h.Host == "" {
			return nil, &AddrInfoError{op, h.Host, EAI_NONAME, nil}
		}
		infos, err := GetAddrInfo(h.Host, strconv.Itoa(h.Port), &AddrInfoHints{Type: SOCK_DGRAM, Flags: AI_NUMERICHOST})
		if err != nil {
			return nil, err
		}
		addr = h.fill(infos[0].Addr)
	}
	// Before anything else, as it refuses what has no methods to call: nil pointers.
	if err := encodeAddr(op, new(sockaddr.Storage), addr); err != nil {
		return nil, err
	}
	if a, ok := addr.(InetAddr); ok {
		return a, nil
	}
	return nil, &AddrInfoError{op, addr.String(), EAI_FAMILY, nil}
}

// shownName is a host name as the flags want it.
func (r *Resolver) shownName(ctx context.Context, name string, flags NIFlag) string {
	if flags&NI_NOFQDN != 0 {
		name = strings.TrimSuffix(name, "."+r.ownDomain(ctx))
	}
	if flags&niIDN != 0 {
		name = toUnicode(name)
	}
	return name
}

// ownDomain is the domain of this machine: what follows the first dot of its name, or of
// the canonical name that its name leads to.
func (r *Resolver) ownDomain(ctx context.Context) string {
	own, err := GetHostName()
	if err != nil {
		return ""
	}
	if _, domain, ok := strings.Cut(own, "."); ok {
		return domain
	}
	name, _, _, _ := r.GetHostByNameEx(ctx, own) // without a canonical name there is no domain
	_, domain, _ := strings.Cut(name, ".")
	return domain
}

// numericHost is an address as text, with its scope id: the name of an interface where
// the address is local to a link, if it has one, else the number.
func numericHost(a InetAddr) string {
	six, ok := a.(Inet6Addr)
	if !ok {
		return a.AddrPort().Addr().Unmap().String()
	}
	ip := netip.AddrFrom16(six.as16())
	text := inet6Text(ip)
	if six.ScopeID == 0 {
		return text
	}
	zone := strconv.FormatUint(uint64(six.ScopeID), 10)
	if ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() {
		if name, err := IfIndexToName(int(six.ScopeID)); err == nil {
			zone = name
		}
	}
	return text + "%" + zone
}

// serviceName is the name of a port, or its number.
func serviceName(port int, flags NIFlag) string {
	proto := "tcp"
	if flags&NI_DGRAM != 0 {
		proto = "udp"
	}
	if flags&NI_NUMERICSERV == 0 {
		if name, ok := netdb.ServiceName(port, proto); ok {
			return name
		}
	}
	return strconv.Itoa(port)
}

// GetHostByName returns the first IPv4 address of a host as text. "" is "0.0.0.0" and
// "<broadcast>" "255.255.255.255". As in Python the error is an *AddrInfoError.
// Python: socket.gethostbyname; C: gethostbyname(3).
func GetHostByName(host string) (string, error) {
	return DefaultResolver.GetHostByName(context.Background(), host)
}

// GetHostByName is [GetHostByName] with a context.
func (r *Resolver) GetHostByName(ctx context.Context, host string) (string, error) {
	a, err := r.setIPAddr(ctx, "gethostbyname", host, AF_INET)
	if err != nil {
		return "", err
	}
	return a.ip.String(), nil
}

// GetHostByNameEx returns the canonical name of a host, its other names and its IPv4
// addresses. As in Python the error is an *AddrInfoError if there is no such host, and a
// *HostError for "" and "<broadcast>". Python: socket.gethostbyname_ex; C: gethostbyname(3).
func GetHostByNameEx(host string) (name string, aliases, addrs []string, err error) {
	return DefaultResolver.GetHostByNameEx(context.Background(), host)
}

// GetHostByNameEx is [GetHostByNameEx] with a context.
func (r *Resolver) GetHostByNameEx(ctx context.Context, host string) (name string, aliases, addrs []string, err error) {
	q := query{host: host, AddrInfoHints: AddrInfoHints{Family: AF_INET}}
	if err := checkHost("gethostbyname_ex", host); err != nil {
		return "", nil, nil, err
	}
	switch host { // addresses, but names of no host
	case "":
		return "", nil, nil, &HostError{"gethostbyname_ex", host, NO_RECOVERY, nil}
	case "<broadcast>":
		return "", nil, nil, &HostError{"gethostbyname_ex", host, HOST_NOT_FOUND, nil}
	}
	ascii, err := toASCII(host)
	if err != nil {
		return "", nil, nil, q.fail("EAI_NONAME", err)
	}
	if h, numeric, err := q.numeric(ascii); err != nil {
		return "", nil, nil, err
	} else if numeric {
		return ascii, []string{}, []string{h.ip.String()}, nil
	}
	rec, err := r.lookup(ctx, ascii, AF_INET, true)
	if err != nil {
		return "", nil, nil, q.fail(codeOf(err), err)
	}
	name, aliases, addrs = rec.texts()
	return name, aliases, addrs, nil
}

// GetHostByAddr returns the canonical name of an address, its other names and the
// address. addr may be a host name too, whose first address is meant then. The error is an
// *AddrInfoError for a name that does not resolve, and a *HostError for an
// address without a name. Python: socket.gethostbyaddr; C: gethostbyaddr(3).
func GetHostByAddr(addr string) (name string, aliases, addrs []string, err error) {
	return DefaultResolver.GetHostByAddr(context.Background(), addr)
}

// GetHostByAddr is [GetHostByAddr] with a context.
func (r *Resolver) GetHostByAddr(ctx context.Context, addr string) (name string, aliases, addrs []string, err error) {
	if addr == "" {
		return "", nil, nil, badArg("gethostbyaddr", "addr", addr, "a name or an address")
	}
	h, err := r.setIPAddr(ctx, "gethostbyaddr", addr, AF_UNSPEC)
	if err != nil {
		return "", nil, nil, err
	}
	rec, err := r.lookupAddr(ctx, h.ip)
	if err != nil {
		return "", nil, nil, &HostError{"gethostbyaddr", addr, herrOf(err), err}
	}
	name, aliases, addrs = rec.texts()
	return name, aliases, addrs, nil
}

// setIPAddr returns the first address of a host as Python's functions for hosts do.
func (r *Resolver) setIPAddr(ctx context.Context, op, host string, family Family) (hostIP, error) {
	if err := checkHost(op, host); err != nil {
		return hostIP{}, err
	}
	infos, err := r.resolve(ctx, op, HostAddr{Host: host}, &AddrInfoHints{Family: family, Type: SOCK_DGRAM})
	if err != nil {
		return hostIP{}, err
	}
	a := infos[0].Addr.(InetAddr).AddrPort().Addr()
	return hostIP{ip: a.WithZone("")}, nil
}

func checkHost(op, host string) error {
	if strings.IndexByte(host, 0) >= 0 {
		return badArg(op, "host", host, "a name without a NUL byte")
	}
	return nil
}

// texts is the record as Python's functions return it. The slices are not nil.
func (rec *hostRecord) texts() (name string, aliases, addrs []string) {
	addrs = make([]string, len(rec.addrs))
	for i, ip := range rec.addrs {
		addrs[i] = ip.WithZone("").String()
		if ip.Is6() {
			addrs[i] = inet6Text(ip.WithZone(""))
		}
	}
	return rec.name, append([]string{}, rec.aliases...), addrs
}

// GetFQDN returns a fully qualified name for a host: of the names that [GetHostByAddr]
// gives the first with a dot in it, or else the canonical one. "", "0.0.0.0" and "::" mean
// this machine. A name that does not resolve is returned as it is. Python: socket.getfqdn.
func GetFQDN(name string) string { return DefaultResolver.GetFQDN(context.Background(), name) }

// GetFQDN is [GetFQDN] with a context; when it ends the name is returned as it is.
func (r *Resolver) GetFQDN(ctx context.Context, name string) string {
	name = strings.TrimSpace(name)
	if name == "" || name == "0.0.0.0" || name == "::" {
		own, err := GetHostName()
		if err != nil {
			return name
		}
		name = own
	}
	host, aliases, _, err := r.GetHostByAddr(ctx, name)
	if err != nil {
		return name
	}
	for _, n := range append([]string{host}, aliases...) {
		if strings.Contains(n, ".") {
			return n
		}
	}
	return host
}
