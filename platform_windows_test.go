package socket_test

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// What Windows answers where Unix answers something else (platform_unix_test.go).
var (
	errNoFD        = socket.ENOTSOCK // a handle is no small number, and none that is closed is told from a file's
	errNobody      = nobodyError()   // a datagram without a destination
	errShortOption = socket.EFAULT   // an option shorter than its value
	errNoMember    = noMemberError() // a group that the socket is not in
)

// nobodyError is WSAENOTCONN by the documentation of send. Wine 8 says WSAEINVAL for a socket
// that is not bound either.
func nobodyError() syscall.Errno {
	if wine() {
		return socket.EINVAL
	}
	return socket.ENOTCONN
}

// noMemberError is WSAEADDRNOTAVAIL, and WSAEINVAL under Wine 8.
func noMemberError() syscall.Errno {
	if wine() {
		return socket.EINVAL
	}
	return socket.EADDRNOTAVAIL
}

// wine reports whether Windows is Wine. Only Wine has the function.
func wine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// countFDs returns how many sockets this process has open; what else it has handles of,
// threads and their events, comes and goes. Handles are small multiples of 4, and there is no
// list of them in Wine: all values are tried until many in a row are none.
func countFDs(testing.TB) (sockets int) {
	const gap = 1024
	get := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetHandleInformation")
	for h, last := uintptr(4), uintptr(0); h < last+4*gap; h += 4 {
		var flags uint32
		if r, _, _ := get.Call(h, uintptr(unsafe.Pointer(&flags))); r == 0 {
			continue
		}
		last = h
		if _, err := windows.GetsockoptInt(windows.Handle(h), int(socket.SOL_SOCKET), int(socket.SO_TYPE)); err == nil {
			sockets++
		}
	}
	return sockets
}

// checkClosed leaves it to checkFDs to find that a handle is open: its number belongs to
// another thread or event of the runtime at any moment, and that must not be closed.
func checkClosed(testing.TB, int) {}

// takenForSocket reports whether Wine takes a file for a socket. Its closesocket() and
// getsockopt() look into a list, in which the numbers of those sockets stay that are closed by
// CloseHandle(): package syscall does that to the one by which it finds ConnectEx().
func takenForSocket(h uintptr) bool {
	_, err := windows.GetsockoptInt(windows.Handle(h), int(socket.SOL_SOCKET), int(socket.SO_TYPE))
	return wine() && !errors.Is(err, windows.WSAENOTSOCK)
}

// forgetsReset reports whether a reset that comes before the recv is lost, to package net as
// well: Wine 8's server has then taken it from the kernel, a moment later. On a busy machine
// that may be after the recv, so it is tried again.
func forgetsReset(t testing.TB) bool {
	t.Helper()
	if !wine() {
		return false
	}
	for range 10 {
		if forgetsOneReset(t) {
			return true
		}
	}
	return false
}

func forgetsOneReset(t testing.TB) bool {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(server.(*net.TCPConn).SetLinger(0), server.Close()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	_, err = client.Read(make([]byte, 1))
	return err == io.EOF //nolint:errorlint // Read does not wrap it
}

// wineOptions are the options of Windows that Wine 8 lacks. It says WSAENOPROTOOPT if it knows
// the level, and else WSAEINVAL.
var wineOptions = map[syscall.Errno][]string{
	socket.ENOPROTOOPT: {
		"SO_COMPARTMENT_ID", "SO_CONDITIONAL_ACCEPT", "SO_RCVLOWAT", "SO_SNDLOWAT", "SO_TIMESTAMP", "SO_USELOOPBACK",
		"IP_MTU", "IP_MTU_DISCOVER", "IP_PROTECTION_LEVEL", "IP_RECEIVE_BROADCAST", "IP_RECVDSTADDR", "IP_RECVERR",
		"IP_RECVIF", "IP_USER_MTU",
		"IPV6_HOPOPTS", "IPV6_MTU", "IPV6_MTU_DISCOVER", "IPV6_RECVERR", "IPV6_RECVRTHDR", "IPV6_RTHDR", "IPV6_TCLASS",
		"IPV6_USER_MTU",
		"MCAST_JOIN_SOURCE_GROUP",
		"TCP_EXPEDITED_1122", "TCP_FAIL_CONNECT_ON_ICMP_ERROR", "TCP_FASTOPEN", "TCP_KEEPCNT", "TCP_KEEPIDLE",
		"TCP_KEEPINTVL", "TCP_MAXRT", "TCP_MAXSEG", "TCP_TIMESTAMPS",
	},
	socket.EINVAL: {
		"SO_ORIGINAL_DST", "IP6T_SO_ORIGINAL_DST",
		"UDP_CHECKSUM_COVERAGE", "UDP_NOCHECKSUM", "UDP_RECV_MAX_COALESCED_SIZE", "UDP_SEND_MSG_SIZE",
		"IPV6_UNICAST_IF", // it takes the index in network order, as Linux does and Windows does not
	},
}

// lackOfWine is what Wine says to an option that it lacks, nil of any other and on Windows.
func lackOfWine(option string) error {
	for errno, options := range wineOptions {
		if wine() && slices.Contains(options, option) {
			return errno
		}
	}
	return nil
}

// noSuchSocket reports whether an error says that the system makes no such sockets. Windows
// makes all that the tests ask for, but to those who may not have them; Wine 8 has neither
// AF_UNIX nor raw sockets of all protocols.
func noSuchSocket(err error) bool {
	return wine() && (errors.Is(err, errors.ErrUnsupported) || errors.Is(err, socket.EPROTONOSUPPORT))
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
