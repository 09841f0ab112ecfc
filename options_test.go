package socket_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestSockOptInt sets options to values other than the ones they have, and reads them.
func TestSockOptInt(t *testing.T) {
	tests := []struct {
		name                 string
		family               socket.Family
		typ                  socket.Type
		level, option, value int
	}{
		{"SO_REUSEADDR", socket.AF_INET, socket.SOCK_STREAM, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1},
		{"SO_KEEPALIVE", socket.AF_INET, socket.SOCK_STREAM, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1},
		{"SO_BROADCAST", socket.AF_INET, socket.SOCK_DGRAM, socket.SOL_SOCKET, socket.SO_BROADCAST, 1},
		{"TCP_NODELAY", socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, socket.TCP_NODELAY, 1},
		{"IP_TTL", socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_IP, socket.IP_TTL, 7},
		{"IP_MULTICAST_TTL", socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255}, // a byte
		{"IPV6_V6ONLY", socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1},
		{"IPV6_UNICAST_HOPS", socket.AF_INET6, socket.SOCK_DGRAM, socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.family == socket.AF_INET6 {
				needIPv6(t)
			}
			s := newSocket(t, tt.family, tt.typ)
			if tt.option == socket.IPV6_V6ONLY && tt.level == socket.IPPROTO_IPV6 {
				if err := s.SetSockOptBool(tt.level, tt.option, false); err != nil {
					t.Fatal(err)
				}
			}
			if before := getInt(t, s, tt.level, tt.option); before == tt.value {
				t.Fatalf("it is %d before it was set", before)
			}
			if err := s.SetSockOptInt(tt.level, tt.option, tt.value); err != nil {
				t.Fatal(err)
			}
			// A flag that is on can be any number but 0.
			if got := getInt(t, s, tt.level, tt.option); got != tt.value && (tt.value != 1 || got == 0) {
				t.Errorf("it is %d, want %d", got, tt.value)
			}
		})
	}
}

// TestSockOptReadOnly reads options that tell what a socket is.
func TestSockOptReadOnly(t *testing.T) {
	l, _ := listen(t, socket.AF_INET)
	for _, tt := range []struct{ option, want int }{
		{socket.SO_TYPE, int(socket.SOCK_STREAM)},
		{socket.SO_ACCEPTCONN, 1},
		{socket.SO_ERROR, 0},
	} {
		got := getInt(t, l, socket.SOL_SOCKET, tt.option)
		if tt.option == socket.SO_ACCEPTCONN && got != 0 {
			got = 1 // any number but 0
		}
		if got != tt.want {
			t.Errorf("option %#x is %d, want %d", tt.option, got, tt.want)
		}
	}
}

// TestSockOptBool sets a flag and clears it.
func TestSockOptBool(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for _, on := range []bool{true, false, true} {
		if err := s.SetSockOptBool(socket.SOL_SOCKET, socket.SO_KEEPALIVE, on); err != nil {
			t.Fatal(err)
		}
		if got := getInt(t, s, socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0; got != on {
			t.Errorf("it is %v, want %v", got, on)
		}
	}
}

// TestSockOptBytes moves a C struct: struct linger {1, 5}.
func TestSockOptBytes(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	linger := lingerBytes(1, 5)
	if err := s.SetSockOptBytes(socket.SOL_SOCKET, socket.SO_LINGER, linger); err != nil {
		t.Fatal(err)
	}
	got, err := s.GetSockOptBytes(socket.SOL_SOCKET, socket.SO_LINGER, len(linger))
	half := len(linger) / 2
	if err != nil || len(got) != len(linger) || bytes.Equal(got[:half], make([]byte, half)) || !bytes.Equal(got[half:], linger[half:]) {
		t.Errorf("%x, error %v, want %x", got, err, linger)
	}
}

// TestSockOptLength has the result be as long as the value, whatever the room.
func TestSockOptLength(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	for _, room := range []int{4, 5, 1024} {
		if room > 4 && wine() {
			break // Wine 8 has every value as long as its room
		}
		got, err := s.GetSockOptBytes(socket.SOL_SOCKET, socket.SO_TYPE, room)
		if err != nil || len(got) != 4 || cap(got) != 4 || binary.NativeEndian.Uint32(got) != uint32(socket.SOCK_STREAM) {
			t.Errorf("room for %d: %x with capacity %d, error %v", room, got, cap(got), err)
		}
	}
}
