package socket

import (
	"math"

	"github.com/bsdsocket/socket/internal/syscall"
)

// Socketpair returns two sockets that are connected to each other. A zero family
// means AF_UNIX where the system has it, else AF_INET; a zero typ SOCK_STREAM. Both start
// with the default timeout, or non-blocking with SOCK_NONBLOCK in typ. Python:
// socket.socketpair; C: socketpair(2).
//
// Windows has no such call, and only streams are made there: of AF_UNIX through a file
// that is gone when Socketpair returns, of AF_INET and AF_INET6 over the loopback interface
// with TCP_NODELAY, so that what is sent arrives. The two ends prove to each other that nobody
// else has connected. All else is errors.ErrUnsupported there.
func Socketpair(family Family, typ Type, proto int) (a, b *Socket, err error) {
	if family == AF_UNSPEC {
		family = sysPairFamily()
	}
	if typ&^sysTypeMask == 0 {
		typ |= SOCK_STREAM
	}
	if err := checkKind("socketpair", family, typ, proto); err != nil {
		return nil, nil, err
	}
	fds, errno := sysSocketpair(int(family), int(typ&^sysTypeMask), proto)
	if errno != 0 {
		return nil, nil, wrap("socketpair", nil, errno)
	}
	return newSocket(fds[0], family, typ, proto), newSocket(fds[1], family, typ, proto), nil
}

// FromFD makes a socket of a duplicate of fd, which the caller keeps. The family, type
// and protocol are taken as given. It starts with the default timeout, and O_NONBLOCK,
// which both fds share, is set to match. Python: socket.fromfd.
func FromFD(fd int, family Family, typ Type, proto int) (*Socket, error) {
	if err := checkFD("fromfd", fd); err != nil {
		return nil, err
	}
	if err := checkKind("fromfd", family, typ, proto); err != nil {
		return nil, err
	}
	if _, _, _, errno := sysIdentify(sysFD(fd)); errno != 0 {
		return nil, wrap("fromfd", nil, errno)
	}
	dup, errno := sysDup(sysFD(fd), 0)
	if errno != 0 {
		return nil, wrap("fromfd", nil, errno)
	}
	s, err := adopt("fromfd", dup, family, typ, proto)
	if err != nil {
		_ = sysClose(dup)
	}
	return s, err
}

// TakeFD makes a socket of fd, which belongs to it from then on, and asks the system
// for its family, type and protocol. An fd that is no socket is refused with
// ENOTSOCK and left open. It starts with the default timeout, and O_NONBLOCK is set to
// match. Python: socket.socket(fileno=fd).
func TakeFD(fd int) (*Socket, error) {
	if err := checkFD("socket", fd); err != nil {
		return nil, err
	}
	family, typ, proto, errno := sysIdentify(sysFD(fd))
	if errno != 0 {
		return nil, wrap("socket", nil, errno)
	}
	return adopt("socket", sysFD(fd), Family(family), Type(typ), proto)
}

// TakeFDAs is TakeFD with the family, type and protocol taken as given. Python:
// socket.socket(family, type, proto, fileno=fd).
func TakeFDAs(fd int, family Family, typ Type, proto int) (*Socket, error) {
	if err := checkFD("socket", fd); err != nil {
		return nil, err
	}
	if err := checkKind("socket", family, typ, proto); err != nil {
		return nil, err
	}
	if _, _, _, errno := sysIdentify(sysFD(fd)); errno != 0 {
		return nil, wrap("socket", nil, errno)
	}
	return adopt("socket", sysFD(fd), family, typ, proto)
}

// FromConn makes a socket of a duplicate of the fd of a net.Conn, net.Listener,
// net.PacketConn or os.File, which goes on to work beside it. Both share
// one open file description, which the net package needs non-blocking: do not call
// Fileno or another method that hands out the fd on the result before c is closed,
// unless the result has a timeout.
func FromConn(c syscall.Conn) (*Socket, error) {
	if c == nil {
		return nil, badArg("fromconn", "conn", nil, "a net.Conn, net.Listener or os.File")
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, wrap("fromconn", nil, err)
	}
	var s *Socket
	var serr error
	if err := raw.Control(func(fd uintptr) { s, serr = duplicate(sysFD(fd)) }); err != nil {
		return nil, wrap("fromconn", nil, err)
	}
	return s, serr
}

// Share describes the socket to another process of this machine, by bytes that the program
// sends there in any way: FromShare makes a socket of them, once. Both sockets are one
// for the system, until both are closed; s counts as handed out. Windows alone; elsewhere
// SendFDs does this, and Share is errors.ErrUnsupported. Python: socket.share; C:
// WSADuplicateSocketW.
func (s *Socket) Share(pid int) ([]byte, error) {
	if pid < 0 || int64(pid) > math.MaxUint32 {
		return nil, badRange("share", "process id", pid, "0 to 4294967295")
	}
	var data []byte
	err := s.core().use(func(fd sysFD) (errno syscall.Errno) {
		if data, errno = sysShare(fd, pid); errno == 0 {
			errno = s.core().share(fd)
		}
		return errno
	})
	if err != nil {
		return nil, wrap("share", nil, err)
	}
	return data, nil
}

// FromShare makes a socket of the bytes that Share has returned in another process, or in
// this one. It starts with the default timeout and is not inheritable. Bytes from anywhere
// else are refused by the system. Windows alone; errors.ErrUnsupported elsewhere. Python:
// socket.fromshare; C: WSASocketW with FROM_PROTOCOL_INFO.
func FromShare(data []byte) (*Socket, error) {
	fd, errno := sysFromShare(data)
	if errno != 0 {
		return nil, wrap("fromshare", nil, errno)
	}
	family, typ, proto, errno := sysIdentify(fd)
	err := NewError("fromshare", nil, errno)
	var s *Socket
	if err == nil {
		s, err = adopt("fromshare", fd, Family(family), Type(typ), proto)
	}
	if err != nil {
		_ = sysClose(fd)
		return nil, err
	}
	return s, nil
}

func duplicate(fd sysFD) (*Socket, error) {
	family, typ, proto, errno := sysIdentify(fd)
	if errno != 0 {
		return nil, wrap("fromconn", nil, errno)
	}
	dup, errno := sysDup(fd, 0)
	if errno != 0 {
		return nil, wrap("fromconn", nil, errno)
	}
	if on, _ := sysGetNonblock(dup); on {
		return newSocket(dup, Family(family), Type(typ), proto), nil
	}
	s, err := adopt("fromconn", dup, Family(family), Type(typ), proto)
	if err != nil {
		_ = sysClose(dup)
	}
	return s, err
}

// adopt makes the Socket of an fd that others may know too. If it fails the fd is
// still the caller's.
func adopt(op string, fd sysFD, family Family, typ Type, proto int) (*Socket, error) {
	timeout := GetDefaultTimeout()
	if typ&sysTypeNonblock != 0 {
		timeout = 0
	}
	if errno := sysSetNonblock(fd, timeout >= 0); errno != 0 {
		return nil, wrap(op, nil, errno)
	}
	s := newSocket(fd, family, typ, proto)
	s.own.timeout.Store(int64(timeout))
	s.own.shared.set()
	s.own.getParker().synced = true
	return s, nil
}

func checkFD(op string, fd int) error {
	if fd < 0 || int(int32(fd)) != fd { // the kernel looks at 32 bits alone
		return badRange(op, "fileno", fd, "a file descriptor")
	}
	return nil
}

// CloseFD closes a file descriptor that belongs to no Socket. Python: socket.close(fd).
func CloseFD(fd int) error {
	if err := checkFD("close", fd); err != nil {
		return err
	}
	return NewError("close", nil, sysClose(sysFD(fd)))
}

// DupFD returns a duplicate of a file descriptor; it is not inheritable. Python:
// socket.dup(fd).
func DupFD(fd int) (int, error) {
	if err := checkFD("dup", fd); err != nil {
		return -1, err
	}
	dup, errno := sysDup(sysFD(fd), 0)
	if errno != 0 {
		return -1, wrap("dup", nil, errno)
	}
	return int(dup), nil
}
