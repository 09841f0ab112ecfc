package socket

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/bpf"

	"github.com/bsdsocket/socket/internal/sockaddr"
	"github.com/bsdsocket/socket/internal/syscall"
)

// A Socket is a BSD socket with the methods of Python's socket object, and a
// net.Conn. Make one with [New], [CreateConnection], [CreateServer], [Socketpair]
// or from an fd. All methods are safe for concurrent use. The zero Socket is a
// closed one.
//
// A Socket owns its file descriptor and closes it with Close, or when the garbage
// collector finds that nobody can reach the Socket.
type Socket struct {
	own  core  // the socket itself; unused in a view
	view *view // nil in the socket itself
}

// view is what WithContext and CreateConnection add to a socket.
type view struct {
	core     *core // of the socket, which it keeps from the garbage collector
	ctx      context.Context
	resolver *Resolver // of the hosts of addresses, for CreateConnection; nil: DefaultResolver
}

// core is what a socket has. It is kept small: a server has one for each connection,
// most of them idle.
type core struct {
	guard   guard
	shared  sharedFlag
	fd      sysFD
	timeout atomic.Int64 // less than 0: none
	parker  atomic.Pointer[parker]
	family  uint16
	typ     uint16
	proto   int32
	sending gate // lets one SendAll of a stream in at a time
	peer    lastPeer
	drained sync.WaitGroup // the calls in flight when Close was called
}

func (s *Socket) core() *core {
	if s.view != nil {
		return s.view.core
	}
	return &s.own
}

// lastPeer remembers the last address that the kernel gave, so that a peer that
// speaks again costs no allocation, and RemoteAddr has an answer after the end of the
// connection.
type lastPeer struct {
	busy atomic.Uint32 // 1 while a goroutine is in; others do without
	addr Addr
}

// New makes a socket: socket(2), Python's socket.socket(family, type, proto). A
// zero family means AF_INET, a zero typ SOCK_STREAM. The socket is not inheritable
// and starts with the default timeout; SOCK_NONBLOCK in typ makes it start
// non-blocking instead. No option is set.
//
// A family that the system does not have is an error that is
// errors.ErrUnsupported.
func New(family Family, typ Type, proto int) (*Socket, error) {
	if family == AF_UNSPEC {
		family = AF_INET
	}
	if typ&^sysTypeMask == 0 {
		typ |= SOCK_STREAM
	}
	if err := checkKind("socket", family, typ, proto); err != nil {
		return nil, err
	}
	fd, errno := sysSocket(int(family), int(typ&^sysTypeMask), proto)
	if errno != 0 {
		return nil, wrap("socket", nil, errno)
	}
	return newSocket(fd, family, typ, proto), nil
}

// checkKind refuses what no system takes for a kind of socket.
func checkKind(op string, family Family, typ Type, proto int) error {
	switch {
	case family < 0 && familyKnown(family):
		return wrap(op, nil, unsupported(family.String()))
	case family < 0 || family > 0xffff:
		return badRange(op, "family", int(family), "an AF_* constant")
	case typ < 0 || typ&^sysTypeMask > 0xffff:
		return badRange(op, "type", int(typ), "a SOCK_* constant")
	case int(int32(proto)) != proto:
		return badRange(op, "proto", proto, "a 32-bit integer")
	}
	return nil
}

// familyKnown reports whether a negative family is an AF_* constant of another
// system.
func familyKnown(family Family) bool {
	for _, c := range familyNames {
		if c.value == int(family) {
			return true
		}
	}
	return false
}

// newSocket makes the Socket of a new fd that is non-blocking and close-on-exec and
// known to nobody else. SOCK_NONBLOCK in typ starts it non-blocking.
func newSocket(fd sysFD, family Family, typ Type, proto int) *Socket {
	s := new(Socket)
	c := &s.own
	c.fd, c.family, c.typ, c.proto = fd, uint16(family), uint16(typ&^sysTypeMask), int32(proto)
	timeout := GetDefaultTimeout()
	if typ&sysTypeNonblock != 0 {
		timeout = 0
	}
	c.timeout.Store(int64(timeout))
	c.drained.Add(1)
	c.guard.open()
	// A cleanup (runtime.AddCleanup) costs three allocations more.
	runtime.SetFinalizer(s, func(s *Socket) { _ = s.Close() })
	return s
}

// WithContext returns a view of the same socket whose calls also end when ctx does:
// with an error that wraps context.Cause(ctx). Calls through s and other views are not
// disturbed. A view is the same socket in all else: Close, SetTimeout and Detach on it
// act on the socket. The context of s, if it has one, is replaced.
func (s *Socket) WithContext(ctx context.Context) *Socket {
	return &Socket{view: &view{core: s.core(), ctx: ctx}}
}

// Family returns the address family.
func (s *Socket) Family() Family { return Family(s.core().family) }

// Type returns the socket type, without SOCK_NONBLOCK and SOCK_CLOEXEC.
func (s *Socket) Type() Type { return Type(s.core().typ) }

// Proto returns the protocol number given to New; 0 is the family's default.
func (s *Socket) Proto() int { return int(s.core().proto) }

// Fileno returns the file descriptor, or -1 if the socket is closed. The socket
// still owns it: do not close it. From now on O_NONBLOCK says what GetBlocking says,
// see the package documentation. Python: socket.fileno.
func (s *Socket) Fileno() int {
	fd := -1
	_ = s.core().use(func(f sysFD) syscall.Errno {
		fd = int(f)
		return s.core().share(f)
	})
	return fd
}

// Closed reports whether the socket is closed or detached.
func (s *Socket) Closed() bool { return s.core().guard.closed() }

// Close closes the socket and wakes every call that waits on it, which fails with
// net.ErrClosed. When it returns no call uses the fd any more. To close a closed
// socket is no error. Python: socket.close; C: close(2).
func (s *Socket) Close() error {
	errno := s.core().close(func(c *core, p *parker) syscall.Errno {
		if c.isRegistered() {
			return p.poller.close()
		}
		return sysClose(c.fd)
	})
	if errno == ECONNRESET {
		errno = 0 // FreeBSD tells of a reset; the fd is closed all the same, as in Python
	}
	return NewError("close", nil, errno)
}

// close turns all calls away and lets the first caller dispose of the fd, after the
// calls in flight.
func (c *core) close(dispose func(*core, *parker) syscall.Errno) syscall.Errno {
	first, drained := c.guard.close()
	if drained {
		c.drained.Done()
	}
	if !first {
		c.drained.Wait()
		return 0
	}
	if p := c.parker.Load(); p != nil {
		p.announce()
	}
	c.drained.Wait()
	p := c.parker.Load() // a call in flight may have made it
	errno := dispose(c, p)
	if p != nil {
		for d := range p.lanes {
			if l := p.lanes[d].Load(); l != nil {
				l.retire()
			}
		}
	}
	return errno
}

// leave ends what guard.enter began.
func (c *core) leave() {
	if c.guard.leave() {
		c.drained.Done()
	}
}

// use makes one system call that does not wait, and may be interrupted.
func (c *core) use(call func(fd sysFD) syscall.Errno) error {
	defer c.leave()
	if !c.guard.enter() {
		return errClosed
	}
	for {
		if errno := call(c.fd); errno == 0 {
			return nil
		} else if errno != EINTR {
			return errno
		}
	}
}

// Detach closes the Socket but not the fd, and returns the fd, which belongs to the
// caller from then on. Calls that wait end with net.ErrClosed. The fd is blocking if
// the socket was in blocking mode. Python: socket.detach.
//
// The number is the one that Fileno tells, with one exception: the fd of a socket that
// has had to wait is in the runtime's poller, which closes it when it lets it go.
// The socket is saved by a duplicate and moved back to its number; should another
// thread have taken the number in that instant, Detach returns another one.
func (s *Socket) Detach() (int, error) {
	fd, err := s.detach()
	if err != nil {
		return -1, wrap("detach", nil, err)
	}
	return int(fd), nil
}

func (s *Socket) detach() (sysFD, error) {
	// The duplicate that release needs comes first: if there is none to be had, the
	// socket stays as it is.
	fd, saved, inheritable := sysInvalidFD, sysInvalidFD, false
	err := s.core().use(func(fd sysFD) (errno syscall.Errno) {
		if errno = s.core().share(fd); errno == 0 {
			inheritable, errno = sysGetInheritable(fd)
		}
		if errno == 0 && s.core().isRegistered() {
			saved, errno = sysDup(fd, 0)
		}
		return errno
	})
	if err != nil {
		return sysInvalidFD, err
	}
	errno := s.core().close(func(c *core, p *parker) (errno syscall.Errno) {
		fd = c.fd
		if !c.isRegistered() {
			return sysRelease(fd, c.getTimeout() >= 0)
		}
		if saved == sysInvalidFD { // it has begun to wait since
			saved, errno = sysDup(fd, 0)
		}
		_ = p.poller.close()
		if errno == 0 {
			fd, saved = moveTo(saved, fd), sysInvalidFD
		}
		if errno == 0 && inheritable {
			errno = sysSetInheritable(fd, true)
		}
		if errno == 0 {
			errno = sysRelease(fd, c.getTimeout() >= 0)
		}
		return errno
	})
	if saved != sysInvalidFD { // closed by another meanwhile
		_ = sysClose(saved)
	}
	switch {
	case errno != 0:
		return sysInvalidFD, errno
	case fd == sysInvalidFD:
		return sysInvalidFD, errClosed
	}
	return fd, nil
}

// moveTo gives an fd the number want, if that is free.
func moveTo(fd, want sysFD) sysFD {
	moved, errno := sysDup(fd, int(want))
	if errno != 0 {
		return fd // no number left: the one it has is as good
	}
	_ = sysClose(fd)
	return moved
}

// Dup returns a new Socket with a duplicate of the fd: same family, type, protocol and
// timeout. Both share one open file description, so from now on O_NONBLOCK says what
// GetBlocking says. The duplicate is not inheritable. Python: socket.dup.
func (s *Socket) Dup() (*Socket, error) {
	var dup sysFD
	err := s.core().use(func(fd sysFD) (errno syscall.Errno) {
		if errno = s.core().share(fd); errno == 0 {
			dup, errno = sysDup(fd, 0)
		}
		return errno
	})
	if err != nil {
		return nil, wrap("dup", nil, err)
	}
	d := newSocket(dup, s.Family(), s.Type(), s.Proto())
	d.own.timeout.Store(int64(s.GetTimeout()))
	d.own.shared.set()
	d.own.getParker().synced = true // s has set the flag that both share
	return d, nil
}

// GetInheritable reports whether a child process gets the fd. Python:
// socket.get_inheritable.
func (s *Socket) GetInheritable() (bool, error) {
	var on bool
	err := s.core().use(func(fd sysFD) (errno syscall.Errno) {
		on, errno = sysGetInheritable(fd)
		return errno
	})
	return on, wrap("get_inheritable", nil, err)
}

// SetInheritable sets whether a child process gets the fd, under the same number, from
// os/exec or from C code; new sockets are not inherited. From the moment it is set
// O_NONBLOCK says what GetBlocking says. (The ExtraFiles of os/exec take an *os.File, under
// a number of their own: give them one of Detach's fd.) Python: socket.set_inheritable.
func (s *Socket) SetInheritable(inheritable bool) error {
	return wrap("set_inheritable", nil, s.core().use(func(fd sysFD) syscall.Errno {
		if inheritable {
			if errno := s.core().share(fd); errno != 0 {
				return errno
			}
		}
		return sysSetInheritable(fd, inheritable)
	}))
}

// Bind gives the socket an address. Python: socket.bind; C: bind(2).
func (s *Socket) Bind(addr Addr) error {
	var sa sockaddr.Storage
	var c call
	c.begin(s, writing)
	if _, err := s.address(&c, "bind", &sa, addr); err != nil {
		return err
	}
	return wrap("bind", addr, s.core().use(func(fd sysFD) syscall.Errno { return sysBind(fd, &sa) }))
}

// Listen makes the socket accept connections. backlog is how many the system
// keeps waiting; a negative one counts as 0 and none as the smaller of SOMAXCONN and
// 128. Python: socket.listen; C: listen(2).
func (s *Socket) Listen(backlog ...int) error {
	n := min(SOMAXCONN, 128)
	if len(backlog) > 0 {
		n = max(backlog[0], 0)
	}
	if int(int32(n)) != n {
		return badRange("listen", "backlog", n, "a 32-bit integer")
	}
	return wrap("listen", nil, s.core().use(func(fd sysFD) syscall.Errno { return sysListen(fd, n) }))
}

// Accept waits for a connection and returns its socket, which has the family, type
// and protocol of s and the default timeout and is not inheritable, and the address
// of the peer. Python: socket.accept; C: accept(2).
func (s *Socket) Accept() (*Socket, Addr, error) {
	var sa sockaddr.Storage
	var nfd sysFD
	var c call
	name := &sa
	if s.Family() == AF_ALG {
		name = nil // asked for one it answers ECONNABORTED: crypto/af_alg.c has no getname
	}
	c.begin(s, reading)
	for c.next() {
		if c.core.shared.isSet() { // do not touch O_NONBLOCK for nothing
			ready, soError := sysReady(c.fd, reading)
			if c.errno = soError; !ready {
				c.errno = EAGAIN
			}
			if c.errno != 0 {
				continue
			}
		}
		c.errno = c.core.nonblocking(c.fd, func() (errno syscall.Errno) {
			nfd, errno = sysAccept(c.fd, name)
			return errno
		})
	}
	if c.err != nil {
		return nil, nil, wrap("accept", nil, c.err)
	}
	peer := decodeAddr(&sa, nil)
	if peer == nil { // some systems say nothing of a peer without a name
		peer = zeroAddr(s.Family())
	}
	conn := newSocket(nfd, s.Family(), s.Type(), s.Proto())
	conn.own.peer.addr = peer
	return conn, peer, nil
}

// Connect connects to addr. It waits for the end of the attempt as the mode of the
// socket allows; a non-blocking socket gets ErrInProgress and goes on
// connecting, and so does one whose timeout ends first. Python: socket.connect; C:
// connect(2).
func (s *Socket) Connect(addr Addr) error {
	var sa sockaddr.Storage
	var c call
	c.begin(s, writing)
	peer, err := s.address(&c, "connect", &sa, addr)
	if err != nil {
		return err
	}
	begun := false
	for c.next() {
		if !begun {
			c.errno = c.core.nonblocking(c.fd, func() syscall.Errno { return sysConnect(c.fd, &sa) })
			switch c.errno {
			case EINPROGRESS, EALREADY, EINTR: // EINTR: it goes on, see connect(2)
				begun = c.timeout != 0
			}
		}
		if begun { // on loopback it has ended already
			c.errno = c.core.nonblocking(c.fd, func() syscall.Errno { return sysConnectResult(c.fd, &sa) })
		}
	}
	if c.err != nil {
		return wrap("connect", addr, c.err)
	}
	c.core.peer.set(peer)
	return nil
}

// ConnectEx is Connect with the number of the system's error as a result, 0 for
// success: EINPROGRESS, EAGAIN if the timeout ended, EBADF if the socket is closed. The
// error is for what has no number: bad arguments, failed look-ups, the end of a
// context. Python: socket.connect_ex.
func (s *Socket) ConnectEx(addr Addr) (syscall.Errno, error) {
	err := s.Connect(addr)
	if err == nil {
		return 0, nil
	}
	if errors.Is(err, ErrTimeout) {
		return EAGAIN, nil
	}
	if errno, ok := ErrnoOf(err); ok && isOwn(err) {
		return errno, nil
	}
	return 0, err
}

// isOwn reports whether err comes from a call on a socket and not from a look-up,
// which may have an errno somewhere inside.
func isOwn(err error) bool {
	_, ok := err.(*Error) //nolint:errorlint // the outermost error is meant
	return ok
}

// Shutdown ends one or both directions of a connection. Python: socket.shutdown; C:
// shutdown(2).
func (s *Socket) Shutdown(how How) error {
	if int(int32(how)) != int(how) { // the system would cut it to another
		return badRange("shutdown", "how", int(how), "a SHUT_* constant")
	}
	return wrap("shutdown", nil, s.core().use(func(fd sysFD) syscall.Errno {
		errno := sysShutdown(fd, int(how))
		if p := s.core().parker.Load(); p != nil && errno == 0 {
			// Not every poller has an event for one's own shutdown: let who waits try.
			p.kick(reading)
			p.kick(writing)
		}
		return errno
	}))
}

// GetSockName returns the socket's own address. Python: socket.getsockname; C:
// getsockname(2).
func (s *Socket) GetSockName() (Addr, error) {
	return s.name("getsockname", sysGetsockname)
}

// GetPeerName returns the address of the other end. Python: socket.getpeername; C:
// getpeername(2).
func (s *Socket) GetPeerName() (Addr, error) {
	return s.name("getpeername", sysGetpeername)
}

func (s *Socket) name(op string, get func(sysFD, *sockaddr.Storage) syscall.Errno) (Addr, error) {
	var sa sockaddr.Storage
	err := s.core().use(func(fd sysFD) syscall.Errno { return get(fd, &sa) })
	if err != nil {
		return nil, wrap(op, nil, err)
	}
	return decodeAddr(&sa, nil), nil
}

// String returns a text such as Python's repr prints:
// "<socket.Socket fd=3, family=AF_INET, type=SOCK_STREAM, proto=0, laddr=127.0.0.1:80>".
// It does not count as handing out the fd.
func (s *Socket) String() string {
	fd := -1
	_ = s.core().use(func(f sysFD) syscall.Errno { fd = int(f); return 0 })
	closed := ""
	if fd < 0 {
		closed = " [closed]"
	}
	text := fmt.Sprintf("<socket.Socket%s fd=%d, family=%v, type=%v, proto=%d", closed, fd, s.Family(), s.Type(), s.Proto())
	if a, err := s.GetSockName(); err == nil && a != nil && a.String() != "" {
		text += ", laddr=" + a.String()
	}
	if a, err := s.GetPeerName(); err == nil && a != nil && a.String() != "" {
		text += ", raddr=" + a.String()
	}
	return text + ">"
}

// get returns the last peer, unless another goroutine is at it.
func (p *lastPeer) get() (addr Addr) {
	if p.busy.CompareAndSwap(0, 1) {
		addr = p.addr
		p.busy.Store(0)
	}
	return addr
}

// set remembers a peer, unless another goroutine is at it.
func (p *lastPeer) set(addr Addr) {
	if p.busy.CompareAndSwap(0, 1) {
		p.addr = addr
		p.busy.Store(0)
	}
}

// The boundary: what a backend supplies, each with its exact type, so that a backend
// that differs does not compile.
var (
	_ func(family, typ, proto int) (sysFD, syscall.Errno)                   = sysSocket
	_ func() Family                                                         = sysPairFamily
	_ func(family, typ, proto int) ([2]sysFD, syscall.Errno)                = sysSocketpair
	_ func(sysFD) syscall.Errno                                             = sysClose
	_ func(fd sysFD, least int) (sysFD, syscall.Errno)                      = sysDup
	_ func(fd sysFD, pid int) (data []byte, errno syscall.Errno)            = sysShare
	_ func(data []byte) (sysFD, syscall.Errno)                              = sysFromShare
	_ func(sysFD, *sockaddr.Storage) syscall.Errno                          = sysBind
	_ func(fd sysFD, backlog int) syscall.Errno                             = sysListen
	_ func(sysFD, *sockaddr.Storage) (sysFD, syscall.Errno)                 = sysAccept
	_ func(sysFD, *sockaddr.Storage) syscall.Errno                          = sysConnect
	_ func(sysFD, *sockaddr.Storage) syscall.Errno                          = sysConnectResult
	_ func(fd sysFD, how int) syscall.Errno                                 = sysShutdown
	_ func(sysFD, *sockaddr.Storage) syscall.Errno                          = sysGetsockname
	_ func(sysFD, *sockaddr.Storage) syscall.Errno                          = sysGetpeername
	_ func(fd sysFD, p []byte, flags int) (int, syscall.Errno)              = sysRecv
	_ func(sysFD, []byte, int, *sockaddr.Storage) (int, syscall.Errno)      = sysRecvFrom
	_ func(fd sysFD, p []byte, flags int) (int, syscall.Errno)              = sysSend
	_ func(sysFD, []byte, int, *sockaddr.Storage) (int, syscall.Errno)      = sysSendTo
	_ func(fd sysFD, level, name int, value []byte) (int, syscall.Errno)    = sysGetsockopt
	_ func(fd sysFD, level, name int, value []byte, size int) syscall.Errno = sysSetsockopt
	_ func(fd sysFD, req uint, arg []byte) syscall.Errno                    = sysIoctl
	_ func(fd sysFD, name int, program []bpf.RawInstruction) syscall.Errno  = sysAttachFilter
	_ func(sysFD) (soError, errno syscall.Errno)                            = sysTakeError
	_ func(sysFD) (family, typ, proto int, errno syscall.Errno)             = sysIdentify
	_ func(sysFD) (bool, syscall.Errno)                                     = sysGetInheritable
	_ func(fd sysFD, inheritable bool) syscall.Errno                        = sysSetInheritable
	_ func(sysFD) (bool, syscall.Errno)                                     = sysGetNonblock
	_ func(fd sysFD, on bool) syscall.Errno                                 = sysSetNonblock
	_ func(fd sysFD, nonblock bool) syscall.Errno                           = sysRelease
	_ func(sysFD, direction) (ready bool, soError syscall.Errno)            = sysReady
	_ bool                                                                  = sysPollerLooks
	_ int8                                                                  = sysSpins
	_ func(sysFD) (sysPoller, syscall.Errno)                                = sysOpenPoller
	_ func(*sysPoller, direction, func(uintptr) bool) (bool, error)         = (*sysPoller).wait
	_ func(*sysPoller, direction, time.Time)                                = (*sysPoller).setDeadline
	_ func(*sysPoller) syscall.Errno                                        = (*sysPoller).close
	_ func(errno syscall.Errno, target error) bool                          = sysErrnoIs
	_ func(add func(index int, name string)) syscall.Errno                  = sysInterfaces
	_ func(name string) (index int, errno syscall.Errno)                    = sysIfNameToIndex
	_ func(index int) (name string, errno syscall.Errno)                    = sysIfIndexToName
	_ func() (name string, errno syscall.Errno)                             = sysGetHostName
	_ func(name string) syscall.Errno                                       = sysSetHostName

	_ func(fd sysFD, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (int, syscall.Errno)                     = sysSendMsg
	_ func(fd sysFD, bufs [][]byte, control []byte, flags int, sa *sockaddr.Storage) (n, cn, mflags int, errno syscall.Errno) = sysRecvMsg
)
