package socket_test

import (
	"maps"
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
			m := box
			m.hostname = "box.dom.test"
			m.etc = maps.Clone(box.etc)
			m.etc["hosts"] = "192.0.2.1 both\n192.0.2.2 filed\n"
			maps.Copy(m.etc, files)
			if onMachine(t, m) {
				compareQueries(t, serveWorld(t, configuredZone), configuredNames)
			}
		})
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
	m := box
	m.etc = maps.Clone(box.etc)
	m.etc["resolv.conf"] = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"
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
