package socket_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/dnstest"
)

// TestHappyOrder has four addresses refuse, two of each family: they are tried in turn
// (RFC 8305, section 4), beginning with the best.
func TestHappyOrder(t *testing.T) {
	if !onMachine(t, box) {
		return
	}
	r, _ := resolverOf(t, dnstest.Zone{"dual.test": {Addrs: []string{"127.0.0.1", "192.0.2.2", "::1", "2001:db8::2"}}})
	withResolver(t, r)
	infos, err := socket.GetAddrInfo("dual.test.", "9", &socket.AddrInfoHints{Type: socket.SOCK_STREAM})
	if err != nil {
		t.Fatal(err)
	}
	var best [2][]netip.Addr
	for _, info := range infos {
		ip := info.Addr.(socket.InetAddr).AddrPort().Addr()
		if ip.Is6() {
			best[0] = append(best[0], ip)
		} else {
			best[1] = append(best[1], ip)
		}
	}
	if len(best[0]) != 2 || len(best[1]) != 2 || infos[0].Family != socket.AF_INET6 {
		t.Fatalf("%v, want two of each family and IPv6 first", infos)
	}
	_, err = connectDual(t, 9, 0, never)
	want := []netip.Addr{best[0][0], best[1][0], best[0][1], best[1][1]}
	if got := triedAddrs(t, err); !slices.Equal(got, want) {
		t.Errorf("tried %v, want %v", got, want)
	}
	_, err = connectDual(t, 9, 0, 0) // Python's order
	want = slices.Concat(best[0], best[1])
	if got := triedAddrs(t, err); !slices.Equal(got, want) {
		t.Errorf("one after the other %v, want %v", got, want)
	}
}
