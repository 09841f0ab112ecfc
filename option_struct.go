package socket

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/bsdsocket/socket/internal/sockopt"
)

// This file has the values of the options of transports and families beside TCP, UDP and
// IP. Their structs are the same on all systems that have them, but for the byte order.

// An SCTPInitmsgValue is how an association begins: struct sctp_initmsg. A zero field
// means the system's setting, and sets nothing.
type SCTPInitmsgValue struct {
	NumOStreams, MaxInStreams uint16 // streams to ask for, and to accept
	MaxAttempts               uint16
	MaxInitTimeo              time.Duration // up to 65535 ms
}

// An SCTPRTOInfoValue is the time-outs of retransmission: struct sctp_rtoinfo, in
// milliseconds. A zero field sets nothing.
type SCTPRTOInfoValue struct{ Initial, Max, Min time.Duration }

// An SCTPDelayedSackValue is when packets are acknowledged: struct sctp_sack_info. A zero
// field sets nothing.
type SCTPDelayedSackValue struct {
	Delay time.Duration // at the latest, in milliseconds
	Freq  int           // at every so manieth packet
}

// An MPTCPInfoValue is what a multipath connection tells of itself: struct mptcp_info
// (linux/mptcp.h).
type MPTCPInfoValue struct {
	Subflows, AddAddrSignal, AddAddrAccepted          uint8
	SubflowsMax, AddAddrSignalMax, AddAddrAcceptedMax uint8
	Flags, Token                                      uint32
	WriteSeq, SndUna, RcvNxt                          uint64
	LocalAddrUsed, LocalAddrMax                       uint8
	CsumEnabled                                       bool
}

// A TLSCryptoInfo is the keys of one direction of a TLS connection: struct tls_crypto_info
// and what follows it (linux/tls.h). The lengths are those of the cipher: mostly 8, 16 or
// 32, 4 and 8 bytes, but 12, 32, 0 and 8 for ChaCha20-Poly1305.
type TLSCryptoInfo struct {
	Version, CipherType   uint16 // TLS_1_3_VERSION, TLS_CIPHER_*
	IV, Key, Salt, RecSeq []byte
}

// A PacketMembership is what an interface receives more: struct packet_mreq. Type is
// PACKET_MR_*, Addr the bytes of a link-layer address, at most 8, or "".
type PacketMembership struct {
	IfIndex int
	Type    int
	Addr    string
}

// A PacketStatisticsValue is packets received, those dropped included, and dropped.
type PacketStatisticsValue struct{ Packets, Drops uint32 }

// A CANFilter passes frames whose id under the mask is that of the filter: struct
// can_filter. CAN_INV_FILTER in ID passes the others.
type CANFilter struct{ ID, Mask uint32 }

// A CANISOTPOptsValue is struct can_isotp_options (linux/can/isotp.h).
type CANISOTPOptsValue struct {
	Flags        uint32        // CAN_ISOTP_*
	FrameTxTime  time.Duration // of a frame, in nanoseconds
	ExtAddress   uint8
	TxPadContent uint8
	RxPadContent uint8
	RxExtAddress uint8
}

// A CANISOTPFCValue is the flow control to tell the sender: struct can_isotp_fc_options.
type CANISOTPFCValue struct {
	BS     uint8 // block size, 0 for all
	STMin  uint8 // the gap of frames, as ISO 15765-2 codes it
	WFTMax uint8 // wait frames at most
}

// A CANISOTPLLValue is the frames of the link layer: struct can_isotp_ll_options.
type CANISOTPLLValue struct {
	MTU     uint8 // 16 for CAN, 72 for CAN FD
	TxDL    uint8 // bytes of data in a frame
	TxFlags uint8
}

// A J1939FilterValue passes messages by name, parameter group and address, each under
// its mask: struct j1939_filter.
type J1939FilterValue struct {
	Name, NameMask uint64
	PGN, PGNMask   uint32
	Addr, AddrMask uint8
}

// A BTSecurityValue is the security of a link, BT_SECURITY_*, and the size of its key:
// struct bt_security.
type BTSecurityValue struct{ Level, KeySize uint8 }

// An XDPStatisticsValue is packets that AF_XDP has lost: struct xdp_statistics.
type XDPStatisticsValue struct {
	RxDropped, RxInvalidDescs, TxInvalidDescs          uint64
	RxRingFull, RxFillRingEmptyDescs, TxRingEmptyDescs uint64
}

var (
	asAssocBool    = codec[bool]{8, decodeAssocBool, encodeAssocBool} // struct sctp_assoc_value
	asAssocUint32  = codec[uint32]{8, decodeAssoc, encodeAssoc}
	asSCTPInit     = codec[SCTPInitmsgValue]{8, decodeSCTPInit, encodeSCTPInit}
	asSCTPRTO      = codec[SCTPRTOInfoValue]{16, decodeSCTPRTO, encodeSCTPRTO}
	asSCTPSack     = codec[SCTPDelayedSackValue]{12, decodeSCTPSack, encodeSCTPSack}
	asUint32x8     = codec[[8]uint32]{32, decodeUint32x8, encodeUint32x8}
	asMPTCPInfo    = codec[MPTCPInfoValue]{64, decodeMPTCPInfo, nil}
	asTLSCrypto    = codec[TLSCryptoInfo]{sizeofInt, nil, encodeTLSCrypto}
	asPacketMreq   = codec[PacketMembership]{16, nil, encodePacketMreq}
	asPacketStats  = codec[PacketStatisticsValue]{8, decodePacketStats, nil}
	asCANFilters   = codec[[]CANFilter]{8 * 512, decodeCANFilters, encodeCANFilters}
	asISOTPOpts    = codec[CANISOTPOptsValue]{12, decodeISOTPOpts, encodeISOTPOpts}
	asISOTPFC      = codec[CANISOTPFCValue]{3, decodeISOTPFC, encodeISOTPFC}
	asISOTPLL      = codec[CANISOTPLLValue]{3, decodeISOTPLL, encodeISOTPLL}
	asJ1939Filters = codec[[]J1939FilterValue]{0, nil, encodeJ1939Filters}
	asBTSecurity   = codec[BTSecurityValue]{2, decodeBTSecurity, encodeBTSecurity}
	asPower        = codec[bool]{1, decodeBool, encodePower} // struct bt_power
	asXDPStats     = codec[XDPStatisticsValue]{48, decodeXDPStats, nil}
	asIfName       = codec[string]{16, decodeString, nil}
	asNanos        = codec[time.Duration]{sizeofInt, decodeNanos, encodeNanos}
)

// An association of number 0 stands for the socket.
func decodeAssoc(b []byte) (uint32, bool) {
	f := sockopt.Native.Uint32s(b)
	if len(f) < 2 {
		return 0, false
	}
	return f[1], true
}

func encodeAssoc(b []byte, v uint32) ([]byte, error) {
	return sockopt.Native.AppendUint32s(b, []uint32{0, v}), nil
}

func decodeAssocBool(b []byte) (bool, bool) {
	v, ok := decodeAssoc(b)
	return v != 0, ok
}

func encodeAssocBool(b []byte, v bool) ([]byte, error) { return encodeAssoc(b, boolNumber(v)) }

// appendMillis appends times as numbers of 32 bits.
func appendMillis(b []byte, times ...time.Duration) ([]byte, error) {
	for _, d := range times {
		var err error
		if b, err = encodeMillis(b, d); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func millis(n uint32) time.Duration { return sockopt.Duration(uint64(n), time.Millisecond) }

func decodeSCTPInit(b []byte) (SCTPInitmsgValue, bool) {
	if len(b) < 8 {
		return SCTPInitmsgValue{}, false
	}
	number := func(i int) uint16 { return uint16(sockopt.Native.Uint32(b[i : i+2])) }
	return SCTPInitmsgValue{number(0), number(2), number(4), millis(uint32(number(6)))}, true
}

func encodeSCTPInit(b []byte, v SCTPInitmsgValue) ([]byte, error) {
	ms, ok := sockopt.Count(v.MaxInitTimeo, time.Millisecond, math.MaxUint16)
	if !ok {
		return nil, outside(v.MaxInitTimeo, "0 to 65535 ms")
	}
	for _, n := range []uint16{v.NumOStreams, v.MaxInStreams, v.MaxAttempts, uint16(ms)} {
		b = sockopt.Native.AppendUint16(b, n)
	}
	return b, nil
}

func decodeSCTPRTO(b []byte) (SCTPRTOInfoValue, bool) {
	f := sockopt.Native.Uint32s(b)
	if len(f) < 4 {
		return SCTPRTOInfoValue{}, false
	}
	return SCTPRTOInfoValue{millis(f[1]), millis(f[2]), millis(f[3])}, true
}

func encodeSCTPRTO(b []byte, v SCTPRTOInfoValue) ([]byte, error) {
	return appendMillis(sockopt.Native.AppendUint32(b, 0), v.Initial, v.Max, v.Min)
}

func decodeSCTPSack(b []byte) (SCTPDelayedSackValue, bool) {
	f := sockopt.Native.Uint32s(b)
	if len(f) < 3 {
		return SCTPDelayedSackValue{}, false
	}
	return SCTPDelayedSackValue{millis(f[1]), int(f[2])}, true
}

func encodeSCTPSack(b []byte, v SCTPDelayedSackValue) ([]byte, error) {
	b, err := appendMillis(sockopt.Native.AppendUint32(b, 0), v.Delay)
	if err != nil {
		return nil, err
	}
	return encodeInt(b, v.Freq)
}

func decodeUint32x8(b []byte) (v [8]uint32, ok bool) {
	return v, copy(v[:], sockopt.Native.Uint32s(b)) == len(v)
}

func encodeUint32x8(b []byte, v [8]uint32) ([]byte, error) {
	return sockopt.Native.AppendUint32s(b, v[:]), nil
}

func decodeMPTCPInfo(b []byte) (MPTCPInfoValue, bool) {
	if len(b) < 43 {
		return MPTCPInfoValue{}, false
	}
	l := &sockopt.Native
	return MPTCPInfoValue{
		Subflows: b[0], AddAddrSignal: b[1], AddAddrAccepted: b[2],
		SubflowsMax: b[3], AddAddrSignalMax: b[4], AddAddrAcceptedMax: b[5],
		Flags: l.Uint32(b[8:]), Token: l.Uint32(b[12:]),
		WriteSeq: l.Uint64(b[16:]), SndUna: l.Uint64(b[24:]), RcvNxt: l.Uint64(b[32:]),
		LocalAddrUsed: b[40], LocalAddrMax: b[41], CsumEnabled: b[42] != 0,
	}, true
}

func encodeTLSCrypto(b []byte, v TLSCryptoInfo) ([]byte, error) {
	iv, key, salt := tlsSizes(int(v.CipherType))
	if len(v.IV) != iv || len(v.Key) != key || len(v.Salt) != salt || len(v.RecSeq) != 8 {
		got := [...]int{len(v.IV), len(v.Key), len(v.Salt), len(v.RecSeq)} // keys are not for error messages
		return nil, invalid(got, fmt.Sprintf("IV, Key, Salt, RecSeq of %d, %d, %d, 8 bytes", iv, key, salt))
	}
	b = sockopt.Native.AppendUint16(b, v.Version)
	b = sockopt.Native.AppendUint16(b, v.CipherType)
	return append(b, slices.Concat(v.IV, v.Key, v.Salt, v.RecSeq)...), nil
}

// tlsSizes are the lengths of what a cipher needs. The kernel looks at their sum alone.
func tlsSizes(cipher int) (iv, key, salt int) {
	if cipher == optTLS_CIPHER_CHACHA20_POLY1305 {
		return 12, 32, 0
	}
	if cipher == optTLS_CIPHER_AES_GCM_256 || cipher == optTLS_CIPHER_ARIA_GCM_256 {
		return 8, 32, 4
	}
	return 8, 16, 4
}

func encodePacketMreq(b []byte, v PacketMembership) ([]byte, error) {
	if err := checkIndex(v.IfIndex); err != nil {
		return nil, err
	}
	if err := inRange(int64(v.Type), 0, math.MaxUint16); err != nil {
		return nil, err
	}
	if len(v.Addr) > 8 {
		return nil, invalid(v.Addr, "at most 8 bytes")
	}
	b = sockopt.Native.AppendUint32(b, uint32(v.IfIndex))
	b = sockopt.Native.AppendUint16(b, uint16(v.Type))
	b = sockopt.Native.AppendUint16(b, uint16(len(v.Addr)))
	return append(append(b, v.Addr...), make([]byte, 8-len(v.Addr))...), nil
}

func decodePacketStats(b []byte) (PacketStatisticsValue, bool) {
	f := sockopt.Native.Uint32s(b)
	if len(f) < 2 {
		return PacketStatisticsValue{}, false
	}
	return PacketStatisticsValue{f[0], f[1]}, true
}

func decodeCANFilters(b []byte) ([]CANFilter, bool) {
	f := sockopt.Native.Uint32s(b)
	v := make([]CANFilter, len(f)/2)
	for i := range v {
		v[i] = CANFilter{f[2*i], f[2*i+1]}
	}
	return v, true
}

func encodeCANFilters(b []byte, v []CANFilter) ([]byte, error) {
	if len(v) > 512 { // CAN_RAW_FILTER_MAX
		return nil, outside(len(v), "at most 512 filters")
	}
	for _, f := range v {
		b = sockopt.Native.AppendUint32s(b, []uint32{f.ID, f.Mask})
	}
	return b, nil
}

func decodeISOTPOpts(b []byte) (CANISOTPOptsValue, bool) {
	if len(b) < 12 {
		return CANISOTPOptsValue{}, false
	}
	l := &sockopt.Native
	return CANISOTPOptsValue{l.Uint32(b), time.Duration(l.Uint32(b[4:])), b[8], b[9], b[10], b[11]}, true
}

func encodeISOTPOpts(b []byte, v CANISOTPOptsValue) ([]byte, error) {
	b, err := encodeNanos(sockopt.Native.AppendUint32(b, v.Flags), v.FrameTxTime)
	if err != nil {
		return nil, err
	}
	return append(b, v.ExtAddress, v.TxPadContent, v.RxPadContent, v.RxExtAddress), nil
}

func decodeISOTPFC(b []byte) (CANISOTPFCValue, bool) {
	if len(b) < 3 {
		return CANISOTPFCValue{}, false
	}
	return CANISOTPFCValue{b[0], b[1], b[2]}, true
}

func encodeISOTPFC(b []byte, v CANISOTPFCValue) ([]byte, error) {
	return append(b, v.BS, v.STMin, v.WFTMax), nil
}

func decodeISOTPLL(b []byte) (CANISOTPLLValue, bool) {
	if len(b) < 3 {
		return CANISOTPLLValue{}, false
	}
	return CANISOTPLLValue{b[0], b[1], b[2]}, true
}

func encodeISOTPLL(b []byte, v CANISOTPLLValue) ([]byte, error) {
	return append(b, v.MTU, v.TxDL, v.TxFlags), nil
}

// encodeJ1939Filters encodes structs that are padded to the size of their largest member,
// which on 386 is aligned to 4 bytes.
func encodeJ1939Filters(b []byte, v []J1939FilterValue) ([]byte, error) {
	if len(v) > 512 { // J1939_FILTER_MAX
		return nil, outside(len(v), "at most 512 filters")
	}
	l := &sockopt.Native
	for _, f := range v {
		b = l.AppendUint64(l.AppendUint64(b, f.Name), f.NameMask)
		b = l.AppendUint32s(b, []uint32{f.PGN, f.PGNMask})
		b = append(b, f.Addr, f.AddrMask)
		b = append(b, make([]byte, l.Align-2)...)
	}
	return b, nil
}

func decodeBTSecurity(b []byte) (BTSecurityValue, bool) {
	if len(b) < 2 {
		return BTSecurityValue{}, false
	}
	return BTSecurityValue{b[0], b[1]}, true
}

func encodeBTSecurity(b []byte, v BTSecurityValue) ([]byte, error) {
	return append(b, v.Level, v.KeySize), nil
}

func encodePower(b []byte, v bool) ([]byte, error) { return append(b, byte(boolNumber(v))), nil }

func decodeXDPStats(b []byte) (XDPStatisticsValue, bool) {
	if len(b) < 24 {
		return XDPStatisticsValue{}, false
	}
	var f [6]uint64 // kernels before 5.9 have three
	for i := range min(len(f), len(b)/8) {
		f[i] = sockopt.Native.Uint64(b[8*i:])
	}
	return XDPStatisticsValue{f[0], f[1], f[2], f[3], f[4], f[5]}, true
}

func decodeNanos(b []byte) (time.Duration, bool) {
	return time.Duration(sockopt.Native.Uint32(b)), true
}

func encodeNanos(b []byte, v time.Duration) ([]byte, error) {
	if v < 0 || v > math.MaxUint32 {
		return nil, outside(v, "0 to 4294967295 ns")
	}
	return sockopt.Native.AppendUint32(b, uint32(v)), nil
}
