package examples

import (
	"cmp"
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// A finding is one of the doctor's in JSON, of any kind.
type finding struct {
	Name, CName, Family, Type string
	Types                     []string
	Supported                 *bool // of protocols and options
	Value, From               string
	Needs                     string
}

// findings are the doctor's report in JSON.
type findings struct {
	System                               string
	IPv6, DualstackIPv6                  bool
	Families, Protocols, Options, Limits []finding
}

// TestDoctor has the doctor's two forms say the same of this machine, and of each thing
// that is missing what it needs.
func TestDoctor(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	var r findings
	if text := doctor(t, "-json"); json.Unmarshal([]byte(text), &r) != nil {
		t.Fatal("no JSON:\n", text)
	}
	if r.System != runtime.GOOS+"/"+runtime.GOARCH || r.IPv6 != socket.HasIPv6() || r.DualstackIPv6 != socket.HasDualstackIPv6() {
		t.Errorf("system %q, IPv6 %v, on one socket %v", r.System, r.IPv6, r.DualstackIPv6)
	}
	if len(r.Families) < 40 || len(r.Protocols) < 20 || len(r.Options) < 170 || len(r.Limits) < 9 {
		t.Errorf("%d families, %d protocols, %d options, %d limits", len(r.Families), len(r.Protocols), len(r.Options), len(r.Limits))
	}
	unix := slices.ContainsFunc(r.Families, func(f finding) bool { return f.Name == "AF_UNIX" && len(f.Types) > 0 })
	if unix != hasUnix(t) {
		t.Errorf("AF_UNIX is there: %v", unix)
	}

	lines := make(map[string]bool)
	for line := range strings.Lines(doctor(t)) {
		lines[strings.Join(strings.Fields(line), " ")] = true
	}
	for _, f := range slices.Concat(r.Families, r.Protocols, r.Options, r.Limits) {
		if f.missing() && f.Needs == "" {
			t.Errorf("%s is missing and needs nothing", f.Name)
		}
		if line := f.line(); !lines[line] {
			t.Errorf("the tables have no line %q", line)
		}
	}
}

// doctor returns what the doctor prints.
func doctor(t *testing.T, args ...string) string {
	t.Helper()
	stdout, stderr, status := start(t, t.TempDir(), program("doctor"), args...).end()
	if status != 0 || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	return stdout
}

// missing reports whether the finding is that there is no such thing.
func (f finding) missing() bool {
	if f.Supported != nil {
		return !*f.Supported
	}
	return f.From == "" && len(f.Types) == 0
}

// line is the finding's line in its table, with single spaces.
func (f finding) line() string {
	there := "yes"
	if f.missing() {
		there = "no"
	}
	var columns []string
	switch {
	case f.From != "":
		columns = []string{f.Name, f.Value, f.From}
	case f.CName != "":
		columns = []string{f.CName, f.Name, there, f.Needs}
	case f.Supported != nil:
		columns = []string{f.Name, f.Family, f.Type, there, f.Needs}
	default:
		columns = []string{f.Name, cmp.Or(strings.Join(f.Types, " "), "-"), f.Needs}
	}
	return strings.TrimSpace(strings.Join(columns, " "))
}
