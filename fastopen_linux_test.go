package socket_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// TestFastOpen sends with MSG_FASTOPEN (tcp(7)) to a server that has given no cookie: the
// kernel begins to connect and takes nothing. A socket that may wait goes on from there, as
// a blocking one does in the kernel; a non-blocking one is told.
func TestFastOpen(t *testing.T) {
	hello := []byte("hello")
	sends := map[string]func(s *socket.Socket, to socket.Addr) (int, error){
		"SendTo": func(s *socket.Socket, to socket.Addr) (int, error) {
			return s.SendTo(hello, to, socket.MSG_FASTOPEN)
		},
		"SendMsg": func(s *socket.Socket, to socket.Addr) (int, error) {
			return s.SendMsg([][]byte{hello}, nil, to, socket.MSG_FASTOPEN)
		},
	}
	for name, send := range sends {
		t.Run(name, func(t *testing.T) {
			l, addr := listen(t, socket.AF_INET)
			for _, timeout := range []time.Duration{socket.NoTimeout, patience} {
				s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
				mustSetTimeout(t, s, timeout)
				if n, err := send(s, addr); n != len(hello) || err != nil {
					skipNoFastOpen(t, err)
					t.Fatalf("sent %d, error %v", n, err)
				}
				wantAccepted(t, l, hello)
			}
			s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
			mustSetTimeout(t, s, 0)
			if _, err := send(s, addr); !errors.Is(err, socket.ErrInProgress) {
				t.Errorf("non-blocking: %v, want ErrInProgress", err)
			}
			gone, addr := listen(t, socket.AF_INET)
			gone.Close()
			if _, err := send(newSocket(t, socket.AF_INET, socket.SOCK_STREAM), addr); !errors.Is(err, socket.ErrConnRefused) {
				t.Errorf("nobody there: %v, want ErrConnRefused", err)
			}
		})
	}
}

// skipNoFastOpen skips a test where net.ipv4.tcp_fastopen is off for clients.
func skipNoFastOpen(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no fast open here:", err)
	}
}

// wantAccepted accepts a connection and receives from it.
func wantAccepted(t *testing.T, l *socket.Socket, want []byte) {
	t.Helper()
	mustSetTimeout(t, l, patience)
	peer, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	mustSetTimeout(t, peer, patience)
	if got, err := peer.Recv(100); string(got) != string(want) || err != nil {
		t.Errorf("received %q, error %v, want %q", got, err, want)
	}
}
