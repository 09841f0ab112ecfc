// Package socket provides BSD sockets with the names and semantics of Python's
// socket module, on Go's scheduler: a call that waits parks its goroutine, never
// an OS thread, for any address family. A [Socket] is also a [net.Conn].
//
//	import "github.com/bsdsocket/socket"
//
//	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	if err := s.Connect(socket.Host("localhost", 10000)); err != nil {
//		return err
//	}
//	if err := s.SendAll([]byte("hello")); err != nil {
//		return err
//	}
//	reply, err := s.Recv(1024)
//
// # Names
//
// A name of Python's is split at its words and capitalised; constants keep the C
// spelling. What Python does not have is named as Go's own packages would name it.
//
//	Python                          Go
//	socket.socket(f, t, p)          socket.New(f, t, p)
//	socket.socket(fileno=fd)        socket.TakeFD(fd)
//	socket.fromfd(fd, f, t)         socket.FromFD(fd, f, t, 0)
//	socket.create_connection(a)     socket.CreateConnection(a, nil)
//	socket.create_server(a)         socket.CreateServer(a, nil)
//	socket.socketpair()             socket.Socketpair(0, 0, 0)
//	socket.AF_INET                  socket.AF_INET
//	("localhost", 80)               socket.Host("localhost", 80)
//	"/run/x.sock"                   socket.UnixAddr{Path: "/run/x.sock"}
//	addr[0], addr[1]                socket.HostPort(addr)
//	s.recv_into(buf)                s.RecvInto(buf)
//	s.recvfrom(n)                   s.RecvFrom(n)
//	s.sendto(data, addr)            s.SendTo(data, addr)
//	s.recvmsg(n, CMSG_SPACE(4))     s.RecvMsg(n, socket.CmsgSpace(4))
//	s.sendmsg([a, b], [(l, t, d)])  s.SendMsg([][]byte{a, b}, []socket.ControlMessage{{l, t, d}}, nil)
//	send_fds(s, [a], fds)           s.SendFDs([][]byte{a}, fds, nil)
//	s.settimeout(None)              s.SetTimeout(socket.NoTimeout)
//	s.settimeout(1.5)               s.SetTimeout(1500 * time.Millisecond)
//	s.getsockopt(l, n)              s.GetSockOptInt(l, n)
//	s.getsockopt(l, n, 64)          s.GetSockOptBytes(l, n, 64)
//	s.setsockopt(l, n, 1)           s.SetSockOptInt(l, n, 1)
//	  with a typed option           socket.ReuseAddr.Set(s, true)
//	except socket.timeout           errors.Is(err, socket.ErrTimeout)
//	except ConnectionRefusedError   errors.Is(err, socket.ErrConnRefused)
//	except BlockingIOError          errors.Is(err, socket.ErrWouldBlock)
//	except OSError                  var e net.Error; errors.As(err, &e)
//	e.errno                         socket.ErrnoOf(err)
//
// A zero family, type or protocol means Python's default: AF_INET, SOCK_STREAM, 0.
// Flags are optional arguments at the end: s.Recv(16, socket.MSG_PEEK).
//
// # Waiting
//
// A socket has one of three modes, as in Python. It starts with the default timeout:
// blocking, unless [SetDefaultTimeout] changed it.
//
//   - blocking ([NoTimeout]): a call waits as long as it takes;
//   - with a timeout: a call that waits longer fails with [ErrTimeout]. Each call has
//     the whole timeout, from its own start; two goroutines in Recv time out each on
//     its own clock. SendAll has one timeout for the whole;
//   - non-blocking (timeout 0): a call that would wait fails with [ErrWouldBlock], a
//     connect with [ErrInProgress].
//
// The timeout is only looked at when a call has to wait: data that is there is
// returned. Beside it there are the deadlines of net.Conn, points in time that hold for
// all calls, and contexts, see [Socket.WithContext] and [CreateConnectionContext].
// Whatever ends first ends the call. With MSG_DONTWAIT a call does not wait in any mode, and
// on Linux neither does one with MSG_ERRQUEUE, as in C; the Read of [Socket.SyscallConn]
// waits for an error queue that has something in it. A call that a signal interrupts goes on.
//
// # The end of a stream
//
// Recv and its kin return nothing and no error at the end of a stream, as recv(2) does.
// [Socket.Read] returns io.EOF instead, as an io.Reader has to.
//
// # Ownership and O_NONBLOCK
//
// A Socket owns its file descriptor: Close closes it, Detach gives it away, and the
// garbage collector closes what was forgotten. A slice passed to a call belongs to the
// caller again when the call returns. No descriptor is inherited by child processes
// before [Socket.SetInheritable]. No option is set that the caller did not ask for.
//
// O_NONBLOCK belongs to the open file description, which other processes and C code may
// share. While nobody else knows the descriptor, it is always set. As soon as it is
// handed out or shared (by Fileno, Detach, SyscallConn, SetInheritable or Dup, or
// because it came from TakeFD or FromFD), the flag says what GetBlocking says, so that
// others find the mode that the program has chosen. The calls of this package wait in
// the same way in any case: those that move data carry MSG_DONTWAIT, and for accept(2)
// and connect(2), which have no such flag, O_NONBLOCK is set for the instant of the
// call. In that instant another process can be told EAGAIN by the same socket. Should
// another process clear the flag in that instant, the call here can hold its thread
// until a connection comes.
//
// # Ancillary data
//
// [Socket.SendMsg] and [Socket.RecvMsg] send and receive what goes beside the data: control
// messages, see [ControlMessage]. Constructors make those that can be sent ([Rights],
// [PktInfo], [TTL], ...) and methods read those that can be received (ParseRights,
// ParseTimestamp, ParseRecvErr, ...); all others are numbers and bytes.
//
// A file descriptor that is sent stays the sender's. One that is received is close-on-exec
// from the first instant and belongs to the caller of RecvMsg, RecvMsgInto or RecvFDs as
// soon as that returns; what did not fit is closed, and [CloseRights] closes what the
// caller has no use for. A Socket whose fd is sent is one that is handed out: see above.
// With MSG_PEEK the system makes new descriptors each time.
//
// # Concurrency
//
// All methods may be called from several goroutines at once. Concurrent receives each
// get something else; concurrent SendAll and Write calls on a stream do not mix their
// bytes. Close wakes every call that waits, with net.ErrClosed, and returns when no
// call uses the descriptor any more: none ever touches a descriptor of the same number
// that was opened since.
//
// # Names
//
// Wherever an address goes, a [HostAddr] with a host name can go. It is looked up at each
// use, within the time of the call and its context, by [DefaultResolver]. [GetAddrInfo],
// [GetNameInfo] and their relatives give what the C library of the system would, and a
// [Resolver] has the same with a context, other name servers or another hosts file. The
// look-ups are made by package net: from Go, or by the system's library where package net
// prefers that.
//
// # Errors
//
// An error of the system is an [*Error] with the bare errno inside, a failed look-up an
// [*AddrInfoError]; both are net.Errors. A bad argument is refused before any
// system call with an [*ArgError]. Match them with [errors.Is] against the errors of
// this package, which stand for the same condition on every system. What a system
// lacks is an error that is [errors.ErrUnsupported], never a silent success.
//
// # Systems
//
// Linux on all architectures, macOS, FreeBSD, OpenBSD, NetBSD, DragonFly, Solaris and
// illumos; Windows as far as it could be tried under Wine. No cgo is needed anywhere. On
// 386 and s390x Linux has to be 4.3 or later, which is where those got their socket system
// calls. On Windows a socket stays non-blocking for as long as it belongs to this package,
// whoever knows its handle, and in a program that has nothing else to do at most four
// waits hold a thread each for their first 10 milliseconds.
//
// Where the documentation of an option, a function or a method names systems, or those that
// it is not on, the others answer errors.ErrUnsupported. What Solaris has illumos has.
//
// On AIX, Plan 9, js/wasm and wasip1/wasm the package builds, with the constants that all
// other systems have, and makes no sockets: whatever would ask the system is an error that
// is [errors.ErrUnsupported]. Addresses and their texts, services, protocols and numeric
// look-ups work there as elsewhere. Names are looked up in the hosts file, and by name
// servers, on WebAssembly only over the Dial of a [Resolver].
package socket

//go:generate go run ./internal/constgen
//go:generate go run ./internal/apigen
//go:generate go run ./internal/parity
