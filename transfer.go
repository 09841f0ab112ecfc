package socket

import (
	"net/netip"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/syscall"
)

// maxRecv is the largest result that Recv and RecvFrom allocate.
const maxRecv = 1 << 30

// maxSend is the largest piece that SendAll hands to the system: macOS and FreeBSD
// refuse transfers over 2 GiB, and Go's own package net sends no more at once.
const maxSend = 1 << 30

// Recv receives up to n bytes and returns them in a new slice; RecvInto does
// without the allocation. The end of a stream is an empty slice and no error, not
// io.EOF (see Read); with an error the slice is nil. n must be 0 to 1<<30; with 0
// nothing is asked of the system. Python: socket.recv; C: recv(2).
func (s *Socket) Recv(n int, flags ...MsgFlag) ([]byte, error) {
	p, err := recvBuffer("recv", n)
	if err != nil {
		return nil, err
	}
	k, err := s.RecvInto(p, flags...)
	if err != nil {
		return nil, err
	}
	return shrink(p, k), nil
}

// RecvInto receives into p and returns how many bytes it got; 0 is the end of a
// stream, or an empty datagram. With an empty p and no flags it asks nothing of the
// system. With MSG_TRUNC Linux returns the length of the datagram, which can be more
// than len(p). On a stream MSG_WAITALL makes it wait until p is full, unless the stream
// or the call's time ends; an error that comes after a part is told by the next call.
// Together with MSG_PEEK it has no effect. It allocates nothing. Python: socket.recv_into; C: recv(2).
func (s *Socket) RecvInto(p []byte, flags ...MsgFlag) (n int, err error) {
	f := joinFlags(flags)
	if len(p) == 0 && f == 0 || f&MSG_WAITALL != 0 {
		return s.recvSpecial("recv", p, f)
	}
	var c call
	c.begin(s, reading)
	sysFlags := c.heed(f)
	for c.next() {
		n, c.errno = sysRecv(c.fd, p, sysFlags)
	}
	if c.err != nil {
		return 0, wrap("recv", nil, c.err)
	}
	return n, nil
}

// recvSpecial is RecvInto with an empty buffer, and it and recvFrom with MSG_WAITALL.
func (s *Socket) recvSpecial(op string, p []byte, flags MsgFlag) (n int, err error) {
	var c call
	c.begin(s, reading)
	if len(p) == 0 && flags == 0 {
		err = c.core.use(func(sysFD) syscall.Errno { return 0 })
		return 0, wrap(op, nil, err)
	}
	sysFlags := c.heed(flags)
	for c.next() {
		var k int
		k, c.errno = sysRecv(c.fd, p[n:], sysFlags)
		n += k
		if k > 0 && n < len(p) && s.canWaitAll(flags) {
			c.errno = EAGAIN // not enough
			c.useless = 0
		}
	}
	if n == 0 {
		return 0, wrap(op, nil, c.err)
	}
	c.owe()
	return n, nil
}

// canWaitAll reports whether MSG_WAITALL means something: the kernel, which is never
// asked to wait, does not see to it.
func (s *Socket) canWaitAll(flags MsgFlag) bool {
	return s.Type() == SOCK_STREAM && flags&MSG_PEEK == 0
}

// RecvFrom receives up to n bytes and returns them in a new slice with the address
// of the sender: nil for a connected stream and for a sender without a name.
// Python: socket.recvfrom; C: recvfrom(2).
func (s *Socket) RecvFrom(n int, flags ...MsgFlag) ([]byte, Addr, error) {
	p, err := recvBuffer("recvfrom", n)
	if err != nil {
		return nil, nil, err
	}
	k, from, err := s.RecvFromInto(p, flags...)
	if err != nil {
		return nil, nil, err
	}
	return shrink(p, k), from, nil
}

// RecvFromInto receives into p and returns how many bytes it got, with the address
// of the sender: nil for a connected stream and for a sender without a name. The
// address of a sender other than the last one is an allocation; see
// RecvFromAddrPort. Python: socket.recvfrom_into; C: recvfrom(2).
func (s *Socket) RecvFromInto(p []byte, flags ...MsgFlag) (n int, from Addr, err error) {
	var sa sockaddr.Storage
	n, err = s.recvFrom(p, joinFlags(flags), &sa)
	if err != nil {
		return 0, nil, err
	}
	return n, s.core().sender(&sa), nil
}

// RecvFromAddrPort is RecvFromInto for AF_INET and AF_INET6, with the address as
// package net/netip has it: the zero AddrPort if there is none. It allocates
// nothing.
func (s *Socket) RecvFromAddrPort(p []byte, flags ...MsgFlag) (int, netip.AddrPort, error) {
	var sa sockaddr.Storage
	n, err := s.recvFrom(p, joinFlags(flags), &sa)
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	return n, decodeAddrPort(&sa), nil
}

func (s *Socket) recvFrom(p []byte, flags MsgFlag, sa *sockaddr.Storage) (n int, err error) {
	if flags&MSG_WAITALL != 0 && s.canWaitAll(flags) {
		return s.recvSpecial("recvfrom", p, flags) // a stream has no addresses
	}
	var c call
	c.begin(s, reading)
	sysFlags := c.heed(flags)
	for c.next() {
		n, c.errno = sysRecvFrom(c.fd, p, sysFlags, sa)
	}
	if c.err != nil {
		return 0, wrap("recvfrom", nil, c.err)
	}
	return n, nil
}

// Send sends what the system takes of p and returns how much that was; a stream may
// take only a part, see SendAll. Python: socket.send; C: send(2).
func (s *Socket) Send(p []byte, flags ...MsgFlag) (n int, err error) {
	f := joinFlags(flags)
	var c call
	c.begin(s, writing)
	sysFlags := c.heed(f)
	for c.next() {
		n, c.errno = sysSend(c.fd, p, sysFlags)
		sysFlags = c.opening(sysFlags)
	}
	if c.err != nil {
		return 0, wrap("send", nil, c.err)
	}
	return n, nil
}

// SendAll sends all of p. The timeout is one budget for the whole. After an error
// there is no telling how much was sent; see Write. The bytes of concurrent SendAll and
// Write calls on a stream do not mix. Python: socket.sendall.
func (s *Socket) SendAll(p []byte, flags ...MsgFlag) error {
	_, err := s.sendAll(p, joinFlags(flags))
	return wrap("sendall", nil, err)
}

// SendTo sends p as one datagram to an address. A HostAddr is resolved each time. With
// MSG_FASTOPEN (Linux) p goes over a connection, which a non-blocking socket may only begin:
// ErrInProgress. Python: socket.sendto; C: sendto(2), tcp(7).
func (s *Socket) SendTo(p []byte, to Addr, flags ...MsgFlag) (n int, err error) {
	var sa sockaddr.Storage
	var c call
	c.begin(s, writing)
	if _, err := s.address(&c, "sendto", &sa, to); err != nil {
		return 0, err
	}
	n = c.sendTo(p, joinFlags(flags), &sa)
	if c.err != nil {
		return 0, wrap("sendto", to, c.err)
	}
	return n, nil
}

// SendToAddrPort is SendTo for AF_INET and AF_INET6 with an address of package
// net/netip. On an AF_INET6 socket an IPv4 address is sent to as IPv4-mapped. A zone is
// the number or the name of an interface.
func (s *Socket) SendToAddrPort(p []byte, to netip.AddrPort, flags ...MsgFlag) (n int, err error) {
	var sa sockaddr.Storage
	var c call
	c.begin(s, writing)
	if err := encodeAddrPort("sendto", &sa, s.Family(), to); err != nil && !s.Closed() {
		return 0, err
	}
	n = c.sendTo(p, joinFlags(flags), &sa)
	if c.err != nil {
		addr, _ := FromAddrPort(to)
		return 0, wrap("sendto", addr, c.err)
	}
	return n, nil
}

func (c *call) sendTo(p []byte, flags MsgFlag, sa *sockaddr.Storage) (n int) {
	sysFlags := c.heed(flags)
	for c.next() {
		n, c.errno = sysSendTo(c.fd, p, sysFlags, sa)
		sysFlags = c.opening(sysFlags)
	}
	return n
}

// opening looks at a send that opens a connection (TCP fast open, tcp(7)) and for want of a
// cookie has taken no data along. In a blocking mode it waits for the connection, as in the
// kernel, and then goes on as any other send: opening returns the flags of that.
func (c *call) opening(flags int) int {
	if c.errno != EINPROGRESS || c.timeout == 0 {
		return flags
	}
	c.errno = EAGAIN
	return flags &^ sysFastOpen
}

// sendAll sends all of p and returns how much of it went out before an error.
func (s *Socket) sendAll(p []byte, flags MsgFlag) (sent int, err error) {
	var c call
	c.begin(s, writing)
	sysFlags := c.heed(flags)
	if s.Type() != SOCK_STREAM {
		for c.next() { // messages are sent whole
			sent, c.errno = sysSend(c.fd, p, sysFlags)
		}
		return sent, c.err
	}
	// One at a time, or the parts of two that do not fit in the buffer would mix.
	if !c.core.sending.tryEnter() {
		if c.timeout == 0 {
			return 0, EAGAIN
		}
		if err := c.core.getParker().sendQueue.enter(&c.core.sending, &c); err != nil {
			return 0, err
		}
	}
	sent = c.sendStream(p, sysFlags)
	if !c.core.sending.tryLeave() {
		c.core.getParker().sendQueue.leave(&c.core.sending)
	}
	return sent, c.err
}

func (c *call) sendStream(p []byte, flags int) (sent int) {
	for c.next() {
		var n int
		n, c.errno = sysSend(c.fd, p[sent:min(len(p), sent+maxSend)], flags)
		flags = c.opening(flags)
		sent += n
		switch {
		case c.errno != 0 || sent == len(p):
		case c.timeout == 0 || n == maxSend:
			c.errno = EINTR // go on at once
		default: // the buffer is full: to wait saves a send that would fail
			c.errno = EAGAIN
			c.useless = 0
		}
	}
	return sent
}

// owe keeps an error that came after a part of the data: that part is the result, and the
// error that of the next call, as with recv(2).
func (c *call) owe() {
	if errno, ok := c.err.(syscall.Errno); ok && errno != EAGAIN { //nolint:errorlint // the bare number
		c.core.getParker().lane(reading).owed.Store(uint32(errno))
	}
}

// sender is the address of a sender, nil if it has none. The last one costs no
// allocation.
func (c *core) sender(sa *sockaddr.Storage) Addr {
	last := c.peer.get()
	from := decodeAddr(sa, last)
	if from != nil && from != last {
		c.peer.set(from)
	}
	return from
}

// joinFlags is the union of the flags of a call.
func joinFlags(flags []MsgFlag) (all MsgFlag) {
	for _, f := range flags {
		all |= f
	}
	return all
}

// recvBuffer makes the room for a result of up to n bytes.
func recvBuffer(op string, n int) ([]byte, error) {
	if n < 0 || n > maxRecv {
		return nil, badRange(op, "bufsize", n, "0 to 1<<30")
	}
	return make([]byte, n), nil
}

// shrink cuts a result to what came. A small result does not keep a large
// buffer alive.
func shrink(p []byte, n int) []byte {
	n = min(n, len(p)) // MSG_TRUNC
	if len(p) > 1024 && n < len(p)/2 {
		return append(make([]byte, 0, n), p[:n]...)
	}
	return p[:n:n]
}
