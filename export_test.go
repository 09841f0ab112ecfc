package socket

import "unsafe"

// What the tests outside the package see of its inside.

// SizeofSocket is what a socket takes of the heap before it first waits.
const SizeofSocket = unsafe.Sizeof(Socket{})

// FD returns the fd of a socket without handing it out, as Fileno does.
func FD(s *Socket) int { return int(s.core().fd) }

// IsRegistered reports whether the fd of a socket is in the poller.
func IsRegistered(s *Socket) bool { return s.core().isRegistered() }

// Spins is how often a call tries again before it is in the poller.
const Spins = sysSpins

// Waiting returns how many calls wait in one direction: the one that may park, those
// in the queue behind it, and those that wait to start a SendAll.
func Waiting(s *Socket, write bool) int {
	d := reading
	if write {
		d = writing
	}
	p := s.core().parker.Load()
	if p == nil {
		return 0
	}
	n := 0
	if l := p.lanes[d].Load(); l != nil {
		if l.gate.state.Load() != gateFree {
			n++
		}
		n += l.queue.length()
	}
	if write {
		n += p.sendQueue.length()
	}
	return n
}

func (q *gateQueue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiters)
}

// OptionExists reports whether the system has an option, as far as its headers tell.
func OptionExists[T any](o Option[T]) bool { return o.exists() }

// OptionKind is what New makes the sockets of an option from.
func OptionKind[T any](o Option[T]) (Family, Type, int) { return o.of.family, o.of.typ, o.of.proto }

// UnpackControl is what RecvMsg makes of the control data that it has received.
func UnpackControl(control []byte, mflags MsgFlag) ([]ControlMessage, error) {
	return unpackControl(control, mflags)
}

// OptionCodec is what turns the value of an option into bytes and back, either of which is
// nil where Set or Get does not exist, and the room that Get has.
func OptionCodec[T any](o Option[T]) (encode func([]byte, T) ([]byte, error), decode func([]byte) (T, bool), room int) {
	return o.codec.encode, o.codec.decode, o.codec.size
}
