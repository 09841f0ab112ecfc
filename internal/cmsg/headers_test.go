package cmsg_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/ctest"
)

// headerBuilds are builds of Go, and the systems whose golden vectors theirs are.
var headerBuilds = map[string]string{
	"linux/amd64": "linux64", "linux/s390x": "linux64-be", "linux/386": "linux32", "linux/mips": "linux32-be",
	"darwin/arm64":  "darwin",
	"freebsd/amd64": "freebsd64", "freebsd/386": "freebsd32", "freebsd/arm": "freebsd32",
	"dragonfly/amd64": "dragonfly",
	"netbsd/amd64":    "netbsd64", "netbsd/386": "netbsd32", "netbsd/arm": "netbsd-arm", "netbsd/arm64": "netbsd-arm64",
	"openbsd/amd64": "openbsd64", "openbsd/386": "openbsd32", "openbsd/arm": "openbsd-arm",
	"solaris/amd64": "solaris",
}

// TestMatchesHeaders reads the golden vectors with the structs of each system, and decodes
// what is written with them. They tell all but the alignment.
func TestMatchesHeaders(t *testing.T) {
	known := slices.Collect(maps.Values(headerBuilds))
	for name := range layouts {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "windows") {
			t.Errorf("%s has no build", name)
		}
	}
	ctest.EachHeaders(t, headerBuilds, func(t *testing.T, h *ctest.Headers, name string) {
		l := layouts.Of(t, name)
		matchMessages(t, l, h, ctest.Unhex(t, messageVectors[name]))
		matchTimes(t, l, h)
		if h.Has("IP_RECVIF") && name != "solaris" { // there it is a bare index
			matchLink(t, l, h)
		}
	})
}

// matchMessages reads what the layout encodes.
func matchMessages(t *testing.T, l *cmsg.Layout, h *ctest.Headers, messages []byte) {
	compare := func(s *ctest.Struct, b []byte, want map[string]any) {
		t.Helper()
		if err := s.Compare(b[:min(s.Size, len(b))], l.BigEndian, want); err != nil {
			t.Error(err)
		}
	}
	header := h.Struct(t, "Cmsghdr")
	compare(header, messages, map[string]any{"Len": l.Len(3), "Level": 0x01020304, "Type": 5})
	if header.Size > l.Len(0) || header.Fields["Len"].Size != l.LenSize {
		t.Errorf("Cmsghdr: %+v", header)
	}
	compare(h.Struct(t, "Inet6Pktinfo"), l.AppendPktInfo6(nil, pktInfo6, 7), map[string]any{"Addr": string(pktInfo6[:]), "Ifindex": 7})
	if h.Has("Inet4Pktinfo") {
		compare(h.Struct(t, "Inet4Pktinfo"), l.AppendPktInfo4(nil, pktInfo4),
			map[string]any{"Ifindex": 7, "Spec_dst": string(pktInfo4.SpecDst[:]), "Addr": string(pktInfo4.Addr[:])})
	}
}

// matchTimes decodes the structs of times.
func matchTimes(t *testing.T, l *cmsg.Layout, h *ctest.Headers) {
	for _, v := range []struct {
		name, fraction string
		unit           time.Duration
	}{
		{"Timeval", "Usec", time.Microsecond},
		{"Timespec", "Nsec", time.Nanosecond},
	} {
		b := put(t, l, h.Struct(t, v.name), map[string]any{"Sec": 1700000000, v.fraction: 123456})
		if sec, nsec, ok := l.Time(b, v.unit); !ok || sec != 1700000000 || nsec != 123456*int64(v.unit) {
			t.Errorf("%s %x: %d s %d ns, %v", v.name, b, sec, nsec, ok)
		}
	}
}

// matchLink decodes the struct of an interface.
func matchLink(t *testing.T, l *cmsg.Layout, h *ctest.Headers) {
	b := put(t, l, h.Struct(t, "RawSockaddrDatalink"), map[string]any{"Index": 7, "Type": 6, "Nlen": 3, "Data": "em0address"})
	if index, name, ok := l.RecvIf(b); !ok || index != 7 || name != "em0" {
		t.Errorf("RawSockaddrDatalink %x: %d %q, %v", b, index, name, ok)
	}
}

// put returns the bytes of a struct that holds values.
func put(t *testing.T, l *cmsg.Layout, s *ctest.Struct, values map[string]any) []byte {
	t.Helper()
	b := make([]byte, s.Size)
	if err := s.Put(b, l.BigEndian, values); err != nil {
		t.Fatal(err)
	}
	return b
}
