//go:build linux || windows

package main

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/bsdsocket/socket"
)

// ours is github.com/bsdsocket/socket.
type ours struct {
	asConn bool // streams use the methods of net.Conn, not send and recv
	asAddr bool // datagrams use Addr values, not netip.AddrPort
}

// ourCalls uses Send and RecvInto. Its only field is a pointer, so an interface holds
// it without an allocation. A Send that sends a part is not expected here: the
// messages are small.
type ourCalls struct{ *socket.Socket }

func (s ourCalls) Read(p []byte) (int, error)  { return s.RecvInto(p) }
func (s ourCalls) Write(p []byte) (int, error) { return s.Send(p) }

// stream returns the view of s that the flags ask for.
func (o ours) stream(s *socket.Socket) stream {
	if o.asConn {
		return s
	}
	return ourCalls{s}
}

func ourSocket(s stream) *socket.Socket {
	switch s := s.(type) {
	case ourCalls:
		return s.Socket
	case *socket.Socket:
		return s
	}
	panic("not a stream of ours")
}

func (o ours) pair() (a, b stream, err error) {
	x, y, err := socket.Socketpair(pairFamily, socket.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, err
	}
	return o.stream(x), o.stream(y), nil
}

func (ours) noDelay(s stream) error {
	return ourSocket(s).SetSockOptInt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
}

func (ours) withTimeout(s stream, d time.Duration) (stream, error) {
	return s, ourSocket(s).SetTimeout(d)
}

func (o ours) withContext(ctx context.Context, s stream) stream {
	return o.stream(ourSocket(s).WithContext(ctx))
}

// ourListener connects to its own address.
type ourListener struct {
	*socket.Socket
	ours
	addr socket.Addr
}

func (o ours) listen(network string) (listener, error) {
	addr, err := socket.FromAddrPort(loopback)
	if network == "unix" {
		addr = socket.UnixAddr{Path: strings.Replace(abstractName(), "@", "\x00", 1)}
	}
	if err != nil {
		return nil, err
	}
	s, err := socket.New(addr.Family(), socket.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	if err = s.Bind(addr); err == nil {
		err = s.Listen()
	}
	if err == nil {
		addr, err = s.GetSockName()
	}
	return ourListener{s, o, addr}, err
}

func (l ourListener) dial() (stream, error) {
	s, err := socket.New(l.Family(), socket.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	return l.stream(s), s.Connect(l.addr)
}

func (l ourListener) accept() (stream, error) {
	s, _, err := l.Accept()
	if err != nil {
		return nil, err
	}
	return l.stream(s), nil
}

// ourPackets uses netip.AddrPort.
type ourPackets struct {
	*socket.Socket
	peer, last netip.AddrPort
}

func (s *ourPackets) sendTo(p []byte) error {
	_, err := s.SendToAddrPort(p, s.peer)
	return err
}

func (s *ourPackets) recvFrom(p []byte) (n int, err error) {
	n, s.last, err = s.RecvFromAddrPort(p)
	return n, err
}

func (s *ourPackets) from() netip.AddrPort { return s.last }

// ourAddrPackets uses Addr.
type ourAddrPackets struct {
	*socket.Socket
	peer, last socket.Addr
}

func (s *ourAddrPackets) sendTo(p []byte) error {
	_, err := s.SendTo(p, s.peer)
	return err
}

func (s *ourAddrPackets) recvFrom(p []byte) (n int, err error) {
	n, s.last, err = s.RecvFromInto(p)
	return n, err
}

func (s *ourAddrPackets) from() netip.AddrPort { return s.last.(socket.InetAddr).AddrPort() }

func (o ours) packets() (a, b packets, err error) {
	var s [2]*socket.Socket
	var addr [2]socket.Addr
	for i := range s {
		if s[i], err = socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0); err != nil {
			return nil, nil, err
		}
		if err = s[i].Bind(socket.Host(loopback.Addr().String(), 0)); err != nil {
			return nil, nil, err
		}
		if addr[i], err = s[i].GetSockName(); err != nil {
			return nil, nil, err
		}
	}
	if o.asAddr {
		return &ourAddrPackets{s[0], addr[1], nil}, &ourAddrPackets{s[1], addr[0], nil}, nil
	}
	ap := func(a socket.Addr) netip.AddrPort { return a.(socket.InetAddr).AddrPort() }
	none := netip.AddrPort{}
	return &ourPackets{s[0], ap(addr[1]), none}, &ourPackets{s[1], ap(addr[0]), none}, nil
}
