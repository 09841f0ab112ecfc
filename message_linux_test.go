package socket_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/ctest"
)

// These tests have the kernel make every control message that Linux has, over real
// sockets.

// controlRoom is room for the control data of any test.
const controlRoom = 512

// mustSet sets an option of a socket; a kernel or an emulator that does not know it skips
// the test.
func mustSet(t testing.TB, s *socket.Socket, level, name, value int) {
	t.Helper()
	err := s.SetSockOptInt(level, name, value)
	if errors.Is(err, socket.ENOPROTOOPT) || emulated() && errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("option %d of level %d is not known here: %v", name, level, err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// receive receives one message and its control messages.
func receive(t testing.TB, s *socket.Socket, flags ...socket.MsgFlag) (string, []socket.ControlMessage) {
	t.Helper()
	mustSetTimeout(t, s, patience)
	data, anc, mflags, _, err := s.RecvMsg(1<<16, controlRoom, flags...)
	if err != nil {
		t.Fatal(err)
	}
	if mflags&socket.MSG_CTRUNC != 0 {
		t.Errorf("flags %v", mflags)
	}
	return string(data), anc
}

// find returns what one of the Parse methods makes of the first message that it reads.
func find[T any](t testing.TB, anc []socket.ControlMessage, parse func(socket.ControlMessage) (T, error)) (v T) {
	t.Helper()
	for _, m := range anc {
		v, err := parse(m)
		if err == nil {
			return v
		}
		if !errors.Is(err, socket.ErrOtherMessage) {
			t.Errorf("%v: %v", m, err)
		}
	}
	if emulated() {
		t.Skip("the emulator does not pass the message on")
	}
	t.Errorf("no such message in %v", anc)
	return v
}

func number[T any](parse func(socket.ControlMessage) (T, error)) func(socket.ControlMessage) (any, error) {
	return func(m socket.ControlMessage) (any, error) {
		v, err := parse(m)
		return v, err
	}
}

// TestHeaderMessages sends datagrams with a header field of their own and receives what
// it was.
func TestHeaderMessages(t *testing.T) {
	needControlData(t)
	const v4, v6 = socket.AF_INET, socket.AF_INET6
	loopback4 := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	const ip, ip6 = socket.IPPROTO_IP, socket.IPPROTO_IPV6
	type messages = []socket.ControlMessage
	var (
		ttl    = number(socket.ControlMessage.ParseTTL)
		tos    = number(socket.ControlMessage.ParseTOS)
		hops   = number(socket.ControlMessage.ParseHopLimit)
		class  = number(socket.ControlMessage.ParseTrafficClass)
		info   = number(socket.ControlMessage.ParsePktInfo)
		origin = number(socket.ControlMessage.ParseOrigDst)

		from4 = socket.PacketInfo{Addr: loopback4}
		from6 = socket.PacketInfo{Addr: netip.IPv6Loopback()}
		at4   = socket.PacketInfo{IfIndex: 1, Addr: loopback4, SpecDst: loopback4}
		at6   = socket.PacketInfo{IfIndex: 1, Addr: netip.IPv6Loopback()}
	)
	for _, test := range []struct {
		name          string
		family        socket.Family
		level, option int // of the receiver
		send          messages
		parse         func(socket.ControlMessage) (any, error)
		want          any // nil: the address that it was sent to
	}{
		{"IP_TTL", v4, ip, socket.IP_RECVTTL, messages{socket.TTL(42)}, ttl, 42},
		{"IP_TTL, default", v4, ip, socket.IP_RECVTTL, nil, ttl, 64},
		{"IP_TOS", v4, ip, socket.IP_RECVTOS, messages{socket.TOS(0x28)}, tos, 0x28},
		{"IP_TOS, ECN", v4, ip, socket.IP_RECVTOS, messages{socket.TOS(2)}, tos, 2},
		{"IPV6_HOPLIMIT", v6, ip6, socket.IPV6_RECVHOPLIMIT, messages{socket.HopLimit(42)}, hops, 42},
		{"IPV6_HOPLIMIT, of the route", v6, ip6, socket.IPV6_RECVHOPLIMIT, messages{socket.HopLimit(-1)}, hops, 64},
		{"IPV6_TCLASS", v6, ip6, socket.IPV6_RECVTCLASS, messages{socket.TrafficClass(0x28)}, class, 0x28},
		{"two", v6, ip6, socket.IPV6_RECVTCLASS, messages{socket.HopLimit(3), socket.TrafficClass(0x30)}, class, 0x30},
		{"IP_PKTINFO", v4, ip, socket.IP_PKTINFO, messages{socket.PktInfo(from4)}, info, at4},
		{"IPV6_PKTINFO", v6, ip6, socket.IPV6_RECVPKTINFO, messages{socket.PktInfo(from6)}, info, at6},
		{"IP_ORIGDSTADDR", v4, ip, socket.IP_RECVORIGDSTADDR, nil, origin, nil},
		{"IPV6_ORIGDSTADDR", v6, ip6, socket.IPV6_RECVORIGDSTADDR, nil, origin, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := boundPair(test.family)(t)
			mustSet(t, b, test.level, test.option, 1)
			if _, err := a.SendMsg([][]byte{[]byte("x")}, test.send, targetOf(a)); err != nil {
				t.Fatal(err)
			}
			data, anc := receive(t, b)
			want := test.want
			if want == nil {
				want = targetOf(a)
			}
			if got := find(t, anc, test.parse); data != "x" || got != want {
				t.Errorf("%q, %v, want %v", data, got, want)
			}
			// What is received can be sent: the bytes are the same.
			for _, m := range anc {
				_, err := test.parse(m)
				if test.want == nil || err != nil {
					continue // nobody sends what the original destination is
				}
				if _, err := a.SendMsg([][]byte{[]byte("x")}, []socket.ControlMessage{m}, targetOf(a)); err != nil {
					t.Errorf("sending %v again: %v", m, err)
				}
			}
		})
	}
}

// TestPktInfoSource proves that the source of a packet is what its PacketInfo says, and
// that an answer with the PacketInfo of the question comes from the address that was asked.
func TestPktInfoSource(t *testing.T) {
	server := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	if err := server.Bind(socket.Host("", 0)); err != nil {
		t.Fatal(err)
	}
	mustSet(t, server, socket.IPPROTO_IP, socket.IP_PKTINFO, 1)
	name, err := server.GetSockName()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := socket.HostPort(name)
	client, clientAddr := bound(t, socket.AF_INET)
	asked := socket.Inet4Addr{IP: netip.MustParseAddr("127.1.2.3"), Port: uint16(port)}
	if _, err := client.SendTo([]byte("question"), asked); err != nil {
		t.Fatal(err)
	}
	_, anc := receive(t, server)
	info := find(t, anc, socket.ControlMessage.ParsePktInfo)
	if info.Addr != asked.IP || info.IfIndex == 0 {
		t.Errorf("asked at %+v, want %v", info, asked.IP)
	}
	for _, p := range []socket.PacketInfo{info, {Addr: asked.IP}, {SpecDst: asked.IP, Addr: netip.MustParseAddr("224.0.0.1")}} {
		if _, err := server.SendMsg([][]byte{[]byte("answer")}, []socket.ControlMessage{socket.PktInfo(p)}, clientAddr); err != nil {
			t.Fatal(err)
		}
		if _, from, err := client.RecvFrom(10); from != asked || err != nil {
			t.Errorf("the answer comes from %v, want %v, error %v", from, asked, err)
		}
	}
}

// TestTimestamps has all forms of a timestamp; each is the time of the test.
func TestTimestamps(t *testing.T) {
	stamp := func(m socket.ControlMessage) (time.Time, error) { return m.ParseTimestamp() }
	software := func(m socket.ControlMessage) (time.Time, error) {
		ts, err := m.ParseTimestamping()
		if err == nil && !ts.Hardware.IsZero() {
			t.Errorf("the loopback interface has hardware stamps: %v", ts)
		}
		return ts.Software, err
	}
	const flags = socket.SOF_TIMESTAMPING_RX_SOFTWARE | socket.SOF_TIMESTAMPING_SOFTWARE
	for _, test := range []struct {
		name   string
		option int
		value  int
		parse  func(socket.ControlMessage) (time.Time, error)
		unit   time.Duration
	}{
		{"SO_TIMESTAMP", socket.SO_TIMESTAMP, 1, stamp, time.Microsecond},
		{"SO_TIMESTAMPNS", socket.SO_TIMESTAMPNS, 1, stamp, time.Nanosecond},
		{"SO_TIMESTAMPING", socket.SO_TIMESTAMPING, flags, software, time.Nanosecond},
		{"SO_TIMESTAMP_NEW", socket.SO_TIMESTAMP_NEW, 1, stamp, time.Microsecond},
		{"SO_TIMESTAMPNS_NEW", socket.SO_TIMESTAMPNS_NEW, 1, stamp, time.Nanosecond},
		{"SO_TIMESTAMPING_NEW", socket.SO_TIMESTAMPING_NEW, flags, software, time.Nanosecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := boundPair(socket.AF_INET)(t)
			mustSet(t, b, socket.SOL_SOCKET, test.option, test.value)
			// The kernel begins to stamp a moment after it was told to.
			for end := time.Now().Add(patience); ; {
				before := time.Now()
				if _, err := a.SendTo([]byte("x"), targetOf(a)); err != nil {
					t.Fatal(err)
				}
				_, anc := receive(t, b)
				if len(anc) == 0 && time.Now().Before(end) && !emulated() {
					continue
				}
				got := find(t, anc, test.parse)
				if got.Before(before.Add(-time.Second)) || got.After(time.Now().Add(time.Second)) {
					t.Errorf("received at %v, sent at %v", got, before)
				}
				if got.Nanosecond()%int(test.unit) != 0 {
					t.Errorf("%v is finer than %v", got, test.unit)
				}
				return
			}
		})
	}
}

// TestTransmitTimestamp reads from the error queue when a packet was sent.
func TestTransmitTimestamp(t *testing.T) {
	a, _ := boundPair(socket.AF_INET)(t)
	mustSet(t, a, socket.SOL_SOCKET, socket.SO_TIMESTAMPING,
		socket.SOF_TIMESTAMPING_TX_SOFTWARE|socket.SOF_TIMESTAMPING_SOFTWARE|socket.SOF_TIMESTAMPING_OPT_ID|socket.SOF_TIMESTAMPING_OPT_TSONLY)
	before := time.Now()
	for id := range uint32(2) {
		if _, err := a.SendTo([]byte("x"), targetOf(a)); err != nil {
			t.Fatal(err)
		}
		_, anc := errorQueue(t, a)
		ts := find(t, anc, socket.ControlMessage.ParseTimestamping)
		if ts.Software.Before(before.Add(-time.Second)) || ts.Software.After(time.Now().Add(time.Second)) {
			t.Errorf("sent at %v, the test began at %v", ts.Software, before)
		}
		e := find(t, anc, socket.ControlMessage.ParseRecvErr)
		if e.Errno != socket.ENOMSG || e.Origin != socket.SO_EE_ORIGIN_TIMESTAMPING || e.Data != id || e.Offender != nil {
			t.Errorf("%+v, want packet %d", e, id)
		}
	}
}

// errorQueue takes an entry off the error queue when there is one.
func errorQueue(t testing.TB, s *socket.Socket) (data []byte, anc []socket.ControlMessage) {
	t.Helper()
	await(t, "an entry in the error queue", func() bool {
		var err error
		data, anc, _, _, err = s.RecvMsg(100, controlRoom, socket.MSG_ERRQUEUE)
		if err != nil && !errors.Is(err, socket.ErrWouldBlock) {
			t.Fatal(err)
		}
		return err == nil
	})
	return data, anc
}

// TestErrorQueue reads an ICMP port unreachable from the error queue: what went wrong, who
// says so and what it was about.
func TestErrorQueue(t *testing.T) {
	if emulated() {
		t.Skip("the emulator drops the address of the offender")
	}
	for _, test := range []struct {
		family      socket.Family
		level, name int
		want        socket.ExtendedErr
	}{
		{socket.AF_INET, socket.IPPROTO_IP, socket.IP_RECVERR,
			socket.ExtendedErr{Errno: socket.ECONNREFUSED, Origin: socket.SO_EE_ORIGIN_ICMP, Type: 3, Code: 3,
				Offender: socket.Inet4Addr{IP: netip.AddrFrom4([4]byte{127, 0, 0, 1})}}},
		{socket.AF_INET6, socket.IPPROTO_IPV6, socket.IPV6_RECVERR,
			socket.ExtendedErr{Errno: socket.ECONNREFUSED, Origin: socket.SO_EE_ORIGIN_ICMP6, Type: 1, Code: 4,
				Offender: socket.Inet6Addr{IP: netip.IPv6Loopback()}}},
	} {
		t.Run(test.family.String(), func(t *testing.T) {
			needFamily(t, test.family)
			s := newSocket(t, test.family, socket.SOCK_DGRAM)
			mustSet(t, s, test.level, test.name, 1)
			dead := deafAddr(t, test.family)
			if _, err := s.SendTo([]byte("question"), dead); err != nil {
				t.Fatal(err)
			}
			mustSetTimeout(t, s, patience)
			if err := recvOne(s)(); !errors.Is(err, socket.ErrConnRefused) {
				t.Errorf("receiving: %v", err)
			}
			data, anc, flags, from, err := s.RecvMsg(100, controlRoom, socket.MSG_ERRQUEUE)
			if err != nil {
				t.Fatal(err)
			}
			if string(data) != "question" || from != dead || flags&socket.MSG_ERRQUEUE == 0 {
				t.Errorf("%q to %v, %v, want what was sent to %v", data, from, flags, dead)
			}
			if got := find(t, anc, socket.ControlMessage.ParseRecvErr); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			began := time.Now()
			if _, _, _, _, err := s.RecvMsg(1, controlRoom, socket.MSG_ERRQUEUE); !errors.Is(err, socket.ErrWouldBlock) || time.Since(began) > slack {
				t.Errorf("an empty queue: %v after %v", err, time.Since(began))
			}
		})
	}
}

// TestErrorQueueLocal has the kernel itself complain: nobody is the offender.
func TestErrorQueueLocal(t *testing.T) {
	a, _ := boundPair(socket.AF_INET)(t)
	mustSet(t, a, socket.IPPROTO_IP, socket.IP_RECVERR, 1)
	const tooLong = 65520 // with its header more than fits in an IP packet
	if _, err := a.SendTo(make([]byte, tooLong), targetOf(a)); !errors.Is(err, socket.EMSGSIZE) {
		t.Fatal(err)
	}
	data, anc := errorQueue(t, a)
	e := find(t, anc, socket.ControlMessage.ParseRecvErr)
	if e.Errno != socket.EMSGSIZE || e.Origin != socket.SO_EE_ORIGIN_LOCAL || e.Info == 0 || e.Offender != nil || len(data) != 0 {
		t.Errorf("%+v", e)
	}
}

// TestQueueOverflow fills the queue of a socket and reads how much was dropped.
func TestQueueOverflow(t *testing.T) {
	a, b := boundPair(socket.AF_INET)(t)
	mustSet(t, b, socket.SOL_SOCKET, socket.SO_RXQ_OVFL, 1)
	mustSet(t, b, socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
	const sent = 100
	for range sent {
		if _, err := a.SendTo(make([]byte, 1000), targetOf(a)); err != nil {
			t.Fatal(err)
		}
	}
	mustSetTimeout(t, b, 0)
	received := 0
	for err := error(nil); err == nil; received++ {
		err = recvOne(b)()
	}
	received--
	if received == 0 || received == sent {
		t.Fatalf("%d of %d have been received", received, sent)
	}
	if _, err := a.SendTo([]byte("x"), targetOf(a)); err != nil {
		t.Fatal(err)
	}
	data, anc := receive(t, b)
	for ; data != "x"; data, anc = receive(t, b) {
		received++ // the kernel had left it for later
	}
	if got := find(t, anc, socket.ControlMessage.ParseQueueOverflow); int(got) != sent-received {
		t.Errorf("%d dropped, want %d", got, sent-received)
	}
	_, err := a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.QueueOverflow(1)}, targetOf(a))
	if !errors.Is(err, socket.EINVAL) {
		t.Errorf("sending it: %v, want EINVAL", err)
	}
}

// TestSegmentation sends one buffer that arrives as several datagrams, and receives them as
// one again.
func TestSegmentation(t *testing.T) {
	for _, family := range []socket.Family{socket.AF_INET, socket.AF_INET6} {
		t.Run(family.String(), func(t *testing.T) {
			a, b := boundPair(family)(t)
			payload := bytes.Repeat([]byte("0123456789"), 35)
			send := func() {
				_, err := a.SendMsg([][]byte{payload[:7], payload[7:]}, []socket.ControlMessage{socket.GSOSize(100)}, targetOf(a))
				if emulated() && err != nil || errors.Is(err, socket.EINVAL) {
					t.Skip("no UDP_SEGMENT here:", err)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			send()
			var sizes []int
			for total := 0; total < len(payload); {
				data, _ := receive(t, b)
				sizes = append(sizes, len(data))
				total += len(data)
			}
			if fmt.Sprint(sizes) != "[100 100 100 50]" {
				t.Skip("the message was not passed on: datagrams of ", sizes)
			}
			mustSet(t, b, socket.IPPROTO_UDP, socket.UDP_GRO, 1)
			send()
			data, anc := receive(t, b)
			if size := find(t, anc, socket.ControlMessage.ParseGROSize); size != 100 || data != string(payload) {
				t.Errorf("%d bytes in datagrams of %d", len(data), size)
			}
		})
	}
}

// TestTransmitTime sends a packet with a time; the loopback interface does not wait for it.
func TestTransmitTime(t *testing.T) {
	a, b := boundPair(socket.AF_INET)(t)
	anc := []socket.ControlMessage{socket.TransmitTime(time.Hour)}
	if _, err := a.SendMsg([][]byte{{1}}, anc, targetOf(a)); !errors.Is(err, socket.EINVAL) {
		t.Errorf("without SO_TXTIME: %v, want EINVAL", err)
	}
	// struct sock_txtime { clockid_t clockid; uint32_t flags; }, linux/net_tstamp.h
	txtime := binary.NativeEndian.AppendUint64(nil, 0)
	binary.NativeEndian.PutUint32(txtime, unix.CLOCK_MONOTONIC)
	if err := a.SetSockOptBytes(socket.SOL_SOCKET, socket.SO_TXTIME, txtime); err != nil {
		t.Skip("no SO_TXTIME here:", err)
	}
	if _, err := a.SendMsg([][]byte{{1}}, anc, targetOf(a)); err != nil {
		t.Fatal(err)
	}
	receive(t, b)
}

// TestCredentials sends credentials, those that the kernel adds and those that it checks.
func TestCredentials(t *testing.T) {
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSet(t, b, socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
	own := socket.SenderCred{PID: os.Getpid()}
	own.UID, own.EUID, own.GID, own.EGID = uint32(os.Getuid()), uint32(os.Getuid()), uint32(os.Getgid()), uint32(os.Getgid())
	for _, anc := range [][]socket.ControlMessage{nil, {socket.Credentials(own.PID, own.UID, own.GID)}} {
		if _, err := a.SendMsg([][]byte{{1}}, anc, nil); err != nil {
			t.Fatal(err)
		}
		_, got := receive(t, b)
		if c := find(t, got, socket.ControlMessage.ParseCredentials); fmt.Sprint(c) != fmt.Sprint(own) {
			t.Errorf("%+v, want %+v", c, own)
		}
	}
	foreign := []socket.ControlMessage{socket.Credentials(own.PID, 12345, 54321)}
	_, err := a.SendMsg([][]byte{{1}}, foreign, nil)
	if os.Geteuid() != 0 {
		if !errors.Is(err, socket.EPERM) {
			t.Errorf("those of others: %v, want EPERM", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	_, got := receive(t, b)
	if c := find(t, got, socket.ControlMessage.ParseCredentials); c.UID != 12345 || c.EUID != 12345 || c.GID != 54321 || c.EGID != 54321 {
		t.Errorf("%+v", c)
	}
	_, err = a.SendMsg([][]byte{{1}}, []socket.ControlMessage{socket.Credentials(math.MaxInt32, 0, 0)}, nil)
	if !errors.Is(err, socket.ESRCH) {
		t.Errorf("a process that is none: %v, want ESRCH", err)
	}
}

// TestPIDFD receives the sender as a file descriptor, which is close-on-exec and closed
// where nobody asked for it.
func TestPIDFD(t *testing.T) {
	checkFDs(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSet(t, b, socket.SOL_SOCKET, socket.SO_PASSPIDFD, 1)
	mustSend(t, a, "x")
	_, anc := receive(t, b)
	fd := find(t, anc, socket.ControlMessage.ParsePIDFD)
	info, err := os.ReadFile(fmt.Sprint("/proc/self/fdinfo/", fd))
	if err != nil || !strings.Contains(string(info), fmt.Sprint("Pid:\t", os.Getpid(), "\n")) {
		t.Errorf("fd %d is %s, error %v", fd, info, err)
	}
	if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("not close-on-exec (%v)", err)
	}
	socket.CloseRights(anc)
	r, _ := pipe(t)
	mustSet(t, b, socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
	mustSendFDs(t, a, copies(int(r.Fd()), 3)...)
	data, fds, flags, _, err := b.RecvFDs(10, 3) // credentials and a pidfd are before them
	if data := string(data); data != "fds" || len(fds) != 3 || flags&socket.MSG_CTRUNC != 0 || err != nil {
		t.Errorf("%q, fds %v, %v, error %v", data, fds, flags, err)
	}
	for _, fd := range fds {
		checkReceived(t, fd, int(r.Fd()))
	}
}

// TestNoPIDFD has the error number that the kernel puts in the place of a pidfd.
func TestNoPIDFD(t *testing.T) {
	for _, errno := range []syscall.Errno{socket.ESRCH, socket.EMFILE} {
		data := binary.NativeEndian.AppendUint32(nil, -uint32(errno))
		m := socket.ControlMessage{Level: socket.SOL_SOCKET, Type: socket.SCM_PIDFD, Data: data}
		if fd, err := m.ParsePIDFD(); fd != -1 || !errors.Is(err, errno) {
			t.Errorf("fd %d, error %v, want %v", fd, err, errno)
		}
		socket.CloseRights([]socket.ControlMessage{m})
	}
}

// TestMostRights passes as many fds as Linux lets pass at once, and one more.
func TestMostRights(t *testing.T) {
	checkFDs(t)
	const most = 253 // SCM_MAX_FD, net/scm.h
	r, _ := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	if _, err := a.SendFDs([][]byte{{1}}, copies(int(r.Fd()), most+1), nil); !errors.Is(err, socket.EINVAL) {
		t.Errorf("%d fds: %v, want EINVAL", most+1, err)
	}
	for _, room := range []int{most, most + 1, most - 1, 1} {
		if room < most {
			needControlRoom(t)
		}
		if _, err := a.SendFDs([][]byte{{1}}, copies(int(r.Fd()), most), nil); err != nil {
			t.Fatal(err)
		}
		_, fds, flags, _, err := b.RecvFDs(1, room)
		if len(fds) != min(room, most) || flags&socket.MSG_CTRUNC != 0 != (room < most) || err != nil {
			t.Errorf("room for %d: %d fds, %v, error %v", room, len(fds), flags, err)
		}
		for _, fd := range fds {
			checkReceived(t, fd, int(r.Fd()))
		}
	}
}

// TestPeekRights proves what the package documentation says: each look at fds makes new ones.
func TestPeekRights(t *testing.T) {
	checkFDs(t)
	r, _ := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSendFDs(t, a, int(r.Fd()))
	for _, flags := range []socket.MsgFlag{socket.MSG_PEEK, socket.MSG_PEEK, 0} {
		_, fds, _, _, err := b.RecvFDs(10, 1, flags)
		if len(fds) != 1 || err != nil {
			t.Fatalf("%v, error %v", fds, err)
		}
		checkReceived(t, fds[0], int(r.Fd()))
	}
}

// TestRightsNoRoom proves that a process that may have no more fds gets those that it can
// have, a flag, and no others.
func TestRightsNoRoom(t *testing.T) {
	checkFDs(t)
	r, _ := pipe(t)
	a, b := pair(t, socket.AF_UNIX, 0)
	mustSendFDs(t, a, copies(int(r.Fd()), 10)...)
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	next, err := socket.DupFD(int(r.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	socket.CloseFD(next)
	limited := before
	limited.Cur = uint64(next) + 4
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limited); err != nil {
		t.Fatal(err)
	}
	_, fds, flags, _, err := b.RecvFDs(10, 10)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if len(fds) > 4 || flags&socket.MSG_CTRUNC == 0 || err != nil {
		t.Errorf("fds %v, %v, error %v", fds, flags, err)
	}
	for _, fd := range fds {
		checkReceived(t, fd, int(r.Fd()))
	}
}

// TestSendMsgWithControlDoesNotAllocate pins that control messages are no allocation
// either, nor reading them into a slice that is there.
func TestSendMsgWithControlDoesNotAllocate(t *testing.T) {
	needControlData(t)
	needExactAllocs(t)
	r, _ := pipe(t)
	for name, test := range map[string]struct {
		family socket.Family
		anc    []socket.ControlMessage
	}{
		"packet info": {socket.AF_INET, []socket.ControlMessage{
			socket.PktInfo(socket.PacketInfo{Addr: netip.AddrFrom4([4]byte{127, 0, 0, 1})}), socket.TTL(9), socket.TOS(4)}},
		"253 fds": {socket.AF_UNIX, []socket.ControlMessage{socket.Rights(copies(int(r.Fd()), 253)...)}},
	} {
		t.Run(name, func(t *testing.T) {
			checkFDs(t)
			a, b := boundPair(test.family)(t)
			if test.family == socket.AF_INET {
				mustSet(t, b, socket.IPPROTO_IP, socket.IP_PKTINFO, 1)
				mustSet(t, b, socket.IPPROTO_IP, socket.IP_RECVTTL, 1)
			}
			bufs, in := sixteen(make([]byte, 64)), sixteen(make([]byte, 64))
			room := make([]byte, 2048)
			var msgs []socket.ControlMessage
			to := targetOf(a)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			a, b = a.WithContext(ctx), b.WithContext(ctx)
			wantAllocs(t, 0, func() error {
				if _, err := a.SendMsg(bufs[:], test.anc, to); err != nil {
					return err
				}
				_, n, _, _, err := b.RecvMsgInto(in[:], room)
				if err != nil {
					return err
				}
				if msgs, err = socket.AppendControlMessages(msgs[:0], room[:n]); err != nil {
					return err
				}
				for _, m := range msgs {
					if info, err := m.ParsePktInfo(); err == nil && info.IfIndex == 0 {
						return errForeign
					}
					if ttl, err := m.ParseTTL(); err == nil && ttl != 9 {
						return errForeign
					}
				}
				if test.family == socket.AF_UNIX {
					closeRights(msgs)
				}
				return nil
			})
		})
	}
}

// closeRights is CloseRights without the slice that ParseRights makes.
func closeRights(msgs []socket.ControlMessage) {
	for _, m := range msgs {
		for b := m.Data; len(b) >= 4; b = b[4:] {
			unix.Close(int(binary.NativeEndian.Uint32(b)))
		}
	}
}

// TestMessagesOfLinux has what Linux lacks, so that nothing else is.
func TestMessagesOfLinux(t *testing.T) {
	for name, m := range constructed() {
		lacking := m.Level == math.MinInt32 || m.Type == math.MinInt32
		if want := name == "Creds" || name == "SendSrcAddr"; lacking != want {
			t.Errorf("%s is lacking: %v, want %v", name, lacking, want)
		}
	}
	unsupported := map[string]bool{"ParseDstAddr": true, "ParseRecvIf": true, "ParseMonotonic": true}
	for name, err := range parsers(socket.ControlMessage{}) {
		if errors.Is(err, errors.ErrUnsupported) != unsupported[name] {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTLSRecordType sends a record of another type than application data over a connection
// that the kernel encrypts.
func TestTLSRecordType(t *testing.T) {
	a, b := connect(t, socket.AF_INET)
	for s, direction := range map[*socket.Socket]socket.Option[socket.TLSCryptoInfo]{a: socket.TLSTx, b: socket.TLSRx} {
		bad := tlsKeys
		bad.IV, bad.Key = bad.Key, bad.IV // as many bytes
		if err := direction.Set(s, bad); !errors.Is(err, errInvalid) || strings.Contains(err.Error(), string(bad.IV)) {
			t.Errorf("%v with a short key: %v", direction, err)
		}
	}
	for s, direction := range map[*socket.Socket]socket.Option[socket.TLSCryptoInfo]{a: socket.TLSTx, b: socket.TLSRx} {
		if err := socket.TCPULP.Set(s, "tls"); err != nil {
			t.Skip("the kernel has no TLS:", err)
		}
		if err := direction.Set(s, tlsKeys); err != nil {
			t.Skip("the kernel has no AES-GCM for TLS:", err)
		}
	}
	// struct tls12_crypto_info_aes_gcm_128 { u16 version, cipher; u8 iv[8], key[16],
	// salt[4], rec_seq[8]; }, linux/tls.h
	info, err := a.GetSockOptBytes(socket.SOL_TLS, socket.TLS_TX, 40)
	if err != nil || string(info[4:]) != "initvectsixteen bytes oksalt"+string(make([]byte, 8)) {
		t.Errorf("the keys of sending are %q, error %v", info, err)
	}
	const handshake, applicationData = 22, 23
	if _, err := a.SendMsg([][]byte{[]byte("hello")}, []socket.ControlMessage{socket.TLSRecordType(handshake)}, nil); err != nil {
		t.Fatal(err)
	}
	mustSend(t, a, "data")
	for _, want := range []struct {
		data string
		typ  uint8
	}{{"hello", handshake}, {"data", applicationData}} {
		data, anc := receive(t, b)
		if typ := find(t, anc, socket.ControlMessage.ParseTLSRecordType); data != want.data || typ != want.typ {
			t.Errorf("%q of type %d, want %q of %d", data, typ, want.data, want.typ)
		}
	}
}

// alg returns a socket for operations of an algorithm: AF_ALG, bound and accepted.
func alg(t testing.TB, typ, name string, key []byte, authSize int) *socket.Socket {
	t.Helper()
	s, err := socket.New(socket.AF_ALG, socket.SOCK_SEQPACKET, 0)
	if errors.Is(err, errors.ErrUnsupported) || emulated() && err != nil {
		t.Skip("no AF_ALG here:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	// struct sockaddr_alg { u16 family; u8 type[14]; u32 feat, mask; u8 name[64]; }
	addr := make([]byte, 14+8+64)
	copy(addr, typ)
	copy(addr[22:], name)
	if err := s.Bind(socket.RawAddr{Fam: socket.AF_ALG, Data: string(addr)}); err != nil {
		t.Skipf("no %s here: %v", name, err)
	}
	if len(key) > 0 {
		if err := s.SetSockOptBytes(socket.SOL_ALG, socket.ALG_SET_KEY, key); err != nil {
			t.Fatal(err)
		}
	}
	if authSize > 0 {
		if err := socket.ALGSetAEADAuthSize.Set(s, authSize); err != nil {
			t.Fatal(err)
		}
	}
	op, _, err := s.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, op)
	return op
}

// TestAlgCipher encrypts and decrypts with AES-CBC: NIST SP 800-38A, F.2.1.
func TestAlgCipher(t *testing.T) {
	key, iv := ctest.Unhex(t, "2b7e151628aed2a6abf7158809cf4f3c"), ctest.Unhex(t, "000102030405060708090a0b0c0d0e0f")
	plain, cipher := ctest.Unhex(t, "6bc1bee22e409f96e93d7e117393172a"), ctest.Unhex(t, "7649abac8119b246cee98e9b12e9197d")
	op := alg(t, "skcipher", "cbc(aes)", key, 0)
	for _, test := range []struct {
		op       int
		in, want []byte
	}{{socket.ALG_OP_ENCRYPT, plain, cipher}, {socket.ALG_OP_DECRYPT, cipher, plain}} {
		n, err := op.SendMsgAlg([][]byte{test.in[:5], test.in[5:]}, socket.AlgOptions{Op: test.op, IV: iv})
		if n != 16 || err != nil {
			t.Fatalf("sent %d, error %v", n, err)
		}
		if got, err := op.Recv(16); !bytes.Equal(got, test.want) || err != nil {
			t.Errorf("operation %d: %x, error %v, want %x", test.op, got, err, test.want)
		}
	}
}

// TestAlgAEAD encrypts and decrypts with AES-GCM and associated data: the case 4 of the
// specification of GCM.
func TestAlgAEAD(t *testing.T) {
	key, iv := ctest.Unhex(t, "feffe9928665731c6d6a8f9467308308"), ctest.Unhex(t, "cafebabefacedbaddecaf888")
	assoc := ctest.Unhex(t, "feedfacedeadbeeffeedfacedeadbeefabaddad2")
	plain := ctest.Unhex(t, "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
	cipher := ctest.Unhex(t, "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091")
	tag := ctest.Unhex(t, "5bc94fbc3221a5db94fae95ae7121a47")
	op := alg(t, "aead", "gcm(aes)", key, len(tag))
	n, err := op.SendMsgAlg([][]byte{assoc, plain}, socket.AlgOptions{Op: socket.ALG_OP_ENCRYPT, IV: iv, AssocLen: len(assoc)})
	if n != len(assoc)+len(plain) || err != nil {
		t.Fatalf("sent %d, error %v", n, err)
	}
	want := slices.Concat(assoc, cipher, tag)
	if got, err := op.Recv(len(want)); !bytes.Equal(got, want) || err != nil {
		t.Errorf("%x, error %v, want %x", got, err, want)
	}
	for _, damage := range []byte{0, 1} {
		tag[0] ^= damage
		o := socket.AlgOptions{Op: socket.ALG_OP_DECRYPT, IV: iv, AssocLen: len(assoc)}
		if _, err := op.SendMsgAlg([][]byte{assoc, cipher, tag}, o); err != nil {
			t.Fatal(err)
		}
		got, err := op.Recv(len(assoc) + len(plain))
		if damage != 0 {
			if !errors.Is(err, socket.EBADMSG) {
				t.Errorf("a wrong tag: %v, want EBADMSG", err)
			}
		} else if !bytes.Equal(got, slices.Concat(assoc, plain)) || err != nil {
			t.Errorf("%x, error %v", got, err)
		}
	}
}
