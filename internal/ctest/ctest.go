// Package ctest has what the tests of layouts share: the layouts of systems by name, golden
// vectors, what the C compiler of this system makes of its headers, and what other systems
// made of theirs.
package ctest

import (
	_ "embed" // the header of the programs that Dump runs
	"encoding/binary"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Layouts are the layouts of systems under the names that golden vectors give them.
type Layouts[L any] map[string]L

// Of returns the layout of a system.
func (ls Layouts[L]) Of(t testing.TB, name string) *L {
	t.Helper()
	l, ok := ls[name]
	if !ok {
		t.Fatal("no system", name)
	}
	return &l
}

// Unhex decodes hexadecimal digits with blanks between them, and repetitions: "01 00*3" is
// "01 00 00 00".
func Unhex(t testing.TB, s string) []byte {
	t.Helper()
	var out []byte
	for word := range strings.FieldsSeq(s) {
		digits, times, repeated := strings.Cut(word, "*")
		n := 1
		var err error
		if repeated {
			if n, err = strconv.Atoi(times); err != nil {
				t.Fatal(err)
			}
		}
		b, err := hex.DecodeString(strings.Repeat(digits, n))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

//go:embed include/dump.h
var dumpHeader string

// Compile makes a program of a C source, which can include dump.h, and returns its path. It
// skips the test where that is not possible.
func Compile(t testing.TB, source string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler:", err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"program.c": source, "dump.h": dumpHeader} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "program")
	args := []string{"-o", program, program + ".c"}
	if runtime.GOOS == "solaris" || runtime.GOOS == "illumos" {
		args = append(args, "-lsocket")
	}
	if out, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		t.Skipf("the C compiler does not work here: %v\n%s", err, out)
	}
	return program
}

// Dump compiles and runs a C program that includes dump.h, and returns the values that it
// prints by their names. It skips the test where the compiler is for a machine of another
// byte order.
func Dump(t testing.TB, file string) map[string]string {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(Compile(t, string(source))).Output()
	if err != nil {
		t.Skip("the C program does not run here:", err)
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		values[name] = value
	}
	if order := Unhex(t, values["order"]); len(order) != 2 || binary.NativeEndian.Uint16(order) != 1 {
		t.Skip("the C compiler is for a machine of another byte order")
	}
	return values
}

// NeedWord skips the test if the program that printed the values has longs of another size
// than the test.
func NeedWord(t testing.TB, values map[string]string) {
	t.Helper()
	if values["word"] != strconv.Itoa(strconv.IntSize/8) {
		t.Skip("the C compiler is for a machine of another word size")
	}
}
