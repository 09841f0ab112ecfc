package socket

import (
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/bpf"

	"github.com/bsdsocket/socket/internal/sockopt"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file has what takes more than one option, or another one on each system.

// A KeepAliveConfig is how the probes of an idle TCP connection go. A zero field leaves
// the system's setting as it is.
type KeepAliveConfig struct {
	Idle     time.Duration // how long the connection is idle before the first probe
	Interval time.Duration // the time between probes
	Count    int           // how many probes without an answer end the connection
}

// SetKeepAlive turns keep-alive probes on, as c says; KeepAlive.Set(s, false) turns them
// off. Times are rounded up to seconds. If the system refuses a part, the rest may be
// set but the probes are not turned on by this call. OpenBSD has the same
// times for all sockets, and takes the zero c alone. C: SO_KEEPALIVE, TCP_KEEPIDLE,
// TCP_KEEPINTVL, TCP_KEEPCNT.
func (s *Socket) SetKeepAlive(c KeepAliveConfig) error {
	if c.Idle != 0 {
		if err := TCPKeepIdle.Set(s, c.Idle); err != nil {
			return err
		}
	}
	if c.Interval != 0 {
		if err := TCPKeepIntvl.Set(s, c.Interval); err != nil {
			return err
		}
	}
	if c.Count != 0 {
		if err := TCPKeepCnt.Set(s, c.Count); err != nil {
			return err
		}
	}
	return KeepAlive.Set(s, true)
}

// BindToDevice makes packets come and go through one interface alone, "" for any. Linux
// has SO_BINDTODEVICE for it, macOS and Solaris have IP_BOUND_IF and IPV6_BOUND_IF. Windows
// has IP_UNICAST_IF and IPV6_UNICAST_IF, for what goes out alone. Not on the BSDs:
// errors.ErrUnsupported.
func (s *Socket) BindToDevice(name string) error {
	if BindToDevice.exists() && !IPBoundIf.exists() { // macOS before 15 has the other alone
		return BindToDevice.Set(s, name)
	}
	index, err := s.interfaceIndex(IfName{Name: name})
	if err != nil {
		return err
	}
	v4, v6 := IPUnicastIf, IPv6UnicastIf
	if IPBoundIf.exists() {
		v4, v6 = IPBoundIf, IPv6BoundIf
	}
	if s.Family() == AF_INET6 {
		return v6.Set(s, index)
	}
	return v4.Set(s, index)
}

// interfaceIndex is the index of an interface, 0 for the zero IfName.
func (s *Socket) interfaceIndex(iface IfName) (int, error) {
	switch {
	case s.Closed():
		return 0, wrap("setsockopt", nil, errClosed)
	case iface.Name != "" && iface.Index != 0:
		return 0, badArg("setsockopt", "interface", iface, "a name or an index, not both")
	case iface.Name == "":
		if iface.Index < 0 || int64(iface.Index) > math.MaxInt32 {
			return 0, badRange("setsockopt", "interface", iface.Index, "an index, or 0")
		}
		return iface.Index, nil
	}
	index, err := namedInterface(iface.Name)
	if err != nil {
		return 0, wrap("setsockopt", nil, fmt.Errorf("interface %q: %w", iface.Name, fs.ErrNotExist))
	}
	return int(index), nil
}

// JoinGroup makes the socket receive what is sent to a multicast group, IPv4 or IPv6, on
// one interface: IfName{Name: "eth0"}, IfName{Index: 2}, or IfName{} for the system's
// choice, which for an address with a zone is that zone. The socket leaves with
// LeaveGroup, or when it is closed. C: MCAST_JOIN_GROUP (RFC 3678), IP_ADD_MEMBERSHIP and
// IPV6_JOIN_GROUP on NetBSD, OpenBSD and DragonFly.
func (s *Socket) JoinGroup(group netip.Addr, iface IfName) error {
	return s.membership(optMCAST_JOIN_GROUP, "MCAST_JOIN_GROUP", group, netip.Addr{}, iface)
}

// LeaveGroup ends what JoinGroup began. C: MCAST_LEAVE_GROUP.
func (s *Socket) LeaveGroup(group netip.Addr, iface IfName) error {
	return s.membership(optMCAST_LEAVE_GROUP, "MCAST_LEAVE_GROUP", group, netip.Addr{}, iface)
}

// JoinSourceGroup is JoinGroup for what one sender sends to the group; several can be
// joined. Not on NetBSD, OpenBSD and DragonFly: errors.ErrUnsupported. C:
// MCAST_JOIN_SOURCE_GROUP.
func (s *Socket) JoinSourceGroup(group, source netip.Addr, iface IfName) error {
	return s.fromSource(optMCAST_JOIN_SOURCE_GROUP, "MCAST_JOIN_SOURCE_GROUP", group, source, iface)
}

// LeaveSourceGroup ends what JoinSourceGroup began. Not on NetBSD, OpenBSD and DragonFly.
// C: MCAST_LEAVE_SOURCE_GROUP.
func (s *Socket) LeaveSourceGroup(group, source netip.Addr, iface IfName) error {
	return s.fromSource(optMCAST_LEAVE_SOURCE_GROUP, "MCAST_LEAVE_SOURCE_GROUP", group, source, iface)
}

// BlockSource makes the socket hear nothing of one sender to a group that it has joined
// by JoinGroup. Not on NetBSD, OpenBSD and DragonFly. C: MCAST_BLOCK_SOURCE.
func (s *Socket) BlockSource(group, source netip.Addr, iface IfName) error {
	return s.fromSource(optMCAST_BLOCK_SOURCE, "MCAST_BLOCK_SOURCE", group, source, iface)
}

// UnblockSource ends what BlockSource began. Not on NetBSD, OpenBSD and DragonFly. C:
// MCAST_UNBLOCK_SOURCE.
func (s *Socket) UnblockSource(group, source netip.Addr, iface IfName) error {
	return s.fromSource(optMCAST_UNBLOCK_SOURCE, "MCAST_UNBLOCK_SOURCE", group, source, iface)
}

func (s *Socket) fromSource(number int, name string, group, source netip.Addr, iface IfName) error {
	if group, source := group.Unmap(), source.Unmap(); !source.IsValid() || source.Is4() != group.Is4() {
		return badArg("setsockopt", "source", source, "an address of the same family as the group")
	}
	return s.membership(number, name, group, source, iface)
}

// membership makes a call of RFC 3678, section 5.1; with no source it is one of the two
// that all systems have in some form.
func (s *Socket) membership(number int, name string, group, source netip.Addr, iface IfName) error {
	group, source = group.Unmap(), source.Unmap()
	if !group.IsMulticast() {
		return badArg("setsockopt", "group", group, "a multicast address")
	}
	index, err := s.interfaceIndex(iface)
	if err != nil {
		return err
	}
	if index == 0 {
		scope, err := scopeID("setsockopt", group.Zone())
		if err != nil {
			return err
		}
		index = int(scope)
	}
	group, source = group.WithZone(""), source.WithZone("")
	level := optIPPROTO_IPV6
	if group.Is4() {
		level = optIPPROTO_IP
	}
	err = wrap("setsockopt", nil, unsupported(name))
	if number != optAbsent {
		value := sockopt.Native.AppendGroupReq(nil, uint32(index), group, source)
		err = ofOption(s.setsockopt(level, number, value, len(value)), name)
		if !isUnknownOption(err) { // Wine does not have these
			return err
		}
	}
	if source.IsValid() {
		return err
	}
	return s.oldMembership(name == "MCAST_JOIN_GROUP", group, index)
}

// oldMembership joins or leaves a group with the options of systems that lack those of
// RFC 3678.
func (s *Socket) oldMembership(join bool, group netip.Addr, index int) error {
	v4, v6 := IPDropMembership, IPv6LeaveGroup
	if join {
		v4, v6 = IPAddMembership, IPv6JoinGroup
	}
	if group.Is6() {
		return v6.Set(s, Mreq6{group, index})
	}
	if index == 0 || sockopt.Native.Mreqn {
		return v4.Set(s, Mreq{Group: group, IfIndex: index})
	}
	addr, err := interfaceAddr4(index)
	if err != nil {
		return wrap("setsockopt", nil, err)
	}
	return v4.Set(s, Mreq{Group: group, Interface: addr})
}

// SetMulticastInterface makes what the socket sends to multicast groups leave by one
// interface, IfName{} for the system's choice. An interface without an IPv4 address is
// EADDRNOTAVAIL on an AF_INET socket of NetBSD, Solaris and Windows, which know it by that.
// C: IP_MULTICAST_IF, IPV6_MULTICAST_IF.
func (s *Socket) SetMulticastInterface(iface IfName) error {
	index, err := s.interfaceIndex(iface)
	switch {
	case err != nil:
		return err
	case s.Family() == AF_INET6:
		return IPv6MulticastIf.Set(s, index)
	case index == 0:
		return IPMulticastIf.Set(s, netip.IPv4Unspecified())
	case sockopt.Native.Mreqn:
		value, _ := sockopt.Native.AppendMreq(nil, netip.Addr{}, netip.Addr{}, uint32(index))
		return ofOption(s.setsockopt(optIPPROTO_IP, optIP_MULTICAST_IF, value, len(value)), "IP_MULTICAST_IF")
	}
	addr, err := interfaceAddr4(index)
	if err != nil {
		return wrap("setsockopt", nil, err)
	}
	return IPMulticastIf.Set(s, addr)
}

// interfaceAddr4 is an IPv4 address of an interface, by which struct ip_mreq knows it.
func interfaceAddr4(index int) (netip.Addr, error) {
	iface, err := net.InterfaceByIndex(index)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("interface %d: %w", index, fs.ErrNotExist)
	}
	addrs, err := iface.Addrs()
	if err != nil {
		return netip.Addr{}, err
	}
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() {
			return p.Addr(), nil
		}
	}
	return netip.Addr{}, EADDRNOTAVAIL
}

// AttachFilter has a program of classic BPF look at what comes in, in the place of the
// one before: it returns how many bytes of a packet to keep, 0 to drop it. bpf.Assemble
// of golang.org/x/net/bpf makes programs. Linux and Solaris. C: SO_ATTACH_FILTER.
func (s *Socket) AttachFilter(program []bpf.RawInstruction) error {
	return s.attach(optSO_ATTACH_FILTER, "SO_ATTACH_FILTER", program)
}

// DetachFilter removes the program of AttachFilter or AttachBPF; ENOENT if there is
// none. Linux and Solaris. C: SO_DETACH_FILTER.
func (s *Socket) DetachFilter() error {
	return s.detachProgram(optSO_DETACH_FILTER, "SO_DETACH_FILTER")
}

// LockFilter forbids all changes of the filter from now on. Linux. C: SO_LOCK_FILTER.
func (s *Socket) LockFilter() error { return LockFilter.Set(s, true) }

// AttachBPF has a program of eBPF, which stays the caller's, look at what comes in.
// Linux. C: SO_ATTACH_BPF.
func (s *Socket) AttachBPF(fd int) error { return AttachBPF.Set(s, fd) }

// AttachReuseportCBPF has a program of classic BPF choose which socket of a ReusePort
// group gets a packet or a connection: it returns the number of the socket in the order
// of their binds. Linux. C: SO_ATTACH_REUSEPORT_CBPF.
func (s *Socket) AttachReuseportCBPF(program []bpf.RawInstruction) error {
	return s.attach(optSO_ATTACH_REUSEPORT_CBPF, "SO_ATTACH_REUSEPORT_CBPF", program)
}

// AttachReuseportEBPF is AttachReuseportCBPF with a program of eBPF, which stays the
// caller's. Linux. C: SO_ATTACH_REUSEPORT_EBPF.
func (s *Socket) AttachReuseportEBPF(fd int) error { return AttachReuseportEBPF.Set(s, fd) }

// DetachReuseportBPF removes the program of AttachReuseportCBPF or AttachReuseportEBPF.
// Linux 5.3. C: SO_DETACH_REUSEPORT_BPF.
func (s *Socket) DetachReuseportBPF() error {
	return s.detachProgram(optSO_DETACH_REUSEPORT_BPF, "SO_DETACH_REUSEPORT_BPF")
}

func (s *Socket) attach(number int, name string, program []bpf.RawInstruction) error {
	if err := s.checkNumber(number, name); err != nil {
		return err
	}
	if len(program) == 0 || len(program) > math.MaxUint16 {
		return badRange("setsockopt", "length of the program", len(program), "1 to 65535")
	}
	return ofOption(wrap("setsockopt", nil, s.core().use(func(fd sysFD) syscall.Errno {
		return sysAttachFilter(fd, number, program)
	})), name)
}

func (s *Socket) detachProgram(number int, name string) error {
	if err := s.checkNumber(number, name); err != nil {
		return err
	}
	return ofOption(s.SetSockOptInt(optSOL_SOCKET, number, 0), name) // any value
}

// checkNumber refuses what the system lacks.
func (s *Socket) checkNumber(number int, name string) error {
	if s.Closed() {
		return wrap("setsockopt", nil, errClosed)
	}
	if number == optAbsent {
		return wrap("setsockopt", nil, unsupported(name))
	}
	return nil
}
