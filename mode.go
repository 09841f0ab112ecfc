package socket

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bsdsocket/socket/internal/syscall"
)

// This file is about the blocking mode of a socket and the flag O_NONBLOCK.
//
// O_NONBLOCK belongs to the open file description: other processes that have the
// socket, and C code in this one, see it. A socket that only this library knows is
// always non-blocking. As soon as its fd is handed out or shared, the flag says what
// GetBlocking says, as in Python. Calls that move data do not care, as
// they carry MSG_DONTWAIT. accept(2) and connect(2) have no such flag:
// on a shared socket the library sets O_NONBLOCK for the instant of the call. Another
// process that makes a call on the same description in that instant can find it
// non-blocking (EAGAIN); one that changes the flag itself in that instant can make the
// call here block its thread until a connection comes.

// defaultTimeout is one more than the timeout, so that it starts as NoTimeout.
var defaultTimeout atomic.Int64

// GetDefaultTimeout returns the timeout that new sockets start with, NoTimeout
// unless SetDefaultTimeout changed it. Python: socket.getdefaulttimeout.
func GetDefaultTimeout() time.Duration {
	return time.Duration(defaultTimeout.Load()) - 1
}

// SetDefaultTimeout sets the timeout that new sockets start with: less than 0
// (NoTimeout) blocking, 0 non-blocking. Python: socket.setdefaulttimeout.
func SetDefaultTimeout(d time.Duration) { defaultTimeout.Store(int64(max(d, NoTimeout)) + 1) }

// SetTimeout sets the limit of each call that has to wait, measured from the
// start of the call: d > 0 ends it with ErrTimeout, 0 makes the socket
// non-blocking, less than 0 (NoTimeout) lets it wait for ever. A call whose data
// is there does not look at the timeout. Calls already waiting keep the one they
// began with. Python: socket.settimeout.
func (s *Socket) SetTimeout(d time.Duration) error {
	return s.setTimeout("settimeout", d)
}

// SetBlocking is SetTimeout(NoTimeout) if blocking and else SetTimeout(0).
// Python: socket.setblocking.
func (s *Socket) SetBlocking(blocking bool) error {
	if blocking {
		return s.setTimeout("setblocking", NoTimeout)
	}
	return s.setTimeout("setblocking", 0)
}

// GetTimeout returns the timeout; NoTimeout means that calls wait for ever, 0 that
// they do not wait. Python: socket.gettimeout.
func (s *Socket) GetTimeout() time.Duration { return s.core().getTimeout() }

// GetBlocking reports whether calls wait, with or without a limit: whether
// GetTimeout is not 0. Python: socket.getblocking.
func (s *Socket) GetBlocking() bool { return s.core().getTimeout() != 0 }

func (s *Socket) setTimeout(op string, d time.Duration) error {
	c := s.core()
	return wrap(op, nil, c.use(func(fd sysFD) syscall.Errno {
		c.timeout.Store(int64(max(d, NoTimeout)))
		if !c.shared.isSet() {
			return 0
		}
		nonblockMu.Lock()
		defer nonblockMu.Unlock()
		return c.syncNonblock(fd)
	}))
}

func (c *core) getTimeout() time.Duration { return time.Duration(c.timeout.Load()) }

// share notes that others know the fd from now on, and lets O_NONBLOCK say what
// GetBlocking says.
func (c *core) share(fd sysFD) syscall.Errno {
	c.shared.set()
	nonblockMu.Lock()
	defer nonblockMu.Unlock()
	if c.getParker().synced {
		return 0
	}
	return c.syncNonblock(fd)
}

// syncNonblock sets O_NONBLOCK to what GetBlocking says; the caller holds
// nonblockMu.
func (c *core) syncNonblock(fd sysFD) syscall.Errno {
	errno := sysSetNonblock(fd, c.getTimeout() >= 0)
	c.getParker().synced = errno == 0
	return errno
}

// nonblocking makes a call that would block on a fd without O_NONBLOCK.
func (c *core) nonblocking(fd sysFD, call func() syscall.Errno) syscall.Errno {
	if c.shared.enter() {
		errno := call()
		c.shared.leave()
		return errno
	}
	nonblockMu.Lock()
	defer nonblockMu.Unlock()
	return withNonblock(fd, call)
}

// nonblockMu guards O_NONBLOCK of all shared fds. It is one for all, because several
// sockets may have the same open file description and nothing tells which. It is held for
// one non-blocking system call.
var nonblockMu sync.Mutex

// withNonblock makes a call with O_NONBLOCK set, and leaves the flag as it was.
func withNonblock(fd sysFD, call func() syscall.Errno) syscall.Errno {
	on, errno := sysGetNonblock(fd)
	if errno != 0 {
		return errno
	}
	if on {
		return call()
	}
	if errno := sysSetNonblock(fd, true); errno != 0 {
		return errno
	}
	errno = call()
	// A socket that could be made non-blocking can be made blocking.
	_ = sysSetNonblock(fd, false)
	return errno
}

// A sharedFlag tells whether an fd is shared, and keeps a call that counts on its
// being unshared from overlapping with the moment it becomes shared.
type sharedFlag struct {
	state atomic.Int32 // the sign bit is the flag, the rest counts the calls
}

func (f *sharedFlag) isSet() bool { return f.state.Load() < 0 }

// enter begins a call that needs the fd unshared; if it returns true, leave ends
// the call.
func (f *sharedFlag) enter() bool {
	if f.state.Add(1) > 0 {
		return true
	}
	f.leave()
	return false
}

func (f *sharedFlag) leave() { f.state.Add(-1) }

// set sets the flag and waits for the calls that began before. Each is one
// non-blocking system call.
func (f *sharedFlag) set() {
	const flag = -1 << 31
	f.state.Or(flag)
	for f.state.Load() != flag {
		runtime.Gosched()
	}
}
