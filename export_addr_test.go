package socket

import (
	"context"

	"github.com/bsdsocket/socket/internal/gai"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// What the tests of addresses see of the inside.
var (
	DecodeAddr = decodeAddr
	NoData     = eaiNamed(gai.System.NoData) // of a name that exists but has no address
)

// ParseInet4 parses an address of inet_aton(3) that nothing follows.
func ParseInet4(s string) (ip [4]byte, ok bool) {
	ip, rest, ok := parseInet4(s)
	return ip, ok && rest == ""
}

// EncodeAddr returns the bytes of an address.
func EncodeAddr(addr Addr) (*sockaddr.Storage, error) {
	sa := new(sockaddr.Storage)
	return sa, encodeAddr("test", sa, addr)
}

// Numeric returns the address of a host that needs no resolver, nil if it needs one.
func Numeric(addr HostAddr, family Family) (Addr, error) {
	if !addr.isNumeric() {
		return nil, checkPort("test", addr.Port)
	}
	return first(DefaultResolver.resolve(context.Background(), "test", addr, &AddrInfoHints{Family: family, Type: SOCK_DGRAM}))
}
