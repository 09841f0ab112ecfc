package socket_test

import (
	"errors"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestBadInputLinux has the bad inputs that Linux answers in its own way, or alone
// knows.
func TestBadInputLinux(t *testing.T) {
	abstract := func(n int) socket.UnixAddr { return socket.UnixAddr{Path: "\x00" + strings.Repeat("a", n-1)} }
	for _, b := range []badInput{
		{"New, type unknown", func(*testing.T) error { return made(socket.New(0, 9999, 0)) }, socket.EINVAL},
		{"New, type of another family", func(*testing.T) error { return made(socket.New(0, socket.SOCK_SEQPACKET, 0)) },
			socket.ESOCKTNOSUPPORT},
		{"New, protocol unknown", func(*testing.T) error { return made(socket.New(0, 0, 9999)) }, socket.EINVAL},
		{"New, protocol negative", func(*testing.T) error { return made(socket.New(0, 0, -1)) }, socket.EINVAL},
		{"New, family of another system", func(*testing.T) error { return made(socket.New(socket.AF_SYSTEM, 0, 0)) },
			errors.ErrUnsupported},
		{"Socketpair, family of another system", func(*testing.T) error { return made2(socket.Socketpair(socket.AF_LINK, 0, 0)) },
			errors.ErrUnsupported},
		{"Socketpair, inet", func(*testing.T) error { return made2(socket.Socketpair(socket.AF_INET, 0, 0)) },
			errors.ErrUnsupported},
		{"TakeFDAs, family of another system", func(*testing.T) error { return made(socket.TakeFDAs(0, socket.AF_LINK, 0, 0)) },
			errors.ErrUnsupported},
		{"Bind, raw family of another system", func(t *testing.T) error { return tcp(t).Bind(socket.RawAddr{Fam: socket.AF_LINK}) },
			errors.ErrUnsupported},
		{"Bind, raw of another family", func(t *testing.T) error {
			return tcp(t).Bind(socket.RawAddr{Fam: socket.AF_NETLINK, Data: strings.Repeat("\x00", 14)})
		}, socket.EAFNOSUPPORT},
		{"Bind, raw too short", func(t *testing.T) error { return tcp(t).Bind(socket.RawAddr{Fam: socket.AF_INET}) }, socket.EINVAL},
		{"Bind, abstract too long", func(t *testing.T) error { return local(t).Bind(abstract(109)) }, errInvalid},
		{"Connect, abstract too long", func(t *testing.T) error { return local(t).Connect(abstract(109)) }, errInvalid},
		{"Connect, no such abstract name", func(t *testing.T) error { return local(t).Connect(abstract(108)) }, socket.ErrConnRefused},
		{"Connect, unnamed", func(t *testing.T) error { return local(t).Connect(socket.UnixAddr{}) }, socket.EINVAL},
		{"Connect, path is a file", func(t *testing.T) error {
			return local(t).Connect(socket.UnixAddr{Path: regularFile(t).Name()})
		}, socket.ErrConnRefused},
		{"Connect, path of another type", func(t *testing.T) error {
			_, addr := bound(t, socket.AF_UNIX)
			return local(t).Connect(addr)
		}, socket.EPROTOTYPE},
		{"Connect, link-local without scope", func(t *testing.T) error { return tcp6(t).Connect(socket.Host("fe80::1", 1)) },
			socket.EINVAL},
		{"Bind, no such directory", func(t *testing.T) error {
			return local(t).Bind(socket.UnixAddr{Path: filepath.Join(unixPath(t), "s")})
		}, fs.ErrNotExist},
		{"Send, unconnected", func(t *testing.T) error { return second(tcp(t).Send([]byte("x"))) }, socket.ErrBrokenPipe},
		{"Send, unconnected unix", func(t *testing.T) error { return second(local(t).Send([]byte("x"))) }, socket.ErrNotConnected},
		{"Accept, unix not listening", func(t *testing.T) error { return third(local(t).Accept()) }, socket.EINVAL},
		{"Recv, no urgent data", func(t *testing.T) error {
			s, _ := connect(t, socket.AF_INET)
			return second(s.Recv(1, socket.MSG_OOB))
		}, socket.EINVAL},
		{"GetSockOptInt, level unknown", func(t *testing.T) error { return second(udp(t).GetSockOptInt(9999, 1)) }, errors.ErrUnsupported},
		{"GetSockOptInt, level unknown to unix", func(t *testing.T) error { return second(local(t).GetSockOptInt(9999, 1)) },
			errors.ErrUnsupported},
		{"SetSockOptInt, level unknown", func(t *testing.T) error { return udp(t).SetSockOptInt(9999, 1, 1) }, socket.ENOPROTOOPT},
		{"SetSockOptInt, value", func(t *testing.T) error {
			return tcp(t).SetSockOptInt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, -1)
		}, socket.EINVAL},
		{"FromConn, closed Socket of a view", func(t *testing.T) error {
			s := tcp(t)
			s.Close()
			return made(socket.FromConn(s.WithContext(t.Context())))
		}, net.ErrClosed},
	} {
		t.Run(b.name, b.run)
	}
}
