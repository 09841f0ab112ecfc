package socket_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// The tests in this file put this package and Python on the same machine: the same files
// of /etc, the same interfaces, the same name server on port 53. What Python gets there
// from the C library, we have to get too.

// box is a machine with names in all places where they can be.
var box = machine{
	hostname: "box",
	etc: map[string]string{
		"nsswitch.conf": "hosts: files dns\nservices: files\nprotocols: files\n",
		"resolv.conf":   "nameserver 127.0.0.1\nsearch sub.test test\noptions ndots:1\n",
		"gai.conf":      rfc6724,
		"hosts": `127.0.0.1	localhost
::1		localhost ip6-localhost ip6-loopback
127.0.1.1	box.example.test box
192.0.2.10	alpha.example.test alpha alias1	# a comment
192.0.2.11	alpha.example.test alias2
2001:db8::10	alpha.example.test alpha
198.51.100.7	only4
2001:db8::7	only6
192.0.2.20	UPPER.Example.Test Mixed
192.0.2.21	under_score
::ffff:192.0.2.30 mapped
fe80::5	linklocal
0x7f.1		odd
192.0.2.300	broken
`,
	},
	ip: []string{
		"addr add 192.0.2.2/24 dev lo", "route add default dev lo",
		"-6 addr add 2001:db8::2/64 dev lo nodad", "-6 route add default dev lo",
	},
}

// rfc6724 is the policy table of RFC 6724, section 2.1, in which there is more to tell
// apart than in that of RFC 3484, which glibc has otherwise.
const rfc6724 = `
label ::1/128 0
label ::/0 1
label ::ffff:0:0/96 4
label 2002::/16 2
label 2001::/32 5
label fc00::/7 13
label ::/96 3
label fec0::/10 11
label 3ffe::/16 12
precedence ::1/128 50
precedence ::/0 40
precedence ::ffff:0:0/96 35
precedence 2002::/16 30
precedence 2001::/32 5
precedence fc00::/7 3
precedence ::/96 1
precedence fec0::/10 1
precedence 3ffe::/16 1
`

// far are machines that differ in what they can reach, which decides about the order of
// addresses and about AI_ADDRCONFIG.
var far = map[string]struct {
	ip  []string
	but []deviation
}{
	"loopback only": {nil, []deviation{mappedFromFile, mappedScope}},
	"IPv4 only":     {[]string{"addr add 192.0.2.2/24 dev lo", "route add default dev lo"}, []deviation{mappedFromFile, mappedScope, longestPrefix}},
	"IPv6 only":     {[]string{"-6 addr add 2001:db8::2/64 dev lo nodad", "-6 route add default dev lo"}, []deviation{mappedFromFile, mappedScope}},
	"both":          {box.ip, []deviation{mappedFromFile, mappedScope}},
	"ULA": {[]string{"addr add 10.0.0.1/8 dev lo", "route add default dev lo",
		"-6 addr add fd00::2/64 dev lo nodad", "-6 route add default dev lo"}, []deviation{mappedFromFile, mappedScope}},
}

// world is what the name server of these tests knows.
var world = dnstest.Zone{
	"four.test":      {Addrs: []string{"203.0.113.1", "203.0.113.2"}},
	"six.test":       {Addrs: []string{"2001:db8:1::1", "2001:db8:1::2"}},
	"both.test":      {Addrs: []string{"203.0.113.1", "2001:db8:1::1", "203.0.113.2", "2001:db8:1::2"}},
	"www.test":       {CNAME: "web.test"},
	"web.test":       {CNAME: "both.test"},
	"www4.test":      {CNAME: "four.test"},
	"dangling.test":  {CNAME: "nothing.test"},
	"ring.test":      {CNAME: "gnir.test"},
	"gnir.test":      {CNAME: "ring.test"},
	"empty.test":     {},
	"fail.test":      {Code: dnsmessage.RCodeServerFailure},
	"refused.test":   {Code: dnsmessage.RCodeRefused},
	"half.test":      {Addrs: []string{"203.0.113.3"}},
	"half.test AAAA": {Code: dnsmessage.RCodeServerFailure},
	"flah.test":      {Addrs: []string{"2001:db8:1::3"}},
	"flah.test A":    {Code: dnsmessage.RCodeServerFailure},
	"tcp.test":       {Addrs: []string{"203.0.113.4", "2001:db8:1::4"}, TCP: true},
	"many.test":      {Addrs: rangeOf("203.0.113.0", 100)},
	"dup.test":       {Addrs: []string{"203.0.113.5", "203.0.113.5"}},
	"under_s.test":   {Addrs: []string{"203.0.113.6"}},
	"host.sub.test":  {Addrs: []string{"203.0.113.7"}},
	"deep.er.test":   {Addrs: []string{"203.0.113.8"}},
	"private.test":   {Addrs: []string{"fd00::9", "10.9.9.9", "2001:db8:9::9", "2002:c000:204::1", "2001::1", "169.254.1.1", "fe80::9", "192.88.99.1"}},
	"loop.test":      {Addrs: []string{"127.0.0.1", "::1", "203.0.113.1", "2001:db8:1::1"}},
	"near.test":      {Addrs: []string{"203.0.113.1", "192.0.2.1", "192.0.2.3", "10.0.0.9", "2001:db8:ffff::1", "2001:db8::1", "fd00::7"}},
	"mapped.test":    {Addrs: []string{"::ffff:203.0.113.9"}},

	"xn--bcher-kva.test": {Addrs: []string{"203.0.113.10"}},
	"badalias.test":      {CNAME: "a b.test"},
	"dashalias.test":     {CNAME: "-four.test"},
	"starry.test":        {CNAME: "*.test"},

	dnstest.Reverse("203.0.113.1"):   {PTR: []string{"four.test"}},
	dnstest.Reverse("203.0.113.2"):   {PTR: []string{"four.test", "second.test"}},
	dnstest.Reverse("203.0.113.8"):   {PTR: []string{"deep.er.test"}},
	dnstest.Reverse("203.0.113.11"):  {CNAME: "11.0-31.113.0.203.in-addr.arpa"}, // RFC 2317
	"11.0-31.113.0.203.in-addr.arpa": {PTR: []string{"delegated.test"}},
	dnstest.Reverse("203.0.113.12"):  {Code: dnsmessage.RCodeServerFailure},
	dnstest.Reverse("203.0.113.13"):  {},
	dnstest.Reverse("203.0.113.14"):  {PTR: []string{"192.0.2.99"}},
	dnstest.Reverse("203.0.113.15"):  {PTR: []string{"bare"}},
	dnstest.Reverse("203.0.113.16"):  {PTR: []string{"a b.test"}},
	dnstest.Reverse("203.0.113.17"):  {PTR: []string{"a b.test", "good.test"}},
	dnstest.Reverse("2001:db8:1::1"): {PTR: []string{"six.test"}},
}

// withNames returns a zone that has more names, all with the same address.
func withNames(zone dnstest.Zone, names ...string) dnstest.Zone {
	zone = maps.Clone(zone)
	for _, name := range names {
		zone[name] = dnstest.Reply{Addrs: []string{"203.0.113.66", "2001:db8:66::66"}}
	}
	return zone
}

// serveWorld starts the name server of a machine.
func serveWorld(t *testing.T, zone dnstest.Zone) *dnstest.Server {
	t.Helper()
	s, err := dnstest.Listen("127.0.0.1:53", zone)
	if err != nil {
		t.Skip("no name server on port 53:", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// orNone is Python's None for an empty string of ours, which is NULL in C.
func orNone(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// A lookup is a call of getaddrinfo.
type lookup struct {
	host, service string
	hints         socket.AddrInfoHints
}

func (l lookup) python() pyCall {
	host := orNone(l.host)
	if isASCII := !strings.ContainsFunc(l.host, func(r rune) bool { return r >= 0x80 }); host != nil && (isASCII || !utf8.ValidString(l.host)) {
		host = pyBytes(l.host) // as the C library gets it; Python's own checks are others
	}
	return call("getaddrinfo", host, orNone(l.service), l.hints.Family, l.hints.Type, l.hints.Protocol, l.hints.Flags)
}

// compareLookups compares what we and Python say to many calls of getaddrinfo.
func compareLookups(t *testing.T, atLeast int, lookups []lookup, deviations ...deviation) {
	t.Helper()
	cases := make([]comparison, len(lookups))
	for i, l := range lookups {
		cases[i] = comparison{l.python(), addrInfoAnswer(t, l)}
	}
	compare(t, atLeast, cases, deviations...)
}

// addrInfoAnswer is our answer in Python's form: (family, type, proto, canonname, sockaddr).
func addrInfoAnswer(t *testing.T, l lookup) pyAnswer {
	t.Helper()
	infos, err := socket.GetAddrInfo(l.host, l.service, &l.hints)
	if err != nil {
		return answerOf(t, nil, err)
	}
	result := make([]any, len(infos))
	for i, info := range infos {
		result[i] = []any{info.Family, info.Type, info.Protocol, info.CanonName, tuple(t, info.Addr)}
	}
	return answerOf(t, result, nil)
}

// tuple is an address in Python's form.
func tuple(t *testing.T, addr socket.Addr) []any {
	t.Helper()
	switch a := addr.(type) {
	case socket.Inet4Addr:
		return []any{a.IP.String(), a.Port}
	case socket.Inet6Addr:
		text, err := socket.InetNtop(socket.AF_INET6, a.IP.AsSlice())
		if err != nil {
			t.Fatal(err)
		}
		return []any{text, a.Port, a.FlowInfo, a.ScopeID}
	}
	t.Fatalf("%#v is no address of the Internet", addr)
	return nil
}

// gai is the outcome of a look-up that fails.
func gai(code socket.EAI) pyAnswer { return pyAnswer{outcome: outcome{"gaierror", int(code)}} }

// The deviations of look-ups.
var (
	portTooLarge = deviation{"a port over 65535 is refused: glibc cuts it to 16 bits", func(c pyCall, ours, _ pyAnswer) bool {
		service, _ := c.Args[1].(string)
		n, err := strconv.ParseUint(service, 10, 64)
		return err == nil && n > 65535 && ours == gai(socket.EAI_SERVICE)
	}}
	failureIsTemporary = deviation{"a failing name server is EAI_AGAIN: glibc says EAI_NONAME if one family is asked for", func(_ pyCall, ours, theirs pyAnswer) bool {
		return ours == gai(socket.EAI_AGAIN) && theirs == gai(socket.EAI_NONAME)
	}}
	mappedFromFile = deviation{"IPv4 addresses of the hosts file are mapped once: glibc takes ::1 for 127.0.0.1 and mapped addresses twice", func(c pyCall, _, _ pyAnswer) bool {
		flags, _ := c.Args[5].(socket.AIFlag)
		return c.Args[2] != socket.AF_INET && flags&socket.AI_V4MAPPED != 0 &&
			slices.Contains([]any{pyBytes("localhost"), pyBytes("LOCALHOST"), pyBytes("ip6-localhost"), pyBytes("mapped"), pyBytes("mapped.test")}, c.Args[0])
	}}
	mappedScope = deviation{"the scope of ::ffff:169.254.1.1 is the link (RFC 6724, section 3.2): for glibc it is global", func(c pyCall, _, _ pyAnswer) bool {
		flags, _ := c.Args[5].(socket.AIFlag)
		return c.Args[0] == pyBytes("private.test") && c.Args[2] != socket.AF_INET && flags&socket.AI_V4MAPPED != 0
	}}
	longestPrefix = deviation{"the longest prefix counts for IPv4 (RFC 6724, section 6, rule 9): glibc looks at it only where there is IPv6", func(c pyCall, _, _ pyAnswer) bool {
		return c.Args[0] == pyBytes("near.test")
	}}
	aliasOfNothing = deviation{"an alias of a name without addresses has no data: for glibc the name does not exist", func(c pyCall, ours, theirs pyAnswer) bool {
		return ours == gai(socket.EAI_NODATA) && theirs == gai(socket.EAI_NONAME)
	}}
	lastHyphen = deviation{"no label ends with a hyphen, or begins with one, in package net", func(c pyCall, ours, _ pyAnswer) bool {
		return slices.Contains([]any{pyBytes("four-.test"), pyBytes("four.-test"), pyBytes("xn--.test")}, c.Args[0]) && ours == gai(socket.EAI_NONAME)
	}}
	strictIDNA = deviation{"IDNA's rules for labels hold (RFC 5891, section 4.2.3): Python's codec does not know them", func(c pyCall, ours, _ pyAnswer) bool {
		return slices.Contains([]any{"-ü.test", "ü-.test", "\u0301a.test", "١.test"}, c.Args[0]) && ours == gai(socket.EAI_NONAME)
	}}
	backslash = deviation{"a backslash is no part of a host name: for glibc it is an escape", func(c pyCall, ours, _ pyAnswer) bool {
		return c.Args[0] == pyBytes(`a\b.test`) && ours == gai(socket.EAI_NONAME)
	}}
	mappedHost = deviation{"a mapped address is the IPv4 address: Python asks for it with the wrong family", func(c pyCall, ours, _ pyAnswer) bool {
		host, _ := c.Args[0].(string)
		return c.Func == "gethostbyname_ex" && strings.HasPrefix(host, "::ffff:") && ours.Kind == ""
	}}
	mappedAddr = deviation{"a mapped address has the names of the IPv4 address, from whatever source: glibc only from name servers, and Python fails then", func(c pyCall, ours, _ pyAnswer) bool {
		host := hostOf(c)
		return strings.HasPrefix(host, "::") && strings.Contains(host, ".") && c.Func != "gethostbyname_ex" && ours.Kind == ""
	}}
	mappedLine = deviation{"a line of the hosts file with a mapped address names it for the way there alone: package net does not find the way back", func(c pyCall, _, theirs pyAnswer) bool {
		return strings.HasSuffix(hostOf(c), "192.0.2.30") && strings.Contains(theirs.Result, "mapped") || c.Func == "gethostbyaddr" && hostOf(c) == "mapped"
	}}
	refusedByIDNA = deviation{"a name that IDNA refuses is EAI_NONAME: Python raises UnicodeError", func(_ pyCall, ours, theirs pyAnswer) bool {
		return theirs.Kind == "argument" && ours == gai(socket.EAI_NONAME)
	}}
	unreadable = deviation{"an answer that cannot be read is a failure: for glibc it is one without data", func(c pyCall, ours, theirs pyAnswer) bool {
		host, _ := c.Args[0].(pyBytes)
		return strings.Contains(string(host), "CompressionLoop") && ours == gai(socket.EAI_AGAIN) ||
			strings.Contains(string(host), "Garbage") && theirs == gai(socket.EAI_NODATA)
	}}
	question = deviation{"a question is no answer: glibc takes it for one", func(c pyCall, ours, _ pyAnswer) bool {
		return c.Args[0] == pyBytes("liar-NoResponse.test.") && ours == gai(socket.EAI_AGAIN)
	}}
)

// hostOf is the host of a call of gethostbyaddr or getnameinfo.
func hostOf(c pyCall) string {
	switch addr := c.Args[0].(type) {
	case string:
		return addr
	case []any:
		host, _ := addr[0].(string)
		return host
	}
	return ""
}
