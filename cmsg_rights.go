package socket

import (
	"math"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/syscall"
)

// This file has the control messages of AF_UNIX: file descriptors and credentials.

// Rights makes the message that passes file descriptors to another process (SCM_RIGHTS,
// unix(7)). The caller keeps the fds, which have to stay open until the message is sent;
// WithFDs sees to that. A number that is no fd is EBADF then. Not on Windows.
func Rights(fds ...int) ControlMessage {
	data := make([]byte, 0, 4*len(fds))
	for _, fd := range fds {
		if int(int32(fd)) != fd {
			fd = -1 // not another fd, whose number the lower half is
		}
		data = appendUint32(data, uint32(fd))
	}
	return ControlMessage{SOL_SOCKET, optSCM_RIGHTS, data}
}

// ParseRights returns the file descriptors of an SCM_RIGHTS message that was received.
// They belong to the caller, once: give each to TakeFD, os.NewFile or CloseFD. Not on
// Windows.
func (m ControlMessage) ParseRights() ([]int, error) {
	if err := m.mustBe("SCM_RIGHTS", SOL_SOCKET, optSCM_RIGHTS); err != nil {
		return nil, err
	}
	fds := make([]int, 0, len(m.Data)/4)
	for b := m.Data; len(b) >= 4; b = b[4:] { // a cut message may end in the middle of one
		fds = append(fds, int(int32(cmsg.Native.Uint32(b))))
	}
	return fds, nil
}

// ParsePIDFD returns the file descriptor of the sender's process, which belongs to the
// caller (SCM_PIDFD, Linux 6.5 with SO_PASSPIDFD). If the kernel could not make one the
// error is its reason: ESRCH for a process that has ended, EMFILE.
func (m ControlMessage) ParsePIDFD() (int, error) {
	fd, err := m.parseInt("ParsePIDFD", "SCM_PIDFD", SOL_SOCKET, optSCM_PIDFD)
	if fd < 0 { // scm_pidfd_recv of net/core/scm.c passes the error on in its place
		return -1, NewError("recvmsg", nil, syscall.Errno(-fd))
	}
	return fd, err
}

// CloseRights closes the file descriptors in messages that were received: those of
// SCM_RIGHTS and SCM_PIDFD. It is for messages that the caller has no use for.
func CloseRights(msgs []ControlMessage) {
	for _, m := range msgs {
		fds, _ := m.ParseRights()
		if fd, err := m.ParsePIDFD(); err == nil {
			fds = append(fds, fd)
		}
		for _, fd := range fds {
			if fd >= 0 {
				_ = sysClose(sysFD(fd))
			}
		}
	}
}

// WithFDs calls f with the file descriptors of sockets, files or anything else with a
// SyscallConn, which stay open until it returns, and returns its error. It is the safe
// way to send them:
//
//	err := socket.WithFDs([]*os.File{file}, func(fds []int) error {
//		_, err := s.SendFDs(bufs, fds, nil)
//		return err
//	})
//
// f must not close them. For a Socket it counts as handing the fd out: O_NONBLOCK, which
// the receiver shares, says from then on what GetBlocking says.
func WithFDs[T syscall.Conn](conns []T, f func(fds []int) error) error {
	return withFDs(conns, make([]int, 0, len(conns)), f)
}

func withFDs[T syscall.Conn](conns []T, fds []int, f func(fds []int) error) error {
	if len(conns) == 0 {
		return f(fds)
	}
	if any(conns[0]) == nil {
		return badArg("withfds", "conns", nil, "sockets or files")
	}
	raw, err := conns[0].SyscallConn()
	if err != nil {
		return wrap("withfds", nil, err)
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = withFDs(conns[1:], append(fds, int(fd)), f) }); err != nil {
		return wrap("withfds", nil, err)
	}
	return failed
}

// A SenderCred tells who has sent a message, as far as the system knows. Linux has one
// user and one group, which are the effective ones here too, and no list of groups.
type SenderCred struct {
	PID       int
	UID, EUID uint32 // the real and the effective user
	GID, EGID uint32 // the real and the effective group
	Groups    []uint32
}

// Credentials makes the message that tells the receiver who the sender is
// (SCM_CREDENTIALS, unix(7)). The kernel checks it: only root may send what is not true.
// Linux alone; see Creds.
func Credentials(pid int, uid, gid uint32) ControlMessage {
	data := cmsg.Native.AppendUcred(nil, int32(min(max(pid, math.MinInt32), math.MaxInt32)), uid, gid)
	return ControlMessage{SOL_SOCKET, optSCM_CREDENTIALS, data}
}

// Creds makes the message that the kernel fills in with the credentials of the sender
// (SCM_CREDS, unix(4)). FreeBSD, DragonFly.
func Creds() ControlMessage {
	if cmsg.Native.Creds != cmsg.Cmsgcred {
		return ControlMessage{Level: SOL_SOCKET, Type: optAbsent}
	}
	return ControlMessage{SOL_SOCKET, optSCM_CREDS, cmsg.EmptyCmsgcred()}
}

// ParseCredentials returns who has sent a message: SCM_CREDENTIALS of Linux, SCM_CREDS of
// FreeBSD, DragonFly and NetBSD, and SCM_CREDS2 of FreeBSD.
func (m ControlMessage) ParseCredentials() (SenderCred, error) {
	if cmsg.Native.Creds == cmsg.NoCreds { // macOS has SCM_CREDS in its headers alone
		return SenderCred{}, unsupported("SCM_CREDENTIALS")
	}
	if err := m.mustBe("SCM_CREDENTIALS", SOL_SOCKET, optSCM_CREDENTIALS, optSCM_CREDS, optSCM_CREDS2); err != nil {
		return SenderCred{}, err
	}
	decode := cmsg.Native.Cred
	if m.is(SOL_SOCKET, optSCM_CREDS2) {
		decode = cmsg.Native.Cred2
	}
	c, ok := decode(m.Data)
	if !ok {
		return SenderCred{}, m.badData("ParseCredentials")
	}
	return SenderCred{PID: int(c.PID), UID: c.UID, EUID: c.EUID, GID: c.GID, EGID: c.EGID, Groups: c.Groups}, nil
}
