//go:build unix && !aix && !linux && !darwin && !solaris

package sys

import "golang.org/x/sys/unix"

// cmsgCloexec makes received file descriptors close-on-exec; 0 where nothing does.
const cmsgCloexec = unix.MSG_CMSG_CLOEXEC
