package socket

import (
	"net"
	"net/netip"
	"strings"

	"github.com/bsdsocket/socket/internal/netdb"
)

// InetAton converts an IPv4 address to its four bytes in network order. It takes all
// forms of inet_aton(3): one to four numbers, each decimal, octal (0377) or hexadecimal
// (0xff), of which the last fills the bytes that are left ("127.1"). As in the C
// libraries, what follows white space is ignored. Python: socket.inet_aton.
func InetAton(s string) ([]byte, error) {
	ip, rest, ok := parseInet4(s)
	if !ok || rest != "" && strings.IndexByte(netdb.Space, rest[0]) < 0 || strings.IndexByte(rest, 0) >= 0 {
		return nil, badAddress("inet_aton", "IPv4 address", s)
	}
	return ip[:], nil
}

// InetNtoa converts the four bytes of an IPv4 address to its text. Python:
// socket.inet_ntoa; C: inet_ntoa(3).
func InetNtoa(packed []byte) (string, error) {
	if len(packed) != 4 {
		return "", badArg("inet_ntoa", "packed", packed, "4 bytes")
	}
	return netip.AddrFrom4([4]byte(packed)).String(), nil
}

// InetPton converts an address of AF_INET (four decimal numbers, without leading zeros) or
// AF_INET6 (RFC 4291, without a zone) to its 4 or 16 bytes in network order. Python:
// socket.inet_pton; C: inet_pton(3).
func InetPton(family Family, s string) ([]byte, error) {
	switch family {
	case AF_INET:
		if ip, err := netip.ParseAddr(s); err == nil && ip.Is4() {
			b := ip.As4()
			return b[:], nil
		}
		return nil, badAddress("inet_pton", "IPv4 address", s)
	case AF_INET6:
		if ip, err := netip.ParseAddr(s); err == nil && ip.Is6() && ip.Zone() == "" {
			b := ip.As16()
			return b[:], nil
		}
		return nil, badAddress("inet_pton", "IPv6 address", s)
	}
	return nil, wrap("inet_pton", nil, EAFNOSUPPORT)
}

// InetNtop converts the 4 bytes of an AF_INET or the 16 bytes of an AF_INET6 address to
// its text, in the form of the C libraries: "::ffff:192.0.2.1", and "::192.0.2.1" for an
// address whose first 96 bits are zero. Python: socket.inet_ntop; C: inet_ntop(3).
func InetNtop(family Family, packed []byte) (string, error) {
	switch family {
	case AF_INET:
		if len(packed) != 4 {
			return "", badArg("inet_ntop", "packed", packed, "4 bytes")
		}
		return netip.AddrFrom4([4]byte(packed)).String(), nil
	case AF_INET6:
		if len(packed) != 16 {
			return "", badArg("inet_ntop", "packed", packed, "16 bytes")
		}
		return inet6Text(netip.AddrFrom16([16]byte(packed))), nil
	}
	return "", badArg("inet_ntop", "family", family, "AF_INET or AF_INET6")
}

// badAddress is the error of a text that is no address. In Python it is an OSError
// without a number.
func badAddress(op, typ, s string) error {
	return wrap(op, nil, &net.ParseError{Type: typ, Text: printable(s)})
}

// inet6Text is the text that inet_ntop(3) makes. It differs from package net/netip for
// IPv4-compatible addresses: ::/96 but ::, ::1 and the rest of ::/112.
func inet6Text(ip netip.Addr) string {
	b := ip.As16()
	if [12]byte(b[:12]) != [12]byte{} || b[12]|b[13] == 0 {
		return ip.String()
	}
	text := make([]byte, 0, len("::255.255.255.255"))
	text = append(text, "::"...)
	return string(netip.AddrFrom4([4]byte(b[12:])).AppendTo(text))
}

// parseInet4 parses the forms of inet_aton(3) and returns what follows the address.
func parseInet4(s string) (ip [4]byte, rest string, ok bool) {
	for i := 0; ; i++ {
		v, tail, ok := netdb.ParseUint(s, 0)
		if !ok {
			return ip, s, false
		}
		if !strings.HasPrefix(tail, ".") {
			return putLast(ip, i, v), tail, uint64(v) < 1<<(8*(4-i))
		}
		if i == 3 || v > 0xff {
			return ip, s, false
		}
		ip[i] = byte(v)
		s = tail[1:]
	}
}

// putLast fills the bytes from i on with the last number of an address.
func putLast(ip [4]byte, i int, v uint32) [4]byte {
	for j := 3; j >= i; j-- {
		ip[j] = byte(v)
		v >>= 8
	}
	return ip
}
