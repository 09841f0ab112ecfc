package socket

import (
	"fmt"
	"math"
	"strconv"
	"sync"
)

// An Option is a socket option with the type of its value: ReuseAddr.Set(s, true),
// RcvBuf.Get(s). The options of this package are the variables of this type; each is
// named as in C, in CamelCase and without SO_, and exists on every system. On one that
// lacks it Get and Set fail with an error that is errors.ErrUnsupported, and so do
// Set of an option that can only be read and Get of one that can only be set. An option
// of another kind of socket is the system's error, ENOPROTOOPT or EOPNOTSUPP, and so is
// one that is newer than the kernel; both are errors.ErrUnsupported too.
//
// A bool, int or time.Duration is moved without an allocation. Duration options of a
// coarser unit round up; a value out of the system's range is an [*ArgError].
//
// An Option is a comparable value. The zero Option is one that no system has. Options
// without a typed form are within reach of GetSockOptBytes and SetSockOptBytes.
type Option[T any] struct {
	of     *socketKind
	number int
	name   string
	codec  *codec[T]
	access access
}

// A socketKind is the sockets that an option is for: its level, and what New makes one
// of them from.
type socketKind struct {
	level  int
	family Family
	typ    Type
	proto  int
	ready  func(*Socket) error // what it takes to have options, nil for most
}

// access says what can be done with an option.
type access uint8

const (
	readWrite access = iota
	readOnly
	writeOnly
)

// A codec turns the value of an option into the bytes that the system takes and back.
type codec[T any] struct {
	size   int                                     // room for the longest value
	decode func(b []byte) (v T, ok bool)           // ok is false if b is no such value
	encode func(b []byte, v T) (_ []byte, _ error) // appends to b; the error is from outside or invalid
}

// Get returns the value of the option. C: getsockopt(2).
func (o Option[T]) Get(s *Socket) (T, error) {
	var none T
	if err := o.check(s, "getsockopt", writeOnly, "cannot be read"); err != nil {
		return none, err
	}
	buf := optionBuffers.Get().(*optionBuffer)
	defer optionBuffers.Put(buf)
	b := buf[:]
	if o.codec.size > len(b) {
		b = make([]byte, o.codec.size)
	}
	b = b[:o.codec.size]
	clear(b)
	var n int
	if err := s.getsockopt(o.of.level, o.number, b, &n); err != nil {
		return none, ofOption(err, o.name)
	}
	v, ok := o.codec.decode(b[:n])
	if !ok {
		return none, wrap("getsockopt", nil, fmt.Errorf("%s: a value of %d bytes in an unknown form", o.name, n))
	}
	return v, nil
}

// Set changes the value of the option. C: setsockopt(2).
func (o Option[T]) Set(s *Socket, v T) error {
	if err := o.check(s, "setsockopt", readOnly, "cannot be set"); err != nil {
		return err
	}
	buf := optionBuffers.Get().(*optionBuffer)
	defer optionBuffers.Put(buf)
	b, err := o.codec.encode(buf[:0], v)
	if err != nil {
		return o.refuse(err)
	}
	err = s.setsockopt(o.of.level, o.number, b, len(b))
	clear(b) // it may be a key
	return ofOption(err, o.name)
}

// refuse completes the error of an encoder.
func (o Option[T]) refuse(err error) error {
	bad := err.(*ArgError) //nolint:errorlint // an encoder gives nothing else
	bad.Op, bad.Arg = "setsockopt", o.name
	return bad
}

// check tells why a call cannot be made.
func (o Option[T]) check(s *Socket, op string, never access, why string) error {
	switch {
	case s.Closed():
		return wrap(op, nil, errClosed)
	case !o.exists():
		return wrap(op, nil, unsupported(o.String()))
	case o.access == never:
		return wrap(op, nil, unsupported(o.name+" "+why))
	}
	return nil
}

// exists reports whether the system has the option, as far as its headers tell.
func (o Option[T]) exists() bool {
	return o.of != nil && o.of.level != optAbsent && o.number != optAbsent
}

// Supported reports whether the running kernel has the option. It asks a fresh socket,
// which it closes again; if none of the right kind can be made, for want of the family
// or of the privilege, the answer is no.
func (o Option[T]) Supported() bool {
	if !o.exists() {
		return false
	}
	s, err := New(o.of.family, o.of.typ, o.of.proto)
	if err != nil {
		return false
	}
	defer func() { _ = s.Close() }()
	if o.of.ready != nil && o.of.ready(s) != nil {
		return false
	}
	if o.access != writeOnly {
		var n int
		err := s.getsockopt(o.of.level, o.number, make([]byte, o.codec.size), &n)
		if !isUnknownOption(err) {
			return true
		}
	}
	// A value of zeros is good or bad, but only known options are looked into.
	return o.access != readOnly && !isUnknownOption(s.setsockopt(o.of.level, o.number, make([]byte, o.codec.size), o.codec.size))
}

// isUnknownOption reports whether an error says that there is no such option.
func isUnknownOption(err error) bool {
	errno, _ := ErrnoOf(err)
	return errno == ENOPROTOOPT || errno == EOPNOTSUPP
}

// String returns the C name, such as "SO_REUSEADDR".
func (o Option[T]) String() string {
	if o.name == "" {
		return "Option(0)"
	}
	return o.name
}

// optionBuffer holds a value on its way. Codecs are called through pointers, so it
// cannot be on the stack.
type optionBuffer [512]byte

var optionBuffers = sync.Pool{New: func() any { return new(optionBuffer) }}

// outside is the error of a value that the system has no room for.
func outside(v any, want string) error { return &ArgError{Value: v, Want: want, Err: strconv.ErrRange} }

// invalid is the error of a value that has not the form it needs.
func invalid(v any, want string) error { return badArg("", "", v, want) }

// inRange refuses a number that is not from least to most.
func inRange(v, least, most int64) error {
	if v < least || v > most {
		return outside(v, fmt.Sprintf("%d to %d", least, most))
	}
	return nil
}

// checkInt32 refuses an int that is no C int.
func checkInt32(v int) error { return inRange(int64(v), math.MinInt32, math.MaxInt32) }
