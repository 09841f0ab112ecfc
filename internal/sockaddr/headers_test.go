package sockaddr_test

import (
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// headerBuilds are builds of Go, and the systems whose golden vectors theirs are.
var headerBuilds = map[string]string{
	"linux/amd64": "linux", "linux/386": "linux", "linux/s390x": "linux-be",
	"darwin/arm64":  "darwin",
	"freebsd/amd64": "freebsd", "freebsd/386": "freebsd",
	"dragonfly/amd64": "dragonfly",
	"netbsd/amd64":    "netbsd", "netbsd/arm": "netbsd",
	"openbsd/amd64": "openbsd", "openbsd/arm": "openbsd", "openbsd/ppc64": "openbsd-be",
	"solaris/amd64": "solaris", "illumos/amd64": "solaris",
}

// TestMatchesHeaders reads the golden vectors with the structs of each system.
func TestMatchesHeaders(t *testing.T) {
	ctest.EachHeaders(t, headerBuilds, func(t *testing.T, h *ctest.Headers, name string) {
		l := layouts.Of(t, name)
		compareAddr(t, l, h.Struct(t, "RawSockaddrInet4"), ctest.Unhex(t, inet4Vectors[name]), map[string]any{
			"Family": h.Int(t, "AF_INET"), "Port": "\x1f\x90", "Addr": "\xc0\x00\x02\x01",
		})
		compareAddr(t, l, h.Struct(t, "RawSockaddrInet6"), ctest.Unhex(t, inet6Vectors[name]), map[string]any{
			"Family": h.Int(t, "AF_INET6"), "Port": "\x1f\x90", "Flowinfo": "\x00\x01\x23\x45",
			"Addr": "\x20\x01\x0d\xb8" + zeros(11) + "\x01", "Scope_id": 7,
		})
		longest := strings.Repeat("p", l.PathSize-1)
		s := new(sockaddr.Storage)
		if err := l.PutUnix(s, longest); err != nil {
			t.Fatal(err)
		}
		compareAddr(t, l, h.Struct(t, "RawSockaddrUnix"), s.Bytes(), map[string]any{"Family": h.Int(t, "AF_UNIX"), "Path": longest + "\x00"})
	})
}

// compareAddr compares the bytes of an address with a struct that holds values, and its
// length where it has one.
func compareAddr(t *testing.T, l *sockaddr.Layout, s *ctest.Struct, addr []byte, want map[string]any) {
	t.Helper()
	if s.Size != len(addr) {
		t.Errorf("%s has %d bytes, want %d", s.Name, s.Size, len(addr))
		return
	}
	_, hasLen := s.Fields["Len"]
	if hasLen != l.HasLen {
		t.Errorf("%s has a length: %v", s.Name, hasLen)
	}
	if hasLen {
		want["Len"] = len(addr)
	}
	if err := s.Compare(addr, l.BigEndian, want); err != nil {
		t.Error(err)
	}
}
