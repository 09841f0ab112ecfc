package socket_test

import (
	"encoding/binary"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// What Windows answers where Unix answers something else (platform_unix_test.go).
var (
	errNoFD        = socket.ENOTSOCK // a handle is no small number, and none that is closed is told from a file's
	errNobody      = nobodyError()   // a datagram without a destination
	errShortOption = socket.EFAULT   // an option shorter than its value
)

// nobodyError is WSAENOTCONN by the documentation of send. Wine 8 says WSAEINVAL for a socket
// that is not bound either.
func nobodyError() syscall.Errno {
	if wine() {
		return socket.EINVAL
	}
	return socket.ENOTCONN
}

// wine reports whether Windows is Wine. Only Wine has the function.
func wine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// needOptionLengths skips a test where the lengths of options are not looked at.
func needOptionLengths(t testing.TB) {
	t.Helper()
	if wine() {
		t.Skip("Wine takes options of every length")
	}
}

// needLocalhost skips a test where no hosts file has localhost. Windows knows it without.
func needLocalhost(t testing.TB) {
	t.Helper()
	if wine() {
		t.Skip("Wine has no hosts file, and a name server of the test's own is asked for all names")
	}
}

// lingerBytes is struct linger: two of u_short (winsock2.h).
func lingerBytes(on, seconds uint16) []byte {
	return binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, on), seconds)
}

// textOf is the text of an EAI code: these are numbers of Winsock, with the texts of Windows.
func textOf(code socket.EAI, _ string) string { return syscall.Errno(code).Error() }
