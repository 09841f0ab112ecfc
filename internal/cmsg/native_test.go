package cmsg_test

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/ctest"
)

// TestNativeMatchesC compares the native layout with what the C compiler makes of the
// headers of this system.
func TestNativeMatchesC(t *testing.T) {
	want := ctest.Dump(t, "testdata/dump.c")
	l := cmsg.Native
	ctest.NeedWord(t, want)
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
		sec, nsec, ok := l.Time(ctest.Unhex(t, want[name]), unit)
		if !ok || sec != 1700000000 || nsec/int64(time.Microsecond) != 123456 {
			t.Errorf("%s is %d s %d ns, %v", name, sec, nsec, ok)
		}
	}
}
