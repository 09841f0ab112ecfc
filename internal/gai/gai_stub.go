//go:build aix || !(unix || windows)

package gai

import "runtime"

// Kinds are those of systems with nothing beside TCP and UDP, with Linux's numbers as
// all constants here.
var Kinds = []Kind{
	{Type: 1, Protocol: 6, Service: "tcp", Default: true},
	{Type: 2, Protocol: 17, Service: "udp", Default: true},
	{Type: 3, Default: true, Loose: true},
}

// System has the codes and texts of POSIX.
var System = Rules{
	WrongFamily: "EAI_NONAME",
	NoData:      "EAI_NONAME",
	BadProtocol: "EAI_SERVICE",
	Offline:     runtime.GOARCH == "wasm", // package net has a network inside the program alone
	Texts: []Text{
		{"EAI_AGAIN", "temporary failure in name resolution"},
		{"EAI_BADFLAGS", "invalid flags"},
		{"EAI_FAIL", "non-recoverable failure in name resolution"},
		{"EAI_FAMILY", "address family not supported"},
		{"EAI_MEMORY", "out of memory"},
		{"EAI_NONAME", "name or service not known"},
		{"EAI_SERVICE", "service not supported for the socket type"},
		{"EAI_SOCKTYPE", "socket type not supported"},
	},
}
