//go:build aix || !(unix || windows)

package socket_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file tests the systems without sockets, and has what the other tests need of them
// to compile.

func rawRecv(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

func maxFDs(testing.TB) int { return 0 }

func needLocalhost(testing.TB) {}

const (
	errNoFD        = socket.EOPNOTSUPP
	errNobody      = socket.EOPNOTSUPP
	errShortOption = socket.EOPNOTSUPP
	errNoMember    = socket.EOPNOTSUPP
)

func wine() bool { return false }

func countFDs(testing.TB) int { return 0 }

func checkClosed(testing.TB, int) {}

func takenForSocket(uintptr) bool { return false }

func forgetsReset(testing.TB) bool { return false }

func lackOfWine(string) error { return nil }

func noSuchSocket(err error) bool { return errors.Is(err, errors.ErrUnsupported) }

func needOptionLengths(testing.TB) {}

func lingerBytes(uint32, uint32) []byte { return nil }

func textOf(_ socket.EAI, text string) string { return text }

// fakeConn is a connection that has a descriptor.
type fakeConn struct{ syscall.RawConn }

func (c fakeConn) SyscallConn() (syscall.RawConn, error) { return c, nil }

func (fakeConn) Control(f func(fd uintptr)) error { f(3); return nil }

// TestStubUnsupported has everything that would make a socket, or ask the system.
func TestStubUnsupported(t *testing.T) {
	host := socket.Host("127.0.0.1", 80)
	tests := map[string]func() error{
		"New":              func() error { _, err := socket.New(0, 0, 0); return err },
		"New of AF_INET6":  func() error { _, err := socket.New(socket.AF_INET6, socket.SOCK_DGRAM, 0); return err },
		"New of AF_CAN":    func() error { _, err := socket.New(socket.AF_CAN, socket.SOCK_RAW, 0); return err },
		"Socketpair":       func() error { _, _, err := socket.Socketpair(0, 0, 0); return err },
		"FromFD":           func() error { _, err := socket.FromFD(3, 0, 0, 0); return err },
		"TakeFD":           func() error { _, err := socket.TakeFD(3); return err },
		"TakeFDAs":         func() error { _, err := socket.TakeFDAs(3, socket.AF_INET, socket.SOCK_STREAM, 0); return err },
		"FromConn":         func() error { _, err := socket.FromConn(fakeConn{}); return err },
		"FromShare":        func() error { _, err := socket.FromShare(make([]byte, 628)); return err },
		"CloseFD":          func() error { return socket.CloseFD(3) },
		"DupFD":            func() error { _, err := socket.DupFD(3); return err },
		"CreateConnection": func() error { _, err := socket.CreateConnection(host, nil); return err },
		"CreateServer":     func() error { _, err := socket.CreateServer(host, nil); return err },
		"IfNameIndex":      func() error { _, err := socket.IfNameIndex(); return err },
		"IfNameToIndex":    func() error { _, err := socket.IfNameToIndex("lo"); return err },
		"IfIndexToName":    func() error { _, err := socket.IfIndexToName(1); return err },
		"GetHostName":      func() error { _, err := socket.GetHostName(); return err },
		"SetHostName":      func() error { return socket.SetHostName("host") },
	}
	for name, call := range tests {
		if err := call(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, want one that is errors.ErrUnsupported", name, err)
		}
	}
	if socket.HasIPv6() || socket.HasDualstackIPv6() {
		t.Error("there is IPv6")
	}
	if socket.ReuseAddr.Supported() {
		t.Error("there is SO_REUSEADDR")
	}
}

// TestStubMessages has the messages that these systems lack, and the zero Socket, which is
// closed as everywhere.
func TestStubMessages(t *testing.T) {
	s := new(socket.Socket)
	for name, m := range map[string]socket.ControlMessage{
		"Rights":      socket.Rights(3),
		"Credentials": socket.Credentials(1, 2, 3),
		"Creds":       socket.Creds(),
		"GSOSize":     socket.GSOSize(1000),
	} {
		if _, err := s.SendMsg(nil, []socket.ControlMessage{m}, nil); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("SendMsg with %s: %v", name, err)
		}
	}
	var m socket.ControlMessage
	for name, parse := range map[string]func() error{
		"ParseRights":      func() error { _, err := m.ParseRights(); return err },
		"ParseCredentials": func() error { _, err := m.ParseCredentials(); return err },
		"ParseTimestamp":   func() error { _, err := m.ParseTimestamp(); return err },
		"ParseGROSize":     func() error { _, err := m.ParseGROSize(); return err },
		"ParseRecvErr":     func() error { _, err := m.ParseRecvErr(); return err },
	} {
		if err := parse(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Recv(1); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Recv on the zero Socket: %v", err)
	}
	if _, err := socket.ReuseAddr.Get(s); !errors.Is(err, net.ErrClosed) {
		t.Errorf("an option of the zero Socket: %v", err)
	}
}

// TestStubNames has the look-ups that would ask a name server. WebAssembly has none, but
// the program may have a way of its own; AIX and Plan 9 have package net's.
func TestStubNames(t *testing.T) {
	if runtime.GOARCH != "wasm" {
		t.Skip("package net has a network here")
	}
	const name, addr = "host.example", "192.0.2.1"
	for what, lookup := range map[string]func(*socket.Resolver) error{
		"GetAddrInfo":   func(r *socket.Resolver) error { _, err := r.GetAddrInfo(t.Context(), name, "80", nil); return err },
		"GetHostByName": func(r *socket.Resolver) error { _, err := r.GetHostByName(t.Context(), name); return err },
		"GetHostByAddr": func(r *socket.Resolver) error { _, _, _, err := r.GetHostByAddr(t.Context(), addr); return err },
		"GetNameInfo": func(r *socket.Resolver) error {
			_, _, err := r.GetNameInfo(t.Context(), socket.Host(addr, 80), socket.NI_NAMEREQD)
			return err
		},
	} {
		if err := lookup(&socket.Resolver{}); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v, want one that is errors.ErrUnsupported", what, err)
		}
		own := &socket.Resolver{Dial: func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }}
		if err := lookup(own); err == nil || errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s by a Dial that fails: %v", what, err)
		}
	}
	if got := socket.GetFQDN(name); got != name {
		t.Errorf("GetFQDN: %q", got)
	}
}

// result is a value and whether there is an error, as text.
func result(v any, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(v)
}

// TestStubPortable has what works everywhere.
func TestStubPortable(t *testing.T) {
	in6 := socket.Inet6Addr{IP: netip.IPv6Loopback(), Port: 80}
	info := socket.PacketInfo{IfIndex: 7, Addr: netip.MustParseAddr("2001:db8::1")}
	anc := controlBytes(socket.PktInfo(info))
	for _, tt := range []struct{ what, got, want string }{
		{"InetAton", result(socket.InetAton("127.1")), "[127 0 0 1]"},
		{"InetNtoa", result(socket.InetNtoa([]byte{192, 0, 2, 1})), "192.0.2.1"},
		{"InetPton", result(socket.InetPton(socket.AF_INET, "127.0.0.1")), "[127 0 0 1]"},
		{"InetNtop", result(socket.InetNtop(socket.AF_INET6, in6.IP.AsSlice())), "::1"},
		{"Htons", result(binary.NativeEndian.AppendUint16(nil, socket.Htons(0x1234)), nil), "[18 52]"},
		{"Ntohl", result(socket.Ntohl(socket.Htonl(0x12345678)), nil), "305419896"},
		{"GetServByName", result(socket.GetServByName("http", "tcp")), "80"},
		{"GetServByPort", result(socket.GetServByPort(443, "tcp")), "https"},
		{"GetProtoByName", result(socket.GetProtoByName("udp")), "17"},
		{"GetProtoByNumber", result(socket.GetProtoByNumber(6)), "tcp"},
		{"GetHostByName", result(socket.GetHostByName("127.1")), "127.0.0.1"},
		{"GetAddrInfo", result(socket.GetAddrInfo("::1", "http", &socket.AddrInfoHints{Type: socket.SOCK_STREAM})),
			"[{AF_INET6 SOCK_STREAM 6  [::1]:80}]"},
		{"Resolve", result(socket.Host("<broadcast>", 9).Resolve(&socket.AddrInfoHints{Type: socket.SOCK_DGRAM})),
			"[{AF_INET SOCK_DGRAM 17  255.255.255.255:9}]"},
		{"FromAddrPort", result(socket.FromAddrPort(netip.MustParseAddrPort("[fe80::1%7]:80"))), "[fe80::1%7]:80"},
		{"FromNetAddr", result(socket.FromNetAddr(&net.UnixAddr{Name: "/run/x"})), "/run/x"},
		{"AddrPort", result(in6.AddrPort(), nil), "[::1]:80"},
		{"RawAddr", result(socket.RawAddr{Fam: socket.AF_UNIX, Data: "a"}, nil), "AF_UNIX:61"},
		{"MsgFlag", result(socket.MSG_PEEK|socket.MSG_OOB, nil), "MSG_OOB|MSG_PEEK"},
		{"Option", result(socket.ReuseAddr, nil), "SO_REUSEADDR"},
		{"ParseControlMessages", result(socket.ParseControlMessages(anc)), result([]socket.ControlMessage{socket.PktInfo(info)}, nil)},
		{"ParsePktInfo", result(socket.PktInfo(info).ParsePktInfo()), result(info, nil)},
		{"ParseHopLimit", result(socket.HopLimit(7).ParseHopLimit()), "7"},
		{"ParseTTL", result(socket.TTL(7).ParseTTL()), "7"},
		{"CmsgSpace", result(socket.CmsgSpace(1)-socket.CmsgLen(1) < strconv.IntSize/8, nil), "true"},
		{"ErrConnRefused", result(errors.Is(socket.NewError("connect", in6, socket.ECONNREFUSED), socket.ErrConnRefused), nil), "true"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.what, tt.got, tt.want)
		}
	}
	if host, service, err := socket.GetNameInfo(in6, socket.NI_NUMERICHOST); err != nil || host != "::1" || service != "http" {
		t.Errorf("GetNameInfo: %q, %q, %v", host, service, err)
	}
	if host, port, ok := socket.HostPort(in6); !ok || host != "::1" || port != 80 {
		t.Errorf("HostPort: %q, %d, %v", host, port, ok)
	}
}

// controlBytes is a control message as these systems lay it out: as Linux does.
func controlBytes(m socket.ControlMessage) []byte {
	b := make([]byte, strconv.IntSize/8)
	if size := uint64(socket.CmsgLen(len(m.Data))); len(b) == 8 {
		binary.NativeEndian.PutUint64(b, size)
	} else {
		binary.NativeEndian.PutUint32(b, uint32(size))
	}
	b = binary.NativeEndian.AppendUint32(b, uint32(m.Level))
	b = binary.NativeEndian.AppendUint32(b, uint32(m.Type))
	return append(b, m.Data...)
}
