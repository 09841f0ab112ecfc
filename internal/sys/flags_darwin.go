package sys

import "golang.org/x/sys/unix"

// The flags that a socket type can carry: none.
const (
	SockNonblock = 0
	SockCloexec  = 0
)

// typeFlags is what socket(2) can set at once: nothing here.
const typeFlags = 0

// msgNBIO makes a send non-blocking: soreceive looks at MSG_DONTWAIT, sosend
// only at this flag, which the C headers keep to themselves (xnu,
// bsd/sys/socket_private.h and sosendcheck in bsd/kern/uipc_socket.c).
const msgNBIO = 0x20000

const (
	recvFlags = unix.MSG_DONTWAIT
	sendFlags = unix.MSG_DONTWAIT | msgNBIO
)

// cmsgCloexec is MSG_CMSG_CLOEXEC: there is none here.
const cmsgCloexec = 0

// wholeControl is room for all control data that can come with a message. A message has
// up to 512 file descriptors, all of which unp_externalize in bsd/kern/uipc_usrreq.c puts
// into the process, before copyout_control in bsd/kern/uipc_syscalls.c cuts what does not
// fit.
const wholeControl = 4096
