package cmsg

import "time"

// This file has the data of the messages that differ between systems. A decoder's ok is
// false for data of another size than the system's.

// A CredForm is a form of credentials.
type CredForm int

// The forms of credentials.
const (
	NoCreds  CredForm = iota // none, or an opaque form
	Ucred                    // struct ucred: SCM_CREDENTIALS of Linux
	Cmsgcred                 // struct cmsgcred: SCM_CREDS of FreeBSD and DragonFly
	Sockcred                 // struct sockcred: SCM_CREDS of NetBSD
)

const (
	ucredLen     = 12 // pid, uid, gid
	cmsgcredLen  = 84 // pid, uid, euid, gid, short ngroups, groups[CMGROUP_MAX]
	cmGroupMax   = 16
	sockcredLen  = 24 // without groups: pid, uid, euid, gid, egid, int ngroups
	sockcred2Len = 28 // without groups: a version before what sockcred has
)

// Cred is what a system tells of the sender of a message. Where it has one id of a kind
// the other is the same.
type Cred struct {
	PID                  int32
	UID, EUID, GID, EGID uint32
	Groups               []uint32
}

// AppendUcred appends a struct ucred.
func (l *Layout) AppendUcred(b []byte, pid int32, uid, gid uint32) []byte {
	for _, v := range []uint32{uint32(pid), uid, gid} {
		b = l.appendUint32(b, v)
	}
	return b
}

// EmptyCmsgcred is a struct cmsgcred for the system to fill in.
func EmptyCmsgcred() []byte { return make([]byte, cmsgcredLen) }

// Cred decodes the credentials of the layout's form.
func (l *Layout) Cred(b []byte) (c Cred, ok bool) {
	switch {
	case l.Creds == Ucred && len(b) == ucredLen:
		c.PID = int32(l.Uint32(b))
		c.UID, c.GID = l.Uint32(b[4:]), l.Uint32(b[8:])
		c.EUID, c.EGID = c.UID, c.GID
		return c, true
	case l.Creds == Cmsgcred && len(b) == cmsgcredLen:
		c.PID = int32(l.Uint32(b))
		c.UID, c.EUID, c.GID = l.Uint32(b[4:]), l.Uint32(b[8:]), l.Uint32(b[12:])
		c.EGID = c.GID
		if n := int(l.Uint16(b[16:])); 0 < n && n <= cmGroupMax {
			c.Groups = l.groups(b[20:], n)
			c.EGID = c.Groups[0] // "groups[0] is the effective GID", sys/socket.h
		}
		return c, true
	case l.Creds == Sockcred:
		return l.sockcred(b, sockcredLen)
	}
	return Cred{}, false
}

// Cred2 decodes a struct sockcred2: SCM_CREDS2 of FreeBSD.
func (l *Layout) Cred2(b []byte) (Cred, bool) {
	if len(b) < sockcred2Len || l.Uint32(b) != 0 { // sc_version
		return Cred{}, false
	}
	return l.sockcred(b[4:], sockcred2Len-4)
}

// sockcred decodes the fields of a struct sockcred, whose size says little: it has room
// for one group at least.
func (l *Layout) sockcred(b []byte, fixed int) (c Cred, ok bool) {
	if len(b) < fixed {
		return c, false
	}
	n := uint64(l.Uint32(b[20:]))
	if n > uint64(len(b)-fixed)/4 {
		return c, false
	}
	c.PID = int32(l.Uint32(b))
	c.UID, c.EUID = l.Uint32(b[4:]), l.Uint32(b[8:])
	c.GID, c.EGID = l.Uint32(b[12:]), l.Uint32(b[16:])
	c.Groups = l.groups(b[fixed:], int(n))
	return c, true
}

func (l *Layout) groups(b []byte, n int) []uint32 {
	groups := make([]uint32, n)
	for i := range groups {
		groups[i] = l.Uint32(b[4*i:])
	}
	return groups
}

// PktInfo4 is a struct in_pktinfo. SpecDst is the zero address where there is none.
type PktInfo4 struct {
	IfIndex       uint32
	SpecDst, Addr [4]byte
}

// AppendPktInfo4 appends a struct in_pktinfo.
func (l *Layout) AppendPktInfo4(b []byte, p PktInfo4) []byte {
	if l.SpecDst {
		b = l.appendUint32(b, p.IfIndex)
		b = append(b, p.SpecDst[:]...)
		return append(b, p.Addr[:]...)
	}
	b = append(b, p.Addr[:]...) // NetBSD netinet/in.h, Windows ws2ipdef.h
	return l.appendUint32(b, p.IfIndex)
}

// PktInfo4 decodes a struct in_pktinfo.
func (l *Layout) PktInfo4(b []byte) (p PktInfo4, ok bool) {
	switch {
	case l.SpecDst && len(b) == 12:
		p.IfIndex = l.Uint32(b)
		p.SpecDst, p.Addr = [4]byte(b[4:8]), [4]byte(b[8:12])
		return p, true
	case !l.SpecDst && len(b) == 8:
		p.Addr, p.IfIndex = [4]byte(b[:4]), l.Uint32(b[4:])
		return p, true
	}
	return p, false
}

// AppendPktInfo6 appends a struct in6_pktinfo (RFC 3542, section 6).
func (l *Layout) AppendPktInfo6(b []byte, addr [16]byte, ifIndex uint32) []byte {
	return l.appendUint32(append(b, addr[:]...), ifIndex)
}

// PktInfo6 decodes a struct in6_pktinfo.
func (l *Layout) PktInfo6(b []byte) (addr [16]byte, ifIndex uint32, ok bool) {
	if len(b) != 20 {
		return addr, 0, false
	}
	return [16]byte(b), l.Uint32(b[16:]), true
}

// RecvIf decodes the struct sockaddr_dl of IP_RECVIF, or the bare index of Solaris.
func (l *Layout) RecvIf(b []byte) (index uint32, name string, ok bool) {
	const fixed = 8 // sdl_len, family, uint16 index, type, nlen, alen, slen
	switch {
	case len(b) == 4:
		return l.Uint32(b), "", true
	case len(b) < fixed:
		return 0, "", false
	}
	index = uint32(l.Uint16(b[2:]))
	name = string(b[fixed:min(fixed+int(b[5]), len(b))])
	return index, name, true
}

// Small appends a number as the system takes it for IP_TTL and IP_TOS: an int or a u_char.
func (l *Layout) Small(b []byte, v uint8) []byte {
	if l.ByteTTL {
		return append(b, v)
	}
	return l.appendUint32(b, uint32(v))
}

// Int decodes an int or a u_char, whichever has come: Linux tells IP_TTL as the one
// and IP_TOS as the other.
func (l *Layout) Int(b []byte) (int, bool) {
	switch len(b) {
	case 1:
		return int(b[0]), true
	case 4:
		return int(int32(l.Uint32(b))), true
	}
	return 0, false
}

// Time decodes a moment in one of the forms that a size can mean: struct timeval and struct
// timespec, whose second field counts the given unit. Its seconds have 4 or 8 bytes. So
// has the second field, and its upper half is 0 or padding.
func (l *Layout) Time(b []byte, unit time.Duration) (sec, nsec int64, ok bool) {
	var fraction uint32
	switch {
	case len(b) == 8:
		sec, fraction = int64(int32(l.Uint32(b))), l.Uint32(b[4:])
	case len(b) == 16 && l.BigEndian:
		sec, fraction = int64(l.Uint64(b)), l.Uint32(b[12:])
	case len(b) == 12 || len(b) == 16:
		sec, fraction = int64(l.Uint64(b)), l.Uint32(b[8:])
	default:
		return 0, 0, false
	}
	return sec, int64(fraction) * int64(unit), true
}

// Bintime decodes a struct bintime of FreeBSD: seconds, and 64 bits of a fraction.
func (l *Layout) Bintime(b []byte) (sec, nsec int64, ok bool) {
	var fraction uint64
	switch len(b) {
	case 12: // time_t has 4 bytes on 386
		sec, fraction = int64(int32(l.Uint32(b))), l.Uint64(b[4:])
	case 16:
		sec, fraction = int64(l.Uint64(b)), l.Uint64(b[8:])
	default:
		return 0, 0, false
	}
	return sec, int64(fraction >> 32 * uint64(time.Second) >> 32), true
}

func (l *Layout) appendUint32(b []byte, v uint32) []byte {
	b = append(b, 0, 0, 0, 0)
	l.PutUint32(b[len(b)-4:], v)
	return b
}
