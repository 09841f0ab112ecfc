package ctest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bsdsocket/socket/internal/ctest"
)

// A recorder is a test that fails without ending the one it is part of: Fatal panics.
type recorder struct{ testing.TB }

type fatal struct{}

func (recorder) Fatal(...any) { panic(fatal{}) }

// fails reports whether f ends its test.
func fails(t *testing.T, f func(t testing.TB)) (failed bool) {
	t.Helper()
	defer func() { _, failed = recover().(fatal) }()
	f(recorder{t})
	return false
}

func TestUnhex(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "00ff": "\x00\xff", " 0102  03 ": "\x01\x02\x03", "ab 00*3 cd*1": "\xab\x00\x00\x00\xcd", "0102*2": "\x01\x02\x01\x02", "ff*0": "",
	} {
		if got := ctest.Unhex(t, in); string(got) != want {
			t.Errorf("%q is %x, want %x", in, got, want)
		}
	}
	for _, in := range []string{"0", "0g", "00*", "00*x", "*2x", "00*2*2"} {
		if !fails(t, func(t testing.TB) { ctest.Unhex(t, in) }) {
			t.Errorf("%q is taken", in)
		}
	}
}

func TestLayouts(t *testing.T) {
	layouts := ctest.Layouts[int]{"one": 1}
	if got := layouts.Of(t, "one"); *got != 1 {
		t.Errorf("one is %d", *got)
	}
	if !fails(t, func(t testing.TB) { layouts.Of(t, "two") }) {
		t.Error("a system that is not there")
	}
}

// TestDump has a program print a value of each kind.
func TestDump(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dump.c")
	source := "#include \"dump.h\"\nint main(void) { machine(); bytes(\"b\", \"\\1\\377\", 2); number(\"n\", 7); return 0; }\n"
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	values := ctest.Dump(t, file)
	ctest.NeedWord(t, values)
	if values["b"] != "01ff" || values["n"] != "7" || len(values) != 4 {
		t.Errorf("%v", values)
	}
}
