// Package cmsg turns control messages into the bytes of struct cmsghdr and back: the
// ancillary data of sendmsg(2) and recvmsg(2).
//
// It makes no system call and knows no machine: the differences between systems are
// values of type [Layout], so that the layouts of all systems are tested on any of
// them. What a kernel, or anybody else, has left in a buffer is not trusted: no length
// in it leads outside of it, and each step of a walk makes the rest shorter.
package cmsg

import (
	"encoding/binary"
	"errors"
	"math"
)

// Layout says how one system lays out its control messages.
type Layout struct {
	BigEndian bool
	LenSize   int // sizeof(cmsg_len)
	Align     int // what a message and its data are aligned to

	// What some messages have in them.
	SpecDst bool     // struct in_pktinfo begins with ipi_ifindex and ipi_spec_dst
	Creds   CredForm // what tells who has sent a message
	ByteTTL bool     // IP_TTL and IP_TOS are a u_char to be sent
}

// A Message is one control message. Data is a part of the buffer it was read from.
type Message struct {
	Level, Type int32
	Data        []byte
}

var (
	// ErrMalformed is a cmsg_len that is less than a header.
	ErrMalformed = errors.New("a control message shorter than its header")

	// ErrCut is a cmsg_len beyond the end of the buffer: the system cut the last
	// message (MSG_CTRUNC), or the buffer is not what it is taken for.
	ErrCut = errors.New("a control message longer than the buffer")
)

// header is sizeof(struct cmsghdr): cmsg_len, cmsg_level and cmsg_type.
func (l *Layout) header() int { return l.LenSize + 8 }

// Len is CMSG_LEN: cmsg_len for n bytes of data.
func (l *Layout) Len(n int) int { return l.pad(l.header()) + n }

// Space is CMSG_SPACE: what a message with n bytes of data takes in a buffer.
func (l *Layout) Space(n int) int { return l.pad(l.header()) + l.pad(n) }

func (l *Layout) pad(n int) int { return (n + l.Align - 1) &^ (l.Align - 1) }

// Append appends a message and its padding to b.
func (l *Layout) Append(b []byte, m Message) []byte {
	start, end := len(b), len(b)+l.Space(len(m.Data))
	if cap(b) < end {
		b = append(b, make([]byte, end-start)...)
	}
	b = b[:end]
	l.put(b[start:], m)
	return b
}

// put writes a message into b, which has room for its header and data, and zeros behind it.
func (l *Layout) put(b []byte, m Message) {
	clear(b)
	l.putLen(b, uint64(l.Len(len(m.Data))))
	l.PutUint32(b[l.LenSize:], uint32(m.Level))
	l.PutUint32(b[l.LenSize+4:], uint32(m.Type))
	copy(b[l.Len(0):], m.Data)
}

// Fit copies the messages of src to dst as far as there is room, and returns how many
// bytes that are. It cuts them as Linux does: the first that does not fit has the whole
// ints of its data that do, and none comes after it. left is what is left of that message
// and rest what follows it; cut tells that there is such a message.
func (l *Layout) Fit(dst, src []byte) (n int, left Message, rest []byte, cut bool) {
	for len(src) > 0 {
		m, rest, ok, err := l.Next(src)
		room := len(dst) - n - l.Len(0)
		switch {
		case !ok:
			return n, Message{}, nil, err != nil
		case room < 0:
			return n, m, rest, true
		}
		whole := m
		if len(m.Data) > room {
			m.Data = m.Data[:room&^3]
		}
		end := min(n+l.Space(len(m.Data)), len(dst))
		l.put(dst[n:end], m)
		n = end
		if len(m.Data) < len(whole.Data) || err != nil {
			whole.Data = whole.Data[len(m.Data):]
			return n, whole, rest, true
		}
		src = rest
	}
	return n, Message{}, nil, false
}

// Next reads the first message of b and returns what follows it. ok is false at the
// end, which is where less is left than a header (CMSG_NXTHDR). With ErrCut the message
// has the part of its data that there is; after any error the rest is nil.
func (l *Layout) Next(b []byte) (m Message, rest []byte, ok bool, err error) {
	if len(b) < l.header() {
		return m, nil, false, nil
	}
	size := l.getLen(b)
	m.Level = int32(l.Uint32(b[l.LenSize:]))
	m.Type = int32(l.Uint32(b[l.LenSize+4:]))
	switch data := l.Len(0); {
	case size < uint64(data):
		return Message{}, nil, false, ErrMalformed
	case size > uint64(len(b)):
		m.Data = b[min(data, len(b)):]
		return m, nil, true, ErrCut
	default:
		m.Data = b[data:size:size]
	}
	return m, b[min(l.pad(int(size)), len(b)):], true, nil
}

func (l *Layout) putLen(b []byte, n uint64) {
	if l.LenSize == 4 {
		l.PutUint32(b, uint32(min(n, math.MaxUint32)))
		return
	}
	l.PutUint64(b, n)
}

func (l *Layout) getLen(b []byte) uint64 {
	if l.LenSize == 4 {
		return uint64(l.Uint32(b))
	}
	return l.Uint64(b)
}

// PutUint64 writes a 64-bit number in the byte order of the layout.
func (l *Layout) PutUint64(b []byte, v uint64) {
	if l.BigEndian {
		binary.BigEndian.PutUint64(b, v)
		return
	}
	binary.LittleEndian.PutUint64(b, v)
}

// PutUint32 writes a 32-bit number in the byte order of the layout.
func (l *Layout) PutUint32(b []byte, v uint32) {
	if l.BigEndian {
		binary.BigEndian.PutUint32(b, v)
		return
	}
	binary.LittleEndian.PutUint32(b, v)
}

// PutUint16 writes a 16-bit number in the byte order of the layout.
func (l *Layout) PutUint16(b []byte, v uint16) {
	if l.BigEndian {
		binary.BigEndian.PutUint16(b, v)
		return
	}
	binary.LittleEndian.PutUint16(b, v)
}

// Uint32 reads a 32-bit number in the byte order of the layout.
func (l *Layout) Uint32(b []byte) uint32 {
	if l.BigEndian {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// Uint64 reads a 64-bit number in the byte order of the layout.
func (l *Layout) Uint64(b []byte) uint64 {
	if l.BigEndian {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}

// Uint16 reads a 16-bit number in the byte order of the layout.
func (l *Layout) Uint16(b []byte) uint16 {
	if l.BigEndian {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}
