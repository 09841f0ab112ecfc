package socket_test

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// words are the bytes of DWORDs.
func words(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.NativeEndian.AppendUint32(b, v)
	}
	return b
}

// The requests of Python's socket.ioctl, and others. Two of them Wine 8 lacks, which has to
// be errors.ErrUnsupported.
func TestWindowsIoctl(t *testing.T) {
	stream := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	datagram, _ := bound(t, socket.AF_INET)
	tests := []struct {
		name   string
		s      *socket.Socket
		req    uint
		arg    []byte
		noWine bool
	}{
		{"SIO_KEEPALIVE_VALS", stream, socket.SIO_KEEPALIVE_VALS, words(1, 10_000, 1000), false},
		{"SIO_LOOPBACK_FAST_PATH", stream, socket.SIO_LOOPBACK_FAST_PATH, words(1), true},
		{"SIO_UDP_CONNRESET", datagram, socket.SIO_UDP_CONNRESET, words(1), false},
		{"SIO_UDP_NETRESET", datagram, socket.SIO_UDP_NETRESET, words(1), true},
		{"SIO_BASE_HANDLE", stream, socket.SIO_BASE_HANDLE, make([]byte, unsafe.Sizeof(windows.Handle(0))), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.s.Ioctl(tt.req, tt.arg)
			if tt.noWine && wine() && errors.Is(err, errors.ErrUnsupported) {
				t.Skip("Wine lacks the request")
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// What comes out of a request is in arg, what goes in was there before, and both can be
// the case.
func TestWindowsIoctlBothWays(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	handle := make([]byte, unsafe.Sizeof(windows.Handle(0)))
	if err := s.Ioctl(socket.SIO_BASE_HANDLE, handle); err != nil || handle[0] == 0 {
		t.Errorf("SIO_BASE_HANDLE: %v, error %v", handle, err)
	}
	acceptEx := [16]byte(unsafe.Slice((*byte)(unsafe.Pointer(&windows.GUID{
		Data1: 0xb5367df1, Data2: 0xcbac, Data3: 0x11cf, Data4: [8]byte{0x95, 0xca, 0, 0x80, 0x5f, 0x48, 0xa1, 0x92},
	})), 16)) // WSAID_ACCEPTEX of mswsock.h
	arg := acceptEx
	if err := s.Ioctl(socket.SIO_GET_EXTENSION_FUNCTION_POINTER, arg[:]); err != nil || arg == acceptEx {
		t.Errorf("the address of AcceptEx: %v, error %v", arg, err)
	}
	if err := s.Ioctl(socket.SIO_KEEPALIVE_VALS, words(1)); err == nil {
		t.Error("SIO_KEEPALIVE_VALS takes a third of its argument")
	}
}

// SIO_RCVALL needs a raw socket and an administrator.
func TestWindowsRcvAll(t *testing.T) {
	s, err := socket.New(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IP)
	if errors.Is(err, os.ErrPermission) {
		t.Skip("raw sockets are for administrators:", err)
	}
	if wine() && errors.Is(err, socket.EPROTONOSUPPORT) {
		t.Skip("Wine makes no raw socket of IPPROTO_IP")
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	if err := s.Bind(loopback(socket.AF_INET)); err != nil {
		t.Fatal(err)
	}
	err = s.Ioctl(socket.SIO_RCVALL, words(socket.RCVALL_ON))
	if errors.Is(err, os.ErrPermission) {
		t.Skip("all packets are for administrators:", err)
	}
	if err != nil {
		t.Error(err)
	}
}

// A datagram that nobody takes is not told to its sender: the next receive waits for data.
func TestWindowsNoReceiver(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		if family == socket.AF_INET6 {
			needIPv6(t)
		}
		s, addr := bound(t, family)
		nobody, gone := bound(t, family)
		nobody.Close()
		s.SetTimeout(10 * time.Second)
		for range 3 {
			if _, err := s.SendTo([]byte("x"), gone); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(20 * time.Millisecond) // for the ICMP messages
		if _, err := s.SendTo([]byte("self"), addr); err != nil {
			t.Fatal(err)
		}
		if p, err := s.Recv(10); string(p) != "self" || err != nil {
			t.Errorf("%v: Recv = %q, %v", family, p, err)
		}
	}
}

// A socket that is shared with this process, and made again, is the same connection.
func TestWindowsShare(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		if family == socket.AF_INET6 {
			needIPv6(t)
		}
		client, server := connect(t, family)
		data, err := server.Share(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		again, err := socket.FromShare(data)
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, again)
		if again.Family() != family || again.Type() != socket.SOCK_STREAM || again.Proto() != socket.IPPROTO_TCP || again.GetTimeout() != socket.NoTimeout {
			t.Errorf("made %v", again)
		}
		if on, err := again.GetInheritable(); on || err != nil {
			t.Errorf("inheritable %v, %v", on, err)
		}
		waitForData(t, again, client)
		server.Close() // the connection lives on
		waitForData(t, again, client)
		waitForData(t, client, again)
	}
}

// Bytes that do not come from Share make no socket.
func TestWindowsFromShareBad(t *testing.T) {
	s := newSocket(t, socket.AF_INET, socket.SOCK_STREAM)
	good, err := s.Share(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "short": good[:len(good)-1], "long": append(slices.Clip(good), 0), "one byte": {1},
	} {
		if got, err := socket.FromShare(data); got != nil || !errors.Is(err, windows.WSAEINVAL) {
			t.Errorf("%s: %v, %v; want WSAEINVAL", name, got, err)
		}
	}
	if data, err := s.Share(1 << 30); err == nil {
		t.Errorf("shared with a process that does not exist: %d bytes", len(data))
	}
}

// FuzzWindowsFromShare tries whether any bytes break more than FromShare. What the system
// makes a socket of has to be one.
func FuzzWindowsFromShare(f *testing.F) {
	const size = unsafe.Sizeof(windows.WSAProtocolInfo{})
	f.Add(make([]byte, size)) // refused, as all that no system has made
	f.Add([]byte{})           // too short
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := socket.FromShare(data)
		if (s == nil) == (err == nil) {
			t.Fatal(s, err)
		}
		if s == nil {
			return
		}
		if _, err := s.GetSockOptInt(socket.SOL_SOCKET, socket.SO_TYPE); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

const shareEnv = "SOCKET_TEST_SHARE"

// Another process gets a connection by Share, and answers on it. That process is this test
// again, which prints that it is there and reads what Share says.
func TestWindowsShareWithProcess(t *testing.T) {
	if os.Getenv(shareEnv) != "" {
		takeShare(t)
		return
	}
	client, server := connect(t, socket.AF_INET)
	cmd := exec.Command(os.Args[0], "-test.run=^TestWindowsShareWithProcess$")
	cmd.Env = append(os.Environ(), shareEnv+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer in.Close()
	data, err := server.Share(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(in, hex.EncodeToString(data))
	client.SetTimeout(20 * time.Second)
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); strings.TrimSpace(line) != "shared" || err != nil {
		t.Fatalf("the process says %q, %v", line, err)
	}
	server.Close()
	client.SendAll([]byte("question"))
	if p, err := client.Recv(100); string(p) != "answer to question" || err != nil {
		t.Errorf("Recv = %q, %v", p, err)
	}
}

func takeShare(t *testing.T) {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	data, err := hex.DecodeString(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	s, err := socket.FromShare(data)
	if err != nil {
		t.Fatal(strconv.Quote(line), err)
	}
	defer s.Close()
	fmt.Println("shared")
	p, err := s.Recv(100)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SendAll(append([]byte("answer to "), p...)); err != nil {
		t.Fatal(err)
	}
}
