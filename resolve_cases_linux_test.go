package socket_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// What getaddrinfo can be asked.
var (
	numericHosts = []string{
		"", "127.0.0.1", "127.1", "1.2.3", "0x7f.1", "017.0.0.1", "2130706433", "0", "255.255.255.255", "192.0.2.1",
		"::1", "::", "2001:db8::1", "::ffff:1.2.3.4", "::1.2.3.4", "fe80::1", "fe80::1%lo", "fe80::1%1", "ff02::1%lo",
		"2001:db8::1%1", "::ffff:1.2.3.4%1", "ff0e::1%lo", "fec0::1%1", "fe80::1%4294967295",
	}
	badNumbers = []string{
		"256.1", "1.2.3.4.5", "1..2", "4294967296", "1.2.3.256", "0x", "08", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4 x",
		"::g", ":::", "1:2", "fe80::1%", "fe80::1%nosuch", "fe80::1%99999999999", "fe80::1%-1", "2001:db8::1%lo", "127.0.0.1%lo", "[::1]",
		"2001:db8::1%nosuch", "1.2.3.4%1", "fe80::1%1x", "fe80::1%0x1", "fe80::1% 1", "%lo", "%",
	}
	services = []string{
		"", "80", "0", "65535", "http", "domain", "ssh", "tftp", "nosuch", "65536", "-1", "0080", " 80", "80 ", "+80", "0x50", "8o",
		"4294967376", "99999999999999999999", "http ", "HTTP", "www", "123456", "domain-s",
	}
	families  = []socket.Family{socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 99, -1}
	types     = []socket.Type{0, socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, socket.SOCK_RDM, 99, -1}
	protocols = []int{0, socket.IPPROTO_TCP, socket.IPPROTO_UDP, socket.IPPROTO_ICMP, socket.IPPROTO_SCTP, socket.IPPROTO_UDPLITE, 41, 999, -1}
	flags     = []socket.AIFlag{
		0, socket.AI_PASSIVE, socket.AI_CANONNAME, socket.AI_NUMERICHOST, socket.AI_NUMERICSERV, socket.AI_V4MAPPED, socket.AI_ALL,
		socket.AI_ADDRCONFIG, socket.AI_V4MAPPED | socket.AI_ALL, socket.AI_V4MAPPED | socket.AI_ADDRCONFIG,
		socket.AI_V4MAPPED | socket.AI_ALL | socket.AI_ADDRCONFIG, socket.AI_CANONNAME | socket.AI_NUMERICHOST,
		socket.AI_CANONNAME | socket.AI_PASSIVE, socket.AI_NUMERICHOST | socket.AI_NUMERICSERV, socket.AI_NUMERICHOST | socket.AI_V4MAPPED,
		socket.AI_CANONNAME | socket.AI_V4MAPPED, socket.AI_PASSIVE | socket.AI_V4MAPPED | socket.AI_ALL,
		socket.AI_NUMERICHOST | socket.AI_ADDRCONFIG, socket.AI_CANONNAME | socket.AI_V4MAPPED | socket.AI_ALL, 0x10000, 0x800, -1,
	}
	hostNames = []string{
		"localhost", "LOCALHOST", "localhost.", "ip6-localhost", "sub.localhost", "box", "box.example.test", "alpha", "alpha.example.test", "alpha.",
		"alias1", "alias2", "only4", "only6", "upper.example.test", "MIXED", "under_score", "mapped", "linklocal", "odd", "broken",
	}
	dnsNames = []string{
		"four.test", "six.test", "both.test", "four.test.", "four", "both", "www.test", "www4.test", "WWW.Test", "www", "dangling.test", "ring.test",
		"empty.test", "fail.test", "refused.test", "half.test", "flah.test", "tcp.test", "many.test", "dup.test", "under_s.test",
		"host", "host.sub", "host.", "deep.er", "private.test", "loop.test", "near.test", "mapped.test", "nosuch.test", "nosuch", "xn--bcher-kva.test",
	}
	badNames = []string{
		" ", "a b", "a b.test", " four.test", "four.test ", ".", "..", "a..b", ".four.test", "four.test..", strings.Repeat("a", 63) + ".test", strings.Repeat("a", 64) + ".test",
		strings.Repeat("a", 64), strings.Repeat("a.", 126) + "a", strings.Repeat("a.", 126) + "ab", strings.Repeat("a.", 127) + "a", strings.Repeat("a.", 200) + "test",
		strings.Repeat("a", 1100), "-four.test", "four-.test", "four.-test", "a/b.test", "../hosts", "a%b.test", "a\\b.test", "a\\.test", "a\\046b.test", "\"a\".test", "a\tb.test", "a\nb.test",
		"a;b.test", "a$b.test", "a*b.test", "*.test", "a@b.test", "a:b.test", "a,b", "a\x01b.test", "a\x7fb.test", "a\x80b.test", "b\xfccher.test", "bücher.test", "日本.test", "a+b.test",
		"_four._tcp.test", "a\u200bb.test", "ß.test", "xn--.test", "xn--a.test", "<broadcast>", "1.test", "four.1", "0x.test", "1e3", "127.0.0.1.", "badalias.test", "dashalias.test", "starry.test",
	}
)

// numericLookups are what needs no name: all hosts and services, with the hints one by one
// and in the pairs that say more.
func numericLookups() []lookup {
	var all []lookup
	for _, host := range append(numericHosts, badNumbers...) {
		for _, flag := range flags {
			for _, family := range families {
				all = append(all, lookup{host, "80", socket.AddrInfoHints{Family: family, Flags: flag | socket.AI_NUMERICHOST}})
				if host == "" {
					all = append(all, lookup{host, "http", socket.AddrInfoHints{Family: family, Flags: flag}}, lookup{host, "", socket.AddrInfoHints{Family: family, Flags: flag}})
				}
			}
		}
		for _, service := range services {
			all = append(all, lookup{host, service, socket.AddrInfoHints{Flags: socket.AI_NUMERICHOST}})
		}
	}
	for _, host := range []string{"", "127.0.0.1", "::1"} {
		for _, service := range services {
			for _, typ := range types {
				for _, protocol := range protocols {
					for _, flag := range []socket.AIFlag{0, socket.AI_NUMERICSERV, socket.AI_PASSIVE} {
						for _, family := range families[:3] {
							all = append(all, lookup{host, service, socket.AddrInfoHints{Family: family, Type: typ, Protocol: protocol, Flags: flag}})
						}
					}
				}
			}
		}
	}
	return all
}

// nameLookups are what needs the files or the name server.
func nameLookups(names []string) []lookup {
	var all []lookup
	for _, host := range names {
		for _, flag := range flags {
			for _, family := range families[:4] {
				all = append(all, lookup{host, "80", socket.AddrInfoHints{Family: family, Type: socket.SOCK_STREAM, Flags: flag}})
			}
		}
		for _, service := range []string{"", "http", "nosuch", "tftp"} {
			all = append(all, lookup{host, service, socket.AddrInfoHints{}}, lookup{host, service, socket.AddrInfoHints{Type: socket.SOCK_DGRAM, Flags: socket.AI_CANONNAME}})
		}
	}
	return all
}

// TestPythonNumericLookups compares calls of getaddrinfo that ask nobody.
func TestPythonNumericLookups(t *testing.T) {
	needGlibc(t)
	if onMachine(t, box) {
		compareLookups(t, 10000, numericLookups(), portTooLarge)
	}
}

// TestPythonFileLookups compares names of the hosts file.
func TestPythonFileLookups(t *testing.T) {
	needGlibc(t)
	if onMachine(t, box) {
		serveWorld(t, world)
		compareLookups(t, 1000, nameLookups(hostNames), mappedFromFile)
	}
}

// TestPythonDNSLookups compares names that the name server knows, or does not.
func TestPythonDNSLookups(t *testing.T) {
	needGlibc(t)
	if onMachine(t, box) {
		serveWorld(t, world)
		compareLookups(t, 1000, nameLookups(dnsNames), failureIsTemporary, mappedFromFile, aliasOfNothing, mappedScope)
	}
}

// TestPythonBadNames compares names that are none, or look like none.
func TestPythonBadNames(t *testing.T) {
	needGlibc(t)
	if onMachine(t, box) {
		// A name that the server has is refused for nothing but its form.
		var names []string
		for _, name := range badNames {
			if n, err := dnsmessage.NewName(name + "."); err == nil && len(n.String()) < 255 && isLabels(name) {
				names = append(names, name)
			}
		}
		serveWorld(t, withNames(world, append(names, "ss.test", "xn--zca.test", "xn--wgv71a.test", "ab.test", "xn--a-eb8b.test")...))
		compareLookups(t, 100, badNameLookups(), backslash, lastHyphen)
	}
}

// isLabels reports whether the labels of a name fit into a message.
func isLabels(name string) bool {
	return !slices.ContainsFunc(strings.Split(name, "."), func(l string) bool { return l == "" || len(l) > 63 })
}

func badNameLookups() []lookup {
	var all []lookup
	for _, host := range badNames {
		for _, family := range families[:3] {
			all = append(all, lookup{host, "80", socket.AddrInfoHints{Family: family, Type: socket.SOCK_STREAM}},
				lookup{host, "80", socket.AddrInfoHints{Family: family, Type: socket.SOCK_STREAM, Flags: socket.AI_CANONNAME}})
		}
	}
	return all
}

// TestPythonOrder compares the order of addresses on machines that reach different parts
// of the world.
func TestPythonOrder(t *testing.T) {
	needGlibc(t)
	for name, f := range far {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each is a process of its own
			m := box
			m.ip = f.ip
			if onMachine(t, m) {
				serveWorld(t, world)
				compareLookups(t, 500, nameLookups(orderedNames), f.but...)
			}
		})
	}
}

// orderedNames have addresses whose order depends on the machine.
var orderedNames = []string{
	"", "localhost", "alpha", "both.test", "loop.test", "near.test", "private.test", "many.test", "192.0.2.1", "2001:db8::1",
}

// unicodeNames are names outside ASCII: good ones in all spellings, and such that IDNA
// refuses.
var unicodeNames = []string{
	"bücher.test", "BÜCHER.test", "bu\u0308cher.test", "bücher。test", "bücher．test", "bücher.test.", "www.bücher.test", "日本.test", "日本。test",
	"ß.test", "faß.test", "ς.test", "İ.test", "ﬀ.test", "Ⅷ.test", "①.test", "☃.test", "😀.test", "ａｂ.test", "a\u00adb.test", "a\u200bb.test", "a\u200db.test",
	"١.test", "א.test", "aא.test", "א1.test", "\u0301a.test", "a\u2028b.test", "a\u00a0b.test", "ü b.test", "ü_b.test", "-ü.test", "ü-.test", "xn--ü.test", "ü*.test",
	"127。0。0。1", "１２７.１", "1²7.0.0.1", "²", "１９２．０．２．１", "ü..test", ".ü.test", "ü/..", strings.Repeat("ü", 56) + ".test", strings.Repeat("ü", 57) + ".test", strings.Repeat("ü", 64) + ".test",
	strings.Repeat("ü.", 40) + "test", "\ufffd.test", "\ue000.test",
}

// TestPythonIDNA compares names outside ASCII. The server has the name that Python makes
// of each, and no other.
func TestPythonIDNA(t *testing.T) {
	needGlibc(t)
	if !onMachine(t, box) {
		return
	}
	var calls []pyCall
	for _, name := range unicodeNames {
		calls = append(calls, call("idna", name))
	}
	zone := dnstest.Zone{}
	for _, a := range askPython(t, calls) {
		var name string
		if a.Kind == "" && json.Unmarshal([]byte(a.Result), &name) == nil {
			zone[strings.ToLower(strings.TrimSuffix(name, "."))] = dnstest.Reply{Addrs: []string{"203.0.113.1"}}
		}
	}
	if len(zone) < 20 {
		t.Fatalf("Python takes only %d of the names", len(zone))
	}
	serveWorld(t, zone)
	var lookups []lookup
	for _, name := range unicodeNames {
		lookups = append(lookups, lookup{name, "80", socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM, Flags: socket.AI_CANONNAME}})
	}
	compareLookups(t, 40, lookups, refusedByIDNA, strictIDNA)
}
