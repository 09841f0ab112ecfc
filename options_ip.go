package socket

import "net/netip"

// The sockets that the options of IPv4 are for.
var (
	ipSockets    = socketKind{optIPPROTO_IP, AF_INET, SOCK_DGRAM, 0, nil}
	ipRawSockets = socketKind{optIPPROTO_IP, AF_INET, SOCK_RAW, optIPPROTO_RAW, nil}
	redirected4  = socketKind{sysRedirected4, AF_INET, SOCK_STREAM, 0, nil}
)

// The options of IPPROTO_IP.
var (
	// IPAddMembership is IP_ADD_MEMBERSHIP, ip(7): join a group. Set only; see [Socket.JoinGroup].
	IPAddMembership = Option[Mreq]{&ipSockets, optIP_ADD_MEMBERSHIP, "IP_ADD_MEMBERSHIP", &asMreq, writeOnly}

	// IPAddSourceMembership is IP_ADD_SOURCE_MEMBERSHIP, ip(7): join a group for one sender. Set only; not on NetBSD, OpenBSD and DragonFly.
	IPAddSourceMembership = Option[MreqSource]{&ipSockets, optIP_ADD_SOURCE_MEMBERSHIP, "IP_ADD_SOURCE_MEMBERSHIP", &asMreqSource, writeOnly}

	// IPBindAny is IP_BINDANY, ip(4) of FreeBSD: bind to addresses that are not local; privileged.
	IPBindAny = Option[bool]{&ipSockets, optIP_BINDANY, "IP_BINDANY", &asBool, readWrite}

	// IPBindAddressNoPort is IP_BIND_ADDRESS_NO_PORT, ip(7): a bind to port 0 leaves the choice of the port to connect. Linux.
	IPBindAddressNoPort = Option[bool]{&ipSockets, optIP_BIND_ADDRESS_NO_PORT, "IP_BIND_ADDRESS_NO_PORT", &asBool, readWrite}

	// IPBlockSource is IP_BLOCK_SOURCE, ip(7): hear nothing of a sender to a group. Set only; not on NetBSD, OpenBSD and DragonFly.
	IPBlockSource = Option[MreqSource]{&ipSockets, optIP_BLOCK_SOURCE, "IP_BLOCK_SOURCE", &asMreqSource, writeOnly}

	// IPBoundIf is IP_BOUND_IF, xnu netinet/in.h: the index of the interface to use, 0 for any. macOS, Solaris; see [Socket.BindToDevice].
	IPBoundIf = Option[int]{&ipSockets, optIP_BOUND_IF, "IP_BOUND_IF", &asInt, readWrite}

	// IPChecksum is IP_CHECKSUM, control messages with the checksum of a datagram. Linux.
	IPChecksum = Option[bool]{&ipSockets, optIP_CHECKSUM, "IP_CHECKSUM", &asBool, readWrite}

	// IPDontFrag is IP_DONTFRAG, ip(4): forbids fragments. FreeBSD, macOS, Solaris; on Linux see IPMTUDiscover.
	IPDontFrag = Option[bool]{&ipSockets, optIP_DONTFRAG, "IP_DONTFRAG", &asBool, readWrite}

	// IPDontFragment is IP_DONTFRAGMENT, forbids fragments. Windows.
	IPDontFragment = Option[bool]{&ipSockets, optIP_DONTFRAGMENT, "IP_DONTFRAGMENT", &asBool, readWrite}

	// IPDropMembership is IP_DROP_MEMBERSHIP, ip(7): leave a group. Set only; see [Socket.LeaveGroup].
	IPDropMembership = Option[Mreq]{&ipSockets, optIP_DROP_MEMBERSHIP, "IP_DROP_MEMBERSHIP", &asMreq, writeOnly}

	// IPDropSourceMembership is IP_DROP_SOURCE_MEMBERSHIP, ip(7): leave a group for one sender. Set only; not on NetBSD, OpenBSD and DragonFly.
	IPDropSourceMembership = Option[MreqSource]{&ipSockets, optIP_DROP_SOURCE_MEMBERSHIP, "IP_DROP_SOURCE_MEMBERSHIP", &asMreqSource, writeOnly}

	// IPFreebind is IP_FREEBIND, ip(7): bind to addresses that are not local, or not yet. Linux.
	IPFreebind = Option[bool]{&ipSockets, optIP_FREEBIND, "IP_FREEBIND", &asBool, readWrite}

	// IPHdrIncl is IP_HDRINCL, ip(7): the program makes the IP header; of raw sockets.
	IPHdrIncl = Option[bool]{&ipRawSockets, optIP_HDRINCL, "IP_HDRINCL", &asBool, readWrite}

	// IPLocalPortRange is IP_LOCAL_PORT_RANGE, ip(7): the ports that the system chooses from. Linux 6.3.
	IPLocalPortRange = Option[PortRange]{&ipSockets, optIP_LOCAL_PORT_RANGE, "IP_LOCAL_PORT_RANGE", &asPortRange, readWrite}

	// IPMinTTL is IP_MINTTL, ip(7), ip(4): the least TTL of packets to receive (RFC 5082). Linux, BSD, Solaris.
	IPMinTTL = Option[int]{&ipSockets, optIP_MINTTL, "IP_MINTTL", &asInt, readWrite}

	// IPMTU is IP_MTU, ip(7): the path MTU of a connected socket. Read-only. Linux, Windows.
	IPMTU = Option[int]{&ipSockets, optIP_MTU, "IP_MTU", &asInt, readOnly}

	// IPMTUDiscover is IP_MTU_DISCOVER, ip(7): path MTU discovery, IP_PMTUDISC_*. Linux, Windows.
	IPMTUDiscover = Option[int]{&ipSockets, optIP_MTU_DISCOVER, "IP_MTU_DISCOVER", &asInt, readWrite}

	// IPMulticastAll is IP_MULTICAST_ALL, ip(7): hear the groups that other sockets joined too. Linux.
	IPMulticastAll = Option[bool]{&ipSockets, optIP_MULTICAST_ALL, "IP_MULTICAST_ALL", &asBool, readWrite}

	// IPMulticastIf is IP_MULTICAST_IF, ip(7): an address of the interface that multicast leaves by, 0.0.0.0 for the system's choice.
	IPMulticastIf = Option[netip.Addr]{&ipSockets, optIP_MULTICAST_IF, "IP_MULTICAST_IF", &asIP4, readWrite}

	// IPMulticastLoop is IP_MULTICAST_LOOP, ip(7): whether what is sent to a group comes back to the machine's own members.
	IPMulticastLoop = Option[bool]{&ipSockets, optIP_MULTICAST_LOOP, "IP_MULTICAST_LOOP", &asOctetBool, readWrite}

	// IPMulticastTTL is IP_MULTICAST_TTL, ip(7): the TTL of multicast, 0 to 255, at first 1.
	IPMulticastTTL = Option[int]{&ipSockets, optIP_MULTICAST_TTL, "IP_MULTICAST_TTL", &asOctet, readWrite}

	// IPNodefrag is IP_NODEFRAG, ip(7): the firewall does not put fragments together; of raw sockets. Linux.
	IPNodefrag = Option[bool]{&ipRawSockets, optIP_NODEFRAG, "IP_NODEFRAG", &asBool, readWrite}

	// IPOptions is IP_OPTIONS, ip(7): the options in the header of outgoing packets.
	IPOptions = Option[[]byte]{&ipSockets, optIP_OPTIONS, "IP_OPTIONS", &asBytes, readWrite}

	// IPOrigDstAddr is IP_ORIGDSTADDR, control messages with the address a packet was sent to before it was redirected. Linux, FreeBSD; IPRecvOrigDstAddr is the same.
	IPOrigDstAddr = Option[bool]{&ipSockets, optIP_ORIGDSTADDR, "IP_ORIGDSTADDR", &asBool, readWrite}

	// IPPassSec is IP_PASSSEC, ip(7): control messages with the security context of the peer. Linux.
	IPPassSec = Option[bool]{&ipSockets, optIP_PASSSEC, "IP_PASSSEC", &asBool, readWrite}

	// IPPktInfo is IP_PKTINFO, ip(7): control messages with address and interface of a packet. Linux, macOS, NetBSD, Solaris, Windows.
	IPPktInfo = Option[bool]{&ipSockets, optIP_PKTINFO, "IP_PKTINFO", &asBool, readWrite}

	// IPPortRange is IP_PORTRANGE, ip(4): the ports that the system chooses from, IP_PORTRANGE_*. BSD, macOS.
	IPPortRange = Option[int]{&ipSockets, optIP_PORTRANGE, "IP_PORTRANGE", &asInt, readWrite}

	// IPProtectionLevel is IP_PROTECTION_LEVEL, what may come from where, PROTECTION_LEVEL_*. Windows.
	IPProtectionLevel = Option[int]{&ipSockets, optIP_PROTECTION_LEVEL, "IP_PROTECTION_LEVEL", &asInt, readWrite}

	// IPProtocol is IP_PROTOCOL, ip(7): the protocol of a raw socket, after bind. Read-only. Linux 6.3.
	IPProtocol = Option[int]{&ipRawSockets, optIP_PROTOCOL, "IP_PROTOCOL", &asInt, readOnly}

	// IPReceiveBroadcast is IP_RECEIVE_BROADCAST, whether broadcasts are received. Windows.
	IPReceiveBroadcast = Option[bool]{&ipSockets, optIP_RECEIVE_BROADCAST, "IP_RECEIVE_BROADCAST", &asBool, readWrite}

	// IPRecvDstAddr is IP_RECVDSTADDR, ip(4): control messages with the address a datagram was sent to. BSD, macOS, Solaris, Windows.
	IPRecvDstAddr = Option[bool]{&ipSockets, optIP_RECVDSTADDR, "IP_RECVDSTADDR", &asBool, readWrite}

	// IPRecvErr is IP_RECVERR, ip(7): errors of the network go to the error queue. Linux, Windows.
	IPRecvErr = Option[bool]{&ipSockets, optIP_RECVERR, "IP_RECVERR", &asBool, readWrite}

	// IPRecvErrRFC4884 is IP_RECVERR_RFC4884, the error queue has the extensions of ICMP too. Linux 5.9.
	IPRecvErrRFC4884 = Option[bool]{&ipSockets, optIP_RECVERR_RFC4884, "IP_RECVERR_RFC4884", &asBool, readWrite}

	// IPRecvFragSize is IP_RECVFRAGSIZE, control messages with the size of the largest fragment. Linux.
	IPRecvFragSize = Option[bool]{&ipSockets, optIP_RECVFRAGSIZE, "IP_RECVFRAGSIZE", &asBool, readWrite}

	// IPRecvIf is IP_RECVIF, ip(4): control messages with the interface of a datagram. BSD, macOS, Solaris, Windows.
	IPRecvIf = Option[bool]{&ipSockets, optIP_RECVIF, "IP_RECVIF", &asBool, readWrite}

	// IPRecvOpts is IP_RECVOPTS, ip(7): control messages with the options of a packet. Not on Windows.
	IPRecvOpts = Option[bool]{&ipSockets, optIP_RECVOPTS, "IP_RECVOPTS", &asBool, readWrite}

	// IPRecvOrigDstAddr is IP_RECVORIGDSTADDR, ip(7): control messages with the address a packet was sent to before it was redirected. Linux, FreeBSD.
	IPRecvOrigDstAddr = Option[bool]{&ipSockets, optIP_RECVORIGDSTADDR, "IP_RECVORIGDSTADDR", &asBool, readWrite}

	// IPRecvPktInfo is IP_RECVPKTINFO, ip(4P): control messages with address and interface of a packet. macOS, NetBSD, Solaris.
	IPRecvPktInfo = Option[bool]{&ipSockets, optIP_RECVPKTINFO, "IP_RECVPKTINFO", &asBool, readWrite}

	// IPRecvRetOpts is IP_RECVRETOPTS, ip(4): control messages with the options of a packet, turned round for an answer. Not on Windows.
	IPRecvRetOpts = Option[bool]{&ipSockets, optIP_RECVRETOPTS, "IP_RECVRETOPTS", &asBool, readWrite}

	// IPRecvTOS is IP_RECVTOS, ip(7): control messages with the type of service. Linux, FreeBSD, macOS, Solaris, Windows.
	IPRecvTOS = Option[bool]{&ipSockets, optIP_RECVTOS, "IP_RECVTOS", &asBool, readWrite}

	// IPRecvTTL is IP_RECVTTL, ip(7): control messages with the TTL. Windows knows it as IP_HOPLIMIT too.
	IPRecvTTL = Option[bool]{&ipSockets, optIP_RECVTTL, "IP_RECVTTL", &asBool, readWrite}

	// IPRetOpts is IP_RETOPTS, ip(7): the same as IPRecvRetOpts on Linux, which has that name for it. Not on Windows.
	IPRetOpts = Option[bool]{&ipSockets, optIP_RETOPTS, "IP_RETOPTS", &asBool, readWrite}

	// IPRouterAlert is IP_ROUTER_ALERT, ip(7): get all packets that routers have to look at; of raw sockets. Set only. Linux.
	IPRouterAlert = Option[bool]{&ipRawSockets, optIP_ROUTER_ALERT, "IP_ROUTER_ALERT", &asBool, writeOnly}

	// IPTOS is IP_TOS, ip(7): the type of service, which is the DS field, of outgoing packets. TCP keeps the two ECN bits.
	IPTOS = Option[int]{&ipSockets, optIP_TOS, "IP_TOS", &asInt, readWrite}

	// IPTransparent is IP_TRANSPARENT, ip(7): bind to and connect from addresses that are not local; privileged. Linux.
	IPTransparent = Option[bool]{&ipSockets, optIP_TRANSPARENT, "IP_TRANSPARENT", &asBool, readWrite}

	// IPTTL is IP_TTL, ip(7): the TTL of outgoing packets, 1 to 255.
	IPTTL = Option[int]{&ipSockets, optIP_TTL, "IP_TTL", &asInt, readWrite}

	// IPUnblockSource is IP_UNBLOCK_SOURCE, ip(7): hear a sender again. Set only; not on NetBSD, OpenBSD and DragonFly.
	IPUnblockSource = Option[MreqSource]{&ipSockets, optIP_UNBLOCK_SOURCE, "IP_UNBLOCK_SOURCE", &asMreqSource, writeOnly}

	// IPUnicastIf is IP_UNICAST_IF, ip(7): the index of the interface that packets leave by, 0 for the system's choice. Linux, Windows; see [Socket.BindToDevice].
	IPUnicastIf = Option[int]{&ipSockets, optIP_UNICAST_IF, "IP_UNICAST_IF", &asNetIf, readWrite}

	// IPUserMTU is IP_USER_MTU, an upper limit for the path MTU. Windows.
	IPUserMTU = Option[int]{&ipSockets, optIP_USER_MTU, "IP_USER_MTU", &asInt, readWrite}

	// OriginalDst is SO_ORIGINAL_DST, the address a connection was for before a firewall redirected it. Read-only. Linux, Windows.
	OriginalDst = Option[Inet4Addr]{&redirected4, optSO_ORIGINAL_DST, "SO_ORIGINAL_DST", &asInet4, readOnly}
)
