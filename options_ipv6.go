package socket

// The sockets that the options of IPv6 are for.
var (
	ipv6Sockets    = socketKind{optIPPROTO_IPV6, AF_INET6, SOCK_DGRAM, 0, nil}
	ipv6RawSockets = socketKind{optIPPROTO_IPV6, AF_INET6, SOCK_RAW, optIPPROTO_RAW, nil}
	redirected6    = socketKind{sysRedirected6, AF_INET6, SOCK_STREAM, 0, nil}
)

// The options of IPPROTO_IPV6.
var (
	// IP6TOriginalDst is IP6T_SO_ORIGINAL_DST, the address a connection was for before a firewall redirected it. Read-only. Linux, Windows.
	IP6TOriginalDst = Option[Inet6Addr]{&redirected6, optIP6T_SO_ORIGINAL_DST, "IP6T_SO_ORIGINAL_DST", &asInet6, readOnly}

	// IPv6AddrPreferences is IPV6_ADDR_PREFERENCES, which source addresses to prefer, IPV6_PREFER_SRC_* (RFC 5014). Linux.
	IPv6AddrPreferences = Option[int]{&ipv6Sockets, optIPV6_ADDR_PREFERENCES, "IPV6_ADDR_PREFERENCES", &asInt, readWrite}

	// IPv6AutoFlowLabel is IPV6_AUTOFLOWLABEL, flow labels are made by the system. Linux, FreeBSD, macOS, OpenBSD, DragonFly.
	IPv6AutoFlowLabel = Option[bool]{&ipv6Sockets, optIPV6_AUTOFLOWLABEL, "IPV6_AUTOFLOWLABEL", &asBool, readWrite}

	// IPv6BindAny is IPV6_BINDANY, ip6(4) of FreeBSD: bind to addresses that are not local; privileged.
	IPv6BindAny = Option[bool]{&ipv6Sockets, optIPV6_BINDANY, "IPV6_BINDANY", &asBool, readWrite}

	// IPv6BoundIf is IPV6_BOUND_IF, xnu netinet6/in6.h: the index of the interface to use, 0 for any. macOS, Solaris; see [Socket.BindToDevice].
	IPv6BoundIf = Option[int]{&ipv6Sockets, optIPV6_BOUND_IF, "IPV6_BOUND_IF", &asInt, readWrite}

	// IPv6Checksum is IPV6_CHECKSUM, where in the payload the system puts a checksum, -1 for nowhere; of raw sockets (RFC 3542).
	IPv6Checksum = Option[int]{&ipv6RawSockets, optIPV6_CHECKSUM, "IPV6_CHECKSUM", &asInt, readWrite}

	// IPv6DontFrag is IPV6_DONTFRAG, forbids fragments (RFC 3542).
	IPv6DontFrag = Option[bool]{&ipv6Sockets, optIPV6_DONTFRAG, "IPV6_DONTFRAG", &asBool, readWrite}

	// IPv6DstOpts is IPV6_DSTOPTS, the destination options header of outgoing packets (RFC 3542); privileged on Linux. Not on Windows.
	IPv6DstOpts = Option[[]byte]{&ipv6Sockets, optIPV6_DSTOPTS, "IPV6_DSTOPTS", &asBytes, readWrite}

	// IPv6FlowInfo is IPV6_FLOWINFO, control messages with the flow label. Linux.
	IPv6FlowInfo = Option[bool]{&ipv6Sockets, optIPV6_FLOWINFO, "IPV6_FLOWINFO", &asBool, readWrite}

	// IPv6FlowInfoSend is IPV6_FLOWINFO_SEND, packets carry the flow label of the address they are sent to. Linux.
	IPv6FlowInfoSend = Option[bool]{&ipv6Sockets, optIPV6_FLOWINFO_SEND, "IPV6_FLOWINFO_SEND", &asBool, readWrite}

	// IPv6Freebind is IPV6_FREEBIND, bind to addresses that are not local, or not yet. Linux.
	IPv6Freebind = Option[bool]{&ipv6Sockets, optIPV6_FREEBIND, "IPV6_FREEBIND", &asBool, readWrite}

	// IPv6HdrIncl is IPV6_HDRINCL, the program makes the IP header; of raw sockets. Linux, Windows.
	IPv6HdrIncl = Option[bool]{&ipv6RawSockets, optIPV6_HDRINCL, "IPV6_HDRINCL", &asBool, readWrite}

	// IPv6HopOpts is IPV6_HOPOPTS, the hop-by-hop options header of outgoing packets (RFC 3542); privileged on Linux.
	IPv6HopOpts = Option[[]byte]{&ipv6Sockets, optIPV6_HOPOPTS, "IPV6_HOPOPTS", &asBytes, readWrite}

	// IPv6JoinAnycast is IPV6_JOIN_ANYCAST, join an anycast group; privileged. Set only. Linux.
	IPv6JoinAnycast = Option[Mreq6]{&ipv6Sockets, optIPV6_JOIN_ANYCAST, "IPV6_JOIN_ANYCAST", &asMreq6, writeOnly}

	// IPv6JoinGroup is IPV6_JOIN_GROUP, ipv6(7): join a group (RFC 3493), also IPV6_ADD_MEMBERSHIP. Set only; see [Socket.JoinGroup].
	IPv6JoinGroup = Option[Mreq6]{&ipv6Sockets, optIPV6_JOIN_GROUP, "IPV6_JOIN_GROUP", &asMreq6, writeOnly}

	// IPv6LeaveAnycast is IPV6_LEAVE_ANYCAST, leave an anycast group. Set only. Linux.
	IPv6LeaveAnycast = Option[Mreq6]{&ipv6Sockets, optIPV6_LEAVE_ANYCAST, "IPV6_LEAVE_ANYCAST", &asMreq6, writeOnly}

	// IPv6LeaveGroup is IPV6_LEAVE_GROUP, ipv6(7): leave a group, also IPV6_DROP_MEMBERSHIP. Set only; see [Socket.LeaveGroup].
	IPv6LeaveGroup = Option[Mreq6]{&ipv6Sockets, optIPV6_LEAVE_GROUP, "IPV6_LEAVE_GROUP", &asMreq6, writeOnly}

	// IPv6MinHopCount is IPV6_MINHOPCOUNT, the least hop limit of packets to receive (RFC 5082). Linux, OpenBSD, Solaris.
	IPv6MinHopCount = Option[int]{&ipv6Sockets, optIPV6_MINHOPCOUNT, "IPV6_MINHOPCOUNT", &asInt, readWrite}

	// IPv6MTU is IPV6_MTU, ipv6(7): the path MTU of a connected socket; set, an upper limit of at least 1280. Linux, Windows.
	IPv6MTU = Option[int]{&ipv6Sockets, optIPV6_MTU, "IPV6_MTU", &asInt, readWrite}

	// IPv6MTUDiscover is IPV6_MTU_DISCOVER, ipv6(7): path MTU discovery, IPV6_PMTUDISC_*. Linux, Windows.
	IPv6MTUDiscover = Option[int]{&ipv6Sockets, optIPV6_MTU_DISCOVER, "IPV6_MTU_DISCOVER", &asInt, readWrite}

	// IPv6MulticastAll is IPV6_MULTICAST_ALL, hear the groups that other sockets joined too. Linux 4.20.
	IPv6MulticastAll = Option[bool]{&ipv6Sockets, optIPV6_MULTICAST_ALL, "IPV6_MULTICAST_ALL", &asBool, readWrite}

	// IPv6MulticastHops is IPV6_MULTICAST_HOPS, ipv6(7): the hop limit of multicast, -1 for the system's.
	IPv6MulticastHops = Option[int]{&ipv6Sockets, optIPV6_MULTICAST_HOPS, "IPV6_MULTICAST_HOPS", &asInt, readWrite}

	// IPv6MulticastIf is IPV6_MULTICAST_IF, ipv6(7): the index of the interface that multicast leaves by, 0 for the system's choice.
	IPv6MulticastIf = Option[int]{&ipv6Sockets, optIPV6_MULTICAST_IF, "IPV6_MULTICAST_IF", &asInt, readWrite}

	// IPv6MulticastLoop is IPV6_MULTICAST_LOOP, ipv6(7): whether what is sent to a group comes back to the machine's own members.
	IPv6MulticastLoop = Option[bool]{&ipv6Sockets, optIPV6_MULTICAST_LOOP, "IPV6_MULTICAST_LOOP", &asBool, readWrite}

	// IPv6OrigDstAddr is IPV6_ORIGDSTADDR, control messages with the address a packet was sent to before it was redirected. Linux, FreeBSD; IPv6RecvOrigDstAddr is the same.
	IPv6OrigDstAddr = Option[bool]{&ipv6Sockets, optIPV6_ORIGDSTADDR, "IPV6_ORIGDSTADDR", &asBool, readWrite}

	// IPv6PathMTU is IPV6_PATHMTU, the path MTU of a connected socket (RFC 3542). Read-only. Not on Windows.
	IPv6PathMTU = Option[int]{&ipv6Sockets, optIPV6_PATHMTU, "IPV6_PATHMTU", &asPathMTU, readOnly}

	// IPv6PktInfo is IPV6_PKTINFO, source address and interface of outgoing packets (RFC 3542). Linux does not tell them. Not on Windows.
	IPv6PktInfo = Option[PktInfo6]{&ipv6Sockets, sysPktInfo6, "IPV6_PKTINFO", &asPktInfo6, readWrite}

	// IPv6PortRange is IPV6_PORTRANGE, ip6(4): the ports that the system chooses from, IPV6_PORTRANGE_*. BSD, macOS.
	IPv6PortRange = Option[int]{&ipv6Sockets, optIPV6_PORTRANGE, "IPV6_PORTRANGE", &asInt, readWrite}

	// IPv6ProtectionLevel is IPV6_PROTECTION_LEVEL, what may come from where: 10 unrestricted, 20 no NAT traversal, 30 same site. Windows.
	IPv6ProtectionLevel = Option[int]{&ipv6Sockets, optIPV6_PROTECTION_LEVEL, "IPV6_PROTECTION_LEVEL", &asInt, readWrite}

	// IPv6RecvDstOpts is IPV6_RECVDSTOPTS, control messages with the destination options header (RFC 3542). Not on Windows.
	IPv6RecvDstOpts = Option[bool]{&ipv6Sockets, optIPV6_RECVDSTOPTS, "IPV6_RECVDSTOPTS", &asBool, readWrite}

	// IPv6RecvErr is IPV6_RECVERR, ipv6(7): errors of the network go to the error queue. Linux, Windows.
	IPv6RecvErr = Option[bool]{&ipv6Sockets, optIPV6_RECVERR, "IPV6_RECVERR", &asBool, readWrite}

	// IPv6RecvErrRFC4884 is IPV6_RECVERR_RFC4884, the error queue has the extensions of ICMP too. Linux 5.9.
	IPv6RecvErrRFC4884 = Option[bool]{&ipv6Sockets, optIPV6_RECVERR_RFC4884, "IPV6_RECVERR_RFC4884", &asBool, readWrite}

	// IPv6RecvFragSize is IPV6_RECVFRAGSIZE, control messages with the size of the largest fragment. Linux.
	IPv6RecvFragSize = Option[bool]{&ipv6Sockets, optIPV6_RECVFRAGSIZE, "IPV6_RECVFRAGSIZE", &asBool, readWrite}

	// IPv6RecvHopLimit is IPV6_RECVHOPLIMIT, control messages with the hop limit (RFC 3542). IPV6_HOPLIMIT on Windows.
	IPv6RecvHopLimit = Option[bool]{&ipv6Sockets, sysRecvHopLimit6, "IPV6_RECVHOPLIMIT", &asBool, readWrite}

	// IPv6RecvHopOpts is IPV6_RECVHOPOPTS, control messages with the hop-by-hop options header (RFC 3542). Not on Windows.
	IPv6RecvHopOpts = Option[bool]{&ipv6Sockets, optIPV6_RECVHOPOPTS, "IPV6_RECVHOPOPTS", &asBool, readWrite}

	// IPv6RecvOrigDstAddr is IPV6_RECVORIGDSTADDR, control messages with the address a packet was sent to before it was redirected. Linux, FreeBSD.
	IPv6RecvOrigDstAddr = Option[bool]{&ipv6Sockets, optIPV6_RECVORIGDSTADDR, "IPV6_RECVORIGDSTADDR", &asBool, readWrite}

	// IPv6RecvPathMTU is IPV6_RECVPATHMTU, control messages when the path MTU changes (RFC 3542). Not on Windows.
	IPv6RecvPathMTU = Option[bool]{&ipv6Sockets, optIPV6_RECVPATHMTU, "IPV6_RECVPATHMTU", &asBool, readWrite}

	// IPv6RecvPktInfo is IPV6_RECVPKTINFO, control messages with address and interface of a packet (RFC 3542). IPV6_PKTINFO on Windows.
	IPv6RecvPktInfo = Option[bool]{&ipv6Sockets, sysRecvPktInfo6, "IPV6_RECVPKTINFO", &asBool, readWrite}

	// IPv6RecvRthdr is IPV6_RECVRTHDR, control messages with the routing header (RFC 3542).
	IPv6RecvRthdr = Option[bool]{&ipv6Sockets, optIPV6_RECVRTHDR, "IPV6_RECVRTHDR", &asBool, readWrite}

	// IPv6RecvTClass is IPV6_RECVTCLASS, control messages with the traffic class (RFC 3542).
	IPv6RecvTClass = Option[bool]{&ipv6Sockets, optIPV6_RECVTCLASS, "IPV6_RECVTCLASS", &asBool, readWrite}

	// IPv6RouterAlert is IPV6_ROUTER_ALERT, ipv6(7): get all packets with this value of the router alert option, -1 for none; of raw sockets of IPPROTO_RAW. It reads as 1 or 0. Linux.
	IPv6RouterAlert = Option[int]{&ipv6RawSockets, optIPV6_ROUTER_ALERT, "IPV6_ROUTER_ALERT", &asInt, readWrite}

	// IPv6RouterAlertIsolate is IPV6_ROUTER_ALERT_ISOLATE, of the socket's network namespace alone. Linux 5.1.
	IPv6RouterAlertIsolate = Option[bool]{&ipv6RawSockets, optIPV6_ROUTER_ALERT_ISOLATE, "IPV6_ROUTER_ALERT_ISOLATE", &asBool, readWrite}

	// IPv6Rthdr is IPV6_RTHDR, the routing header of outgoing packets (RFC 3542); privileged on Linux.
	IPv6Rthdr = Option[[]byte]{&ipv6Sockets, optIPV6_RTHDR, "IPV6_RTHDR", &asBytes, readWrite}

	// IPv6RthdrDstOpts is IPV6_RTHDRDSTOPTS, the destination options header before the routing header (RFC 3542); privileged on Linux. Not on Windows.
	IPv6RthdrDstOpts = Option[[]byte]{&ipv6Sockets, optIPV6_RTHDRDSTOPTS, "IPV6_RTHDRDSTOPTS", &asBytes, readWrite}

	// IPv6TClass is IPV6_TCLASS, the traffic class of outgoing packets (RFC 3542), -1 for the system's.
	IPv6TClass = Option[int]{&ipv6Sockets, optIPV6_TCLASS, "IPV6_TCLASS", &asInt, readWrite}

	// IPv6Transparent is IPV6_TRANSPARENT, bind to and connect from addresses that are not local; privileged. Linux.
	IPv6Transparent = Option[bool]{&ipv6Sockets, optIPV6_TRANSPARENT, "IPV6_TRANSPARENT", &asBool, readWrite}

	// IPv6UnicastHops is IPV6_UNICAST_HOPS, ipv6(7): the hop limit of outgoing packets, -1 for the system's.
	IPv6UnicastHops = Option[int]{&ipv6Sockets, optIPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS", &asInt, readWrite}

	// IPv6UnicastIf is IPV6_UNICAST_IF, the index of the interface that packets leave by, 0 for the system's choice. Linux, Windows; see [Socket.BindToDevice].
	IPv6UnicastIf = Option[int]{&ipv6Sockets, optIPV6_UNICAST_IF, "IPV6_UNICAST_IF", &asNetIf6, readWrite}

	// IPv6UserMTU is IPV6_USER_MTU, an upper limit for the path MTU. Windows.
	IPv6UserMTU = Option[int]{&ipv6Sockets, optIPV6_USER_MTU, "IPV6_USER_MTU", &asInt, readWrite}

	// IPv6UseMinMTU is IPV6_USE_MIN_MTU, 1 sends packets of 1280 bytes at most, 0 does not, -1 only multicast (RFC 3542). BSD, macOS, Solaris.
	IPv6UseMinMTU = Option[int]{&ipv6Sockets, optIPV6_USE_MIN_MTU, "IPV6_USE_MIN_MTU", &asInt, readWrite}

	// IPv6V6Only is IPV6_V6ONLY, ipv6(7): no IPv4-mapped addresses. OpenBSD never has them.
	IPv6V6Only = Option[bool]{&ipv6Sockets, optIPV6_V6ONLY, "IPV6_V6ONLY", &asBool, readWrite}
)
