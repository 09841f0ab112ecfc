package cmsg_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bsdsocket/socket/internal/cmsg"
)

// TestNativeMatchesC compares the native layout with what the C compiler makes of the
// headers of this system.
func TestNativeMatchesC(t *testing.T) {
	want := cDump(t)
	l := cmsg.Native
	if order := unhex(t, want["order"]); binary.NativeEndian.Uint16(order) != 1 {
		t.Skip("the C compiler is for a machine of another byte order")
	}
	if len(unhex(t, want["timespec"])) != 2*strconv.IntSize/8 {
		t.Skip("the C compiler is for a machine of another word size")
	}
	got := map[string]string{
		"messages": hex.EncodeToString(l.Append(l.Append(nil, first), second)),
		"pktinfo4": hex.EncodeToString(l.AppendPktInfo4(nil, pktInfo4)),
		"pktinfo6": hex.EncodeToString(l.AppendPktInfo6(nil, pktInfo6, 7)),
		"ucred":    hex.EncodeToString(l.AppendUcred(nil, 1234, 5, 6)),
	}
	for i := range 41 {
		got[fmt.Sprint("len", i)] = strconv.Itoa(l.Len(i))
		got[fmt.Sprint("space", i)] = strconv.Itoa(l.Space(i))
	}
	for name, v := range got {
		if w, ok := want[name]; ok && v != w {
			t.Errorf("%s is %s, want %s as in C", name, v, w)
		}
	}
	for name, unit := range map[string]time.Duration{"timeval": time.Microsecond, "timespec": time.Nanosecond} {
		sec, nsec, ok := l.Time(unhex(t, want[name]), unit)
		if !ok || sec != 1700000000 || nsec/int64(time.Microsecond) != 123456 {
			t.Errorf("%s is %d s %d ns, %v", name, sec, nsec, ok)
		}
	}
}

// cDump compiles and runs testdata/dump.c and returns the values by their names.
func cDump(t *testing.T) map[string]string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler to compare with:", err)
	}
	bin := filepath.Join(t.TempDir(), "dump")
	if out, err := exec.Command(cc, "-o", bin, filepath.Join("testdata", "dump.c")).CombinedOutput(); err != nil {
		t.Skipf("the C compiler does not work here: %v\n%s", err, out)
	}
	out, err := exec.Command(bin).Output()
	if err != nil {
		t.Skip("the C program does not run here:", err)
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		values[name] = value
	}
	return values
}
