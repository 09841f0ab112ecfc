package sys

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// This file speaks with afd.sys, the driver behind Winsock. Its interface is not
// documented by Microsoft, but select() and WSAPoll() in every version of Windows
// depend on it, as do libuv, wepoll and mio. ReactOS has written it down
// (sdk/include/reactos/drivers/afd/shared.h), and so has System Informer
// (phnt/include/ntafd.h).

var (
	ntdll                 = windows.NewLazySystemDLL("ntdll.dll")
	procNtDeviceIoControl = ntdll.NewProc("NtDeviceIoControlFile")
	procNtCancelIoFileEx  = ntdll.NewProc("NtCancelIoFileEx")
	procGetQueued         = kernel32.NewProc("GetQueuedCompletionStatusEx")
)

const ioctlAFDPoll = 0x00012024 // IOCTL_AFD_POLL

// The events, AFD_POLL_*.
const (
	afdReceive     = 0x0001 // data
	afdSend        = 0x0004 // room for data; the end of a connect that succeeds
	afdDisconnect  = 0x0008 // the peer sends no more
	afdAbort       = 0x0010 // the connection was reset
	afdLocalClose  = 0x0020 // the last handle of the socket is closed
	afdAccept      = 0x0080 // a connection to accept
	afdConnectFail = 0x0100 // the end of a connect that fails
)

// pollEvents is what makes a socket ready for each direction.
var pollEvents = [2]uint32{
	Reading: afdReceive | afdAccept | afdDisconnect | afdAbort | afdLocalClose,
	Writing: afdSend | afdConnectFail | afdAbort | afdLocalClose,
}

// afdPollInfo is AFD_POLL_INFO for one socket.
type afdPollInfo struct {
	timeout   int64 // in units of 100 ns
	count     uint32
	exclusive uint32 // true would cancel the other polls of the socket
	handle    windows.Handle
	events    uint32
	status    windows.NTStatus
}

// An afdPoll is one question to the driver. From ask until its completion the system
// writes to it.
type afdPoll struct {
	status windows.IO_STATUS_BLOCK
	info   afdPollInfo
}

// failure is the error of a question that came back without an answer. To be cancelled
// is none: only Close does that.
func (q *afdPoll) failure() syscall.Errno {
	const failed = 3 << 30 // NT_ERROR of ntdef.h
	if s := q.status.Status; s&failed == failed && !q.cancelled() {
		return s.Errno()
	}
	return 0
}

// afd is the connection to the driver that all Pollers share. It is made when the first
// needs it, and stays.
type afd struct {
	mu   sync.Mutex
	port windows.Handle // of all devices; its goroutine runs if it is not 0

	// polls finds the lane of a completion by the address of its afdPoll, and keeps from
	// the garbage collector what the system may write to.
	polls map[uintptr]*pollLane

	spare []*afdDevice // those with room
}

var theAFD afd

// An afdDevice is one open file of the driver. Several sockets share it, but not
// too many: the system searches the pending operations of the file to cancel one.
type afdDevice struct {
	handle windows.Handle
	users  int // guarded by afd.mu
}

const maxDeviceUsers = 32

// register gives a Poller its device.
func (a *afd) register(p *Poller) syscall.Errno {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e := a.start(); e != 0 {
		return e
	}
	if len(a.spare) == 0 {
		d, e := a.openDevice()
		if e != 0 {
			return e
		}
		a.spare = append(a.spare, d)
	}
	last := len(a.spare) - 1
	p.device = a.spare[last]
	p.device.users++
	if p.device.users == maxDeviceUsers {
		a.spare = a.spare[:last]
	}
	for i := range p.lanes {
		l := &p.lanes[i]
		a.polls[l.poll.key()] = l
	}
	return 0
}

// unregister forgets a Poller whose polls have all completed.
func (a *afd) unregister(p *Poller) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range p.lanes {
		delete(a.polls, p.lanes[i].poll.key())
	}
	d := p.device
	if d.users == maxDeviceUsers {
		a.spare = append(a.spare, d)
	}
	d.users--
	if d.users > 0 || len(a.spare) == 1 {
		return
	}
	for i, s := range a.spare {
		if s == d {
			a.spare = append(a.spare[:i], a.spare[i+1:]...)
			break
		}
	}
	_ = windows.CloseHandle(d.handle)
}

// start makes the completion port.
func (a *afd) start() syscall.Errno {
	if a.port != 0 {
		return 0
	}
	port, err := windows.CreateIoCompletionPort(windows.InvalidHandle, 0, 0, 1)
	if err != nil {
		return Errno(err)
	}
	a.port, a.polls = port, make(map[uintptr]*pollLane)
	go a.run(port)
	return 0
}

// openDevice opens the driver, as msafd.dll does to make a socket, but without the
// description of one. What follows \Device\Afd is free to choose.
func (a *afd) openDevice() (*afdDevice, syscall.Errno) {
	name, err := windows.NewNTUnicodeString(`\Device\Afd\bsdsocket`)
	if err != nil {
		return nil, Errno(err)
	}
	attributes := windows.OBJECT_ATTRIBUTES{ObjectName: name}
	attributes.Length = uint32(unsafe.Sizeof(attributes))
	var h windows.Handle
	var status windows.IO_STATUS_BLOCK
	err = windows.NtCreateFile(&h, windows.SYNCHRONIZE, &attributes, &status, nil, 0,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, windows.FILE_OPEN, 0, 0, 0)
	if err != nil {
		return nil, Errno(err)
	}
	if _, err := windows.CreateIoCompletionPort(h, a.port, 0, 0); err != nil {
		_ = windows.CloseHandle(h)
		return nil, Errno(err)
	}
	// It saves the system some work that nobody here looks at.
	_ = windows.SetFileCompletionNotificationModes(h, windows.FILE_SKIP_SET_EVENT_ON_HANDLE)
	return &afdDevice{handle: h}, 0
}

// ask asks for the first of some events on a socket. If it succeeds q belongs to the
// system until the completion port returns its key, or with an event until that is set;
// atOnce tells that there was an event of the socket already, and then too the port or the
// event have still to tell: MSDN, "NtDeviceIoControlFile".
func (d *afdDevice) ask(q *afdPoll, base windows.Handle, events uint32, event windows.Handle) (atOnce bool, e syscall.Errno) {
	q.status = windows.IO_STATUS_BLOCK{Status: windows.STATUS_PENDING}
	q.info = afdPollInfo{timeout: math.MaxInt64, count: 1, handle: base, events: events}
	const size = unsafe.Sizeof(q.info)
	key := q.key()
	if event != 0 {
		key = 0 // nothing for the port
	}
	r, _, _ := syscall.SyscallN(procNtDeviceIoControl.Addr(), uintptr(d.handle), uintptr(event), 0, key,
		uintptr(unsafe.Pointer(&q.status)), ioctlAFDPoll,
		uintptr(unsafe.Pointer(&q.info)), size, uintptr(unsafe.Pointer(&q.info)), size)
	s := windows.NTStatus(r)
	if s != windows.STATUS_SUCCESS && s != windows.STATUS_PENDING {
		return false, s.Errno()
	}
	return s == windows.STATUS_SUCCESS, 0
}

// cancelled reports whether a question came back without an answer because somebody had
// enough of waiting.
func (q *afdPoll) cancelled() bool { return q.status.Status == windows.STATUS_CANCELLED }

// done reports whether the system has done with a question.
func (q *afdPoll) done() bool {
	return windows.NTStatus(atomic.LoadUint32((*uint32)(&q.status.Status))) != windows.STATUS_PENDING
}

// cancel makes a question complete, if it has not just done so: MSDN, "CancelIoEx",
// whose native form this is.
func (d *afdDevice) cancel(q *afdPoll) {
	var status windows.IO_STATUS_BLOCK
	_, _, _ = syscall.SyscallN(procNtCancelIoFileEx.Addr(), uintptr(d.handle),
		uintptr(unsafe.Pointer(&q.status)), uintptr(unsafe.Pointer(&status)))
}

// key is what the completion port returns.
func (q *afdPoll) key() uintptr { return uintptr(unsafe.Pointer(q)) }

// completion is OVERLAPPED_ENTRY.
type completion struct {
	_   uintptr // lpCompletionKey: of the device, which is of no interest
	key uintptr // lpOverlapped
	_   uintptr // Internal
	_   uint32  // dwNumberOfBytesTransferred
}

// run passes the answers of the driver on, for ever.
func (a *afd) run(port windows.Handle) {
	const infinite = math.MaxUint32
	var entries [64]completion
	for {
		var n uint32
		r, _, e := syscall.SyscallN(procGetQueued.Addr(), uintptr(port), uintptr(unsafe.Pointer(&entries)),
			uintptr(len(entries)), uintptr(unsafe.Pointer(&n)), infinite, 0)
		if r == 0 {
			// Somebody has closed a handle that is not theirs. The runtime's poller
			// dies of it too: nothing that waits would ever wake.
			panic("socket: GetQueuedCompletionStatusEx: " + e.Error())
		}
		for i := range entries[:n] {
			a.complete(entries[i].key)
		}
		// Who has been woken runs first: this thread is about to sleep in a system call
		// with the processor that they wait for, until the scheduler takes it away.
		runtime.Gosched()
	}
}

func (a *afd) complete(key uintptr) {
	a.mu.Lock()
	l := a.polls[key]
	a.mu.Unlock()
	if l != nil && l.answered() {
		a.unregister(l.poller)
	}
}

// baseHandle is the handle that the driver knows: a layered service provider may have
// given the program another one. MSDN, "SIO_BASE_HANDLE"; a provider that refuses to
// tell still has to tell WSAPoll() ("SIO_BSP_HANDLE_POLL").
func baseHandle(fd windows.Handle) (windows.Handle, syscall.Errno) {
	const (
		sioBaseHandle    = 0x48000022
		sioBSPHandlePoll = 0x4800001d
	)
	base, e := askHandle(fd, sioBaseHandle)
	if e == 0 || e == windows.WSAENOTSOCK {
		return base, e
	}
	inner, bspErr := askHandle(fd, sioBSPHandlePoll)
	if bspErr != 0 || inner == fd {
		return windows.InvalidHandle, e
	}
	return askHandle(inner, sioBaseHandle)
}

func askHandle(fd windows.Handle, code uint32) (windows.Handle, syscall.Errno) {
	var h windows.Handle
	var n uint32
	err := windows.WSAIoctl(fd, code, nil, 0, (*byte)(unsafe.Pointer(&h)), uint32(unsafe.Sizeof(h)), &n, nil, 0)
	return h, Errno(err)
}
