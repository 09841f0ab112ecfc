package socket

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/bsdsocket/socket/internal/syscall"
)

// The values of most options are a C int.
const sizeofInt = 4

// GetSockOptInt returns an option whose value is a C int, a boolean or a byte.
// Python: socket.getsockopt(level, optname); C: getsockopt(2).
func (s *Socket) GetSockOptInt(level, name int) (int, error) {
	var buf [sizeofInt]byte
	var n int
	err := s.getsockopt(level, name, buf[:], &n)
	if err != nil {
		return 0, err
	}
	if n == 1 { // Windows and some options of IP answer with one byte
		return int(buf[0]), nil
	}
	return int(int32(binary.NativeEndian.Uint32(buf[:]))), nil
}

// GetSockOptBytes returns the value of an option as bytes, up to buflen of them:
// a C struct, for instance. buflen must be 1 to 1024. Python:
// socket.getsockopt(level, optname, buflen); C: getsockopt(2).
func (s *Socket) GetSockOptBytes(level, name, buflen int) ([]byte, error) {
	if buflen < 1 || buflen > 1024 {
		return nil, badRange("getsockopt", "buflen", buflen, "1 to 1024")
	}
	buf := make([]byte, buflen)
	var n int
	if err := s.getsockopt(level, name, buf, &n); err != nil {
		return nil, err
	}
	return buf[:n:n], nil
}

// fionbio are the numbers of FIONBIO: on Linux, on Linux for MIPS, and on Linux for POWER
// and all other systems (asm/ioctls.h, sys/filio.h, winsock2.h).
var fionbio = []uint{0x5421, 0x667e, 0x8004667e}

// Ioctl makes a request that is special to the kind of socket or the system. arg is its
// argument, which the system reads and writes; what it writes beyond the end of arg is
// dropped, and without arg it gets a null pointer. FIONBIO is refused, since SetBlocking
// does that. Python: socket.ioctl, on Windows, else fcntl.ioctl; C: ioctl(2), WSAIoctl.
//
// A request that the system does not know fails with ENOTTY on Unix, and with WSAEOPNOTSUPP,
// which is errors.ErrUnsupported, on Windows. There the requests are SIO_RCVALL,
// SIO_KEEPALIVE_VALS, SIO_LOOPBACK_FAST_PATH and their like, and these two: a datagram
// socket of this package does not tell that an earlier datagram found no receiver, or no
// way. Ioctl(SIO_UDP_CONNRESET, []byte{1, 0, 0, 0}) makes receives fail with
// WSAECONNRESET for the first, and SIO_UDP_NETRESET with WSAENETRESET for the second.
func (s *Socket) Ioctl(req uint, arg []byte) error {
	if req > math.MaxUint32 {
		return badRange("ioctl", "request", req, "a 32-bit number")
	}
	if len(arg) > math.MaxInt32 {
		return badRange("ioctl", "length of the argument", len(arg), "at most 2147483647")
	}
	if slices.Contains(fionbio, req) {
		return badArg("ioctl", "request", "FIONBIO", "SetBlocking in its place")
	}
	return wrap("ioctl", nil, s.core().use(func(fd sysFD) syscall.Errno { return sysIoctl(fd, req, arg) }))
}

func (s *Socket) getsockopt(level, name int, value []byte, n *int) error {
	if err := checkOption("getsockopt", level, name); err != nil {
		return err
	}
	return wrap("getsockopt", nil, s.core().use(func(fd sysFD) (errno syscall.Errno) {
		*n, errno = sysGetsockopt(fd, level, name, value)
		return errno
	}))
}

// SetSockOptInt sets an option whose value is a C int. value must fit in 32 bits.
// Python: socket.setsockopt(level, optname, value: int); C: setsockopt(2).
func (s *Socket) SetSockOptInt(level, name, value int) error {
	if int64(value) < math.MinInt32 || int64(value) > math.MaxUint32 {
		return badRange("setsockopt", "value", value, "a 32-bit integer")
	}
	var buf [sizeofInt]byte
	binary.NativeEndian.PutUint32(buf[:], uint32(value))
	return s.setsockopt(level, name, buf[:], sizeofInt)
}

// SetSockOptBool sets an option whose value is a C int to 1 or 0.
func (s *Socket) SetSockOptBool(level, name int, value bool) error {
	if value {
		return s.SetSockOptInt(level, name, 1)
	}
	return s.SetSockOptInt(level, name, 0)
}

// SetSockOptBytes sets an option from bytes: a C struct, for instance. Python:
// socket.setsockopt(level, optname, value: buffer); C: setsockopt(2).
func (s *Socket) SetSockOptBytes(level, name int, value []byte) error {
	if value == nil {
		value = []byte{} // a null pointer is SetSockOptNone's
	}
	return s.setsockopt(level, name, value, len(value))
}

// SetSockOptNone sets an option from a null pointer and a length, which a few options
// take. Python: socket.setsockopt(level, optname, None, optlen); C: setsockopt(2).
func (s *Socket) SetSockOptNone(level, name, optlen int) error {
	if optlen < 0 || int64(optlen) > math.MaxInt32 {
		return badRange("setsockopt", "optlen", optlen, "0 to 1<<31-1")
	}
	return s.setsockopt(level, name, nil, optlen)
}

func (s *Socket) setsockopt(level, name int, value []byte, size int) error {
	if err := checkOption("setsockopt", level, name); err != nil {
		return err
	}
	return wrap("setsockopt", nil, s.core().use(func(fd sysFD) syscall.Errno {
		return sysSetsockopt(fd, level, name, value, size)
	}))
}

// checkOption refuses what the system would cut to the number of another option.
func checkOption(op string, level, name int) error {
	if int(int32(level)) != level {
		return badRange(op, "level", level, "a 32-bit integer")
	}
	if int(int32(name)) != name {
		return badRange(op, "name", name, "a 32-bit integer")
	}
	return nil
}

// TakeError returns and clears the error that waits on the socket (SO_ERROR): the
// outcome of a non-blocking connect for instance. It returns nil if there is none.
// Do not call it on Windows while a Connect of another goroutine waits: what it takes
// was for that, which may then wait until its timeout or its context ends.
func (s *Socket) TakeError() error {
	var soError syscall.Errno
	err := s.core().use(func(fd sysFD) (errno syscall.Errno) {
		soError, errno = sysTakeError(fd)
		return errno
	})
	if err != nil {
		return wrap("getsockopt", nil, err)
	}
	return NewError("getsockopt", nil, soError)
}
