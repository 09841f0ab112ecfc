//go:build unix && !aix && !linux

package gai

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// Kinds is in the order of the KAME getaddrinfo.c, which the BSDs and macOS have kept.
var Kinds = []Kind{
	{Type: unix.SOCK_DGRAM, Protocol: unix.IPPROTO_UDP, Service: "udp", Default: true},
	{Type: unix.SOCK_STREAM, Protocol: unix.IPPROTO_TCP, Service: "tcp", Default: true},
	// macOS and Solaris return a raw socket only where it is asked for.
	{Type: unix.SOCK_RAW, Default: runtime.GOOS != "darwin" && runtime.GOOS != "solaris", Loose: true},
}

// System has the rules of the BSDs. Where they differ among each other it is FreeBSD's
// and macOS's way.
var System = Rules{
	WrongFamily: "EAI_NONAME",
	NoData:      "EAI_NONAME",
	BadProtocol: "EAI_BADHINTS",
	Texts: []Text{ // lib/libc/net/gai_strerror.c
		{"EAI_ADDRFAMILY", "address family for hostname not supported"},
		{"EAI_AGAIN", "temporary failure in name resolution"},
		{"EAI_BADFLAGS", "invalid value for ai_flags"},
		{"EAI_BADHINTS", "invalid value for hints"},
		{"EAI_FAIL", "non-recoverable failure in name resolution"},
		{"EAI_FAMILY", "ai_family not supported"},
		{"EAI_MEMORY", "memory allocation failure"},
		{"EAI_NODATA", "no address associated with hostname"},
		{"EAI_NONAME", "nodename nor servname provided, or not known"},
		{"EAI_OVERFLOW", "argument buffer overflow"},
		{"EAI_PROTOCOL", "resolved protocol is unknown"},
		{"EAI_SERVICE", "servname not supported for ai_socktype"},
		{"EAI_SOCKTYPE", "ai_socktype not supported"},
		{"EAI_SYSTEM", "system error returned in errno"},
	},
}
