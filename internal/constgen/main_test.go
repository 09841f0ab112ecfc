package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the directory of package socket.
const root = "../.."

// newTestLoader returns a loader of the x/sys in the module cache.
func newTestLoader(t *testing.T) loader {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	l, err := newLoader()
	if err != nil {
		t.Skip("no modules to read:", err)
	}
	return l
}

func TestFilesUpToDate(t *testing.T) {
	twins, err := findTwins(root)
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(list, newTestLoader(t), twins)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is out of date, run go generate", name)
		}
	}
	onDisk, err := filepath.Glob(filepath.Join(root, "zconst_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range onDisk {
		if _, ok := files[filepath.Base(path)]; !ok {
			t.Errorf("%s is not generated any more", path)
		}
	}
}

func TestFamiliesOnEverySystem(t *testing.T) {
	family := regexp.MustCompile(`(?m)^\t(AF_\w+) +Family = `)
	var first []string
	var files []string
	for _, s := range systems {
		files = append(files, s.goos)
	}
	for _, s := range stubSystems {
		files = append(files, s.name)
	}
	for _, s := range files {
		text, err := os.ReadFile(filepath.Join(root, "zconst_"+s+".go"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range family.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
		if first == nil {
			first = names
		}
		if len(names) == 0 || !slices.Equal(names, first) {
			t.Errorf("%s has the families %v, want %v", s, names, first)
		}
	}
}

func TestLoad(t *testing.T) {
	l := newTestLoader(t)
	tests := []struct {
		pkg, build, name string
		want             int64
	}{
		{"unix", "linux/amd64", "SOCK_STREAM", 1},
		{"unix", "linux/mips", "SOCK_STREAM", 2},
		{"unix", "linux/ppc64le", "SO_RCVTIMEO", 0x12},
		{"unix", "illumos/amd64", "AF_INET6", 26},
		{"unix", "darwin/arm64", "EAGAIN", 35},
		{"windows", "windows/386", "WSAEINVAL", 10022},
		{"windows", "windows/386", "TCP_KEEPIDLE", 3}, // defined by another constant
	}
	for _, tt := range tests {
		c, err := l.loadBuild(tt.pkg, tt.build)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := c[tt.name]; !ok || got != tt.want {
			t.Errorf("%s: %s = %d, %v, want %d", tt.build, tt.name, got, ok, tt.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ name, list, want string }{
		{"no group", "SO_X doc", "1: name before the first group"},
		{"short group", "group - -", "1: group line is not"},
		{"no doc", "group - - G\nSO_X", "2: SO_X: no doc"},
		{"lower case", "group - - G\nso_x doc", `2: "so_x" is no exported Go name`},
		{"duplicate", "group - - G\nSO_X doc\n\nSO_X doc", "4: SO_X: listed in line 2 already"},
		{"nothing after bar", "group - - G\nSO_X doc |", "nothing follows the bar"},
		{"no equals sign", "group - - G\nSO_X doc | linux", "is not GOOS=VALUE@CITATION"},
		{"no value", "group - - G\nSO_X doc | linux=@h", "neither a number nor a name"},
		{"no citation", "group - - G\nSO_X doc | linux=1", "does not cite its header"},
		{"unknown GOOS", "group - - G\nSO_X doc | plan9=1@h", `unknown GOOS "plan9"`},
		{"GOOS twice", "group - - G\nSO_X doc | linux,darwin=1@h linux=2@h", "two values for linux"},
		{"positive absent", "group - - G\nSO_X doc | absent=1", "is no negative number"},
		{"absent string", "group - - G\nSO_X doc | absent=\"a\"", "is no negative number"},
		{"open string", "group - - G\nSO_X doc | linux=\"a@h", `"a is no quoted string`},
		{"string without citation", "group - - G\nSO_X doc | linux=\"a\"", "does not cite its header"},
		{"string with a type", "group Type - G\nSO_X doc | linux=\"a\"@h", "2: SO_X: a string in a group of numbers"},
		{"string in a table", "group - t G\nSO_X doc | linux=\"a\"@h", "2: SO_X: a string in a group of numbers"},
		{"absent number twice", "group - - G\nSO_X doc | absent=-1\nSO_Y doc | absent=-1", "number of line 2 already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(tt.list)
			checkError(t, err, tt.want)
		})
	}
}

// fakeSys has the same constants on every build, but for those of one.
type fakeSys struct {
	all, mips consts
}

func (f fakeSys) load(s system) ([]consts, error) {
	var builds []consts
	for _, b := range s.builds {
		if b == "linux/mips" && f.mips != nil {
			builds = append(builds, f.mips)
		} else {
			builds = append(builds, f.all)
		}
	}
	return builds, nil
}

func TestGenerateErrors(t *testing.T) {
	tests := []struct {
		name, entry string
		sys         fakeSys
		want        string
	}{
		{"conflict", "SO_X doc | linux=1@h", fakeSys{all: consts{"SO_X": 2}},
			"2: SO_X: the list says 1 for linux, but x/sys/unix has 0x2 on linux/amd64"},
		{"conflict on one build", "SO_X doc | linux=1@h", fakeSys{mips: consts{"SO_X": 3}},
			"the list says 1 for linux, but x/sys/unix has 0x3 on linux/mips"},
		{"superfluous", "SO_X doc | linux=1@h", fakeSys{all: consts{"SO_X": 1}},
			"2: SO_X: x/sys/unix has it on linux by now: remove 1"},
		{"superfluous name", "SO_X doc | windows=WSAX", fakeSys{all: consts{"SO_X": 1, "WSAX": 1}},
			"x/sys/windows has it on windows by now: remove WSAX"},
		{"name that x/sys lacks", "SO_X doc | linux=SO_Y", fakeSys{all: consts{"SO_Y": 1}, mips: consts{}},
			"x/sys/unix has no SO_Y on every GOARCH of linux"},
		{"overruled without reason", "SO_X doc | linux=!1@h", fakeSys{all: consts{"SO_X": 1}},
			"x/sys/unix does not contradict 1 on linux/amd64: remove the exclamation mark"},
		{"overruled without a name", "SO_X doc | linux=!1@h", fakeSys{all: consts{}},
			"x/sys/unix does not contradict 1 on linux/amd64"},
		{"nowhere", "SO_X doc", fakeSys{}, "2: SO_X: no system has it"},
		{"two bits", "MSG_X doc | else=3@h", fakeSys{}, "3 is not one bit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := generate("group MsgFlag table G\n"+tt.entry, tt.sys, nil)
			checkError(t, err, tt.want)
		})
	}
}

func TestGenerate(t *testing.T) {
	const list = `
group MsgFlag flags  Flags.
MSG_B     b
MSG_A     a | else=0x1@h
MSG_OLD_B b too
MSG_MIPS  not on mips
group - -  Others.
SO_X      x | windows=WSAX absent=-7
SO_TEXT   t | linux="a-b"@h
SO_OLD    o | linux=!9@h
`
	sys := fakeSys{
		all:  consts{"MSG_B": 2, "MSG_OLD_B": 2, "WSAX": 5, "MSG_MIPS": 4, "SO_OLD": 3},
		mips: consts{"MSG_B": 2, "MSG_OLD_B": 2, "SO_OLD": 3},
	}
	twins := []twin{{name: "MSG_A"}, {name: "MSG_MIPS"}, {name: "SO_X"}}
	files, err := generate(list, sys, twins)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"zconst_linux.go": `
// Flags.
const (
	MSG_B     MsgFlag = unix.MSG_B     // b
	MSG_A     MsgFlag = 0x1            // a
	MSG_OLD_B MsgFlag = unix.MSG_OLD_B // b too
)

// Others.
const (
	SO_X    = -7    // x; not on this system
	SO_TEXT = "a-b" // t
	SO_OLD  = 9     // o
)

var flags = []constName{
	{int(MSG_A), "MSG_A"},
	{int(MSG_B), "MSG_B"},
}

// For portable code: the constants it uses, or optAbsent.
const (
	optMSG_A    MsgFlag = MSG_A
	optMSG_MIPS MsgFlag = optAbsent
	optSO_X             = SO_X
)
`,
		"zconst_windows.go": `
// Others.
const (
	SO_X   = windows.WSAX   // x
	SO_OLD = windows.SO_OLD // o
)
`,
	} {
		if got := string(files[name]); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s\nwant in it:\n%s", name, got, want)
		}
	}
}

// TestGenerateStub has the kinds of names that a system without sockets has.
func TestGenerateStub(t *testing.T) {
	const list = `
group Family families  Families.
AF_A      everywhere
AF_B      on linux | windows=7@h darwin=8@h absent=-1
AF_C      on some | absent=-2
group - -  Others.
SO_X      everywhere
SO_LINUX  on linux | linux=5@h
SO_TEXT   text | else="a-b"@h linux="c"@h
group syscall.Errno -  Errors.
EA        a
EB        b | stub=EA
EC        c | stub=99@h
`
	sys := fakeSys{
		all:  consts{"AF_A": 2, "AF_C": 3, "SO_X": 1, "EA": 11, "EB": 11, "EC": 33},
		mips: consts{"AF_A": 2, "SO_X": 1, "EA": 11, "EB": 11, "EC": 33},
	}
	files, err := generate(list, sys, []twin{{name: "SO_LINUX"}, {name: "SO_X"}})
	if err != nil {
		t.Fatal(err)
	}
	const common = `
// Families.
const (
	AF_A Family = 2  // everywhere
	AF_B Family = -1 // on linux; not on this system
	AF_C Family = -2 // on some; not on this system
)

// Others.
const (
	SO_X    = 1   // everywhere
	SO_TEXT = "c" // text
)

// Errors.
const (
`
	const twins = `
const (
	optSO_LINUX = optAbsent
	optSO_X     = SO_X
)
`
	for name, want := range map[string][]string{
		"zconst_stub.go": {"//go:build aix || js || wasip1\n", `import "syscall"`, twins, common + `
	EA syscall.Errno = syscall.EA // a
	EB syscall.Errno = syscall.EA // b
	EC syscall.Errno = 99         // c
)
`},
		"zconst_plan9.go": {`import "github.com/bsdsocket/socket/internal/syscall"`, twins, common + `
	EA syscall.Errno = 11 // a
	EB syscall.Errno = 11 // b
	EC syscall.Errno = 33 // c
)
`},
	} {
		for _, w := range want {
			if w = strings.Replace(w, "(\n\n", "(\n", 1); !strings.Contains(string(files[name]), w) {
				t.Errorf("%s:\n%s\nwant in it:\n%s", name, files[name], w)
			}
		}
	}
}

// checkError wants an error with the text in it.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want %q in it", err, want)
	}
}
