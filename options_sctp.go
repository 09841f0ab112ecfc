package socket

import "time"

// The sockets that the options of the less common transports are for.
var (
	sctpSockets     = socketKind{optIPPROTO_SCTP, AF_INET, SOCK_STREAM, optIPPROTO_SCTP, nil}
	sctp6Sockets    = socketKind{optIPPROTO_SCTP, AF_INET6, SOCK_STREAM, optIPPROTO_SCTP, nil}
	sctpManySockets = socketKind{optIPPROTO_SCTP, AF_INET, SOCK_SEQPACKET, optIPPROTO_SCTP, nil}
	dccpSockets     = socketKind{optSOL_DCCP, AF_INET, optSOCK_DCCP, optIPPROTO_DCCP, nil}
	icmp6Sockets    = socketKind{optIPPROTO_ICMPV6, AF_INET6, SOCK_RAW, optIPPROTO_ICMPV6, nil}
	icmpSockets     = socketKind{optSOL_RAW, AF_INET, SOCK_RAW, optIPPROTO_ICMP, nil}
	mptcpSockets    = socketKind{optSOL_MPTCP, AF_INET, SOCK_STREAM, optIPPROTO_MPTCP, nil}
	udpliteSockets  = socketKind{optIPPROTO_UDPLITE, AF_INET, SOCK_DGRAM, optIPPROTO_UDPLITE, nil}
)

// The options of IPPROTO_SCTP. Those of an association are set for all that are to come. Linux and FreeBSD.
var (
	// SCTPAsconfSupported is SCTP_ASCONF_SUPPORTED, RFC 5061: addresses may change. Linux 5.4, FreeBSD.
	SCTPAsconfSupported = Option[bool]{&sctpSockets, optSCTP_ASCONF_SUPPORTED, "SCTP_ASCONF_SUPPORTED", &asAssocBool, readWrite}

	// SCTPAuthSupported is SCTP_AUTH_SUPPORTED, RFC 4895: chunks can be authenticated. Linux 5.4, FreeBSD.
	SCTPAuthSupported = Option[bool]{&sctpSockets, optSCTP_AUTH_SUPPORTED, "SCTP_AUTH_SUPPORTED", &asAssocBool, readWrite}

	// SCTPAutoclose is SCTP_AUTOCLOSE, RFC 6458: associations idle for so many seconds are closed, 0 for never; of one-to-many sockets.
	SCTPAutoclose = Option[time.Duration]{&sctpManySockets, optSCTP_AUTOCLOSE, "SCTP_AUTOCLOSE", &asSeconds, readWrite}

	// SCTPAutoAsconf is SCTP_AUTO_ASCONF, RFC 6458: the addresses of a socket bound to the wildcard follow those of the machine.
	SCTPAutoAsconf = Option[bool]{&sctpSockets, optSCTP_AUTO_ASCONF, "SCTP_AUTO_ASCONF", &asBool, readWrite}

	// SCTPContext is SCTP_CONTEXT, RFC 6458: a number that comes with each message.
	SCTPContext = Option[uint32]{&sctpSockets, optSCTP_CONTEXT, "SCTP_CONTEXT", &asAssocUint32, readWrite}

	// SCTPDelayedSack is SCTP_DELAYED_SACK, RFC 6458: when a packet is acknowledged.
	SCTPDelayedSack = Option[SCTPDelayedSackValue]{&sctpSockets, optSCTP_DELAYED_SACK, "SCTP_DELAYED_SACK", &asSCTPSack, readWrite}

	// SCTPDisableFragments is SCTP_DISABLE_FRAGMENTS, RFC 6458: a message that needs fragments is an error.
	SCTPDisableFragments = Option[bool]{&sctpSockets, optSCTP_DISABLE_FRAGMENTS, "SCTP_DISABLE_FRAGMENTS", &asBool, readWrite}

	// SCTPEcnSupported is SCTP_ECN_SUPPORTED, explicit congestion notification. Linux 5.4, FreeBSD.
	SCTPEcnSupported = Option[bool]{&sctpSockets, optSCTP_ECN_SUPPORTED, "SCTP_ECN_SUPPORTED", &asAssocBool, readWrite}

	// SCTPExplicitEor is SCTP_EXPLICIT_EOR, RFC 6458: a message ends where a send has MSG_EOR. FreeBSD.
	SCTPExplicitEor = Option[bool]{&sctpSockets, optSCTP_EXPLICIT_EOR, "SCTP_EXPLICIT_EOR", &asBool, readWrite}

	// SCTPFragmentInterleave is SCTP_FRAGMENT_INTERLEAVE, RFC 6458: parts of messages may come between each other: 0 no, 1 of associations, 2 of streams.
	SCTPFragmentInterleave = Option[int]{&sctpSockets, optSCTP_FRAGMENT_INTERLEAVE, "SCTP_FRAGMENT_INTERLEAVE", &asInt, readWrite}

	// SCTPGetAssocNumber is SCTP_GET_ASSOC_NUMBER, RFC 6458: the number of associations of a one-to-many socket. Read-only.
	SCTPGetAssocNumber = Option[int]{&sctpManySockets, optSCTP_GET_ASSOC_NUMBER, "SCTP_GET_ASSOC_NUMBER", &asInt, readOnly}

	// SCTPInitmsg is SCTP_INITMSG, RFC 6458: the streams of a new association, and how it is begun.
	SCTPInitmsg = Option[SCTPInitmsgValue]{&sctpSockets, optSCTP_INITMSG, "SCTP_INITMSG", &asSCTPInit, readWrite}

	// SCTPIWantMappedV4Addr is SCTP_I_WANT_MAPPED_V4_ADDR, RFC 6458: IPv4 addresses come as mapped IPv6 addresses.
	SCTPIWantMappedV4Addr = Option[bool]{&sctp6Sockets, optSCTP_I_WANT_MAPPED_V4_ADDR, "SCTP_I_WANT_MAPPED_V4_ADDR", &asBool, readWrite}

	// SCTPMaxseg is SCTP_MAXSEG, RFC 6458: the largest fragment of a message, 0 for the path's.
	SCTPMaxseg = Option[uint32]{&sctpSockets, optSCTP_MAXSEG, "SCTP_MAXSEG", &asAssocUint32, readWrite}

	// SCTPMaxBurst is SCTP_MAX_BURST, RFC 6458: the packets to send at once, 0 for no limit.
	SCTPMaxBurst = Option[uint32]{&sctpSockets, optSCTP_MAX_BURST, "SCTP_MAX_BURST", &asAssocUint32, readWrite}

	// SCTPNodelay is SCTP_NODELAY, RFC 6458: send small messages at once.
	SCTPNodelay = Option[bool]{&sctpSockets, optSCTP_NODELAY, "SCTP_NODELAY", &asBool, readWrite}

	// SCTPPartialDeliveryPoint is SCTP_PARTIAL_DELIVERY_POINT, RFC 6458: from how many bytes on a message may come in parts.
	SCTPPartialDeliveryPoint = Option[uint32]{&sctpSockets, optSCTP_PARTIAL_DELIVERY_POINT, "SCTP_PARTIAL_DELIVERY_POINT", &asUint32, readWrite}

	// SCTPPrSupported is SCTP_PR_SUPPORTED, RFC 7496: messages can be given up. Linux.
	SCTPPrSupported = Option[bool]{&sctpSockets, optSCTP_PR_SUPPORTED, "SCTP_PR_SUPPORTED", &asAssocBool, readWrite}

	// SCTPReconfigSupported is SCTP_RECONFIG_SUPPORTED, RFC 6525: streams can be reset. Linux, FreeBSD.
	SCTPReconfigSupported = Option[bool]{&sctpSockets, optSCTP_RECONFIG_SUPPORTED, "SCTP_RECONFIG_SUPPORTED", &asAssocBool, readWrite}

	// SCTPRecvNxtInfo is SCTP_RECVNXTINFO, RFC 6458: control messages about the next message.
	SCTPRecvNxtInfo = Option[bool]{&sctpSockets, optSCTP_RECVNXTINFO, "SCTP_RECVNXTINFO", &asBool, readWrite}

	// SCTPRecvRcvInfo is SCTP_RECVRCVINFO, RFC 6458: control messages about a message.
	SCTPRecvRcvInfo = Option[bool]{&sctpSockets, optSCTP_RECVRCVINFO, "SCTP_RECVRCVINFO", &asBool, readWrite}

	// SCTPReusePort is SCTP_REUSE_PORT, RFC 6458: one-to-one sockets share a port.
	SCTPReusePort = Option[bool]{&sctpSockets, optSCTP_REUSE_PORT, "SCTP_REUSE_PORT", &asBool, readWrite}

	// SCTPRTOInfo is SCTP_RTOINFO, RFC 6458: the time-outs of retransmission.
	SCTPRTOInfo = Option[SCTPRTOInfoValue]{&sctpSockets, optSCTP_RTOINFO, "SCTP_RTOINFO", &asSCTPRTO, readWrite}
)

// The options of SOL_DCCP (Documentation/networking/dccp.rst). Linux before 6.16.
var (
	// DCCPAvailableCCIDs is DCCP_SOCKOPT_AVAILABLE_CCIDS, the congestion controls that there are. Read-only.
	DCCPAvailableCCIDs = Option[[]byte]{&dccpSockets, optDCCP_SOCKOPT_AVAILABLE_CCIDS, "DCCP_SOCKOPT_AVAILABLE_CCIDS", &asBytes, readOnly}

	// DCCPCCID is DCCP_SOCKOPT_CCID, the congestion control of both directions. Set only.
	DCCPCCID = Option[int]{&dccpSockets, optDCCP_SOCKOPT_CCID, "DCCP_SOCKOPT_CCID", &asByte, writeOnly}

	// DCCPGetCurMPS is DCCP_SOCKOPT_GET_CUR_MPS, the longest packet that can be sent. Read-only.
	DCCPGetCurMPS = Option[int]{&dccpSockets, optDCCP_SOCKOPT_GET_CUR_MPS, "DCCP_SOCKOPT_GET_CUR_MPS", &asInt, readOnly}

	// DCCPQPolicyID is DCCP_SOCKOPT_QPOLICY_ID, how packets queue: 0 in order, 1 by priority.
	DCCPQPolicyID = Option[int]{&dccpSockets, optDCCP_SOCKOPT_QPOLICY_ID, "DCCP_SOCKOPT_QPOLICY_ID", &asInt, readWrite}

	// DCCPQPolicyTxQLen is DCCP_SOCKOPT_QPOLICY_TXQLEN, the packets that queue, 0 for no limit.
	DCCPQPolicyTxQLen = Option[int]{&dccpSockets, optDCCP_SOCKOPT_QPOLICY_TXQLEN, "DCCP_SOCKOPT_QPOLICY_TXQLEN", &asInt, readWrite}

	// DCCPRecvCSCov is DCCP_SOCKOPT_RECV_CSCOV, the least coverage of the checksum to accept, 0 to 15.
	DCCPRecvCSCov = Option[int]{&dccpSockets, optDCCP_SOCKOPT_RECV_CSCOV, "DCCP_SOCKOPT_RECV_CSCOV", &asInt, readWrite}

	// DCCPRxCCID is DCCP_SOCKOPT_RX_CCID, the congestion control of receiving; it reads when connected.
	DCCPRxCCID = Option[int]{&dccpSockets, optDCCP_SOCKOPT_RX_CCID, "DCCP_SOCKOPT_RX_CCID", &asByte, readWrite}

	// DCCPSendCSCov is DCCP_SOCKOPT_SEND_CSCOV, how much the checksum covers, 0 to 15 (RFC 4340).
	DCCPSendCSCov = Option[int]{&dccpSockets, optDCCP_SOCKOPT_SEND_CSCOV, "DCCP_SOCKOPT_SEND_CSCOV", &asInt, readWrite}

	// DCCPServerTimewait is DCCP_SOCKOPT_SERVER_TIMEWAIT, the server keeps the state of a closed connection, in the place of the client.
	DCCPServerTimewait = Option[bool]{&dccpSockets, optDCCP_SOCKOPT_SERVER_TIMEWAIT, "DCCP_SOCKOPT_SERVER_TIMEWAIT", &asBool, readWrite}

	// DCCPService is DCCP_SOCKOPT_SERVICE, the service code, which listen and connect need.
	DCCPService = Option[uint32]{&dccpSockets, optDCCP_SOCKOPT_SERVICE, "DCCP_SOCKOPT_SERVICE", &asNetUint32, readWrite}

	// DCCPTxCCID is DCCP_SOCKOPT_TX_CCID, the congestion control of sending; it reads when connected.
	DCCPTxCCID = Option[int]{&dccpSockets, optDCCP_SOCKOPT_TX_CCID, "DCCP_SOCKOPT_TX_CCID", &asByte, readWrite}
)

// The options of ICMP, of MPTCP and of UDP-Lite.
var (
	// ICMP6Filter is ICMP6_FILTER, RFC 3542: a bit for each type of message; of raw sockets. Linux drops those that are set, the BSDs those that are not. Not on Windows.
	ICMP6Filter = Option[[8]uint32]{&icmp6Sockets, optICMP6_FILTER, "ICMP6_FILTER", &asUint32x8, readWrite}

	// ICMPFilter is ICMP_FILTER, raw(7): the types of messages to drop, a bit for each; of raw sockets. Linux.
	ICMPFilter = Option[uint32]{&icmpSockets, optICMP_FILTER, "ICMP_FILTER", &asUint32, readWrite}

	// MPTCPInfo is MPTCP_INFO, what a multipath connection tells of itself. Read-only. Linux 5.16.
	MPTCPInfo = Option[MPTCPInfoValue]{&mptcpSockets, optMPTCP_INFO, "MPTCP_INFO", &asMPTCPInfo, readOnly}

	// UDPLiteRecvCSCov is UDPLITE_RECV_CSCOV, udplite(7): the least coverage of the checksum to accept, in bytes. Linux, FreeBSD.
	UDPLiteRecvCSCov = Option[int]{&udpliteSockets, optUDPLITE_RECV_CSCOV, "UDPLITE_RECV_CSCOV", &asInt, readWrite}

	// UDPLiteSendCSCov is UDPLITE_SEND_CSCOV, udplite(7): how much the checksum covers, in bytes. Linux, FreeBSD.
	UDPLiteSendCSCov = Option[int]{&udpliteSockets, optUDPLITE_SEND_CSCOV, "UDPLITE_SEND_CSCOV", &asInt, readWrite}
)
