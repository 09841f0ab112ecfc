package sys

import (
	"math"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// This file sends files: MSDN, "TransmitFile". Whatever the mode of the socket, that is an
// operation which is started and ends later, so unlike all other calls that move data
// here it comes with its own wait. Windows for clients works on two of them at a time, and
// others queue.

// maxTransmit is the most that TransmitFile() takes.
const maxTransmit = math.MaxInt32 - 1

var wsaTransmitFile = extension{id: windows.GUID{ // WSAID_TRANSMITFILE of mswsock.h
	Data1: 0xb5367df0, Data2: 0xcbac, Data3: 0x11cf, Data4: [8]byte{0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92},
}}

// Transmit sends count bytes of a file that begin at offset, or what there is of them, but
// not more than TransmitFile() takes at a time. It returns how many went out, with an error
// too: 0 and no error is the end of the file. The file stays the caller's, who must not
// close it meanwhile. What is no file on a disk, like a pipe, is an error.
//
// It begins as Wait(Writing) does and counts as one: no other may wait in that direction.
// While it waits it asks ended, at once when the deadline passes or is set to the past, and
// perhaps for nothing. If that returns an error, or the Poller is closed (os.ErrClosed), the
// system takes the operation back, and Transmit returns when it has. How much of it went
// out is what the system then says; a stream is fit for nothing but closing if that must
// be exact (MSDN, "SO_SNDTIMEO": what is cancelled may have just completed).
//
// Wine 8 may forget a transmission whose connection is reset while data moves: then only
// ended or Close ends it.
func (p *Poller) Transmit(file windows.Handle, offset, count int64, ended func() error) (n int, err error) {
	l := &p.lanes[Writing]
	if err := p.enter(l); err != nil {
		return 0, err
	}
	defer p.waits.Done()
	size, e := transmitSize(file, offset, count)
	if e != 0 || size == 0 {
		return 0, asError(e)
	}
	t, e := newTransmission(offset)
	if e != 0 {
		return 0, e
	}
	defer t.free()
	l.transmission = t // on the heap: what the system writes to must not move with a stack
	defer func() { l.transmission = nil }()
	if e := t.begin(p.fd, file, size); e != 0 {
		return 0, e
	}
	err = l.awaitEnd(t, ended)
	if err != nil {
		t.cancel(p.fd)
	}
	n, e = t.result(p.fd)
	switch {
	case e == 0:
		return n, nil // perhaps there was nothing to cancel any more
	case err != nil && e == windows.ERROR_OPERATION_ABORTED:
		return n, err
	}
	return n, e
}

// transmitSize is how many bytes of a file to send. TransmitFile() takes 0 for all.
func transmitSize(file windows.Handle, offset, count int64) (uint32, syscall.Errno) {
	if offset < 0 || count < 0 {
		return 0, windows.WSAEINVAL
	}
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(file, &info); err != nil {
		return 0, Errno(err)
	}
	if info.FileAttributes&windows.FILE_ATTRIBUTE_DIRECTORY != 0 {
		return 0, windows.ERROR_INVALID_FUNCTION // as ReadFile() says
	}
	left := int64(info.FileSizeHigh)<<32 | int64(info.FileSizeLow)
	return uint32(max(0, min(count, left-offset, maxTransmit))), 0
}

// awaitEnd waits until the system has done with a transmission. It fails if that must not
// go on.
func (l *pollLane) awaitEnd(t *transmission, ended func() error) error {
	if t.done() {
		return nil
	}
	if e := t.watch(l); e != 0 {
		return e
	}
	for !t.done() {
		if l.poller.isClosed() {
			return os.ErrClosed
		}
		if err := ended(); err != nil {
			return err
		}
		<-l.wake
	}
	return nil
}

func (p *Poller) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// A transmission is a file on its way. From begin until it is done the system writes to it.
type transmission struct {
	overlapped windows.Overlapped
	event      windows.Handle // set when it is done, until it is freed
	watcher    windows.Handle // of the thread pool, which waits for event; 0: none
}

// newTransmission makes a transmission from some offset of a file on.
func newTransmission(offset int64) (*transmission, syscall.Errno) {
	const manualReset = 1
	event, err := windows.CreateEvent(nil, manualReset, 0, nil)
	if err != nil {
		return nil, Errno(err)
	}
	t := &transmission{event: event}
	t.overlapped.Offset, t.overlapped.OffsetHigh = uint32(offset), uint32(offset>>32)
	// If the socket, or a duplicate of it, belongs to a completion port, as those of
	// package net do, whoever is there must not get to see this: MSDN,
	// "GetQueuedCompletionStatus", about the low bit of an event.
	t.overlapped.HEvent = event | 1
	return t, 0
}

// begin starts to send.
func (t *transmission) begin(fd, file windows.Handle, size uint32) syscall.Errno {
	proc, e := wsaTransmitFile.address(fd)
	if e != 0 {
		return e
	}
	r, _, e := syscall.SyscallN(proc, uintptr(fd), uintptr(file), uintptr(size), 0, uintptr(unsafe.Pointer(&t.overlapped)), 0, 0)
	switch {
	case r != 0 || e == windows.ERROR_IO_PENDING:
		return 0
	case e == 0:
		return windows.WSAEINVAL
	}
	return e
}

// done reports whether the system has done with t.
func (t *transmission) done() bool {
	r, _ := windows.WaitForSingleObject(t.event, 0)
	return r == windows.WAIT_OBJECT_0
}

// watch makes the end of t nudge who waits in a lane. One thread of the system's pool waits
// for many events (MSDN, "RegisterWaitForSingleObject"), so nobody here needs one. The
// callback is for another thread of the pool: one for the thread that waits
// (WT_EXECUTEINWAITTHREAD) Wine 8 counts before it locks the pool, and UnregisterWaitEx(),
// called in that moment, takes it out of a list in which it is not yet.
func (t *transmission) watch(l *pollLane) syscall.Errno {
	const executeOnlyOnce = 8
	r, _, e := syscall.SyscallN(procRegisterWait.Addr(), uintptr(unsafe.Pointer(&t.watcher)), uintptr(t.event),
		nudgeCallback(), l.poll.key(), windows.INFINITE, executeOnlyOnce)
	if r == 0 {
		return e
	}
	return 0
}

// nudgeCallback is what the thread pool calls.
var nudgeCallback = sync.OnceValue(func() uintptr {
	return windows.NewCallback(func(key, _ uintptr) uintptr {
		theAFD.mu.Lock()
		l := theAFD.polls[key]
		theAFD.mu.Unlock()
		if l != nil {
			l.nudge()
		}
		return 0
	})
})

// cancel takes t back, and waits for the system to have done with it: at once, but Wine 8
// finds nothing to cancel in the moments in which it moves data, so it is asked again.
func (t *transmission) cancel(fd windows.Handle) {
	const milliseconds = 5
	for r := uint32(windows.WAIT_TIMEOUT); r != windows.WAIT_OBJECT_0; {
		_ = windows.CancelIoEx(fd, &t.overlapped) // fails if t is done, too
		r, _ = windows.WaitForSingleObject(t.event, milliseconds)
	}
}

// result tells how many bytes went out, and the error. WSAGetOverlappedResult() knows the
// number of Winsock for it, but need not tell the bytes then.
func (t *transmission) result(fd windows.Handle) (int, syscall.Errno) {
	var n, flags uint32
	err := windows.WSAGetOverlappedResult(fd, &t.overlapped, &n, false, &flags)
	return int(t.overlapped.InternalHigh), Errno(err)
}

// free gives back what t has of the system, which must have done with it.
func (t *transmission) free() {
	if t.watcher != 0 {
		// The pool must have done with the event before that is closed.
		_, _, _ = syscall.SyscallN(procUnregisterWait.Addr(), uintptr(t.watcher), uintptr(windows.InvalidHandle))
	}
	_ = windows.CloseHandle(t.event)
}
