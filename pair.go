package socket

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// Socketpair returns two sockets that are connected to each other. A zero family
// means AF_UNIX where the system has it, a zero typ SOCK_STREAM. Both start with
// the default timeout, or non-blocking with SOCK_NONBLOCK in typ. Python:
// socket.socketpair; C: socketpair(2).
func Socketpair(family Family, typ Type, proto int) (a, b *Socket, err error) {
	if family == AF_UNSPEC {
		family = sysPairFamily
	}
	if typ&^sysTypeMask == 0 {
		typ |= SOCK_STREAM
	}
	if err := checkKind("socketpair", family, typ, proto); err != nil {
		return nil, nil, err
	}
	fds, errno := sysSocketpair(int(family), int(typ&^sysTypeMask), proto)
	if errno != 0 {
		return nil, nil, wrap("socketpair", nil, errno)
	}
	return newSocket(fds[0], family, typ, proto), newSocket(fds[1], family, typ, proto), nil
}

// FromFD makes a socket of a duplicate of fd, which the caller keeps. The family, type
// and protocol are taken as given. It starts with the default timeout, and O_NONBLOCK,
// which both fds share, is set to match. Python: socket.fromfd.
func FromFD(fd int, family Family, typ Type, proto int) (*Socket, error) {
	if err := checkFD("fromfd", fd); err != nil {
		return nil, err
	}
	if err := checkKind("fromfd", family, typ, proto); err != nil {
		return nil, err
	}
	if _, _, _, errno := sysIdentify(sysFD(fd)); errno != 0 {
		return nil, wrap("fromfd", nil, errno)
	}
	dup, errno := sysDup(sysFD(fd), 0)
	if errno != 0 {
		return nil, wrap("fromfd", nil, errno)
	}
	s, err := adopt("fromfd", dup, family, typ, proto)
	if err != nil {
		_ = sysClose(dup)
	}
	return s, err
}

// TakeFD makes a socket of fd, which belongs to it from then on, and asks the system
// for its family, type and protocol. An fd that is no socket is refused with
// ENOTSOCK and left open. It starts with the default timeout, and O_NONBLOCK is set to
// match. Python: socket.socket(fileno=fd).
func TakeFD(fd int) (*Socket, error) {
	if err := checkFD("socket", fd); err != nil {
		return nil, err
	}
	family, typ, proto, errno := sysIdentify(sysFD(fd))
	if errno != 0 {
		return nil, wrap("socket", nil, errno)
	}
	return adopt("socket", sysFD(fd), Family(family), Type(typ), proto)
}

// TakeFDAs is TakeFD with the family, type and protocol taken as given. Python:
// socket.socket(family, type, proto, fileno=fd).
func TakeFDAs(fd int, family Family, typ Type, proto int) (*Socket, error) {
	if err := checkFD("socket", fd); err != nil {
		return nil, err
	}
	if err := checkKind("socket", family, typ, proto); err != nil {
		return nil, err
	}
	if _, _, _, errno := sysIdentify(sysFD(fd)); errno != 0 {
		return nil, wrap("socket", nil, errno)
	}
	return adopt("socket", sysFD(fd), family, typ, proto)
}

// FromConn makes a socket of a duplicate of the fd of a net.Conn, net.Listener,
// net.PacketConn or os.File, which goes on to work beside it. Both share
// one open file description, which the net package needs non-blocking: do not call
// Fileno or another method that hands out the fd on the result before c is closed,
// unless the result has a timeout.
func FromConn(c syscall.Conn) (*Socket, error) {
	if c == nil {
		return nil, badArg("fromconn", "conn", nil, "a net.Conn, net.Listener or os.File")
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, wrap("fromconn", nil, err)
	}
	var s *Socket
	var serr error
	if err := raw.Control(func(fd uintptr) { s, serr = duplicate(sysFD(fd)) }); err != nil {
		return nil, wrap("fromconn", nil, err)
	}
	return s, serr
}

func duplicate(fd sysFD) (*Socket, error) {
	family, typ, proto, errno := sysIdentify(fd)
	if errno != 0 {
		return nil, wrap("fromconn", nil, errno)
	}
	dup, errno := sysDup(fd, 0)
	if errno != 0 {
		return nil, wrap("fromconn", nil, errno)
	}
	if on, _ := sysGetNonblock(dup); on {
		return newSocket(dup, Family(family), Type(typ), proto), nil
	}
	s, err := adopt("fromconn", dup, Family(family), Type(typ), proto)
	if err != nil {
		_ = sysClose(dup)
	}
	return s, err
}

// adopt makes the Socket of an fd that others may know too. If it fails the fd is
// still the caller's.
func adopt(op string, fd sysFD, family Family, typ Type, proto int) (*Socket, error) {
	timeout := GetDefaultTimeout()
	if typ&sysTypeNonblock != 0 {
		timeout = 0
	}
	if errno := sysSetNonblock(fd, timeout >= 0); errno != 0 {
		return nil, wrap(op, nil, errno)
	}
	s := newSocket(fd, family, typ, proto)
	s.own.timeout.Store(int64(timeout))
	s.own.shared.set()
	s.own.getParker().synced = true
	return s, nil
}

func checkFD(op string, fd int) error {
	if fd < 0 || int(int32(fd)) != fd { // the kernel looks at 32 bits alone
		return badRange(op, "fileno", fd, "a file descriptor")
	}
	return nil
}

// CloseFD closes a file descriptor that belongs to no Socket. Python: socket.close(fd).
func CloseFD(fd int) error {
	if err := checkFD("close", fd); err != nil {
		return err
	}
	return NewError("close", nil, sysClose(sysFD(fd)))
}

// DupFD returns a duplicate of a file descriptor; it is not inheritable. Python:
// socket.dup(fd).
func DupFD(fd int) (int, error) {
	if err := checkFD("dup", fd); err != nil {
		return -1, err
	}
	dup, errno := sysDup(sysFD(fd), 0)
	if errno != 0 {
		return -1, wrap("dup", nil, errno)
	}
	return int(dup), nil
}

// ConnectOptions are the optional arguments of CreateConnection.
type ConnectOptions struct {
	// Timeout is the limit of the whole, the look-up of the name and all
	// attempts together, and the timeout that the socket has then. 0 is the
	// default timeout, less than 0 none.
	Timeout time.Duration

	// SourceAddress is the address to bind to before connecting, nil for none.
	SourceAddress Addr
}

// CreateConnection connects to a TCP service: it looks up the host and tries its
// addresses one after the other until one can be reached. As in package net each
// attempt gets its share of the time that is left, so that one dead address does not
// use up all. An empty host is this machine. If none can be reached the error joins those of all
// attempts. opts may be nil. Python: socket.create_connection.
func CreateConnection(addr HostAddr, opts *ConnectOptions) (*Socket, error) {
	var o ConnectOptions
	if opts != nil {
		o = *opts
	}
	timeout := o.Timeout
	if timeout == 0 {
		timeout = GetDefaultTimeout()
	}
	addrs, limit, err := candidates(addr, timeout)
	if err != nil {
		return nil, err
	}
	var errs []error
	for i, a := range addrs {
		share := timeout
		if timeout > 0 {
			share = limit.sub(now()) / time.Duration(len(addrs)-i)
		}
		s, err := connectTo(a, share, timeout, o.SourceAddress)
		if err == nil {
			return s, nil
		}
		errs = append(errs, err)
	}
	if len(errs) == 1 {
		return nil, errs[0]
	}
	return nil, errors.Join(errs...)
}

// candidates returns the addresses that CreateConnection tries, and when its time is up.
func candidates(addr HostAddr, timeout time.Duration) ([]Addr, instant, error) {
	if a, err := numeric("connect", addr, AF_UNSPEC); err != nil {
		return nil, 0, err
	} else if a != nil && addr.Host != "" {
		return []Addr{a}, now().add(timeout), nil
	}
	if addr.Host == "" {
		addr.Host = "localhost" // getaddrinfo(3) without a host and AI_PASSIVE
	}
	ctx, limit := context.Background(), instant(0)
	if timeout > 0 {
		limit = now().add(timeout)
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, limit.time())
		defer cancel()
	}
	addrs, err := lookup(ctx, addr, AF_UNSPEC)
	if err != nil && ctx.Err() != nil {
		err = wrap("connect", addr, ErrTimeout)
	}
	return addrs, limit, err
}

// connectTo is one attempt of CreateConnection: it may last for the share of the
// time, and then the socket has the whole timeout.
func connectTo(addr Addr, share, timeout time.Duration, source Addr) (*Socket, error) {
	if timeout > 0 && share <= 0 {
		return nil, wrap("connect", addr, ErrTimeout)
	}
	s, err := New(addr.Family(), SOCK_STREAM, IPPROTO_TCP)
	if err != nil {
		return nil, err
	}
	err = s.SetTimeout(share)
	if err == nil && source != nil {
		err = s.Bind(source)
	}
	if err == nil {
		err = s.Connect(addr)
	}
	if err == nil {
		err = s.SetTimeout(timeout)
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// ServerOptions are the optional arguments of CreateServer.
type ServerOptions struct {
	// Family is AF_INET, AF_INET6 or AF_UNIX; 0 is the family of the address, and AF_INET
	// for a HostAddr.
	Family Family

	// Backlog is the argument of Listen; 0 is its default.
	Backlog int

	// ReusePort sets SO_REUSEPORT.
	ReusePort bool

	// DualstackIPv6 makes an AF_INET6 server take IPv4 connections too. Without
	// it an AF_INET6 server takes only IPv6.
	DualstackIPv6 bool
}

// CreateServer returns a socket that listens on addr. On Unix it sets
// SO_REUSEADDR, so that a server can be started again at once; on Windows that would let
// another program steal the port. opts may be nil. Python: socket.create_server.
func CreateServer(addr Addr, opts *ServerOptions) (*Socket, error) {
	var o ServerOptions
	if opts != nil {
		o = *opts
	}
	if _, ok := addr.(HostAddr); !ok {
		if err := encodeAddr("create_server", new(sockaddr.Storage), addr); err != nil {
			return nil, err
		}
	}
	if o.Family == AF_UNSPEC {
		o.Family = addr.Family()
	}
	if o.Family == AF_UNSPEC {
		o.Family = AF_INET
	}
	if o.DualstackIPv6 {
		if o.Family != AF_INET6 {
			return nil, &ArgError{"create_server", "DualstackIPv6", true, "family AF_INET6", fs.ErrInvalid}
		}
		if !HasDualstackIPv6() {
			return nil, wrap("create_server", addr, unsupported("dual-stack IPv6"))
		}
	}
	s, err := New(o.Family, SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	if err := s.serve(addr, &o); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// serve sets the options of a server and makes it listen.
func (s *Socket) serve(addr Addr, o *ServerOptions) error {
	if sysReuseAddr && s.Family() != AF_UNIX {
		if err := s.SetSockOptInt(SOL_SOCKET, SO_REUSEADDR, 1); err != nil {
			return err
		}
	}
	if o.ReusePort {
		if sysReusePort == 0 {
			return wrap("create_server", addr, unsupported("SO_REUSEPORT"))
		}
		if err := s.SetSockOptInt(SOL_SOCKET, sysReusePort, 1); err != nil {
			return err
		}
	}
	if s.Family() == AF_INET6 {
		if err := s.SetSockOptBool(IPPROTO_IPV6, IPV6_V6ONLY, !o.DualstackIPv6); err != nil {
			return err
		}
	}
	if err := s.Bind(addr); err != nil {
		return err
	}
	if o.Backlog == 0 {
		return s.Listen()
	}
	return s.Listen(o.Backlog)
}

// HasIPv6 reports whether this machine can make and bind IPv6 sockets. Python:
// socket.has_ipv6, which tells of the interpreter and not of the machine.
func HasIPv6() bool {
	s, err := New(AF_INET6, SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	defer closeQuietly(s)
	return s.Bind(Host("::1", 0)) == nil
}

// HasDualstackIPv6 reports whether an AF_INET6 socket can take IPv4 connections too.
// Python: socket.has_dualstack_ipv6.
func HasDualstackIPv6() bool {
	s, err := New(AF_INET6, SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	defer closeQuietly(s)
	return s.SetSockOptInt(IPPROTO_IPV6, IPV6_V6ONLY, 0) == nil
}

// closeQuietly closes a socket of which nobody has heard.
func closeQuietly(s *Socket) { _ = s.Close() }
