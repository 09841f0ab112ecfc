package sockaddr_test

import (
	"encoding/binary"
	"encoding/hex"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// TestNativeMatchesC compares the native layout with what the C compiler makes of the
// headers of this system.
func TestNativeMatchesC(t *testing.T) {
	want := cDump(t)
	l := sockaddr.Native
	if order, _ := hex.DecodeString(want["order"]); binary.NativeEndian.Uint16(order) != 1 {
		t.Skip("the C compiler is for a machine of another byte order")
	}
	var in4, in6, un sockaddr.Storage
	l.PutInet4(&in4, [4]byte{192, 0, 2, 1}, 8080)
	l.PutInet6(&in6, [16]byte{0x20, 15: 1}, 8080, 0x12345, 7)
	if err := l.PutUnix(&un, "/tmp/s"); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"inet4":  hex.EncodeToString(in4.Bytes()),
		"inet6":  hex.EncodeToString(in6.Bytes()),
		"unix":   hex.EncodeToString(un.Bytes()),
		"path":   strconv.Itoa(l.PathSize),
		"header": strconv.Itoa(sockaddr.HeaderLen),
	} {
		if got != want[name] {
			t.Errorf("%s is %s, want %s as in C", name, got, want[name])
		}
	}
	if size, _ := strconv.Atoi(want["storage"]); size < sockaddr.Size {
		t.Errorf("a Storage has %d bytes, but the system's sockaddr_storage only %d", sockaddr.Size, size)
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
