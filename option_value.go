package socket

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/bsdsocket/socket/internal/sockopt"
)

// A LingerValue is the value of SO_LINGER, struct linger: whether close(2) waits for
// data that is not sent yet, and for how long, in seconds. On with a Timeout of 0 makes
// close drop that data and reset the connection.
type LingerValue struct {
	On      bool
	Timeout time.Duration
}

// Ucred is who is at the other end of a Unix socket: the process and its effective user
// and group when it connected or listened. PID is 0 where the system does not tell it
// (macOS, DragonFly, FreeBSD before 13).
type Ucred struct {
	PID      int
	UID, GID uint32
}

// A PortRange is the local ports, from Low to High, that the system chooses from; a 0
// leaves that end to the system.
type PortRange struct{ Low, High uint16 }

// A Mreq is an IPv4 multicast group and the interface to receive it on: struct ip_mreq,
// or struct ip_mreqn with the IfIndex of the interface. An invalid Interface and an
// IfIndex of 0 leave the choice to the system. See [Socket.JoinGroup] for a call that is
// the same for IPv6.
type Mreq struct {
	Group     netip.Addr
	Interface netip.Addr // an address of the interface
	IfIndex   int
}

// A MreqSource is an IPv4 multicast group, a sender and an interface: struct
// ip_mreq_source.
type MreqSource struct {
	Group, Source netip.Addr
	Interface     netip.Addr // an address of the interface, invalid for the system's choice
}

// A Mreq6 is an IPv6 multicast group and the interface to receive it on, 0 for the
// system's choice: struct ipv6_mreq.
type Mreq6 struct {
	Group   netip.Addr
	IfIndex int
}

// A PktInfo6 is a source address and an interface for outgoing packets, either of which
// can be zero: struct in6_pktinfo (RFC 3542).
type PktInfo6 struct {
	Addr    netip.Addr
	IfIndex int
}

// A TxTimeValue is the value of SO_TXTIME, struct sock_txtime: the clock of the times
// at which packets are to leave, and SOF_TXTIME_* flags.
type TxTimeValue struct {
	ClockID int
	Flags   uint32
}

// A MemInfoValue is the value of SO_MEMINFO: the bytes of memory that a socket has
// allocated and its limits, and the packets it dropped.
type MemInfoValue struct {
	RMemAlloc, RcvBuf, WMemAlloc, SndBuf, FwdAlloc, WMemQueued, OptMem, Backlog, Drops uint32
}

// An AcceptFilterValue is the value of SO_ACCEPTFILTER, struct accept_filter_arg: the
// name of a filter of the kernel, such as "dataready", and its argument. The zero value
// removes the filter.
type AcceptFilterValue struct{ Name, Arg string }

// A TCPState is a state of a TCP connection (RFC 9293), by Linux's number on every
// system.
type TCPState uint8

// String returns a name such as "ESTABLISHED", or "TCPState(99)".
func (s TCPState) String() string {
	names := [...]string{
		1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECV", 4: "FIN_WAIT1", 5: "FIN_WAIT2", 6: "TIME_WAIT",
		7: "CLOSE", 8: "CLOSE_WAIT", 9: "LAST_ACK", 10: "LISTEN", 11: "CLOSING", 12: "NEW_SYN_RECV",
	}
	if int(s) < len(names) && names[s] != "" {
		return names[s]
	}
	return "TCPState(" + strconv.Itoa(int(s)) + ")"
}

// A TCPInfoValue is what a TCP connection tells of itself: Linux's struct tcp_info, of
// which FreeBSD, NetBSD and OpenBSD have a part, or struct tcp_connection_info of macOS.
// What a system does not tell is 0. Counters are from the start of the connection.
type TCPInfoValue struct {
	State                        TCPState
	CAState                      uint8 // of congestion avoidance: TCP_CA_*
	Retransmits, Probes, Backoff uint8 // of the timer that runs
	Options                      uint8 // TCPI_OPT_*
	SndWScale, RcvWScale         uint8 // window scales
	DeliveryRateAppLimited       bool
	FastOpenClientFail           uint8 // TFO_*

	RTO, ATO                             time.Duration // time-outs of retransmission and delayed ACK
	SndMSS, RcvMSS                       uint32        // segment sizes
	Unacked, Sacked, Lost, Retrans       uint32        // segments in flight
	LastDataSent, LastDataRecv           time.Duration // times since
	LastAckRecv                          time.Duration
	PMTU, RcvSSThresh                    uint32
	RTT, RTTVar                          time.Duration
	SndSSThresh, SndCWnd                 uint32 // in segments; in bytes on the BSDs and macOS
	AdvMSS, Reordering                   uint32
	RcvRTT                               time.Duration
	RcvSpace, TotalRetrans               uint32
	PacingRate, MaxPacingRate            uint64 // bytes per second
	BytesAcked, BytesReceived            uint64
	SegsOut, SegsIn                      uint64
	NotSentBytes                         uint32
	MinRTT                               time.Duration
	DataSegsIn, DataSegsOut              uint32
	DeliveryRate                         uint64 // bytes per second
	BusyTime, RwndLimited, SndBufLimited time.Duration
	Delivered, DeliveredCE               uint32 // segments, and those marked by ECN
	BytesSent, BytesRetrans              uint64
	DSACKDups, ReordSeen, RcvOOOPack     uint32
	SndWnd, RcvWnd                       uint32 // windows in bytes
	Rehash                               uint32
	TotalRTO, TotalRTORecoveries         uint16
	TotalRTOTime                         time.Duration
	SndNxt, RcvNxt                       uint32 // sequence numbers, on the BSDs
	SndZeroWin                           uint32 // zero windows sent, on the BSDs
}

// The codecs of structs.
var (
	asLinger       = codec[LingerValue]{8, decodeLinger, encodeLinger}
	asUcred        = codec[Ucred]{sockopt.CredsSize, decodeUcred, nil}
	asPortRange    = codec[PortRange]{sizeofInt, decodePortRange, encodePortRange}
	asMreq         = codec[Mreq]{sockopt.MreqSize, nil, encodeMreq}
	asMreqSource   = codec[MreqSource]{sockopt.MreqSourceSize, nil, encodeMreqSource}
	asMreq6        = codec[Mreq6]{sockopt.Mreq6Size, nil, encodeMreq6}
	asPktInfo6     = codec[PktInfo6]{sockopt.Mreq6Size, decodePktInfo6, encodePktInfo6}
	asPathMTU      = codec[int]{36, decodePathMTU, nil} // 32 but on Solaris
	asTxTime       = codec[TxTimeValue]{8, decodeTxTime, encodeTxTime}
	asMemInfo      = codec[MemInfoValue]{64, decodeMemInfo, nil}
	asAcceptFilter = codec[AcceptFilterValue]{256, decodeAcceptFilter, encodeAcceptFilter}
	asTCPInfo      = codec[TCPInfoValue]{sockopt.TCPInfoSize, decodeTCPInfo, nil}
)

func decodeLinger(b []byte) (LingerValue, bool) {
	on, timeout := sockopt.Native.ParseLinger(b)
	return LingerValue{on, timeout}, len(b) >= sockopt.Native.LingerSize()
}

func encodeLinger(b []byte, v LingerValue) ([]byte, error) {
	b, ok := sockopt.Native.AppendLinger(b, v.On, v.Timeout)
	if !ok {
		return nil, outside(v.Timeout, "0 or more, as far as the system counts")
	}
	return b, nil
}

func decodeUcred(b []byte) (Ucred, bool) {
	pid, uid, gid, ok := sockopt.Native.ParseCreds(b)
	return Ucred{int(pid), uid, gid}, ok
}

func decodePortRange(b []byte) (PortRange, bool) {
	v := sockopt.Native.Uint32(b)
	return PortRange{uint16(v), uint16(v >> 16)}, true
}

func encodePortRange(b []byte, v PortRange) ([]byte, error) {
	return sockopt.Native.AppendUint32(b, uint32(v.High)<<16|uint32(v.Low)), nil
}

// checkIndex refuses what is no index of an interface.
func checkIndex(index int) error { return inRange(int64(index), 0, math.MaxInt32) }

func encodeMreq(b []byte, v Mreq) ([]byte, error) {
	if err := checkIndex(v.IfIndex); err != nil {
		return nil, err
	}
	b, ok := sockopt.Native.AppendMreq(b, v.Group, v.Interface, uint32(v.IfIndex))
	if !ok {
		return nil, invalid(v, "IPv4 addresses, and an index where the system has struct ip_mreqn")
	}
	return b, nil
}

func encodeMreqSource(b []byte, v MreqSource) ([]byte, error) {
	b, ok := sockopt.Native.AppendMreqSource(b, v.Group, v.Source, v.Interface)
	if !ok {
		return nil, invalid(v, "IPv4 addresses")
	}
	return b, nil
}

func encodeMreq6(b []byte, v Mreq6) ([]byte, error) {
	if err := checkIndex(v.IfIndex); err != nil {
		return nil, err
	}
	b, ok := sockopt.Native.AppendMreq6(b, v.Group, uint32(v.IfIndex))
	if !ok {
		return nil, invalid(v, "an IPv6 address")
	}
	return b, nil
}

func decodePktInfo6(b []byte) (PktInfo6, bool) {
	addr, index := sockopt.Native.ParsePktInfo6(b)
	return PktInfo6{addr, int(index)}, addr.IsValid()
}

func encodePktInfo6(b []byte, v PktInfo6) ([]byte, error) {
	if err := checkIndex(v.IfIndex); err != nil {
		return nil, err
	}
	b, ok := sockopt.Native.AppendPktInfo6(b, v.Addr, uint32(v.IfIndex))
	if !ok {
		return nil, invalid(v, "an IPv6 address")
	}
	return b, nil
}

// decodePathMTU decodes the last member of a struct ip6_mtuinfo.
func decodePathMTU(b []byte) (int, bool) {
	if len(b) < sizeofInt {
		return 0, false
	}
	return decodeInt(b[len(b)-sizeofInt:])
}

func decodeTxTime(b []byte) (TxTimeValue, bool) {
	f := sockopt.Native.Uint32s(b)
	if len(f) < 2 {
		return TxTimeValue{}, false
	}
	return TxTimeValue{int(int32(f[0])), f[1]}, true
}

func encodeTxTime(b []byte, v TxTimeValue) ([]byte, error) {
	return sockopt.Native.AppendUint32s(b, []uint32{uint32(v.ClockID), v.Flags}), checkInt32(v.ClockID)
}

func decodeMemInfo(b []byte) (MemInfoValue, bool) {
	var f [9]uint32 // kernels before 4.12 have fewer
	copy(f[:], sockopt.Native.Uint32s(b))
	return MemInfoValue{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]}, true
}

// The members of struct accept_filter_arg have 16 and 240 bytes, with a NUL.
func decodeAcceptFilter(b []byte) (AcceptFilterValue, bool) {
	if len(b) < 256 {
		return AcceptFilterValue{}, len(b) == 0
	}
	name, _ := decodeString(b[:16])
	arg, _ := decodeString(b[16:])
	return AcceptFilterValue{name, arg}, true
}

func encodeAcceptFilter(b []byte, v AcceptFilterValue) ([]byte, error) {
	if v == (AcceptFilterValue{}) {
		return nil, nil // a null pointer removes the filter, accept_filter(9)
	}
	if len(v.Name) > 15 || len(v.Arg) > 239 {
		return nil, invalid(v, "a name of at most 15 bytes, an argument of at most 239")
	}
	b = append(b, make([]byte, 256)...)
	copy(b, v.Name)
	copy(b[16:], v.Arg)
	return b, nil
}

func decodeTCPInfo(b []byte) (TCPInfoValue, bool) {
	t := sockopt.Native.ParseTCPInfo(b)
	micros := func(n uint64) time.Duration { return sockopt.Duration(n, time.Microsecond) }
	return TCPInfoValue{
		State: TCPState(t.State), CAState: t.CAState, Retransmits: t.Retransmits, Probes: t.Probes,
		Backoff: t.Backoff, Options: t.Options, SndWScale: t.SndWScale, RcvWScale: t.RcvWScale,
		DeliveryRateAppLimited: t.AppLimited, FastOpenClientFail: t.FastOpenFail,
		RTO: micros(t.RTO), ATO: micros(t.ATO), SndMSS: t.SndMSS, RcvMSS: t.RcvMSS,
		Unacked: t.Unacked, Sacked: t.Sacked, Lost: t.Lost, Retrans: t.Retrans,
		LastDataSent: micros(t.LastDataSent), LastDataRecv: micros(t.LastDataRecv), LastAckRecv: micros(t.LastAckRecv),
		PMTU: t.PMTU, RcvSSThresh: t.RcvSSThresh, RTT: micros(t.RTT), RTTVar: micros(t.RTTVar),
		SndSSThresh: t.SndSSThresh, SndCWnd: t.SndCwnd, AdvMSS: t.AdvMSS, Reordering: t.Reordering,
		RcvRTT: micros(t.RcvRTT), RcvSpace: t.RcvSpace, TotalRetrans: t.TotalRetrans,
		PacingRate: t.PacingRate, MaxPacingRate: t.MaxPacingRate, BytesAcked: t.BytesAcked, BytesReceived: t.BytesReceived,
		SegsOut: t.SegsOut, SegsIn: t.SegsIn, NotSentBytes: t.NotSentBytes, MinRTT: micros(t.MinRTT),
		DataSegsIn: t.DataSegsIn, DataSegsOut: t.DataSegsOut, DeliveryRate: t.DeliveryRate,
		BusyTime: micros(t.BusyTime), RwndLimited: micros(t.RwndLimited), SndBufLimited: micros(t.SndbufLimited),
		Delivered: t.Delivered, DeliveredCE: t.DeliveredCE, BytesSent: t.BytesSent, BytesRetrans: t.BytesRetrans,
		DSACKDups: t.DSACKDups, ReordSeen: t.ReordSeen, RcvOOOPack: t.RcvOOOPack, SndWnd: t.SndWnd, RcvWnd: t.RcvWnd,
		Rehash: t.Rehash, TotalRTO: t.TotalRTO, TotalRTORecoveries: t.TotalRTORecoveries,
		TotalRTOTime: micros(t.TotalRTOTime), SndNxt: t.SndNxt, RcvNxt: t.RcvNxt, SndZeroWin: t.SndZeroWin,
	}, len(b) > 0
}

// asFunctionSet is the name in a struct tcp_function_set of FreeBSD: 32 bytes, and a
// count that the kernel tells (sys/netinet/tcp.h).
var asFunctionSet = codec[string]{36, decodeString, encodeFunctionSet}

func encodeFunctionSet(b []byte, v string) ([]byte, error) {
	if len(v) > 31 || strings.Contains(v, "\x00") {
		return nil, invalid(v, "at most 31 bytes, none of them NUL")
	}
	b = append(b, make([]byte, 36)...)
	copy(b, v)
	return b, nil
}
