package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bsdsocket/socket"
)

// TestReport proves of this machine's report that what is there can be made, that what is
// not says why, and that nothing is left out.
func TestReport(t *testing.T) {
	r := examine()
	if r.IPv6 != socket.HasIPv6() || len(r.Options) != len(options) || len(r.Protocols) != len(protocols) {
		t.Errorf("IPv6 %v, %d options, %d protocols", r.IPv6, len(r.Options), len(r.Protocols))
	}
	i := slices.IndexFunc(r.Families, func(f family) bool { return f.Name == "AF_INET" })
	if i < 0 || len(r.Families[i].Types) < 2 || r.Families[i].Types[0] != "SOCK_STREAM" {
		t.Fatalf("AF_INET is not among the families: %v", r.Families)
	}
	for _, f := range r.Families {
		if (len(f.Types) == 0) && f.Needs == "" {
			t.Errorf("%s is not there and needs nothing", f.Name)
		}
	}
	for _, p := range r.Protocols {
		if p.Supported != (p.Needs == "") {
			t.Errorf("%+v", p)
		}
	}
	for _, o := range r.Options {
		if o.Supported != (o.Needs == "") {
			t.Errorf("%s: supported %v, needs %q", o.Name, o.Supported, o.Needs)
		}
	}
	if !slices.ContainsFunc(r.Options, func(o option) bool { return o.CName == "SO_REUSEADDR" && o.Name == "ReuseAddr" && o.Supported }) {
		t.Error("no SO_REUSEADDR")
	}
}

// TestOutput has all of a report in both forms.
func TestOutput(t *testing.T) {
	r := report{
		System:    "plan10/vax",
		IPv6:      true,
		Families:  []family{{"AF_A", []string{"SOCK_STREAM", "SOCK_RAW"}, ""}, {"AF_B", []string{}, "luck"}},
		Protocols: []protocol{{"P", "AF_A", "SOCK_RAW", true, ""}},
		Options:   []option{{Name: "Opt", CName: "SO_OPT", Needs: "time"}},
		Limits:    []limit{{"patience", "3", "experience"}},
	}
	var b bytes.Buffer
	if err := writeTables(&b, r); err != nil {
		t.Fatal(err)
	}
	const want = `plan10/vax, IPv6: yes, both versions on one socket: no

FAMILY  TYPES                 NEEDS
AF_A    SOCK_STREAM SOCK_RAW
AF_B    -                     luck

PROTOCOL  SOCKET         HERE  NEEDS
P         AF_A SOCK_RAW  yes

OPTION  IN GO  HERE  NEEDS
SO_OPT  Opt    no    time

LIMIT     VALUE  FROM
patience  3      experience
`
	if got := trimRight(b.String()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	b.Reset()
	if err := writeJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(b.Bytes(), &back); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("JSON of %+v is that of %+v, error %v", r, back, err)
	}
}

// trimRight cuts the spaces at the ends of lines, with which empty columns are filled.
func trimRight(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestReadLimits reads the files of a Linux, and of a system that has none.
func TestReadLimits(t *testing.T) {
	proc := fstest.MapFS{
		"sys/net/core/somaxconn":           {Data: []byte("4096\n")},
		"sys/net/ipv4/ip_local_port_range": {Data: []byte("32768\t60999\n")},
		"self/limits":                      {Data: []byte("Limit  Soft  Hard  Units\nMax open files            1024                 4096                 files     \n")},
	}
	want := map[string]string{
		"sysctl net.core.somaxconn":           "4096",
		"sysctl net.ipv4.ip_local_port_range": "32768 60999",
		"ulimit -n":                           "1024 4096",
	}
	for _, l := range readLimits(proc) {
		w, ok := want[l.From]
		if !ok {
			w = unknown
		}
		if l.Value != w {
			t.Errorf("%s is %q, want %q", l.From, l.Value, w)
		}
		delete(want, l.From)
	}
	if len(want) > 0 {
		t.Errorf("not read: %v", want)
	}
	for _, l := range readLimits(fstest.MapFS{}) {
		if l.Value != unknown {
			t.Errorf("%s is %q where there is nothing", l.Name, l.Value)
		}
	}
}

// TestNeeds has the answers of each system, whichever this is.
func TestNeeds(t *testing.T) {
	failed := func(errno error) error { return &socket.Error{Op: "socket", Err: errno} }
	for _, test := range []struct {
		goos   string
		err    error
		family socket.Family
		module string
		want   string
	}{
		{"linux", failed(fs.ErrPermission), socket.AF_INET, "", "privilege (root, CAP_NET_RAW, CAP_NET_ADMIN)"},
		{"linux", failed(socket.EAFNOSUPPORT), -1, "", otherSystem},
		{"linux", failed(socket.EAFNOSUPPORT), 29, "can", module("can")},
		{"linux", failed(socket.EPROTONOSUPPORT), socket.AF_INET, "", "a kernel that has more of it than its number"},
		{"linux", failed(socket.EMFILE), socket.AF_INET, "can", failed(socket.EMFILE).Error()},
		{"freebsd", failed(fs.ErrPermission), socket.AF_INET, "", "privilege (root)"},
		{"freebsd", failed(socket.EPROTONOSUPPORT), socket.AF_INET, "sctp", "a kernel that has more of it than its number"},
		{"windows", failed(fs.ErrPermission), socket.AF_INET, "", "privilege (an administrator)"},
		{"windows", failed(socket.EAFNOSUPPORT), socket.AF_UNIX, "unix", "Windows 10 1803 or newer (Wine 8 lacks it)"},
		{"windows", failed(socket.EPROTONOSUPPORT), socket.AF_INET, "sctp", "a newer Windows, or a Winsock provider that has it"},
		{"windows", failed(socket.EAFNOSUPPORT), -1, "can", otherSystem},
	} {
		if got := systemOf(test.goos).needs(test.err, test.family, test.module); got != test.want {
			t.Errorf("%s: %v of family %d: %q, want %q", test.goos, test.err, test.family, got, test.want)
		}
	}
}

// TestOptionNeeds has an option that no system has.
func TestOptionNeeds(t *testing.T) {
	none := optionOf("None", socket.Option[bool]{})
	if got := none.needs(); none.probe() || got != otherSystem {
		t.Errorf("supported %v, needs %q", none.probe(), got)
	}
	if reached(errors.ErrUnsupported) || !reached(nil) || !reached(&socket.ArgError{}) || !reached(&socket.Error{Err: socket.ENOPROTOOPT}) {
		t.Error("what reached the system is told wrongly")
	}
}

// TestNumbers has what commands print, in other languages too.
func TestNumbers(t *testing.T) {
	const netsh = "\r\nProtokoll \"tcp\" - dynamischer Portbereich\r\n" +
		"---------------------------------\r\nStartport      : 49152\r\nAnzahl Ports   : 16384\r\n\r\n"
	for text, want := range map[string]string{
		netsh:               "49152 16384",
		"1024\nunlimited\n": "1024 unlimited",
		"128\n":             "128",
		"":                  unknown,
		"no such command":   unknown,
	} {
		if got := numbers(text); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
}

// TestAsk runs commands as this system does it.
func TestAsk(t *testing.T) {
	s := here
	s.limits = []question{{"a", "echo 12 3"}, {"b", "exit 4"}, {"c", "no.such.command"}}
	want := []limit{{"a", "12 3", "echo 12 3"}, {"b", unknown, "exit 4"}, {"c", unknown, "no.such.command"}}
	if got := s.ask(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestBufferLimits has what a socket takes, which is no less than what it gets.
func TestBufferLimits(t *testing.T) {
	for _, l := range []struct {
		typ    socket.Type
		option socket.Option[int]
	}{{socket.SOCK_STREAM, socket.RcvBuf}, {socket.SOCK_DGRAM, socket.SndBuf}} {
		got := bufferLimits("buffer", l.typ, l.option)
		initial, err := strconv.Atoi(got[0].Value)
		if err != nil {
			t.Error(err)
		}
		most, err := strconv.Atoi(got[1].Value)
		if err != nil || most < initial || initial == 0 {
			t.Errorf("%v of %v: %d, at most %d, error %v", l.option, l.typ, initial, most, err)
		}
	}
}
