package goapi

import (
	"go/types"
	"os"
	"path/filepath"
	"testing"
)

func newLoader(t *testing.T) *Loader {
	t.Helper()
	t.Setenv("GOPROXY", "off")
	l, err := NewLoader(".")
	if err != nil {
		t.Skip("no modules to read:", err)
	}
	return l
}

// TestLoad loads a package of the standard library that differs between systems.
func TestLoad(t *testing.T) {
	l := newLoader(t)
	for build, want := range map[string]string{
		"linux/amd64":   "10",
		"linux/mips":    "10",
		"darwin/arm64":  "30",
		"windows/amd64": "23",
	} {
		pkg, err := l.Load("syscall", build)
		if err != nil {
			t.Errorf("%s: %v", build, err)
			continue
		}
		if c, ok := pkg.Scope().Lookup("AF_INET6").(*types.Const); !ok || c.Val().String() != want {
			t.Errorf("%s: AF_INET6 is %v, want %s", build, c, want)
		}
	}
}

// TestLoadErrors has a package that is not there, one that does not compile, a system
// that does not exist.
func TestLoadErrors(t *testing.T) {
	l := newLoader(t)
	dir := t.TempDir()
	l.modules["example.com/bad"] = dir
	source := "package bad\nimport \"fmt\"\nfunc F() { fmt.Println() }\nvar X nosuch\n"
	if err := os.WriteFile(filepath.Join(dir, "bad.go"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, build string }{
		{"example.com/nosuch", "linux/amd64"},
		{"example.com/bad", "linux/amd64"},
		{"example.com/bad/nosuch", "linux/amd64"},
		{"errors", "linux/nosuch"},
	} {
		if _, err := l.Load(tt.path, tt.build); err == nil {
			t.Errorf("%s on %s: no error", tt.path, tt.build)
		}
	}
}

func TestCheck(t *testing.T) {
	l := newLoader(t)
	for text, ok := range map[string]bool{
		"package p\nimport \"errors\"\nfunc f() { x := 1 }":          true, // nothing is used
		"package p\nimport \"errors\"\nvar e = errors.New(\"x\")":    true,
		"package p\nimport \"errors\"\nfunc f() { errors.NoSuch() }": false,
		"package p\nfunc f() int { }":                                false,
		"package p\nfunc f( { }":                                     false,
		"package p\nimport \"example.com/nosuch\"\nvar x = nosuch.X": false,
	} {
		if err := l.Check(text, "linux/amd64"); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := l.Check("package p", "linux/nosuch"); err == nil {
		t.Error("no error for a system that does not exist")
	}
}
