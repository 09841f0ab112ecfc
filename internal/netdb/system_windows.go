package netdb

import (
	"path/filepath"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sys"
)

// hostsPath is where Windows has its hosts file: MSDN, "TCP/IP settings".
func hostsPath() string {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		dir = `C:\Windows\System32`
	}
	return filepath.Join(dir, "drivers", "etc", "hosts")
}

// ServicePort returns the port of a service by its name or an alias, with proto "" on
// any protocol: getservbyname().
func ServicePort(name, proto string) (port int, ok bool) {
	if name == "" { // a null pointer, which Windows does not take
		return 0, false
	}
	return sys.ServicePort(name, proto)
}

// ServiceName returns the name of the service on a port, with proto "" on any protocol:
// getservbyport().
func ServiceName(port int, proto string) (name string, ok bool) { return sys.ServiceName(port, proto) }

// ProtocolNumber returns the number of a protocol by its name or an alias:
// getprotobyname().
func ProtocolNumber(name string) (n int, ok bool) {
	if name == "" {
		return 0, false
	}
	return sys.ProtocolNumber(name)
}

// ProtocolName returns the name of a protocol: getprotobynumber().
func ProtocolName(n int) (name string, ok bool) { return sys.ProtocolName(n) }
