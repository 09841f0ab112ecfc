package socket_test

import (
	"net/netip"
	"testing"

	"github.com/bsdsocket/socket"
)

// triple is the result of gethostbyname_ex and gethostbyaddr in Python's form.
func triple(t *testing.T, name string, aliases, addrs []string, err error) pyAnswer {
	t.Helper()
	return answerOf(t, []any{name, list(aliases), list(addrs)}, err)
}

// list is a list in Python's form, which has no nil.
func list(s []string) []string { return append([]string{}, s...) }

// hostByCases are calls with each of the names and addresses.
func hostByCases(t *testing.T, names []string) []comparison {
	t.Helper()
	var cases []comparison
	for _, name := range names {
		addr, err := socket.GetHostByName(name)
		cases = append(cases, comparison{call("gethostbyname", name), answerOf(t, addr, err)})
		host, aliases, addrs, err := socket.GetHostByNameEx(name)
		cases = append(cases, comparison{call("gethostbyname_ex", name), triple(t, host, aliases, addrs, err)})
		host, aliases, addrs, err = socket.GetHostByAddr(name)
		cases = append(cases, comparison{call("gethostbyaddr", name), triple(t, host, aliases, addrs, err)},
			comparison{call("getfqdn", name), answerOf(t, socket.GetFQDN(name), nil)})
	}
	return cases
}

// hostByNames are names and addresses that are in the files of the box.
var hostByNames = []string{
	"127.0.0.1", "127.0.1.1", "127.1", "::1", "192.0.2.10", "192.0.2.11", "2001:db8::10", "198.51.100.7", "192.0.2.20", "192.0.2.30",
	"::ffff:192.0.2.30", "::ffff:192.0.2.10", "fe80::5", "fe80::5%lo", "0.0.0.0", "::", "255.255.255.255", "<broadcast>",
	"192.0.2.200", "2001:db8::200", "256.1", "1.2.3.4.5",
}

// hostByDNS are addresses that the name server has names for, or has not.
var hostByDNS = []string{
	"203.0.113.1", "203.0.113.2", "203.0.113.8", "203.0.113.11", "203.0.113.12", "203.0.113.13", "203.0.113.14", "203.0.113.15",
	"203.0.113.16", "203.0.113.17", "2001:db8:1::1", "2001:db8:1::2", "::ffff:203.0.113.1", "::203.0.113.1",
}

// TestPythonHostBy compares gethostbyname, gethostbyname_ex, gethostbyaddr and getfqdn.
func TestPythonHostBy(t *testing.T) {
	needGlibc(t)
	if !onMachine(t, box) {
		return
	}
	serveWorld(t, world)
	t.Run("files", func(t *testing.T) {
		compare(t, 150, hostByCases(t, append(hostByNames, hostNames...)), mappedHost, mappedLine, mappedAddr)
	})
	t.Run("DNS", func(t *testing.T) {
		compare(t, 150, hostByCases(t, append(hostByDNS, dnsNames...)), mappedHost, mappedAddr, failureIsTemporary, aliasOfNothing)
	})
	t.Run("own name", func(t *testing.T) {
		compare(t, 1, []comparison{{call("getfqdn"), answerOf(t, socket.GetFQDN(""), nil)}})
		name, err := socket.GetHostName()
		compare(t, 1, []comparison{{call("gethostname"), answerOf(t, name, err)}})
	})
}

// nameInfoFlags are all sets of the flags of getnameinfo that have a meaning, and some
// that have none.
func nameInfoFlags() []socket.NIFlag {
	sets := []socket.NIFlag{0x100, 0x10000, -1}
	bits := []socket.NIFlag{socket.NI_NUMERICHOST, socket.NI_NUMERICSERV, socket.NI_NAMEREQD, socket.NI_NOFQDN, socket.NI_DGRAM}
	for i := range 1 << len(bits) {
		set := socket.NIFlag(0)
		for j, bit := range bits {
			if i>>j&1 == 1 {
				set |= bit
			}
		}
		sets = append(sets, set)
	}
	return sets
}

// TestPythonNameInfo compares getnameinfo with all flags.
func TestPythonNameInfo(t *testing.T) {
	needGlibc(t)
	if !onMachine(t, box) {
		return
	}
	serveWorld(t, world)
	var cases []comparison
	for _, host := range append(hostByNames, hostByDNS...) {
		ip, err := netip.ParseAddr(host)
		if err != nil || ip.Zone() != "" {
			continue
		}
		for _, port := range []uint16{0, 80, 513, 514, 9999, 65535} {
			for _, flags := range nameInfoFlags() {
				for _, addr := range inetAddrs(ip, port) {
					node, service, err := socket.GetNameInfo(addr, flags)
					cases = append(cases, comparison{call("getnameinfo", tuple(t, addr), flags), answerOf(t, []any{node, service}, err)})
				}
			}
		}
	}
	compare(t, 5000, cases, mappedLine, mappedAddr)
}

// inetAddrs returns the addresses with an IP address and a port, of which there are many
// with IPv6: with scopes that exist, that do not, and that have a name.
func inetAddrs(ip netip.Addr, port uint16) []socket.Addr {
	if ip.Is4() {
		return []socket.Addr{socket.Inet4Addr{IP: ip, Port: port}}
	}
	return []socket.Addr{
		socket.Inet6Addr{IP: ip, Port: port}, socket.Inet6Addr{IP: ip, Port: port, ScopeID: 1},
		socket.Inet6Addr{IP: ip, Port: port, ScopeID: 4711, FlowInfo: 7},
	}
}
