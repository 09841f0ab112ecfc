package main

import (
	"encoding/json"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// TestValuesOfCPython compares the constants of linux/amd64 with CPython's, on every
// machine.
func TestValuesOfCPython(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "cpython-linux-values.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	python := make(consts)
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] != "#" {
			if python[fields[0]], err = strconv.ParseInt(fields[1], 0, 64); err != nil {
				t.Error(err)
			}
		}
	}
	compare(t, declared(t, "linux/amd64"), python)
}

// TestValuesOfPython compares the constants of this machine with those of the Python
// that is installed on it.
func TestValuesOfPython(t *testing.T) {
	out, err := exec.Command("python3", "-c", `
import json, socket
print(json.dumps({n: int(v) for n, v in vars(socket).items() if n.isupper() and isinstance(v, int)}))`).Output()
	if err != nil {
		t.Skip("no python3 to compare with:", err)
	}
	var python consts
	if err := json.Unmarshal(out, &python); err != nil {
		t.Fatal(err)
	}
	compare(t, declared(t, runtime.GOOS+"/"+runtime.GOARCH), python)
}

// compare fails the test where a constant that both have differs.
func compare(t *testing.T, ours, python consts) {
	t.Helper()
	both := 0
	for name, want := range python {
		got, ok := ours[name]
		if !ok {
			continue
		}
		both++
		if got != want && uint32(got) != uint32(want) { // Python has some as signed C ints
			t.Errorf("%s is %d, in Python %d", name, got, want)
		}
	}
	if both < 100 {
		t.Errorf("only %d constants to compare", both)
	}
}

// declared returns the values of the generated constants of one build.
func declared(t *testing.T, goosGoarch string) consts {
	t.Helper()
	goos, _, _ := strings.Cut(goosGoarch, "/")
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range []string{"const.go", "zconst_" + goos + ".go"} {
		f, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Skip("no constants for this system:", err)
		}
		files = append(files, f)
	}
	conf := types.Config{
		Importer:         sysImporter{newTestLoader(t), goosGoarch},
		IgnoreFuncBodies: true,
		Error:            func(error) {}, // the importer has only what the constants need
	}
	pkg, _ := conf.Check("socket", fset, files, nil)
	values := make(consts)
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && c.Val().Kind() == constant.Int {
			values[name], _ = constant.Int64Val(c.Val())
		}
	}
	return values
}

// sysImporter imports the constants of x/sys for one build, and stubs of all else.
type sysImporter struct {
	loader *loader
	build  string
}

func (i sysImporter) Import(path string) (*types.Package, error) {
	name, ok := strings.CutPrefix(path, "golang.org/x/sys/")
	if !ok {
		return stubs{}.Import(path)
	}
	values, err := i.loader.loadBuild(name, i.build)
	if err != nil {
		return nil, err
	}
	pkg := types.NewPackage(path, name)
	for name, v := range values {
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, name, types.Typ[types.UntypedInt], constant.MakeInt64(v)))
	}
	pkg.MarkComplete()
	return pkg, nil
}
