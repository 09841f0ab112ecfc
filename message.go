package socket

import (
	"slices"
	"sync"

	"github.com/bsdsocket/socket/internal/cmsg"
	"github.com/bsdsocket/socket/internal/sockaddr"
)

// maxControl is the most control data that RecvMsg makes room for.
const maxControl = 1 << 30

// SendMsg sends the buffers, one after the other, as one message with control messages
// beside it, to an address; anc and to may be nil. It returns how many bytes went out; a
// stream may take only a part, but then with all of anc. On a stream control messages
// need at least one byte to go with. More buffers than the system takes, 1024, are
// EMSGSIZE. A control message that this system does not have is errors.ErrUnsupported;
// streams of Windows have none, which is the system's error. It allocates nothing with a
// concrete address. Python: socket.sendmsg; C: sendmsg(2), WSASendMsg.
func (s *Socket) SendMsg(bufs [][]byte, anc []ControlMessage, to Addr, flags ...MsgFlag) (n int, err error) {
	var sa *sockaddr.Storage
	var c call
	c.begin(s, writing)
	if to != nil {
		var storage sockaddr.Storage
		sa = &storage
		if _, err := s.address(&c, "sendmsg", sa, to); err != nil {
			return 0, err
		}
	}
	control, err := packControl("sendmsg", to, anc)
	if err != nil {
		return 0, err
	}
	sysFlags := c.heed(joinFlags(flags))
	for c.next() {
		n, c.errno = sysSendMsg(c.fd, bufs, control.bytes(), sysFlags, sa)
		sysFlags = c.opening(sysFlags)
	}
	control.free()
	if c.err != nil {
		return 0, wrap("sendmsg", to, c.err)
	}
	return n, nil
}

// RecvMsg receives a message of up to n bytes with up to ancn bytes of control messages;
// CmsgSpace tells how many bytes a message needs. The results are new slices; mflags has
// MSG_TRUNC if the message was longer, MSG_CTRUNC if there was more control data, and what
// else the system says of the message; from is as in RecvFrom. The end of a stream is an
// empty slice and no error. n and ancn must be 0 to 1<<30; Windows has control messages of
// datagram and raw sockets alone, and refuses an ancn that is not 0 for others.
//
// The file descriptors in the result, those of a cut message too, are close-on-exec and
// belong to the caller (ParseRights, CloseRights); the system closes those that did not
// fit. With an error there are none. Python: socket.recvmsg; C: recvmsg(2).
func (s *Socket) RecvMsg(n, ancn int, flags ...MsgFlag) (data []byte, anc []ControlMessage, mflags MsgFlag, from Addr, err error) {
	p, err := recvBuffer("recvmsg", n)
	if err != nil {
		return nil, nil, 0, nil, err
	}
	if ancn < 0 || ancn > maxControl {
		return nil, nil, 0, nil, badRange("recvmsg", "ancbufsize", ancn, "0 to 1<<30")
	}
	var control []byte
	if ancn > 0 {
		control = make([]byte, ancn)
	}
	k, cn, mflags, from, err := s.RecvMsgInto([][]byte{p}, control, flags...)
	if err != nil {
		return nil, nil, 0, nil, err
	}
	anc, err = unpackControl(control[:cn:cn], mflags)
	if err != nil {
		return nil, nil, 0, nil, wrap("recvmsg", nil, err)
	}
	return shrink(p, k), anc, mflags, from, nil
}

// RecvMsgInto receives a message into the buffers, one after the other, and its control
// data into anc. It returns how many bytes came of each (ParseControlMessages reads
// anc[:ancn]) and the rest as RecvMsg does. It allocates nothing but the address of a
// sender other than the last one. The file descriptors in anc belong to the caller.
// Python: socket.recvmsg_into; C: recvmsg(2).
func (s *Socket) RecvMsgInto(bufs [][]byte, anc []byte, flags ...MsgFlag) (n, ancn int, mflags MsgFlag, from Addr, err error) {
	var sa sockaddr.Storage
	n, ancn, mflags, err = s.recvMsg(bufs, anc, joinFlags(flags), &sa)
	if err != nil {
		return 0, 0, 0, nil, err
	}
	return n, ancn, mflags, s.core().sender(&sa), nil
}

func (s *Socket) recvMsg(bufs [][]byte, anc []byte, flags MsgFlag, sa *sockaddr.Storage) (n, ancn int, _ MsgFlag, err error) {
	if flags&MSG_WAITALL != 0 && s.canWaitAll(flags) {
		return s.recvMsgAll(bufs, anc, flags, sa)
	}
	var mflags int
	var c call
	c.begin(s, reading)
	sysFlags := c.heed(flags)
	for c.next() {
		n, ancn, mflags, c.errno = sysRecvMsg(c.fd, bufs, anc, sysFlags, sa)
	}
	if c.err != nil {
		return 0, 0, 0, wrap("recvmsg", nil, c.err)
	}
	return n, ancn, MsgFlag(mflags), nil
}

// recvMsgAll is recvMsg with MSG_WAITALL on a stream. It stops where recvmsg(2) does:
// what comes with control data, or with a flag, is a message of its own.
func (s *Socket) recvMsgAll(bufs [][]byte, anc []byte, flags MsgFlag, sa *sockaddr.Storage) (n, ancn int, _ MsgFlag, err error) {
	rest := skip(slices.Clone(bufs), 0)
	var mflags int
	var c call
	c.begin(s, reading)
	sysFlags := c.heed(flags)
	for c.next() {
		var k int
		k, ancn, mflags, c.errno = sysRecvMsg(c.fd, rest, anc, sysFlags, sa)
		n += k
		rest = skip(rest, k)
		if k > 0 && len(rest) > 0 && ancn == 0 && MsgFlag(mflags)&^flags == 0 {
			c.errno = EAGAIN // not enough
			c.useless = 0
		}
	}
	if c.err != nil && n == 0 {
		return 0, 0, 0, wrap("recvmsg", nil, c.err)
	}
	c.owe()
	return n, ancn, MsgFlag(mflags), nil
}

// skip takes n bytes off the front of buffers, and the empty ones there.
func skip(bufs [][]byte, n int) [][]byte {
	for len(bufs) > 0 && n >= len(bufs[0]) {
		n -= len(bufs[0])
		bufs = bufs[1:]
	}
	if len(bufs) > 0 {
		bufs[0] = bufs[0][n:]
	}
	return bufs
}

// SendFDs sends the buffers with file descriptors beside them over an AF_UNIX socket; to
// may be nil. The caller keeps the fds: the receiver gets duplicates. An fd of a Socket
// comes from its Fileno, or better from WithFDs. Linux takes 253 at most. Without fds it
// is SendMsg. Not on Windows: errors.ErrUnsupported. Python: socket.send_fds.
func (s *Socket) SendFDs(bufs [][]byte, fds []int, to Addr, flags ...MsgFlag) (int, error) {
	for _, fd := range fds {
		if err := checkFD("sendmsg", fd); err != nil {
			return 0, err
		}
	}
	if len(fds) == 0 {
		return s.SendMsg(bufs, nil, to, flags...)
	}
	return s.SendMsg(bufs, []ControlMessage{Rights(fds...)}, to, flags...)
}

// RecvFDs receives a message of up to n bytes and up to maxfds file descriptors that came
// with it. They are close-on-exec and belong to the caller. More than maxfds are closed,
// and mflags has MSG_CTRUNC then; with an error there are none. Other control messages
// are dropped. Not on Windows: errors.ErrUnsupported. Python: socket.recv_fds.
func (s *Socket) RecvFDs(n, maxfds int, flags ...MsgFlag) (data []byte, fds []int, mflags MsgFlag, from Addr, err error) {
	const most = 1 << 16
	if maxfds < 0 || maxfds > most {
		return nil, nil, 0, nil, badRange("recvmsg", "maxfds", maxfds, "0 to 1<<16")
	}
	if optSCM_RIGHTS == optAbsent && !s.Closed() {
		return nil, nil, 0, nil, wrap("recvmsg", nil, unsupported("SCM_RIGHTS"))
	}
	// Credentials and security labels come before the fds and must not take their room.
	const others = 512
	data, anc, mflags, from, err := s.RecvMsg(n, CmsgSpace(4*maxfds)+others, flags...)
	if err != nil {
		return nil, nil, 0, nil, err
	}
	for i := range anc {
		m := &anc[i]
		got, err := m.ParseRights()
		if err != nil {
			continue
		}
		taken := min(len(got), maxfds-len(fds))
		fds = append(fds, got[:taken]...)
		m.Data = m.Data[4*taken:]
		if len(m.Data) > 0 {
			mflags |= MSG_CTRUNC
		}
	}
	CloseRights(anc)
	return data, fds, mflags, from, nil
}

// AlgOptions are the arguments of SendMsgAlg.
type AlgOptions struct {
	Op       int    // ALG_OP_ENCRYPT, ALG_OP_DECRYPT, ALG_OP_SIGN or ALG_OP_VERIFY
	IV       []byte // the initialization vector; nil: none is set
	AssocLen int    // how many bytes of the message are associated data of an AEAD
}

// SendMsgAlg sends the buffers to an AF_ALG socket and sets the operation, and what goes
// with it. On a socket of another family it fails with errors.ErrUnsupported, for other
// kinds ignore the settings. Python: socket.sendmsg_afalg; C: sendmsg(2) with ALG_SET_OP,
// ALG_SET_IV and ALG_SET_AEAD_ASSOCLEN (Linux).
func (s *Socket) SendMsgAlg(bufs [][]byte, o AlgOptions, flags ...MsgFlag) (int, error) {
	switch {
	case o.Op < 0 || int(int32(o.Op)) != o.Op:
		return 0, badRange("sendmsg", "op", o.Op, "an ALG_OP_* constant")
	case o.AssocLen < 0 || int(int32(o.AssocLen)) != o.AssocLen:
		return 0, badRange("sendmsg", "assoclen", o.AssocLen, "0 to 1<<31-1")
	case s.Closed():
		return 0, wrap("sendmsg", nil, errClosed)
	case s.Family() != AF_ALG:
		return 0, wrap("sendmsg", nil, unsupported("sendmsg_afalg on "+s.Family().String()))
	}
	anc := append(make([]ControlMessage, 0, 3), AlgOp(o.Op))
	if o.IV != nil {
		anc = append(anc, AlgIV(o.IV))
	}
	if o.AssocLen != 0 {
		anc = append(anc, AlgAssocLen(o.AssocLen))
	}
	return s.SendMsg(bufs, anc, nil, flags...)
}

// A controlBuffer holds control messages on their way to the system.
type controlBuffer struct{ b []byte }

// keepControl is the largest controlBuffer that is kept for the next message.
const keepControl = 64 << 10

// The buffers are not on the stack, because a goroutine that waits would keep them there.
var controlBuffers = sync.Pool{New: func() any { return new(controlBuffer) }}

// packControl puts control messages into a buffer; nil if there are none.
func packControl(op string, to Addr, anc []ControlMessage) (*controlBuffer, error) {
	if len(anc) == 0 {
		return nil, nil
	}
	for i := range anc {
		if err := anc[i].check(op, to); err != nil {
			return nil, err
		}
	}
	c := controlBuffers.Get().(*controlBuffer)
	for i := range anc {
		m := &anc[i]
		c.b = cmsg.Native.Append(c.b, cmsg.Message{Level: int32(m.Level), Type: int32(m.Type), Data: m.Data})
	}
	return c, nil
}

func (c *controlBuffer) bytes() []byte {
	if c == nil {
		return nil
	}
	return c.b
}

func (c *controlBuffer) free() {
	if c != nil && cap(c.b) <= keepControl {
		c.b = c.b[:0]
		controlBuffers.Put(c)
	}
}

// unpackControl reads the control messages that came with a message. The last may be cut
// if the system says so. Of malformed ones it closes the file descriptors.
func unpackControl(control []byte, mflags MsgFlag) ([]ControlMessage, error) {
	anc, err := appendControl(nil, control)
	if err == cmsg.ErrCut && mflags&MSG_CTRUNC != 0 { //nolint:errorlint // it is not wrapped
		err = nil
	}
	if err != nil {
		CloseRights(anc)
		return nil, err
	}
	return anc, nil
}
