//go:build unix && !aix && !linux && !solaris

package sys

import "golang.org/x/sys/unix"

type msghdr = unix.Msghdr
