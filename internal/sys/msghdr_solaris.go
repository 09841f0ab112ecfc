package sys

import "golang.org/x/sys/unix"

// msghdr is what __xnet_sendmsg and __xnet_recvmsg of libsocket take, which is what
// x/sys calls: struct nmsghdr of illumos, usr/src/uts/common/sys/socket.h. The Msghdr of
// x/sys is the older struct, of the same size but without flags.
type msghdr struct {
	Name       *byte
	Namelen    uint32
	Iov        *unix.Iovec
	Iovlen     int32
	Control    *byte
	Controllen uint32
	Flags      int32
}

func (m *msghdr) SetIovlen(n int) { m.Iovlen = int32(n) }

// cmsgCloexec is MSG_CMSG_CLOEXEC; Solaris has none, and illumos has it since 2023 alone.
const cmsgCloexec = 0
