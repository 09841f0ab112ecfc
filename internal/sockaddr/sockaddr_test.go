package sockaddr_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// The layouts of all systems, which are tested on any.
var layouts = ctest.Layouts[sockaddr.Layout]{
	"linux":      sockaddr.Linux(false),   // include/uapi/linux/{in,in6,un}.h
	"linux-be":   sockaddr.Linux(true),    // the same on s390x
	"freebsd":    sockaddr.BSD(28, false), // sys/netinet/in.h, sys/netinet6/in6.h, sys/sys/un.h
	"dragonfly":  sockaddr.BSD(28, false), // likewise
	"netbsd":     sockaddr.BSD(24, false), // likewise
	"netbsd-be":  sockaddr.BSD(24, true),
	"openbsd":    sockaddr.BSD(24, false), // likewise
	"openbsd-be": sockaddr.BSD(24, true),
	"darwin":     sockaddr.BSD(30, false), // bsd/netinet/in.h, bsd/netinet6/in6.h, bsd/sys/un.h
	"solaris":    sockaddr.Solaris(false), // illumos usr/src/uts/common/netinet/in.h, sys/un.h
	"solaris-be": sockaddr.Solaris(true),
	"windows":    sockaddr.Windows(), // ws2def.h, ws2ipdef.h, afunix.h
}

// storage holds an address as the kernel has left it.
func storage(addr []byte) *sockaddr.Storage {
	s := &sockaddr.Storage{Len: uint32(len(addr))}
	copy(s.Data[:], addr)
	return s
}

// dirty is a Storage that has been used: an encoder must not rely on zeros.
func dirty() *sockaddr.Storage {
	s := new(sockaddr.Storage)
	for i := range s.Data {
		s.Data[i] = 0xa5
	}
	s.Len = 0xa5
	return s
}

// 192.0.2.1 port 8080 (0x1f90).
var inet4Vectors = map[string]string{
	// struct sockaddr_in { sa_family_t; in_port_t; struct in_addr; char zero[8]; }
	"linux":      "0200 1f90 c0000201 0000000000000000",
	"linux-be":   "0002 1f90 c0000201 0000000000000000",
	"solaris":    "0200 1f90 c0000201 0000000000000000",
	"solaris-be": "0002 1f90 c0000201 0000000000000000",
	"windows":    "0200 1f90 c0000201 0000000000000000",
	// struct sockaddr_in { uint8_t len; sa_family_t; in_port_t; struct in_addr; char zero[8]; }
	"freebsd":    "1002 1f90 c0000201 0000000000000000",
	"dragonfly":  "1002 1f90 c0000201 0000000000000000",
	"netbsd":     "1002 1f90 c0000201 0000000000000000",
	"netbsd-be":  "1002 1f90 c0000201 0000000000000000",
	"openbsd":    "1002 1f90 c0000201 0000000000000000",
	"openbsd-be": "1002 1f90 c0000201 0000000000000000",
	"darwin":     "1002 1f90 c0000201 0000000000000000",
}

func TestInet4(t *testing.T) {
	ip, port := [4]byte{192, 0, 2, 1}, uint16(8080)
	for name, l := range layouts {
		t.Run(name, func(t *testing.T) {
			want := ctest.Unhex(t, inet4Vectors[name])
			s := dirty()
			l.PutInet4(s, ip, port)
			if !bytes.Equal(s.Bytes(), want) {
				t.Errorf("encoded %x, want %x", s.Bytes(), want)
			}
			gotIP, gotPort, ok := l.Inet4(storage(want))
			if !ok || gotIP != ip || gotPort != port {
				t.Errorf("decoded %v %d %v, want %v %d", gotIP, gotPort, ok, ip, port)
			}
		})
	}
}

// 2001:db8::1 port 8080, flow information 0x12345, scope id 7.
var inet6Vectors = map[string]string{
	// struct sockaddr_in6 { sa_family_t; in_port_t; uint32_t flowinfo (network order);
	// struct in6_addr; uint32_t scope_id (host order); }
	"linux":    "0a00 1f90 00012345 20010db8000000000000000000000001 07000000",
	"linux-be": "000a 1f90 00012345 20010db8000000000000000000000001 00000007",
	"windows":  "1700 1f90 00012345 20010db8000000000000000000000001 07000000",
	// and uint32_t __sin6_src_id
	"solaris":    "1a00 1f90 00012345 20010db8000000000000000000000001 07000000 00000000",
	"solaris-be": "001a 1f90 00012345 20010db8000000000000000000000001 00000007 00000000",
	// struct sockaddr_in6 { uint8_t len; sa_family_t; ... }
	"freebsd":    "1c1c 1f90 00012345 20010db8000000000000000000000001 07000000",
	"dragonfly":  "1c1c 1f90 00012345 20010db8000000000000000000000001 07000000",
	"netbsd":     "1c18 1f90 00012345 20010db8000000000000000000000001 07000000",
	"netbsd-be":  "1c18 1f90 00012345 20010db8000000000000000000000001 00000007",
	"openbsd":    "1c18 1f90 00012345 20010db8000000000000000000000001 07000000",
	"openbsd-be": "1c18 1f90 00012345 20010db8000000000000000000000001 00000007",
	"darwin":     "1c1e 1f90 00012345 20010db8000000000000000000000001 07000000",
}

func TestInet6(t *testing.T) {
	ip := [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1}
	const port, flow, scope = 8080, 0x12345, 7
	for name, l := range layouts {
		t.Run(name, func(t *testing.T) {
			want := ctest.Unhex(t, inet6Vectors[name])
			s := dirty()
			l.PutInet6(s, ip, port, flow, scope)
			if !bytes.Equal(s.Bytes(), want) {
				t.Errorf("encoded %x, want %x", s.Bytes(), want)
			}
			gotIP, gotPort, gotFlow, gotScope, ok := l.Inet6(storage(want))
			if !ok || gotIP != ip || gotPort != port || gotFlow != flow || gotScope != scope {
				t.Errorf("decoded %x %d %#x %d %v", gotIP, gotPort, gotFlow, gotScope, ok)
			}
		})
	}
}

// unixVectors are AF_UNIX names that encode to the bytes and decode from them: struct
// sockaddr_un { sa_family_t; char path[108]; }, on the BSDs { uint8_t len; sa_family_t;
// char path[104]; }.
var unixVectors = []struct {
	what, path string
	want       map[string]string // by system, "" any other
}{
	{"path", "/tmp/s", map[string]string{
		"": "0100 2f746d702f73 00", "linux-be": "0001 2f746d702f73 00", "solaris-be": "0001 2f746d702f73 00",
		"freebsd": "0901 2f746d702f73 00", "dragonfly": "0901 2f746d702f73 00",
		"netbsd": "0901 2f746d702f73 00", "netbsd-be": "0901 2f746d702f73 00",
		"openbsd": "0901 2f746d702f73 00", "openbsd-be": "0901 2f746d702f73 00",
		"darwin": "0901 2f746d702f73 00",
	}},
	{"odd bytes", "@\x80 \xff\n", map[string]string{"linux": "0100 408020ff0a 00", "darwin": "0801 408020ff0a 00"}},
	{"unnamed", "", map[string]string{ // unix(7): the length is sizeof(sa_family_t)
		"linux": "0100", "linux-be": "0001", "freebsd": "0301 00", "solaris": "0100 00", "windows": "0100 00",
	}},
	{"abstract", "\x00ab", map[string]string{"linux": "0100 006162", "linux-be": "0001 006162"}},
	{"abstract with NULs", "\x00\x00a\x00", map[string]string{"linux": "0100 00006100"}},
	{"abstract of one NUL", "\x00", map[string]string{"linux": "0100 00"}},
}

func TestUnix(t *testing.T) {
	for _, v := range unixVectors {
		for name, l := range layouts {
			text, ok := v.want[name]
			if !ok {
				if text, ok = v.want[""]; !ok {
					continue
				}
			}
			t.Run(v.what+"/"+name, func(t *testing.T) {
				want := ctest.Unhex(t, text)
				s := dirty()
				if err := l.PutUnix(s, v.path); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(s.Bytes(), want) {
					t.Errorf("encoded %x, want %x", s.Bytes(), want)
				}
				got, ok := l.Unix(storage(want))
				if !ok || string(got) != v.path {
					t.Errorf("decoded %q %v, want %q", got, ok, v.path)
				}
			})
		}
	}
}

// TestUnixLengths walks the border of what fits.
func TestUnixLengths(t *testing.T) {
	type test struct {
		what, path string
		want       error
	}
	for name, l := range layouts {
		size := l.PathSize
		tests := []test{
			{"longest path", strings.Repeat("p", size-1), nil},
			{"path without room for its NUL", strings.Repeat("p", size), sockaddr.ErrTooLong},
			{"path far too long", strings.Repeat("p", 1<<16), sockaddr.ErrTooLong},
			{"NUL inside", "a\x00b", sockaddr.ErrNUL},
			{"NUL at the end", "a\x00", sockaddr.ErrNUL},
			{"NUL inside a long path", strings.Repeat("p", size) + "\x00", sockaddr.ErrNUL},
			{"short abstract", "\x00a", sockaddr.ErrAbstract},
			{"abstract of one NUL", "\x00", sockaddr.ErrAbstract},
		}
		if l.Abstract {
			tests = append(tests[:len(tests)-2],
				test{"longest abstract", "\x00" + strings.Repeat("a", size-1), nil},
				test{"abstract too long", "\x00" + strings.Repeat("a", size), sockaddr.ErrTooLong})
		}
		for _, tt := range tests {
			t.Run(name+"/"+tt.what, func(t *testing.T) {
				s := new(sockaddr.Storage)
				err := l.PutUnix(s, tt.path)
				if !errors.Is(err, tt.want) {
					t.Fatalf("error %v, want %v", err, tt.want)
				}
				if err != nil {
					if *s != (sockaddr.Storage{}) {
						t.Errorf("a refused address left %x", s.Bytes())
					}
					return
				}
				if got, ok := l.Unix(s); !ok || string(got) != tt.path {
					t.Errorf("decoded %q %v", got, ok)
				}
			})
		}
	}
}

// TestUnixFromKernel decodes what kernels leave beside what the encoder makes.
func TestUnixFromKernel(t *testing.T) {
	p107, p108 := strings.Repeat("p", 107), strings.Repeat("p", 108)
	hex107, hex108 := hex.EncodeToString([]byte(p107)), hex.EncodeToString([]byte(p108))
	tests := []struct{ what, system, addr, want string }{
		{"no NUL in all of sun_path", "linux", "0100" + hex108, p108},  // unix(7), BUGS
		{"NUL beyond sun_path", "linux", "0100" + hex108 + "00", p108}, // the length is 111
		{"abstract in all of sun_path", "linux", "010000" + hex107, "\x00" + p107},
		{"autobind", "linux", "0100 00 3030303061", "\x00" + "0000a"}, // unix(7)
		{"no NUL", "freebsd", "0401 2f61", "/a"},                      // SUN_LEN does not count it
		{"padding", "netbsd", "6a01 2f61" + strings.Repeat("00", 102), "/a"},
		{"rubbish after the NUL", "darwin", "1001 2f61 00 62 6364 00", "/a"},
		{"sa_len that is wrong", "netbsd", "ff01 2f61 00", "/a"},                  // the length beside it counts
		{"unnamed with padding", "darwin", "1001" + strings.Repeat("00", 14), ""}, // getsockname
		{"unnamed without a path", "freebsd", "0201", ""},
		{"unnamed, big-endian", "solaris-be", "0001", ""},
		{"unnamed with all of sun_path", "windows", "0100" + strings.Repeat("00", 108), ""},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			got, ok := layouts.Of(t, tt.system).Unix(storage(ctest.Unhex(t, tt.addr)))
			if !ok || string(got) != tt.want {
				t.Errorf("decoded %q %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func zeros(n int) string { return strings.Repeat("\x00", n) }

// A struct sockaddr_dl behind its family: em0 and its address, interface 7.
const (
	dl       = "\x07\x00\x06\x03\x06\x00em0\x02\x00\x00\x00\x00\x01"
	dlDigits = " 0700 06 03 06 00 656d30 020000000001"
)

func TestRaw(t *testing.T) {
	tests := []struct {
		system string
		family int
		data   string
		want   string
	}{
		// struct sockaddr_nl of linux/netlink.h: pad, pid, groups
		{"linux", 16, "\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00", "1000 0000 07000000 01000000"},
		{"linux-be", 16, "\x00\x00\x00\x00\x00\x07\x00\x00\x00\x01", "0010 0000 00000007 00000001"},
		{"linux", 0, "", "0000"}, // AF_UNSPEC
		{"linux", 0xffff, "x", "ffff 78"},
		// struct sockaddr_ctl of xnu bsd/sys/kern_control.h: ss_sysaddr, sc_id, sc_unit, reserved
		{"darwin", 32, "\x02\x00\x01\x00\x00\x00\x03\x00\x00\x00" + zeros(20), "2020 0200 01000000 03000000 00*20"},
		// struct sockaddr_dl of net/if_dl.h: index, type, nlen, alen, slen, and so much data
		{"darwin", 18, dl + zeros(12-9), "1412" + dlDigits + " 00*3"},
		{"freebsd", 18, dl + zeros(46-9), "3612" + dlDigits + " 00*37"},
		{"dragonfly", 18, dl + zeros(12-9+34), "3612" + dlDigits + " 00*37"}, // and sdl_rcf, sdl_route
		{"netbsd", 18, dl + zeros(24-9), "2012" + dlDigits + " 00*15"},
		{"openbsd", 18, dl + zeros(24-9), "2012" + dlDigits + " 00*15"},
		{"freebsd", 255, "", "02ff"},
		{"windows", 32, "\x00\x00", "2000 0000"}, // SOCKADDR_BTH begins
		{"solaris-be", 258, "ab", "0102 6162"},
	}
	for _, tt := range tests {
		t.Run(tt.system, func(t *testing.T) {
			l, want := layouts.Of(t, tt.system), ctest.Unhex(t, tt.want)
			s := dirty()
			if err := l.PutRaw(s, tt.family, tt.data); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(s.Bytes(), want) {
				t.Errorf("encoded %x, want %x", s.Bytes(), want)
			}
			family, ok := l.Family(storage(want))
			if !ok || int(family) != tt.family {
				t.Errorf("decoded family %d %v, want %d", family, ok, tt.family)
			}
			if got := l.Raw(storage(want)); string(got) != tt.data {
				t.Errorf("decoded %q, want %q", got, tt.data)
			}
		})
	}
}

func TestRawErrors(t *testing.T) {
	full := strings.Repeat("d", sockaddr.Size-sockaddr.HeaderLen)
	tests := []struct {
		system string
		family int
		data   string
		want   error
	}{
		{"linux", -1, "", sockaddr.ErrFamily},
		{"linux", 0x10000, "", sockaddr.ErrFamily},
		{"freebsd", 0x100, "", sockaddr.ErrFamily}, // sa_family has one byte
		{"darwin", -1, "", sockaddr.ErrFamily},
		{"linux", 1, full, nil},
		{"linux", 1, full + "d", sockaddr.ErrTooLong},
		{"darwin", 1, full, nil},
		{"darwin", 1, full + "d", sockaddr.ErrTooLong},
	}
	for _, tt := range tests {
		s := new(sockaddr.Storage)
		if err := layouts.Of(t, tt.system).PutRaw(s, tt.family, tt.data); !errors.Is(err, tt.want) {
			t.Errorf("%s: family %d, %d bytes: error %v, want %v", tt.system, tt.family, len(tt.data), err, tt.want)
		} else if err != nil && *s != (sockaddr.Storage{}) {
			t.Errorf("%s: a refused address left %x", tt.system, s.Bytes())
		}
	}
}

// TestKernelLengths gives the decoders lengths that a kernel can report: none, too
// short for the family, and longer than the room there was.
func TestKernelLengths(t *testing.T) {
	for name, l := range layouts {
		t.Run(name, func(t *testing.T) {
			in4, in6, un := new(sockaddr.Storage), new(sockaddr.Storage), new(sockaddr.Storage)
			l.PutInet4(in4, [4]byte{1, 2, 3, 4}, 5)
			l.PutInet6(in6, [16]byte{1}, 2, 3, 4)
			if err := l.PutUnix(un, "/s"); err != nil {
				t.Fatal(err)
			}
			for n := range uint32(300) {
				in4.Len, in6.Len, un.Len = n, n, n
				if _, ok := l.Family(in4); ok != (n >= 2) {
					t.Errorf("length %d: a family %v", n, ok)
				}
				if _, _, ok := l.Inet4(in4); ok != (n >= 16) {
					t.Errorf("length %d: an inet4 address %v", n, ok)
				}
				// Solaris reports 32, but all that matters is in the first 28.
				if _, _, _, _, ok := l.Inet6(in6); ok != (n >= 28) {
					t.Errorf("length %d: an inet6 address %v", n, ok)
				}
				if path, ok := l.Unix(un); ok != (n >= 2) || len(path) > 2 || n >= 4 && string(path) != "/s" {
					t.Errorf("length %d: path %q %v", n, path, ok)
				}
				if got, want := len(l.Raw(in4)), max(0, min(int(n), sockaddr.Size)-2); got != want {
					t.Errorf("length %d: %d raw bytes, want %d", n, got, want)
				}
			}
			for _, s := range []*sockaddr.Storage{in4, in6, un} {
				s.Len = 1<<32 - 1
				if len(s.Bytes()) != sockaddr.Size {
					t.Errorf("%d bytes of a huge length", len(s.Bytes()))
				}
			}
		})
	}
}

// TestOtherFamily has each decoder refuse the addresses of the others.
func TestOtherFamily(t *testing.T) {
	for name, l := range layouts {
		in4, in6, un, other := new(sockaddr.Storage), new(sockaddr.Storage), new(sockaddr.Storage), new(sockaddr.Storage)
		l.PutInet4(in4, [4]byte{}, 0)
		l.PutInet6(in6, [16]byte{}, 0, 0, 0)
		if err := errors.Join(l.PutUnix(un, ""), l.PutRaw(other, 99, strings.Repeat("\x00", 60))); err != nil {
			t.Fatal(err)
		}
		for i, s := range []*sockaddr.Storage{in4, in6, un, other} {
			_, _, is4 := l.Inet4(s)
			_, _, _, _, is6 := l.Inet6(s)
			_, isUnix := l.Unix(s)
			if is4 != (i == 0) || is6 != (i == 1) || isUnix != (i == 2) {
				t.Errorf("%s: address %x is inet4 %v, inet6 %v, unix %v", name, s.Bytes(), is4, is6, isUnix)
			}
		}
	}
}

// TestReset has the whole room offered to the kernel.
func TestReset(t *testing.T) {
	var s sockaddr.Storage
	if len(s.Bytes()) != 0 {
		t.Errorf("the zero Storage has %d bytes", len(s.Bytes()))
	}
	s.Reset()
	if s.Len != sockaddr.Size || len(s.Bytes()) != sockaddr.Size {
		t.Errorf("Reset offers %d bytes, want %d", s.Len, sockaddr.Size)
	}
}

// TestNoAllocs pins that the codec allocates nothing.
func TestNoAllocs(t *testing.T) {
	l := &sockaddr.Native
	var s sockaddr.Storage
	n := testing.AllocsPerRun(100, func() {
		l.PutInet4(&s, [4]byte{1, 2, 3, 4}, 5)
		l.Inet4(&s)
		l.PutInet6(&s, [16]byte{1}, 2, 3, 4)
		l.Inet6(&s)
		_ = l.PutUnix(&s, "/tmp/s")
		l.Unix(&s)
		_ = l.PutRaw(&s, 99, "data")
		l.Raw(&s)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
