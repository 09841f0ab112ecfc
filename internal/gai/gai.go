// Package gai has the facts of getaddrinfo(3) that differ from one system to another.
// Error codes go by their C names, as their numbers are constants of package socket.
package gai

// A Kind is a type and a protocol of sockets that getaddrinfo knows.
type Kind struct {
	Type, Protocol int

	// Service is the protocol of services(5) whose ports this kind has, "" for none.
	Service string

	// Default kinds are returned for a port, or no service, without any hint.
	Default bool

	// Loose is a kind that takes any protocol asked for.
	Loose bool
}

// Rules are the rest of what differs.
type Rules struct {
	WrongFamily string // the error of a numeric host of another family
	NoData      string // of a name that exists but has no address
	BadProtocol string // of a protocol that no kind has
	ExtraFlags  int    // flags that are accepted and have no constant
	ErrnoTexts  bool   // the error codes are error numbers of the system
	Offline     bool   // there is no way to a name server but a Dial of the program's
	PolicyFile  string // has the policy of the order of addresses; "" for none
	Texts       []Text // else gai_strerror(3)
}

// A Text is what gai_strerror(3) says, in the lower case of Go's errors.
type Text struct{ Code, Text string }
