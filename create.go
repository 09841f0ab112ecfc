package socket

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"sync"
	"time"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// ConnectOptions are the optional arguments of CreateConnection.
type ConnectOptions struct {
	// Timeout is the limit of the whole, the look-up of the name and all
	// attempts together, and the timeout that the socket has then. 0 is the
	// default timeout, less than 0 none.
	Timeout time.Duration

	// SourceAddress is the address to bind to before connecting, nil for none.
	SourceAddress Addr

	// Resolver looks up the host, and that of SourceAddress; nil is DefaultResolver.
	Resolver *Resolver

	// HappyEyeballs makes attempts overlap as RFC 8305 says: IPv6 and IPv4 in turn, the
	// next as soon as the one before has failed or has lasted for this time, until one
	// succeeds. The RFC recommends 250 ms. With 0 there is one attempt at a time, as in
	// Python.
	HappyEyeballs time.Duration
}

// CreateConnection connects to a TCP service: it looks up the host and tries its
// addresses one after the other, or as HappyEyeballs says, until one can be reached.
// Without HappyEyeballs each attempt gets its share of the time that is left, as in
// package net, so that one dead address does not use up all. An empty host is this
// machine. If none can be reached the error joins those of all attempts. opts may be nil.
// Python: socket.create_connection.
func CreateConnection(addr HostAddr, opts *ConnectOptions) (*Socket, error) {
	return CreateConnectionContext(context.Background(), addr, opts)
}

// CreateConnectionContext is [CreateConnection] with a context. When it ends, the look-up
// or the attempts end at once, with an error that wraps context.Cause. It is no matter of
// the socket that is returned; see [Socket.WithContext].
func CreateConnectionContext(ctx context.Context, addr HostAddr, opts *ConnectOptions) (*Socket, error) {
	d := dialer{host: addr}
	if opts != nil {
		d.ConnectOptions = *opts
	}
	if d.HappyEyeballs < 0 {
		return nil, badRange("create_connection", "HappyEyeballs", d.HappyEyeballs, "0 or more")
	}
	if d.Timeout == 0 {
		d.Timeout = GetDefaultTimeout()
	}
	if d.Timeout > 0 {
		d.limit = now().add(d.Timeout)
	}
	addrs, err := d.candidates(ctx)
	if err != nil {
		return nil, err
	}
	if d.HappyEyeballs > 0 && len(addrs) > 1 {
		return d.race(ctx, interleave(addrs))
	}
	return d.inTurn(ctx, addrs)
}

// A dialer is one CreateConnection at work.
type dialer struct {
	ConnectOptions
	host  HostAddr
	limit instant // of the whole; 0: none
}

// candidates returns the addresses of the host, best first.
func (d *dialer) candidates(ctx context.Context) ([]Addr, error) {
	if err := checkPort("connect", d.host.Port); err != nil {
		return nil, err
	}
	if d.limit != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, d.limit.time(), ErrTimeout)
		defer cancel()
	}
	infos, err := d.Resolver.orDefault().GetAddrInfo(ctx, d.host.Host, strconv.Itoa(d.host.Port), &AddrInfoHints{Type: SOCK_STREAM})
	if err != nil {
		if ctx.Err() != nil {
			err = d.ended(ctx)
		}
		return nil, err
	}
	addrs := make([]Addr, len(infos))
	for i := range infos {
		addrs[i] = d.host.fill(infos[i].Addr)
	}
	return addrs, nil
}

// ended is the error of a context that has ended.
func (d *dialer) ended(ctx context.Context) error {
	return wrap("connect", d.host, newContextError(ctx))
}

// inTurn makes one attempt after the other.
func (d *dialer) inTurn(ctx context.Context, addrs []Addr) (*Socket, error) {
	var errs []error
	for i, a := range addrs {
		share := d.Timeout
		if d.limit != 0 {
			share = d.limit.sub(now()) / time.Duration(len(addrs)-i)
		}
		s, err := d.connect(ctx, a, share)
		if err == nil {
			return s, nil
		}
		errs = append(errs, err)
		if _, ended := errors.AsType[contextError](err); ended {
			break
		}
	}
	return nil, joinErrors(errs)
}

// An attempt is what has become of one of several connects.
type attempt struct {
	s   *Socket
	err error
}

// race makes attempts that overlap. The first that succeeds ends the others, and they
// have closed their sockets before it returns.
func (d *dialer) race(ctx context.Context, addrs []Addr) (*Socket, error) {
	ctx, cancel := context.WithCancel(ctx)
	var losers sync.WaitGroup
	defer losers.Wait()
	defer cancel()
	done := make(chan attempt)
	start := func(a Addr) {
		losers.Go(func() {
			share := d.Timeout
			if d.limit != 0 {
				share = d.limit.sub(now())
			}
			s, err := d.connect(ctx, a, share)
			select {
			case done <- attempt{s, err}:
			case <-ctx.Done():
				if err == nil {
					closeQuietly(s)
				}
			}
		})
	}
	delay := time.NewTimer(0)
	defer delay.Stop()
	var errs []error
	for started := 0; len(errs) < len(addrs); {
		select {
		case <-ctx.Done():
			return nil, joinErrors(append(errs, d.ended(ctx)))
		case <-delay.C:
		case a := <-done:
			if a.err == nil {
				return a.s, nil
			}
			errs = append(errs, a.err)
		}
		if started < len(addrs) {
			start(addrs[started])
			started++
			delay.Reset(d.HappyEyeballs)
		}
	}
	return nil, joinErrors(errs)
}

// interleave puts the families in turn, beginning with the best address's: RFC 8305,
// section 4.
func interleave(addrs []Addr) []Addr {
	var lanes [2][]Addr
	for _, a := range addrs {
		i := 0
		if a.Family() != addrs[0].Family() {
			i = 1
		}
		lanes[i] = append(lanes[i], a)
	}
	mixed := make([]Addr, 0, len(addrs))
	for i := range max(len(lanes[0]), len(lanes[1])) {
		for _, lane := range lanes {
			if i < len(lane) {
				mixed = append(mixed, lane[i])
			}
		}
	}
	return mixed
}

// connect is one attempt: it may last for the share of the time, and then the socket has
// the whole timeout.
func (d *dialer) connect(ctx context.Context, addr Addr, share time.Duration) (*Socket, error) {
	if d.limit != 0 && share <= 0 {
		return nil, wrap("connect", addr, ErrTimeout)
	}
	s, err := New(addr.Family(), SOCK_STREAM, IPPROTO_TCP)
	if err != nil {
		return nil, err
	}
	err = s.SetTimeout(share)
	viewed := s.WithContext(ctx)
	viewed.view.resolver = d.Resolver
	if err == nil && d.SourceAddress != nil {
		err = viewed.Bind(d.SourceAddress)
	}
	if err == nil {
		err = viewed.Connect(addr)
	}
	if err == nil {
		err = s.SetTimeout(d.Timeout)
	}
	if err != nil {
		closeQuietly(s)
		return nil, err
	}
	return s, nil
}

// joinErrors is errors.Join, but leaves a single error as it is.
func joinErrors(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// ServerOptions are the optional arguments of CreateServer.
type ServerOptions struct {
	// Family is AF_INET, AF_INET6 or AF_UNIX; 0 is the family of the address, and AF_INET
	// for a HostAddr.
	Family Family

	// Backlog is the argument of Listen; 0 is its default.
	Backlog int

	// ReusePort sets SO_REUSEPORT. Not on Windows and Solaris: errors.ErrUnsupported.
	ReusePort bool

	// DualstackIPv6 makes an AF_INET6 server take IPv4 connections too. Without
	// it an AF_INET6 server takes only IPv6. Not on OpenBSD, and on a machine without
	// IPv6: errors.ErrUnsupported; see HasDualstackIPv6.
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
