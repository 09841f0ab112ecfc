package socket_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/syscall"
)

// Numbers that not every system has a constant for.
const (
	protoUDPLite, protoSCTP, protoDCCP, protoMPTCP       = 136, 132, 33, 262
	canRaw, canISOTP, canJ1939                           = 1, 6, 7
	sockDCCP                                             = 6
	btL2CAP, btHCI, btSCO                                = 0, 1, 2
	sysProtoControl                                      = 2
	noAddr                                         uint8 = 0xff // J1939_NO_ADDR
)

// The sockets of the rows beside TCP, UDP and IP.
var (
	sctp       = kindOf(socket.AF_INET, socket.SOCK_STREAM, protoSCTP)
	sctp6      = kindOf(socket.AF_INET6, socket.SOCK_STREAM, protoSCTP)
	sctpMany   = kindOf(socket.AF_INET, socket.SOCK_SEQPACKET, protoSCTP)
	dccp       = kindOf(socket.AF_INET, sockDCCP, protoDCCP)
	icmp6      = kindOf(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
	mptcp      = kindOf(socket.AF_INET, socket.SOCK_STREAM, protoMPTCP)
	udplite    = kindOf(socket.AF_INET, socket.SOCK_DGRAM, protoUDPLite)
	cooked     = kindOf(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
	netlink    = kindOf(socket.AF_NETLINK, socket.SOCK_RAW, 0)
	canBus     = kindOf(socket.AF_CAN, socket.SOCK_RAW, canRaw)
	isotp      = kindOf(socket.AF_CAN, socket.SOCK_DGRAM, canISOTP)
	j1939      = kindOf(socket.AF_CAN, socket.SOCK_DGRAM, canJ1939)
	vsock      = kindOf(socket.AF_VSOCK, socket.SOCK_STREAM, 0)
	tipc       = kindOf(socket.AF_TIPC, socket.SOCK_RDM, 0)
	tipcStream = kindOf(socket.AF_TIPC, socket.SOCK_STREAM, 0)
	l2cap      = kindOf(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, btL2CAP)
	sco        = kindOf(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, btSCO)
	hci        = kindOf(socket.AF_BLUETOOTH, socket.SOCK_RAW, btHCI)
	algSockets = kindOf(socket.AF_ALG, socket.SOCK_SEQPACKET, 0)
	rds        = kindOf(socket.AF_RDS, socket.SOCK_SEQPACKET, 0)
	utun       = kindOf(socket.AF_SYSTEM, socket.SOCK_DGRAM, sysProtoControl)
	xdp        = kindOf(socket.AF_XDP, socket.SOCK_RAW, 0)
)

// inPacketGroup returns a packet socket that has made the loopback interface promiscuous.
func inPacketGroup(t *testing.T) *socket.Socket {
	s := cooked(t)
	if err := socket.PacketAddMembership.Set(s, promiscuous); err != nil {
		skipForeign(t, "PACKET_ADD_MEMBERSHIP", err)
		t.Fatal(err)
	}
	return s
}

// inNetlinkGroup returns a netlink socket that is in the group of changes of interfaces.
func inNetlinkGroup(t *testing.T) *socket.Socket {
	s := netlink(t)
	if err := socket.NetlinkAddMembership.Set(s, 1); err != nil {
		skipForeign(t, "NETLINK_ADD_MEMBERSHIP", err)
		t.Fatal(err)
	}
	return s
}

// packetOn returns a packet socket that is bound to the loopback interface.
func packetOn(t *testing.T) *socket.Socket {
	s := cooked(t)
	addr := socket.RawAddr{Fam: socket.AF_PACKET, Data: "\x00\x03" + nativeInt(loopbackIndex) + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"}
	if err := s.Bind(addr); err != nil {
		t.Fatal(err)
	}
	return s
}

// boundTo makes AF_ALG sockets that are bound to an algorithm.
func boundTo(typ, name string) maker {
	return func(t *testing.T) *socket.Socket {
		s := algSockets(t)
		var data [86]byte // salg_type, feat, mask, salg_name
		copy(data[:], typ)
		copy(data[22:], name)
		if err := s.Bind(socket.RawAddr{Fam: socket.AF_ALG, Data: string(data[:])}); err != nil {
			t.Skipf("the kernel has no %s: %v", name, err)
		}
		return s
	}
}

// tlsStream returns a connected socket that the kernel is to encrypt.
func tlsStream(t *testing.T) *socket.Socket {
	s := connectedStream(t)
	if err := socket.TCPULP.Set(s, "tls"); err != nil {
		t.Skip("the kernel has no TLS:", err)
	}
	return s
}

// tlsKeys are keys for AES-GCM with 128 bits, TLS 1.2.
var tlsKeys = socket.TLSCryptoInfo{
	Version: 0x303, CipherType: 51,
	IV: []byte("initvect"), Key: []byte("sixteen bytes ok"), Salt: []byte("salt"), RecSeq: make([]byte, 8),
}

// boundL2CAP makes L2CAP sockets that are bound to any address, of Bluetooth or of
// Bluetooth LE.
func boundL2CAP(addrType byte) maker {
	return func(t *testing.T) *socket.Socket {
		s := l2cap(t)
		data := make([]byte, 12) // l2_psm, l2_bdaddr, l2_cid, l2_bdaddr_type, padding
		data[10] = addrType
		if addrType != 0 {
			data[8] = 4 // the attribute protocol
		}
		if err := s.Bind(socket.RawAddr{Fam: socket.AF_BLUETOOTH, Data: string(data)}); err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// errNoAdapter is EBADFD, which SCO gives where there is no Bluetooth adapter.
const errNoAdapter = syscall.Errno(77)

// dccpServer returns the accepting end of a DCCP connection.
func dccpServer(t *testing.T) *socket.Socket {
	l, c := dccp(t), dccp(t)
	err := errors.Join(socket.DCCPService.Set(l, 42), socket.DCCPService.Set(c, 42), l.Bind(loopback(socket.AF_INET)), l.Listen())
	if err != nil {
		t.Fatal(err)
	}
	addr, err := l.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Connect(addr); err != nil {
		t.Fatal(err)
	}
	s, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	return s
}

// sctpBound returns an SCTP socket that is bound to all addresses.
func sctpBound(t *testing.T) *socket.Socket {
	s := sctp(t)
	if err := s.Bind(socket.Inet4Addr{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// mptcpPair returns one end of a multipath connection.
func mptcpPair(t *testing.T) *socket.Socket {
	l := mptcp(t)
	if err := errors.Join(l.Bind(loopback(socket.AF_INET)), l.Listen()); err != nil {
		t.Fatal(err)
	}
	addr, err := l.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	c := mptcp(t)
	if err := c.Connect(addr); err != nil {
		t.Fatal(err)
	}
	return c
}

var promiscuous = socket.PacketMembership{IfIndex: loopbackIndex, Type: 1} // PACKET_MR_PROMISC

func transportRows() map[string]optionRow {
	ms := time.Millisecond
	return map[string]optionRow{
		"SCTPAsconfSupported":      rw(socket.SCTPAsconfSupported, sctp, false, true, anyFirst, since("5.4")),
		"SCTPAuthSupported":        rw(socket.SCTPAuthSupported, sctp, false, true, anyFirst, since("5.4")),
		"SCTPAutoAsconf":           rw(socket.SCTPAutoAsconf, sctpBound, false, true, anyFirst),
		"SCTPAutoclose":            rw(socket.SCTPAutoclose, sctpMany, 0, 10*time.Second),
		"SCTPContext":              rw(socket.SCTPContext, sctp, 0, 7),
		"SCTPDelayedSack":          rw(socket.SCTPDelayedSack, sctp, socket.SCTPDelayedSackValue{Delay: 200 * ms, Freq: 2}, socket.SCTPDelayedSackValue{Delay: 100 * ms, Freq: 3}),
		"SCTPDisableFragments":     rw(socket.SCTPDisableFragments, sctp, false, true),
		"SCTPEcnSupported":         rw(socket.SCTPEcnSupported, sctp, true, false, anyFirst, since("5.4")),
		"SCTPExplicitEor":          rw(socket.SCTPExplicitEor, sctp, false, true),
		"SCTPFragmentInterleave":   rw(socket.SCTPFragmentInterleave, sctp, 0, 1, anyFirst),
		"SCTPGetAssocNumber":       ro(socket.SCTPGetAssocNumber, sctpMany, is(0)),
		"SCTPInitmsg":              rw(socket.SCTPInitmsg, sctp, socket.SCTPInitmsgValue{}, socket.SCTPInitmsgValue{NumOStreams: 3, MaxInStreams: 4, MaxAttempts: 5, MaxInitTimeo: 6000 * ms}, anyFirst),
		"SCTPIWantMappedV4Addr":    rw(socket.SCTPIWantMappedV4Addr, sctp6, true, false, anyFirst),
		"SCTPMaxBurst":             rw(socket.SCTPMaxBurst, sctp, 4, 8),
		"SCTPMaxseg":               rw(socket.SCTPMaxseg, sctp, 0, 1000),
		"SCTPNodelay":              rw(socket.SCTPNodelay, sctp, false, true),
		"SCTPPartialDeliveryPoint": rw(socket.SCTPPartialDeliveryPoint, sctp, 0, 1000, anyFirst),
		"SCTPPrSupported":          rw(socket.SCTPPrSupported, sctp, true, false, anyFirst),
		"SCTPReconfigSupported":    rw(socket.SCTPReconfigSupported, sctp, false, true, anyFirst),
		"SCTPRecvNxtInfo":          rw(socket.SCTPRecvNxtInfo, sctp, false, true),
		"SCTPRecvRcvInfo":          rw(socket.SCTPRecvRcvInfo, sctp, false, true),
		"SCTPReusePort":            rw(socket.SCTPReusePort, sctp, false, true),
		"SCTPRTOInfo":              rw(socket.SCTPRTOInfo, sctp, socket.SCTPRTOInfoValue{Initial: 3000 * ms, Max: 60000 * ms, Min: 1000 * ms}, socket.SCTPRTOInfoValue{Initial: 4000 * ms, Max: 30000 * ms, Min: 2000 * ms}),

		"DCCPAvailableCCIDs": ro(socket.DCCPAvailableCCIDs, dccp, func(b []byte) bool { return len(b) > 0 }),
		"DCCPCCID":           wo(socket.DCCPCCID, dccp, 2),
		"DCCPGetCurMPS":      ro(socket.DCCPGetCurMPS, dccp, notZero[int]),
		"DCCPQPolicyID":      rw(socket.DCCPQPolicyID, dccp, 0, 1),
		"DCCPQPolicyTxQLen":  rw(socket.DCCPQPolicyTxQLen, dccp, 5, 10),
		"DCCPRecvCSCov":      rw(socket.DCCPRecvCSCov, dccp, 0, 3, reads(0)), // what was set holds from connect on
		"DCCPRxCCID":         rw(socket.DCCPRxCCID, dccp, 0, 2, unreadOnLinux),
		"DCCPSendCSCov":      rw(socket.DCCPSendCSCov, dccp, 0, 3, reads(0)),
		"DCCPServerTimewait": rw(socket.DCCPServerTimewait, dccpServer, false, true),
		"DCCPService":        rw(socket.DCCPService, dccp, 0, 42, anyFirst),
		"DCCPTxCCID":         rw(socket.DCCPTxCCID, dccp, 0, 2, unreadOnLinux),

		"ICMP6Filter":      rw(socket.ICMP6Filter, icmp6, [8]uint32{}, [8]uint32{1, 2, 3, 4, 5, 6, 7, 0x80000000}, anyFirst),
		"ICMPFilter":       rw(socket.ICMPFilter, raw, 0, 1<<8),
		"MPTCPInfo":        ro(socket.MPTCPInfo, mptcpPair, func(i socket.MPTCPInfoValue) bool { return i.Token != 0 }, since("5.16"), builtOut),
		"UDPLiteRecvCSCov": rw(socket.UDPLiteRecvCSCov, udplite, 0, 20),
		"UDPLiteSendCSCov": rw(socket.UDPLiteSendCSCov, udplite, 0, 20),
	}
}

func linkRows() map[string]optionRow {
	filter := []socket.CANFilter{{ID: 0x123, Mask: 0x7ff}, {ID: 0x80000456, Mask: 0x9fffffff}}
	return map[string]optionRow{
		"PacketAddMembership":  wo(socket.PacketAddMembership, cooked, promiscuous),
		"PacketAuxdata":        rw(socket.PacketAuxdata, cooked, false, true),
		"PacketCopyThresh":     wo(socket.PacketCopyThresh, cooked, 100),
		"PacketDropMembership": wo(socket.PacketDropMembership, inPacketGroup, promiscuous),
		"PacketFanout":         rw(socket.PacketFanout, packetOn, 0, 1<<16|7),
		"PacketHdrLen":         ro(socket.PacketHdrLen, cooked, notZero[int]),
		"PacketIgnoreOutgoing": rw(socket.PacketIgnoreOutgoing, cooked, false, true),
		"PacketLoss":           rw(socket.PacketLoss, cooked, false, true),
		"PacketOrigDev":        rw(socket.PacketOrigDev, cooked, false, true),
		"PacketQdiscBypass":    rw(socket.PacketQdiscBypass, cooked, false, true),
		"PacketReserve":        rw(socket.PacketReserve, cooked, 0, 100),
		"PacketStatistics":     ro(socket.PacketStatistics, cooked, is(socket.PacketStatisticsValue{})),
		"PacketTimestamp":      rw(socket.PacketTimestamp, cooked, 0, 1<<4),
		"PacketTxHasOff":       rw(socket.PacketTxHasOff, cooked, false, true),
		"PacketVersion":        rw(socket.PacketVersion, cooked, 0, 1),
		"PacketVnetHdr":        rw(socket.PacketVnetHdr, frames, false, true),
		"PacketVnetHdrSz":      rw(socket.PacketVnetHdrSz, frames, 0, 12, since("6.6")),

		"NetlinkAddMembership":   wo(socket.NetlinkAddMembership, netlink, 1),
		"NetlinkBroadcastError":  rw(socket.NetlinkBroadcastError, netlink, false, true),
		"NetlinkCapAck":          rw(socket.NetlinkCapAck, netlink, false, true),
		"NetlinkDropMembership":  wo(socket.NetlinkDropMembership, inNetlinkGroup, 1),
		"NetlinkExtAck":          rw(socket.NetlinkExtAck, netlink, false, true),
		"NetlinkGetStrictChk":    rw(socket.NetlinkGetStrictChk, netlink, false, true),
		"NetlinkListenAllNSID":   rw(socket.NetlinkListenAllNSID, netlink, false, true, unreadOnOldLinux),
		"NetlinkListMemberships": ro(socket.NetlinkListMemberships, inNetlinkGroup, func(v []uint32) bool { return len(v) > 0 && v[0] == 1 }),
		"NetlinkNoENOBUFS":       rw(socket.NetlinkNoENOBUFS, netlink, false, true),
		"NetlinkPktInfo":         rw(socket.NetlinkPktInfo, netlink, false, true),

		"CANRawErrFilter":   rw(socket.CANRawErrFilter, canBus, 0, 0x1ff),
		"CANRawFDFrames":    rw(socket.CANRawFDFrames, canBus, false, true),
		"CANRawFilter":      rw(socket.CANRawFilter, canBus, []socket.CANFilter{{}}, filter),
		"CANRawJoinFilters": rw(socket.CANRawJoinFilters, canBus, false, true),
		"CANRawLoopback":    rw(socket.CANRawLoopback, canBus, true, false),
		"CANRawRecvOwnMsgs": rw(socket.CANRawRecvOwnMsgs, canBus, false, true),
		"CANRawXLFrames":    rw(socket.CANRawXLFrames, canBus, false, true, since("6.2")),

		"CANISOTPLLOpts": rw(socket.CANISOTPLLOpts, isotp, socket.CANISOTPLLValue{MTU: 16, TxDL: 8}, socket.CANISOTPLLValue{MTU: 72, TxDL: 64, TxFlags: 1}),
		"CANISOTPOpts": rw(socket.CANISOTPOpts, isotp, socket.CANISOTPOptsValue{}, socket.CANISOTPOptsValue{
			Flags: 4 | 0x200, FrameTxTime: 1000, ExtAddress: 1, TxPadContent: 2, RxPadContent: 3, RxExtAddress: 4,
		}, anyFirst),
		"CANISOTPRecvFC":  rw(socket.CANISOTPRecvFC, isotp, socket.CANISOTPFCValue{}, socket.CANISOTPFCValue{BS: 8, STMin: 5, WFTMax: 2}),
		"CANISOTPRxStmin": rw(socket.CANISOTPRxStmin, isotp, 0, 1000),
		"CANISOTPTxStmin": rw(socket.CANISOTPTxStmin, isotp, 0, 1000),

		"J1939ErrQueue": rw(socket.J1939ErrQueue, j1939, false, true),
		"J1939Filter": wo(socket.J1939Filter, j1939, []socket.J1939FilterValue{
			{PGN: 0x1f00, PGNMask: 0x3ff00}, {Name: 1, NameMask: math.MaxUint64, Addr: 7, AddrMask: noAddr},
		}),
		"J1939Promisc":  rw(socket.J1939Promisc, j1939, false, true),
		"J1939SendPrio": rw(socket.J1939SendPrio, j1939, 6, 3),

		"VMSocketsBufferMaxSize":  rw(socket.VMSocketsBufferMaxSize, vsock, 256<<10, 512<<10, anyFirst),
		"VMSocketsBufferMinSize":  rw(socket.VMSocketsBufferMinSize, vsock, 128, 256, anyFirst),
		"VMSocketsBufferSize":     rw(socket.VMSocketsBufferSize, vsock, 256<<10, 128<<10, anyFirst),
		"VMSocketsConnectTimeout": rw(socket.VMSocketsConnectTimeout, vsock, 2*time.Second, 5*time.Second),

		"TIPCConnTimeout":    rw(socket.TIPCConnTimeout, tipc, 8*time.Second, 3*time.Second),
		"TIPCDestDroppable":  rw(socket.TIPCDestDroppable, tipc, false, true, anyFirst),
		"TIPCImportance":     rw(socket.TIPCImportance, tipc, 0, 2),
		"TIPCMcastBroadcast": wo(socket.TIPCMcastBroadcast, tipc, struct{}{}, mayRefuse(socket.EOPNOTSUPP)),
		"TIPCMcastReplicast": wo(socket.TIPCMcastReplicast, tipc, struct{}{}, mayRefuse(socket.EOPNOTSUPP)),
		"TIPCNodelay":        wo(socket.TIPCNodelay, tipcStream, true, since("5.5")),
		"TIPCNodeRecvqDepth": ro(socket.TIPCNodeRecvqDepth, tipc, is(0)),
		"TIPCSockRecvqDepth": ro(socket.TIPCSockRecvqDepth, tipc, is(0)),
		"TIPCSockRecvqUsed":  ro(socket.TIPCSockRecvqUsed, tipc, is(0)),
		"TIPCSrcDroppable":   rw(socket.TIPCSrcDroppable, tipc, false, true, anyFirst),

		"BTChannelPolicy": rw(socket.BTChannelPolicy, l2cap, 0, 0, mayRefuse(socket.EOPNOTSUPP)),
		"BTDeferSetup":    rw(socket.BTDeferSetup, boundL2CAP(0), false, true),
		"BTFlushable":     rw(socket.BTFlushable, l2cap, false, true),
		"BTMode":          rw(socket.BTMode, l2cap, 0, 3, builtOut),
		"BTPower":         rw(socket.BTPower, l2cap, true, false),
		"BTRcvMTU":        rw(socket.BTRcvMTU, boundL2CAP(1), 672, 100, anyFirst),
		"BTSecurity":      rw(socket.BTSecurity, l2cap, socket.BTSecurityValue{Level: 1}, socket.BTSecurityValue{Level: 2}),
		"BTSndMTU":        refusesGet(socket.BTSndMTU, boundL2CAP(1), socket.ENOTCONN),
		"BTVoice":         rw(socket.BTVoice, sco, 0x60, 3, mayRefuse(errNoAdapter)),

		"HCIDataDir":   rw(socket.HCIDataDir, hci, false, true),
		"HCITimeStamp": rw(socket.HCITimeStamp, hci, false, true),

		"ALGSetAEADAuthSize":    wo(socket.ALGSetAEADAuthSize, boundTo("aead", "gcm(aes)"), 16),
		"ALGSetKey":             wo(socket.ALGSetKey, boundTo("skcipher", "cbc(aes)"), []byte("0123456789abcdef")),
		"RDSCongMonitor":        wo(socket.RDSCongMonitor, rds, true),
		"RDSRecvErr":            rw(socket.RDSRecvErr, rds, false, true),
		"UtunOptIfname":         refusesGet(socket.UtunOptIfname, utun, socket.EINVAL),
		"XDPOptions":            ro(socket.XDPOptions, xdp, is(uint32(0))),
		"XDPRxRing":             wo(socket.XDPRxRing, xdp, 64),
		"XDPStatistics":         ro(socket.XDPStatistics, xdp, is(socket.XDPStatisticsValue{})),
		"XDPTxRing":             wo(socket.XDPTxRing, xdp, 64),
		"XDPUmemCompletionRing": wo(socket.XDPUmemCompletionRing, xdp, 64, mayRefuse(socket.EINVAL)),
		"XDPUmemFillRing":       wo(socket.XDPUmemFillRing, xdp, 64, mayRefuse(socket.EINVAL)),
	}
}

// nativeInt is the bytes of a C int.
func nativeInt(v uint32) string { return string(binary.NativeEndian.AppendUint32(nil, v)) }
