//go:build linux

package main

import (
	"context"
	"net/netip"
	"time"

	mdlayher "github.com/mdlayher/socket"
	"golang.org/x/sys/unix"
)

// mdl is github.com/mdlayher/socket, by its socket calls Sendto and Recvfrom. (Its Read
// and Write are those of os.File.)
type mdl struct{}

// mdlStream is a stream; ctx is the argument of its receives.
type mdlStream struct {
	*mdlayher.Conn
	ctx context.Context
}

func (s *mdlStream) Read(p []byte) (int, error) {
	n, _, err := s.Recvfrom(s.ctx, p, 0)
	return n, err
}

// Write sends with Sendto what is small. Sendto does not tell how much a stream has
// taken, so the rest goes out by Write.
func (s *mdlStream) Write(p []byte) (int, error) {
	if len(p) > 4096 {
		return s.Conn.Write(p)
	}
	return len(p), s.Sendto(context.Background(), p, 0, nil)
}

// mdlDeadline sets the deadline of each Read.
type mdlDeadline struct {
	*mdlStream
	limit time.Duration
}

func (s *mdlDeadline) Read(p []byte) (int, error) {
	if err := s.SetReadDeadline(time.Now().Add(s.limit)); err != nil {
		return 0, err
	}
	return s.mdlStream.Read(p)
}

func mdlStreamOf(c *mdlayher.Conn) stream { return &mdlStream{c, context.Background()} }

func (mdl) pair() (a, b stream, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	x, err := mdlayher.New(fds[0], "socketpair")
	if err != nil {
		return nil, nil, err
	}
	y, err := mdlayher.New(fds[1], "socketpair")
	if err != nil {
		return nil, nil, err
	}
	return mdlStreamOf(x), mdlStreamOf(y), nil
}

func (mdl) noDelay(s stream) error {
	return s.(*mdlStream).SetsockoptInt(unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}

func (mdl) withTimeout(s stream, d time.Duration) (stream, error) {
	return &mdlDeadline{s.(*mdlStream), d}, nil
}

func (mdl) withContext(ctx context.Context, s stream) stream {
	return &mdlStream{s.(*mdlStream).Conn, ctx}
}

type mdlListener struct {
	*mdlayher.Conn
	family int
	addr   unix.Sockaddr
}

func (mdl) listen(network string) (listener, error) {
	family, addr := rawAddr(network)
	c, err := mdlayher.Socket(family, unix.SOCK_STREAM, 0, network, nil)
	if err != nil {
		return nil, err
	}
	if err = c.Bind(addr); err == nil {
		err = c.Listen(128)
	}
	if err == nil {
		addr, err = c.Getsockname()
	}
	return mdlListener{c, family, addr}, err
}

// rawAddr returns the family of a network, and the address to listen on.
func rawAddr(network string) (int, unix.Sockaddr) {
	if network == "unix" {
		return unix.AF_UNIX, &unix.SockaddrUnix{Name: abstractName()}
	}
	return unix.AF_INET, &unix.SockaddrInet4{Addr: loopback.Addr().As4()}
}

func (l mdlListener) dial() (stream, error) {
	c, err := mdlayher.Socket(l.family, unix.SOCK_STREAM, 0, "client", nil)
	if err != nil {
		return nil, err
	}
	_, err = c.Connect(context.Background(), l.addr)
	return mdlStreamOf(c), err
}

func (l mdlListener) accept() (stream, error) {
	c, _, err := l.Accept(context.Background(), 0)
	if err != nil {
		return nil, err
	}
	return mdlStreamOf(c), nil
}

type mdlPackets struct {
	*mdlayher.Conn
	peer, last unix.Sockaddr
}

func (c *mdlPackets) sendTo(p []byte) error {
	return c.Sendto(context.Background(), p, 0, c.peer)
}

func (c *mdlPackets) recvFrom(p []byte) (n int, err error) {
	n, c.last, err = c.Recvfrom(context.Background(), p, 0)
	return n, err
}

func (c *mdlPackets) from() netip.AddrPort {
	sa := c.last.(*unix.SockaddrInet4)
	return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
}

func (mdl) packets() (a, b packets, err error) {
	var c [2]*mdlayher.Conn
	var addr [2]unix.Sockaddr
	for i := range c {
		family, local := rawAddr("udp")
		if c[i], err = mdlayher.Socket(family, unix.SOCK_DGRAM, 0, "udp", nil); err != nil {
			return nil, nil, err
		}
		if err = c[i].Bind(local); err != nil {
			return nil, nil, err
		}
		if addr[i], err = c[i].Getsockname(); err != nil {
			return nil, nil, err
		}
	}
	return &mdlPackets{c[0], addr[1], nil}, &mdlPackets{c[1], addr[0], nil}, nil
}
