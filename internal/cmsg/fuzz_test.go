package cmsg_test

import (
	"bytes"
	"testing"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/ctest"
)

// FuzzNext walks over arbitrary bytes by every layout. No step may panic, leave the
// buffer, go on for ever or find more data than there is; and what it finds must be the
// same after it was encoded again.
func FuzzNext(f *testing.F) {
	for name := range layouts {
		b := ctest.Unhex(f, messageVectors[name])
		f.Add(b)
		f.Add(b[:len(b)-9])
		b[0], b[1] = 0xff, 0xff
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, l := range layouts {
			before := bytes.Clone(b)
			found, err := walk(l, b)
			if !bytes.Equal(b, before) {
				t.Fatalf("%s: reading changed the buffer", name)
			}
			total := 0
			for _, m := range found {
				total += len(m.Data)
			}
			if total > len(b) {
				t.Fatalf("%s: %d bytes of data in %d", name, total, len(b))
			}
			if err == nil {
				checkAgain(t, name, l, found)
			}
		}
	})
}

func checkAgain(t *testing.T, name string, l cmsg.Layout, found []cmsg.Message) {
	t.Helper()
	var b []byte
	for _, m := range found {
		b = l.Append(b, m)
	}
	again, err := walk(l, b)
	if err != nil || len(again) != len(found) {
		t.Fatalf("%s: %v became %v, error %v", name, found, again, err)
	}
	for i, m := range again {
		if m.Level != found[i].Level || m.Type != found[i].Type || !bytes.Equal(m.Data, found[i].Data) {
			t.Fatalf("%s: %v became %v", name, found[i], m)
		}
	}
}

// FuzzData decodes arbitrary bytes as the data of every message. No decoder may panic or
// make more groups than fit in its input.
func FuzzData(f *testing.F) {
	for _, n := range []int{0, 1, 4, 8, 12, 16, 20, 24, 28, 84} {
		f.Add(make([]byte, n))
		f.Add(bytes.Repeat([]byte{0xff}, n))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, l := range layouts {
			for _, decode := range []func([]byte) (cmsg.Cred, bool){l.Cred, l.Cred2} {
				if c, _ := decode(b); 4*len(c.Groups) > len(b) {
					t.Fatalf("%s: %d groups in %d bytes", name, len(c.Groups), len(b))
				}
			}
			if _, iface, _ := l.RecvIf(b); len(iface) > len(b) {
				t.Fatalf("%s: name %q in %d bytes", name, iface, len(b))
			}
			if p, ok := l.PktInfo4(b); ok && !bytes.Equal(l.AppendPktInfo4(nil, p), b) {
				t.Fatalf("%s: in_pktinfo %x became %v", name, b, p)
			}
			if addr, index, ok := l.PktInfo6(b); ok && !bytes.Equal(l.AppendPktInfo6(nil, addr, index), b) {
				t.Fatalf("%s: in6_pktinfo %x became %x %d", name, b, addr, index)
			}
			l.Int(b)
			l.Time(b, 1)
			if _, nsec, ok := l.Bintime(b); ok && (nsec < 0 || nsec >= 1e9) {
				t.Fatalf("%s: bintime %x has %d ns", name, b, nsec)
			}
		}
	})
}
