package socket

import (
	"io"
	"net"
	"time"

	"github.com/bsdsocket/socket/internal/syscall"
)

// This file makes a Socket what package net and its users expect.

var (
	_ net.Conn      = (*Socket)(nil)
	_ io.ReaderFrom = (*Socket)(nil)
	_ io.WriterTo   = (*Socket)(nil)
	_ syscall.Conn  = (*Socket)(nil)
)

// Read receives into p as io.Reader has it: io.EOF at the end of a stream. An empty
// datagram is 0, nil.
func (s *Socket) Read(p []byte) (int, error) {
	n, err := s.RecvInto(p)
	if n == 0 && err == nil && len(p) > 0 && s.hasEnd() {
		return 0, io.EOF
	}
	return n, err
}

// hasEnd reports whether a receive of nothing is the end and not an empty message.
func (s *Socket) hasEnd() bool {
	switch s.Type() {
	case SOCK_DGRAM, SOCK_RAW, SOCK_RDM:
		return false
	}
	return true
}

// Write sends all of p, or returns how much of it was sent and why not more.
func (s *Socket) Write(p []byte) (int, error) {
	n, err := s.sendAll(p, 0)
	return n, wrap("send", nil, err)
}

// ReadFrom sends what r has until its end: io.ReaderFrom, not recvfrom.
func (s *Socket) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{s}, r)
}

// WriteTo writes what comes to w until the end: io.WriterTo, not sendto.
func (s *Socket) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{s})
}

// CloseRead is Shutdown(SHUT_RD).
func (s *Socket) CloseRead() error { return s.Shutdown(SHUT_RD) }

// CloseWrite is Shutdown(SHUT_WR).
func (s *Socket) CloseWrite() error { return s.Shutdown(SHUT_WR) }

// LocalAddr returns the socket's own address. It is never nil: where the system tells
// none, because the socket is closed for instance, it is the family's wildcard.
func (s *Socket) LocalAddr() net.Addr {
	if a, err := s.GetSockName(); err == nil && a != nil {
		return a
	}
	return zeroAddr(s.Family())
}

// RemoteAddr returns the address of the peer. It is never nil: after the end of the
// connection it is the address that was connected to or accepted, and without one the
// family's wildcard.
func (s *Socket) RemoteAddr() net.Addr {
	if a, err := s.GetPeerName(); err == nil && a != nil {
		return a
	}
	if a := s.core().peer.get(); a != nil && s.hasEnd() {
		return a
	}
	return zeroAddr(s.Family())
}

// SetDeadline is SetReadDeadline and SetWriteDeadline in one.
func (s *Socket) SetDeadline(t time.Time) error {
	return s.setDeadline(t, reading, writing)
}

// SetReadDeadline sets the moment after which calls that receive or accept fail
// with ErrTimeout, those that wait now too; the zero Time means never. A deadline
// exists beside the timeout of SetTimeout: the earlier one ends a call. As in
// package net a deadline that has passed fails calls even if they need not wait.
func (s *Socket) SetReadDeadline(t time.Time) error { return s.setDeadline(t, reading) }

// SetWriteDeadline does for calls that send or connect what SetReadDeadline does for
// those that receive.
func (s *Socket) SetWriteDeadline(t time.Time) error { return s.setDeadline(t, writing) }

func (s *Socket) setDeadline(t time.Time, directions ...direction) error {
	return wrap("set_deadline", nil, s.core().use(func(sysFD) syscall.Errno {
		for _, d := range directions {
			s.core().getParker().setDeadline(d, t)
		}
		return 0
	}))
}

// SyscallConn returns the fd as package syscall has it, for system calls that this
// package does not make. From now on O_NONBLOCK says what GetBlocking says; calls made
// through Read and Write of the result must not block.
func (s *Socket) SyscallConn() (syscall.RawConn, error) {
	err := s.core().use(func(fd sysFD) syscall.Errno { return s.core().share(fd) })
	if err != nil {
		return nil, wrap("syscallconn", nil, err)
	}
	return rawConn{s}, nil
}

// rawConn is the syscall.RawConn of a socket.
type rawConn struct{ s *Socket }

// Control calls f with the fd, which stays open meanwhile: f must not close s.
func (r rawConn) Control(f func(fd uintptr)) error {
	return wrap("control", nil, r.s.core().use(func(fd sysFD) syscall.Errno {
		f(uintptr(fd))
		return 0
	}))
}

// Read calls f until it returns true, and waits between two calls until the fd has
// something to read.
func (r rawConn) Read(f func(fd uintptr) bool) error { return wrap("read", nil, r.wait(reading, f)) }

// Write calls f until it returns true, and waits between two calls until the fd takes
// something.
func (r rawConn) Write(f func(fd uintptr) bool) error { return wrap("write", nil, r.wait(writing, f)) }

func (r rawConn) wait(d direction, f func(fd uintptr) bool) error {
	var c call
	c.begin(r.s, d)
	if c.timeout != 0 {
		return c.parkWith(f)
	}
	if !c.mayTry() {
		return c.err
	}
	return c.core.use(func(fd sysFD) syscall.Errno {
		if f(uintptr(fd)) {
			return 0
		}
		return EAGAIN
	})
}

// Listener returns a net.Listener of the same socket, which has to be listening: its
// Accept fails otherwise. To close it closes s.
func (s *Socket) Listener() net.Listener { return listener{s} }

type listener struct{ s *Socket }

func (l listener) Accept() (net.Conn, error) {
	conn, _, err := l.s.Accept()
	if err != nil {
		return nil, err // not a nil *Socket in an interface
	}
	return conn, nil
}

func (l listener) Close() error   { return l.s.Close() }
func (l listener) Addr() net.Addr { return l.s.LocalAddr() }

// SetDeadline makes net/http and others able to end an Accept.
func (l listener) SetDeadline(t time.Time) error { return l.s.SetReadDeadline(t) }

// PacketConn returns a net.PacketConn of the same socket. Its WriteTo takes the
// addresses of this package and of package net. To close it closes s.
func (s *Socket) PacketConn() net.PacketConn { return packetConn{s} }

type packetConn struct{ s *Socket }

func (p packetConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.s.RecvFromInto(b)
	if from == nil {
		return n, nil, err // not a nil Addr in a net.Addr
	}
	return n, from, err
}

func (p packetConn) WriteTo(b []byte, to net.Addr) (int, error) {
	addr, err := FromNetAddr(to)
	if err != nil {
		return 0, err
	}
	return p.s.SendTo(b, addr)
}

func (p packetConn) Close() error                       { return p.s.Close() }
func (p packetConn) LocalAddr() net.Addr                { return p.s.LocalAddr() }
func (p packetConn) SetDeadline(t time.Time) error      { return p.s.SetDeadline(t) }
func (p packetConn) SetReadDeadline(t time.Time) error  { return p.s.SetReadDeadline(t) }
func (p packetConn) SetWriteDeadline(t time.Time) error { return p.s.SetWriteDeadline(t) }
func (p packetConn) SyscallConn() (syscall.RawConn, error) {
	return p.s.SyscallConn()
}
