package sockopt

import (
	"math"
	"time"
)

// AppendUint32 encodes a number of 32 bits, signed or not: a C int.
func (l *Layout) AppendUint32(b []byte, v uint32) []byte { return l.appendUint(b, 4, uint64(v)) }

// Uint32 decodes a number of 32 bits. Some systems answer with fewer bytes than they
// were given room for (Windows for booleans, Unix for some options of IP).
func (l *Layout) Uint32(b []byte) uint32 {
	switch len(b) {
	case 1:
		return uint32(b[0])
	case 2, 3:
		return uint32(l.uint(b, 0, 2))
	}
	return uint32(l.uint(b, 0, 4))
}

// AppendUint16 encodes a number of 16 bits.
func (l *Layout) AppendUint16(b []byte, v uint16) []byte { return l.appendUint(b, 2, uint64(v)) }

// AppendUint64 encodes a number of 64 bits.
func (l *Layout) AppendUint64(b []byte, v uint64) []byte { return l.appendUint(b, 8, v) }

// Uint64 decodes a number of 64 bits, or of 32 where the system has no more.
func (l *Layout) Uint64(b []byte) uint64 {
	if len(b) < 8 {
		return uint64(l.Uint32(b))
	}
	return l.uint(b, 0, 8)
}

// AppendLong encodes a number as an unsigned long.
func (l *Layout) AppendLong(b []byte, v uint64) ([]byte, bool) {
	if l.Word == 4 && v > math.MaxUint32 {
		return b, false
	}
	return l.appendUint(b, l.Word, v), true
}

// AppendRate encodes a number as SO_MAX_PACING_RATE takes it. It reports whether it fits.
func (l *Layout) AppendRate(b []byte, v uint64) ([]byte, bool) {
	if l.Rate == 4 && v > math.MaxUint32 {
		return b, false
	}
	return l.appendUint(b, l.Rate, v), true
}

// AppendOctet encodes a number as IP_MULTICAST_TTL takes it.
func (l *Layout) AppendOctet(b []byte, v uint8) []byte {
	if l.Octets {
		return append(b, v)
	}
	return l.AppendUint32(b, uint32(v))
}

// AppendUint32s encodes numbers one after the other.
func (l *Layout) AppendUint32s(b []byte, v []uint32) []byte {
	for _, n := range v {
		b = l.AppendUint32(b, n)
	}
	return b
}

// Uint32s decodes as many numbers as there are.
func (l *Layout) Uint32s(b []byte) []uint32 {
	v := make([]uint32, len(b)/4)
	for i := range v {
		v[i] = uint32(l.uint(b, 4*i, 4))
	}
	return v
}

// AppendTimeval encodes a time limit, rounded up to what the system can say, so that
// none becomes 0, which means no limit. It reports whether d is in range.
func (l *Layout) AppendTimeval(b []byte, d time.Duration) ([]byte, bool) {
	if l.Timeval.Sec == 0 {
		n, ok := Count(d, time.Millisecond, math.MaxUint32)
		return l.AppendUint32(b, uint32(n)), ok
	}
	us, ok := Count(d, time.Microsecond, math.MaxInt64)
	if sec := us / 1e6; !ok || l.Timeval.Sec == 4 && sec > math.MaxInt32 {
		return b, false
	}
	start := len(b)
	b = l.appendUint(b, l.Timeval.Sec, us/1e6)
	b = l.appendUint(b, l.Timeval.Usec, us%1e6)
	return pad(b, start, l.Timeval.Size), true
}

// ParseTimeval decodes a time limit.
func (l *Layout) ParseTimeval(b []byte) time.Duration {
	tv := l.Timeval
	if tv.Sec == 0 {
		return Duration(uint64(l.Uint32(b)), time.Millisecond)
	}
	d := Duration(l.uint(b, 0, tv.Sec), time.Second) + Duration(l.uint(b, tv.Sec, tv.Usec), time.Microsecond)
	if d < 0 {
		return math.MaxInt64
	}
	return d
}

// TimevalSize is the size of a time limit.
func (l *Layout) TimevalSize() int { return max(l.Timeval.Size, 4) }

// Count is a duration as a number of units, rounded up. It reports whether the
// duration is in range, 0 to limit units.
func Count(d, unit time.Duration, limit uint64) (uint64, bool) {
	n := uint64(d / unit)
	if d%unit > 0 {
		n++
	}
	return n, d >= 0 && n <= limit
}

// Duration is n units as a duration, or the longest one there is.
func Duration(n uint64, unit time.Duration) time.Duration {
	if n > uint64(math.MaxInt64/unit) {
		return math.MaxInt64
	}
	return time.Duration(n) * unit
}

// AppendLinger encodes a struct linger. It reports whether the time is in range.
func (l *Layout) AppendLinger(b []byte, on bool, timeout time.Duration) ([]byte, bool) {
	limit := uint64(math.MaxInt32)
	if l.Linger == 2 {
		limit = math.MaxUint16
	}
	sec, ok := Count(timeout, time.Second, limit)
	if !ok {
		return b, false
	}
	flag := uint64(0)
	if on {
		flag = 1
	}
	return l.appendUint(l.appendUint(b, l.Linger, flag), l.Linger, sec), true
}

// ParseLinger decodes a struct linger.
func (l *Layout) ParseLinger(b []byte) (on bool, timeout time.Duration) {
	sec := l.uint(b, l.Linger, l.Linger)
	return l.uint(b, 0, l.Linger) != 0, Duration(sec, time.Second)
}

// LingerSize is the size of a struct linger.
func (l *Layout) LingerSize() int { return 2 * l.Linger }

// Creds is a form in which a system tells who the peer of a Unix socket is.
type Creds int

// The forms of credentials.
const (
	CredsNone      Creds = iota
	CredsLinux           // struct ucred: pid, uid, gid
	CredsOpenBSD         // struct sockpeercred: uid, gid, pid
	CredsNetBSD          // struct unpcbid: pid, euid, egid
	CredsXucred          // struct xucred: version, uid, number of groups, groups
	CredsXucredPID       // struct xucred that ends in the pid (FreeBSD 13)
)

// CredsSize is room enough for the credentials of any form.
const CredsSize = 88

// ParseCreds decodes credentials. It reports whether they have the form of the layout.
// A pid the system does not tell is 0.
func (l *Layout) ParseCreds(b []byte) (pid int32, uid, gid uint32, ok bool) {
	var f [3]uint32
	for i := range f {
		f[i] = uint32(l.uint(b, 4*i, 4))
	}
	switch l.Creds {
	case CredsLinux, CredsNetBSD:
		return int32(f[0]), f[1], f[2], len(b) >= 12
	case CredsOpenBSD:
		return int32(f[2]), f[0], f[1], len(b) >= 12
	case CredsXucred, CredsXucredPID:
		return l.parseXucred(b)
	}
	return 0, 0, 0, false
}

// parseXucred decodes a struct xucred of version 0. The first of its 16 groups is the
// effective one.
func (l *Layout) parseXucred(b []byte) (pid int32, uid, gid uint32, ok bool) {
	const groups, end = 12, 12 + 16*4
	if len(b) < end || l.uint(b, 0, 4) != 0 {
		return 0, 0, 0, false
	}
	if l.Creds == CredsXucredPID { // in a union with a pointer
		pid = int32(l.uint(b, (end+l.Word-1)&^(l.Word-1), 4))
	}
	return pid, uint32(l.uint(b, 4, 4)), uint32(l.uint(b, groups, 4)), true
}
