//go:build !windows

package netdb

import (
	_ "embed" // the tables for systems without files
	"strconv"
	"strings"
	"sync"
)

var (
	services  = newFile("/etc/services", ParseServices, sync.OnceValue(builtinServices))
	protocols = newFile("/etc/protocols", ParseProtocols, sync.OnceValue(builtinProtocols))
)

// The tables have the facts in a format of their own, a line for each name.
var (
	//go:embed services.txt
	servicesText string
	//go:embed protocols.txt
	protocolsText string
)

func hostsPath() string { return "/etc/hosts" }

// ServicePort returns the port of a service by its name or an alias, with proto "" on
// any protocol: getservbyname(3).
func ServicePort(name, proto string) (port int, ok bool) { return services.get().Port(name, proto) }

// ServiceName returns the name of the service on a port, with proto "" on any protocol:
// getservbyport(3).
func ServiceName(port int, proto string) (name string, ok bool) {
	return services.get().Name(port, proto)
}

// ProtocolNumber returns the number of a protocol by its name or an alias:
// getprotobyname(3).
func ProtocolNumber(name string) (n int, ok bool) { return protocols.get().Number(name) }

// ProtocolName returns the name of a protocol: getprotobynumber(3).
func ProtocolName(n int) (name string, ok bool) { return protocols.get().Name(n) }

// builtinServices reads lines of a port, its protocols and names.
func builtinServices() *ServicesDB {
	db := newServices()
	for line := range lines(servicesText) {
		port, rest := field(line)
		protos, names := field(rest)
		for proto := range strings.SplitSeq(protos, ",") {
			db.add(uint16(atoi(port)), proto, fields(nil, names))
		}
	}
	return db
}

// builtinProtocols reads lines of a number and names.
func builtinProtocols() *ProtocolsDB {
	db := newProtocols()
	for line := range lines(protocolsText) {
		n, names := field(line)
		db.add(atoi(n), fields(nil, names))
	}
	return db
}

// atoi parses a number of the tables, which a test has checked.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
