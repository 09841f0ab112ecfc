package netdb

import (
	"math"
	"strings"
)

// A ServicesDB is a list of services. Look-ups do not allocate.
type ServicesDB struct {
	ports map[service]uint16
	names map[endpoint]string
}

// A service is what has a port. The protocol "" is any.
type service struct{ name, proto string }

type endpoint struct {
	port  uint16
	proto string
}

// ParseServices parses a file in the format of services(5). Of two lines that say
// different things the first counts.
func ParseServices(text string) *ServicesDB {
	db := newServices()
	for line := range lines(text) {
		name, rest := field(line)
		port, rest, ok := number(rest, 0)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		proto, rest := field(strings.TrimLeft(rest, "/"))
		db.add(uint16(port), proto, fields([]string{name}, rest)) // the C library's htons cuts it too
	}
	return db
}

func newServices() *ServicesDB {
	return &ServicesDB{map[service]uint16{}, map[endpoint]string{}}
}

func (db *ServicesDB) add(port uint16, proto string, names []string) {
	for _, proto := range []string{proto, ""} {
		for _, name := range names {
			addFirst(db.ports, service{name, proto}, port)
		}
		addFirst(db.names, endpoint{port, proto}, names[0])
	}
}

// Port returns the port of a service by its name or an alias, with proto "" on
// any protocol. Case matters.
func (db *ServicesDB) Port(name, proto string) (port int, ok bool) {
	p, ok := db.ports[service{name, proto}]
	return int(p), ok
}

// Name returns the name of the service on a port, with proto "" on any protocol.
func (db *ServicesDB) Name(port int, proto string) (name string, ok bool) {
	if port < 0 || port > math.MaxUint16 {
		return "", false
	}
	name, ok = db.names[endpoint{uint16(port), proto}]
	return name, ok
}

// A ProtocolsDB is a list of protocols. Look-ups do not allocate.
type ProtocolsDB struct {
	numbers map[string]int
	names   map[int]string
}

// ParseProtocols parses a file in the format of protocols(5). Of two lines that say
// different things the first counts.
func ParseProtocols(text string) *ProtocolsDB {
	db := newProtocols()
	for line := range lines(text) {
		name, rest := field(line)
		n, rest, ok := number(rest, 10)
		if !ok || rest != "" && !strings.Contains(Space, rest[:1]) {
			continue
		}
		db.add(int(int32(n)), fields([]string{name}, strings.TrimLeft(rest, Space)))
	}
	return db
}

func newProtocols() *ProtocolsDB {
	return &ProtocolsDB{map[string]int{}, map[int]string{}}
}

func (db *ProtocolsDB) add(n int, names []string) {
	for _, name := range names {
		addFirst(db.numbers, name, n)
	}
	addFirst(db.names, n, names[0])
}

// Number returns the number of a protocol by its name or an alias. Case matters.
func (db *ProtocolsDB) Number(name string) (n int, ok bool) {
	n, ok = db.numbers[name]
	return n, ok
}

// Name returns the name of a protocol.
func (db *ProtocolsDB) Name(n int) (name string, ok bool) {
	name, ok = db.names[n]
	return name, ok
}

func addFirst[K comparable, V any](m map[K]V, key K, value V) {
	if _, taken := m[key]; !taken {
		m[key] = value
	}
}

// number parses what strtoul(3) takes from the start of s, in base 10 or 0. The C library
// refuses numbers of more than 32 bits, which negative ones are in a long of 64.
func number(s string, base int) (n uint32, rest string, ok bool) {
	digits := strings.TrimPrefix(s, "-")
	negative := digits != s
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	n, rest, ok = ParseUint(digits, base)
	if !ok || negative && n != 0 {
		return 0, s, false
	}
	return n, rest, true
}

// ParseUint parses the digits that strtoul(3) takes from the start of s, without the white
// space and the sign that may be before them: in base 10, or in base 0 with the prefixes 0
// and 0x. It fails where there are none, or a number of more than 32 bits.
func ParseUint(s string, base int) (n uint32, rest string, ok bool) {
	digits := s
	if base == 0 {
		digits, base = cutPrefix(s)
	}
	v, end := uint64(0), 0
	for ; end < len(digits) && digit(digits[end]) < base; end++ {
		if v = v*uint64(base) + uint64(digit(digits[end])); v > math.MaxUint32 {
			return 0, s, false
		}
	}
	if end == 0 {
		return 0, s, false
	}
	return uint32(v), digits[end:], true
}

// cutPrefix finds the base of a number in C.
func cutPrefix(s string) (digits string, base int) {
	switch {
	case len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' && digit(s[2]) < 16:
		return s[2:], 16
	case strings.HasPrefix(s, "0"):
		return s, 8
	}
	return s, 10
}

// digit is the value of a digit of base 16 or less, or a larger number.
func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return math.MaxInt
}
