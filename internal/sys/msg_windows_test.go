package sys

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// tcpPair returns the two ends of a TCP connection.
func tcpPair(t *testing.T) (a, b windows.Handle) {
	t.Helper()
	fds, e := Socketpair(windows.AF_INET, windows.SOCK_STREAM, 0)
	if e != 0 {
		t.Fatal(e)
	}
	t.Cleanup(func() {
		Close(fds[0])
		Close(fds[1])
	})
	return fds[0], fds[1]
}

// Messages that would block, or fail otherwise, allocate nothing.
func TestMsgErrorsDoNotAllocate(t *testing.T) {
	fd, _ := tcpPair(t)
	file, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var sa, from sockaddr.Storage
	sockaddr.Native.PutInet4(&sa, [4]byte{127, 0, 0, 1}, 1)
	bufs := [][]byte{make([]byte, 1), make([]byte, 64<<10)}
	info := cmsg.Native.AppendPktInfo4(nil, cmsg.PktInfo4{Addr: [4]byte{127, 0, 0, 1}})
	control := cmsg.Native.Append(nil, cmsg.Message{Level: windows.IPPROTO_IP, Type: windows.IP_PKTINFO, Data: info})
	send := func(control []byte, sa *sockaddr.Storage) func(windows.Handle) syscall.Errno {
		return func(fd windows.Handle) syscall.Errno {
			_, e := SendMsg(fd, bufs, control, 0, sa)
			return e
		}
	}
	receive := func(control []byte) func(windows.Handle) syscall.Errno {
		return func(fd windows.Handle) syscall.Errno {
			_, _, _, e := RecvMsg(fd, bufs, control, 0, &from)
			return e
		}
	}
	for _, tt := range []struct {
		name   string
		call   func(fd windows.Handle) syscall.Errno
		stream bool // Winsock has it for streams too; Wine has it all
	}{
		{"WSASend", send(nil, nil), true},
		{"WSASendTo", send(nil, &sa), true},
		{"WSASendMsg", send(control, nil), false},
		{"WSARecvFrom", receive(nil), true},
		{"WSARecvMsg", receive(make([]byte, 64)), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := tt.call(fd)
			for range 10_000 { // until the connection is full
				if e == 0 {
					e = tt.call(fd)
				}
			}
			if e == 0 || tt.stream && e != windows.WSAEWOULDBLOCK {
				t.Errorf("full and empty: %v, want WSAEWOULDBLOCK", e)
			}
			t.Log(e)
			if n := testing.AllocsPerRun(100, func() { e = tt.call(fd) }); n != 0 {
				t.Errorf("%v makes %v allocations", e, n)
			}
			if n := testing.AllocsPerRun(100, func() { e = tt.call(windows.Handle(file.Fd())) }); n != 0 || !errors.Is(e, windows.WSAENOTSOCK) {
				t.Errorf("on a file: %v, want WSAENOTSOCK, with %v allocations", e, n)
			}
		})
	}
}
