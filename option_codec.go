package socket

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/sockopt"
)

// The codecs of numbers.
var (
	asBool      = codec[bool]{sizeofInt, decodeBool, encodeBool}
	asInt       = codec[int]{sizeofInt, decodeInt, encodeInt}
	asUint32    = codec[uint32]{sizeofInt, decodeUint32, encodeUint32}
	asUint64    = codec[uint64]{8, decodeUint64, encodeUint64}
	asLong      = codec[uint64]{8, decodeUint64, encodeLong}         // an unsigned long
	asRate      = codec[uint64]{8, decodeUint64, encodeRate}         // an unsigned long or int
	asUint16    = codec[uint16]{2, decodeUint16, encodeUint16}       // a u16 that is no int
	asNetUint32 = codec[uint32]{sizeofInt, decodeNet32, encodeNet32} // in network order
	asByte      = codec[int]{sizeofInt, decodeInt, encodeByte}       // a byte alone
	asOctet     = codec[int]{sizeofInt, decodeInt, encodeOctet}      // a byte where the system wants one
	asOctetBool = codec[bool]{sizeofInt, decodeBool, encodeOctetBool}
	asFamily    = codec[Family]{sizeofInt, decodeNumber[Family], nil}
	asType      = codec[Type]{sizeofInt, decodeNumber[Type], nil}
)

// The codecs of times.
var (
	asSeconds = codec[time.Duration]{sizeofInt, decodeSeconds, encodeSeconds}
	asMillis  = codec[time.Duration]{sizeofInt, decodeMillis, encodeMillis}
	asMicros  = codec[time.Duration]{sizeofInt, decodeMicros, encodeMicros}
	asTimeval = codec[time.Duration]{16, decodeTimeval, encodeTimeval}
)

// The codecs of bytes.
var (
	asBytes   = codec[[]byte]{1024, decodeBytes, encodeBytes}
	asName    = codec[string]{16, decodeString, encodeName} // of 15 bytes at most
	asString  = codec[string]{4096, decodeString, nil}
	asNothing = codec[struct{}]{0, nil, encodeNothing}   // a null pointer
	asLength  = codec[int]{sizeofInt, nil, encodeLength} // a length alone
	asUint32s = codec[[]uint32]{64 << 10, decodeUint32s, encodeUint32s}
)

// The codecs of addresses and interfaces.
var (
	asIP4    = codec[netip.Addr]{sizeofInt, decodeIP4, encodeIP4}
	asNetIf  = codec[int]{sizeofInt, decodeNetIf, encodeNetIf} // an index in network order
	asNetIf6 = codec[int]{sizeofInt, decodeNetIf6, encodeNetIf6}
	asInet4  = codec[Inet4Addr]{sockaddr.Size, decodeInetAddr[Inet4Addr], nil}
	asInet6  = codec[Inet6Addr]{sockaddr.Size, decodeInetAddr[Inet6Addr], nil}
)

func boolNumber(v bool) uint32 {
	if v {
		return 1
	}
	return 0
}

// A flag that is on can be any number but 0, of any size.
func decodeBool(b []byte) (bool, bool) {
	return slices.ContainsFunc(b, func(c byte) bool { return c != 0 }), true
}

func encodeBool(b []byte, v bool) ([]byte, error) {
	return sockopt.Native.AppendUint32(b, boolNumber(v)), nil
}

func encodeOctetBool(b []byte, v bool) ([]byte, error) {
	return sockopt.Native.AppendOctet(b, uint8(boolNumber(v))), nil
}

func decodeInt(b []byte) (int, bool) {
	if len(b) == 1 {
		return int(b[0]), true
	}
	return int(int32(sockopt.Native.Uint32(b))), true
}

func decodeNumber[T ~int](b []byte) (T, bool) {
	v, ok := decodeInt(b)
	return T(v), ok
}

func encodeInt(b []byte, v int) ([]byte, error) {
	return sockopt.Native.AppendUint32(b, uint32(v)), checkInt32(v)
}

func encodeByte(b []byte, v int) ([]byte, error) {
	return append(b, byte(v)), inRange(int64(v), 0, math.MaxUint8)
}

func encodeOctet(b []byte, v int) ([]byte, error) {
	return sockopt.Native.AppendOctet(b, uint8(v)), inRange(int64(v), 0, math.MaxUint8)
}

func decodeUint16(b []byte) (uint16, bool) { return uint16(sockopt.Native.Uint32(b)), true }

func encodeUint16(b []byte, v uint16) ([]byte, error) {
	return sockopt.Native.AppendUint16(b, v), nil
}

func decodeUint32(b []byte) (uint32, bool) { return sockopt.Native.Uint32(b), true }

func encodeUint32(b []byte, v uint32) ([]byte, error) {
	return sockopt.Native.AppendUint32(b, v), nil
}

func decodeNet32(b []byte) (uint32, bool) {
	if len(b) < sizeofInt {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}

func encodeNet32(b []byte, v uint32) ([]byte, error) { return binary.BigEndian.AppendUint32(b, v), nil }

func decodeUint64(b []byte) (uint64, bool) { return sockopt.Native.Uint64(b), true }

func encodeUint64(b []byte, v uint64) ([]byte, error) {
	return sockopt.Native.AppendUint64(b, v), nil
}

func encodeLong(b []byte, v uint64) ([]byte, error) {
	b, ok := sockopt.Native.AppendLong(b, v)
	if !ok {
		return nil, outside(v, "an unsigned long")
	}
	return b, nil
}

func encodeRate(b []byte, v uint64) ([]byte, error) {
	b, ok := sockopt.Native.AppendRate(b, v)
	if !ok {
		return nil, outside(v, "a number as long as the system's")
	}
	return b, nil
}

// encodeCount encodes a time as a C int of the given unit.
func encodeCount(b []byte, v, unit time.Duration) ([]byte, error) {
	n, ok := sockopt.Count(v, unit, math.MaxInt32)
	if !ok {
		return nil, outside(v, "0 to "+(math.MaxInt32*unit).String())
	}
	return sockopt.Native.AppendUint32(b, uint32(n)), nil
}

func decodeCount(b []byte, unit time.Duration) (time.Duration, bool) {
	return sockopt.Duration(uint64(sockopt.Native.Uint32(b)), unit), true
}

func encodeSeconds(b []byte, v time.Duration) ([]byte, error) { return encodeCount(b, v, time.Second) }
func decodeSeconds(b []byte) (time.Duration, bool)            { return decodeCount(b, time.Second) }

func encodeMillis(b []byte, v time.Duration) ([]byte, error) {
	return encodeCount(b, v, time.Millisecond)
}
func decodeMillis(b []byte) (time.Duration, bool) { return decodeCount(b, time.Millisecond) }

func encodeMicros(b []byte, v time.Duration) ([]byte, error) {
	return encodeCount(b, v, time.Microsecond)
}
func decodeMicros(b []byte) (time.Duration, bool) { return decodeCount(b, time.Microsecond) }

func decodeTimeval(b []byte) (time.Duration, bool) { return sockopt.Native.ParseTimeval(b), true }

func encodeTimeval(b []byte, v time.Duration) ([]byte, error) {
	b, ok := sockopt.Native.AppendTimeval(b, v)
	if !ok {
		return nil, outside(v, "0 or more, as far as the system counts")
	}
	return b, nil
}

func encodeNothing([]byte, struct{}) ([]byte, error) { return nil, nil }

// encodeLength encodes a number as the length of a value that is not looked at.
func encodeLength(b []byte, v int) ([]byte, error) {
	if err := inRange(int64(v), 0, math.MaxUint8); err != nil {
		return nil, err
	}
	return append(b, make([]byte, v)...), nil
}

func decodeBytes(b []byte) ([]byte, bool) { return bytes.Clone(b), true }

func encodeBytes(b, v []byte) ([]byte, error) { return append(b, v...), nil }

// A string ends at its first NUL, which not every system counts.
func decodeString(b []byte) (string, bool) {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b), true
}

// encodeName refuses what the kernel would cut to the name of something else.
func encodeName(b []byte, v string) ([]byte, error) {
	if len(v) > 15 || strings.Contains(v, "\x00") {
		return nil, invalid(v, "at most 15 bytes, none of them NUL")
	}
	return append(b, v...), nil
}

func decodeUint32s(b []byte) ([]uint32, bool) { return sockopt.Native.Uint32s(b), true }

func encodeUint32s(b []byte, v []uint32) ([]byte, error) {
	return sockopt.Native.AppendUint32s(b, v), nil
}

func decodeIP4(b []byte) (netip.Addr, bool) {
	if len(b) < 4 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte(b)), true
}

func encodeIP4(b []byte, v netip.Addr) ([]byte, error) {
	b, ok := sockopt.Native.AppendMreq(b, v, netip.Addr{}, 0)
	if !ok {
		return nil, invalid(v, "an IPv4 address")
	}
	return b[:4], nil
}

func decodeNetIf(b []byte) (int, bool) {
	v, ok := decodeNet32(b)
	return int(int32(v)), ok
}

func encodeNetIf(b []byte, v int) ([]byte, error) {
	return binary.BigEndian.AppendUint32(b, uint32(v)), inRange(int64(v), 0, math.MaxInt32)
}

func decodeNetIf6(b []byte) (int, bool) {
	if sockopt.Native.NetIfs {
		return decodeNetIf(b)
	}
	return decodeInt(b)
}

func encodeNetIf6(b []byte, v int) ([]byte, error) {
	if sockopt.Native.NetIfs {
		return encodeNetIf(b, v)
	}
	return encodeInt(b, v)
}

// decodeInetAddr decodes a struct sockaddr.
func decodeInetAddr[A InetAddr](b []byte) (A, bool) {
	var sa sockaddr.Storage
	sa.Len = uint32(copy(sa.Data[:], b))
	addr, ok := decodeAddr(&sa, nil).(A)
	return addr, ok
}
