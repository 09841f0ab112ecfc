//go:build unix && !aix

package sys_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime/debug"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/sys"
)

// split cuts p into n buffers, the last of which gets the rest.
func split(p []byte, n int) [][]byte {
	bufs := make([][]byte, n)
	for i := range bufs {
		size := min(1, len(p))
		if i == n-1 {
			size = len(p)
		}
		bufs[i], p = p[:size], p[size:]
	}
	return bufs
}

// TestMsgBuffers sends and receives messages of as many buffers as there can be, and has
// the kernel refuse one more. None is an allocation.
func TestMsgBuffers(t *testing.T) {
	a, b := pair(t, unix.SOCK_DGRAM)
	data := bytes.Repeat([]byte("0123456789"), 200)
	for _, n := range []int{0, 1, 2, 15, 16, 17, 1024, 1025, 5000} {
		t.Run(fmt.Sprint(n, " buffers"), func(t *testing.T) {
			got := make([]byte, len(data))
			out, in := split(data, n), split(got, n)
			sent, errno := sys.SendMsg(a, out, nil, 0, nil)
			if n > 1024 {
				if errno != unix.EMSGSIZE {
					t.Errorf("sending: %v, want EMSGSIZE", errno)
				}
				var sa sockaddr.Storage
				if _, _, _, errno := sys.RecvMsg(b, in, nil, 0, &sa); errno != unix.EMSGSIZE {
					t.Errorf("receiving: %v, want EMSGSIZE", errno)
				}
				return
			}
			check(t, errno)
			var sa sockaddr.Storage
			received, cn, flags, errno := sys.RecvMsg(b, in, nil, 0, &sa)
			check(t, errno)
			want := data
			if n == 0 {
				want, got = nil, nil
			}
			if sent != len(want) || received != len(want) || !bytes.Equal(got, want) || cn != 0 || flags != 0 {
				t.Errorf("sent %d, received %d, %d of control data, flags %#x", sent, received, cn, flags)
			}
		})
	}
}

// TestMsgDoesNotAllocate pins that neither call allocates, nor moves its buffers to the
// heap, with few buffers and with many.
func TestMsgDoesNotAllocate(t *testing.T) {
	needExactAllocs(t)
	a, b := pair(t, unix.SOCK_DGRAM)
	for _, n := range []int{1, 16, 17, 300} {
		t.Run(fmt.Sprint(n, " buffers"), func(t *testing.T) {
			out, in := split(make([]byte, 300), n), split(make([]byte, 300), n)
			allocs := testing.AllocsPerRun(100, func() {
				var small [8]byte
				out[n-1], in[n-1] = out[n-1][:1], in[n-1][:1]
				if _, errno := sys.SendMsg(a, [][]byte{small[:], out[n-1]}, nil, 0, nil); errno != 0 {
					t.Error(errno)
				}
				var sa sockaddr.Storage
				if _, _, _, errno := sys.RecvMsg(b, [][]byte{small[:], in[n-1]}, nil, 0, &sa); errno != 0 {
					t.Error(errno)
				}
				if _, errno := sys.SendMsg(a, out, nil, 0, nil); errno != 0 {
					t.Error(errno)
				}
				if _, _, _, errno := sys.RecvMsg(b, in, nil, 0, &sa); errno != 0 {
					t.Error(errno)
				}
			})
			if allocs != 0 {
				t.Errorf("%v allocations", allocs)
			}
		})
	}
}

// needExactAllocs skips a test where the race detector moves things to the heap.
func needExactAllocs(t testing.TB) {
	t.Helper()
	info, ok := debug.ReadBuildInfo()
	if ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the race detector allocates")
	}
}

// TestMsgRights proves that a received file descriptor is close-on-exec, and that
// msg_flags does not have the flag that made it so.
func TestMsgRights(t *testing.T) {
	a, b := pair(t, unix.SOCK_STREAM)
	data := binary.NativeEndian.AppendUint32(nil, uint32(a))
	control := cmsg.Native.Append(nil, cmsg.Message{Level: unix.SOL_SOCKET, Type: unix.SCM_RIGHTS, Data: data})
	_, errno := sys.SendMsg(a, [][]byte{{1}}, control, 0, nil)
	check(t, errno)
	var sa sockaddr.Storage
	room := make([]byte, 64)
	n, cn, flags, errno := sys.RecvMsg(b, [][]byte{make([]byte, 4)}, room, 0, &sa)
	check(t, errno)
	if n != 1 || flags != 0 {
		t.Errorf("%d bytes, flags %#x", n, flags)
	}
	m, _, ok, err := cmsg.Native.Next(room[:cn])
	if !ok || err != nil || len(m.Data) != 4 {
		t.Fatalf("received %v, %v, error %v", m, ok, err)
	}
	fd := int(binary.NativeEndian.Uint32(m.Data))
	defer unix.Close(fd)
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("not close-on-exec (%v)", err)
	}
}
