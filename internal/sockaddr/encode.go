package sockaddr

import (
	"encoding/binary"
	"strings"
)

// PutInet4 encodes a struct sockaddr_in.
func (l *Layout) PutInet4(dst *Storage, ip [4]byte, port uint16) {
	clear(dst.Data[:inetLen])
	l.putHeader(dst, l.InetFamily, inetLen)
	binary.BigEndian.PutUint16(dst.Data[2:], port)
	copy(dst.Data[4:8], ip[:])
}

// PutInet6 encodes a struct sockaddr_in6. The flow information is in host
// order here and in network order there, as in Python.
func (l *Layout) PutInet6(dst *Storage, ip [16]byte, port uint16, flow, scope uint32) {
	clear(dst.Data[:l.Inet6Len])
	l.putHeader(dst, l.Inet6Family, l.Inet6Len)
	binary.BigEndian.PutUint16(dst.Data[2:], port)
	binary.BigEndian.PutUint32(dst.Data[4:], flow)
	copy(dst.Data[8:24], ip[:])
	l.putUint32(dst.Data[24:], scope)
}

// PutUnix encodes a struct sockaddr_un: a path, which gets its NUL, or where
// the layout has them an abstract name, which has none, or the empty path,
// which makes bind choose a name.
func (l *Layout) PutUnix(dst *Storage, path string) error {
	size := len(path) + 1 // the NUL of a C string
	switch {
	case l.Abstract && (path == "" || path[0] == 0):
		size = len(path)
	case path != "" && path[0] == 0:
		return ErrAbstract
	case strings.IndexByte(path, 0) >= 0:
		return ErrNUL
	}
	if size > l.PathSize {
		return ErrTooLong
	}
	copy(dst.Data[HeaderLen:], path)
	if size > len(path) {
		dst.Data[HeaderLen+len(path)] = 0
	}
	l.putHeader(dst, l.UnixFamily, uint32(HeaderLen+size))
	return nil
}

// PutRaw encodes an address of any family from the bytes after sa_family.
func (l *Layout) PutRaw(dst *Storage, family int, data string) error {
	if family < 0 || family > 0xffff || l.HasLen && family > 0xff {
		return ErrFamily
	}
	if HeaderLen+len(data) > Size {
		return ErrTooLong
	}
	copy(dst.Data[HeaderLen:], data)
	l.putHeader(dst, uint16(family), uint32(HeaderLen+len(data)))
	return nil
}

func (l *Layout) putHeader(dst *Storage, family uint16, size uint32) {
	dst.Len = size
	switch {
	case l.HasLen:
		dst.Data[0], dst.Data[1] = byte(size), byte(family)
	case l.BigEndian:
		binary.BigEndian.PutUint16(dst.Data[:], family)
	default:
		binary.LittleEndian.PutUint16(dst.Data[:], family)
	}
}

func (l *Layout) putUint32(b []byte, v uint32) {
	if l.BigEndian {
		binary.BigEndian.PutUint32(b, v)
		return
	}
	binary.LittleEndian.PutUint32(b, v)
}
