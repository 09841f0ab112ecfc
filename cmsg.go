package socket

import (
	"errors"
	"math"
	"slices"

	"github.com/bsdsocket/socket/internal/cmsg"
)

// A ControlMessage is one piece of ancillary data: Python's (level, type, data) and C's
// struct cmsghdr (cmsg(3)). It goes beside the data of a message, out with SendMsg and in
// with RecvMsg.
//
// Constructors such as Rights and PktInfo make the messages that can be sent, and methods
// such as ParseRights read those that can be received. A message of any other kind is
// its numbers and bytes, unchanged. All exist on every system. Where a system does not
// have a message, SendMsg refuses the constructor's result and the method answers,
// both with an error that is errors.ErrUnsupported. A method of another message than
// the one at hand answers ErrOtherMessage, and one whose data has not the form that the
// system gives it an *ArgError that is fs.ErrInvalid.
type ControlMessage struct {
	Level, Type int
	Data        []byte
}

// ErrOtherMessage is what a Parse method of ControlMessage returns for another message
// than the one that it reads.
var ErrOtherMessage = errors.New("another control message")

// ParseControlMessages reads what RecvMsgInto has left in its buffer. The Data of the
// messages are parts of anc. Malformed bytes are an *ArgError, which comes with the
// messages before them; so is a last message that was cut (MSG_CTRUNC), which comes with the part
// that there is.
func ParseControlMessages(anc []byte) ([]ControlMessage, error) {
	return AppendControlMessages(nil, anc)
}

// AppendControlMessages is ParseControlMessages that appends to msgs, to use a slice again
// and again.
func AppendControlMessages(msgs []ControlMessage, anc []byte) ([]ControlMessage, error) {
	msgs, err := appendControl(msgs, anc)
	if err != nil {
		return msgs, badArg("ParseControlMessages", "anc", anc, "whole control messages, not "+err.Error())
	}
	return msgs, nil
}

// appendControl is AppendControlMessages with a bare error.
func appendControl(msgs []ControlMessage, anc []byte) ([]ControlMessage, error) {
	for len(anc) > 0 {
		m, rest, ok, err := cmsg.Native.Next(anc)
		if ok {
			msgs = append(msgs, ControlMessage{int(m.Level), int(m.Type), m.Data})
		}
		if err != nil {
			return msgs, err
		}
		anc = rest
	}
	return msgs, nil
}

// CmsgLen returns how many bytes a control message with n bytes of data has, without
// padding behind it: the room for one as the last; -1 if n is out of range. Python:
// socket.CMSG_LEN; C: CMSG_LEN (cmsg(3)).
func CmsgLen(n int) int {
	if n < 0 || n > math.MaxInt32-cmsg.Native.Len(0) {
		return -1
	}
	return cmsg.Native.Len(n)
}

// CmsgSpace returns how many bytes a control message with n bytes of data takes in a
// buffer, with padding; -1 if n is out of range. Python: socket.CMSG_SPACE; C: CMSG_SPACE
// (cmsg(3)).
func CmsgSpace(n int) int {
	if n < 0 || n > math.MaxInt32-cmsg.Native.Space(1) {
		return -1
	}
	return cmsg.Native.Space(n)
}

// check tells why a message cannot be sent.
func (m *ControlMessage) check(op string, to Addr) error {
	switch {
	case m.Level == optAbsent || m.Type == optAbsent:
		return wrap(op, to, unsupported("control message"))
	case int(int32(m.Level)) != m.Level:
		return badRange(op, "level", m.Level, "a 32-bit integer")
	case int(int32(m.Type)) != m.Type:
		return badRange(op, "type", m.Type, "a 32-bit integer")
	}
	return nil
}

// is reports whether m has a level and one of some types. What the system lacks is
// optAbsent, which no message is.
func (m *ControlMessage) is(level int, types ...int) bool {
	return m.Level == level && level != optAbsent && m.Type != optAbsent && slices.Contains(types, m.Type)
}

// mustBe returns nil if m is one of some messages, and else the error of a Parse method;
// name is for the system that has none of them.
func (m *ControlMessage) mustBe(name string, level int, types ...int) error {
	if m.is(level, types...) {
		return nil
	}
	if level == optAbsent || slices.Max(types) == optAbsent { // the least of all numbers
		return unsupported(name)
	}
	return ErrOtherMessage
}

// badData is the error of a Parse method for data of another form than the system's.
func (m *ControlMessage) badData(name string) error {
	return badArg(name, "data", m.Data, "the data of such a message")
}

// parseInt reads a message whose data is a C int or u_char.
func (m *ControlMessage) parseInt(op, name string, level int, types ...int) (int, error) {
	if err := m.mustBe(name, level, types...); err != nil {
		return 0, err
	}
	v, ok := cmsg.Native.Int(m.Data)
	if !ok {
		return 0, m.badData(op)
	}
	return v, nil
}

// intMessage makes a message whose data is a C int. A value that is none becomes the
// nearest one, which the system refuses, and not another one.
func intMessage(level, typ, value int) ControlMessage {
	return ControlMessage{level, typ, appendUint32(nil, uint32(min(max(value, math.MinInt32), math.MaxInt32)))}
}

func appendUint32(b []byte, v uint32) []byte {
	b = append(b, 0, 0, 0, 0)
	cmsg.Native.PutUint32(b[len(b)-4:], v)
	return b
}
