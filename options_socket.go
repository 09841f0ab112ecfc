package socket

import (
	"time"

	"github.com/bsdsocket/socket/internal/sockopt"
)

// The sockets that the options of SOL_SOCKET are for, and those of Unix sockets alone.
var (
	streamSockets   = socketKind{optSOL_SOCKET, AF_INET, SOCK_STREAM, 0, nil}
	datagramSockets = socketKind{optSOL_SOCKET, AF_INET, SOCK_DGRAM, 0, nil}
	unixSockets     = socketKind{optSOL_SOCKET, AF_UNIX, SOCK_STREAM, 0, nil}
	peerSockets     = socketKind{sockopt.PeerCredLevel, AF_UNIX, SOCK_STREAM, 0, nil}
	frameSockets    = socketKind{optSOL_SOCKET, AF_PACKET, SOCK_RAW, 0, nil}
	localSockets    = socketKind{0, AF_UNIX, SOCK_STREAM, 0, nil} // SOL_LOCAL
)

// The options of SOL_SOCKET.
var (
	// AcceptConn is SO_ACCEPTCONN, socket(7): whether the socket listens. Read-only.
	AcceptConn = Option[bool]{&streamSockets, optSO_ACCEPTCONN, "SO_ACCEPTCONN", &asBool, readOnly}

	// AcceptFilter is SO_ACCEPTFILTER, accept_filter(9): what a connection needs before accept tells of it; of a listening socket. FreeBSD, NetBSD, DragonFly.
	AcceptFilter = Option[AcceptFilterValue]{&streamSockets, optSO_ACCEPTFILTER, "SO_ACCEPTFILTER", &asAcceptFilter, readWrite}

	// AttachBPF is SO_ATTACH_BPF, socket(7): the fd of an eBPF program that filters what comes in, see [Socket.AttachBPF]. Set only. Linux.
	AttachBPF = Option[int]{&datagramSockets, optSO_ATTACH_BPF, "SO_ATTACH_BPF", &asInt, writeOnly}

	// AttachReuseportEBPF is SO_ATTACH_REUSEPORT_EBPF, socket(7): the fd of an eBPF program that chooses among the sockets of a port, see [Socket.AttachReuseportEBPF]. Set only. Linux.
	AttachReuseportEBPF = Option[int]{&datagramSockets, optSO_ATTACH_REUSEPORT_EBPF, "SO_ATTACH_REUSEPORT_EBPF", &asInt, writeOnly}

	// BindAny is SO_BINDANY, getsockopt(2) of OpenBSD: bind to addresses that are not local; privileged.
	BindAny = Option[bool]{&streamSockets, optSO_BINDANY, "SO_BINDANY", &asBool, readWrite}

	// BindToDevice is SO_BINDTODEVICE, socket(7): the interface that all packets come and go through, "" for any. Linux, macOS 15; see [Socket.BindToDevice].
	BindToDevice = Option[string]{&streamSockets, optSO_BINDTODEVICE, "SO_BINDTODEVICE", &asName, readWrite}

	// BindToIfIndex is SO_BINDTOIFINDEX, the same as BindToDevice by index, 0 for any. Linux 5.0.
	BindToIfIndex = Option[int]{&streamSockets, optSO_BINDTOIFINDEX, "SO_BINDTOIFINDEX", &asInt, readWrite}

	// BinTime is SO_BINTIME, getsockopt(2) of FreeBSD: control messages with the time of receipt as a struct bintime.
	BinTime = Option[bool]{&datagramSockets, optSO_BINTIME, "SO_BINTIME", &asBool, readWrite}

	// BPFExtensions is SO_BPF_EXTENSIONS, the number of extensions of classic BPF that the kernel has. Read-only. Linux.
	BPFExtensions = Option[int]{&datagramSockets, optSO_BPF_EXTENSIONS, "SO_BPF_EXTENSIONS", &asInt, readOnly}

	// Broadcast is SO_BROADCAST, socket(7): whether datagrams may go to broadcast addresses.
	Broadcast = Option[bool]{&datagramSockets, optSO_BROADCAST, "SO_BROADCAST", &asBool, readWrite}

	// BufLock is SO_BUF_LOCK, which buffers keep the size that was set: 1 the one that sends, 2 the one that receives. Linux 5.17.
	BufLock = Option[int]{&streamSockets, optSO_BUF_LOCK, "SO_BUF_LOCK", &asInt, readWrite}

	// BusyPoll is SO_BUSY_POLL, socket(7): how long a receive polls the device, in microseconds. Linux; to raise it is privileged.
	BusyPoll = Option[time.Duration]{&datagramSockets, optSO_BUSY_POLL, "SO_BUSY_POLL", &asMicros, readWrite}

	// BusyPollBudget is SO_BUSY_POLL_BUDGET, how many packets a busy poll takes at once; more than 8 is privileged. Set only. Linux 5.11.
	BusyPollBudget = Option[int]{&datagramSockets, optSO_BUSY_POLL_BUDGET, "SO_BUSY_POLL_BUDGET", &asInt, writeOnly}

	// CnxAdvice is SO_CNX_ADVICE, 1 tells that the connection makes no progress, so that another route is tried. Set only. Linux 4.6.
	CnxAdvice = Option[int]{&streamSockets, optSO_CNX_ADVICE, "SO_CNX_ADVICE", &asInt, writeOnly}

	// CompartmentID is SO_COMPARTMENT_ID, the network compartment of the socket. Windows.
	CompartmentID = Option[uint32]{&streamSockets, optSO_COMPARTMENT_ID, "SO_COMPARTMENT_ID", &asUint32, readWrite}

	// ConditionalAccept is SO_CONDITIONAL_ACCEPT, whether a connection is not answered before the program accepts it. Windows.
	ConditionalAccept = Option[bool]{&streamSockets, optSO_CONDITIONAL_ACCEPT, "SO_CONDITIONAL_ACCEPT", &asBool, readWrite}

	// ConnectTime is SO_CONNECT_TIME, how long the socket is connected, in seconds; 1<<32-1 of them if it is not. Read-only. Windows.
	ConnectTime = Option[time.Duration]{&streamSockets, optSO_CONNECT_TIME, "SO_CONNECT_TIME", &asSeconds, readOnly}

	// Cookie is SO_COOKIE, the kernel's number of the socket, which no other ever has. Read-only. Linux 4.12.
	Cookie = Option[uint64]{&streamSockets, optSO_COOKIE, "SO_COOKIE", &asUint64, readOnly}

	// Debug is SO_DEBUG, socket(7): debugging by the protocol; privileged on Linux.
	Debug = Option[bool]{&streamSockets, optSO_DEBUG, "SO_DEBUG", &asBool, readWrite}

	// Domain is SO_DOMAIN, socket(7): the address family. Read-only. Linux, FreeBSD, OpenBSD, Solaris.
	Domain = Option[Family]{&streamSockets, optSO_DOMAIN, "SO_DOMAIN", &asFamily, readOnly}

	// DontLinger is SO_DONTLINGER, the opposite of the flag in Linger. Windows, Solaris.
	DontLinger = Option[bool]{&streamSockets, optSO_DONTLINGER, "SO_DONTLINGER", &asBool, readWrite}

	// DontRoute is SO_DONTROUTE, socket(7): send to hosts of a directly connected network only.
	DontRoute = Option[bool]{&datagramSockets, optSO_DONTROUTE, "SO_DONTROUTE", &asBool, readWrite}

	// DontTrunc is SO_DONTTRUNC, xnu sys/socket.h: keep the rest of a datagram that was too long. macOS.
	DontTrunc = Option[bool]{&datagramSockets, optSO_DONTTRUNC, "SO_DONTTRUNC", &asBool, readWrite}

	// ExclBind is SO_EXCLBIND, socket.h of illumos: nobody else may bind to the address, whatever it sets. Solaris.
	ExclBind = Option[bool]{&streamSockets, optSO_EXCLBIND, "SO_EXCLBIND", &asBool, readWrite}

	// ExclusiveAddrUse is SO_EXCLUSIVEADDRUSE, nobody else may bind to the address, whatever it sets. Windows.
	ExclusiveAddrUse = Option[bool]{&streamSockets, optSO_EXCLUSIVEADDRUSE, "SO_EXCLUSIVEADDRUSE", &asBool, readWrite}

	// IncomingCPU is SO_INCOMING_CPU, socket(7): the CPU that packets came in on, or from Linux 6.2 where they should. Linux.
	IncomingCPU = Option[int]{&streamSockets, optSO_INCOMING_CPU, "SO_INCOMING_CPU", &asInt, readWrite}

	// IncomingNapiID is SO_INCOMING_NAPI_ID, socket(7): the number of the device queue that packets came in on. Read-only. Linux 4.12.
	IncomingNapiID = Option[uint32]{&streamSockets, optSO_INCOMING_NAPI_ID, "SO_INCOMING_NAPI_ID", &asUint32, readOnly}

	// Inq is SO_INQ, control messages with the number of bytes left to read. Set only. Linux 6.17, Unix sockets.
	Inq = Option[bool]{&unixSockets, optSO_INQ, "SO_INQ", &asBool, writeOnly}

	// KeepAlive is SO_KEEPALIVE, socket(7): probe an idle connection. [Socket.SetKeepAlive] sets when as well.
	KeepAlive = Option[bool]{&streamSockets, optSO_KEEPALIVE, "SO_KEEPALIVE", &asBool, readWrite}

	// Linger is SO_LINGER, socket(7): what close does with data not sent yet. On macOS it is SO_LINGER_SEC, as SO_LINGER counts clock ticks there.
	Linger = Option[LingerValue]{&streamSockets, max(optSO_LINGER, optSO_LINGER_SEC), "SO_LINGER", &asLinger, readWrite}

	// ListenIncQLen is SO_LISTENINCQLEN, getsockopt(2) of FreeBSD: the number of connections not complete yet. Read-only.
	ListenIncQLen = Option[int]{&streamSockets, optSO_LISTENINCQLEN, "SO_LISTENINCQLEN", &asInt, readOnly}

	// ListenQLen is SO_LISTENQLEN, getsockopt(2) of FreeBSD: the number of connections that wait for accept. Read-only.
	ListenQLen = Option[int]{&streamSockets, optSO_LISTENQLEN, "SO_LISTENQLEN", &asInt, readOnly}

	// ListenQLimit is SO_LISTENQLIMIT, getsockopt(2) of FreeBSD: the backlog. Read-only.
	ListenQLimit = Option[int]{&streamSockets, optSO_LISTENQLIMIT, "SO_LISTENQLIMIT", &asInt, readOnly}

	// LockFilter is SO_LOCK_FILTER, socket(7): no more changes of the filter; once on it stays. Linux.
	LockFilter = Option[bool]{&datagramSockets, optSO_LOCK_FILTER, "SO_LOCK_FILTER", &asBool, readWrite}

	// Mark is SO_MARK, socket(7): the mark of outgoing packets, for routing and firewalls; privileged. Linux.
	Mark = Option[uint32]{&streamSockets, optSO_MARK, "SO_MARK", &asUint32, readWrite}

	// MaxMsgSize is SO_MAX_MSG_SIZE, the longest datagram that can be sent. Read-only. Windows.
	MaxMsgSize = Option[uint32]{&datagramSockets, optSO_MAX_MSG_SIZE, "SO_MAX_MSG_SIZE", &asUint32, readOnly}

	// MaxPacingRate is SO_MAX_PACING_RATE, tc-fq(8): the most to send, in bytes per second; no limit is all bits set. Linux, FreeBSD (32 bits).
	MaxPacingRate = Option[uint64]{&streamSockets, optSO_MAX_PACING_RATE, "SO_MAX_PACING_RATE", &asRate, readWrite}

	// MemInfo is SO_MEMINFO, the memory that the socket uses. Read-only. Linux 4.12.
	MemInfo = Option[MemInfoValue]{&streamSockets, optSO_MEMINFO, "SO_MEMINFO", &asMemInfo, readOnly}

	// NetNSCookie is SO_NETNS_COOKIE, the kernel's number of the network namespace. Read-only. Linux 5.14.
	NetNSCookie = Option[uint64]{&streamSockets, optSO_NETNS_COOKIE, "SO_NETNS_COOKIE", &asUint64, readOnly}

	// NetServiceType is SO_NET_SERVICE_TYPE, xnu sys/socket.h: the class of traffic, NET_SERVICE_TYPE_*. macOS.
	NetServiceType = Option[int]{&streamSockets, optSO_NET_SERVICE_TYPE, "SO_NET_SERVICE_TYPE", &asInt, readWrite}

	// NoFCS is SO_NOFCS, leave the frame check sequence to the program. Linux, packet sockets.
	NoFCS = Option[bool]{&frameSockets, optSO_NOFCS, "SO_NOFCS", &asBool, readWrite}

	// NoSigPipe is SO_NOSIGPIPE, getsockopt(2): no SIGPIPE, which Go programs do not see for sockets anyway. macOS, FreeBSD, NetBSD, DragonFly.
	NoSigPipe = Option[bool]{&streamSockets, optSO_NOSIGPIPE, "SO_NOSIGPIPE", &asBool, readWrite}

	// NoCheck is SO_NO_CHECK, udp(7): send without checksums over IPv4. Linux.
	NoCheck = Option[bool]{&datagramSockets, optSO_NO_CHECK, "SO_NO_CHECK", &asBool, readWrite}

	// NRead is SO_NREAD, xnu sys/socket.h: the bytes that can be read now, of the first datagram. Read-only. macOS.
	NRead = Option[int]{&streamSockets, optSO_NREAD, "SO_NREAD", &asInt, readOnly}

	// NWrite is SO_NWRITE, xnu sys/socket.h: the bytes not sent yet. Read-only. macOS.
	NWrite = Option[int]{&streamSockets, optSO_NWRITE, "SO_NWRITE", &asInt, readOnly}

	// OOBInline is SO_OOBINLINE, socket(7): urgent data comes with the rest.
	OOBInline = Option[bool]{&streamSockets, optSO_OOBINLINE, "SO_OOBINLINE", &asBool, readWrite}

	// PassCred is SO_PASSCRED, unix(7): control messages with the sender's credentials. Linux.
	PassCred = Option[bool]{&unixSockets, optSO_PASSCRED, "SO_PASSCRED", &asBool, readWrite}

	// PassPidFD is SO_PASSPIDFD, control messages with a pidfd of the sender. Linux 6.5.
	PassPidFD = Option[bool]{&unixSockets, optSO_PASSPIDFD, "SO_PASSPIDFD", &asBool, readWrite}

	// PassRights is SO_PASSRIGHTS, whether fds can be received, at first they can. Linux 6.16.
	PassRights = Option[bool]{&unixSockets, optSO_PASSRIGHTS, "SO_PASSRIGHTS", &asBool, readWrite}

	// PassSec is SO_PASSSEC, unix(7): control messages with the sender's security context. Linux.
	PassSec = Option[bool]{&unixSockets, optSO_PASSSEC, "SO_PASSSEC", &asBool, readWrite}

	// PeekOff is SO_PEEK_OFF, socket(7): where MSG_PEEK starts to read, -1 for always at the front. Linux.
	PeekOff = Option[int]{&unixSockets, optSO_PEEK_OFF, "SO_PEEK_OFF", &asInt, readWrite}

	// PeerCred is SO_PEERCRED, unix(7): who is at the other end. LOCAL_PEERCRED on macOS, FreeBSD and DragonFly, LOCAL_PEEREID on NetBSD. Read-only. Not on Windows and Solaris.
	PeerCred = Option[Ucred]{&peerSockets, sockopt.PeerCredName, "SO_PEERCRED", &asUcred, readOnly}

	// PeerGroups is SO_PEERGROUPS, the supplementary groups of who is at the other end. Read-only. Linux 4.13.
	PeerGroups = Option[[]uint32]{&unixSockets, optSO_PEERGROUPS, "SO_PEERGROUPS", &asUint32s, readOnly}

	// PeerPidFD is SO_PEERPIDFD, a pidfd of who is at the other end: a new fd, close-on-exec, that belongs to the caller. Read-only. Linux 6.5.
	PeerPidFD = Option[int]{&unixSockets, optSO_PEERPIDFD, "SO_PEERPIDFD", &asInt, readOnly}

	// PeerSec is SO_PEERSEC, unix(7): the security context of who is at the other end. Read-only. Linux.
	PeerSec = Option[string]{&unixSockets, optSO_PEERSEC, "SO_PEERSEC", &asString, readOnly}

	// PortScalability is SO_PORT_SCALABILITY, a local port per remote address, to have more connections. Windows.
	PortScalability = Option[bool]{&streamSockets, optSO_PORT_SCALABILITY, "SO_PORT_SCALABILITY", &asBool, readWrite}

	// PreferBusyPoll is SO_PREFER_BUSY_POLL, prefer busy polling to interrupts; privileged. Linux 5.11.
	PreferBusyPoll = Option[bool]{&datagramSockets, optSO_PREFER_BUSY_POLL, "SO_PREFER_BUSY_POLL", &asBool, readWrite}

	// Priority is SO_PRIORITY, socket(7): the queueing priority of outgoing packets; 0 to 6 without privilege. Linux.
	Priority = Option[int]{&streamSockets, optSO_PRIORITY, "SO_PRIORITY", &asInt, readWrite}

	// Protocol is SO_PROTOCOL, socket(7): the protocol number, IPPROTO_*. On Solaris SO_PROTOTYPE. Read-only. Linux, FreeBSD, OpenBSD, Solaris.
	Protocol = Option[int]{&streamSockets, max(optSO_PROTOCOL, optSO_PROTOTYPE), "SO_PROTOCOL", &asInt, readOnly}

	// RandomizePort is SO_RANDOMIZE_PORT, a random port where the port is left to the system. Windows.
	RandomizePort = Option[bool]{&streamSockets, optSO_RANDOMIZE_PORT, "SO_RANDOMIZE_PORT", &asBool, readWrite}

	// RcvBuf is SO_RCVBUF, socket(7): the size of the receive buffer in bytes. Linux doubles what is set.
	RcvBuf = Option[int]{&streamSockets, optSO_RCVBUF, "SO_RCVBUF", &asInt, readWrite}

	// RcvBufForce is SO_RCVBUFFORCE, socket(7): RcvBuf beyond the limit of the system; privileged. Set only. Linux.
	RcvBufForce = Option[int]{&streamSockets, optSO_RCVBUFFORCE, "SO_RCVBUFFORCE", &asInt, writeOnly}

	// RcvLowat is SO_RCVLOWAT, socket(7): the bytes that have to be there before a receive is ready.
	RcvLowat = Option[int]{&streamSockets, optSO_RCVLOWAT, "SO_RCVLOWAT", &asInt, readWrite}

	// RcvMark is SO_RCVMARK, control messages with the mark of a packet. Linux 5.19.
	RcvMark = Option[bool]{&datagramSockets, optSO_RCVMARK, "SO_RCVMARK", &asBool, readWrite}

	// RcvPriority is SO_RCVPRIORITY, control messages with the priority of a packet. Linux 6.14.
	RcvPriority = Option[bool]{&datagramSockets, optSO_RCVPRIORITY, "SO_RCVPRIORITY", &asBool, readWrite}

	// RcvTimeo is SO_RCVTIMEO, socket(7): the kernel's limit for a receive, 0 for none. It does not act on this package's calls, which do not wait in the kernel: see [Socket.SetTimeout].
	RcvTimeo = Option[time.Duration]{&streamSockets, optSO_RCVTIMEO, "SO_RCVTIMEO", &asTimeval, readWrite}

	// ReserveMem is SO_RESERVE_MEM, memory set aside for the socket, in bytes; of a memory cgroup. Linux 5.16.
	ReserveMem = Option[int]{&streamSockets, optSO_RESERVE_MEM, "SO_RESERVE_MEM", &asInt, readWrite}

	// ReuseAddr is SO_REUSEADDR, socket(7): bind to an address that old connections still use. On Windows also to one that another socket uses.
	ReuseAddr = Option[bool]{&streamSockets, optSO_REUSEADDR, "SO_REUSEADDR", &asBool, readWrite}

	// ReusePort is SO_REUSEPORT, socket(7): several sockets of one user share a port. Not on Windows and Solaris.
	ReusePort = Option[bool]{&streamSockets, optSO_REUSEPORT, "SO_REUSEPORT", &asBool, readWrite}

	// ReusePortLB is SO_REUSEPORT_LB, getsockopt(2) of FreeBSD: ReusePort that spreads connections evenly.
	ReusePortLB = Option[bool]{&streamSockets, optSO_REUSEPORT_LB, "SO_REUSEPORT_LB", &asBool, readWrite}

	// ReuseMulticastPort is SO_REUSE_MULTICASTPORT, every socket of a port gets multicast. Windows.
	ReuseMulticastPort = Option[bool]{&datagramSockets, optSO_REUSE_MULTICASTPORT, "SO_REUSE_MULTICASTPORT", &asBool, readWrite}

	// ReuseUnicastPort is SO_REUSE_UNICASTPORT, ports of outgoing connections are chosen at connect, and shared. Windows.
	ReuseUnicastPort = Option[bool]{&streamSockets, optSO_REUSE_UNICASTPORT, "SO_REUSE_UNICASTPORT", &asBool, readWrite}

	// Rtable is SO_RTABLE, getsockopt(2) of OpenBSD: the routing table.
	Rtable = Option[int]{&streamSockets, optSO_RTABLE, "SO_RTABLE", &asInt, readWrite}

	// RxqOvfl is SO_RXQ_OVFL, socket(7): control messages with the number of packets dropped so far. Linux.
	RxqOvfl = Option[bool]{&datagramSockets, optSO_RXQ_OVFL, "SO_RXQ_OVFL", &asBool, readWrite}

	// SelectErrQueue is SO_SELECT_ERR_QUEUE, whether an error queue with something in it is an event of its own for poll(2). Linux.
	SelectErrQueue = Option[bool]{&datagramSockets, optSO_SELECT_ERR_QUEUE, "SO_SELECT_ERR_QUEUE", &asBool, readWrite}

	// SetFib is SO_SETFIB, setfib(2): the routing table. Set only. FreeBSD.
	SetFib = Option[int]{&streamSockets, optSO_SETFIB, "SO_SETFIB", &asInt, writeOnly}

	// SndBuf is SO_SNDBUF, socket(7): the size of the send buffer in bytes. Linux doubles what is set.
	SndBuf = Option[int]{&streamSockets, optSO_SNDBUF, "SO_SNDBUF", &asInt, readWrite}

	// SndBufForce is SO_SNDBUFFORCE, socket(7): SndBuf beyond the limit of the system; privileged. Set only. Linux.
	SndBufForce = Option[int]{&streamSockets, optSO_SNDBUFFORCE, "SO_SNDBUFFORCE", &asInt, writeOnly}

	// SndLowat is SO_SNDLOWAT, socket(7): the room there has to be before a send is ready. Linux tells 1 and does not change it.
	SndLowat = Option[int]{&streamSockets, optSO_SNDLOWAT, "SO_SNDLOWAT", &asInt, readWrite}

	// SndTimeo is SO_SNDTIMEO, socket(7): the kernel's limit for a send, see RcvTimeo.
	SndTimeo = Option[time.Duration]{&streamSockets, optSO_SNDTIMEO, "SO_SNDTIMEO", &asTimeval, readWrite}

	// Timestamp is SO_TIMESTAMP, socket(7): control messages with the time of receipt in microseconds.
	Timestamp = Option[bool]{&datagramSockets, optSO_TIMESTAMP, "SO_TIMESTAMP", &asBool, readWrite}

	// Timestamping is SO_TIMESTAMPING, which times to tell in control messages, SOF_TIMESTAMPING_* (Documentation/networking/timestamping.rst). Linux.
	Timestamping = Option[int]{&datagramSockets, optSO_TIMESTAMPING, "SO_TIMESTAMPING", &asInt, readWrite}

	// Timestampns is SO_TIMESTAMPNS, socket(7): control messages with the time of receipt in nanoseconds. Linux.
	Timestampns = Option[bool]{&datagramSockets, optSO_TIMESTAMPNS, "SO_TIMESTAMPNS", &asBool, readWrite}

	// TimestampMonotonic is SO_TIMESTAMP_MONOTONIC, xnu sys/socket.h: control messages with the time of receipt since boot. macOS.
	TimestampMonotonic = Option[bool]{&datagramSockets, optSO_TIMESTAMP_MONOTONIC, "SO_TIMESTAMP_MONOTONIC", &asBool, readWrite}

	// TSClock is SO_TS_CLOCK, getsockopt(2) of FreeBSD: the clock of Timestamp, SO_TS_*.
	TSClock = Option[int]{&datagramSockets, optSO_TS_CLOCK, "SO_TS_CLOCK", &asInt, readWrite}

	// TxRehash is SO_TXREHASH, whether a connection that makes no progress tries another route: 1 or 0, -1 for the system's setting. Linux 5.19.
	TxRehash = Option[int]{&streamSockets, optSO_TXREHASH, "SO_TXREHASH", &asInt, readWrite}

	// TxTime is SO_TXTIME, tc-etf(8): packets have a time to leave, in control messages; privileged. Linux 4.19.
	TxTime = Option[TxTimeValue]{&datagramSockets, optSO_TXTIME, "SO_TXTIME", &asTxTime, readWrite}

	// SockType is SO_TYPE, socket(7): the type of the socket. Read-only.
	SockType = Option[Type]{&streamSockets, optSO_TYPE, "SO_TYPE", &asType, readOnly}

	// UpdateAcceptContext is SO_UPDATE_ACCEPT_CONTEXT, AcceptEx(): the handle of the listening socket, whose properties the accepted one takes. Set only. Windows.
	UpdateAcceptContext = Option[uint64]{&streamSockets, optSO_UPDATE_ACCEPT_CONTEXT, "SO_UPDATE_ACCEPT_CONTEXT", &asLong, writeOnly}

	// UpdateConnectContext is SO_UPDATE_CONNECT_CONTEXT, ConnectEx(): the connected socket takes on its properties. Set only. Windows.
	UpdateConnectContext = Option[struct{}]{&streamSockets, optSO_UPDATE_CONNECT_CONTEXT, "SO_UPDATE_CONNECT_CONTEXT", &asNothing, writeOnly}

	// UseLoopback is SO_USELOOPBACK, getsockopt(2): routing sockets hear what they send. BSD, macOS, Solaris, Windows.
	UseLoopback = Option[bool]{&streamSockets, optSO_USELOOPBACK, "SO_USELOOPBACK", &asBool, readWrite}

	// UserCookie is SO_USER_COOKIE, getsockopt(2) of FreeBSD: a number for firewalls. Set only.
	UserCookie = Option[uint32]{&streamSockets, optSO_USER_COOKIE, "SO_USER_COOKIE", &asUint32, writeOnly}

	// WifiStatus is SO_WIFI_STATUS, control messages with the fate of a frame sent over Wi-Fi. Linux.
	WifiStatus = Option[bool]{&datagramSockets, optSO_WIFI_STATUS, "SO_WIFI_STATUS", &asBool, readWrite}

	// ZeroCopy is SO_ZEROCOPY, socket(7): allows MSG_ZEROCOPY. Linux 4.14.
	ZeroCopy = Option[bool]{&streamSockets, optSO_ZEROCOPY, "SO_ZEROCOPY", &asBool, readWrite}
)

// The options of Unix sockets on the BSDs and macOS.
var (
	// LocalConnWait is LOCAL_CONNWAIT, unix(4): connect waits for accept. FreeBSD, NetBSD.
	LocalConnWait = Option[bool]{&localSockets, optLOCAL_CONNWAIT, "LOCAL_CONNWAIT", &asBool, readWrite}

	// LocalCreds is LOCAL_CREDS, unix(4): control messages with the sender's credentials. FreeBSD, NetBSD.
	LocalCreds = Option[bool]{&localSockets, optLOCAL_CREDS, "LOCAL_CREDS", &asBool, readWrite}

	// LocalPeerEPID is LOCAL_PEEREPID, xnu sys/un.h: the process that is responsible for the one at the other end. Read-only. macOS.
	LocalPeerEPID = Option[int]{&localSockets, optLOCAL_PEEREPID, "LOCAL_PEEREPID", &asInt, readOnly}

	// LocalPeerPID is LOCAL_PEERPID, xnu sys/un.h: the process at the other end. Read-only. macOS.
	LocalPeerPID = Option[int]{&localSockets, optLOCAL_PEERPID, "LOCAL_PEERPID", &asInt, readOnly}

	// LocalPeerToken is LOCAL_PEERTOKEN, xnu sys/un.h: the audit_token_t of the process at the other end. Read-only. macOS.
	LocalPeerToken = Option[[]byte]{&localSockets, optLOCAL_PEERTOKEN, "LOCAL_PEERTOKEN", &asBytes, readOnly}
)
