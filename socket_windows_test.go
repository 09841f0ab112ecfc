package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/net/nettest"
	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// This file tests what is special to Windows: its numbers, its handles, and the poller.

func TestWindowsErrors(t *testing.T) {
	tests := []struct {
		errno syscall.Errno
		is    []error
		not   []error
	}{
		{windows.WSAEACCES, []error{fs.ErrPermission}, []error{errors.ErrUnsupported}},
		{windows.WSAEOPNOTSUPP, []error{errors.ErrUnsupported}, []error{fs.ErrPermission}},
		{windows.WSAEAFNOSUPPORT, []error{errors.ErrUnsupported}, nil},
		{windows.WSAEPROTONOSUPPORT, []error{errors.ErrUnsupported}, nil},
		{windows.WSAEWOULDBLOCK, []error{socket.ErrWouldBlock, socket.EAGAIN}, []error{socket.ErrInProgress}},
		{windows.WSAEINPROGRESS, []error{socket.ErrInProgress, socket.EINPROGRESS}, []error{socket.ErrWouldBlock}},
		{windows.WSAESHUTDOWN, []error{socket.ErrBrokenPipe}, nil},
		{windows.WSAECONNREFUSED, []error{socket.ErrConnRefused}, []error{errors.ErrUnsupported, fs.ErrPermission}},
		{windows.WSAETIMEDOUT, []error{socket.ETIMEDOUT}, []error{socket.ErrTimeout}},
	}
	for _, tt := range tests {
		err := socket.NewError("call", nil, tt.errno)
		for _, target := range tt.is {
			if !errors.Is(err, target) {
				t.Errorf("%v (%d) is not %v", err, tt.errno, target)
			}
		}
		for _, target := range tt.not {
			if errors.Is(err, target) {
				t.Errorf("%v (%d) is %v", err, tt.errno, target)
			}
		}
	}
	if int(socket.HOST_NOT_FOUND) != int(windows.WSAHOST_NOT_FOUND) || int(socket.NO_DATA) != int(windows.WSANO_DATA) {
		t.Errorf("HOST_NOT_FOUND = %d, NO_DATA = %d", socket.HOST_NOT_FOUND, socket.NO_DATA)
	}
}

// A non-blocking connect that goes on is ErrInProgress, as on all systems, though
// Windows calls it WSAEWOULDBLOCK.
func TestWindowsConnectInProgress(t *testing.T) {
	_, addr := listen(t, socket.AF_INET)
	s := openSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.SetBlocking(false); err != nil {
		t.Fatal(err)
	}
	err := s.Connect(addr)
	if err != nil && (!errors.Is(err, socket.ErrInProgress) || errors.Is(err, socket.ErrWouldBlock)) {
		t.Fatalf("Connect = %v, want ErrInProgress", err)
	}
	// Asked again in blocking mode it waits for the end, or finds it.
	if err := s.SetTimeout(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	if errno, err := s.ConnectEx(addr); err != nil || errno != 0 && errno != socket.EISCONN {
		t.Fatalf("ConnectEx = %v, %v", errno, err)
	}
	if err := s.SendAll([]byte("x")); err != nil {
		t.Fatal(err)
	}
}

func TestWindowsConnectRefused(t *testing.T) {
	l, addr := listen(t, socket.AF_INET)
	l.Close()
	s := openSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	if err := s.Connect(addr); !errors.Is(err, socket.ErrConnRefused) || !errors.Is(err, windows.WSAECONNREFUSED) {
		t.Errorf("Connect = %v, want WSAECONNREFUSED", err)
	}
}

// A call that has to wait is told of data, of the end of its timeout and its context,
// and of the close, again and again on the same socket.
func TestWindowsWaits(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		t.Run(family.String(), func(t *testing.T) {
			if family == socket.AF_INET6 {
				needIPv6(t)
			}
			client, server := connect(t, family)
			for range 3 {
				waitForTimeout(t, server)
				waitForData(t, server, client)
				waitForContext(t, server)
			}
			errs := make(chan error)
			go func() {
				_, err := server.Recv(1)
				errs <- err
			}()
			time.Sleep(20 * time.Millisecond)
			server.Close()
			if err := <-errs; !errors.Is(err, net.ErrClosed) {
				t.Errorf("Recv on a socket that is closed = %v, want net.ErrClosed", err)
			}
		})
	}
}

func waitForTimeout(t *testing.T, s *socket.Socket) {
	t.Helper()
	const limit = 30 * time.Millisecond
	s.SetTimeout(limit)
	defer s.SetTimeout(socket.NoTimeout)
	start := time.Now()
	_, err := s.Recv(1)
	if d := time.Since(start); !errors.Is(err, socket.ErrTimeout) || d < limit || d > limit+slack {
		t.Fatalf("Recv = %v after %v, want ErrTimeout after %v", err, d, limit)
	}
}

func waitForData(t *testing.T, s, peer *socket.Socket) {
	t.Helper()
	time.AfterFunc(10*time.Millisecond, func() { peer.Send([]byte("data")) })
	if got, err := s.Recv(10); err != nil || string(got) != "data" {
		t.Fatalf("Recv = %q, %v", got, err)
	}
}

func waitForContext(t *testing.T, s *socket.Socket) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := s.WithContext(ctx).Recv(1); !errors.Is(err, context.Canceled) {
		t.Fatalf("Recv = %v, want context.Canceled", err)
	}
}

// One goroutine waits for room while another waits for data on the same socket.
func TestWindowsBothDirections(t *testing.T) {
	client, server := connect(t, socket.AF_INET)
	const total = 8 << 20
	sent := make(chan error)
	go func() { sent <- client.SendAll(make([]byte, total)) }()
	got := make(chan error)
	go func() {
		p, err := client.Recv(10)
		if err == nil && string(p) != "thanks" {
			err = errors.New(string(p))
		}
		got <- err
	}()
	time.Sleep(50 * time.Millisecond) // the buffers are full now
	if n, err := io.CopyN(io.Discard, server, total); err != nil {
		t.Fatalf("received %d bytes: %v", n, err)
	}
	if err := <-sent; err != nil {
		t.Error("SendAll:", err)
	}
	server.Send([]byte("thanks"))
	if err := <-got; err != nil {
		t.Error("Recv:", err)
	}
}

// Close ends waits at whatever moment it comes, and the waits of many sockets are kept
// apart.
func TestWindowsCloseRaces(t *testing.T) {
	_, addr := bound(t, socket.AF_INET)
	rounds := 2000
	if testing.Short() {
		rounds = 200
	}
	var wg sync.WaitGroup
	limit := make(chan struct{}, 64)
	for i := range rounds {
		limit <- struct{}{}
		wg.Go(func() {
			defer func() { <-limit }()
			s, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Connect(addr); err != nil {
				t.Error(err)
			}
			errs := make(chan error, 2)
			for range 2 {
				go func() {
					_, err := s.Recv(1)
					errs <- err
				}()
			}
			for range i % 50 {
				runtime.Gosched()
			}
			s.Close()
			for range 2 {
				if err := <-errs; !errors.Is(err, net.ErrClosed) {
					t.Errorf("Recv = %v, want net.ErrClosed", err)
				}
			}
		})
	}
	wg.Wait()
}

// As many idle waits as need several files of the driver, of which each gets its own
// event.
func TestWindowsManyWaits(t *testing.T) {
	const n = 200
	type result struct {
		i   int
		got []byte
		err error
	}
	results := make(chan result, n)
	addrs := make([]socket.Addr, n)
	for i := range n {
		s, addr := bound(t, socket.AF_INET)
		addrs[i] = addr
		go func() {
			got, err := s.Recv(10)
			results <- result{i, got, err}
		}()
	}
	sender := openSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	for i, addr := range addrs {
		if _, err := sender.SendTo([]byte{byte(i)}, addr); err != nil {
			t.Fatal(err)
		}
	}
	for range n {
		if r := <-results; r.err != nil || len(r.got) != 1 || r.got[0] != byte(r.i) {
			t.Errorf("socket %d received %v, %v", r.i, r.got, r.err)
		}
	}
}

// What is longer than the buffer is an error on Windows, as Python has it there.
func TestWindowsTruncatedDatagram(t *testing.T) {
	s, addr := bound(t, socket.AF_INET)
	sender, from := bound(t, socket.AF_INET)
	send := func(p string) {
		if _, err := sender.SendTo([]byte(p), addr); err != nil {
			t.Fatal(err)
		}
	}
	send("long")
	if _, err := s.Recv(2); !errors.Is(err, socket.EMSGSIZE) {
		t.Errorf("Recv(2) of 4 bytes = %v, want EMSGSIZE", err)
	}
	send("fits")
	if p, a, err := s.RecvFrom(4); string(p) != "fits" || a != from || err != nil {
		t.Errorf("RecvFrom = %q, %v, %v", p, a, err)
	}
	send("")
	if p, a, err := s.RecvFrom(4); p == nil || len(p) != 0 || a != from || err != nil {
		t.Errorf("RecvFrom of an empty datagram = %q, %v, %v", p, a, err)
	}
}

// A connected stream has no sender address.
func TestWindowsStreamRecvFrom(t *testing.T) {
	client, server := connect(t, socket.AF_INET)
	client.Send([]byte("x"))
	if p, a, err := server.RecvFrom(4); string(p) != "x" || a != nil || err != nil {
		t.Errorf("RecvFrom = %q, %v, %v; want no address", p, a, err)
	}
}

func TestWindowsInheritable(t *testing.T) {
	client, server := connect(t, socket.AF_INET)
	dup, err := client.Dup()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, dup)
	for name, s := range map[string]*socket.Socket{"new": client, "accepted": server, "duplicate": dup} {
		if on, err := s.GetInheritable(); on || err != nil {
			t.Errorf("%s socket: inheritable %v, %v", name, on, err)
		}
	}
	for _, want := range []bool{true, false} {
		if err := dup.SetInheritable(want); err != nil {
			t.Error(err)
		}
		if on, err := dup.GetInheritable(); on != want || err != nil {
			t.Errorf("inheritable %v, %v; want %v", on, err, want)
		}
	}
}

// A socket that others know never blocks a thread, whoever made it.
func TestWindowsSharedStaysNonblocking(t *testing.T) {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s, err := socket.FromConn(ln.(syscall.Conn))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if s.Fileno() < 0 || !s.GetBlocking() {
		t.Errorf("fd %d, blocking %v", s.Fileno(), s.GetBlocking())
	}
	waitForAccept := func() error {
		s.SetTimeout(20 * time.Millisecond)
		_, _, err := s.Accept()
		return err
	}
	if err := waitForAccept(); !errors.Is(err, socket.ErrTimeout) {
		t.Errorf("Accept = %v, want ErrTimeout", err)
	}
	// The listener of package net goes on to work.
	accepted := make(chan error, 1)
	go func() {
		c, err := ln.Accept()
		if err == nil {
			c.Close()
		}
		accepted <- err
	}()
	c, err := net.Dial("tcp4", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := <-accepted; err != nil {
		t.Error(err)
	}
}

// A net.Conn and a Socket made of it work on the same connection.
func TestWindowsFromConn(t *testing.T) {
	l, addr := listen(t, socket.AF_INET)
	c, err := net.Dial("tcp4", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	peer, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, peer)
	s, err := socket.FromConn(c.(syscall.Conn))
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if s.Family() != socket.AF_INET || s.Type() != socket.SOCK_STREAM || s.Proto() != socket.IPPROTO_TCP {
		t.Errorf("made %v", s)
	}
	s.SetTimeout(20 * time.Millisecond)
	if _, err := s.Recv(1); !errors.Is(err, socket.ErrTimeout) {
		t.Errorf("Recv = %v, want ErrTimeout", err)
	}
	s.SetTimeout(10 * time.Second)
	waitForData(t, s, peer)
	buf := make([]byte, 10)
	time.AfterFunc(10*time.Millisecond, func() { peer.Send([]byte("net")) })
	if n, err := c.Read(buf); err != nil || string(buf[:n]) != "net" {
		t.Errorf("Read = %q, %v", buf[:n], err)
	}
}

// Detach gives a handle that works, also after the socket has been in the poller.
func TestWindowsDetach(t *testing.T) {
	for _, waited := range []bool{false, true} {
		client, server := connect(t, socket.AF_INET)
		if waited {
			waitForTimeout(t, server)
		}
		fd, err := server.Detach()
		if err != nil {
			t.Fatal(err)
		}
		again, err := socket.TakeFD(fd)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, again)
		if again.Family() != socket.AF_INET || again.Type() != socket.SOCK_STREAM {
			t.Errorf("took %v", again)
		}
		waitForData(t, again, client)
	}
}

func TestWindowsNotSocket(t *testing.T) {
	f := regularFile(t)
	if _, err := socket.TakeFD(int(f.Fd())); !errors.Is(err, socket.ENOTSOCK) {
		t.Errorf("TakeFD of a file = %v, want ENOTSOCK", err)
	}
	if err := socket.CloseFD(int(f.Fd())); !errors.Is(err, socket.ENOTSOCK) {
		t.Errorf("CloseFD of a file = %v, want ENOTSOCK", err)
	}
}

func TestWindowsSocketpair(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6} {
		if family == socket.AF_INET6 {
			needIPv6(t)
		}
		a, b := pair(t, family, 0)
		an, _ := a.GetSockName()
		bn, _ := b.GetPeerName()
		if an == nil || an != bn {
			t.Errorf("names %v, %v", an, bn)
		}
		waitForData(t, a, b)
		waitForData(t, b, a)
	}
	for _, bad := range []struct {
		family socket.Family
		typ    socket.Type
	}{{socket.AF_UNIX, socket.SOCK_STREAM}, {socket.AF_INET, socket.SOCK_DGRAM}, {socket.AF_IRDA, socket.SOCK_STREAM}} {
		if _, _, err := socket.Socketpair(bad.family, bad.typ, 0); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("Socketpair(%v, %v) = %v, want ErrUnsupported", bad.family, bad.typ, err)
		}
	}
}

// The calls that move data allocate nothing.
func TestWindowsAllocs(t *testing.T) {
	a, b := pair(t, 0, 0)
	buf := make([]byte, 16)
	allocs := testing.AllocsPerRun(200, func() {
		if _, err := a.Send(buf); err != nil {
			t.Fatal(err)
		}
		if _, err := b.RecvInto(buf); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations to send and receive", allocs)
	}
	u, addr := bound(t, socket.AF_INET)
	to := addr.(socket.InetAddr).AddrPort()
	allocs = testing.AllocsPerRun(200, func() {
		if _, err := u.SendToAddrPort(buf, to); err != nil {
			t.Fatal(err)
		}
		if _, _, err := u.RecvFromAddrPort(buf); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations to send and receive with addresses", allocs)
	}
	if !bytes.Equal(buf, make([]byte, 16)) {
		t.Error(buf)
	}
}

func TestWindowsNettest(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		a, b, err := socket.Socketpair(0, 0, 0)
		if err != nil {
			return nil, nil, nil, err
		}
		return a, b, func() { a.Close(); b.Close() }, nil
	})
}

func openSocket(t testing.TB, family socket.Family, typ socket.Type) *socket.Socket {
	t.Helper()
	s, err := socket.New(family, typ, 0)
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	return s
}

// rawRecv is recv() as other code than this library would call it from the function
// that it gives to syscall.RawConn.
func rawRecv(fd uintptr, p []byte) (int, error) {
	var n, flags uint32
	buf := windows.WSABuf{Len: uint32(len(p)), Buf: unsafe.SliceData(p)}
	err := windows.WSARecv(windows.Handle(fd), &buf, 1, &n, &flags, nil, nil)
	return int(n), err
}

// maxFDs returns how many sockets this process may have open: as many as there is memory
// for, but the ephemeral ports of a machine come to 16384 (MSDN, "Settings that can be
// Modified to Improve Network Performance").
func maxFDs(testing.TB) int { return 8192 }
