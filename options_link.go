package socket

import (
	"strings"
	"time"
)

// The sockets that the options of the families beside IP are for.
var (
	packetSockets     = socketKind{optSOL_PACKET, AF_PACKET, SOCK_DGRAM, 0, nil}
	packetRawSockets  = socketKind{optSOL_PACKET, AF_PACKET, SOCK_RAW, 0, nil}
	netlinkSockets    = socketKind{optSOL_NETLINK, AF_NETLINK, SOCK_RAW, optNETLINK_ROUTE, nil}
	canSockets        = socketKind{optSOL_CAN_RAW, AF_CAN, SOCK_RAW, optCAN_RAW, nil}
	isotpSockets      = socketKind{optSOL_CAN_ISOTP, AF_CAN, SOCK_DGRAM, optCAN_ISOTP, nil}
	j1939Sockets      = socketKind{optSOL_CAN_J1939, AF_CAN, SOCK_DGRAM, optCAN_J1939, nil}
	vsockSockets      = socketKind{int(AF_VSOCK), AF_VSOCK, SOCK_STREAM, 0, nil}
	tipcSockets       = socketKind{optSOL_TIPC, AF_TIPC, SOCK_RDM, 0, nil}
	tipcStreamSockets = socketKind{optSOL_TIPC, AF_TIPC, SOCK_STREAM, 0, nil}
	l2capSockets      = socketKind{optSOL_BLUETOOTH, AF_BLUETOOTH, SOCK_SEQPACKET, optBTPROTO_L2CAP, nil}
	scoSockets        = socketKind{optSOL_BLUETOOTH, AF_BLUETOOTH, SOCK_SEQPACKET, optBTPROTO_SCO, nil}
	hciSockets        = socketKind{optSOL_HCI, AF_BLUETOOTH, SOCK_RAW, optBTPROTO_HCI, nil}
	algSockets        = socketKind{optSOL_ALG, AF_ALG, SOCK_SEQPACKET, 0, bindAlg("skcipher", "cbc(aes)")}
	aeadSockets       = socketKind{optSOL_ALG, AF_ALG, SOCK_SEQPACKET, 0, bindAlg("aead", "gcm(aes)")}
	rdsSockets        = socketKind{optSOL_RDS, AF_RDS, SOCK_SEQPACKET, 0, nil}
	utunSockets       = socketKind{optSYSPROTO_CONTROL, AF_SYSTEM, SOCK_DGRAM, optSYSPROTO_CONTROL, nil}
	xdpSockets        = socketKind{optSOL_XDP, AF_XDP, SOCK_RAW, 0, nil}
)

// bindAlg binds to an algorithm by salg_type, salg_feat, salg_mask and salg_name of struct
// sockaddr_alg.
func bindAlg(typ, name string) func(*Socket) error {
	pad := func(s string, n int) string { return s + strings.Repeat("\x00", n-len(s)) }
	addr := RawAddr{AF_ALG, pad(typ, 14) + pad("", 4+4) + pad(name, 64)}
	return func(s *Socket) error { return s.Bind(addr) }
}

// The options of SOL_PACKET. Linux.
var (
	// PacketAddMembership is PACKET_ADD_MEMBERSHIP, packet(7): receive more of an interface. Set only.
	PacketAddMembership = Option[PacketMembership]{&packetSockets, optPACKET_ADD_MEMBERSHIP, "PACKET_ADD_MEMBERSHIP", &asPacketMreq, writeOnly}

	// PacketAuxdata is PACKET_AUXDATA, packet(7): control messages with a struct tpacket_auxdata.
	PacketAuxdata = Option[bool]{&packetSockets, optPACKET_AUXDATA, "PACKET_AUXDATA", &asBool, readWrite}

	// PacketCopyThresh is PACKET_COPY_THRESH, packets longer than a frame of the ring come to the socket as well. Set only.
	PacketCopyThresh = Option[int]{&packetSockets, optPACKET_COPY_THRESH, "PACKET_COPY_THRESH", &asInt, writeOnly}

	// PacketDropMembership is PACKET_DROP_MEMBERSHIP, packet(7): undo PacketAddMembership. Set only.
	PacketDropMembership = Option[PacketMembership]{&packetSockets, optPACKET_DROP_MEMBERSHIP, "PACKET_DROP_MEMBERSHIP", &asPacketMreq, writeOnly}

	// PacketFanout is PACKET_FANOUT, packet(7): the number of a group of sockets that share packets, and in the upper 16 bits how, PACKET_FANOUT_*.
	PacketFanout = Option[uint32]{&packetSockets, optPACKET_FANOUT, "PACKET_FANOUT", &asUint32, readWrite}

	// PacketHdrLen is PACKET_HDRLEN, the length of the header in a ring of version 1. Read-only.
	PacketHdrLen = Option[int]{&packetSockets, optPACKET_HDRLEN, "PACKET_HDRLEN", &asInt, readOnly}

	// PacketIgnoreOutgoing is PACKET_IGNORE_OUTGOING, packet(7): do not receive what the machine sends. Linux 4.20.
	PacketIgnoreOutgoing = Option[bool]{&packetSockets, optPACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", &asBool, readWrite}

	// PacketLoss is PACKET_LOSS, packet(7): skip malformed packets of a ring that sends.
	PacketLoss = Option[bool]{&packetSockets, optPACKET_LOSS, "PACKET_LOSS", &asBool, readWrite}

	// PacketOrigDev is PACKET_ORIGDEV, addresses have the device that a packet came in on, below a bond.
	PacketOrigDev = Option[bool]{&packetSockets, optPACKET_ORIGDEV, "PACKET_ORIGDEV", &asBool, readWrite}

	// PacketQdiscBypass is PACKET_QDISC_BYPASS, packet(7): send without the packet scheduler.
	PacketQdiscBypass = Option[bool]{&packetSockets, optPACKET_QDISC_BYPASS, "PACKET_QDISC_BYPASS", &asBool, readWrite}

	// PacketReserve is PACKET_RESERVE, packet(7): room before each packet of a ring.
	PacketReserve = Option[int]{&packetSockets, optPACKET_RESERVE, "PACKET_RESERVE", &asInt, readWrite}

	// PacketStatistics is PACKET_STATISTICS, packet(7): the packets since it was last read. Read-only.
	PacketStatistics = Option[PacketStatisticsValue]{&packetSockets, optPACKET_STATISTICS, "PACKET_STATISTICS", &asPacketStats, readOnly}

	// PacketTimestamp is PACKET_TIMESTAMP, packet(7): the source of the times in a ring, SOF_TIMESTAMPING_*.
	PacketTimestamp = Option[int]{&packetSockets, optPACKET_TIMESTAMP, "PACKET_TIMESTAMP", &asInt, readWrite}

	// PacketTxHasOff is PACKET_TX_HAS_OFF, frames of a ring that sends tell where the packet begins.
	PacketTxHasOff = Option[bool]{&packetSockets, optPACKET_TX_HAS_OFF, "PACKET_TX_HAS_OFF", &asBool, readWrite}

	// PacketVersion is PACKET_VERSION, packet(7): the version of the ring, one less than its name.
	PacketVersion = Option[int]{&packetSockets, optPACKET_VERSION, "PACKET_VERSION", &asInt, readWrite}

	// PacketVnetHdr is PACKET_VNET_HDR, a struct virtio_net_hdr comes before each packet; of raw sockets.
	PacketVnetHdr = Option[bool]{&packetRawSockets, optPACKET_VNET_HDR, "PACKET_VNET_HDR", &asBool, readWrite}

	// PacketVnetHdrSz is PACKET_VNET_HDR_SZ, the same with the length of the header, 0, 10 or 12. Linux 6.6.
	PacketVnetHdrSz = Option[int]{&packetRawSockets, optPACKET_VNET_HDR_SZ, "PACKET_VNET_HDR_SZ", &asInt, readWrite}
)

// The options of SOL_NETLINK. Linux, and a part of them FreeBSD.
var (
	// NetlinkAddMembership is NETLINK_ADD_MEMBERSHIP, netlink(7): join a group. Set only.
	NetlinkAddMembership = Option[int]{&netlinkSockets, optNETLINK_ADD_MEMBERSHIP, "NETLINK_ADD_MEMBERSHIP", &asInt, writeOnly}

	// NetlinkBroadcastError is NETLINK_BROADCAST_ERROR, netlink(7): a broadcast that not all can take is an error.
	NetlinkBroadcastError = Option[bool]{&netlinkSockets, optNETLINK_BROADCAST_ERROR, "NETLINK_BROADCAST_ERROR", &asBool, readWrite}

	// NetlinkCapAck is NETLINK_CAP_ACK, netlink(7): answers have the header of the request alone.
	NetlinkCapAck = Option[bool]{&netlinkSockets, optNETLINK_CAP_ACK, "NETLINK_CAP_ACK", &asBool, readWrite}

	// NetlinkDropMembership is NETLINK_DROP_MEMBERSHIP, netlink(7): leave a group. Set only.
	NetlinkDropMembership = Option[int]{&netlinkSockets, optNETLINK_DROP_MEMBERSHIP, "NETLINK_DROP_MEMBERSHIP", &asInt, writeOnly}

	// NetlinkExtAck is NETLINK_EXT_ACK, errors come with a text.
	NetlinkExtAck = Option[bool]{&netlinkSockets, optNETLINK_EXT_ACK, "NETLINK_EXT_ACK", &asBool, readWrite}

	// NetlinkGetStrictChk is NETLINK_GET_STRICT_CHK, requests for lists are checked, and filter. Linux 4.20, FreeBSD.
	NetlinkGetStrictChk = Option[bool]{&netlinkSockets, optNETLINK_GET_STRICT_CHK, "NETLINK_GET_STRICT_CHK", &asBool, readWrite}

	// NetlinkListenAllNSID is NETLINK_LISTEN_ALL_NSID, netlink(7): hear the network namespaces that have a number here; privileged.
	NetlinkListenAllNSID = Option[bool]{&netlinkSockets, optNETLINK_LISTEN_ALL_NSID, "NETLINK_LISTEN_ALL_NSID", &asBool, readWrite}

	// NetlinkListMemberships is NETLINK_LIST_MEMBERSHIPS, netlink(7): the groups that the socket is in, a bit for each. Read-only.
	NetlinkListMemberships = Option[[]uint32]{&netlinkSockets, optNETLINK_LIST_MEMBERSHIPS, "NETLINK_LIST_MEMBERSHIPS", &asUint32s, readOnly}

	// NetlinkNoENOBUFS is NETLINK_NO_ENOBUFS, netlink(7): messages that are lost are no error.
	NetlinkNoENOBUFS = Option[bool]{&netlinkSockets, optNETLINK_NO_ENOBUFS, "NETLINK_NO_ENOBUFS", &asBool, readWrite}

	// NetlinkPktInfo is NETLINK_PKTINFO, netlink(7): control messages with the group.
	NetlinkPktInfo = Option[bool]{&netlinkSockets, optNETLINK_PKTINFO, "NETLINK_PKTINFO", &asBool, readWrite}
)

// The options of SOL_CAN_RAW (Documentation/networking/can.rst). Linux.
var (
	// CANRawErrFilter is CAN_RAW_ERR_FILTER, the classes of errors to receive, CAN_ERR_*.
	CANRawErrFilter = Option[uint32]{&canSockets, optCAN_RAW_ERR_FILTER, "CAN_RAW_ERR_FILTER", &asUint32, readWrite}

	// CANRawFDFrames is CAN_RAW_FD_FRAMES, frames of CAN FD too.
	CANRawFDFrames = Option[bool]{&canSockets, optCAN_RAW_FD_FRAMES, "CAN_RAW_FD_FRAMES", &asBool, readWrite}

	// CANRawFilter is CAN_RAW_FILTER, the frames to receive, none of them if it is empty; at first all.
	CANRawFilter = Option[[]CANFilter]{&canSockets, optCAN_RAW_FILTER, "CAN_RAW_FILTER", &asCANFilters, readWrite}

	// CANRawJoinFilters is CAN_RAW_JOIN_FILTERS, a frame has to pass all filters.
	CANRawJoinFilters = Option[bool]{&canSockets, optCAN_RAW_JOIN_FILTERS, "CAN_RAW_JOIN_FILTERS", &asBool, readWrite}

	// CANRawLoopback is CAN_RAW_LOOPBACK, other sockets of the machine get what is sent.
	CANRawLoopback = Option[bool]{&canSockets, optCAN_RAW_LOOPBACK, "CAN_RAW_LOOPBACK", &asBool, readWrite}

	// CANRawRecvOwnMsgs is CAN_RAW_RECV_OWN_MSGS, the socket gets what it sends.
	CANRawRecvOwnMsgs = Option[bool]{&canSockets, optCAN_RAW_RECV_OWN_MSGS, "CAN_RAW_RECV_OWN_MSGS", &asBool, readWrite}

	// CANRawXLFrames is CAN_RAW_XL_FRAMES, frames of CAN XL too. Linux 6.2.
	CANRawXLFrames = Option[bool]{&canSockets, optCAN_RAW_XL_FRAMES, "CAN_RAW_XL_FRAMES", &asBool, readWrite}
)

// The options of SOL_CAN_ISOTP (Documentation/networking/iso15765-2.rst). Linux 5.10.
var (
	// CANISOTPLLOpts is CAN_ISOTP_LL_OPTS, the frames of the link layer.
	CANISOTPLLOpts = Option[CANISOTPLLValue]{&isotpSockets, optCAN_ISOTP_LL_OPTS, "CAN_ISOTP_LL_OPTS", &asISOTPLL, readWrite}

	// CANISOTPOpts is CAN_ISOTP_OPTS, flags, addresses and padding, before bind.
	CANISOTPOpts = Option[CANISOTPOptsValue]{&isotpSockets, optCAN_ISOTP_OPTS, "CAN_ISOTP_OPTS", &asISOTPOpts, readWrite}

	// CANISOTPRecvFC is CAN_ISOTP_RECV_FC, the flow control to tell the sender.
	CANISOTPRecvFC = Option[CANISOTPFCValue]{&isotpSockets, optCAN_ISOTP_RECV_FC, "CAN_ISOTP_RECV_FC", &asISOTPFC, readWrite}

	// CANISOTPRxStmin is CAN_ISOTP_RX_STMIN, the least gap of frames received, in nanoseconds.
	CANISOTPRxStmin = Option[time.Duration]{&isotpSockets, optCAN_ISOTP_RX_STMIN, "CAN_ISOTP_RX_STMIN", &asNanos, readWrite}

	// CANISOTPTxStmin is CAN_ISOTP_TX_STMIN, the least gap of frames sent, in nanoseconds.
	CANISOTPTxStmin = Option[time.Duration]{&isotpSockets, optCAN_ISOTP_TX_STMIN, "CAN_ISOTP_TX_STMIN", &asNanos, readWrite}
)

// The options of SOL_CAN_J1939 (Documentation/networking/j1939.rst). Linux 5.4.
var (
	// J1939ErrQueue is SO_J1939_ERRQUEUE, progress of transfers goes to the error queue.
	J1939ErrQueue = Option[bool]{&j1939Sockets, optSO_J1939_ERRQUEUE, "SO_J1939_ERRQUEUE", &asBool, readWrite}

	// J1939Filter is SO_J1939_FILTER, the messages to receive, all of them if it is empty. Set only.
	J1939Filter = Option[[]J1939FilterValue]{&j1939Sockets, optSO_J1939_FILTER, "SO_J1939_FILTER", &asJ1939Filters, writeOnly}

	// J1939Promisc is SO_J1939_PROMISC, receive all messages.
	J1939Promisc = Option[bool]{&j1939Sockets, optSO_J1939_PROMISC, "SO_J1939_PROMISC", &asBool, readWrite}

	// J1939SendPrio is SO_J1939_SEND_PRIO, the priority of what is sent, 0 to 7; 0 and 1 are privileged.
	J1939SendPrio = Option[int]{&j1939Sockets, optSO_J1939_SEND_PRIO, "SO_J1939_SEND_PRIO", &asInt, readWrite}
)

// The options of AF_VSOCK. Linux.
var (
	// VMSocketsBufferMaxSize is SO_VM_SOCKETS_BUFFER_MAX_SIZE, vsock(7): the largest buffer, in bytes.
	VMSocketsBufferMaxSize = Option[uint64]{&vsockSockets, optSO_VM_SOCKETS_BUFFER_MAX_SIZE, "SO_VM_SOCKETS_BUFFER_MAX_SIZE", &asUint64, readWrite}

	// VMSocketsBufferMinSize is SO_VM_SOCKETS_BUFFER_MIN_SIZE, vsock(7): the smallest buffer, in bytes.
	VMSocketsBufferMinSize = Option[uint64]{&vsockSockets, optSO_VM_SOCKETS_BUFFER_MIN_SIZE, "SO_VM_SOCKETS_BUFFER_MIN_SIZE", &asUint64, readWrite}

	// VMSocketsBufferSize is SO_VM_SOCKETS_BUFFER_SIZE, vsock(7): the size of the buffer, in bytes.
	VMSocketsBufferSize = Option[uint64]{&vsockSockets, optSO_VM_SOCKETS_BUFFER_SIZE, "SO_VM_SOCKETS_BUFFER_SIZE", &asUint64, readWrite}

	// VMSocketsConnectTimeout is SO_VM_SOCKETS_CONNECT_TIMEOUT, the kernel's limit for a connect.
	VMSocketsConnectTimeout = Option[time.Duration]{&vsockSockets, optSO_VM_SOCKETS_CONNECT_TIMEOUT, "SO_VM_SOCKETS_CONNECT_TIMEOUT", &asTimeval, readWrite}
)

// The options of SOL_TIPC (tipc(7)). Linux.
var (
	// TIPCConnTimeout is TIPC_CONN_TIMEOUT, the limit for a connect, in milliseconds.
	TIPCConnTimeout = Option[time.Duration]{&tipcSockets, optTIPC_CONN_TIMEOUT, "TIPC_CONN_TIMEOUT", &asMillis, readWrite}

	// TIPCDestDroppable is TIPC_DEST_DROPPABLE, what cannot be delivered is dropped and not returned.
	TIPCDestDroppable = Option[bool]{&tipcSockets, optTIPC_DEST_DROPPABLE, "TIPC_DEST_DROPPABLE", &asBool, readWrite}

	// TIPCImportance is TIPC_IMPORTANCE, the importance of what is sent, TIPC_*_IMPORTANCE.
	TIPCImportance = Option[int]{&tipcSockets, optTIPC_IMPORTANCE, "TIPC_IMPORTANCE", &asInt, readWrite}

	// TIPCMcastBroadcast is TIPC_MCAST_BROADCAST, multicast goes out as a broadcast. Set only.
	TIPCMcastBroadcast = Option[struct{}]{&tipcSockets, optTIPC_MCAST_BROADCAST, "TIPC_MCAST_BROADCAST", &asNothing, writeOnly}

	// TIPCMcastReplicast is TIPC_MCAST_REPLICAST, multicast goes out as a message to each. Set only.
	TIPCMcastReplicast = Option[struct{}]{&tipcSockets, optTIPC_MCAST_REPLICAST, "TIPC_MCAST_REPLICAST", &asNothing, writeOnly}

	// TIPCNodelay is TIPC_NODELAY, send small messages at once. Set only. Linux 5.5.
	TIPCNodelay = Option[bool]{&tipcStreamSockets, optTIPC_NODELAY, "TIPC_NODELAY", &asBool, writeOnly}

	// TIPCNodeRecvqDepth is TIPC_NODE_RECVQ_DEPTH, without effect by now: 0. Read-only.
	TIPCNodeRecvqDepth = Option[int]{&tipcSockets, optTIPC_NODE_RECVQ_DEPTH, "TIPC_NODE_RECVQ_DEPTH", &asInt, readOnly}

	// TIPCSockRecvqDepth is TIPC_SOCK_RECVQ_DEPTH, the messages that wait to be received. Read-only.
	TIPCSockRecvqDepth = Option[int]{&tipcSockets, optTIPC_SOCK_RECVQ_DEPTH, "TIPC_SOCK_RECVQ_DEPTH", &asInt, readOnly}

	// TIPCSockRecvqUsed is TIPC_SOCK_RECVQ_USED, the bytes that wait to be received. Read-only.
	TIPCSockRecvqUsed = Option[int]{&tipcSockets, optTIPC_SOCK_RECVQ_USED, "TIPC_SOCK_RECVQ_USED", &asInt, readOnly}

	// TIPCSrcDroppable is TIPC_SRC_DROPPABLE, what cannot be sent is dropped.
	TIPCSrcDroppable = Option[bool]{&tipcSockets, optTIPC_SRC_DROPPABLE, "TIPC_SRC_DROPPABLE", &asBool, readWrite}
)

// The options of SOL_BLUETOOTH. Linux.
var (
	// BTChannelPolicy is BT_CHANNEL_POLICY, which radio L2CAP uses, BT_CHANNEL_POLICY_*.
	BTChannelPolicy = Option[int]{&l2capSockets, optBT_CHANNEL_POLICY, "BT_CHANNEL_POLICY", &asInt, readWrite}

	// BTDeferSetup is BT_DEFER_SETUP, a connection is complete when the program has read from it.
	BTDeferSetup = Option[bool]{&l2capSockets, optBT_DEFER_SETUP, "BT_DEFER_SETUP", &asBool, readWrite}

	// BTFlushable is BT_FLUSHABLE, packets may be dropped when they are late.
	BTFlushable = Option[bool]{&l2capSockets, optBT_FLUSHABLE, "BT_FLUSHABLE", &asBool, readWrite}

	// BTMode is BT_MODE, the mode of L2CAP, BT_MODE_*.
	BTMode = Option[int]{&l2capSockets, optBT_MODE, "BT_MODE", &asByte, readWrite}

	// BTPower is BT_POWER, the link leaves its power saving mode to send.
	BTPower = Option[bool]{&l2capSockets, optBT_POWER, "BT_POWER", &asPower, readWrite}

	// BTRcvMTU is BT_RCVMTU, the MTU of receiving, of Bluetooth LE.
	BTRcvMTU = Option[uint16]{&l2capSockets, optBT_RCVMTU, "BT_RCVMTU", &asUint16, readWrite}

	// BTSecurity is BT_SECURITY, the security of the link.
	BTSecurity = Option[BTSecurityValue]{&l2capSockets, optBT_SECURITY, "BT_SECURITY", &asBTSecurity, readWrite}

	// BTSndMTU is BT_SNDMTU, the MTU of sending, of a connection of Bluetooth LE. Read-only.
	BTSndMTU = Option[uint16]{&l2capSockets, optBT_SNDMTU, "BT_SNDMTU", &asUint16, readOnly}

	// BTVoice is BT_VOICE, the coding of voice over SCO, BT_VOICE_*.
	BTVoice = Option[uint16]{&scoSockets, optBT_VOICE, "BT_VOICE", &asUint16, readWrite}
)

// The options of SOL_HCI. Linux.
var (
	// HCIDataDir is HCI_DATA_DIR, control messages with the direction of a packet. Linux, NetBSD.
	HCIDataDir = Option[bool]{&hciSockets, optHCI_DATA_DIR, "HCI_DATA_DIR", &asBool, readWrite}

	// HCITimeStamp is HCI_TIME_STAMP, control messages with the time of a packet.
	HCITimeStamp = Option[bool]{&hciSockets, optHCI_TIME_STAMP, "HCI_TIME_STAMP", &asBool, readWrite}
)

// The options of AF_ALG, of RDS, of tunnels and of AF_XDP. Linux, unless said otherwise.
var (
	// ALGSetAEADAuthSize is ALG_SET_AEAD_AUTHSIZE, the bytes of an authentication tag, after bind to an AEAD. Set only.
	ALGSetAEADAuthSize = Option[int]{&aeadSockets, optALG_SET_AEAD_AUTHSIZE, "ALG_SET_AEAD_AUTHSIZE", &asLength, writeOnly}

	// ALGSetKey is ALG_SET_KEY, the key, after bind. Set only.
	ALGSetKey = Option[[]byte]{&algSockets, optALG_SET_KEY, "ALG_SET_KEY", &asBytes, writeOnly}

	// RDSCongMonitor is RDS_CONG_MONITOR, control messages when a congestion ends. Set only.
	RDSCongMonitor = Option[bool]{&rdsSockets, optRDS_CONG_MONITOR, "RDS_CONG_MONITOR", &asBool, writeOnly}

	// RDSRecvErr is RDS_RECVERR, control messages about RDMA.
	RDSRecvErr = Option[bool]{&rdsSockets, optRDS_RECVERR, "RDS_RECVERR", &asBool, readWrite}

	// UtunOptIfname is UTUN_OPT_IFNAME, xnu net/if_utun.h: the interface of the tunnel. Read-only. macOS.
	UtunOptIfname = Option[string]{&utunSockets, optUTUN_OPT_IFNAME, "UTUN_OPT_IFNAME", &asIfName, readOnly}

	// XDPOptions is XDP_OPTIONS, af_xdp.rst: flags, XDP_OPTIONS_*. Read-only.
	XDPOptions = Option[uint32]{&xdpSockets, optXDP_OPTIONS, "XDP_OPTIONS", &asUint32, readOnly}

	// XDPRxRing is XDP_RX_RING, af_xdp.rst: the entries of the ring that receives, a power of 2. Set only.
	XDPRxRing = Option[int]{&xdpSockets, optXDP_RX_RING, "XDP_RX_RING", &asInt, writeOnly}

	// XDPStatistics is XDP_STATISTICS, af_xdp.rst: packets that were lost. Read-only.
	XDPStatistics = Option[XDPStatisticsValue]{&xdpSockets, optXDP_STATISTICS, "XDP_STATISTICS", &asXDPStats, readOnly}

	// XDPTxRing is XDP_TX_RING, af_xdp.rst: the entries of the ring that sends, a power of 2. Set only.
	XDPTxRing = Option[int]{&xdpSockets, optXDP_TX_RING, "XDP_TX_RING", &asInt, writeOnly}

	// XDPUmemCompletionRing is XDP_UMEM_COMPLETION_RING, af_xdp.rst: the entries of the ring of buffers that are sent, a power of 2; after XDP_UMEM_REG. Set only.
	XDPUmemCompletionRing = Option[int]{&xdpSockets, optXDP_UMEM_COMPLETION_RING, "XDP_UMEM_COMPLETION_RING", &asInt, writeOnly}

	// XDPUmemFillRing is XDP_UMEM_FILL_RING, af_xdp.rst: the entries of the ring of buffers to fill, a power of 2; after XDP_UMEM_REG. Set only.
	XDPUmemFillRing = Option[int]{&xdpSockets, optXDP_UMEM_FILL_RING, "XDP_UMEM_FILL_RING", &asInt, writeOnly}
)
