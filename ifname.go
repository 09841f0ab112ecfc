package socket

import (
	"encoding/binary"
	"math"
	"strings"
)

// An IfName is the name and index of a network interface.
type IfName struct {
	Index int
	Name  string
}

// IfNameIndex returns all network interfaces. On Windows the names are of the form
// "ethernet_32770", as in Python. Python: if_nameindex; C: if_nameindex(3).
func IfNameIndex() ([]IfName, error) {
	var all []IfName
	errno := sysInterfaces(func(index int, name string) { all = append(all, IfName{index, name}) })
	if errno != 0 {
		return nil, NewError("if_nameindex", nil, errno)
	}
	return all, nil
}

// IfNameToIndex returns the index of the interface with a name. If there is none the
// error is the number of the system: ENODEV on Linux, ENXIO on other Unix
// systems. Python: if_nametoindex; C: if_nametoindex(3).
func IfNameToIndex(name string) (int, error) {
	const op = "if_nametoindex"
	if strings.IndexByte(name, 0) >= 0 {
		return 0, badArg(op, "name", name, "a name without a NUL byte")
	}
	index, errno := sysIfNameToIndex(name)
	return index, NewError(op, nil, errno)
}

// IfIndexToName returns the name of the interface with an index. If there is none the
// error is ENXIO on Unix. Python: if_indextoname; C: if_indextoname(3).
func IfIndexToName(index int) (string, error) {
	const op = "if_indextoname"
	if index < 0 || uint64(index) > math.MaxUint32 {
		return "", badRange(op, "index", index, "0 to 4294967295")
	}
	name, errno := sysIfIndexToName(index)
	return name, NewError(op, nil, errno)
}

// GetHostName returns the name of this host as the system has it, which need not be one
// that resolves; GetFQDN asks for more. Python: gethostname; C: gethostname(2).
func GetHostName() (string, error) {
	name, errno := sysGetHostName()
	return name, NewError("gethostname", nil, errno)
}

// SetHostName changes the name of this host, which needs privileges (fs.ErrPermission).
// Not on Windows, as in Python: errors.ErrUnsupported. Python: sethostname; C:
// sethostname(2).
func SetHostName(name string) error {
	const op = "sethostname"
	if strings.IndexByte(name, 0) >= 0 {
		return badArg(op, "name", name, "a name without a NUL byte")
	}
	return NewError(op, nil, sysSetHostName(name))
}

// Htons converts a number from host to network byte order. Python: htons; C: htons(3).
func Htons(v uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], v)
	return binary.NativeEndian.Uint16(b[:])
}

// Htonl converts a number from host to network byte order. Python: htonl; C: htonl(3).
func Htonl(v uint32) uint32 {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], v)
	return binary.NativeEndian.Uint32(b[:])
}

// Ntohs converts a number from network to host byte order. Python: ntohs; C: ntohs(3).
func Ntohs(v uint16) uint16 { return Htons(v) }

// Ntohl converts a number from network to host byte order. Python: ntohl; C: ntohl(3).
func Ntohl(v uint32) uint32 { return Htonl(v) }
