package gai

import "golang.org/x/sys/windows"

// Kinds has the types that GetAddrInfoW tells apart. Without hints it leaves type and
// protocol open: one result an address, with zeros.
var Kinds = []Kind{
	{Default: true},
	{Type: windows.SOCK_STREAM, Protocol: windows.IPPROTO_TCP, Service: "tcp"},
	{Type: windows.SOCK_DGRAM, Protocol: windows.IPPROTO_UDP, Service: "udp"},
	{Type: windows.SOCK_RAW, Loose: true},
}

// System has the rules of Winsock: the codes are WSA error numbers.
var System = Rules{
	WrongFamily: "EAI_NONAME",
	NoData:      "EAI_NODATA",
	BadProtocol: "EAI_SERVICE",
	ErrnoTexts:  true,
}
