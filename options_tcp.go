package socket

import (
	"errors"
	"net/netip"
	"time"
)

// The sockets that the options of TCP and UDP are for.
var (
	tcpSockets  = socketKind{optIPPROTO_TCP, AF_INET, SOCK_STREAM, 0, nil}
	udpSockets  = socketKind{optIPPROTO_UDP, AF_INET, SOCK_DGRAM, 0, nil}
	udp6Sockets = socketKind{optIPPROTO_UDP, AF_INET6, SOCK_DGRAM, 0, nil}
	tlsSockets  = socketKind{optSOL_TLS, AF_INET, SOCK_STREAM, 0, startTLS}
)

// startTLS connects a socket to itself, which TCP allows, and has the kernel encrypt it.
func startTLS(s *Socket) error {
	if err := s.Bind(Inet4Addr{IP: netip.AddrFrom4([4]byte{127, 0, 0, 1})}); err != nil {
		return err
	}
	self, err := s.GetSockName()
	if err != nil {
		return err
	}
	if err := errors.Join(s.SetTimeout(time.Second), s.Connect(self)); err != nil {
		return err
	}
	return TCPULP.Set(s, "tls")
}

// The options of IPPROTO_TCP. TCP_MD5SIG has none here: its keys belong to routers.
var (
	// TCPCongestion is TCP_CONGESTION, tcp(7): the name of the congestion control, such as "cubic". TCP_CONGCTL on NetBSD. Linux, FreeBSD, NetBSD, Solaris.
	TCPCongestion = Option[string]{&tcpSockets, max(optTCP_CONGESTION, optTCP_CONGCTL), "TCP_CONGESTION", &asName, readWrite}

	// TCPConnectionTimeout is TCP_CONNECTIONTIMEOUT, tcp(4) of macOS: the limit for a connect, in seconds.
	TCPConnectionTimeout = Option[time.Duration]{&tcpSockets, optTCP_CONNECTIONTIMEOUT, "TCP_CONNECTIONTIMEOUT", &asSeconds, readWrite}

	// TCPCork is TCP_CORK, tcp(7): send full segments only. Linux, Solaris.
	TCPCork = Option[bool]{&tcpSockets, optTCP_CORK, "TCP_CORK", &asBool, readWrite}

	// TCPDeferAccept is TCP_DEFER_ACCEPT, tcp(7): accept tells of a connection when data comes, or after this many seconds, rounded to its retransmissions. Linux.
	TCPDeferAccept = Option[time.Duration]{&tcpSockets, optTCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", &asSeconds, readWrite}

	// TCPDelackMaxUS is TCP_DELACK_MAX_US, the longest delay of an ACK, in microseconds. Linux 6.15.
	TCPDelackMaxUS = Option[time.Duration]{&tcpSockets, optTCP_DELACK_MAX_US, "TCP_DELACK_MAX_US", &asMicros, readWrite}

	// TCPEnableECN is TCP_ENABLE_ECN, xnu netinet/tcp.h: explicit congestion notification. macOS.
	TCPEnableECN = Option[bool]{&tcpSockets, optTCP_ENABLE_ECN, "TCP_ENABLE_ECN", &asBool, readWrite}

	// TCPExpedited1122 is TCP_EXPEDITED_1122, urgent data as in RFC 1122. Windows.
	TCPExpedited1122 = Option[bool]{&tcpSockets, optTCP_EXPEDITED_1122, "TCP_EXPEDITED_1122", &asBool, readWrite}

	// TCPFailConnectOnICMPError is TCP_FAIL_CONNECT_ON_ICMP_ERROR, a connect ends at the first error from the network. Windows.
	TCPFailConnectOnICMPError = Option[bool]{&tcpSockets, optTCP_FAIL_CONNECT_ON_ICMP_ERROR, "TCP_FAIL_CONNECT_ON_ICMP_ERROR", &asBool, readWrite}

	// TCPFastOpen is TCP_FASTOPEN, tcp(7): fast open of a listening socket (RFC 7413), the number of connections that may wait. Linux, FreeBSD, macOS, Windows.
	TCPFastOpen = Option[int]{&tcpSockets, optTCP_FASTOPEN, "TCP_FASTOPEN", &asInt, readWrite}

	// TCPFastOpenConnect is TCP_FASTOPEN_CONNECT, tcp(7): connect waits for the first send, to use fast open. Linux.
	TCPFastOpenConnect = Option[bool]{&tcpSockets, optTCP_FASTOPEN_CONNECT, "TCP_FASTOPEN_CONNECT", &asBool, readWrite}

	// TCPFastOpenKey is TCP_FASTOPEN_KEY, the key of fast open's cookies, 16 bytes or two keys. Linux.
	TCPFastOpenKey = Option[[]byte]{&tcpSockets, optTCP_FASTOPEN_KEY, "TCP_FASTOPEN_KEY", &asBytes, readWrite}

	// TCPFastOpenNoCookie is TCP_FASTOPEN_NO_COOKIE, fast open without cookies. Linux.
	TCPFastOpenNoCookie = Option[bool]{&tcpSockets, optTCP_FASTOPEN_NO_COOKIE, "TCP_FASTOPEN_NO_COOKIE", &asBool, readWrite}

	// TCPFunctionAlias is TCP_FUNCTION_ALIAS, tcp(4) of FreeBSD: the name that the TCP stack was chosen by. Read-only.
	TCPFunctionAlias = Option[string]{&tcpSockets, optTCP_FUNCTION_ALIAS, "TCP_FUNCTION_ALIAS", &asFunctionSet, readOnly}

	// TCPFunctionBlk is TCP_FUNCTION_BLK, tcp(4) of FreeBSD: the name of the TCP stack.
	TCPFunctionBlk = Option[string]{&tcpSockets, optTCP_FUNCTION_BLK, "TCP_FUNCTION_BLK", &asFunctionSet, readWrite}

	// TCPInfo is TCP_INFO, tcp(7): the state and the measurements of a connection. TCP_CONNECTION_INFO on macOS. Read-only. Not on Windows, Solaris and DragonFly.
	TCPInfo = Option[TCPInfoValue]{&tcpSockets, max(optTCP_INFO, optTCP_CONNECTION_INFO), "TCP_INFO", &asTCPInfo, readOnly}

	// TCPInq is TCP_INQ, control messages with the number of bytes left to read. Linux.
	TCPInq = Option[bool]{&tcpSockets, optTCP_INQ, "TCP_INQ", &asBool, readWrite}

	// TCPIsMPTCP is TCP_IS_MPTCP, whether the connection is one of MPTCP. Read-only. Linux 6.9.
	TCPIsMPTCP = Option[bool]{&tcpSockets, optTCP_IS_MPTCP, "TCP_IS_MPTCP", &asBool, readOnly}

	// TCPKeepCnt is TCP_KEEPCNT, tcp(7): how many probes without an answer end the connection. Not on OpenBSD.
	TCPKeepCnt = Option[int]{&tcpSockets, optTCP_KEEPCNT, "TCP_KEEPCNT", &asInt, readWrite}

	// TCPKeepIdle is TCP_KEEPIDLE, tcp(7): how long a connection is idle before the first probe, in seconds. TCP_KEEPALIVE on macOS. Not on OpenBSD.
	TCPKeepIdle = Option[time.Duration]{&tcpSockets, max(optTCP_KEEPIDLE, optTCP_KEEPALIVE), "TCP_KEEPIDLE", &asSeconds, readWrite}

	// TCPKeepInit is TCP_KEEPINIT, tcp(4): the limit for a connect, in seconds. FreeBSD, NetBSD, DragonFly.
	TCPKeepInit = Option[time.Duration]{&tcpSockets, optTCP_KEEPINIT, "TCP_KEEPINIT", &asSeconds, readWrite}

	// TCPKeepIntvl is TCP_KEEPINTVL, tcp(7): the time between probes, in seconds. Not on OpenBSD.
	TCPKeepIntvl = Option[time.Duration]{&tcpSockets, optTCP_KEEPINTVL, "TCP_KEEPINTVL", &asSeconds, readWrite}

	// TCPLinger2 is TCP_LINGER2, tcp(7): how long a closed connection stays in FIN_WAIT2, in seconds. Linux, Solaris.
	TCPLinger2 = Option[time.Duration]{&tcpSockets, optTCP_LINGER2, "TCP_LINGER2", &asSeconds, readWrite}

	// TCPMaxRT is TCP_MAXRT, how long to send again before the connection ends, in seconds. Windows.
	TCPMaxRT = Option[time.Duration]{&tcpSockets, optTCP_MAXRT, "TCP_MAXRT", &asSeconds, readWrite}

	// TCPMaxSeg is TCP_MAXSEG, tcp(7): the maximum segment size.
	TCPMaxSeg = Option[int]{&tcpSockets, optTCP_MAXSEG, "TCP_MAXSEG", &asInt, readWrite}

	// TCPNoDelay is TCP_NODELAY, tcp(7): send small segments at once (Nagle's algorithm off).
	TCPNoDelay = Option[bool]{&tcpSockets, optTCP_NODELAY, "TCP_NODELAY", &asBool, readWrite}

	// TCPNoOpt is TCP_NOOPT, tcp(4): no TCP options. FreeBSD, macOS, DragonFly.
	TCPNoOpt = Option[bool]{&tcpSockets, optTCP_NOOPT, "TCP_NOOPT", &asBool, readWrite}

	// TCPNoPush is TCP_NOPUSH, tcp(4): send full segments only. FreeBSD, OpenBSD, DragonFly, macOS.
	TCPNoPush = Option[bool]{&tcpSockets, optTCP_NOPUSH, "TCP_NOPUSH", &asBool, readWrite}

	// TCPNotSentLowat is TCP_NOTSENT_LOWAT, tcp(7): the socket is ready for sending if fewer bytes are not sent yet. Linux, macOS.
	TCPNotSentLowat = Option[uint32]{&tcpSockets, optTCP_NOTSENT_LOWAT, "TCP_NOTSENT_LOWAT", &asUint32, readWrite}

	// TCPQueueSeq is TCP_QUEUE_SEQ, the sequence number of the queue that TCPRepairQueue chose. Linux, in repair mode.
	TCPQueueSeq = Option[uint32]{&tcpSockets, optTCP_QUEUE_SEQ, "TCP_QUEUE_SEQ", &asUint32, readWrite}

	// TCPQuickAck is TCP_QUICKACK, tcp(7): ACKs go at once, until the kernel thinks otherwise. Linux.
	TCPQuickAck = Option[bool]{&tcpSockets, optTCP_QUICKACK, "TCP_QUICKACK", &asBool, readWrite}

	// TCPRepair is TCP_REPAIR, repair mode, to move connections (CRIU): 1 on, 0 off, -1 off without a window probe; privileged. Linux.
	TCPRepair = Option[int]{&tcpSockets, optTCP_REPAIR, "TCP_REPAIR", &asInt, readWrite}

	// TCPRepairQueue is TCP_REPAIR_QUEUE, the queue that is repaired: 0 none, 1 receive, 2 send. Linux, in repair mode.
	TCPRepairQueue = Option[int]{&tcpSockets, optTCP_REPAIR_QUEUE, "TCP_REPAIR_QUEUE", &asInt, readWrite}

	// TCPRTOMaxMS is TCP_RTO_MAX_MS, the longest time to a retransmission, in milliseconds, 1 to 120 seconds. Linux 6.15.
	TCPRTOMaxMS = Option[time.Duration]{&tcpSockets, optTCP_RTO_MAX_MS, "TCP_RTO_MAX_MS", &asMillis, readWrite}

	// TCPRTOMinUS is TCP_RTO_MIN_US, the shortest time to a retransmission, in microseconds. Linux 6.15.
	TCPRTOMinUS = Option[time.Duration]{&tcpSockets, optTCP_RTO_MIN_US, "TCP_RTO_MIN_US", &asMicros, readWrite}

	// TCPRxtConnDropTime is TCP_RXT_CONNDROPTIME, tcp(4) of macOS: how long to send again before the connection ends, in seconds.
	TCPRxtConnDropTime = Option[time.Duration]{&tcpSockets, optTCP_RXT_CONNDROPTIME, "TCP_RXT_CONNDROPTIME", &asSeconds, readWrite}

	// TCPRxtFinDrop is TCP_RXT_FINDROP, tcp(4) of macOS: end the connection after three FINs without an answer.
	TCPRxtFinDrop = Option[bool]{&tcpSockets, optTCP_RXT_FINDROP, "TCP_RXT_FINDROP", &asBool, readWrite}

	// TCPSavedSyn is TCP_SAVED_SYN, the headers of the SYN that TCPSaveSyn kept, once. Read-only. Linux.
	TCPSavedSyn = Option[[]byte]{&tcpSockets, optTCP_SAVED_SYN, "TCP_SAVED_SYN", &asBytes, readOnly}

	// TCPSaveSyn is TCP_SAVE_SYN, a listening socket keeps the headers of SYNs: 1 from IP, 2 from the link layer. Linux.
	TCPSaveSyn = Option[int]{&tcpSockets, optTCP_SAVE_SYN, "TCP_SAVE_SYN", &asInt, readWrite}

	// TCPSendMoreAcks is TCP_SENDMOREACKS, tcp(4) of macOS: an ACK for every other packet.
	TCPSendMoreAcks = Option[bool]{&tcpSockets, optTCP_SENDMOREACKS, "TCP_SENDMOREACKS", &asBool, readWrite}

	// TCPSynCnt is TCP_SYNCNT, tcp(7): how often to send the SYN again, 1 to 127. Linux.
	TCPSynCnt = Option[int]{&tcpSockets, optTCP_SYNCNT, "TCP_SYNCNT", &asInt, readWrite}

	// TCPThinDupack is TCP_THIN_DUPACK, Documentation/networking/tcp-thin.rst: retransmit after one duplicate ACK; without effect since Linux 4.14. Linux.
	TCPThinDupack = Option[bool]{&tcpSockets, optTCP_THIN_DUPACK, "TCP_THIN_DUPACK", &asBool, readWrite}

	// TCPThinLinearTimeouts is TCP_THIN_LINEAR_TIMEOUTS, Documentation/networking/tcp-thin.rst: time-outs of thin streams do not grow at first. Linux.
	TCPThinLinearTimeouts = Option[bool]{&tcpSockets, optTCP_THIN_LINEAR_TIMEOUTS, "TCP_THIN_LINEAR_TIMEOUTS", &asBool, readWrite}

	// TCPTimestamp is TCP_TIMESTAMP, the clock of TCP timestamps; set in repair mode only. Linux.
	TCPTimestamp = Option[uint32]{&tcpSockets, optTCP_TIMESTAMP, "TCP_TIMESTAMP", &asUint32, readWrite}

	// TCPTimestamps is TCP_TIMESTAMPS, TCP timestamps (RFC 7323). Windows.
	TCPTimestamps = Option[bool]{&tcpSockets, optTCP_TIMESTAMPS, "TCP_TIMESTAMPS", &asBool, readWrite}

	// TCPTxDelay is TCP_TX_DELAY, a delay of every packet, in microseconds, for tests. Linux 5.3.
	TCPTxDelay = Option[time.Duration]{&tcpSockets, optTCP_TX_DELAY, "TCP_TX_DELAY", &asMicros, readWrite}

	// TCPULP is TCP_ULP, the protocol in the kernel on top of TCP, such as "tls"; of a connected socket. Linux.
	TCPULP = Option[string]{&tcpSockets, optTCP_ULP, "TCP_ULP", &asName, readWrite}

	// TCPUserTimeout is TCP_USER_TIMEOUT, tcp(7): how long data may go without an ACK before the connection ends, in milliseconds (RFC 5482). Linux.
	TCPUserTimeout = Option[time.Duration]{&tcpSockets, optTCP_USER_TIMEOUT, "TCP_USER_TIMEOUT", &asMillis, readWrite}

	// TCPWindowClamp is TCP_WINDOW_CLAMP, tcp(7): the limit of the window to tell. Linux.
	TCPWindowClamp = Option[int]{&tcpSockets, optTCP_WINDOW_CLAMP, "TCP_WINDOW_CLAMP", &asInt, readWrite}
)

// The options of SOL_TLS (Documentation/networking/tls.rst): of a connected socket with the TCPULP "tls". Linux.
var (
	// TLSRx is TLS_RX, the keys of what is received. Set only.
	TLSRx = Option[TLSCryptoInfo]{&tlsSockets, optTLS_RX, "TLS_RX", &asTLSCrypto, writeOnly}

	// TLSTx is TLS_TX, the keys of what is sent; TLSRecordType sends other records than application data. Set only.
	TLSTx = Option[TLSCryptoInfo]{&tlsSockets, optTLS_TX, "TLS_TX", &asTLSCrypto, writeOnly}
)

// The options of IPPROTO_UDP.
var (
	// UDPChecksumCoverage is UDP_CHECKSUM_COVERAGE, whether datagrams carry a checksum. Windows.
	UDPChecksumCoverage = Option[bool]{&udpSockets, optUDP_CHECKSUM_COVERAGE, "UDP_CHECKSUM_COVERAGE", &asBool, readWrite}

	// UDPCork is UDP_CORK, udp(7): sends gather into one datagram until it is off again. Linux.
	UDPCork = Option[bool]{&udpSockets, optUDP_CORK, "UDP_CORK", &asBool, readWrite}

	// UDPEncap is UDP_ENCAP, udp(7): the protocol inside datagrams, UDP_ENCAP_*. Linux, FreeBSD, NetBSD.
	UDPEncap = Option[int]{&udpSockets, optUDP_ENCAP, "UDP_ENCAP", &asInt, readWrite}

	// UDPGRO is UDP_GRO, udp(7): datagrams of one sender may come as one, with a control message that tells their size. Linux 5.0.
	UDPGRO = Option[bool]{&udpSockets, optUDP_GRO, "UDP_GRO", &asBool, readWrite}

	// UDPNoChecksum is UDP_NOCHECKSUM, send datagrams without a checksum. Windows.
	UDPNoChecksum = Option[bool]{&udpSockets, optUDP_NOCHECKSUM, "UDP_NOCHECKSUM", &asBool, readWrite}

	// UDPNoCheck6Rx is UDP_NO_CHECK6_RX, receive datagrams without a checksum over IPv6. Linux.
	UDPNoCheck6Rx = Option[bool]{&udp6Sockets, optUDP_NO_CHECK6_RX, "UDP_NO_CHECK6_RX", &asBool, readWrite}

	// UDPNoCheck6Tx is UDP_NO_CHECK6_TX, send datagrams without a checksum over IPv6. Linux.
	UDPNoCheck6Tx = Option[bool]{&udp6Sockets, optUDP_NO_CHECK6_TX, "UDP_NO_CHECK6_TX", &asBool, readWrite}

	// UDPRecvMaxCoalescedSize is UDP_RECV_MAX_COALESCED_SIZE, datagrams of one sender may come as one up to this size, 0 for not at all. Windows.
	UDPRecvMaxCoalescedSize = Option[uint32]{&udpSockets, optUDP_RECV_MAX_COALESCED_SIZE, "UDP_RECV_MAX_COALESCED_SIZE", &asUint32, readWrite}

	// UDPSegment is UDP_SEGMENT, udp(7): one send is cut into datagrams of this size, 0 for not at all. Linux 4.18.
	UDPSegment = Option[int]{&udpSockets, optUDP_SEGMENT, "UDP_SEGMENT", &asInt, readWrite}

	// UDPSendMsgSize is UDP_SEND_MSG_SIZE, one send is cut into datagrams of this size, 0 for not at all. Windows.
	UDPSendMsgSize = Option[uint32]{&udpSockets, optUDP_SEND_MSG_SIZE, "UDP_SEND_MSG_SIZE", &asUint32, readWrite}
)
