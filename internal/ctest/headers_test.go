package ctest_test

import (
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
)

// TestHeaders has a struct that differs between machines in its padding and byte order, and
// what is not there.
func TestHeaders(t *testing.T) {
	want := map[string]struct {
		len   ctest.Field
		big   bool
		bytes string
	}{
		"amd64": {ctest.Field{8, 8}, false, "________\x02\x01\x00\x00\x00\x00\x00\x00"},
		"386":   {ctest.Field{4, 4}, false, "____\x02\x01\x00\x00"},
		"mips":  {ctest.Field{4, 4}, true, "____\x00\x00\x01\x02"},
	}
	ctest.EachHeaders(t, map[string]string{"linux/amd64": "amd64", "linux/386": "386", "linux/mips": "mips"}, func(t *testing.T, h *ctest.Headers, name string) {
		want := want[name]
		s := h.Struct(t, "Iovec")
		if s.Fields["Len"] != want.len || s.Size != len(want.bytes) {
			t.Errorf("%+v", s)
		}
		values := map[string]any{"Len": 0x102, "Base": "____"}
		b := []byte(strings.Repeat("_", s.Size))
		if err := s.Put(b, want.big, values); err != nil || string(b) != want.bytes {
			t.Errorf("%q, want %q, error %v", b, want.bytes, err)
		}
		if err := s.Compare(b, want.big, values); err != nil {
			t.Error(err)
		}
		b[want.len.Offset]++
		for _, err := range []error{
			s.Compare(b, want.big, values),
			s.Compare(b[1:], want.big, nil),
			s.Put(b, want.big, map[string]any{"nosuch": 1}),
		} {
			if err == nil {
				t.Error("no error")
			}
		}
		if h.Int(t, "AF_INET6") != 10 || !h.Has("Iovec") || h.Has("nosuch") {
			t.Errorf("AF_INET6 is %d, Iovec is there: %v, nosuch: %v", h.Int(t, "AF_INET6"), h.Has("Iovec"), h.Has("nosuch"))
		}
		for _, name := range []string{"AF_INET", "nosuch"} {
			if !fails(t, func(t testing.TB) { h.Struct(t, name) }) {
				t.Errorf("%s is a struct", name)
			}
		}
		if !fails(t, func(t testing.TB) { h.Int(t, "Iovec") }) {
			t.Error("Iovec is a constant")
		}
	})
}
