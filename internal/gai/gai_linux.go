package gai

import "golang.org/x/sys/unix"

// Kinds is in the order of glibc 2.36, sysdeps/posix/getaddrinfo.c gaih_inet_typeproto.
var Kinds = []Kind{
	{Type: unix.SOCK_STREAM, Protocol: unix.IPPROTO_TCP, Service: "tcp", Default: true},
	{Type: unix.SOCK_DGRAM, Protocol: unix.IPPROTO_UDP, Service: "udp", Default: true},
	{Type: unix.SOCK_DCCP, Protocol: unix.IPPROTO_DCCP, Service: "dccp"},
	{Type: unix.SOCK_DGRAM, Protocol: unix.IPPROTO_UDPLITE, Service: "udplite"},
	{Type: unix.SOCK_STREAM, Protocol: unix.IPPROTO_SCTP, Service: "sctp"},
	{Type: unix.SOCK_SEQPACKET, Protocol: unix.IPPROTO_SCTP, Service: "sctp"},
	{Type: unix.SOCK_RAW, Default: true, Loose: true},
}

// System has what glibc does. The texts are those of its gai_strerror-strs.h.
var System = Rules{
	WrongFamily: "EAI_ADDRFAMILY",
	NoData:      "EAI_NODATA",
	BadProtocol: "EAI_SERVICE",
	PolicyFile:  "/etc/gai.conf",
	ExtraFlags:  0x300, // AI_IDN_ALLOW_UNASSIGNED and AI_IDN_USE_STD3_ASCII_RULES, which do nothing any more
	Texts: []Text{
		{"EAI_ADDRFAMILY", "address family for hostname not supported"},
		{"EAI_AGAIN", "temporary failure in name resolution"},
		{"EAI_BADFLAGS", "bad value for ai_flags"},
		{"EAI_FAIL", "non-recoverable failure in name resolution"},
		{"EAI_FAMILY", "ai_family not supported"},
		{"EAI_MEMORY", "memory allocation failure"},
		{"EAI_NODATA", "no address associated with hostname"},
		{"EAI_NONAME", "name or service not known"},
		{"EAI_SERVICE", "servname not supported for ai_socktype"},
		{"EAI_SOCKTYPE", "ai_socktype not supported"},
		{"EAI_SYSTEM", "system error"},
		{"EAI_OVERFLOW", "result too large for supplied buffer"},
	},
}
