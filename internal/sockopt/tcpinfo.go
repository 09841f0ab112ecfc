package sockopt

// TCPForm is a form of the struct that TCP_INFO or its like gives.
type TCPForm int

// The forms of TCP_INFO.
const (
	TCPNone TCPForm = iota
	TCPLinux
	TCPFreeBSD // NetBSD has it too
	TCPOpenBSD
	TCPDarwin // TCP_CONNECTION_INFO
)

// TCPInfoSize is room for the longest form known, and for what kernels will add.
const TCPInfoSize = 512

// TCPInfo is what TCP_INFO tells, in the numbers and units of Linux: times in
// microseconds, states by Linux's number. What a system does not tell is 0.
type TCPInfo struct {
	State, CAState, Retransmits, Probes, Backoff, Options, SndWScale, RcvWScale uint8
	AppLimited                                                                  bool
	FastOpenFail                                                                uint8

	RTO, ATO                                                 uint64
	SndMSS, RcvMSS, Unacked, Sacked, Lost, Retrans           uint32
	LastDataSent, LastDataRecv, LastAckRecv                  uint64
	PMTU, RcvSSThresh                                        uint32
	RTT, RTTVar                                              uint64
	SndSSThresh, SndCwnd, AdvMSS, Reordering                 uint32
	RcvRTT                                                   uint64
	RcvSpace, TotalRetrans                                   uint32
	PacingRate, MaxPacingRate, BytesAcked, BytesReceived     uint64
	SegsOut, SegsIn                                          uint64
	NotSentBytes                                             uint32
	MinRTT                                                   uint64
	DataSegsIn, DataSegsOut                                  uint32
	DeliveryRate, BusyTime, RwndLimited, SndbufLimited       uint64
	Delivered, DeliveredCE                                   uint32
	BytesSent, BytesRetrans                                  uint64
	DSACKDups, ReordSeen, RcvOOOPack, SndWnd, RcvWnd, Rehash uint32
	TotalRTO, TotalRTORecoveries                             uint16
	TotalRTOTime                                             uint64
	SndNxt, RcvNxt, SndZeroWin                               uint32
}

// A cursor reads a struct member by member. Beyond the end all is 0.
type cursor struct {
	l   *Layout
	b   []byte
	off int
}

func (c *cursor) next(size int) uint64 {
	v := c.l.uint(c.b, c.off, size)
	c.off += size
	return v
}

func (c *cursor) u8() uint8   { return uint8(c.next(1)) }
func (c *cursor) u16() uint16 { return uint16(c.next(2)) }
func (c *cursor) u32() uint32 { return uint32(c.next(4)) }
func (c *cursor) u64() uint64 { return c.next(8) }

// micro reads a 32-bit number of microseconds, milli one of milliseconds.
func (c *cursor) micro() uint64 { return c.next(4) }
func (c *cursor) milli() uint64 { return c.next(4) * 1000 }

// ParseTCPInfo decodes what TCP_INFO gives, of any length.
func (l *Layout) ParseTCPInfo(b []byte) TCPInfo {
	c := cursor{l: l, b: b}
	switch l.TCPInfo {
	case TCPLinux:
		return c.linux()
	case TCPFreeBSD, TCPOpenBSD:
		return c.bsd()
	case TCPDarwin:
		return c.darwin()
	}
	return TCPInfo{}
}

// linux decodes the struct tcp_info of include/uapi/linux/tcp.h, which has only ever
// grown at its end.
func (c *cursor) linux() (t TCPInfo) {
	c.linuxHead(&t)
	t.RTO, t.ATO = c.micro(), c.micro()
	t.SndMSS, t.RcvMSS = c.u32(), c.u32()
	t.Unacked, t.Sacked, t.Lost, t.Retrans = c.u32(), c.u32(), c.u32(), c.u32()
	_ = c.u32() // tcpi_fackets
	t.LastDataSent = c.milli()
	_ = c.u32() // tcpi_last_ack_sent: never set
	t.LastDataRecv, t.LastAckRecv = c.milli(), c.milli()
	t.PMTU, t.RcvSSThresh = c.u32(), c.u32()
	t.RTT, t.RTTVar = c.micro(), c.micro()
	t.SndSSThresh, t.SndCwnd, t.AdvMSS, t.Reordering = c.u32(), c.u32(), c.u32(), c.u32()
	t.RcvRTT = c.micro()
	t.RcvSpace, t.TotalRetrans = c.u32(), c.u32()
	t.PacingRate, t.MaxPacingRate, t.BytesAcked, t.BytesReceived = c.u64(), c.u64(), c.u64(), c.u64()
	t.SegsOut, t.SegsIn, t.NotSentBytes = c.next(4), c.next(4), c.u32()
	t.MinRTT = c.micro()
	t.DataSegsIn, t.DataSegsOut = c.u32(), c.u32()
	t.DeliveryRate, t.BusyTime, t.RwndLimited, t.SndbufLimited = c.u64(), c.u64(), c.u64(), c.u64()
	t.Delivered, t.DeliveredCE = c.u32(), c.u32()
	t.BytesSent, t.BytesRetrans = c.u64(), c.u64()
	t.DSACKDups, t.ReordSeen, t.RcvOOOPack = c.u32(), c.u32(), c.u32()
	t.SndWnd, t.RcvWnd, t.Rehash = c.u32(), c.u32(), c.u32()
	t.TotalRTO, t.TotalRTORecoveries = c.u16(), c.u16()
	t.TotalRTOTime = c.milli()
	return t
}

// linuxHead decodes the eight bytes before the first number of 32 bits. The last two
// are bit fields, which lie in the byte as the machine's byte order has it.
func (c *cursor) linuxHead(t *TCPInfo) {
	t.State, t.CAState, t.Retransmits = c.u8(), c.u8(), c.u8()
	t.Probes, t.Backoff, t.Options = c.u8(), c.u8(), c.u8()
	t.SndWScale, t.RcvWScale = c.nibbles()
	flags := c.u8()
	if c.l.BigEndian {
		t.AppLimited, t.FastOpenFail = flags>>7 != 0, flags>>5&3
		return
	}
	t.AppLimited, t.FastOpenFail = flags&1 != 0, flags>>1&3
}

// nibbles reads a byte that is two bit fields of four bits.
func (c *cursor) nibbles() (first, second uint8) {
	v := c.u8()
	if c.l.BigEndian {
		return v >> 4, v & 15
	}
	return v & 15, v >> 4
}

// bsd decodes the struct tcp_info of FreeBSD and NetBSD, and of OpenBSD as far as it
// is the same (sys/netinet/tcp.h of each). Members that begin with two
// underscores are never set; windows count bytes.
func (c *cursor) bsd() (t TCPInfo) {
	t.State = bsdState(c.u8())
	c.off = 5
	t.Options = c.u8()
	t.SndWScale, t.RcvWScale = c.nibbles()
	c.off = 8
	t.RTO, t.ATO = c.micro(), c.micro()
	t.SndMSS, t.RcvMSS = c.u32(), c.u32()
	c.off += 7 * 4 // to tcpi_last_ack_sent
	if last := c.micro(); c.l.TCPInfo == TCPFreeBSD {
		t.LastDataRecv = last
	}
	c.off += 3 * 4 // tcpi_last_ack_recv, tcpi_pmtu, tcpi_rcv_ssthresh
	t.RTT, t.RTTVar = c.micro(), c.micro()
	t.SndSSThresh, t.SndCwnd = c.u32(), c.u32()
	c.off += 3 * 4 // tcpi_advmss, tcpi_reordering, tcpi_rcv_rtt
	t.RcvSpace, t.SndWnd = c.u32(), c.u32()
	if c.l.TCPInfo == TCPFreeBSD {
		_ = c.u32() // tcpi_snd_bwnd
	}
	t.SndNxt, t.RcvNxt = c.u32(), c.u32()
	_ = c.u32() // tcpi_toe_tid
	t.TotalRetrans, t.RcvOOOPack, t.SndZeroWin = c.u32(), c.u32(), c.u32()
	return t
}

// darwin decodes a struct tcp_connection_info (xnu bsd/netinet/tcp.h). Windows count
// bytes.
func (c *cursor) darwin() (t TCPInfo) {
	t.State = bsdState(c.u8())
	t.SndWScale, t.RcvWScale = c.u8(), c.u8()
	c.off = 4
	t.Options = uint8(c.u32())
	_ = c.u32() // tcpi_flags
	t.RTO, t.SndMSS = c.milli(), c.u32()
	t.SndSSThresh, t.SndCwnd, t.SndWnd = c.u32(), c.u32(), c.u32()
	t.NotSentBytes, t.RcvWnd = c.u32(), c.u32()
	_ = c.u32() // tcpi_rttcur
	t.RTT, t.RTTVar = c.milli(), c.milli()
	c.off += 4 // the bit fields of TCP Fast Open
	t.SegsOut, t.BytesSent, t.BytesRetrans = c.u64(), c.u64(), c.u64()
	t.SegsIn, t.BytesReceived = c.u64(), c.u64()
	_ = c.u64() // tcpi_rxoutoforderbytes
	t.TotalRetrans = uint32(c.u64())
	return t
}

// bsdState is the number that Linux gives a state of netinet/tcp_fsm.h.
func bsdState(s uint8) uint8 {
	states := [...]uint8{7, 10, 2, 3, 1, 8, 4, 11, 9, 5, 6} // CLOSED, LISTEN, SYN_SENT, ...
	if int(s) >= len(states) {
		return 0
	}
	return states[s]
}
