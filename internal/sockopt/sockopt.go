// Package sockopt turns the values of socket options into the bytes that
// setsockopt(2) takes and back.
//
// It makes no system call and knows no machine: the differences between systems are
// values of type [Layout], so that the layouts of all systems are tested on any of
// them. Functions that encode append to their first argument and report whether the
// value fits; those that decode take what the kernel gave, of any length: what is
// missing is zero.
package sockopt

import (
	"encoding/binary"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// A Layout says how one system on one machine lays out the values of its options.
type Layout struct {
	BigEndian bool
	Word      int     // size of a long and of a pointer
	Align     int     // alignment of 64-bit numbers
	Timeval   Timeval // what SO_RCVTIMEO takes
	Linger    int     // size of each member of struct linger
	Rate      int     // size of SO_MAX_PACING_RATE, 0 if there is none
	Octets    bool    // IP_MULTICAST_TTL and IP_MULTICAST_LOOP take a byte alone
	Mreqn     bool    // IP_ADD_MEMBERSHIP and IP_MULTICAST_IF take a struct ip_mreqn too
	Source    bool    // imr_sourceaddr is the last member of struct ip_mreq_source
	NetIfs    bool    // IPV6_UNICAST_IF is in network order, as IP_UNICAST_IF always is
	Group     Group   // struct group_req
	Creds     Creds   // what tells of the peer of a Unix socket
	TCPInfo   TCPForm // what TCP_INFO is
	Addr      sockaddr.Layout
}

// Timeval is the form of a struct timeval. With Sec 0 the option is a 32-bit number of
// milliseconds instead.
type Timeval struct{ Sec, Usec, Size int }

// align is the alignment of 64-bit numbers on a BSD: its struct timeval has 16 bytes
// exactly where that is 8.
func (tv Timeval) align() int {
	if tv.Size == 16 {
		return 8
	}
	return 4
}

// Group is the form of a struct group_req: where gr_group begins, and
// sizeof(struct sockaddr_storage).
type Group struct{ Offset, Storage int }

// Linux is the layout of Linux. Source: include/uapi/linux/{in,in6,socket,tcp}.h,
// include/uapi/asm-generic/socket.h, include/linux/socket.h.
func Linux(word, align int, bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Word: word, Align: align,
		Timeval: Timeval{word, word, 2 * word}, Linger: 4, Rate: word,
		Mreqn: true, Source: true, NetIfs: true,
		Group: Group{word, 128},
		Creds: CredsLinux, TCPInfo: TCPLinux,
		Addr: sockaddr.Linux(bigEndian),
	}
}

// Darwin is the layout of macOS. Source: xnu bsd/sys/{_types/_timeval,socket,ucred}.h,
// bsd/netinet/{in,tcp}.h, where struct group_req is packed to 4 bytes.
func Darwin() Layout {
	return Layout{
		Word: 8, Align: 8, Timeval: Timeval{8, 4, 16}, Linger: 4,
		Octets: true, Mreqn: true,
		Group: Group{4, 128},
		Creds: CredsXucred, TCPInfo: TCPDarwin,
		Addr: sockaddr.BSD(30, false),
	}
}

// FreeBSD is the layout of FreeBSD with the struct timeval of the machine. Source:
// sys/sys/{_timeval,ucred}.h, sys/netinet/{in,tcp}.h.
func FreeBSD(word int, tv Timeval, bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Word: word, Align: tv.align(), Timeval: tv, Linger: 4, Rate: 4,
		Octets: true, Mreqn: true,
		Group: Group{tv.align(), 128},
		Creds: CredsXucredPID, TCPInfo: TCPFreeBSD,
		Addr: sockaddr.BSD(28, bigEndian),
	}
}

// DragonFly is the layout of DragonFly. Source: sys/sys/{_timeval,ucred}.h,
// sys/netinet/in.h.
func DragonFly() Layout {
	return Layout{
		Word: 8, Align: 8, Timeval: Timeval{8, 8, 16}, Linger: 4,
		Octets: true, Mreqn: true,
		Group: Group{8, 128},
		Creds: CredsXucred,
		Addr:  sockaddr.BSD(28, false),
	}
}

// OpenBSD is the layout of OpenBSD. Source: sys/sys/{_time,socket}.h,
// sys/netinet/{in,tcp}.h.
func OpenBSD(word int, tv Timeval, bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Word: word, Align: tv.align(), Timeval: tv, Linger: 4,
		Octets: true, Mreqn: true,
		Group: Group{tv.align(), 256},
		Creds: CredsOpenBSD, TCPInfo: TCPOpenBSD,
		Addr: sockaddr.BSD(24, bigEndian),
	}
}

// NetBSD is the layout of NetBSD. Source: sys/sys/{time,unpcb,un}.h,
// sys/netinet/{in,tcp}.h.
func NetBSD(word int, tv Timeval, bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Word: word, Align: tv.align(), Timeval: tv, Linger: 4,
		Octets:  true,
		Group:   Group{tv.align(), 128},
		Creds:   CredsNetBSD,
		TCPInfo: TCPFreeBSD,
		Addr:    sockaddr.BSD(24, bigEndian),
	}
}

// Solaris is the layout of Solaris and illumos. Source: illumos sys/{socket,time}.h,
// netinet/in.h, where struct group_req is packed to 4 bytes.
func Solaris(bigEndian bool) Layout {
	return Layout{
		BigEndian: bigEndian, Word: 8, Align: 8,
		Timeval: Timeval{8, 8, 16}, Linger: 4,
		Octets: true,
		Group:  Group{4, 256},
		Addr:   sockaddr.Solaris(bigEndian),
	}
}

// Windows is the layout of Winsock 2. Source: winsock2.h, ws2ipdef.h, mstcpip.h.
func Windows(word int) Layout {
	return Layout{
		Word: word, Align: 8, Linger: 2,
		Group: Group{8, 128},
		Addr:  sockaddr.Windows(),
	}
}

// Native is the layout of the system this program runs on.
var Native = native()

func (l *Layout) order() interface {
	binary.ByteOrder
	binary.AppendByteOrder
} {
	if l.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// appendUint appends v as a number of the given size.
func (l *Layout) appendUint(b []byte, size int, v uint64) []byte {
	switch size {
	case 1:
		return append(b, byte(v))
	case 2:
		return l.order().AppendUint16(b, uint16(v))
	case 4:
		return l.order().AppendUint32(b, uint32(v))
	}
	return l.order().AppendUint64(b, v)
}

// uint returns the number of the given size at offset off of b, 0 beyond its end.
func (l *Layout) uint(b []byte, off, size int) uint64 {
	if off+size > len(b) {
		return 0
	}
	b = b[off:]
	switch size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(l.order().Uint16(b))
	case 4:
		return uint64(l.order().Uint32(b))
	}
	return l.order().Uint64(b)
}

// pad appends zero bytes until b has n more than it had at start.
func pad(b []byte, start, n int) []byte {
	for len(b) < start+n {
		b = append(b, 0)
	}
	return b
}
