package socket_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// configs are machines whose configuration says more than that there is a name server.
var configs = map[string]map[string]string{
	"search":            {"resolv.conf": "nameserver 127.0.0.1\nsearch a.test b.test\n"},
	"search, ndots 2":   {"resolv.conf": "nameserver 127.0.0.1\nsearch a.test b.test\noptions ndots:2\n"},
	"search, ndots 0":   {"resolv.conf": "nameserver 127.0.0.1\nsearch a.test b.test\noptions ndots:0\n"},
	"search, many":      {"resolv.conf": "nameserver 127.0.0.1\nsearch c.test d.test e.test f.test g.test h.test a.test b.test\n"},
	"domain":            {"resolv.conf": "nameserver 127.0.0.1\ndomain b.test\n"},
	"domain and search": {"resolv.conf": "domain a.test\nsearch b.test\nnameserver 127.0.0.1\n"},
	"nothing":           {"resolv.conf": ""},
	"comments":          {"resolv.conf": "# a comment\n; another\n  nameserver 127.0.0.2\nnameserver\t127.0.0.1 # the server\nsearch\ta.test\tb.test\n"},
	"first server dead": {"resolv.conf": "nameserver 127.0.0.2\nnameserver 127.0.0.1\nsearch a.test\noptions timeout:1\n"},
	"DNS first":         {"nsswitch.conf": "hosts: dns files\n"},
	"files alone":       {"nsswitch.conf": "hosts: files\n"},
	"DNS alone":         {"nsswitch.conf": "hosts: dns\n"},
	"TCP":               {"resolv.conf": "nameserver 127.0.0.1\nsearch a.test\noptions use-vc\n"},
	"single requests":   {"resolv.conf": "nameserver 127.0.0.1\nsearch a.test\noptions single-request\n"},
}

// configuredNames are the names that these machines look up: in one source or in both, below
// the domains of the search list and not.
var configuredNames = []string{
	"both", "filed", "served", "here", "there", "here.a", "there.a", "x.y", "x.y.a.test", "here.", "nowhere", "empty", "failing", "here.a.test", "a.test", "both.",
}

// configuredZone is what their name server knows.
var configuredZone = dnstest.Zone{
	"both":             {Addrs: []string{"203.0.113.1"}},
	"served":           {Addrs: []string{"203.0.113.2"}},
	"here.a.test":      {Addrs: []string{"203.0.113.3"}},
	"there.b.test":     {Addrs: []string{"203.0.113.4"}},
	"there.a.b.test":   {Addrs: []string{"203.0.113.5"}},
	"x.y.a.test":       {Addrs: []string{"203.0.113.6"}},
	"empty.a.test":     {},
	"empty.b.test":     {Addrs: []string{"203.0.113.7"}},
	"failing.a.test":   {Code: dnsmessage.RCodeServerFailure},
	"failing.b.test":   {Addrs: []string{"203.0.113.8"}},
	"a.test":           {Addrs: []string{"203.0.113.9"}},
	"here.dom.test":    {Addrs: []string{"203.0.113.10"}},
	"nowhere.dom.test": {},
}

// TestPythonConfigs compares results, and what the name server is asked for them.
func TestPythonConfigs(t *testing.T) {
	needGlibc(t)
	for name, files := range configs {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each is a process of its own
			m := box.with("hosts", "192.0.2.1 both\n192.0.2.2 filed\n")
			m.hostname = "box.dom.test"
			for file, content := range files {
				m = m.with(file, content)
			}
			if onMachine(t, m) {
				compareQueries(t, serveWorld(t, configuredZone), configuredNames)
			}
		})
	}
}

// policies are files of the policy by which addresses are ordered: gai.conf(5). They tell
// IPv4 and IPv6 apart, for glibc leaves what is equal in the order in which answers came.
var policies = map[string]string{
	"glibc's own":       "# nothing\n",
	"RFC 6724":          rfc6724,
	"IPv4 first":        "precedence ::ffff:0:0/96  100\n",
	"one IPv4 address":  "precedence ::ffff:203.0.113.2/128 100\nprecedence ::ffff:192.0.2.0/120 90\nprecedence ::/0 80\nprecedence ::ffff:0:0/96 70\n",
	"ULA last":          "precedence fc00::/7 3\nprecedence ::ffff:0:0/96 35\n",
	"labels":            "label ::/0 1\nlabel ::ffff:0:0/96 1\nlabel 2001:db8:1::/48 2\nlabel fd00::/8 2\n",
	"labels, no rest":   "label 2001:db8::/64 1\nlabel 203.0.113.0/24 2\nlabel ::ffff:203.0.113.0/120 3\n",
	"labels, source":    "label 2001:db8::2/128 7\nlabel 2001:db8:1::2/128 7\nlabel ::/0 8\n",
	"scopes":            "scopev4 203.0.113.0/24 5\nscopev4 ::ffff:192.0.2.0/120 5\nscopev4 10.0.0.0/8 2\n",
	"scopes, mapped":    "scopev4 ::ffff:169.254.0.0/112 14\nscopev4 ::ffff:127.0.0.0/104 5\nscopev4 ::ffff:0.0.0.0/96 5\n",
	"scopes, all":       "scopev4 0.0.0.0/0 2\n",
	"twice":             "precedence 2001:db8:1::/48 10\nprecedence 2001:db8:1::/48 90\nprecedence ::/0 20\nprecedence ::/0 95\nprecedence ::ffff:0:0/96 50\n",
	"host bits":         "precedence 2001:db8:1::1/48 90\nprecedence ::ffff:203.0.113.1/120 80\nprecedence ::ffff:0:0/96 30\n",
	"odd numbers":       "precedence 2001:db8:1::/+48 +90\nprecedence fd00::/08 091\nprecedence 2002::/16\nprecedence 2001::/ 2147483647\nprecedence ::ffff:0:0/96 50\n",
	"refused numbers":   "precedence 2001:db8:1::/129 90\nprecedence 2001:db8:1::/48 2147483648\nprecedence fd00::/8 -1\nprecedence fd00::/8 1x\nprecedence fd00::/8x 1\nprecedence 10.0.0.0/8 99\n",
	"refused scopes":    "scopev4 ::ffff:0:0/95 2\nscopev4 2001:db8::/96 2\nscopev4 203.0.113.0/33 2\nscopev4 203.0.0113.0/24 2\nscopev4 203.0.113/24 2\n",
	"spaces, comments":  "  precedence\t::ffff:0:0/96\v100 ignored # and this\r\n#precedence fd00::/8 200\nreload yes\nPRECEDENCE ::/0 200\n",
	"no newline at end": "precedence ::ffff:0:0/96 100",
}

// TestPythonPolicies compares the order of addresses under many policies.
func TestPythonPolicies(t *testing.T) {
	needGlibc(t)
	for name, conf := range policies {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each is a process of its own
			m := box.with("gai.conf", conf)
			m.ip = append(slices.Clone(box.ip), "-6 addr add fd00::2/64 dev lo nodad")
			if onMachine(t, m) {
				serveWorld(t, world)
				var lookups []lookup
				for _, host := range orderedNames {
					for _, family := range families[:3] {
						lookups = append(lookups, lookup{host, "80", socket.AddrInfoHints{Family: family, Type: socket.SOCK_STREAM}})
					}
				}
				compareLookups(t, 3*len(orderedNames), lookups)
			}
		})
	}
}

// TestPolicyChanges changes the policy under a running program.
func TestPolicyChanges(t *testing.T) {
	if !onMachine(t, box.with("gai.conf", "precedence ::ffff:0:0/96 100\n")) {
		return
	}
	first := func() socket.Family {
		infos, err := socket.GetAddrInfo("", "80", nil)
		if err != nil {
			t.Fatal(err)
		}
		return infos[0].Family
	}
	if got := first(); got != socket.AF_INET {
		t.Fatalf("%v comes first", got)
	}
	if err := os.WriteFile("/etc/gai.conf", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	await(t, "the file to be read again", func() bool { return first() == socket.AF_INET6 })
}

// TestHostsFileHides has a Resolver with a hosts file of its own on a machine whose hosts
// file has other names, and other addresses for the same.
func TestHostsFileHides(t *testing.T) {
	m := box.with("hosts", "192.0.2.1 both.test\n192.0.2.2 filed.test\n192.0.2.3 own.test\n")
	if !onMachine(t, m) {
		return
	}
	r, _ := resolverOf(t, dnstest.Zone{
		"both.test":                    {Addrs: []string{"203.0.113.1"}},
		"own.test":                     {Addrs: []string{"203.0.113.2"}},
		"served.test":                  {Addrs: []string{"203.0.113.3"}},
		dnstest.Reverse("192.0.2.1"):   {PTR: []string{"served.test"}},
		dnstest.Reverse("203.0.113.3"): {PTR: []string{"served.test"}},
	})
	r.HostsFile = filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(r.HostsFile, []byte("198.51.100.1 own.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"own.test.": "", // a dot is a part of the name in a hosts file
		"own.test":  "198.51.100.1", "served.test.": "203.0.113.3", "both.test.": "", "filed.test.": "",
	} {
		addr, err := r.GetHostByName(t.Context(), name)
		if e, ok := errors.AsType[*socket.AddrInfoError](err); addr != want || want == "" && (!ok || e.Code != socket.EAI_NONAME) {
			t.Errorf("%s: %q, error %v, want %q", name, addr, err, want)
		}
	}
	for addr, want := range map[string]string{"198.51.100.1": "own.test", "203.0.113.3": "served.test", "192.0.2.1": "", "192.0.2.2": ""} {
		name, _, _, err := r.GetHostByAddr(t.Context(), addr)
		if e, ok := errors.AsType[*socket.HostError](err); name != want || want == "" && (!ok || e.Code != socket.HOST_NOT_FOUND) {
			t.Errorf("%s: %q, error %v, want %q", addr, name, err, want)
		}
	}
}

// TestRootedFileName looks up a name of the hosts file with a dot at its end. Package net
// finds it there, as IPv4-mapped addresses; glibc asks a name server.
func TestRootedFileName(t *testing.T) {
	if !onMachine(t, box) {
		return
	}
	infos, err := socket.GetAddrInfo("alpha.example.test.", "80", &socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM})
	if err != nil || len(infos) != 2 || infos[0].Family != socket.AF_INET {
		t.Errorf("%v, error %v", infos, err)
	}
	if addr, err := socket.GetHostByName("alpha.example.test."); err != nil || addr != "192.0.2.10" {
		t.Errorf("%s, error %v", addr, err)
	}
}

// compareQueries compares the look-ups of some names, and the names that the name server
// is asked for meanwhile.
func compareQueries(t *testing.T, server *dnstest.Server, names []string) {
	t.Helper()
	var cases []comparison
	for _, host := range names {
		l := lookup{host, "80", socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM}}
		cases = append(cases, comparison{l.python(), addrInfoAnswer(t, l)})
	}
	ours := askedFor(server)
	server.Forget()
	compare(t, len(names), cases)
	if theirs := askedFor(server); !slices.Equal(ours, theirs) {
		t.Errorf("asked for\n%q, Python for\n%q", ours, theirs)
	}
}

// askedFor are the names that a server was asked for, in this order; a question that is
// repeated at once, over TCP or after a failure, counts once.
func askedFor(server *dnstest.Server) []string {
	var names []string
	for _, q := range server.Queries() {
		names = append(names, q.Name)
	}
	return slices.Compact(names)
}

// TestPythonLies compares what is made of lies.
func TestPythonLies(t *testing.T) {
	needGlibc(t)
	m := box.with("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
	if !onMachine(t, m) {
		return
	}
	zone := dnstest.Zone{"mute.test": {Silent: true}, "late.test": {Addrs: []string{"203.0.113.1"}, Delay: 100e6}}
	names := []string{"mute.test.", "late.test."}
	for _, lie := range dnstest.Lies {
		name := "recant-" + lie.String() + ".test"
		zone[strings.ToLower(name)] = dnstest.Reply{Addrs: []string{"203.0.113.1"}, Lie: lie, Recant: true}
		names = append(names, name+".")
	}
	// The others are passed over: nothing follows, as with mute.test.
	for _, lie := range []dnstest.Lie{dnstest.NoResponse, dnstest.OtherName, dnstest.WrongClass, dnstest.CompressionLoop} {
		name := "liar-" + lie.String() + ".test"
		zone[strings.ToLower(name)] = dnstest.Reply{Addrs: []string{"203.0.113.1"}, Lie: lie}
		names = append(names, name+".")
	}
	serveWorld(t, zone)
	var lookups []lookup
	for _, name := range names {
		lookups = append(lookups, lookup{name, "80", socket.AddrInfoHints{Family: socket.AF_INET, Type: socket.SOCK_STREAM}})
	}
	compareLookups(t, len(names), lookups, unreadable, question)
}
