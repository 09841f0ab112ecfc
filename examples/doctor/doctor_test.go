package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"reflect"
	"slices"
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

func TestNeeds(t *testing.T) {
	failed := func(errno error) error { return &socket.Error{Op: "socket", Err: errno} }
	noFamily := otherKernel
	if isLinux {
		noFamily = module("can")
	}
	for _, test := range []struct {
		err    error
		family socket.Family
		module string
		want   string
	}{
		{failed(fs.ErrPermission), socket.AF_INET, "", privilege},
		{failed(socket.EAFNOSUPPORT), -1, "", otherSystem},
		{failed(socket.EAFNOSUPPORT), 29, "can", noFamily},
		{failed(socket.EPROTONOSUPPORT), socket.AF_INET, "", otherKernel},
		{failed(socket.EMFILE), socket.AF_INET, "can", failed(socket.EMFILE).Error()},
	} {
		if got := needs(test.err, test.family, test.module); got != test.want {
			t.Errorf("%v of family %d: %q, want %q", test.err, test.family, got, test.want)
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
