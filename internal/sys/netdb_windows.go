package sys

import (
	"math/bits"
	"runtime"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The wrappers that golang.org/x/sys has of these know no null pointer for "any
// protocol" and return memory that belongs to the thread (MSDN, "getservbyname
// function").

var (
	procGetservbyname    = ws2.NewProc("getservbyname")
	procGetservbyport    = ws2.NewProc("getservbyport")
	procGetprotobyname   = ws2.NewProc("getprotobyname")
	procGetprotobynumber = ws2.NewProc("getprotobynumber")
)

// ServicePort is getservbyname(); proto "" is any.
func ServicePort(name, proto string) (port int, ok bool) {
	n, p := cString(name), cString(proto)
	ok = find(func() uintptr {
		r, _, _ := syscall.SyscallN(procGetservbyname.Addr(), uintptr(unsafe.Pointer(n)), uintptr(unsafe.Pointer(p)))
		return r
	}, func(s *windows.Servent) { port = int(bits.ReverseBytes16(s.Port)) })
	return port, ok
}

// ServiceName is getservbyport(); proto "" is any.
func ServiceName(port int, proto string) (name string, ok bool) {
	p := cString(proto)
	ok = find(func() uintptr {
		r, _, _ := syscall.SyscallN(procGetservbyport.Addr(), uintptr(bits.ReverseBytes16(uint16(port))), uintptr(unsafe.Pointer(p)))
		return r
	}, func(s *windows.Servent) { name = windows.BytePtrToString(s.Name) })
	return name, ok
}

// ProtocolNumber is getprotobyname().
func ProtocolNumber(name string) (number int, ok bool) {
	n := cString(name)
	ok = find(func() uintptr {
		r, _, _ := syscall.SyscallN(procGetprotobyname.Addr(), uintptr(unsafe.Pointer(n)))
		return r
	}, func(p *windows.Protoent) { number = int(p.Proto) })
	return number, ok
}

// ProtocolName is getprotobynumber().
func ProtocolName(number int) (name string, ok bool) {
	ok = find(func() uintptr {
		r, _, _ := syscall.SyscallN(procGetprotobynumber.Addr(), uintptr(number))
		return r
	}, func(p *windows.Protoent) { name = windows.BytePtrToString(p.Name) })
	return name, ok
}

// find makes a call that returns a pointer, and hands over what it found while the
// thread cannot be used for another.
func find[T any](call func() uintptr, use func(*T)) bool {
	if startup() != 0 {
		return false
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r := call()
	if r == 0 {
		return false
	}
	use(*(**T)(unsafe.Pointer(&r)))
	return true
}

// cString is a name as C wants it, a null pointer for "". It ends before a NUL byte.
func cString(name string) *byte {
	if name == "" {
		return nil
	}
	if i := strings.IndexByte(name, 0); i >= 0 {
		name = name[:i]
	}
	b := make([]byte, len(name)+1)
	copy(b, name)
	return &b[0]
}
