// Package sockaddr turns socket addresses into the bytes of a struct sockaddr
// and back.
//
// It makes no system call and knows no machine: the differences between
// systems are values of type [Layout], so that the layouts of all systems are
// tested on any of them.
package sockaddr

import "errors"

// Size is the room in a [Storage]: sizeof(struct sockaddr_storage) on Linux, FreeBSD,
// NetBSD, DragonFly, macOS and Windows (RFC 3493, section 3.10). OpenBSD and Solaris have
// 256 bytes, of which no address of a socket needs more than these.
const Size = 128

// HeaderLen is the length of what stands before sa_data: sa_family, or sa_len
// and sa_family.
const HeaderLen = 2

// Storage holds the bytes of one struct sockaddr of any family: what passes
// between this library and the kernel. The zero Storage is no address.
type Storage struct {
	Data [Size]byte
	Len  uint32 // how many bytes of Data are the address: a socklen_t
}

// Reset makes all of s available to a system call that fills it in.
func (s *Storage) Reset() { s.Len = Size }

// Bytes returns the address as the kernel sees it. A kernel that had more to
// say than fits in a Storage reports the full length; the rest is lost.
func (s *Storage) Bytes() []byte { return s.Data[:min(s.Len, Size)] }

// Layout says how one system lays out its socket addresses.
type Layout struct {
	HasLen      bool   // sa_len stands before a one-byte sa_family (4.4BSD)
	BigEndian   bool   // byte order of sa_family and sin6_scope_id
	Abstract    bool   // AF_UNIX has names that start with NUL (Linux, unix(7))
	InetFamily  uint16 // AF_INET
	Inet6Family uint16 // AF_INET6
	UnixFamily  uint16 // AF_UNIX
	Inet6Len    uint32 // sizeof(struct sockaddr_in6)
	PathSize    int    // sizeof(sun_path)
}

const (
	inetLen     = 16 // sizeof(struct sockaddr_in), everywhere
	inet6MinLen = 28 // up to and with sin6_scope_id

	familyInet = 2 // AF_INET
	familyUnix = 1 // AF_UNIX
)

// Linux is the layout of Linux for a machine of the given byte order.
// Source: include/uapi/linux/{in,in6,un}.h.
func Linux(bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Abstract: true,
		InetFamily: familyInet, Inet6Family: 10, UnixFamily: familyUnix,
		Inet6Len: inet6MinLen, PathSize: 108,
	}
}

// BSD is the layout of the 4.4BSD family, which differ in the number of
// AF_INET6 alone: 24 on NetBSD and OpenBSD, 28 on FreeBSD and DragonFly, 30 on
// macOS. Source: sys/socket.h, netinet/in.h, netinet6/in6.h, sys/un.h of each.
func BSD(inet6 uint16, bigEndian bool) Layout {
	return Layout{
		HasLen: true, BigEndian: bigEndian,
		InetFamily: familyInet, Inet6Family: inet6, UnixFamily: familyUnix,
		Inet6Len: inet6MinLen, PathSize: 104,
	}
}

// Solaris is the layout of Solaris and illumos, whose sockaddr_in6 ends in
// __sin6_src_id. Source: netinet/in.h, sys/un.h of illumos.
func Solaris(bigEndian bool) Layout {
	return Layout{
		BigEndian:  bigEndian,
		InetFamily: familyInet, Inet6Family: 26, UnixFamily: familyUnix,
		Inet6Len: inet6MinLen + 4, PathSize: 108,
	}
}

// Windows is the layout of Winsock 2. Source: ws2def.h, ws2ipdef.h, afunix.h.
func Windows() Layout {
	return Layout{
		InetFamily: familyInet, Inet6Family: 23, UnixFamily: familyUnix,
		Inet6Len: inet6MinLen, PathSize: 108,
	}
}

// Native is the layout of the system this program runs on.
var Native = native()

// Errors of the encoders. They are about the address alone: the caller knows
// the call and the argument and says so.
var (
	ErrTooLong  = errors.New("longer than the system's socket addresses")
	ErrNUL      = errors.New("a NUL byte inside")
	ErrAbstract = errors.New("an abstract name, which this system does not have")
	ErrFamily   = errors.New("a family number that does not fit in sa_family")
)
