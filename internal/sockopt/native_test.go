package sockopt_test

import (
	"encoding/hex"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket/internal/ctest"
	"github.com/bsdsocket/socket/internal/sockopt"
)

// TestNativeMatchesC compares the native layout with what the C compiler makes of the
// headers of this system.
func TestNativeMatchesC(t *testing.T) {
	want := ctest.Dump(t, "testdata/dump.c")
	ctest.NeedWord(t, want)
	l := sockopt.Native
	if got := strconv.Itoa(l.Align); got != want["align"] {
		t.Errorf("numbers of 64 bits are aligned to %s, want %s as in C", got, want["align"])
	}
	const limit = 258*time.Second + 772*time.Microsecond
	var (
		none                 netip.Addr
		group, source, iface = netip.MustParseAddr("239.1.2.3"), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("127.0.0.1")
		group6, source6      = netip.MustParseAddr("ff02::1"), netip.MustParseAddr("2001::1")
	)
	for name, encode := range map[string]func() ([]byte, bool){
		"long":              func() ([]byte, bool) { return l.AppendLong(nil, 0x01020304) },
		"timeval":           func() ([]byte, bool) { return l.AppendTimeval(nil, limit) },
		"linger":            func() ([]byte, bool) { return l.AppendLinger(nil, true, 258*time.Second) },
		"ip_mreq":           func() ([]byte, bool) { return l.AppendMreq(nil, group, iface, 0) },
		"ip_mreqn":          func() ([]byte, bool) { return l.AppendMreq(nil, group, iface, 7) },
		"ip_mreq_source":    func() ([]byte, bool) { return l.AppendMreqSource(nil, group, source, iface) },
		"ipv6_mreq":         func() ([]byte, bool) { return l.AppendMreq6(nil, group6, 7) },
		"in6_pktinfo":       func() ([]byte, bool) { return l.AppendPktInfo6(nil, source6, 7) },
		"group_req4":        func() ([]byte, bool) { return l.AppendGroupReq(nil, 7, group, none), true },
		"group_req6":        func() ([]byte, bool) { return l.AppendGroupReq(nil, 7, group6, none), true },
		"group_source_req4": func() ([]byte, bool) { return l.AppendGroupReq(nil, 7, group, source), true },
		"group_source_req6": func() ([]byte, bool) { return l.AppendGroupReq(nil, 7, group6, source6), true },
	} {
		t.Run(name, func(t *testing.T) {
			inC(t, want, name)
			if b, ok := encode(); !ok || hex.EncodeToString(b) != want[name] {
				t.Errorf("%x, %v, want %s as in C", b, ok, want[name])
			}
		})
	}
	for name, size := range map[string]int{
		"timeval": l.TimevalSize(), "linger": l.LingerSize(), "ip_mreq": sockopt.MreqSize, "ip_mreqn": sockopt.MreqnSize,
		"ip_mreq_source": sockopt.MreqSourceSize, "ipv6_mreq": sockopt.Mreq6Size, "in6_pktinfo": sockopt.Mreq6Size,
	} {
		if b := want[name]; b != "" && size != len(b)/2 {
			t.Errorf("%s has %d bytes, in C %d", name, size, len(b)/2)
		}
	}
	t.Run("creds", func(t *testing.T) { checkCreds(t, want) })
	t.Run("tcp_info", func(t *testing.T) { checkTCPInfo(t, want) })
	if got := l.ParseTimeval(ctest.Unhex(t, want["timeval"])); got != limit {
		t.Errorf("timeval is %v, want %v", got, limit)
	}
	if on, d := l.ParseLinger(ctest.Unhex(t, want["linger"])); !on || d != 258*time.Second {
		t.Errorf("linger is %v, %v", on, d)
	}
	if addr, index := l.ParsePktInfo6(ctest.Unhex(t, want["in6_pktinfo"])); addr != source6 || index != 7 {
		t.Errorf("in6_pktinfo is %v, %d", addr, index)
	}
}

// inC skips the test of a struct that the C program has not printed.
func inC(t *testing.T, values map[string]string, name string) {
	t.Helper()
	if values[name] == "" {
		t.Skipf("%s is not in the headers of this system", name)
	}
}

// checkCreds decodes the credentials that the C program has filled in.
func checkCreds(t *testing.T, want map[string]string) {
	inC(t, want, "creds")
	b := ctest.Unhex(t, want["creds"])
	wantPID := int32(1234)
	if c := sockopt.Native.Creds; c == sockopt.CredsXucred || c == sockopt.CredsXucredPID {
		wantPID = 0 // the program leaves it out, for not every version has it
	}
	pid, uid, gid, ok := sockopt.Native.ParseCreds(b)
	if !ok || pid != wantPID || uid != 5 || gid != 6 || len(b) > sockopt.CredsSize {
		t.Errorf("%x is pid %d, uid %d, gid %d, %v", b, pid, uid, gid, ok)
	}
}

// checkTCPInfo decodes a struct tcp_info that the C program has filled in, and finds each
// member where its name says: tcpi_snd_mss is SndMSS.
func checkTCPInfo(t *testing.T, want map[string]string) {
	inC(t, want, "tcp_info")
	b := ctest.Unhex(t, want["tcp_info"])
	if len(b) > sockopt.TCPInfoSize {
		t.Errorf("tcp_info has %d bytes, there is room for %d", len(b), sockopt.TCPInfoSize)
	}
	members := make(map[string]uint64) // in the letters of the field
	for name, text := range want {
		if name, ok := strings.CutPrefix(name, "tcpi_"); ok {
			v, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(name, "last_") || name == "total_rto_time" { // milliseconds
				v *= 1000
			}
			members[strings.ReplaceAll(name, "_", "")] = v
		}
	}
	other := map[string]string{"AppLimited": "deliveryrateapplimited", "FastOpenFail": "fastopenclientfail"}
	var missing []string
	got := reflect.ValueOf(sockopt.Native.ParseTCPInfo(b))
	for i := range got.NumField() {
		name := got.Type().Field(i).Name
		key := strings.ToLower(name)
		if other[name] != "" {
			key = other[name]
		}
		if v, ok := members[key]; !ok {
			missing = append(missing, name)
		} else if g := asUint(got.Field(i)); g != v {
			t.Errorf("%s is %#x, want %#x as in C", name, g, v)
		}
		delete(members, key)
	}
	if len(members) > 0 {
		t.Errorf("members without a field: %v", members)
	}
	t.Log("not in the headers of this system:", missing)
	if len(missing) > 8 { // those of Linux 6.2 and later, and of the BSDs
		t.Error("these are too many")
	}
}

// asUint is a number or a flag as a number.
func asUint(v reflect.Value) uint64 {
	if v.Kind() != reflect.Bool {
		return v.Uint()
	}
	if v.Bool() {
		return 1
	}
	return 0
}
