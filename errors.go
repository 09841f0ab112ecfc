package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strconv"

	"github.com/bsdsocket/socket/internal/gai"
	"github.com/bsdsocket/socket/internal/syscall"
)

// An Error is an error of the operating system, or one of this package that
// stands in its place (a timeout, the end of a context, a closed socket). It is
// Python's OSError and its subclasses.
//
// Err is a bare syscall.Errno if the error came from a system call. Match it with
// [errors.Is] against the portable errors of this package (ErrConnRefused, ...),
// against net.ErrClosed, os.ErrDeadlineExceeded, fs.ErrPermission,
// fs.ErrNotExist and errors.ErrUnsupported, or against the errno constants
// (ECONNREFUSED, ...) of the system. Never match its text.
type Error struct {
	Op   string // the C name of the call: "connect"
	Addr Addr   // the address argument of the call, nil if it has none
	Err  error  // what went wrong

	option string // the C name of the option that a getsockopt or setsockopt was about
}

var _ net.Error = (*Error)(nil)

// Error returns a text such as "connect 127.0.0.1:1: connection refused", or "setsockopt
// TCP_CORK: protocol not available" of an [Option].
func (e *Error) Error() string {
	s := e.Op
	if e.option != "" {
		s += " " + e.option
	}
	if e.Addr != nil {
		if a := e.Addr.String(); a != "" {
			s += " " + a
		}
	}
	return s + ": " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// Timeout reports whether the call ran out of time: its own timeout, a deadline
// (ErrTimeout), that of its context, or the kernel's (ETIMEDOUT). It is false for
// ErrWouldBlock, as a call that may not wait has not waited.
func (e *Error) Timeout() bool {
	if errno, ok := e.Err.(syscall.Errno); ok { //nolint:errorlint // Err is the bare number
		return errno == ETIMEDOUT
	}
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// Temporary reports whether the same call may succeed later. It exists for
// net.Error, and for servers such as net/http's that go on accepting
// connections after such an error.
func (e *Error) Temporary() bool {
	errno, ok := e.Err.(syscall.Errno) //nolint:errorlint // Err is the bare number
	return ok && slices.Contains(errnosTemporary, errno) || e.Timeout()
}

// Is makes errors.Is match the portable errors of this package.
func (e *Error) Is(target error) bool {
	errno, ok := e.Err.(syscall.Errno)
	if !ok {
		return false
	}
	if (errno == EAFNOSUPPORT || errno == ENOPROTOOPT) && target == errors.ErrUnsupported {
		return true // a family or an option that the kernel at hand does not have
	}
	kind, ok := target.(*errorKind)
	return ok && kind.matches(errno) || sysErrnoIs(errno, target)
}

// errorKind is a portable error: a class of error numbers.
type errorKind struct {
	text   string
	errnos []syscall.Errno
}

func (k *errorKind) Error() string { return k.text }

func (k *errorKind) matches(errno syscall.Errno) bool { return slices.Contains(k.errnos, errno) }

// The portable errors. Use them with [errors.Is]: they match the number that
// the system at hand uses. The Python exception is named with each.
var (
	// ErrTimeout is the end of a socket's timeout or deadline
	// (TimeoutError). It is also os.ErrDeadlineExceeded. ETIMEDOUT from the kernel
	// is another error.
	ErrTimeout error = timeoutError{}

	// ErrWouldBlock is a non-blocking call that would have to wait
	// (BlockingIOError; EAGAIN).
	ErrWouldBlock error = &errorKind{"operation would block", []syscall.Errno{EAGAIN}}

	// ErrInProgress is a non-blocking connect that goes on
	// (BlockingIOError; EINPROGRESS).
	ErrInProgress error = &errorKind{"operation now in progress", errnosInProgress}

	// ErrConnRefused is ConnectionRefusedError (ECONNREFUSED).
	ErrConnRefused error = &errorKind{"connection refused", []syscall.Errno{ECONNREFUSED}}

	// ErrConnReset is ConnectionResetError (ECONNRESET).
	ErrConnReset error = &errorKind{"connection reset by peer", []syscall.Errno{ECONNRESET}}

	// ErrConnAborted is ConnectionAbortedError (ECONNABORTED).
	ErrConnAborted error = &errorKind{"software caused connection abort", []syscall.Errno{ECONNABORTED}}

	// ErrBrokenPipe is BrokenPipeError: a send after the end of the
	// connection or after shutdown (EPIPE, ESHUTDOWN).
	ErrBrokenPipe error = &errorKind{"broken pipe", errnosBrokenPipe}

	// ErrAddrInUse is EADDRINUSE.
	ErrAddrInUse error = &errorKind{"address already in use", []syscall.Errno{EADDRINUSE}}

	// ErrAddrNotAvail is EADDRNOTAVAIL.
	ErrAddrNotAvail error = &errorKind{"cannot assign requested address", []syscall.Errno{EADDRNOTAVAIL}}

	// ErrNotConnected is ENOTCONN.
	ErrNotConnected error = &errorKind{"socket is not connected", []syscall.Errno{ENOTCONN}}
)

// timeoutError is the type of ErrTimeout.
type timeoutError struct{}

func (timeoutError) Error() string   { return "timed out" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }
func (timeoutError) Is(target error) bool {
	return target == os.ErrDeadlineExceeded
}

// closedError is the error of a call on a closed socket: Go's net.ErrClosed and
// the EBADF that Python's closed socket gives.
type closedError struct{}

var errClosed error = closedError{}

func (closedError) Error() string { return "use of closed socket" }
func (closedError) Is(target error) bool {
	return target == net.ErrClosed || target == error(EBADF)
}

// contextError is the error of a call whose context ended.
type contextError struct{ cause error }

func newContextError(ctx context.Context) error { return contextError{context.Cause(ctx)} }

func (e contextError) Error() string { return e.cause.Error() }
func (e contextError) Unwrap() error { return e.cause }

// An ArgError is an argument that a function refuses before it makes any system
// call: Python's OverflowError, ValueError or TypeError. It is no net.Error, just
// as those are no OSError.
type ArgError struct {
	Op    string // the C name of the call: "bind"
	Arg   string // the argument: "port"
	Value any    // what was given
	Want  string // what is allowed
	Err   error  // strconv.ErrRange for a number out of range, else fs.ErrInvalid
}

// Error returns a text such as "bind: port 65536: want 0 to 65535".
func (e *ArgError) Error() string {
	if e.Value == nil {
		return fmt.Sprintf("%s: %s nil: want %s", e.Op, e.Arg, e.Want)
	}
	if s, ok := e.Value.(string); ok {
		return fmt.Sprintf("%s: %s %s: want %s", e.Op, e.Arg, strconv.Quote(s), e.Want)
	}
	return fmt.Sprintf("%s: %s %v: want %s", e.Op, e.Arg, e.Value, e.Want)
}

// Unwrap returns e.Err.
func (e *ArgError) Unwrap() error { return e.Err }

func badRange(op, arg string, value any, want string) error {
	return &ArgError{op, arg, value, want, strconv.ErrRange}
}

func badArg(op, arg string, value any, want string) error {
	return &ArgError{op, arg, value, want, fs.ErrInvalid}
}

// unsupported is the error of what this system does not have.
func unsupported(what string) error { return fmt.Errorf("%s: %w", what, errors.ErrUnsupported) }

// An AddrInfoError is a failed look-up of getaddrinfo(3) or getnameinfo(3),
// Python's gaierror.
type AddrInfoError struct {
	Op   string // the C name of the call: "getaddrinfo"
	Name string // the name that was looked up
	Code EAI    // the number of the system's own getaddrinfo
	Err  error  // the cause, for instance a *net.DNSError; may be nil
}

var _ net.Error = (*AddrInfoError)(nil)

// Error returns a text such as "getaddrinfo nosuch: name or service not known".
func (e *AddrInfoError) Error() string {
	return e.Op + " " + printable(e.Name) + ": " + e.Code.text() + ended(e.Err)
}

// Unwrap returns e.Err.
func (e *AddrInfoError) Unwrap() error { return e.Err }

// Timeout reports whether the look-up ran out of time.
func (e *AddrInfoError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// Temporary reports whether the look-up may succeed later.
func (e *AddrInfoError) Temporary() bool { return e.Code == EAI_AGAIN || e.Timeout() }

// An HErr is an error code of gethostbyname(3), h_errno.
type HErr int

// A HostError is a failed look-up of gethostbyname(3) or gethostbyaddr(3),
// Python's herror.
type HostError struct {
	Op   string // the C name of the call: "gethostbyaddr"
	Name string // the name or address that was looked up
	Code HErr   // the number of h_errno
	Err  error  // the cause, for instance a *net.DNSError; may be nil
}

var _ net.Error = (*HostError)(nil)

// Error returns a text such as "gethostbyaddr 192.0.2.1: unknown host".
func (e *HostError) Error() string {
	return e.Op + " " + printable(e.Name) + ": " + e.Code.text() + ended(e.Err)
}

// Unwrap returns e.Err.
func (e *HostError) Unwrap() error { return e.Err }

// Timeout reports whether the look-up ran out of time.
func (e *HostError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// Temporary reports whether the look-up may succeed later.
func (e *HostError) Temporary() bool { return e.Code == TRY_AGAIN || e.Timeout() }

// ended says that the end of a context is the reason of a failed look-up: no code does.
func ended(cause error) string {
	if e, ok := errors.AsType[contextError](cause); ok {
		return " (" + e.Error() + ")"
	}
	return ""
}

// printable is a name as an error message may show it: names come from users
// and networks and can hold anything.
func printable(name string) string {
	for _, r := range name {
		if !strconv.IsGraphic(r) {
			return strconv.Quote(name)
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

// text says what a code means, in the words of gai_strerror(3).
func (e EAI) text() string {
	if gai.System.ErrnoTexts {
		return syscall.Errno(e).Error()
	}
	name := e.String()
	for _, t := range gai.System.Texts {
		if t.Code == name {
			return t.Text
		}
	}
	return "unknown error " + strconv.Itoa(int(e))
}

// The values of h_errno, the same on all systems but Windows (netdb.h).
const (
	HOST_NOT_FOUND HErr = hErrBase + 1 // no such host is known
	TRY_AGAIN      HErr = hErrBase + 2 // no answer, try again later
	NO_RECOVERY    HErr = hErrBase + 3 // the name server refuses to answer
	NO_DATA        HErr = hErrBase + 4 // the name exists but has no address
)

// String returns the C name, such as "HOST_NOT_FOUND", or "HErr(99)".
func (e HErr) String() string {
	return nameOf([]constName{
		{int(HOST_NOT_FOUND), "HOST_NOT_FOUND"},
		{int(TRY_AGAIN), "TRY_AGAIN"},
		{int(NO_RECOVERY), "NO_RECOVERY"},
		{int(NO_DATA), "NO_DATA"},
	}, int(e), "HErr")
}

// text says what a code means, in the words of hstrerror(3).
func (e HErr) text() string {
	switch e {
	case HOST_NOT_FOUND:
		return "unknown host"
	case TRY_AGAIN:
		return "host name lookup failure"
	case NO_RECOVERY:
		return "unknown server error"
	case NO_DATA:
		return "no address associated with name"
	}
	return "unknown error " + strconv.Itoa(int(e))
}

// ErrnoOf returns the error number inside any error of this package or of the
// standard library: Python's OSError.errno. A closed socket gives EBADF. ok is
// false for errors that have none, such as a timeout or a failed look-up.
func ErrnoOf(err error) (errno syscall.Errno, ok bool) {
	if errors.As(err, &errno) {
		return errno, true
	}
	if errors.Is(err, errClosed) || errors.Is(err, net.ErrClosed) {
		return EBADF, true
	}
	return 0, false
}

// NewError returns the *Error for the number that a system call returned: op is
// the C name of the call and addr its address argument or nil. It returns nil
// for errno 0. Code that makes its own system calls on a socket reports them
// with it.
func NewError(op string, addr Addr, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return &Error{Op: op, Addr: addr, Err: errno}
}

// wrap names the call an error comes from. It returns nil for nil.
func wrap(op string, addr Addr, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Addr: addr, Err: err}
}

// ofOption puts the C name of an option into the error of a system call that was about it.
func ofOption(err error, name string) error {
	if e, ok := err.(*Error); ok { //nolint:errorlint // as it comes from wrap
		e.option = name
	}
	return err
}
