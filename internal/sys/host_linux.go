package sys

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// IfNameToIndex is if_nametoindex(3) by ioctl(2), as in the C library: unlike the list of
// package net the kernel knows alternative names too.
func IfNameToIndex(name string) (int, syscall.Errno) {
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return 0, unix.ENODEV // too long for any interface
	}
	e := ioctlInterface(unix.SIOCGIFINDEX, ifr)
	return int(ifr.Uint32()), e
}

// IfIndexToName is if_indextoname(3).
func IfIndexToName(index int) (string, syscall.Errno) {
	ifr, err := unix.NewIfreq("")
	if err != nil {
		return "", Errno(err)
	}
	ifr.SetUint32(uint32(index))
	switch e := ioctlInterface(unix.SIOCGIFNAME, ifr); e {
	case 0:
		return ifr.Name(), 0
	case unix.ENODEV:
		return "", unix.ENXIO // as POSIX has it
	default:
		return "", e
	}
}

// ioctlInterface is an ioctl of netdevice(7), which any socket will do for.
func ioctlInterface(req uint, ifr *unix.Ifreq) syscall.Errno {
	fd, e := Socket(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	if e != 0 {
		return e
	}
	defer unix.Close(fd)
	return Errno(unix.IoctlIfreq(fd, req, ifr))
}

// GetHostName is gethostname(2) as the C library makes it, from uname(2).
func GetHostName() (string, syscall.Errno) {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return "", Errno(err)
	}
	return unix.ByteSliceToString(name.Nodename[:]), 0
}

// SetHostName is sethostname(2).
func SetHostName(name string) syscall.Errno { return Errno(unix.Sethostname([]byte(name))) }
