package socket_test

import (
	"encoding/binary"
	"testing"
)

// needControlData skips a test where an emulator does not turn the data of control messages
// into the byte order of its host.
func needControlData(t testing.TB) {
	t.Helper()
	if emulated() && binary.NativeEndian.Uint16([]byte{0, 1}) == 1 {
		t.Skip("the emulator passes the data of control messages on in the wrong byte order")
	}
}
