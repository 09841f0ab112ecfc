//go:build unix && !aix && !linux && !solaris

package sys

import "golang.org/x/sys/unix"

// SoReusePort is SO_REUSEPORT, 0 where there is none.
const SoReusePort = unix.SO_REUSEPORT
