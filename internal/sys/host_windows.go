package sys

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	iphlpapi                = windows.NewLazySystemDLL("iphlpapi.dll")
	procFreeMibTable        = iphlpapi.NewProc("FreeMibTable")
	procInterfaceLuidToName = iphlpapi.NewProc("ConvertInterfaceLuidToNameW")
	procInterfaceNameToLuid = iphlpapi.NewProc("ConvertInterfaceNameToLuidW")
	procIndexToLuid         = iphlpapi.NewProc("ConvertInterfaceIndexToLuid")
	procLuidToIndex         = iphlpapi.NewProc("ConvertInterfaceLuidToIndex")
)

const mibIfTableRaw = 1 // MibIfTableRaw of netioapi.h

// Where the rows of a MIB_IF_TABLE2 are (netioapi.h). C aligns them to 8 bytes, and so pads
// them, on all machines; the types of x/sys are shorter where Go aligns to 4.
const (
	ifRowsAt  = 8
	ifRowSize = 1352
)

// Interfaces calls add for each network interface, by the calls that Python makes.
func Interfaces(add func(index int, name string)) syscall.Errno {
	var table *windows.MibIfTable2
	if err := windows.GetIfTable2Ex(mibIfTableRaw, &table); err != nil {
		return Errno(err)
	}
	defer func() { _, _, _ = syscall.SyscallN(procFreeMibTable.Addr(), uintptr(unsafe.Pointer(table))) }()
	for i := range uintptr(table.NumEntries) {
		row := (*windows.MibIfRow2)(unsafe.Add(unsafe.Pointer(table), ifRowsAt+i*ifRowSize))
		name, e := luidToName(&row.InterfaceLuid)
		if e != 0 {
			return e
		}
		add(int(row.InterfaceIndex), name)
	}
	return 0
}

// IfNameToIndex is if_nametoindex(), with a number for each failure.
func IfNameToIndex(name string) (int, syscall.Errno) {
	text, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return 0, windows.ERROR_INVALID_NAME
	}
	var luid uint64
	r, _, _ := syscall.SyscallN(procInterfaceNameToLuid.Addr(), uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(&luid)))
	if r != 0 {
		return 0, syscall.Errno(r)
	}
	var index uint32
	r, _, _ = syscall.SyscallN(procLuidToIndex.Addr(), uintptr(unsafe.Pointer(&luid)), uintptr(unsafe.Pointer(&index)))
	return int(index), syscall.Errno(r)
}

// IfIndexToName is if_indextoname(), with a number for each failure.
func IfIndexToName(index int) (string, syscall.Errno) {
	var luid uint64
	r, _, _ := syscall.SyscallN(procIndexToLuid.Addr(), uintptr(index), uintptr(unsafe.Pointer(&luid)))
	if r != 0 {
		return "", syscall.Errno(r)
	}
	return luidToName(&luid)
}

func luidToName(luid *uint64) (string, syscall.Errno) {
	var name [windows.IF_MAX_STRING_SIZE + 1]uint16
	r, _, _ := syscall.SyscallN(procInterfaceLuidToName.Addr(),
		uintptr(unsafe.Pointer(luid)), uintptr(unsafe.Pointer(&name)), uintptr(len(name)))
	return windows.UTF16ToString(name[:]), syscall.Errno(r)
}

// GetHostName is the DNS name of the host: GetComputerNameExW().
func GetHostName() (string, syscall.Errno) {
	name, err := os.Hostname()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return "", errno
	}
	return name, Errno(err)
}

// SetHostName does not exist on Windows, where a new name takes a restart.
func SetHostName(string) syscall.Errno { return windows.ERROR_NOT_SUPPORTED }
