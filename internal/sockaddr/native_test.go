package sockaddr_test

import (
	"encoding/hex"
	"strconv"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// TestNativeMatchesC compares the native layout with what the C compiler makes of the
// headers of this system.
func TestNativeMatchesC(t *testing.T) {
	want := ctest.Dump(t, "testdata/dump.c")
	l := sockaddr.Native
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
