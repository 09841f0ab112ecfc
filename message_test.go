package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/cmsg"
)

// datagramFamilies are those whose datagrams the tests of messages send.
var datagramFamilies = []socket.Family{socket.AF_INET, socket.AF_INET6, socket.AF_UNIX}

// pieces cuts p into n buffers of about the same size.
func pieces(p []byte, n int) [][]byte {
	bufs := make([][]byte, n)
	for i := range bufs {
		bufs[i] = p[i*len(p)/n : (i+1)*len(p)/n]
	}
	return bufs
}

// TestMsgRoundTrip sends messages of several buffers and receives them in as many, over
// every kind of socket.
func TestMsgRoundTrip(t *testing.T) {
	want := []byte(strings.Repeat("control ", 25))
	for _, kind := range []struct {
		name string
		pair func(t testing.TB) (a, b *socket.Socket)
	}{
		{"stream", streamPair},
		{"udp", boundPair(socket.AF_INET)},
		{"udp6", boundPair(socket.AF_INET6)},
		{"unix", boundPair(socket.AF_UNIX)},
	} {
		for _, n := range []int{1, 2, 16, 17, 100} {
			t.Run(fmt.Sprint(kind.name, "/", n, " buffers"), func(t *testing.T) {
				a, b := kind.pair(t)
				var to socket.Addr
				if a.Type() == socket.SOCK_DGRAM {
					to = targetOf(a)
				}
				got := make([]byte, len(want))
				for range 2 { // the second time the address is the last one
					sent, err := a.SendMsg(pieces(want, n), nil, to)
					if err != nil || sent != len(want) {
						t.Fatalf("sent %d, error %v", sent, err)
					}
					k, ancn, flags, from, err := b.RecvMsgInto(pieces(got, n), nil)
					if err != nil || k != len(want) || ancn != 0 || flags != 0 {
						t.Fatalf("received %d and %d, flags %v, error %v", k, ancn, flags, err)
					}
					if !bytes.Equal(got, want) {
						t.Errorf("received %q", got)
					}
					if to != nil && from != targetOf(b) {
						t.Errorf("from %v, want %v", from, targetOf(b))
					}
					clear(got)
				}
			})
		}
	}
}

func TestRecvMsg(t *testing.T) {
	a, b := pair(t, 0, socket.SOCK_STREAM)
	if n, err := a.SendMsg([][]byte{[]byte("ab"), nil, []byte("cde")}, nil, nil); n != 5 || err != nil {
		t.Fatalf("sent %d, error %v", n, err)
	}
	data, anc, flags, _, err := b.RecvMsg(3, 0)
	if string(data) != "abc" || anc != nil || flags != 0 || err != nil {
		t.Errorf("%q, %v, %v, error %v", data, anc, flags, err)
	}
	data, _, _, _, err = b.RecvMsg(10, 0, socket.MSG_PEEK)
	if string(data) != "de" || err != nil {
		t.Errorf("peeked %q, error %v", data, err)
	}
	if n, _, _, _, err := b.RecvMsgInto(nil, nil); n != 0 || err != nil {
		t.Errorf("no buffers: %d, error %v", n, err)
	}
	if data, _, _, _, err = b.RecvMsg(10, 0); string(data) != "de" || err != nil {
		t.Errorf("%q, error %v", data, err)
	}
	a.Close()
	if data, _, _, _, err = b.RecvMsg(10, 0); data == nil || len(data) != 0 || err != nil {
		t.Errorf("at the end %q, error %v", data, err)
	}
}

// TestRecvMsgTruncated proves that a datagram that is too long is no error but a flag, on
// every system.
func TestRecvMsgTruncated(t *testing.T) {
	for _, family := range datagramFamilies {
		t.Run(family.String(), func(t *testing.T) {
			a, b := boundPair(family)(t)
			if _, err := a.SendTo([]byte("too long"), targetOf(a)); err != nil {
				t.Fatal(err)
			}
			data, _, flags, from, err := b.RecvMsg(3, 0)
			if string(data) != "too" || flags&socket.MSG_TRUNC == 0 || from != targetOf(b) || err != nil {
				t.Errorf("%q, %v, from %v, error %v", data, flags, from, err)
			}
		})
	}
}

// TestMsgWaitAll proves that MSG_WAITALL fills all buffers of a stream, in parts as they
// come, and stops at its end.
func TestMsgWaitAll(t *testing.T) {
	a, b := pair(t, 0, socket.SOCK_STREAM)
	got := make([]byte, 10)
	bufs := [][]byte{got[:3], {}, got[3:4], got[4:]}
	before := slices.Clone(bufs)
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	receive := func() {
		n, _, _, _, err := b.RecvMsgInto(bufs, nil, socket.MSG_WAITALL)
		done <- result{n, err}
	}
	go receive()
	for _, part := range []string{"01", "2345", "6789"} {
		awaitWaiting(t, b, false, 1)
		mustSend(t, a, part)
	}
	if r := <-done; r.n != 10 || r.err != nil || string(got) != "0123456789" {
		t.Errorf("received %d %q, error %v", r.n, got, r.err)
	}
	for i := range bufs {
		if len(bufs[i]) != len(before[i]) {
			t.Error("the caller's buffers have changed")
		}
	}
	go receive()
	awaitWaiting(t, b, false, 1)
	mustSend(t, a, "end")
	a.Close()
	if r := <-done; r.n != 3 || r.err != nil || string(got[:3]) != "end" {
		t.Errorf("at the end received %d %q, error %v", r.n, got, r.err)
	}
}

// TestSendMsgHost proves that a host is resolved as in SendTo, and named in errors.
func TestSendMsgHost(t *testing.T) {
	b, addr := bound(t, socket.AF_INET)
	_, port, _ := socket.HostPort(addr)
	a := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	if _, err := a.SendMsg([][]byte{[]byte("x")}, nil, socket.Host("127.1", port)); err != nil {
		t.Fatal(err)
	}
	if p, err := b.Recv(10); string(p) != "x" || err != nil {
		t.Errorf("%q, error %v", p, err)
	}
	to := socket.Host("127.1", port)
	_, err := a.SendMsg([][]byte{make([]byte, 1<<16)}, nil, to)
	if e, ok := errors.AsType[*socket.Error](err); !ok || e.Addr != to || e.Op != "sendmsg" || !errors.Is(err, socket.EMSGSIZE) {
		t.Errorf("error %#v", err)
	}
}

// TestMsgContext proves that a view's context ends both calls before they begin.
func TestMsgContext(t *testing.T) {
	a, b := pair(t, 0, 0)
	mustSend(t, b, "x")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	view := a.WithContext(ctx)
	if _, _, _, _, err := view.RecvMsg(1, 0); !errors.Is(err, errCause) {
		t.Errorf("RecvMsg: %v", err)
	}
	if _, err := view.SendMsg([][]byte{{1}}, nil, nil); !errors.Is(err, errCause) {
		t.Errorf("SendMsg: %v", err)
	}
}

// TestMsgArguments has the arguments that the calls refuse before they ask the system.
func TestMsgArguments(t *testing.T) {
	s := udp(t)
	send := func(m socket.ControlMessage) error {
		return second(s.SendMsg([][]byte{{1}}, []socket.ControlMessage{m}, loopback(socket.AF_INET)))
	}
	recv := func(n, ancn int) error {
		_, _, _, _, err := s.RecvMsg(n, ancn)
		return err
	}
	for _, b := range []badInput{
		{"RecvMsg, negative", func(*testing.T) error { return recv(-1, 0) }, errRange},
		{"RecvMsg, huge", func(*testing.T) error { return recv(math.MaxInt, 0) }, errRange},
		{"RecvMsg, control negative", func(*testing.T) error { return recv(0, -1) }, errRange},
		{"RecvMsg, control huge", func(*testing.T) error { return recv(0, math.MaxInt) }, errRange},
		{"RecvFDs, negative", func(*testing.T) error { return last(s.RecvFDs(-1, 0)) }, errRangeOrUnsupported()},
		{"RecvFDs, fds negative", func(*testing.T) error { return last(s.RecvFDs(0, -1)) }, errRange},
		{"RecvFDs, fds huge", func(*testing.T) error { return last(s.RecvFDs(0, math.MaxInt)) }, errRange},
		{"SendFDs, negative", func(*testing.T) error { return second(s.SendFDs(nil, []int{-1}, nil)) }, errRange},
		{"SendMsg, family", func(*testing.T) error { return second(s.SendMsg(nil, nil, socket.Inet6Addr{})) }, errInvalid},
		{"SendMsg, nil pointer", func(*testing.T) error { return second(s.SendMsg(nil, nil, (*socket.Inet4Addr)(nil))) }, errInvalid},
		{"SendMsg, to nobody", func(*testing.T) error { return second(s.SendMsg([][]byte{{1}}, nil, nil)) }, errNobody},
		{"SendMsgAlg, op", func(*testing.T) error { return second(s.SendMsgAlg(nil, socket.AlgOptions{Op: -1})) }, errRange},
		{"SendMsgAlg, assoclen", func(*testing.T) error { return second(s.SendMsgAlg(nil, socket.AlgOptions{AssocLen: -1})) }, errRange},
		{"SendMsgAlg, family", func(*testing.T) error { return second(s.SendMsgAlg(nil, socket.AlgOptions{})) }, errors.ErrUnsupported},
	} {
		t.Run(b.name, b.run)
	}
	if math.MaxInt == math.MaxInt32 {
		return
	}
	for _, b := range []badInput{
		{"SendMsg, level", func(*testing.T) error { return send(socket.ControlMessage{Level: huge}) }, errRange},
		{"SendMsg, type", func(*testing.T) error { return send(socket.ControlMessage{Type: high}) }, errRange},
		{"SendFDs, huge", func(*testing.T) error { return second(s.SendFDs(nil, []int{huge}, nil)) }, errRange},
	} {
		t.Run(b.name, b.run)
	}
}

// TestNumbersAreNotCut proves that a number which a message has no room for is not taken
// for another one.
func TestNumbersAreNotCut(t *testing.T) {
	if math.MaxInt == math.MaxInt32 {
		t.Skip("an int has 32 bits")
	}
	beyond := math.MaxInt >> 32 << 32 // the lower half is 0
	for name, message := range map[string]func(int) socket.ControlMessage{
		"HopLimit":     socket.HopLimit,
		"TrafficClass": socket.TrafficClass,
		"AlgOp":        socket.AlgOp,
		"AlgAssocLen":  socket.AlgAssocLen,
		"PktInfo": func(n int) socket.ControlMessage {
			return socket.PktInfo(socket.PacketInfo{IfIndex: n, Addr: source4})
		},
		"PktInfo, v6": func(n int) socket.ControlMessage {
			return socket.PktInfo(socket.PacketInfo{IfIndex: n, Addr: source6})
		},
	} {
		for _, small := range []int{0, 2, 64} {
			if got := message(beyond + small); bytes.Equal(got.Data, message(small).Data) {
				t.Errorf("%s(%d) is that of %d: %v", name, beyond+small, small, got)
			}
		}
	}
}

// errRangeOrUnsupported is the error of RecvFDs for a bad size: where there are no fds to
// pass, that comes first.
func errRangeOrUnsupported() error {
	if hasRights {
		return errRange
	}
	return errors.ErrUnsupported
}

// last is the error of a call with four results beside it.
func last[T, U, V, W any](_ T, _ U, _ V, _ W, err error) error { return err }

// hasRights tells whether the system can pass file descriptors.
var hasRights = !errors.Is(second(socket.ControlMessage{}.ParseRights()), errors.ErrUnsupported)

func TestCmsgLen(t *testing.T) {
	for n := range 100 {
		length, space := socket.CmsgLen(n), socket.CmsgSpace(n)
		if length <= n || space < length || n > 0 && (length != socket.CmsgLen(n-1)+1 || space < socket.CmsgSpace(n-1)) {
			t.Errorf("CmsgLen(%d) is %d, CmsgSpace %d", n, length, space)
		}
	}
	most := math.MaxInt32 - socket.CmsgLen(0)
	if socket.CmsgLen(most) != math.MaxInt32 {
		t.Errorf("CmsgLen(%d) is %d", most, socket.CmsgLen(most))
	}
	for _, n := range []int{-1, math.MinInt, math.MaxInt, most + 1} {
		if socket.CmsgLen(n) != -1 || socket.CmsgSpace(n) != -1 {
			t.Errorf("CmsgLen(%d) is %d, CmsgSpace %d", n, socket.CmsgLen(n), socket.CmsgSpace(n))
		}
	}
}

// encode puts messages into the bytes that the system has for them.
func encode(msgs ...socket.ControlMessage) (b []byte) {
	for _, m := range msgs {
		b = cmsg.Native.Append(b, cmsg.Message{Level: int32(m.Level), Type: int32(m.Type), Data: m.Data})
	}
	return b
}

// TestParseControlMessages proves that messages of any kind are kept byte for byte, and
// that what is malformed is an error that comes with what was before it.
func TestParseControlMessages(t *testing.T) {
	want := []socket.ControlMessage{{1, 2, []byte("abc")}, {-3, math.MaxInt32, []byte("0123456789")}, {5, 6, []byte{}}}
	b := encode(want...)
	got, err := socket.ParseControlMessages(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, error %v", got, err)
	}
	if got, err = socket.ParseControlMessages(nil); got != nil || err != nil {
		t.Errorf("nothing: %v, error %v", got, err)
	}
	// The last message has no data, so all but its header can be cut.
	cut := len(b) - 1
	got, err = socket.ParseControlMessages(b[:cut])
	if len(got) < 2 || !reflect.DeepEqual(got[:2], want[:2]) {
		t.Errorf("cut: %v, error %v", got, err)
	}
	clear(b[:cmsg.Native.LenSize])
	got, err = socket.ParseControlMessages(b)
	if _, ok := errors.AsType[*socket.ArgError](err); !ok || !errors.Is(err, fs.ErrInvalid) || len(got) != 0 {
		t.Errorf("malformed: %v, error %v", got, err)
	}
	kept := []socket.ControlMessage{{7, 8, nil}}
	got, err = socket.AppendControlMessages(kept, encode(want[0]))
	if err != nil || len(got) != 2 || got[0].Level != 7 || got[1].Level != 1 {
		t.Errorf("appended: %v, error %v", got, err)
	}
}

// parsers calls each method of ControlMessage that reads one.
func parsers(m socket.ControlMessage) map[string]error {
	errs := make(map[string]error)
	v := reflect.ValueOf(m)
	for i := range v.NumMethod() {
		results := v.Method(i).Call(nil)
		err, _ := reflect.TypeAssert[error](results[len(results)-1])
		errs[v.Type().Method(i).Name] = err
	}
	return errs
}

// TestParseOtherMessage proves that each method tells another message from its own, and
// that one of another system is errors.ErrUnsupported.
func TestParseOtherMessage(t *testing.T) {
	errs := parsers(socket.ControlMessage{Level: -5, Type: -5})
	if len(errs) < 18 {
		t.Fatalf("only %d methods", len(errs))
	}
	for name, err := range errs {
		if !errors.Is(err, socket.ErrOtherMessage) && !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What the system lacks has a type that no message is taken for.
	for _, m := range constructed() {
		for name, err := range parsers(socket.ControlMessage{Level: m.Level, Type: math.MinInt32, Data: m.Data}) {
			if err == nil {
				t.Errorf("%s reads a message that the system lacks", name)
			}
		}
	}
}

// constructed has the result of every constructor.
func constructed() map[string]socket.ControlMessage {
	return map[string]socket.ControlMessage{
		"Rights":        socket.Rights(0),
		"Credentials":   socket.Credentials(1, 2, 3),
		"Creds":         socket.Creds(),
		"PktInfo":       socket.PktInfo(socket.PacketInfo{Addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})}),
		"PktInfo, v6":   socket.PktInfo(socket.PacketInfo{Addr: netip.IPv6Loopback()}),
		"SendSrcAddr":   socket.SendSrcAddr(netip.AddrFrom4([4]byte{127, 0, 0, 1})),
		"TTL":           socket.TTL(64),
		"TOS":           socket.TOS(16),
		"HopLimit":      socket.HopLimit(64),
		"TrafficClass":  socket.TrafficClass(16),
		"GSOSize":       socket.GSOSize(1000),
		"TransmitTime":  socket.TransmitTime(1),
		"QueueOverflow": socket.QueueOverflow(1),
		"TLSRecordType": socket.TLSRecordType(22),
		"AlgOp":         socket.AlgOp(1),
		"AlgIV":         socket.AlgIV(make([]byte, 16)),
		"AlgAssocLen":   socket.AlgAssocLen(8),
	}
}

// TestUnsupportedMessages proves that a message that the system lacks is refused, and that
// no other is.
func TestUnsupportedMessages(t *testing.T) {
	s := udp(t)
	for name, m := range constructed() {
		_, err := s.SendMsg([][]byte{{1}}, []socket.ControlMessage{m}, loopback(socket.AF_INET))
		lacking := m.Level == math.MinInt32 || m.Type == math.MinInt32
		_, own := errors.AsType[*socket.Error](err)
		if lacking && (!own || !errors.Is(err, errors.ErrUnsupported)) {
			t.Errorf("%s, which the system lacks: %v", name, err)
		}
	}
}

// TestParseBadData proves that data of a wrong size are an *ArgError, and never those of
// another message.
func TestParseBadData(t *testing.T) {
	for name, m := range constructed() {
		for _, size := range []int{0, 3, 5, 1000} {
			m.Data = make([]byte, size)
			for parser, err := range parsers(m) {
				_, isArg := errors.AsType[*socket.ArgError](err)
				other := errors.Is(err, socket.ErrOtherMessage) || errors.Is(err, errors.ErrUnsupported)
				if err != nil && !isArg && !other || isArg && !errors.Is(err, fs.ErrInvalid) {
					t.Errorf("%s of %d bytes, %s: %v", name, size, parser, err)
				}
				if err == nil && name != "Rights" {
					t.Errorf("%s reads %d bytes of %s", parser, size, name)
				}
			}
		}
	}
}

// TestClosedDuringMsg closes a socket while both calls wait on it.
func TestClosedDuringMsg(t *testing.T) {
	a, _ := pair(t, 0, 0)
	recv := begin(func() error { return last(a.RecvMsg(1, 100)) })
	awaitWaiting(t, a, false, 1)
	a.Close()
	recv.wantErr(t, net.ErrClosed)
}

// FuzzParseControlMessages reads arbitrary bytes as control data, and each message as every
// kind. Nothing may panic or hold more than its input.
func FuzzParseControlMessages(f *testing.F) {
	for _, m := range constructed() {
		f.Add(encode(m))
		f.Add(encode(m, m)[:socket.CmsgSpace(len(m.Data))+3])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		msgs, _ := socket.ParseControlMessages(b)
		total := 0
		for _, m := range msgs {
			total += len(m.Data)
			parsers(m)
		}
		if total > len(b) || len(msgs) > len(b) {
			t.Fatalf("%d messages with %d bytes in %d", len(msgs), total, len(b))
		}
	})
}
