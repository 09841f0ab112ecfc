package socket_test

import (
	"io/fs"
	"maps"
	"math"
	"net/netip"
	"os"
	"runtime"
	"time"

	"github.com/bsdsocket/socket"
)

// optionRows is the table of TestOptions: a row for each option, by its name.
func optionRows() map[string]optionRow {
	rows := socketRows()
	for _, more := range []map[string]optionRow{ipRows(), ipv6Rows(), tcpRows(), transportRows(), linkRows()} {
		maps.Copy(rows, more)
	}
	return rows
}

const badFD = -1

func socketRows() map[string]optionRow {
	return map[string]optionRow{
		"AcceptConn":           ro(socket.AcceptConn, listening, is(true)),
		"AcceptFilter":         rw(socket.AcceptFilter, listening, socket.AcceptFilterValue{}, socket.AcceptFilterValue{Name: "dataready"}, anyFirst, mayRefuse(fs.ErrNotExist)),
		"AttachBPF":            wo(socket.AttachBPF, datagram, badFD, refused(socket.EBADF)),
		"AttachReuseportEBPF":  wo(socket.AttachReuseportEBPF, datagram, badFD, refused(socket.EBADF)),
		"BindAny":              rw(socket.BindAny, stream, false, true),
		"BindToDevice":         rw(socket.BindToDevice, stream, "", loopbackName),
		"BindToIfIndex":        rw(socket.BindToIfIndex, stream, 0, loopbackIndex),
		"BinTime":              rw(socket.BinTime, datagram, false, true),
		"BPFExtensions":        ro(socket.BPFExtensions, datagram, notZero[int]),
		"Broadcast":            rw(socket.Broadcast, datagram, false, true),
		"BufLock":              rw(socket.BufLock, stream, 0, 3, since("5.17")),
		"BusyPoll":             rw(socket.BusyPoll, datagram, 0, 50*time.Microsecond, builtOut, anyFirst),
		"BusyPollBudget":       wo(socket.BusyPollBudget, datagram, 4, since("5.11"), builtOut),
		"CnxAdvice":            wo(socket.CnxAdvice, stream, 1),
		"CompartmentID":        rw(socket.CompartmentID, stream, 1, 1, anyFirst),
		"ConditionalAccept":    rw(socket.ConditionalAccept, stream, false, true),
		"ConnectTime":          ro(socket.ConnectTime, stream, is(math.MaxUint32*time.Second)),
		"Cookie":               ro(socket.Cookie, stream, notZero[uint64]),
		"Debug":                rw(socket.Debug, stream, false, true, ignoredByWine),
		"Domain":               ro(socket.Domain, stream, is(socket.AF_INET)),
		"DontLinger":           rw(socket.DontLinger, stream, true, false, anyFirst),
		"DontRoute":            rw(socket.DontRoute, datagram, false, true, onWindows(true)),
		"DontTrunc":            rw(socket.DontTrunc, datagram, false, true),
		"ExclBind":             rw(socket.ExclBind, stream, false, true),
		"ExclusiveAddrUse":     rw(socket.ExclusiveAddrUse, stream, false, true),
		"IncomingCPU":          rw(socket.IncomingCPU, stream, -1, 0, anyFirst),
		"IncomingNapiID":       ro(socket.IncomingNapiID, stream, is(uint32(0)), builtOut),
		"Inq":                  wo(socket.Inq, unixKind, true, since("6.17")),
		"KeepAlive":            rw(socket.KeepAlive, stream, false, true),
		"Linger":               rw(socket.Linger, stream, socket.LingerValue{}, socket.LingerValue{On: true, Timeout: 5 * time.Second}),
		"ListenIncQLen":        ro(socket.ListenIncQLen, listening, is(0)),
		"ListenQLen":           ro(socket.ListenQLen, listening, is(0)),
		"ListenQLimit":         ro(socket.ListenQLimit, listening, notZero[int]),
		"LocalConnWait":        rw(socket.LocalConnWait, unixKind, false, true),
		"LocalCreds":           rw(socket.LocalCreds, unixKind, false, true),
		"LocalPeerEPID":        ro(socket.LocalPeerEPID, unixPair, is(os.Getpid())),
		"LocalPeerPID":         ro(socket.LocalPeerPID, unixPair, is(os.Getpid())),
		"LocalPeerToken":       ro(socket.LocalPeerToken, unixPair, func(b []byte) bool { return len(b) == 32 }),
		"LockFilter":           rw(socket.LockFilter, datagram, false, true),
		"Mark":                 rw(socket.Mark, stream, 0, 0x80000001),
		"MaxMsgSize":           ro(socket.MaxMsgSize, datagram, notZero[uint32]),
		"MaxPacingRate":        rw(socket.MaxPacingRate, stream, math.MaxUint64, 1<<20, anyFirst),
		"MemInfo":              ro(socket.MemInfo, stream, func(m socket.MemInfoValue) bool { return m.RcvBuf > 0 && m.SndBuf > 0 }),
		"NetNSCookie":          ro(socket.NetNSCookie, stream, notZero[uint64], since("5.14"), builtOut),
		"NetServiceType":       rw(socket.NetServiceType, stream, 0, 4),
		"NoCheck":              rw(socket.NoCheck, datagram, false, true),
		"NoFCS":                rw(socket.NoFCS, frames, false, true),
		"NoSigPipe":            rw(socket.NoSigPipe, stream, false, true),
		"NRead":                ro(socket.NRead, stream, is(0)),
		"NWrite":               ro(socket.NWrite, stream, is(0)),
		"OOBInline":            rw(socket.OOBInline, stream, false, true),
		"PassCred":             rw(socket.PassCred, unixKind, false, true),
		"PassPidFD":            rw(socket.PassPidFD, unixKind, false, true, since("6.5")),
		"PassRights":           rw(socket.PassRights, unixKind, true, false, since("6.16")),
		"PassSec":              rw(socket.PassSec, unixKind, false, true, builtOut),
		"PeekOff":              rw(socket.PeekOff, unixKind, -1, 5),
		"PeerCred":             ro(socket.PeerCred, unixPair, isMe),
		"PeerGroups":           ro(socket.PeerGroups, unixPair, anything),
		"PeerPidFD":            ro(socket.PeerPidFD, unixPair, isPidFD, since("6.5")),
		"PeerSec":              ro(socket.PeerSec, unixPair, notZero[string], builtOut),
		"PortScalability":      rw(socket.PortScalability, stream, false, true, unreadOnWine),
		"PreferBusyPoll":       rw(socket.PreferBusyPoll, datagram, false, true, since("5.11"), builtOut),
		"Priority":             rw(socket.Priority, stream, 0, 5),
		"Protocol":             ro(socket.Protocol, stream, is(socket.IPPROTO_TCP)),
		"RandomizePort":        rw(socket.RandomizePort, stream, false, true, unreadOnWine),
		"RcvBuf":               rw(socket.RcvBuf, stream, 0, 20000, anyFirst, doubled(20000)),
		"RcvBufForce":          wo(socket.RcvBufForce, stream, 20000),
		"RcvLowat":             rw(socket.RcvLowat, stream, 1, 100),
		"RcvMark":              rw(socket.RcvMark, datagram, false, true, since("5.19")),
		"RcvPriority":          rw(socket.RcvPriority, datagram, false, true, since("6.14")),
		"RcvTimeo":             rw(socket.RcvTimeo, stream, 0, 2*time.Second),
		"ReserveMem":           rw(socket.ReserveMem, stream, 0, 1<<16, since("5.16"), mayRefuse(socket.EOPNOTSUPP)),
		"ReuseAddr":            rw(socket.ReuseAddr, stream, false, true),
		"ReuseMulticastPort":   rw(socket.ReuseMulticastPort, datagram, false, true, unreadOnWine),
		"ReusePort":            rw(socket.ReusePort, stream, false, true),
		"ReusePortLB":          rw(socket.ReusePortLB, stream, false, true),
		"ReuseUnicastPort":     rw(socket.ReuseUnicastPort, stream, false, true, unreadOnWine),
		"Rtable":               rw(socket.Rtable, stream, 0, 0, anyFirst),
		"RxqOvfl":              rw(socket.RxqOvfl, datagram, false, true),
		"SelectErrQueue":       rw(socket.SelectErrQueue, datagram, false, true),
		"SetFib":               wo(socket.SetFib, stream, 0),
		"SndBuf":               rw(socket.SndBuf, stream, 0, 20000, anyFirst, doubled(20000)),
		"SndBufForce":          wo(socket.SndBufForce, stream, 20000),
		"SndLowat":             rw(socket.SndLowat, stream, 1, 100, anyFirst, refusedOnLinux(socket.ENOPROTOOPT)),
		"SndTimeo":             rw(socket.SndTimeo, stream, 0, 2*time.Second),
		"SockType":             ro(socket.SockType, datagram, is(socket.SOCK_DGRAM)),
		"Timestamp":            rw(socket.Timestamp, datagram, false, true),
		"Timestamping":         rw(socket.Timestamping, datagram, 0, 1<<3|1<<4), // RX_SOFTWARE, SOFTWARE
		"TimestampMonotonic":   rw(socket.TimestampMonotonic, datagram, false, true),
		"Timestampns":          rw(socket.Timestampns, datagram, false, true),
		"TSClock":              rw(socket.TSClock, datagram, 0, 3), // SO_TS_MONOTONIC
		"TxRehash":             rw(socket.TxRehash, stream, 1, 0, since("5.19"), anyFirst),
		"TxTime":               rw(socket.TxTime, datagram, socket.TxTimeValue{}, socket.TxTimeValue{ClockID: 1, Flags: 2}), // CLOCK_MONOTONIC, REPORT_ERRORS
		"UpdateAcceptContext":  wo(socket.UpdateAcceptContext, stream, 0, mayRefuse(socket.ENOTSOCK)),
		"UpdateConnectContext": wo(socket.UpdateConnectContext, stream, struct{}{}, mayRefuse(socket.ENOTCONN)),
		"UseLoopback":          rw(socket.UseLoopback, stream, false, true),
		"UserCookie":           wo(socket.UserCookie, stream, 7),
		"WifiStatus":           rw(socket.WifiStatus, datagram, false, true),
		"ZeroCopy":             rw(socket.ZeroCopy, stream, false, true),
	}
}

// loopbackName is the name of the loopback interface where an option takes a name.
const loopbackName = "lo"

// isMe reports whether credentials are those of this process.
func isMe(c socket.Ucred) bool {
	return int(c.UID) == os.Geteuid() && int(c.GID) == os.Getegid() && (c.PID == os.Getpid() || c.PID == 0 && runtime.GOOS != "linux")
}

// isPidFD reports whether a number is an fd, and closes it.
func isPidFD(fd int) bool { return fd > 2 && socket.CloseFD(fd) == nil }

func ipRows() map[string]optionRow {
	lo4 := netip.MustParseAddr("127.0.0.1")
	mreq := socket.Mreq{Group: group4, Interface: lo4}
	from := socket.MreqSource{Group: group4, Source: source4, Interface: lo4}
	return map[string]optionRow{
		"IPAddMembership":        wo(socket.IPAddMembership, datagram, mreq),
		"IPAddSourceMembership":  wo(socket.IPAddSourceMembership, datagram, from),
		"IPBindAddressNoPort":    rw(socket.IPBindAddressNoPort, datagram, false, true),
		"IPBindAny":              rw(socket.IPBindAny, datagram, false, true),
		"IPBlockSource":          wo(socket.IPBlockSource, inGroup4, from),
		"IPBoundIf":              rw(socket.IPBoundIf, datagram, 0, loopbackIndex),
		"IPChecksum":             rw(socket.IPChecksum, datagram, false, true),
		"IPDontFrag":             rw(socket.IPDontFrag, datagram, false, true),
		"IPDontFragment":         rw(socket.IPDontFragment, datagram, false, true),
		"IPDropMembership":       wo(socket.IPDropMembership, inGroup4, mreq),
		"IPDropSourceMembership": wo(socket.IPDropSourceMembership, inSourceGroup4, from),
		"IPFreebind":             rw(socket.IPFreebind, datagram, false, true),
		"IPHdrIncl":              rw(socket.IPHdrIncl, raw, false, true),
		"IPLocalPortRange":       rw(socket.IPLocalPortRange, stream, socket.PortRange{}, socket.PortRange{Low: 40000, High: 50000}, since("6.3")),
		"IPMinTTL":               rw(socket.IPMinTTL, stream, 0, 7),
		"IPMTU":                  ro(socket.IPMTU, connectedTo(socket.AF_INET), notZero[int]),
		"IPMTUDiscover":          rw(socket.IPMTUDiscover, datagram, 1, 2, onWindows(0)), // IP_PMTUDISC_WANT, IP_PMTUDISC_DO
		"IPMulticastAll":         rw(socket.IPMulticastAll, datagram, true, false),
		"IPMulticastIf":          rw(socket.IPMulticastIf, datagram, netip.IPv4Unspecified(), lo4),
		"IPMulticastLoop":        rw(socket.IPMulticastLoop, datagram, true, false),
		"IPMulticastTTL":         rw(socket.IPMulticastTTL, datagram, 1, 255),
		"IPNodefrag":             rw(socket.IPNodefrag, raw, false, true),
		"IPOptions":              rw(socket.IPOptions, datagram, []byte{}, []byte{1, 1, 1, 1}, reads([]byte{1, 1, 1, 1})), // four times no operation
		"IPOrigDstAddr":          rw(socket.IPOrigDstAddr, datagram, false, true),
		"IPPassSec":              rw(socket.IPPassSec, datagram, false, true),
		"IPPktInfo":              rw(socket.IPPktInfo, datagram, false, true),
		"IPPortRange":            rw(socket.IPPortRange, datagram, 0, 1),
		"IPProtectionLevel":      rw(socket.IPProtectionLevel, datagram, 20, 10, anyFirst),
		"IPProtocol":             ro(socket.IPProtocol, raw, is(socket.IPPROTO_ICMP), since("6.3")),
		"IPReceiveBroadcast":     rw(socket.IPReceiveBroadcast, datagram, true, false, anyFirst),
		"IPRecvDstAddr":          rw(socket.IPRecvDstAddr, datagram, false, true),
		"IPRecvErr":              rw(socket.IPRecvErr, datagram, false, true),
		"IPRecvErrRFC4884":       rw(socket.IPRecvErrRFC4884, datagram, false, true),
		"IPRecvFragSize":         rw(socket.IPRecvFragSize, datagram, false, true),
		"IPRecvIf":               rw(socket.IPRecvIf, datagram, false, true),
		"IPRecvOpts":             rw(socket.IPRecvOpts, datagram, false, true),
		"IPRecvOrigDstAddr":      rw(socket.IPRecvOrigDstAddr, datagram, false, true),
		"IPRecvPktInfo":          rw(socket.IPRecvPktInfo, datagram, false, true),
		"IPRecvRetOpts":          rw(socket.IPRecvRetOpts, datagram, false, true),
		"IPRecvTOS":              rw(socket.IPRecvTOS, datagram, false, true),
		"IPRecvTTL":              rw(socket.IPRecvTTL, datagram, false, true),
		"IPRetOpts":              rw(socket.IPRetOpts, datagram, false, true),
		"IPRouterAlert":          wo(socket.IPRouterAlert, raw, true),
		"IPTOS":                  rw(socket.IPTOS, datagram, 0, 0x10),
		"IPTransparent":          rw(socket.IPTransparent, datagram, false, true),
		"IPTTL":                  rw(socket.IPTTL, datagram, 64, 7, anyFirst),
		"IPUnblockSource":        wo(socket.IPUnblockSource, blocked4, from),
		"IPUnicastIf":            rw(socket.IPUnicastIf, datagram, 0, loopbackIndex),
		"IPUserMTU":              rw(socket.IPUserMTU, datagram, 0, 1400, anyFirst),
		"OriginalDst":            refusesGet(socket.OriginalDst, connectedStream, fs.ErrNotExist, builtOut),
	}
}

func ipv6Rows() map[string]optionRow {
	lo6 := netip.IPv6Loopback()
	mreq := socket.Mreq6{Group: group6, IfIndex: loopbackIndex}
	anycast := socket.Mreq6{Group: netip.MustParseAddr("::2"), IfIndex: loopbackIndex}
	options := []byte{0, 0, 1, 4, 0, 0, 0, 0}                         // no next header, 8 bytes, PadN of 4
	rthdr := append([]byte{0, 2, 2, 1, 0, 0, 0, 0}, lo6.AsSlice()...) // type 2, of Mobile IPv6
	return map[string]optionRow{
		"IPv6AddrPreferences":    rw(socket.IPv6AddrPreferences, datagram6, 0, 2, anyFirst, reads(2|0x400)), // PREFER_SRC_PUBLIC and what it is with, HOME
		"IPv6AutoFlowLabel":      rw(socket.IPv6AutoFlowLabel, datagram6, true, false, anyFirst),
		"IPv6BindAny":            rw(socket.IPv6BindAny, datagram6, false, true),
		"IPv6BoundIf":            rw(socket.IPv6BoundIf, datagram6, 0, loopbackIndex),
		"IPv6Checksum":           rw(socket.IPv6Checksum, raw6, -1, 2),
		"IPv6DontFrag":           rw(socket.IPv6DontFrag, datagram6, false, true),
		"IPv6DstOpts":            rw(socket.IPv6DstOpts, datagram6, []byte{}, options),
		"IPv6FlowInfo":           rw(socket.IPv6FlowInfo, datagram6, false, true),
		"IPv6FlowInfoSend":       rw(socket.IPv6FlowInfoSend, datagram6, false, true),
		"IPv6Freebind":           rw(socket.IPv6Freebind, datagram6, false, true),
		"IPv6HdrIncl":            rw(socket.IPv6HdrIncl, raw6, false, true),
		"IPv6HopOpts":            rw(socket.IPv6HopOpts, datagram6, []byte{}, options),
		"IPv6JoinAnycast":        wo(socket.IPv6JoinAnycast, datagram6, anycast, mayRefuse(socket.EADDRNOTAVAIL)),
		"IPv6JoinGroup":          wo(socket.IPv6JoinGroup, datagram6, mreq),
		"IPv6LeaveAnycast":       wo(socket.IPv6LeaveAnycast, datagram6, anycast, refused(fs.ErrNotExist)),
		"IPv6LeaveGroup":         wo(socket.IPv6LeaveGroup, inGroup6, mreq),
		"IPv6MinHopCount":        rw(socket.IPv6MinHopCount, stream6, 0, 7),
		"IPv6MTU":                rw(socket.IPv6MTU, connectedTo(socket.AF_INET6), 65536, 1400, anyFirst, reads(65536)), // the path's, not what was set
		"IPv6MTUDiscover":        rw(socket.IPv6MTUDiscover, datagram6, 1, 2),
		"IPv6MulticastAll":       rw(socket.IPv6MulticastAll, datagram6, true, false),
		"IPv6MulticastHops":      rw(socket.IPv6MulticastHops, datagram6, 1, 255),
		"IPv6MulticastIf":        rw(socket.IPv6MulticastIf, datagram6, 0, loopbackIndex),
		"IPv6MulticastLoop":      rw(socket.IPv6MulticastLoop, datagram6, true, false),
		"IPv6OrigDstAddr":        rw(socket.IPv6OrigDstAddr, datagram6, false, true),
		"IPv6PathMTU":            ro(socket.IPv6PathMTU, connectedTo(socket.AF_INET6), notZero[int]),
		"IPv6PktInfo":            rw(socket.IPv6PktInfo, datagram6, socket.PktInfo6{}, socket.PktInfo6{IfIndex: loopbackIndex}, unreadOnLinux),
		"IPv6PortRange":          rw(socket.IPv6PortRange, datagram6, 0, 1),
		"IPv6ProtectionLevel":    rw(socket.IPv6ProtectionLevel, datagram6, 20, 10, anyFirst),
		"IPv6RecvDstOpts":        rw(socket.IPv6RecvDstOpts, datagram6, false, true),
		"IPv6RecvErr":            rw(socket.IPv6RecvErr, datagram6, false, true),
		"IPv6RecvErrRFC4884":     rw(socket.IPv6RecvErrRFC4884, datagram6, false, true),
		"IPv6RecvFragSize":       rw(socket.IPv6RecvFragSize, datagram6, false, true),
		"IPv6RecvHopLimit":       rw(socket.IPv6RecvHopLimit, datagram6, false, true),
		"IPv6RecvHopOpts":        rw(socket.IPv6RecvHopOpts, datagram6, false, true),
		"IPv6RecvOrigDstAddr":    rw(socket.IPv6RecvOrigDstAddr, datagram6, false, true),
		"IPv6RecvPathMTU":        rw(socket.IPv6RecvPathMTU, datagram6, false, true),
		"IPv6RecvPktInfo":        rw(socket.IPv6RecvPktInfo, datagram6, false, true),
		"IPv6RecvRthdr":          rw(socket.IPv6RecvRthdr, datagram6, false, true),
		"IPv6RecvTClass":         rw(socket.IPv6RecvTClass, datagram6, false, true),
		"IPv6RouterAlert":        rw(socket.IPv6RouterAlert, rawAlert6, 0, 5, anyFirst, reads(1), unreadOnOldLinux),
		"IPv6RouterAlertIsolate": rw(socket.IPv6RouterAlertIsolate, raw6, false, true),
		"IPv6Rthdr":              rw(socket.IPv6Rthdr, datagram6, []byte{}, rthdr, mayRefuse(socket.EINVAL)),
		"IPv6RthdrDstOpts":       rw(socket.IPv6RthdrDstOpts, datagram6, []byte{}, options),
		"IPv6TClass":             rw(socket.IPv6TClass, datagram6, 0, 0x20),
		"IPv6Transparent":        rw(socket.IPv6Transparent, datagram6, false, true),
		"IPv6UnicastHops":        rw(socket.IPv6UnicastHops, datagram6, 64, 7, anyFirst),
		"IPv6UnicastIf":          rw(socket.IPv6UnicastIf, datagram6, 0, loopbackIndex),
		"IPv6UseMinMTU":          rw(socket.IPv6UseMinMTU, datagram6, -1, 1),
		"IPv6UserMTU":            rw(socket.IPv6UserMTU, datagram6, 0, 1400, anyFirst),
		"IPv6V6Only":             rw(socket.IPv6V6Only, datagram6, false, true, onWindows(true), anyFirst),
		"IP6TOriginalDst":        refusesGet(socket.IP6TOriginalDst, stream6, fs.ErrNotExist, builtOut),
	}
}

// rawAlert6 is a socket of the one protocol number that takes IPV6_ROUTER_ALERT.
var rawAlert6 = kindOf(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)

func tcpRows() map[string]optionRow {
	return map[string]optionRow{
		"TCPCongestion":             rw(socket.TCPCongestion, stream, "cubic", "reno", anyFirst),
		"TCPConnectionTimeout":      rw(socket.TCPConnectionTimeout, stream, 0, 10*time.Second),
		"TCPCork":                   rw(socket.TCPCork, stream, false, true),
		"TCPDeferAccept":            rw(socket.TCPDeferAccept, stream, 0, 5*time.Second, reads(7*time.Second)), // until the third SYN-ACK: 1 + 2 + 4 s
		"TCPDelackMaxUS":            rw(socket.TCPDelackMaxUS, stream, 200*time.Millisecond, 40*time.Millisecond, since("6.15")),
		"TCPEnableECN":              rw(socket.TCPEnableECN, stream, false, true),
		"TCPExpedited1122":          rw(socket.TCPExpedited1122, stream, false, true),
		"TCPFailConnectOnICMPError": rw(socket.TCPFailConnectOnICMPError, stream, false, true),
		"TCPFastOpen":               rw(socket.TCPFastOpen, listening, 0, 5),
		"TCPFastOpenConnect":        rw(socket.TCPFastOpenConnect, stream, false, true, mayRefuse(socket.EOPNOTSUPP)),
		"TCPFastOpenKey":            rw(socket.TCPFastOpenKey, stream, []byte{}, []byte("0123456789abcdef"), anyFirst),
		"TCPFastOpenNoCookie":       rw(socket.TCPFastOpenNoCookie, stream, false, true),
		"TCPFunctionAlias":          ro(socket.TCPFunctionAlias, stream, anything[string]),
		"TCPFunctionBlk":            rw(socket.TCPFunctionBlk, stream, "freebsd", "freebsd"),
		"TCPInfo":                   ro(socket.TCPInfo, connectedStream, isEstablished),
		"TCPInq":                    rw(socket.TCPInq, stream, false, true),
		"TCPIsMPTCP":                ro(socket.TCPIsMPTCP, stream, is(false), since("6.9")),
		"TCPKeepCnt":                rw(socket.TCPKeepCnt, stream, 9, 3, anyFirst),
		"TCPKeepIdle":               rw(socket.TCPKeepIdle, stream, 2*time.Hour, 5*time.Second, anyFirst),
		"TCPKeepInit":               rw(socket.TCPKeepInit, stream, 75*time.Second, 10*time.Second),
		"TCPKeepIntvl":              rw(socket.TCPKeepIntvl, stream, 75*time.Second, 5*time.Second, anyFirst),
		"TCPLinger2":                rw(socket.TCPLinger2, stream, 60*time.Second, 5*time.Second),
		"TCPMaxRT":                  rw(socket.TCPMaxRT, stream, 0, 30*time.Second, anyFirst),
		"TCPMaxSeg":                 rw(socket.TCPMaxSeg, stream, 536, 1000, anyFirst),
		"TCPNoDelay":                rw(socket.TCPNoDelay, stream, false, true),
		"TCPNoOpt":                  rw(socket.TCPNoOpt, stream, false, true),
		"TCPNoPush":                 rw(socket.TCPNoPush, stream, false, true),
		"TCPNotSentLowat":           rw(socket.TCPNotSentLowat, stream, 0, 16384),
		"TCPQueueSeq":               rw(socket.TCPQueueSeq, repairedQueue, 0, 7, anyFirst),
		"TCPQuickAck":               rw(socket.TCPQuickAck, stream, true, false),
		"TCPRepair":                 rw(socket.TCPRepair, stream, 0, 1),
		"TCPRepairQueue":            rw(socket.TCPRepairQueue, repaired, 0, 2),
		"TCPRTOMaxMS":               rw(socket.TCPRTOMaxMS, stream, 2*time.Minute, 10*time.Second, since("6.15")),
		"TCPRTOMinUS":               rw(socket.TCPRTOMinUS, stream, 200*time.Millisecond, 40*time.Millisecond, since("6.15")),
		"TCPRxtConnDropTime":        rw(socket.TCPRxtConnDropTime, stream, 0, 10*time.Second),
		"TCPRxtFinDrop":             rw(socket.TCPRxtFinDrop, stream, false, true),
		"TCPSavedSyn":               ro(socket.TCPSavedSyn, savedSyn, func(b []byte) bool { return len(b) >= 40 && b[0]>>4 == 4 }),
		"TCPSaveSyn":                rw(socket.TCPSaveSyn, stream, 0, 1),
		"TCPSendMoreAcks":           rw(socket.TCPSendMoreAcks, stream, false, true),
		"TCPSynCnt":                 rw(socket.TCPSynCnt, stream, 6, 3, anyFirst),
		"TCPThinDupack":             rw(socket.TCPThinDupack, stream, false, true, reads(false)), // since Linux 4.14 it does nothing
		"TCPThinLinearTimeouts":     rw(socket.TCPThinLinearTimeouts, stream, false, true),
		"TCPTimestamp":              rw(socket.TCPTimestamp, repaired, 0, 7, anyFirst, runsOn),
		"TCPTimestamps":             rw(socket.TCPTimestamps, stream, false, true),
		"TCPTxDelay":                rw(socket.TCPTxDelay, stream, 0, 50*time.Microsecond),
		"TCPULP":                    rw(socket.TCPULP, connectedStream, "", "tls", mayRefuse(fs.ErrNotExist)),
		"TCPUserTimeout":            rw(socket.TCPUserTimeout, stream, 0, 1500*time.Millisecond),
		"TCPWindowClamp":            rw(socket.TCPWindowClamp, stream, 0, 60000, anyFirst),
		"TLSRx":                     wo(socket.TLSRx, tlsStream, tlsKeys),
		"TLSTx":                     wo(socket.TLSTx, tlsStream, tlsKeys),
		"UDPChecksumCoverage":       rw(socket.UDPChecksumCoverage, datagram, false, true),
		"UDPCork":                   rw(socket.UDPCork, datagram, false, true),
		"UDPEncap":                  rw(socket.UDPEncap, datagram, 0, 2, builtOut), // UDP_ENCAP_ESPINUDP
		"UDPGRO":                    rw(socket.UDPGRO, datagram, false, true),
		"UDPNoCheck6Rx":             rw(socket.UDPNoCheck6Rx, datagram6, false, true),
		"UDPNoCheck6Tx":             rw(socket.UDPNoCheck6Tx, datagram6, false, true),
		"UDPNoChecksum":             rw(socket.UDPNoChecksum, datagram, false, true),
		"UDPRecvMaxCoalescedSize":   rw(socket.UDPRecvMaxCoalescedSize, datagram, 0, 65535),
		"UDPSegment":                rw(socket.UDPSegment, datagram, 0, 1200),
		"UDPSendMsgSize":            rw(socket.UDPSendMsgSize, datagram, 0, 1200),
	}
}

func isEstablished(i socket.TCPInfoValue) bool {
	return i.State.String() == "ESTABLISHED" && i.RTO > 0 && i.SndMSS > 0
}
