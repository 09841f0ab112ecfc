package socket

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// A Family is an address family, AF_*. The zero value, AF_UNSPEC, means
// AF_INET where a socket is made and "any" where a name is looked up.
//
// The AF_* constants exist on every system, because the address types do. One
// that a system lacks has a negative value there, which New refuses with an error
// that is errors.ErrUnsupported.
type Family int

// A Type is a socket type, SOCK_*. The zero value means SOCK_STREAM where a
// socket is made.
type Type int

// A MsgFlag is a set of the MSG_* flags of send(2) and recv(2).
type MsgFlag int

// How tells [Socket.Shutdown] which directions to close: SHUT_RD, SHUT_WR or
// SHUT_RDWR.
type How int

// An AIFlag is a set of the AI_* flags of getaddrinfo(3).
type AIFlag int

// An NIFlag is a set of the NI_* flags of getnameinfo(3).
type NIFlag int

// An EAI is an error code of getaddrinfo(3), EAI_*, with the number the system
// gives it.
type EAI int

// NoTimeout is the timeout of a blocking socket, Python's None.
const NoTimeout time.Duration = -1

// optAbsent is the value of a constant opt* that the system lacks. It is no level, option
// or type of any system, so that a kernel which is given it by mistake refuses it.
const optAbsent = math.MinInt32

// String returns the C name, such as "AF_INET", or "Family(99)".
func (f Family) String() string { return nameOf(familyNames, int(f), "Family") }

// String returns the C name, such as "SOCK_STREAM", or "Type(99)".
func (t Type) String() string { return nameOf(typeNames, int(t), "Type") }

// String returns the C names, such as "MSG_PEEK|MSG_DONTWAIT". Bits without a
// name are added as a number; the empty set is "MsgFlag(0)".
func (f MsgFlag) String() string { return flagNames(msgFlagNames, int(f), "MsgFlag") }

// String returns the C name, such as "SHUT_RD", or "How(99)".
func (h How) String() string { return nameOf(howNames, int(h), "How") }

// String returns the C names, such as "AI_PASSIVE|AI_CANONNAME". Bits without a
// name are added as a number; the empty set is "AIFlag(0)".
func (f AIFlag) String() string { return flagNames(aiFlagNames, int(f), "AIFlag") }

// String returns the C names, such as "NI_NUMERICHOST". Bits without a name are
// added as a number; the empty set is "NIFlag(0)".
func (f NIFlag) String() string { return flagNames(niFlagNames, int(f), "NIFlag") }

// String returns the C name, such as "EAI_NONAME", or "EAI(99)".
func (e EAI) String() string { return nameOf(eaiNames, int(e), "EAI") }

// ProtocolName returns the C name of an IPPROTO_* number, such as "IPPROTO_TCP", or
// "Protocol(99)". The constants themselves have no type, because they are the levels of
// socket options too.
func ProtocolName(proto int) string { return nameOf(protocolNames, proto, "Protocol") }

// constName gives one constant its C name. The generated tables are lists of
// these, the preferred name of a value first.
type constName struct {
	value int
	name  string
}

func nameOf(names []constName, value int, typ string) string {
	for _, c := range names {
		if c.value == value {
			return c.name
		}
	}
	return typ + "(" + strconv.Itoa(value) + ")"
}

// valueOf is the value of a C name, 0 where the system lacks it.
func valueOf(names []constName, name string) int {
	for _, c := range names {
		if c.name == name {
			return c.value
		}
	}
	return 0
}

// union is the set of all flags that have a name.
func union(names []constName) (all int) {
	for _, c := range names {
		all |= c.value
	}
	return all
}

func flagNames(names []constName, value int, typ string) string {
	if value == 0 {
		return typ + "(0)"
	}
	var parts []string
	rest := value
	for _, c := range names {
		if c.value != 0 && rest&c.value == c.value {
			parts = append(parts, c.name)
			rest &^= c.value
		}
	}
	if rest != 0 {
		parts = append(parts, typ+"(0x"+strconv.FormatUint(uint64(uint32(rest)), 16)+")")
	}
	return strings.Join(parts, "|")
}
