//go:build linux || windows

package main

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// std is package net.
type std struct {
	noDeadline  bool // leaves out the deadlines of withTimeout and withContext
	noKeepAlive bool // does not set the keep-alive options on connections
}

func (std) noDelay(s stream) error { return s.(*net.TCPConn).SetNoDelay(true) }

// deadlineConn sets the deadline of each Read, as package net has no other way to
// limit one.
type deadlineConn struct {
	*pairConn
	limit time.Duration
}

func (c *deadlineConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.limit)); err != nil {
		return 0, err
	}
	return c.pairConn.Read(p)
}

func (st std) withTimeout(s stream, d time.Duration) (stream, error) {
	if st.noDeadline {
		return s, nil
	}
	return &deadlineConn{s.(*pairConn), d}, nil
}

// withContext gives the stream a deadline: package net has no Read that takes a context,
// and its users do with a deadline.
func (st std) withContext(_ context.Context, s stream) stream {
	s, _ = st.withTimeout(s, time.Minute)
	return s
}

type stdListener struct {
	net.Listener
	dialer *net.Dialer
}

func (st std) listen(network string) (listener, error) {
	addr := loopback.String()
	if network == "unix" {
		addr = abstractName()
	}
	var lc net.ListenConfig
	var dialer net.Dialer
	if st.noKeepAlive {
		lc.KeepAlive, dialer.KeepAlive = -1, -1
	}
	l, err := lc.Listen(context.Background(), network, addr)
	return stdListener{l, &dialer}, err
}

func (l stdListener) dial() (stream, error) {
	return l.dialer.Dial(l.Addr().Network(), l.Addr().String())
}

func (l stdListener) accept() (stream, error) { return l.Accept() }

type stdPackets struct {
	*net.UDPConn
	peer, last netip.AddrPort
}

func (c *stdPackets) sendTo(p []byte) error {
	_, err := c.WriteToUDPAddrPort(p, c.peer)
	return err
}

func (c *stdPackets) recvFrom(p []byte) (n int, err error) {
	n, c.last, err = c.ReadFromUDPAddrPort(p)
	return n, err
}

func (c *stdPackets) from() netip.AddrPort { return c.last }

func (std) packets() (a, b packets, err error) {
	var c [2]*net.UDPConn
	var addr [2]netip.AddrPort
	for i := range c {
		// "udp4": an IPv4 address would have to be mapped on an IPv6 socket.
		c[i], err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(loopback))
		if err != nil {
			return nil, nil, err
		}
		addr[i] = c[i].LocalAddr().(*net.UDPAddr).AddrPort()
	}
	none := netip.AddrPort{}
	return &stdPackets{c[0], addr[1], none}, &stdPackets{c[1], addr[0], none}, nil
}
