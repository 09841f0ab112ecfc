package sockaddr_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// FuzzDecode decodes arbitrary bytes with an arbitrary length by every layout. No
// decoder may panic or read beyond the address, and what it makes of an address must
// decode to the same after it was encoded again.
func FuzzDecode(f *testing.F) {
	for name := range layouts {
		for _, vectors := range []map[string]string{inet4Vectors, inet6Vectors} {
			addr := ctest.Unhex(f, vectors[name])
			f.Add(addr, uint32(len(addr)))
			f.Add(addr, uint32(len(addr)-1)) // too short
			f.Add(addr, uint32(1<<31))       // more than there was room for
		}
	}
	for _, v := range unixVectors {
		for _, text := range v.want {
			addr := ctest.Unhex(f, text)
			f.Add(addr, uint32(len(addr)))
			f.Add(append(addr, 0, 0, 'x'), uint32(len(addr)+3)) // padding
		}
	}
	f.Add([]byte(nil), uint32(0))                                   // no address
	f.Add([]byte("\x01\x00"+strings.Repeat("p", 108)), uint32(110)) // no NUL
	f.Fuzz(func(t *testing.T, addr []byte, size uint32) {
		var s sockaddr.Storage
		copy(s.Data[:], addr)
		s.Len = size
		for name, l := range layouts {
			before := s
			checkDecode(t, name, &l, &s)
			if s != before {
				t.Fatalf("%s: decoding changed the address", name)
			}
		}
	})
}

func checkDecode(t *testing.T, name string, l *sockaddr.Layout, s *sockaddr.Storage) {
	t.Helper()
	family, ok := l.Family(s)
	if !ok {
		if len(l.Raw(s)) != 0 {
			t.Fatalf("%s: data without a family", name)
		}
		return
	}
	var again sockaddr.Storage
	if ip, port, ok := l.Inet4(s); ok {
		l.PutInet4(&again, ip, port)
		if ip2, port2, ok := l.Inet4(&again); !ok || ip2 != ip || port2 != port {
			t.Fatalf("%s: inet4 %v %d became %v %d %v", name, ip, port, ip2, port2, ok)
		}
	}
	if ip, port, flow, scope, ok := l.Inet6(s); ok {
		l.PutInet6(&again, ip, port, flow, scope)
		if ip2, port2, flow2, scope2, ok := l.Inet6(&again); !ok || ip2 != ip || port2 != port || flow2 != flow || scope2 != scope {
			t.Fatalf("%s: inet6 %x became %x", name, s.Bytes(), again.Bytes())
		}
	}
	if path, ok := l.Unix(s); ok {
		err := l.PutUnix(&again, string(path))
		if path2, ok := l.Unix(&again); err == nil && (!ok || !bytes.Equal(path2, path)) {
			t.Fatalf("%s: path %q became %q %v", name, path, path2, ok)
		}
		// A kernel can tell a path that has no room for its NUL.
		if err != nil && (!errors.Is(err, sockaddr.ErrTooLong) || len(path) < l.PathSize) {
			t.Fatalf("%s: path %q: %v", name, path, err)
		}
	}
	data := string(l.Raw(s))
	if err := l.PutRaw(&again, int(family), data); err != nil {
		t.Fatalf("%s: family %d, %d bytes: %v", name, family, len(data), err)
	}
	if family2, _ := l.Family(&again); family2 != family || string(l.Raw(&again)) != data {
		t.Fatalf("%s: %x became %x", name, s.Bytes(), again.Bytes())
	}
}

// FuzzUnixRoundTrip encodes arbitrary names: each is refused for a reason that holds,
// or comes back as it was.
func FuzzUnixRoundTrip(f *testing.F) {
	for _, v := range unixVectors {
		f.Add(v.path)
	}
	f.Add(strings.Repeat("p", 107))
	f.Add(strings.Repeat("p", 108))
	f.Add("\x00" + strings.Repeat("a", 107))
	f.Add("a\x00b")
	f.Fuzz(func(t *testing.T, path string) {
		for name, l := range layouts {
			var s sockaddr.Storage
			abstract := strings.HasPrefix(path, "\x00")
			err := l.PutUnix(&s, path)
			switch {
			case err == nil:
				if got, ok := l.Unix(&s); !ok || string(got) != path {
					t.Fatalf("%s: %q became %q %v", name, path, got, ok)
				}
				if int(s.Len) > sockaddr.HeaderLen+l.PathSize {
					t.Fatalf("%s: %q takes %d bytes", name, path, s.Len)
				}
			case errors.Is(err, sockaddr.ErrAbstract) && abstract && !l.Abstract:
			case errors.Is(err, sockaddr.ErrNUL) && !abstract && strings.Contains(path, "\x00"):
			case errors.Is(err, sockaddr.ErrTooLong) && len(path) >= l.PathSize:
			default:
				t.Fatalf("%s: %q: %v", name, path, err)
			}
		}
	})
}
