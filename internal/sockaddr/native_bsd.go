//go:build unix && !aix && !linux && !solaris

package sockaddr

import "golang.org/x/sys/unix"

func native() Layout { return BSD(unix.AF_INET6, nativeBigEndian()) }
