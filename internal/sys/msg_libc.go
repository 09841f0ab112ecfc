//go:build unix && !aix && !linux

package sys

import (
	"encoding/binary"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

//go:linkname libcRecvmsg golang.org/x/sys/unix.recvmsg
//go:noescape
func libcRecvmsg(fd int, m *msghdr, flags int) (int, error)

// SendMsg is sendmsg(2) with MSG_DONTWAIT and MSG_NOSIGNAL; sa may be nil.
func SendMsg(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno) {
	raceReadAll(bufs, control)
	var m msghdr
	if sa != nil {
		m.Name, m.Namelen = &sa.Data[0], sa.Len
	}
	if len(control) > 0 { // a pointer to nothing is no null pointer
		m.Control, m.Controllen = unsafe.SliceData(control), uint32(len(control))
	}
	if len(bufs) > fewIovecs {
		return sendMany(fd, bufs, &m, flags)
	}
	iov := fewBuffers(bufs)
	m.Iov = &iov[0]
	m.SetIovlen(len(bufs))
	n, err := libcSendmsg(fd, &m, flags|sendFlags)
	return max(n, 0), Errno(err)
}

//go:noinline
func sendMany(fd int, bufs [][]byte, m *msghdr, flags int) (int, syscall.Errno) {
	iov := manyBuffers(bufs)
	with := *m // a copy: what is stored through a pointer moves to the heap
	with.Iov = &iov[0]
	with.SetIovlen(min(len(bufs), manyIovecs))
	n, err := libcSendmsg(fd, &with, flags|sendFlags)
	return max(n, 0), Errno(err)
}

// RecvMsg is recvmsg(2) with MSG_DONTWAIT; file descriptors that it receives are
// close-on-exec. It returns how many bytes came and how many of control data, and
// msg_flags without the flag that it has added; sa is the sender's address.
func RecvMsg(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	if 0 < len(control) && len(control) < wholeControl {
		return receiveWhole(fd, bufs, control, flags, sa)
	}
	return receive(fd, bufs, control, flags, sa)
}

// receiveWhole is receive on a system that makes file descriptors for which there is no
// room and tells nobody: it makes room for all and closes those that the caller has none
// for.
//
//go:noinline
func receiveWhole(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	var whole [wholeControl]byte
	n, cn, mflags, e = receive(fd, bufs, whole[:], flags, sa)
	cn, left, rest, cut := cmsg.Native.Fit(control, whole[:cn])
	eachRight(left, rest, func(fd int) { _ = unix.Close(fd) })
	if cut {
		mflags |= unix.MSG_CTRUNC
	}
	return n, cn, mflags, e
}

func receive(fd int, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, e syscall.Errno) {
	sa.Reset()
	var m msghdr
	m.Name, m.Namelen = &sa.Data[0], sa.Len
	if len(control) > 0 {
		m.Control, m.Controllen = unsafe.SliceData(control), uint32(len(control))
	}
	if cmsgCloexec == 0 { // no child process can be started while this call lasts
		syscall.ForkLock.RLock()
		defer syscall.ForkLock.RUnlock()
	}
	var err error
	if len(bufs) > fewIovecs {
		n, cn, mflags, sa.Len, err = receiveMany(fd, bufs, &m, flags)
	} else {
		iov := fewBuffers(bufs)
		m.Iov = &iov[0]
		m.SetIovlen(len(bufs))
		n, err = libcRecvmsg(fd, &m, flags|recvFlags|cmsgCloexec)
		cn, mflags, sa.Len = int(m.Controllen), int(m.Flags), m.Namelen
	}
	if err != nil {
		return 0, 0, 0, Errno(err)
	}
	raceWriteAll(bufs, n, control[:cn])
	if cmsgCloexec == 0 {
		eachRight(cmsg.Message{}, control[:cn], unix.CloseOnExec)
	}
	return n, cn, mflags &^ (cmsgCloexec &^ flags), 0
}

//go:noinline
func receiveMany(fd int, bufs [][]byte, m *msghdr, flags int) (n, cn, mflags int, size uint32, err error) {
	iov := manyBuffers(bufs)
	with := *m
	with.Iov = &iov[0]
	with.SetIovlen(min(len(bufs), manyIovecs))
	n, err = libcRecvmsg(fd, &with, flags|recvFlags|cmsgCloexec)
	return n, int(with.Controllen), int(with.Flags), with.Namelen, err
}

// eachRight calls f with the file descriptors in a message, and in the control data behind
// it.
func eachRight(m cmsg.Message, rest []byte, f func(fd int)) {
	for {
		if m.Level == unix.SOL_SOCKET && m.Type == unix.SCM_RIGHTS {
			for b := m.Data; len(b) >= 4; b = b[4:] {
				f(int(int32(binary.NativeEndian.Uint32(b))))
			}
		}
		if len(rest) == 0 {
			return
		}
		m, rest, _, _ = cmsg.Native.Next(rest)
	}
}
