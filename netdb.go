package socket

import (
	"context"
	"io/fs"
	"strconv"
	"strings"

	"github.com/bsdsocket/socket/internal/netdb"
)

// GetServByName returns the port of a service by its name or an alias, such as 443 for
// "https", for the protocol "tcp", "udp" or another in the list, with "" for any;
// fs.ErrNotExist if it is not found. The list is services(5), where there is none a table
// of what IANA has assigned, and Windows' own. Python: getservbyname; C: getservbyname(3).
func GetServByName(name, proto string) (int, error) {
	const op = "getservbyname"
	if err := checkNames(op, name, proto); err != nil {
		return 0, err
	}
	if port, ok := netdb.ServicePort(name, proto); ok {
		return port, nil
	}
	return 0, notFound(op, "service", name, proto)
}

// GetServByName is [GetServByName] with a context. No list has to be waited for as yet.
func (r *Resolver) GetServByName(ctx context.Context, name, proto string) (int, error) {
	if ctx.Err() != nil {
		return 0, wrap("getservbyname", nil, newContextError(ctx))
	}
	return GetServByName(name, proto)
}

// GetServByPort returns the name of the service on a port, in host byte order, for a
// protocol, with "" for any; fs.ErrNotExist if it is not found. Python: getservbyport; C:
// getservbyport(3).
func GetServByPort(port int, proto string) (string, error) {
	const op = "getservbyport"
	if err := checkPort(op, port); err != nil {
		return "", err
	}
	if err := checkNames(op, "", proto); err != nil {
		return "", err
	}
	if name, ok := netdb.ServiceName(port, proto); ok {
		return name, nil
	}
	return "", notFound(op, "port", strconv.Itoa(port), proto)
}

// GetServByPort is [GetServByPort] with a context.
func (r *Resolver) GetServByPort(ctx context.Context, port int, proto string) (string, error) {
	if ctx.Err() != nil {
		return "", wrap("getservbyport", nil, newContextError(ctx))
	}
	return GetServByPort(port, proto)
}

// GetProtoByName returns the number of an Internet protocol by its name or an alias,
// such as IPPROTO_TCP for "tcp"; fs.ErrNotExist if it is not found. The list is
// protocols(5), or as for GetServByName. Python: getprotobyname; C: getprotobyname(3).
func GetProtoByName(name string) (int, error) {
	const op = "getprotobyname"
	if err := checkNames(op, name, ""); err != nil {
		return 0, err
	}
	if n, ok := netdb.ProtocolNumber(name); ok {
		return n, nil
	}
	return 0, notFound(op, "protocol", name, "")
}

// GetProtoByName is [GetProtoByName] with a context.
func (r *Resolver) GetProtoByName(ctx context.Context, name string) (int, error) {
	if ctx.Err() != nil {
		return 0, wrap("getprotobyname", nil, newContextError(ctx))
	}
	return GetProtoByName(name)
}

// GetProtoByNumber returns the name of an Internet protocol; fs.ErrNotExist if it is not
// found. Python lacks it; C: getprotobynumber(3).
func GetProtoByNumber(proto int) (string, error) {
	if name, ok := netdb.ProtocolName(proto); ok {
		return name, nil
	}
	return "", notFound("getprotobynumber", "protocol", strconv.Itoa(proto), "")
}

// GetProtoByNumber is [GetProtoByNumber] with a context.
func (r *Resolver) GetProtoByNumber(ctx context.Context, proto int) (string, error) {
	if ctx.Err() != nil {
		return "", wrap("getprotobynumber", nil, newContextError(ctx))
	}
	return GetProtoByNumber(proto)
}

// checkNames refuses what would end inside as a C string.
func checkNames(op, name, proto string) error {
	if strings.IndexByte(name, 0) >= 0 {
		return badArg(op, "name", name, "a name without a NUL byte")
	}
	if strings.IndexByte(proto, 0) >= 0 {
		return badArg(op, "proto", proto, "a protocol without a NUL byte")
	}
	return nil
}

// A notFoundError says what a list does not have, such as "service nosuch/tcp".
type notFoundError struct{ what string }

func (e notFoundError) Error() string      { return e.what + " not found" }
func (notFoundError) Is(target error) bool { return target == fs.ErrNotExist }

func notFound(op, kind, name, proto string) error {
	if proto != "" {
		name += "/" + proto
	}
	return &Error{Op: op, Err: notFoundError{kind + " " + printable(name)}}
}
