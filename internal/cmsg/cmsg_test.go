package cmsg_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/ctest"
)

// The layouts of all systems, which are tested on any.
var layouts = ctest.Layouts[cmsg.Layout]{
	"linux64":      cmsg.Linux(8, false), // include/linux/socket.h
	"linux64-be":   cmsg.Linux(8, true),
	"linux32":      cmsg.Linux(4, false),
	"linux32-be":   cmsg.Linux(4, true),
	"freebsd64":    cmsg.BSD(8, cmsg.Cmsgcred),  // sys/sys/socket.h, sys/{amd64,arm64,riscv}/include/_align.h
	"freebsd32":    cmsg.BSD(4, cmsg.Cmsgcred),  // sys/{i386,arm}/include/_align.h
	"dragonfly":    cmsg.BSD(8, cmsg.Cmsgcred),  // sys/sys/socket.h, sys/cpu/x86_64/include/param.h
	"openbsd64":    cmsg.BSD(8, cmsg.NoCreds),   // sys/sys/socket.h, sys/arch/{amd64,arm64}/include/_types.h
	"openbsd32":    cmsg.BSD(4, cmsg.NoCreds),   // sys/arch/i386/include/_types.h
	"openbsd-arm":  cmsg.BSD(8, cmsg.NoCreds),   // sys/arch/arm/include/_types.h
	"netbsd64":     cmsg.BSD(8, cmsg.Sockcred),  // sys/sys/socket.h, sys/arch/amd64/include/cdefs.h
	"netbsd32":     cmsg.BSD(4, cmsg.Sockcred),  // sys/arch/i386/include/cdefs.h
	"netbsd-arm":   cmsg.BSD(8, cmsg.Sockcred),  // sys/arch/arm/include/cdefs.h
	"netbsd-arm64": cmsg.BSD(16, cmsg.Sockcred), // sys/arch/aarch64/include/cdefs.h
	"darwin":       cmsg.Darwin(),               // xnu bsd/sys/socket.h, __DARWIN_ALIGN32
	"solaris":      cmsg.Solaris(),              // illumos usr/src/uts/common/sys/socket.h
	"windows64":    cmsg.Windows(8),             // ws2def.h
	"windows32":    cmsg.Windows(4),
}

var (
	first    = cmsg.Message{Level: 0x01020304, Type: 5, Data: []byte("abc")}
	second   = cmsg.Message{Level: 6, Type: -1, Data: []byte("12345678")}
	pktInfo4 = cmsg.PktInfo4{IfIndex: 7, SpecDst: [4]byte{192, 0, 2, 2}, Addr: [4]byte{192, 0, 2, 1}}
	pktInfo6 = [16]byte{0x20, 15: 1}
)

// first, and second behind it.
var messageVectors = map[string]string{
	// struct cmsghdr { size_t len; int level; int type; }, data and lengths aligned to 8
	"linux64":    "1300000000000000 04030201 05000000 6162630000000000 1800000000000000 06000000 ffffffff 3132333435363738",
	"linux64-be": "0000000000000013 01020304 00000005 6162630000000000 0000000000000018 00000006 ffffffff 3132333435363738",
	"windows64":  "1300000000000000 04030201 05000000 6162630000000000 1800000000000000 06000000 ffffffff 3132333435363738",
	// the same with words of 4 bytes; and struct cmsghdr { socklen_t len; int level; int type; }
	"linux32":    "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"linux32-be": "0000000f 01020304 00000005 61626300 00000014 00000006 ffffffff 3132333435363738",
	"windows32":  "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"freebsd32":  "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"openbsd32":  "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"netbsd32":   "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"darwin":     "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	"solaris":    "0f000000 04030201 05000000 61626300 14000000 06000000 ffffffff 3132333435363738",
	// a socklen_t, and the data aligned to 8
	"freebsd64":   "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	"dragonfly":   "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	"openbsd64":   "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	"openbsd-arm": "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	"netbsd64":    "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	"netbsd-arm":  "13000000 04030201 05000000 00000000 6162630000000000 18000000 06000000 ffffffff 00000000 3132333435363738",
	// and to 16
	"netbsd-arm64": "13000000 04030201 05000000 00000000 61626300000000000000000000000000" +
		"18000000 06000000 ffffffff 00000000 31323334353637380000000000000000",
}

func TestMessages(t *testing.T) {
	for name, l := range layouts {
		t.Run(name, func(t *testing.T) {
			want := ctest.Unhex(t, messageVectors[name])
			if n := l.Space(len(first.Data)) + l.Space(len(second.Data)); n != len(want) {
				t.Errorf("Space says %d, want %d", n, len(want))
			}
			dirty := bytes.Repeat([]byte{0xa5}, 200) // an encoder must not rely on zeros
			for _, b := range [][]byte{nil, dirty[:0]} {
				if got := l.Append(l.Append(b, first), second); !bytes.Equal(got, want) {
					t.Errorf("encoded\n%x, want\n%x", got, want)
				}
			}
			got, err := walk(l, want)
			if err != nil || !reflect.DeepEqual(got, []cmsg.Message{first, second}) {
				t.Errorf("decoded %v, error %v", got, err)
			}
			// The padding behind the last message may be missing.
			if got, err = walk(l, want[:len(want)-l.Space(8)+l.Len(8)]); err != nil || len(got) != 2 {
				t.Errorf("without padding: %v, error %v", got, err)
			}
		})
	}
}

// walk reads all messages, at most one for each byte.
func walk(l cmsg.Layout, b []byte) (all []cmsg.Message, err error) {
	for len(b) > 0 {
		m, rest, ok, err := l.Next(b)
		if ok {
			all = append(all, m)
		}
		if err != nil {
			return all, err
		}
		if len(rest) >= len(b) {
			return all, errors.New("the rest did not become shorter")
		}
		b = rest
	}
	return all, nil
}

func TestEmptyData(t *testing.T) {
	for name, l := range layouts {
		b := l.Append(nil, cmsg.Message{Level: 1, Type: 2})
		if len(b) != l.Space(0) || l.Space(0) != l.Len(0) {
			t.Errorf("%s: %d bytes, Space %d, Len %d", name, len(b), l.Space(0), l.Len(0))
		}
		if got, err := walk(l, b); err != nil || len(got) != 1 || len(got[0].Data) != 0 {
			t.Errorf("%s: decoded %v, error %v", name, got, err)
		}
	}
}

// TestMalformed proves that no length leads outside of the buffer or round in a circle.
func TestMalformed(t *testing.T) {
	for name, l := range layouts {
		whole := l.Append(l.Append(nil, first), second)
		for _, test := range []struct {
			name string
			size int // of the first message
			cut  int // the buffer's length
			want error
			data int // of the message that is read all the same, -1 for none
		}{
			{"length 0", 0, len(whole), cmsg.ErrMalformed, -1},
			{"length 1", 1, len(whole), cmsg.ErrMalformed, -1},
			{"header cut by one", l.Len(0) - 1, len(whole), cmsg.ErrMalformed, -1},
			{"one byte too long", len(whole) + 1, len(whole), cmsg.ErrCut, len(whole) - l.Len(0)},
			{"largest length", -1, len(whole), cmsg.ErrCut, len(whole) - l.Len(0)},
			{"data cut", l.Len(3), l.Len(2), cmsg.ErrCut, 2},
			{"data cut off", l.Len(3), l.Len(0), cmsg.ErrCut, 0},
			{"header alone, unpadded", l.Len(3), l.LenSize + 8, cmsg.ErrCut, 0},
			{"less than a header", l.Len(3), l.LenSize + 7, nil, -1},
			{"nothing", l.Len(3), 0, nil, -1},
		} {
			b := bytes.Clone(whole)
			for i := range l.LenSize {
				at := i
				if l.BigEndian {
					at = l.LenSize - 1 - i
				}
				b[at] = byte(test.size >> (8 * i)) // -1 is all ones
			}
			m, rest, ok, err := l.Next(b[:test.cut])
			if !errors.Is(err, test.want) || err == nil != (test.want == nil) || ok != (test.data >= 0) || rest != nil {
				t.Errorf("%s, %s: %v, rest %x, %v, error %v", name, test.name, m, rest, ok, err)
			}
			if ok && len(m.Data) != test.data {
				t.Errorf("%s, %s: %d bytes of data, want %d", name, test.name, len(m.Data), test.data)
			}
		}
	}
}

// TestFit proves that what fits is kept, and that all that does not is dropped once.
func TestFit(t *testing.T) {
	all := []cmsg.Message{
		{Level: 1, Type: 2, Data: []byte("aaaabbbbcccc")},
		{Level: 3, Type: 4, Data: []byte("d")},
		{Level: 5, Type: 6, Data: []byte("eeeeffff")},
	}
	for name, l := range layouts {
		var src []byte
		for _, m := range all {
			src = l.Append(src, m)
		}
		for room := range len(src) + 1 {
			dst := bytes.Repeat([]byte{0xa5}, room+1)
			n, left, rest, cut := l.Fit(dst[:room:room], src)
			kept, err := walk(l, dst[:n])
			after, _ := walk(l, rest)
			data, dropped := "", string(left.Data)
			for _, m := range after {
				dropped += string(m.Data)
			}
			for i, m := range kept {
				data += string(m.Data)
				if m.Level != all[i].Level || m.Type != all[i].Type || !bytes.HasPrefix(all[i].Data, m.Data) || len(m.Data)%4 != 0 && i != 1 {
					t.Fatalf("%s, room %d: %v", name, room, kept)
				}
			}
			if err != nil || data+dropped != "aaaabbbbccccdeeeeffff" || n > room || dst[room] != 0xa5 {
				t.Fatalf("%s, room %d: kept %q in %d, dropped %q, error %v", name, room, data, n, dropped, err)
			}
			// Padding behind the last message may be missing.
			if whole := room >= len(src)-l.Space(8)+l.Len(8); cut == whole {
				t.Errorf("%s, room %d: cut %v", name, room, cut)
			}
		}
		n, left, rest, cut := l.Fit(make([]byte, 100), src[:l.Len(5)])
		if n != l.Space(5) || len(left.Data) != 0 || rest != nil || !cut {
			t.Errorf("%s: a message that is cut already: %d, left %v, rest %x, %v", name, n, left, rest, cut)
		}
	}
}

func TestPktInfo(t *testing.T) {
	for _, v := range []struct {
		names string
		want  string
	}{
		// struct in_pktinfo { int ifindex; struct in_addr spec_dst, addr; }
		{"linux64 linux32 darwin solaris", "07000000 c0000202 c0000201"},
		{"linux64-be linux32-be", "00000007 c0000202 c0000201"},
		// struct in_pktinfo { struct in_addr addr; unsigned int ifindex; }
		{"netbsd64 netbsd32 netbsd-arm netbsd-arm64 windows64 windows32", "c0000201 07000000"},
	} {
		for name := range strings.FieldsSeq(v.names) {
			l, want := layouts.Of(t, name), ctest.Unhex(t, v.want)
			if got := l.AppendPktInfo4(nil, pktInfo4); !bytes.Equal(got, want) {
				t.Errorf("%s: encoded %x, want %x", name, got, want)
			}
			wantInfo := pktInfo4
			if !l.SpecDst {
				wantInfo.SpecDst = [4]byte{}
			}
			if got, ok := l.PktInfo4(want); !ok || got != wantInfo {
				t.Errorf("%s: decoded %v, %v", name, got, ok)
			}
		}
	}
	for name, l := range layouts {
		want := "20000000000000000000000000000001 07000000"
		if l.BigEndian {
			want = "20000000000000000000000000000001 00000007"
		}
		got := l.AppendPktInfo6(nil, pktInfo6, 7)
		if !bytes.Equal(got, ctest.Unhex(t, want)) {
			t.Errorf("%s: in6_pktinfo %x, want %s", name, got, want)
		}
		if addr, index, ok := l.PktInfo6(got); !ok || addr != pktInfo6 || index != 7 {
			t.Errorf("%s: decoded %x %d %v", name, addr, index, ok)
		}
	}
}

func TestCred(t *testing.T) {
	zeros := func(n int) string { return strings.Repeat("00", n) }
	for _, v := range []struct {
		name, layout, data string
		second             bool // SCM_CREDS2
		want               *cmsg.Cred
	}{
		// struct ucred { pid_t pid; uid_t uid; gid_t gid; }
		{"ucred", "linux64", "d2040000 05000000 06000000", false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 5, GID: 6, EGID: 6}},
		{"ucred", "linux32-be", "000004d2 00000005 ffffffff", false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 5, GID: 1<<32 - 1, EGID: 1<<32 - 1}},
		{"ucred too short", "linux64", zeros(11), false, nil},
		{"ucred too long", "linux64", zeros(13), false, nil},
		// struct cmsgcred { pid_t pid; uid_t uid, euid; gid_t gid; short ngroups; gid_t groups[16]; }
		{"cmsgcred", "freebsd64", "d2040000 05000000 06000000 07000000 0200 0000 08000000 09000000" + zeros(56), false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 6, GID: 7, EGID: 8, Groups: []uint32{8, 9}}},
		{"cmsgcred", "dragonfly", "d2040000 05000000 06000000 07000000 1000 0000" + strings.Repeat("08000000", 16), false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 6, GID: 7, EGID: 8, Groups: slices.Repeat([]uint32{8}, 16)}},
		{"cmsgcred without groups", "freebsd32", "d2040000 05000000 06000000 07000000" + zeros(68), false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 6, GID: 7, EGID: 7}},
		{"cmsgcred with more groups than fit", "freebsd32", zeros(16) + "1100" + zeros(66), false, &cmsg.Cred{}},
		{"cmsgcred too short", "freebsd64", zeros(83), false, nil},
		// struct sockcred { pid_t pid; uid_t uid, euid; gid_t gid, egid; int ngroups; gid_t groups[1]; }
		{"sockcred", "netbsd64", "d2040000 05000000 06000000 07000000 08000000 02000000 09000000 0a000000", false,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 6, GID: 7, EGID: 8, Groups: []uint32{9, 10}}},
		{"sockcred without groups", "netbsd64", zeros(28), false, &cmsg.Cred{Groups: []uint32{}}},
		{"sockcred, group missing", "netbsd64", zeros(20) + "02000000 00000000", false, nil},
		{"sockcred, billions of groups", "netbsd64", zeros(20) + "ffffffff 00000000", false, nil},
		{"sockcred too short", "netbsd64", zeros(23), false, nil},
		// struct sockcred2 { int version; ... }
		{"sockcred2", "freebsd64", "00000000 d2040000 05000000 06000000 07000000 08000000 01000000 09000000", true,
			&cmsg.Cred{PID: 1234, UID: 5, EUID: 6, GID: 7, EGID: 8, Groups: []uint32{9}}},
		{"sockcred2 of another version", "freebsd64", "01000000" + zeros(28), true, nil},
		{"sockcred2 too short", "freebsd64", zeros(27), true, nil},
		{"none", "openbsd64", zeros(84), false, nil},
		{"ucred_t, which is opaque", "solaris", zeros(84), false, nil},
		{"none but in the headers", "darwin", zeros(84), false, nil},
	} {
		decode := layouts.Of(t, v.layout).Cred
		if v.second {
			decode = layouts.Of(t, v.layout).Cred2
		}
		got, ok := decode(ctest.Unhex(t, v.data))
		if ok != (v.want != nil) || ok && !reflect.DeepEqual(got, *v.want) {
			t.Errorf("%s: %+v, %v, want %+v", v.name, got, ok, v.want)
		}
	}
	if got := layouts.Of(t, "linux64").AppendUcred(nil, 1234, 5, 6); !bytes.Equal(got, ctest.Unhex(t, "d2040000 05000000 06000000")) {
		t.Errorf("encoded %x", got)
	}
	if _, ok := layouts.Of(t, "freebsd64").Cred(cmsg.EmptyCmsgcred()); !ok {
		t.Error("the empty cmsgcred is not one")
	}
}

func TestTime(t *testing.T) {
	for _, v := range []struct {
		layout, data string
		unit         time.Duration
		sec, nsec    int64
	}{
		{"linux64", "00f15365 00000000 40e20100 00000000", time.Microsecond, 1700000000, 123456000},
		{"linux64-be", "00000000 6553f100 00000000 0001e240", time.Microsecond, 1700000000, 123456000},
		{"linux32", "00f15365 40e20100", time.Microsecond, 1700000000, 123456000},
		{"linux32-be", "6553f100 075bcd15", time.Nanosecond, 1700000000, 123456789},
		{"linux32", "00f15365 00000000 15cd5b07 00000000", time.Nanosecond, 1700000000, 123456789}, // SO_TIMESTAMPNS_NEW
		// struct timeval { time_t sec; suseconds_t usec; }: SCM_TIMESTAMP
		{"freebsd64", "00f15365 00000000 40e20100 00000000", time.Microsecond, 1700000000, 123456000},
		{"freebsd32", "00f15365 40e20100", time.Microsecond, 1700000000, 123456000},                   // 386: time_t has 4 bytes
		{"freebsd32", "00f15365 00000000 40e20100 a5a5a5a5", time.Microsecond, 1700000000, 123456000}, // arm: padding behind a long
		{"dragonfly", "00f15365 00000000 40e20100 00000000", time.Microsecond, 1700000000, 123456000},
		{"openbsd64", "00f15365 00000000 40e20100 00000000", time.Microsecond, 1700000000, 123456000},
		{"openbsd32", "00f15365 00000000 40e20100", time.Microsecond, 1700000000, 123456000},
		{"netbsd64", "00f15365 00000000 40e20100 a5a5a5a5", time.Microsecond, 1700000000, 123456000}, // padding behind an int
		{"netbsd32", "00f15365 00000000 40e20100", time.Microsecond, 1700000000, 123456000},
		{"darwin", "00f15365 00000000 40e20100 a5a5a5a5", time.Microsecond, 1700000000, 123456000}, // padding behind an int
		{"solaris", "00f15365 00000000 40e20100 00000000", time.Microsecond, 1700000000, 123456000},
		// struct timespec: SCM_REALTIME, SCM_MONOTONIC
		{"freebsd64", "00f15365 00000000 15cd5b07 00000000", time.Nanosecond, 1700000000, 123456789},
		{"freebsd32", "00f15365 15cd5b07", time.Nanosecond, 1700000000, 123456789},
		{"netbsd32", "ffffffff ffffffff 15cd5b07", time.Nanosecond, -1, 123456789},
		{"linux32", "ffffffff 00000000", time.Nanosecond, -1, 0},
	} {
		sec, nsec, ok := layouts.Of(t, v.layout).Time(ctest.Unhex(t, v.data), v.unit)
		if !ok || sec != v.sec || nsec != v.nsec {
			t.Errorf("%s %s: %d %d %v, want %d %d", v.layout, v.data, sec, nsec, ok, v.sec, v.nsec)
		}
	}
	for _, n := range []int{0, 4, 7, 9, 15, 17} {
		if _, _, ok := layouts.Of(t, "linux64").Time(make([]byte, n), 1); ok {
			t.Errorf("%d bytes are a time", n)
		}
	}
	// struct bintime { time_t sec; uint64_t frac; }
	for _, v := range []string{"00f15365 00000000 0000000000000080", "00f15365 0000000000000080"} {
		sec, nsec, ok := layouts.Of(t, "freebsd64").Bintime(ctest.Unhex(t, v))
		if !ok || sec != 1700000000 || nsec != 500000000 {
			t.Errorf("bintime %s: %d %d %v", v, sec, nsec, ok)
		}
	}
	if _, _, ok := layouts.Of(t, "freebsd64").Bintime(make([]byte, 8)); ok {
		t.Error("8 bytes are a bintime")
	}
}

func TestSmallData(t *testing.T) {
	if got := layouts.Of(t, "freebsd64").Small(nil, 64); !bytes.Equal(got, []byte{64}) {
		t.Errorf("IP_TTL of FreeBSD is %x", got)
	}
	if got := layouts.Of(t, "linux64-be").Small(nil, 64); !bytes.Equal(got, []byte{0, 0, 0, 64}) {
		t.Errorf("IP_TTL of Linux is %x", got)
	}
	for data, want := range map[string]int{"40": 64, "40000000": 64, "ffffffff": -1} {
		if got, ok := layouts.Of(t, "linux64").Int(ctest.Unhex(t, data)); !ok || got != want {
			t.Errorf("%s is %d, %v", data, got, ok)
		}
	}
	if _, ok := layouts.Of(t, "linux64").Int(make([]byte, 2)); ok {
		t.Error("2 bytes are an int")
	}
	// struct sockaddr_dl { u_char len, family; u_short index; u_char type, nlen, alen, slen; char data[]; }
	for _, v := range []struct {
		layout, data, name string
		index              uint32
	}{
		{"freebsd64", "36 12 0100 06 03 00 00 656d30 0000", "em0", 1},
		{"freebsd64", "08 12 0200 06 ff 00 00 656d", "em", 2},                 // a name longer than the data
		{"dragonfly", "36 12 0100 06 03 06 00 656d30 020000000001", "em0", 1}, // and more
		{"openbsd64", "20 12 0100 06 03 06 00 656d30 020000000001", "em0", 1},
		{"netbsd64", "14 12 0100 06 03 06 00 656d30 020000000001", "em0", 1},
		{"darwin", "14 12 0100 06 03 06 00 656e30 020000000001", "en0", 1},
		{"solaris", "03000000", "", 3}, // a uint_t: ip(4P)
	} {
		index, name, ok := layouts.Of(t, v.layout).RecvIf(ctest.Unhex(t, v.data))
		if !ok || index != v.index || name != v.name {
			t.Errorf("%s is %d %q %v", v.data, index, name, ok)
		}
	}
	if _, _, ok := layouts.Of(t, "freebsd64").RecvIf(make([]byte, 7)); ok {
		t.Error("7 bytes are a sockaddr_dl")
	}
}

func TestNoAllocations(t *testing.T) {
	l := &cmsg.Native
	b := make([]byte, 0, l.Space(3)+l.Space(8))
	if n := testing.AllocsPerRun(100, func() {
		b = l.Append(l.Append(b[:0], first), second)
		for rest := b; len(rest) > 0; {
			_, rest, _, _ = l.Next(rest)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
