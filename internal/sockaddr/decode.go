package sockaddr

import (
	"bytes"
	"encoding/binary"
)

// Family returns sa_family. ok is false where there is no address, which is
// how the kernel says that a sender has none.
func (l *Layout) Family(src *Storage) (family uint16, ok bool) {
	if src.Len < HeaderLen {
		return 0, false
	}
	switch {
	case l.HasLen:
		return uint16(src.Data[1]), true
	case l.BigEndian:
		return binary.BigEndian.Uint16(src.Data[:]), true
	default:
		return binary.LittleEndian.Uint16(src.Data[:]), true
	}
}

// Inet4 decodes a struct sockaddr_in; ok is false for anything else.
func (l *Layout) Inet4(src *Storage) (ip [4]byte, port uint16, ok bool) {
	if f, ok := l.Family(src); !ok || f != l.InetFamily || src.Len < inetLen {
		return ip, 0, false
	}
	copy(ip[:], src.Data[4:8])
	return ip, binary.BigEndian.Uint16(src.Data[2:]), true
}

// Inet6 decodes a struct sockaddr_in6; ok is false for anything else.
func (l *Layout) Inet6(src *Storage) (ip [16]byte, port uint16, flow, scope uint32, ok bool) {
	if f, ok := l.Family(src); !ok || f != l.Inet6Family || src.Len < inet6MinLen {
		return ip, 0, 0, 0, false
	}
	copy(ip[:], src.Data[8:24])
	port = binary.BigEndian.Uint16(src.Data[2:])
	flow = binary.BigEndian.Uint32(src.Data[4:])
	return ip, port, flow, l.uint32(src.Data[24:]), true
}

// Unix decodes a struct sockaddr_un; ok is false for anything else. The path
// is part of src: a path up to its NUL, or an abstract name with all its
// bytes, or nothing for a socket without a name.
func (l *Layout) Unix(src *Storage) (path []byte, ok bool) {
	if f, ok := l.Family(src); !ok || f != l.UnixFamily {
		return nil, false
	}
	path = src.Bytes()[HeaderLen:]
	if l.Abstract && len(path) > 0 && path[0] == 0 {
		return path, true
	}
	// The NUL may be missing (unix(7), BUGS) and padding may follow it.
	if i := bytes.IndexByte(path, 0); i >= 0 {
		path = path[:i]
	}
	return path, true
}

// Raw returns the bytes after sa_family, a part of src.
func (l *Layout) Raw(src *Storage) []byte {
	if src.Len < HeaderLen {
		return nil
	}
	return src.Bytes()[HeaderLen:]
}

func (l *Layout) uint32(b []byte) uint32 {
	if l.BigEndian {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}
