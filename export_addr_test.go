package socket

import "github.com/bsdsocket/socket/internal/sockaddr"

// What the tests of addresses see of the inside.
var (
	ParseInet4 = parseInet4
	DecodeAddr = decodeAddr
)

// EncodeAddr returns the bytes of an address.
func EncodeAddr(addr Addr) (*sockaddr.Storage, error) {
	sa := new(sockaddr.Storage)
	return sa, encodeAddr("test", sa, addr)
}

// Numeric returns the address of a host that needs no resolver, nil if it needs one.
func Numeric(addr HostAddr, family Family) (Addr, error) { return numeric("test", addr, family) }
