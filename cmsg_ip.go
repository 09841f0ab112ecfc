package socket

import (
	"math"
	"net/netip"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file has the control messages of IP: what a packet had in its headers, or is to
// have.

// A PacketInfo tells where a packet arrived, or is to leave: struct in_pktinfo (ip(7)) and
// struct in6_pktinfo (ipv6(7)). A server that answers a datagram with the PacketInfo that
// it came with answers from the address that was asked.
type PacketInfo struct {
	IfIndex int        // the interface; 0: the system's choice
	Addr    netip.Addr // the destination of a packet received, the source of one to send

	// SpecDst is the local address of a packet received over IPv4, which differs from
	// Addr for broadcast and multicast. If valid it is the source of a packet to send,
	// in place of Addr. IPv4 on Linux, macOS and Solaris.
	SpecDst netip.Addr
}

// PktInfo makes the message that sets the interface and source address of a packet:
// IP_PKTINFO if Addr or SpecDst is an IPv4 address (Linux, macOS, NetBSD, Solaris,
// Windows; see SendSrcAddr), else IPV6_PKTINFO (everywhere). Only the interface of an
// IPv4 packet is set with the Addr 0.0.0.0: the system does not heed IPV6_PKTINFO there.
func PktInfo(p PacketInfo) ControlMessage {
	// What is no index of an interface becomes one that none has.
	index := uint32(min(max(p.IfIndex, math.MinInt32), math.MaxInt32))
	source := p.Addr
	if p.SpecDst.IsValid() {
		source = p.SpecDst
	}
	if !source.Is4() {
		var addr [16]byte
		if source.IsValid() {
			addr = source.As16()
		}
		return ControlMessage{IPPROTO_IPV6, optIPV6_PKTINFO, cmsg.Native.AppendPktInfo6(nil, addr, index)}
	}
	info := cmsg.PktInfo4{IfIndex: index, SpecDst: source.As4()}
	if !cmsg.Native.SpecDst {
		info.Addr = source.As4()
	}
	return ControlMessage{IPPROTO_IP, optIP_PKTINFO, cmsg.Native.AppendPktInfo4(nil, info)}
}

// ParsePktInfo returns where a packet arrived: IP_PKTINFO and IPV6_PKTINFO.
func (m ControlMessage) ParsePktInfo() (PacketInfo, error) {
	if m.is(IPPROTO_IP, optIP_PKTINFO) {
		info, ok := cmsg.Native.PktInfo4(m.Data)
		if !ok {
			return PacketInfo{}, m.badData("ParsePktInfo")
		}
		p := PacketInfo{IfIndex: int(info.IfIndex), Addr: netip.AddrFrom4(info.Addr)}
		if cmsg.Native.SpecDst {
			p.SpecDst = netip.AddrFrom4(info.SpecDst)
		}
		return p, nil
	}
	if err := m.mustBe("IPV6_PKTINFO", IPPROTO_IPV6, optIPV6_PKTINFO); err != nil {
		return PacketInfo{}, err
	}
	addr, index, ok := cmsg.Native.PktInfo6(m.Data)
	if !ok {
		return PacketInfo{}, m.badData("ParsePktInfo")
	}
	return PacketInfo{IfIndex: int(index), Addr: netip.AddrFrom16(addr)}, nil
}

// SendSrcAddr makes the message that sets the IPv4 source address of a packet
// (IP_SENDSRCADDR, ip(4)). FreeBSD, OpenBSD, NetBSD, DragonFly; see PktInfo. Any other
// than an IPv4 address is 0.0.0.0, the system's choice.
func SendSrcAddr(addr netip.Addr) ControlMessage {
	source := [4]byte{}
	if addr = addr.Unmap(); addr.Is4() {
		source = addr.As4()
	}
	return ControlMessage{IPPROTO_IP, optIP_SENDSRCADDR, source[:]}
}

// ParseDstAddr returns the IPv4 destination address of a packet (IP_RECVDSTADDR, ip(4)). Not
// on Linux; see ParsePktInfo.
func (m ControlMessage) ParseDstAddr() (netip.Addr, error) {
	if err := m.mustBe("IP_RECVDSTADDR", IPPROTO_IP, optIP_RECVDSTADDR); err != nil {
		return netip.Addr{}, err
	}
	if len(m.Data) != 4 {
		return netip.Addr{}, m.badData("ParseDstAddr")
	}
	return netip.AddrFrom4([4]byte(m.Data)), nil
}

// ParseRecvIf returns the interface that an IPv4 packet arrived on, and its name if the
// system tells it (IP_RECVIF, ip(4)). Not on Linux; see ParsePktInfo.
func (m ControlMessage) ParseRecvIf() (index int, name string, err error) {
	if err := m.mustBe("IP_RECVIF", IPPROTO_IP, optIP_RECVIF); err != nil {
		return 0, "", err
	}
	i, name, ok := cmsg.Native.RecvIf(m.Data)
	if !ok {
		return 0, "", m.badData("ParseRecvIf")
	}
	return int(i), name, nil
}

// TTL makes the message that sets the time to live of an IPv4 packet (IP_TTL, ip(7)).
func TTL(ttl uint8) ControlMessage {
	return ControlMessage{IPPROTO_IP, optIP_TTL, cmsg.Native.Small(nil, ttl)}
}

// ParseTTL returns the time to live that an IPv4 packet had: IP_TTL of Linux and
// IP_RECVTTL of other systems.
func (m ControlMessage) ParseTTL() (int, error) {
	return m.parseInt("ParseTTL", "IP_RECVTTL", IPPROTO_IP, optIP_TTL, optIP_RECVTTL)
}

// TOS makes the message that sets the type of service of an IPv4 packet: its DSCP and ECN
// bits (IP_TOS, ip(7)).
func TOS(tos uint8) ControlMessage {
	return ControlMessage{IPPROTO_IP, optIP_TOS, cmsg.Native.Small(nil, tos)}
}

// ParseTOS returns the type of service that an IPv4 packet had: IP_TOS of Linux and
// Windows and IP_RECVTOS of other systems.
func (m ControlMessage) ParseTOS() (int, error) {
	return m.parseInt("ParseTOS", "IP_RECVTOS", IPPROTO_IP, optIP_TOS, optIP_RECVTOS)
}

// HopLimit makes the message that sets the hop limit of an IPv6 packet, 0 to 255, or -1
// for that of the route (IPV6_HOPLIMIT, RFC 3542, section 6.3).
func HopLimit(hops int) ControlMessage { return intMessage(IPPROTO_IPV6, optIPV6_HOPLIMIT, hops) }

// ParseHopLimit returns the hop limit that an IPv6 packet had (IPV6_HOPLIMIT).
func (m ControlMessage) ParseHopLimit() (int, error) {
	return m.parseInt("ParseHopLimit", "IPV6_HOPLIMIT", IPPROTO_IPV6, optIPV6_HOPLIMIT)
}

// TrafficClass makes the message that sets the traffic class of an IPv6 packet, 0 to 255,
// or -1 for the default (IPV6_TCLASS, RFC 3542, section 6.5).
func TrafficClass(class int) ControlMessage { return intMessage(IPPROTO_IPV6, optIPV6_TCLASS, class) }

// ParseTrafficClass returns the traffic class that an IPv6 packet had (IPV6_TCLASS).
func (m ControlMessage) ParseTrafficClass() (int, error) {
	return m.parseInt("ParseTrafficClass", "IPV6_TCLASS", IPPROTO_IPV6, optIPV6_TCLASS)
}

// ParseOrigDst returns the address that a datagram was sent to before a transparent proxy
// got it: IP_ORIGDSTADDR and IPV6_ORIGDSTADDR. Linux, FreeBSD.
func (m ControlMessage) ParseOrigDst() (InetAddr, error) {
	if !m.is(IPPROTO_IPV6, optIPV6_ORIGDSTADDR) {
		if err := m.mustBe("IP_ORIGDSTADDR", IPPROTO_IP, optIP_ORIGDSTADDR); err != nil {
			return nil, err
		}
	}
	addr, ok := addrIn(m.Data).(InetAddr)
	if !ok {
		return nil, m.badData("ParseOrigDst")
	}
	return addr, nil
}

// addrIn is the address in a struct sockaddr, nil if there is none.
func addrIn(b []byte) Addr {
	var sa sockaddr.Storage
	sa.Len = uint32(copy(sa.Data[:], b))
	if family, ok := sockaddr.Native.Family(&sa); !ok || family == 0 {
		return nil
	}
	return decodeAddr(&sa, nil)
}

// GSOSize makes the message that has the system cut what is sent into datagrams of so
// many bytes, the last of which may have fewer: UDP_SEGMENT of Linux (udp(7)) and
// UDP_SEND_MSG_SIZE of Windows.
func GSOSize(size uint16) ControlMessage {
	if optUDP_SEGMENT == optAbsent {
		return intMessage(IPPROTO_UDP, optUDP_SEND_MSG_SIZE, int(size))
	}
	m := ControlMessage{IPPROTO_UDP, optUDP_SEGMENT, make([]byte, 2)}
	cmsg.Native.PutUint16(m.Data, size)
	return m
}

// ParseGROSize returns the size of the datagrams that the system has joined to what was
// received, of which the last may have fewer bytes: UDP_GRO of Linux and
// UDP_COALESCED_INFO of Windows.
func (m ControlMessage) ParseGROSize() (int, error) {
	return m.parseInt("ParseGROSize", "UDP_GRO", IPPROTO_UDP, optUDP_GRO, optUDP_COALESCED_INFO)
}

// An ExtendedErr is an entry of the error queue that a receive with MSG_ERRQUEUE takes:
// struct sock_extended_err (ip(7)), with the address of the offender.
type ExtendedErr struct {
	Errno      syscall.Errno // what went wrong: ECONNREFUSED
	Origin     uint8         // who says so: SO_EE_ORIGIN_ICMP
	Type, Code uint8         // of the ICMP message, or of the origin
	Info, Data uint32        // more, as the origin has it: the MTU with EMSGSIZE
	Offender   Addr          // the node that caused it; nil if it has no address
}

// ParseRecvErr returns an entry of the error queue: IP_RECVERR, IPV6_RECVERR and, for
// AF_PACKET, PACKET_TX_TIMESTAMP. Linux.
func (m ControlMessage) ParseRecvErr() (ExtendedErr, error) {
	if optSO_EE_ORIGIN_ICMP == optAbsent { // Windows has an IP_RECVERR of another form
		return ExtendedErr{}, unsupported("struct sock_extended_err")
	}
	if !m.is(IPPROTO_IP, optIP_RECVERR) && !m.is(IPPROTO_IPV6, optIPV6_RECVERR) && !m.is(optSOL_PACKET, optPACKET_TX_TIMESTAMP) {
		return ExtendedErr{}, ErrOtherMessage
	}
	const size = 16 // sizeof(struct sock_extended_err), linux/errqueue.h
	if len(m.Data) < size {
		return ExtendedErr{}, m.badData("ParseRecvErr")
	}
	return ExtendedErr{
		Errno:  syscall.Errno(cmsg.Native.Uint32(m.Data)),
		Origin: m.Data[4], Type: m.Data[5], Code: m.Data[6],
		Info: cmsg.Native.Uint32(m.Data[8:]), Data: cmsg.Native.Uint32(m.Data[12:]),
		Offender: addrIn(m.Data[size:]),
	}, nil
}
