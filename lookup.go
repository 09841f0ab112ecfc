package socket

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"

	"github.com/bsdsocket/socket/internal/gai"
	"github.com/bsdsocket/socket/internal/netdb"
)

// A hostRecord is what a source of names says of a host: C's struct hostent.
type hostRecord struct {
	name    string // the canonical name
	aliases []string
	addrs   []netip.Addr // in the order of the source
}

// lookup looks up a name in ASCII: where, package net decides. Its net.Resolver does not tell
// canonical names and aliases; they come from the answers of name servers, which pass
// through an exchange, and from the hosts file. canonical asks for the canonical name
// even where that is one more query.
func (r *Resolver) lookup(ctx context.Context, name string, family Family, canonical bool) (hostRecord, error) {
	if !isName(name) {
		return hostRecord{}, &lookupError{"EAI_NONAME", HOST_NOT_FOUND, errName}
	}
	if ctx.Err() != nil {
		return hostRecord{}, newContextError(ctx)
	}
	r = r.orZero()
	if r.HostsFile != "" {
		if rec, ok := hostsRecord(netdb.Hosts(r.HostsFile), name, family); ok {
			return rec, nil
		}
	}
	x := &exchange{r: r, ctx: ctx}
	ips, err := x.lookupIP(ipNetwork(family), name)
	if ctx.Err() != nil {
		return hostRecord{}, newContextError(ctx)
	}
	if rec, ok := x.record(family); ok {
		return rec, nil
	}
	if r.HostsFile != "" {
		// What package net has found is in the system's hosts file.
		return hostRecord{}, x.explain(err, name)
	}
	if inHosts(err) {
		if rec, ok := hostsRecord(netdb.Hosts(""), name, family); ok {
			return rec, nil
		}
	}
	if err != nil || x.answered() {
		return hostRecord{}, x.explain(err, name)
	}
	// Package net has addresses of its hosts file in 16 bytes.
	rec := hostRecord{name: strings.TrimSuffix(name, "."), addrs: unmap(ips)}
	if canonical {
		if cname, err := x.lookupCNAME(name); err == nil {
			rec.name = strings.TrimSuffix(cname, ".")
		}
	}
	return rec, nil
}

// unmap replaces IPv4-mapped addresses by what they map.
func unmap(ips []netip.Addr) []netip.Addr {
	for i, ip := range ips {
		ips[i] = ip.Unmap()
	}
	return ips
}

// inHosts reports whether a name may be in the system's hosts file, after net.Resolver has
// looked it up: it has not if nsswitch.conf leaves the file out. For a name that has no
// address of the family there net.Resolver has an error of its own, though ::1
// stands for 127.0.0.1 too.
func inHosts(err error) bool {
	_, wrongFamily := errors.AsType[*net.AddrError](err)
	return err == nil || wrongFamily || err == errName //nolint:errorlint // not wrapped
}

// ipNetwork is the name that package net has for a family of addresses.
func ipNetwork(family Family) string {
	switch family {
	case AF_INET:
		return "ip4"
	case AF_INET6:
		return "ip6"
	}
	return "ip"
}

// hostsRecord is what a hosts file has of a name.
func hostsRecord(db *netdb.HostsDB, name string, family Family) (rec hostRecord, ok bool) {
	for _, e := range db.ByName(name) {
		addr := e.Addr
		switch family {
		case AF_INET:
			if addr, ok = e.IPv4(); !ok {
				continue
			}
		case AF_INET6:
			if addr.Is4() {
				continue
			}
		}
		if rec.addrs == nil {
			rec.name = e.Names[0]
		} else if e.Names[0] != rec.name {
			rec.aliases = append(rec.aliases, e.Names[0])
		}
		rec.aliases = append(rec.aliases, e.Names[1:]...)
		rec.addrs = append(rec.addrs, addr)
	}
	return rec, rec.addrs != nil
}

// hostsAddrRecord is what a hosts file has of an address.
func hostsAddrRecord(db *netdb.HostsDB, addr netip.Addr) (rec hostRecord, ok bool) {
	for _, e := range db.ByAddr(addr) {
		if e.Names[0] != "" {
			return hostRecord{e.Names[0], e.Names[1:], []netip.Addr{addr}}, true
		}
	}
	return hostRecord{}, false
}

// lookupAddr looks up the names of an address.
func (r *Resolver) lookupAddr(ctx context.Context, addr netip.Addr) (hostRecord, error) {
	if ctx.Err() != nil {
		return hostRecord{}, newContextError(ctx)
	}
	r = r.orZero()
	if r.HostsFile != "" {
		if rec, ok := hostsAddrRecord(netdb.Hosts(r.HostsFile), addr); ok {
			return rec, nil
		}
	}
	x := &exchange{r: r, ctx: ctx}
	names, err := x.lookupAddr(embedded4(addr).String())
	if ctx.Err() != nil {
		return hostRecord{}, newContextError(ctx)
	}
	if rec, ok := x.nameRecord(addr); ok {
		return rec, nil
	}
	if r.HostsFile != "" {
		return hostRecord{}, x.explain(err, "")
	}
	if err == nil {
		if rec, ok := hostsAddrRecord(netdb.Hosts(""), addr); ok {
			return rec, nil
		}
	}
	if err != nil || x.answered() || len(names) == 0 {
		return hostRecord{}, x.explain(err, "")
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".")
	}
	return hostRecord{names[0], names[1:], []netip.Addr{addr}}, nil
}

// embedded4 is the IPv4 address that an IPv4-mapped or IPv4-compatible one stands for:
// that is what has a name.
func embedded4(addr netip.Addr) netip.Addr {
	if b := addr.As16(); addr.Is6() && [12]byte(b[:12]) == [12]byte{} && b[12]|b[13] != 0 {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return addr.Unmap()
}

// The ways in which a look-up fails, each with its code in both of C's numberings.
type lookupError struct {
	eai   string // a C name
	herr  HErr
	cause error
}

func (e *lookupError) Error() string {
	if e.cause == nil {
		return e.herr.text()
	}
	return e.cause.Error()
}
func (e *lookupError) Unwrap() error { return e.cause }

// newLookupError classifies an error of net.Resolver. noData tells that a name server
// knows the name.
func newLookupError(err error, noData bool) *lookupError {
	var dns *net.DNSError
	switch {
	case err == nil && noData, errors.As(err, &dns) && dns.IsNotFound && noData:
		return &lookupError{gai.System.NoData, NO_DATA, err}
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		return &lookupError{"EAI_NONAME", HOST_NOT_FOUND, err}
	case dns == nil: // no name server has been asked: no address of the family
		return &lookupError{"EAI_NONAME", HOST_NOT_FOUND, err}
	}
	return &lookupError{"EAI_AGAIN", TRY_AGAIN, err}
}

// codeOf is the code of getaddrinfo(3) for an error of lookup and lookupAddr.
func codeOf(err error) string {
	if l, ok := errors.AsType[*lookupError](err); ok {
		return l.eai
	}
	return "EAI_AGAIN" // the end of a context
}

// herrOf is the code of gethostbyname(3) for an error of lookup and lookupAddr.
func herrOf(err error) HErr {
	if l, ok := errors.AsType[*lookupError](err); ok {
		return l.herr
	}
	return TRY_AGAIN
}

// maxName and maxLabel are the limits of RFC 1035, section 2.3.4, as text.
const (
	maxName  = 253
	maxLabel = 63
)

var errName = errors.New("not a host name")

// toASCII is a host as the hosts file and name servers have it. It can turn out to be a
// number: "127。0。0。1". What has a colon is no name, but its zone may be outside ASCII.
func toASCII(host string) (string, error) {
	if isASCII(host) || strings.Contains(host, ":") {
		return host, nil
	}
	return idnaProfile.ToASCII(host)
}

// toUnicode is a host name as people read it, as it is if it has no such form.
func toUnicode(name string) string {
	if u, err := idnaProfile.ToUnicode(name); err == nil {
		return u
	}
	return name
}

// idnaProfile is idna.Lookup, but allows underscores and, like Python's codec, reads "ß"
// as "ss".
var idnaProfile = idna.New(
	idna.MapForLookup(),
	idna.Transitional(true),
	idna.BidiRule(),
	idna.StrictDomainName(false),
)

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isName reports whether a text can be a name at all, in the hosts file perhaps.
func isName(name string) bool {
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > maxName {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel {
			return false
		}
	}
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return true
}

// isHostName reports whether a name server may be asked for a name, and may tell it: it
// has just letters, digits, "-", "_" and ".", as res_hnok of the C libraries wants it.
func isHostName(name string) bool {
	for i := range len(name) {
		c := name[i]
		switch {
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'z', c == '_', c == '.':
		case c == '-' && i > 0:
		default:
			return false
		}
	}
	return isName(name)
}
