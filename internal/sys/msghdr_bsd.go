//go:build unix && !linux && !solaris

package sys

import "golang.org/x/sys/unix"

type msghdr = unix.Msghdr
