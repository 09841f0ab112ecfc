package socket_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestInterfaces asks for each interface by its name and its index.
func TestInterfaces(t *testing.T) {
	needInterfaces(t)
	all, err := socket.IfNameIndex()
	if err != nil {
		t.Fatal(err)
	}
	lo := loopbackInterface(t)
	found := false
	for _, ifi := range all {
		if index, err := socket.IfNameToIndex(ifi.Name); err != nil || index != ifi.Index {
			t.Errorf("%v: index %d, %v", ifi, index, err)
		}
		if name, err := socket.IfIndexToName(ifi.Index); err != nil || name != ifi.Name {
			t.Errorf("%v: name %q, %v", ifi, name, err)
		}
		found = found || ifi.Index == lo.Index
	}
	if !found {
		t.Errorf("the loopback interface %d is not in %v", lo.Index, all)
	}
}

func TestNoInterface(t *testing.T) {
	for name, err := range map[string]error{
		"name":          second(socket.IfNameToIndex("nosuchif0")),
		"no name":       second(socket.IfNameToIndex("")),
		"long name":     second(socket.IfNameToIndex("a-name-that-no-interface-can-have-because-it-is-too-long")),
		"index":         second(socket.IfIndexToName(0x7ffffff0)),
		"zero":          second(socket.IfIndexToName(0)),
		"unknown index": second(socket.IfIndexToName(0x7fffffff)),
	} {
		var e *socket.Error
		errno, ok := socket.ErrnoOf(err)
		if !errors.As(err, &e) || !ok || errno == 0 || errno == socket.EINVAL {
			t.Errorf("%s: error %v with number %d", name, err, errno)
		}
	}
}

// TestGetHostName compares the host's name with that of package os, which asks in
// another way on some systems.
func TestGetHostName(t *testing.T) {
	name, err := socket.GetHostName()
	if err != nil {
		t.Fatal(err)
	}
	if want, err := os.Hostname(); err != nil || name != want {
		t.Errorf("%q, want %q, %v", name, want, err)
	}
}

func TestByteOrder(t *testing.T) {
	b := binary.NativeEndian.AppendUint16(nil, socket.Htons(0x0102))
	if b = binary.NativeEndian.AppendUint32(b, socket.Htonl(0x03040506)); !bytes.Equal(b, []byte{1, 2, 3, 4, 5, 6}) {
		t.Errorf("%x in network order", b)
	}
	if socket.Ntohs(socket.Htons(0x1234)) != 0x1234 || socket.Ntohl(socket.Htonl(0x12345678)) != 0x12345678 {
		t.Error("there and back is not the same")
	}
	if n := testing.AllocsPerRun(10, func() { socket.Htonl(uint32(socket.Htons(1))) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
