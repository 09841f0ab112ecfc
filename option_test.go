package socket_test

import (
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// TestOptions takes every option of the package through its row of the table: a fresh
// socket has the initial value, the option is set to another one, and reads as that.
// TestOptionRows finds an option without a row.
func TestOptions(t *testing.T) {
	for name, row := range optionRows() {
		t.Run(name, func(t *testing.T) { row(t) })
	}
}

// An optionRow is the test of one option.
type optionRow func(t *testing.T)

// A maker makes the socket that a row needs, or skips it with the reason.
type maker func(t *testing.T) *socket.Socket

// A quirk is what a row has to know beside the values.
type quirk func(*quirks)

type quirks struct {
	since    string // the first Linux that has the option, if that is after 5.10
	builtOut bool   // the kernel may be built without
	anyFirst bool   // the initial value is the machine's own affair
	reads    any    // what Get gives after Set, if that is not what was set
	refused  error  // what Set gives
	may      bool   // or may give
	unread   bool   // it is set and not told
	mayNot   bool   // or may not, if it is old
	runs     bool   // the value goes on from what was set
	windows  any    // the initial value on Windows
}

func since(version string) quirk { return func(q *quirks) { q.since = version } }
func builtOut(q *quirks)         { q.builtOut = true }
func anyFirst(q *quirks)         { q.anyFirst = true }
func reads(v any) quirk          { return func(q *quirks) { q.reads = v } }
func refused(err error) quirk    { return func(q *quirks) { q.refused = err } }
func mayRefuse(err error) quirk  { return func(q *quirks) { q.refused, q.may = err, true } }
func runsOn(q *quirks)           { q.runs = true }
func unreadOnOldLinux(q *quirks) { q.mayNot = runtime.GOOS == "linux" }
func unreadOnLinux(q *quirks)    { q.unread = runtime.GOOS == "linux" }
func onWindows(v any) quirk      { return func(q *quirks) { q.windows = v } }

// ignoredByWine is set without effect by Wine, and unreadOnWine is not told by it.
func ignoredByWine(q *quirks) { q.runs = wine() }
func unreadOnWine(q *quirks)  { q.unread = wine() }

// refusedOnLinux is refused by Linux and set elsewhere.
func refusedOnLinux(err error) quirk {
	if runtime.GOOS == "linux" {
		return refused(err)
	}
	return func(*quirks) {}
}

func quirksOf(list []quirk) (q quirks) {
	for _, f := range list {
		f(&q)
	}
	return q
}

// rowOf is the row of an option: its test where the system has the option. Where it has
// not, every call has to say so.
func rowOf[T any](o socket.Option[T], test optionRow) optionRow {
	return func(t *testing.T) {
		if socket.OptionExists(o) {
			test(t)
		} else {
			wantAbsent(t, o)
		}
	}
}

// wantAbsent has every call of an option say that the system does not have it.
func wantAbsent[T any](t *testing.T, o socket.Option[T]) {
	t.Helper()
	s := newSocket(t, socket.AF_INET, socket.SOCK_DGRAM)
	_, err := o.Get(s)
	wantUnsupported(t, err, "getsockopt")
	var none T
	wantUnsupported(t, o.Set(s, none), "setsockopt")
	if o.Supported() {
		t.Error("Supported is true")
	}
}

// rw is the row of an option that is read and set.
func rw[T any](o socket.Option[T], make maker, initial, value T, list ...quirk) optionRow {
	return rowOf(o, func(t *testing.T) {
		q := quirksOf(list)
		s := optionSocket(t, o, make, q)
		if _, err := o.Get(s); q.mayNot && errors.Is(err, socket.ENOPROTOOPT) {
			q.unread = true
		}
		if !q.unread {
			checkInitial(t, o, s, initial, q)
		}
		if !setOption(t, o, s, value, q) {
			return
		}
		if q.unread {
			_, err := o.Get(s)
			wantOptionError(t, err, "getsockopt", socket.ENOPROTOOPT)
			return
		}
		want := any(value)
		if q.reads != nil {
			want = q.reads
		}
		got, err := o.Get(s)
		skipForeign(t, o.String(), err)
		if err != nil || !q.runs && !reflect.DeepEqual(any(got), want) {
			t.Errorf("after Set it is %v, error %v, want %v", got, err, want)
		}
	})
}

// ro is the row of an option that is only read, and has a value that is ok.
func ro[T any](o socket.Option[T], make maker, ok func(T) bool, list ...quirk) optionRow {
	return rowOf(o, func(t *testing.T) {
		s := optionSocket(t, o, make, quirksOf(list))
		got, err := o.Get(s)
		skipForeign(t, o.String(), err)
		good := err == nil && ok(got)
		if err == nil && !good && emulated() {
			t.Skipf("the emulator takes every value for an int: %#v", got)
		}
		if !good {
			t.Errorf("%#v, error %v", got, err)
		}
		var none T
		wantUnsupported(t, o.Set(s, none), "setsockopt")
	})
}

// refusesGet is the row of an option that is only read and has nothing to tell here.
func refusesGet[T any](o socket.Option[T], make maker, want error, list ...quirk) optionRow {
	return rowOf(o, func(t *testing.T) {
		s := optionSocket(t, o, make, quirksOf(list))
		_, err := o.Get(s)
		skipForeign(t, o.String(), err)
		wantOptionError(t, err, "getsockopt", want)
		var none T
		wantUnsupported(t, o.Set(s, none), "setsockopt")
	})
}

// wo is the row of an option that is only set.
func wo[T any](o socket.Option[T], make maker, value T, list ...quirk) optionRow {
	return rowOf(o, func(t *testing.T) {
		q := quirksOf(list)
		s := optionSocket(t, o, make, q)
		_, err := o.Get(s)
		wantUnsupported(t, err, "getsockopt")
		setOption(t, o, s, value, q)
	})
}

// is is the condition of an option that is only read to have one value.
func is[T comparable](want T) func(T) bool { return func(got T) bool { return got == want } }

// anything is the condition of an option of which no value is wrong.
func anything[T any](T) bool { return true }

func notZero[T comparable](got T) bool { var zero T; return got != zero }

// optionSocket returns the socket of a row. It skips the row if the kernel or this process
// lacks the option.
func optionSocket[T any](t *testing.T, o socket.Option[T], make maker, q quirks) *socket.Socket {
	t.Helper()
	s := make(t)
	if o.Supported() {
		return s
	}
	if mustHave(o.String(), q) && canProbe(o) {
		t.Errorf("%s %s has it not", system(), kernel())
	}
	switch {
	case wine():
		t.Skip(wineLacks)
	case emulated():
		t.Skip("the emulator does not translate the option")
	}
	t.Skip("this kernel does not have", o)
	return nil
}

// canProbe reports whether a fresh socket for Supported can be made.
func canProbe[T any](o socket.Option[T]) bool {
	s, err := socket.New(socket.OptionKind(o))
	if err == nil {
		s.Close()
	}
	return err == nil
}

// mustHave reports whether the running kernel is known to have an option: whether it is a
// Linux that does, or a Wine.
func mustHave(option string, q quirks) bool {
	if wine() {
		return lackOfWine(option) == nil
	}
	return runtime.GOOS == "linux" && !emulated() && !q.builtOut && (q.since == "" || !older(kernel(), q.since))
}

// kernel is the version of the running Linux, "" elsewhere.
func kernel() string {
	if runtime.GOOS != "linux" {
		return "" // Wine shows the files of its host
	}
	b, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(b))
}

// older compares the first two numbers of versions.
func older(a, b string) bool {
	return slices.Compare(versionNumbers(a), versionNumbers(b)) < 0
}

func versionNumbers(s string) []int {
	var v []int
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })[:2] {
		n, _ := strconv.Atoi(f)
		v = append(v, n)
	}
	return v
}

func checkInitial[T any](t *testing.T, o socket.Option[T], s *socket.Socket, initial T, q quirks) {
	t.Helper()
	got, err := o.Get(s)
	skipForeign(t, o.String(), err)
	want := any(initial)
	if runtime.GOOS == "windows" && q.windows != nil {
		want = q.windows
	}
	if err != nil {
		t.Fatal(err)
	}
	if !q.anyFirst && !reflect.DeepEqual(any(got), want) {
		t.Errorf("at first it is %v, want %v", got, want)
	}
}

// setOption sets an option and reports whether it did. It did not if that is as it should be.
func setOption[T any](t *testing.T, o socket.Option[T], s *socket.Socket, value T, q quirks) bool {
	t.Helper()
	err := o.Set(s, value)
	if q.refused != nil && errors.Is(err, q.refused) {
		wantOptionError(t, err, "setsockopt", q.refused)
		if q.may {
			t.Skip("the kernel takes it not here:", err)
		}
		return false
	}
	if errors.Is(err, fs.ErrPermission) {
		t.Skip(o, "needs a privilege:", err)
	}
	skipForeign(t, o.String(), err)
	if err != nil || q.refused != nil && !q.may {
		t.Fatalf("Set: %v, want %v", err, q.refused)
	}
	return true
}

// wineLacks is the reason of those tests that are skipped for want of an option.
const wineLacks = "Wine lacks the option"

// skipForeign skips a test at an error that comes from what stands in the kernel's place: an
// emulator, which does not translate every option, or Wine, of which it is known what it
// says to which option.
func skipForeign(t *testing.T, option string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if lack := lackOfWine(option); lack != nil && errors.Is(err, lack) {
		t.Skip(wineLacks)
	}
	if emulated() {
		t.Skip("the emulator does not translate the option:", err)
	}
}

func wantUnsupported(t *testing.T, err error, op string) {
	t.Helper()
	wantOptionError(t, err, op, errors.ErrUnsupported)
}

// hadOn reports whether this is one of the systems that have an option. Elsewhere the call
// that sets it has to say so.
func hadOn(t *testing.T, err error, systems ...string) bool {
	t.Helper()
	if slices.Contains(systems, runtime.GOOS) {
		return true
	}
	wantUnsupported(t, err, "setsockopt")
	return false
}

func wantOptionError(t *testing.T, err error, op string, want error) {
	t.Helper()
	e, ok := errors.AsType[*socket.Error](err)
	if !ok || e.Op != op || !errors.Is(err, want) {
		t.Errorf("error %v, want %v of %s", err, want, op)
	}
}

// kindOf makes fresh sockets of one kind.
func kindOf(family socket.Family, typ socket.Type, proto int) maker {
	return func(t *testing.T) *socket.Socket {
		t.Helper()
		s, err := socket.New(family, typ, proto)
		if noSuchSocket(err) || errors.Is(err, fs.ErrPermission) {
			t.Skipf("%s makes no socket of %v, %v, protocol %d: %v", system(), family, typ, proto, err)
		}
		if err != nil {
			t.Fatal(err)
		}
		closeAtEnd(t, s)
		return s
	}
}

// The sockets of the rows.
var (
	stream    = kindOf(socket.AF_INET, socket.SOCK_STREAM, 0)
	datagram  = kindOf(socket.AF_INET, socket.SOCK_DGRAM, 0)
	raw       = kindOf(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	stream6   = kindOf(socket.AF_INET6, socket.SOCK_STREAM, 0)
	datagram6 = kindOf(socket.AF_INET6, socket.SOCK_DGRAM, 0)
	raw6      = kindOf(socket.AF_INET6, socket.SOCK_RAW, 200) // no protocol that the kernel knows
	unixKind  = kindOf(socket.AF_UNIX, socket.SOCK_STREAM, 0)
)

func listening(t *testing.T) *socket.Socket {
	s, _ := listen(t, socket.AF_INET)
	return s
}

func connectedStream(t *testing.T) *socket.Socket {
	s, _ := connect(t, socket.AF_INET)
	return s
}

func unixPair(t *testing.T) *socket.Socket {
	s, _ := pair(t, socket.AF_UNIX, socket.SOCK_STREAM)
	return s
}

// connectedTo returns a datagram socket that is connected to itself.
func connectedTo(family socket.Family) maker {
	return func(t *testing.T) *socket.Socket {
		if family == socket.AF_INET6 {
			needIPv6(t)
		}
		s, addr := bound(t, family)
		if err := s.Connect(addr); err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// loopbackIndex is the index of the loopback interface on most systems.
const loopbackIndex = 1

var (
	group4  = netip.MustParseAddr("239.1.2.3")
	group6  = netip.MustParseAddr("ff02::114")
	source4 = netip.MustParseAddr("127.0.0.1")
	source6 = netip.IPv6Loopback()
)

// inGroup4 returns a socket that is in group4 on the loopback interface.
func inGroup4(t *testing.T) *socket.Socket {
	s := datagram(t)
	if err := socket.IPAddMembership.Set(s, socket.Mreq{Group: group4, Interface: source4}); err != nil {
		t.Skip("no IPv4 multicast on the loopback interface:", err)
	}
	return s
}

func inSourceGroup4(t *testing.T) *socket.Socket {
	s := datagram(t)
	m := socket.MreqSource{Group: group4, Source: source4, Interface: source4}
	if err := socket.IPAddSourceMembership.Set(s, m); err != nil {
		t.Skip("no IPv4 multicast on the loopback interface:", err)
	}
	return s
}

func blocked4(t *testing.T) *socket.Socket {
	s := inGroup4(t)
	m := socket.MreqSource{Group: group4, Source: source4, Interface: source4}
	if err := socket.IPBlockSource.Set(s, m); err != nil {
		t.Fatal(err)
	}
	return s
}

func inGroup6(t *testing.T) *socket.Socket {
	s := datagram6(t)
	if err := socket.IPv6JoinGroup.Set(s, socket.Mreq6{Group: group6, IfIndex: loopbackIndex}); err != nil {
		t.Skip("no IPv6 multicast on the loopback interface:", err)
	}
	return s
}

// quirk of Linux: it keeps as much room again for its own bookkeeping, socket(7).
func doubled(n int) quirk {
	if runtime.GOOS == "linux" {
		return reads(2 * n)
	}
	return func(*quirks) {}
}

// repaired returns a socket in repair mode (TCP_REPAIR).
func repaired(t *testing.T) *socket.Socket {
	s := stream(t)
	if err := socket.TCPRepair.Set(s, 1); err != nil {
		t.Skip("no repair mode:", err)
	}
	return s
}

// repairedQueue returns a socket in repair mode with its send queue chosen.
func repairedQueue(t *testing.T) *socket.Socket {
	s := repaired(t)
	if err := socket.TCPRepairQueue.Set(s, 2); err != nil {
		t.Fatal(err)
	}
	return s
}

// savedSyn returns an accepted socket that has the SYN of its connection.
func savedSyn(t *testing.T) *socket.Socket {
	l, addr := listen(t, socket.AF_INET)
	if err := socket.TCPSaveSyn.Set(l, 1); err != nil {
		t.Skip("the SYN cannot be saved:", err)
	}
	c := stream(t)
	if err := c.Connect(addr); err != nil {
		t.Fatal(err)
	}
	s, _, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	closeAtEnd(t, s)
	return s
}

var frames = kindOf(socket.AF_PACKET, socket.SOCK_RAW, 0)
