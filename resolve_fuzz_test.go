package socket_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/bsdsocket/socket"
)

// FuzzHostName looks up names of any bytes. Whatever they are, a name server sees nothing
// but host names, and nothing is found of a name that does not exist.
func FuzzHostName(f *testing.F) {
	for _, name := range append(hosts, "bücher.test", "1²7。0.0.1", "²", "a\xffb", "..", "a\\.b", "xn--a.test", strings.Repeat("a", 64), strings.Repeat("a.", 127)) {
		f.Add(name)
	}
	r, server := resolverOf(f, nil)
	r.HostsFile = filepath.Join(f.TempDir(), "none") // or localhost would be found
	f.Fuzz(func(t *testing.T, name string) {
		server.Forget()
		infos, err := r.GetAddrInfo(t.Context(), name, "80", &socket.AddrInfoHints{Family: socket.AF_INET})
		_, gai := errors.AsType[*socket.AddrInfoError](err)
		switch {
		case err == nil && name != "" && !isNumericHost(name):
			t.Errorf("%q is %v", name, infos)
		case err != nil && gai == strings.Contains(name, "\x00"), err != nil && !gai && !isArgError(err):
			t.Errorf("%q: error %#v", name, err)
		}
		for _, q := range server.Names() {
			if q == "" || len(q) > 253 || strings.ContainsFunc(q, func(c rune) bool { return !isNameByte(c) }) {
				t.Errorf("%q: asked for %q", name, q)
			}
		}
	})
}

// isNumericHost reports whether a host is an address: in the forms of inet_aton(3), or of
// IPv6 with a scope perhaps. As with Python, whose codec does the same, the mapping of
// international names comes first: "1²7。0.0.1" is 127.0.0.1.
func isNumericHost(host string) bool {
	mapped := host
	if strings.ContainsFunc(host, func(c rune) bool { return c >= utf8.RuneSelf }) {
		mapped, _ = idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(host)
	}
	if _, ok := inetAton(mapped); ok {
		return true
	}
	text, _, _ := strings.Cut(host, "%")
	ip, err := netip.ParseAddr(text)
	return err == nil && ip.Is6()
}
