package socket_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// Two readable oracles stand against the conversions of addresses, beside package
// net/netip and the C library: inetAton for the forms of inet_aton(3), and slowNtop for
// the text of an IPv6 address.

// slowAton is inet_aton(3), which takes what follows white space for a comment.
func slowAton(s string) (ip [4]byte, ok bool) {
	if i := strings.IndexAny(s, " \t\n\v\f\r"); i >= 0 && !strings.Contains(s, "\x00") {
		s = s[:i]
	}
	return inetAton(s)
}

// slowNtop is inet_ntop(3) for AF_INET6: RFC 5952 and, for the addresses that embed one of
// IPv4, its dotted form.
func slowNtop(b []byte) string {
	if allZero(b[:10]) && b[10] == 0xff && b[11] == 0xff {
		return "::ffff:" + dotted(b[12:])
	}
	if allZero(b[:12]) && !allZero(b[12:14]) {
		return "::" + dotted(b[12:])
	}
	groups := make([]string, 8)
	for i := range groups {
		groups[i] = strconv.FormatUint(uint64(b[2*i])<<8|uint64(b[2*i+1]), 16)
	}
	for n := 8; n >= 2; n-- { // the longest row of zeros, the first of them
		for i := 0; i+n <= 8; i++ {
			if allZero(b[2*i : 2*(i+n)]) {
				return strings.Join(groups[:i], ":") + "::" + strings.Join(groups[i+n:], ":")
			}
		}
	}
	return strings.Join(groups, ":")
}

func dotted(b []byte) string { return fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]) }

func allZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// TestInetAton has the forms by hand. The C libraries agree on them.
func TestInetAton(t *testing.T) {
	tests := []struct{ text, want string }{ // "" if it is refused
		{"127.0.0.1", "127.0.0.1"},
		{"1.2.3", "1.2.0.3"},
		{"1.2.65535", "1.2.255.255"},
		{"1.2.65536", ""},
		{"127.1", "127.0.0.1"},
		{"1.16777215", "1.255.255.255"},
		{"1.16777216", ""},
		{"0", "0.0.0.0"},
		{"4294967295", "255.255.255.255"},
		{"4294967296", ""},
		{"18446744073709551616", ""},
		{"18446744073709551617", ""},
		{"0x7f.1", "127.0.0.1"},
		{"0X7F000001", "127.0.0.1"},
		{"0xg", ""},
		{"017.0.0.1", "15.0.0.1"},
		{"08", ""},
		{"00000000000000000000000000000000000001", "0.0.0.1"},
		{"256.1", ""},
		{"1.2.3.256", ""},
		{"1.2.3.4.", ""},
		{"1.2.3.4.5", ""},
		{".1", ""},
		{"1..2", ""},
		{"", ""},
		{" 1.2.3.4", ""},
		{"1.2.3.4 ", "1.2.3.4"},
		{"1.2.3.4\nanything", "1.2.3.4"},
		{"1.2.3.4x", ""},
		{"1.2.3.4\x00", ""},
		{"+1.2.3.4", ""},
		{"-1", ""},
		{"1_0.2.3.4", ""},
		{"0b1", ""},
		{"0o17", ""},
		{"::1", ""},
		{"٣.0.0.1", ""},
	}
	for _, tt := range tests {
		got, err := socket.InetAton(tt.text)
		if tt.want == "" {
			checkBadAddress(t, tt.text, got, err, "inet_aton")
			continue
		}
		if text, ntoaErr := socket.InetNtoa(got); err != nil || ntoaErr != nil || text != tt.want {
			t.Errorf("%q: %v, error %v, in text %q, error %v; want %s", tt.text, got, err, text, ntoaErr, tt.want)
		}
	}
}

// checkBadAddress checks the refusal of a text that is no address, which is an OSError
// without a number in Python.
func checkBadAddress(t *testing.T, text string, got []byte, err error, op string) {
	t.Helper()
	e, ok := errors.AsType[*socket.Error](err)
	if _, number := socket.ErrnoOf(err); !ok || number || got != nil || e.Op != op {
		t.Errorf("%q: %v, error %#v, want an *Error of %s without a number", text, got, err, op)
	}
}

func TestInetPton(t *testing.T) {
	tests := []struct {
		family     socket.Family
		text, want string // "" if it is refused
	}{
		{socket.AF_INET, "127.0.0.1", "127.0.0.1"},
		{socket.AF_INET, "127.1", ""},
		{socket.AF_INET, "127.0.0.01", ""},
		{socket.AF_INET, "127.0.0.1 ", ""},
		{socket.AF_INET, "0x7f.0.0.1", ""},
		{socket.AF_INET, "256.0.0.1", ""},
		{socket.AF_INET, "::1", ""},
		{socket.AF_INET, "", ""},
		{socket.AF_INET6, "::1", "::1"},
		{socket.AF_INET6, "::", "::"},
		{socket.AF_INET6, "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
		{socket.AF_INET6, "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
		{socket.AF_INET6, "0001:0:0:0:1::", "1::1:0:0:0"},
		{socket.AF_INET6, "2001:DB8::A", "2001:db8::a"},
		{socket.AF_INET6, "::ffff:1.2.3.4", "::ffff:1.2.3.4"},
		{socket.AF_INET6, "::1.2.3.4", "::1.2.3.4"},
		{socket.AF_INET6, "::0.0.3.4", "::304"},
		{socket.AF_INET6, "::0.1.3.4", "::0.1.3.4"},
		{socket.AF_INET6, "64:ff9b::1.2.3.4", "64:ff9b::102:304"},
		{socket.AF_INET6, "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
		{socket.AF_INET6, "1:2:3:4:5:6:7:1.2.3.4", ""},
		{socket.AF_INET6, "::ffff:1.2.3", ""},
		{socket.AF_INET6, "::ffff:01.2.3.4", ""},
		{socket.AF_INET6, "1:2:3:4:5:6:7", ""},
		{socket.AF_INET6, "1:2:3:4:5:6:7:8:9", ""},
		{socket.AF_INET6, "1::2::3", ""},
		{socket.AF_INET6, ":1:2:3:4:5:6:7", ""},
		{socket.AF_INET6, "1:2:3:4:5:6:7:", ""},
		{socket.AF_INET6, "00001::", ""},
		{socket.AF_INET6, "g::", ""},
		{socket.AF_INET6, "fe80::1%lo", ""},
		{socket.AF_INET6, "fe80::1%1", ""},
		{socket.AF_INET6, "::1\x00", ""},
		{socket.AF_INET6, "[::1]", ""},
		{socket.AF_INET6, "127.0.0.1", ""},
		{socket.AF_INET6, "", ""},
	}
	for _, tt := range tests {
		got, err := socket.InetPton(tt.family, tt.text)
		if tt.want == "" {
			checkBadAddress(t, tt.text, got, err, "inet_pton")
			continue
		}
		if text, ntopErr := socket.InetNtop(tt.family, got); err != nil || ntopErr != nil || text != tt.want {
			t.Errorf("%v %q: %v, error %v, in text %q, error %v; want %s", tt.family, tt.text, got, err, text, ntopErr, tt.want)
		}
	}
}

// TestInetBadArguments refuses lengths and families that no address has.
func TestInetBadArguments(t *testing.T) {
	for _, n := range []int{0, 3, 5, 15, 16, 17} {
		if n != 4 {
			if s, err := socket.InetNtoa(make([]byte, n)); s != "" || !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("InetNtoa of %d bytes: %q, error %v", n, s, err)
			}
			if s, err := socket.InetNtop(socket.AF_INET, make([]byte, n)); s != "" || !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("InetNtop of %d bytes: %q, error %v", n, s, err)
			}
		}
		if n != 16 {
			if s, err := socket.InetNtop(socket.AF_INET6, make([]byte, n)); s != "" || !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("InetNtop of %d bytes: %q, error %v", n, s, err)
			}
		}
	}
	for _, family := range []socket.Family{socket.AF_UNSPEC, socket.AF_UNIX, 999, -1} {
		if b, err := socket.InetPton(family, "127.0.0.1"); b != nil || !errors.Is(err, socket.EAFNOSUPPORT) {
			t.Errorf("InetPton of %v: %v, error %v", family, b, err)
		}
		if s, err := socket.InetNtop(family, make([]byte, 4)); s != "" || !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("InetNtop of %v: %q, error %v", family, s, err)
		}
	}
}

// TestInetAllocs pins what the conversions allocate: their result, and what fails its
// error.
func TestInetAllocs(t *testing.T) {
	needExactAllocs(t)
	four, six := []byte{192, 0, 2, 255}, []byte{0x20, 1, 0xd, 0xb8, 5: 9, 15: 1}
	mapped, compatible := []byte{10: 0xff, 11: 0xff, 12: 192, 15: 1}, []byte{12: 192, 15: 1}
	for name, f := range map[string]func() error{
		"InetAton":                   func() error { return second(socket.InetAton("0x7f.1")) },
		"InetPton, IPv4":             func() error { return second(socket.InetPton(socket.AF_INET, "192.0.2.255")) },
		"InetPton, IPv6":             func() error { return second(socket.InetPton(socket.AF_INET6, "2001:db8::9:1.2.3.4")) },
		"InetNtoa":                   func() error { return second(socket.InetNtoa(four)) },
		"InetNtop, IPv4":             func() error { return second(socket.InetNtop(socket.AF_INET, four)) },
		"InetNtop, IPv6":             func() error { return second(socket.InetNtop(socket.AF_INET6, six)) },
		"InetNtop, IPv4 mapped":      func() error { return second(socket.InetNtop(socket.AF_INET6, mapped)) },
		"InetNtop, IPv4 compatible ": func() error { return second(socket.InetNtop(socket.AF_INET6, compatible)) },
	} {
		t.Run(name, func(t *testing.T) { wantAllocs(t, 1, f) })
	}
}

// nearAddress makes a text that is an IPv4 or IPv6 address or nearly one: the pieces are
// those of addresses, and sometimes one is missing, too many or spoilt.
func nearAddress(r *rand.Rand) string {
	pieces := []string{"0", "1", "7", "08", "010", "255", "256", "0x7f", "0XfF", "65535", "65536", "16777216",
		"4294967295", "4294967296", "", "0x", "1e1"}
	count, sep := 1+r.IntN(5), "."
	if r.IntN(2) == 0 {
		pieces = []string{"0", "0", "0", "1", "db8", "DB8", "ffff", "00ff", "10000", "fe80", "", "", "g", "1.2.3.4", "1.2.3"}
		count, sep = 2+r.IntN(8), ":"
	}
	parts := make([]string, count)
	for i := range parts {
		parts[i] = pieces[r.IntN(len(pieces))]
	}
	text := strings.Join(parts, sep)
	if sep == ":" && r.IntN(3) == 0 {
		text += ":192.0.2.1"
	}
	if r.IntN(4) > 0 {
		return text
	}
	const odd = ".:%x0 f\t-+/g"
	at := r.IntN(len(text) + 1)
	if r.IntN(2) == 0 || at == len(text) {
		return text[:at] + string(odd[r.IntN(len(odd))]) + text[at:]
	}
	return text[:at] + text[at+1:]
}

// nearAddresses makes texts of which many, but not all, are addresses. The same at every
// run.
func nearAddresses(t testing.TB, n int) []string {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	texts := make([]string, n)
	good := map[bool]int{}
	for i := range texts {
		texts[i] = nearAddress(r)
		_, four := slowAton(texts[i])
		_, err := netip.ParseAddr(texts[i])
		good[four || err == nil]++
	}
	if good[true] < n/10 || good[false] < n/10 {
		t.Fatalf("%v of the texts are addresses: they try only one side", good)
	}
	return texts
}

// TestInetOracles compares many texts to the oracles of this file and of net/netip.
func TestInetOracles(t *testing.T) {
	for _, text := range nearAddresses(t, 5000) {
		checkInet(t, text)
	}
}

func FuzzInetText(f *testing.F) {
	for _, text := range nearAddresses(f, 100) {
		f.Add(text)
	}
	f.Add("1.2.3.4\x00")       // the end of a string in C
	f.Add("fe80::1%eth0")      // a scope, which no inet_pton takes
	f.Add("0x100000000000000") // 2**56, over what strtoul has on 32 bits
	f.Fuzz(checkInet)
}

// checkInet compares the conversions of a text to the oracles.
func checkInet(t *testing.T, text string) {
	t.Helper()
	want, ok := slowAton(text)
	if got, err := socket.InetAton(text); ok != (err == nil) || ok && [4]byte(got) != want {
		t.Errorf("InetAton %q: %v, error %v, want %v, %v", text, got, err, want, ok)
	}
	ip, err := netip.ParseAddr(text)
	for family, of := range map[socket.Family]bool{socket.AF_INET: ip.Is4(), socket.AF_INET6: ip.Is6() && ip.Zone() == ""} {
		got, gotErr := socket.InetPton(family, text)
		if want := err == nil && of; want != (gotErr == nil) || want && !bytes.Equal(got, ip.AsSlice()) {
			t.Errorf("InetPton %v %q: %v, error %v, want %v, %v", family, text, got, gotErr, ip, err)
		}
	}
}

func FuzzInetBytes(f *testing.F) {
	for _, seed := range []string{"::", "::1", "::ffff:1.2.3.4", "::1.2.3.4", "1:0:0:2::", "0:1:0:1:0:1:0:1", "1::2:0:0:3"} {
		b := netip.MustParseAddr(seed).As16()
		f.Add(b[:])
	}
	f.Add([]byte{0, 0, 0, 0})
	f.Fuzz(checkInetBytes)
}

// TestInetNtop compares the texts of addresses that have many zeros.
func TestInetNtop(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		checkInetBytes(t, nearZero(r))
	}
}

// nearZero makes the bytes of an IPv6 address with rows of zeros in it.
func nearZero(r *rand.Rand) []byte {
	b := make([]byte, 16)
	for i := range b {
		b[i] = []byte{0, 0, 0, 0, 0, 1, 0x10, 0xff}[r.IntN(8)]
	}
	if r.IntN(3) == 0 {
		clear(b[:2*r.IntN(9)])
	}
	return b
}

// checkInetBytes compares the text of an address to the oracle, and makes the address of
// it again.
func checkInetBytes(t *testing.T, b []byte) {
	t.Helper()
	family, want := socket.AF_INET6, ""
	switch len(b) {
	case 16:
		want = slowNtop(b)
	case 4:
		family, want = socket.AF_INET, dotted(b)
		if got, err := socket.InetNtoa(b); err != nil || got != want {
			t.Errorf("InetNtoa %v: %q, error %v, want %q", b, got, err, want)
		}
	default:
		if got, err := socket.InetNtop(family, b); err == nil {
			t.Errorf("%d bytes are %q", len(b), got)
		}
		return
	}
	got, err := socket.InetNtop(family, b)
	if err != nil || got != want {
		t.Errorf("InetNtop %v: %q, error %v, want %q", b, got, err, want)
	}
	if again, err := socket.InetPton(family, got); err != nil || !bytes.Equal(again, b) {
		t.Errorf("InetPton of InetNtop %v: %v, error %v", b, again, err)
	}
}
