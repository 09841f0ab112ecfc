//go:build linux

package main

import (
	"context"
	"net/netip"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// raw makes bare system calls and is the bound of what a library can reach: no
// goroutine can wait without a thread, and nothing guards a descriptor against close.
// Where data is ready the calls are RawSyscall with MSG_DONTWAIT;
// where a call waits they are Syscall on blocking sockets, each waiting one
// keeping a thread.
type raw struct {
	waits bool // the calls wait
}

// A rawSocket is a descriptor. In an interface it is a pointer, like the others.
type rawSocket struct {
	fd    int
	waits bool
}

func (s *rawSocket) Read(p []byte) (int, error) {
	for {
		switch n, e := s.recv(p, nil, nil); e {
		case 0:
			return n, nil
		case unix.EINTR: // with SO_RCVTIMEO the kernel leaves it to the caller, see signal(7)
		default:
			return 0, e
		}
	}
}

func (s *rawSocket) Write(p []byte) (int, error) {
	sent := 0
	for sent < len(p) {
		n, e := s.send(p[sent:], nil, 0)
		if e != 0 {
			return sent, e
		}
		sent += n
	}
	return sent, nil
}

func (s *rawSocket) recv(p []byte, sa, size unsafe.Pointer) (int, unix.Errno) {
	var n uintptr
	var e unix.Errno
	if s.waits {
		n, _, e = unix.Syscall6(unix.SYS_RECVFROM, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), 0, uintptr(sa), uintptr(size))
	} else {
		n, _, e = unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), unix.MSG_DONTWAIT, uintptr(sa), uintptr(size))
	}
	return int(n), e
}

func (s *rawSocket) send(p []byte, sa unsafe.Pointer, size uintptr) (int, unix.Errno) {
	var n uintptr
	var e unix.Errno
	if s.waits {
		n, _, e = unix.Syscall6(unix.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), unix.MSG_NOSIGNAL, uintptr(sa), size)
	} else {
		n, _, e = unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, uintptr(sa), size)
	}
	return int(n), e
}

func (s *rawSocket) Close() error { return unix.Close(s.fd) }

func (r raw) pair() (a, b stream, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	return &rawSocket{fds[0], r.waits}, &rawSocket{fds[1], r.waits}, err
}

func (raw) noDelay(s stream) error {
	return unix.SetsockoptInt(s.(*rawSocket).fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
}

// withTimeout sets SO_RCVTIMEO.
func (raw) withTimeout(s stream, d time.Duration) (stream, error) {
	tv := unix.NsecToTimeval(int64(d))
	return s, unix.SetsockoptTimeval(s.(*rawSocket).fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv)
}

// withContext does nothing: the kernel knows no contexts.
func (raw) withContext(_ context.Context, s stream) stream { return s }

// rawListener knows the address in the form of the kernel.
type rawListener struct {
	rawSocket
	family int
	sa     unix.RawSockaddrInet4 // for connect(2); TCP only
	local  unix.Sockaddr
}

func (raw) listen(network string) (listener, error) {
	family, addr := rawAddr(network)
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err = unix.Bind(fd, addr); err == nil {
		err = unix.Listen(fd, 128)
	}
	if err != nil {
		return nil, err
	}
	local, err := unix.Getsockname(fd)
	l := &rawListener{rawSocket{fd, true}, family, unix.RawSockaddrInet4{}, local}
	if in4, ok := local.(*unix.SockaddrInet4); ok {
		l.sa = rawInet4(netip.AddrPortFrom(loopback.Addr(), uint16(in4.Port)))
	}
	return l, err
}

// Close ends an accept that waits, which close(2) alone does not.
func (l *rawListener) Close() error {
	_ = unix.Shutdown(l.fd, unix.SHUT_RDWR)
	return unix.Close(l.fd)
}

func (l *rawListener) dial() (stream, error) {
	fd, _, e := unix.RawSyscall(unix.SYS_SOCKET, uintptr(l.family), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if e != 0 {
		return nil, e
	}
	s := &rawSocket{int(fd), true}
	if l.family == unix.AF_UNIX {
		return s, unix.Connect(s.fd, l.local)
	}
	_, _, e = unix.Syscall(unix.SYS_CONNECT, fd, uintptr(unsafe.Pointer(&l.sa)), unsafe.Sizeof(l.sa))
	if e != 0 {
		return s, e
	}
	return s, nil
}

func (l *rawListener) accept() (stream, error) {
	var sa unix.RawSockaddrAny
	size := uint32(unsafe.Sizeof(sa))
	fd, _, e := unix.Syscall6(unix.SYS_ACCEPT4, uintptr(l.fd), uintptr(unsafe.Pointer(&sa)), uintptr(unsafe.Pointer(&size)), unix.SOCK_CLOEXEC, 0, 0)
	if e != 0 {
		return nil, e
	}
	return &rawSocket{int(fd), true}, nil
}

type rawPackets struct {
	rawSocket
	peer, last unix.RawSockaddrInet4
}

// rawInet4 is ap in the form of the kernel: the port in network byte order.
func rawInet4(ap netip.AddrPort) unix.RawSockaddrInet4 {
	sa := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: ap.Addr().As4()}
	port := (*[2]byte)(unsafe.Pointer(&sa.Port))
	port[0], port[1] = byte(ap.Port()>>8), byte(ap.Port())
	return sa
}

func (s *rawPackets) sendTo(p []byte) error {
	if _, e := s.send(p, unsafe.Pointer(&s.peer), unsafe.Sizeof(s.peer)); e != 0 {
		return e
	}
	return nil
}

func (s *rawPackets) recvFrom(p []byte) (int, error) {
	size := uint32(unsafe.Sizeof(s.last))
	n, e := s.recv(p, unsafe.Pointer(&s.last), unsafe.Pointer(&size))
	if e != 0 {
		return 0, e
	}
	return n, nil
}

func (s *rawPackets) from() netip.AddrPort {
	port := (*[2]byte)(unsafe.Pointer(&s.last.Port))
	return netip.AddrPortFrom(netip.AddrFrom4(s.last.Addr), uint16(port[0])<<8|uint16(port[1]))
}

func (r raw) packets() (a, b packets, err error) {
	var fds [2]int
	var addr [2]unix.RawSockaddrInet4
	for i := range fds {
		family, local := rawAddr("udp")
		if fds[i], err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return nil, nil, err
		}
		if err = unix.Bind(fds[i], local); err != nil {
			return nil, nil, err
		}
		name, err := unix.Getsockname(fds[i])
		if err != nil {
			return nil, nil, err
		}
		addr[i] = rawInet4(netip.AddrPortFrom(loopback.Addr(), uint16(name.(*unix.SockaddrInet4).Port)))
	}
	var none unix.RawSockaddrInet4
	return &rawPackets{rawSocket{fds[0], r.waits}, addr[1], none}, &rawPackets{rawSocket{fds[1], r.waits}, addr[0], none}, nil
}
