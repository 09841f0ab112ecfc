package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/constant"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/bsdsocket/socket/internal/goapi"
)

// root is the directory of package socket.
const root = "../.."

// mustParse returns the table.
func mustParse(t *testing.T) []row {
	t.Helper()
	rows, err := parse(table)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatal("the table is empty")
	}
	return rows
}

// The loader and its packages serve all tests: they take seconds.
var (
	newLoader = sync.OnceValues(func() (*goapi.Loader, error) { return goapi.NewLoader(root) })
	loadOnce  = sync.OnceValues(func() (map[string]*types.Package, error) {
		loader, err := newLoader()
		if err != nil {
			return nil, err
		}
		return loadAll(loader)
	})
)

// mustNewLoader returns the loader.
func mustNewLoader(t *testing.T) *goapi.Loader {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes seconds, and no other machine has another outcome")
	}
	loader, err := newLoader()
	if err != nil {
		t.Skip("no modules to read:", err)
	}
	return loader
}

// mustLoad returns package socket as all systems see it.
func mustLoad(t *testing.T) map[string]*types.Package {
	t.Helper()
	mustNewLoader(t)
	pkgs, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return pkgs
}

// readTable reads a file of testdata: lines of columns with a tab between them.
func readTable(t *testing.T, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(strings.TrimSpace(line), "\t"))
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return rows
}

// TestComplete compares the table with the lists of Python's names.
func TestComplete(t *testing.T) {
	want := make(map[string]bool)
	for _, columns := range readTable(t, "names.tsv") {
		want[columns[0]+" "+columns[1]] = true
	}
	for _, columns := range readTable(t, "constants.tsv") {
		want[scopeConstant+" "+columns[0]] = true
	}
	got := make(map[string]bool)
	for _, r := range mustParse(t) {
		got[r.scope+" "+r.python] = true
	}
	for name := range want {
		if !got[name] {
			t.Errorf("%s has no %s", tableName, name)
		}
	}
	for name := range got {
		if !want[name] {
			t.Errorf("%s has %s, which Python does not have", tableName, name)
		}
	}
}

// TestGoNames has every name of ours in the table exist, and every planned one not yet.
func TestGoNames(t *testing.T) {
	rows, pkgs := mustParse(t), mustLoad(t)
	for _, r := range rows {
		for _, name := range r.names {
			there := exists(pkgs, r, name)
			if r.planned && there {
				t.Errorf("%v", r.errorf("%s is there by now: take the word planned away", name))
			}
			if !r.planned && !there {
				t.Errorf("%v", r.errorf("there is no %s", name))
			}
		}
	}
}

// exists reports whether package socket has the name of a row: a constant on some system,
// all else on all.
func exists(pkgs map[string]*types.Package, r row, name string) bool {
	on := 0
	for _, pkg := range pkgs {
		_, isConst := pkg.Scope().Lookup(name).(*types.Const)
		if isConst || r.scope != scopeConstant && lookup(pkg, name) {
			on++
		}
	}
	return on == len(pkgs) || on > 0 && r.scope == scopeConstant
}

// lookup reports whether a package exports a name, or a method as Type.Method.
func lookup(pkg *types.Package, name string) bool {
	name, method, isMethod := strings.Cut(name, ".")
	obj := pkg.Scope().Lookup(name)
	if obj == nil || !obj.Exported() || !isMethod {
		return obj != nil && obj.Exported()
	}
	found, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, method)
	return found != nil && found.Exported()
}

// TestLookup has the walk tell names that exist from names that do not.
func TestLookup(t *testing.T) {
	pkgs := mustLoad(t)
	for name, want := range map[string]bool{
		"New": true, "Socket": true, "Socket.Recv": true, "ErrTimeout": true, "EAGAIN": true,
		"NoSuch": false, "Socket.NoSuch": false, "Socket.core": false, "nameOf": false, "NoSuch.Recv": false,
	} {
		if got := exists(pkgs, row{scope: scopeModule}, name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]bool{
		"AF_INET": true, "AF_SYSTEM": true, "AF_AAL5": true, "SO_BINDTODEVICE": true, "New": false, "AF_NOSUCH": false,
	} {
		if got := exists(pkgs, row{scope: scopeConstant}, name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if exists(pkgs, row{scope: scopeModule}, "SO_BINDTODEVICE") {
		t.Error("a constant of some systems counts as a portable name")
	}
}

// TestConstantsOfSystems has every constant that typeshed gives to a system exist there.
// "not on GOOS" in the remark excuses one.
func TestConstantsOfSystems(t *testing.T) {
	pkgs := mustLoad(t)
	rows := make(map[string]row)
	for _, r := range mustParse(t) {
		if r.scope == scopeConstant {
			rows[r.python] = r
		}
	}
	compared := make(map[string]int)
	for _, columns := range readTable(t, "constants.tsv") {
		r := rows[columns[0]]
		for letter, goos := range map[string]string{"L": "linux", "D": "darwin", "W": "windows"} {
			if !strings.Contains(columns[1], letter) || len(r.names) == 0 {
				continue
			}
			compared[goos]++
			_, ok := lookupConst(pkgs[goos], r.names[0])
			if excused := strings.Contains(r.remark, "not on "+goos); ok == excused {
				t.Errorf("%v", r.errorf("on %s: present %v, excused %v", goos, ok, excused))
			}
		}
	}
	t.Log("constants compared:", compared)
	for goos, least := range map[string]int{"linux": 500, "darwin": 150, "windows": 140} {
		if compared[goos] < least {
			t.Errorf("%d constants of %s, want %d or more", compared[goos], goos, least)
		}
	}
}

// TestValues has all values of CPython's module on linux/amd64 be ours too, on every
// machine.
func TestValues(t *testing.T) {
	linux := mustLoad(t)["linux"]
	rows := make(map[string]row)
	for _, r := range mustParse(t) {
		rows[r.python] = r
	}
	equal := 0
	for _, columns := range readTable(t, "values-linux.tsv") {
		name, want := columns[0], columns[1]
		var err error
		switch r, ok := rows[name]; {
		case !ok || len(r.names) != 1 || r.planned:
			err = fmt.Errorf("no counterpart")
		case columns[2] == "bool": // has_ipv6, a question that has to be asked
			if f, ok := linux.Scope().Lookup(r.names[0]).(*types.Func); !ok || f.Signature().Results().String() != "(bool)" {
				err = fmt.Errorf("%s is no question", r.names[0])
			}
		default:
			err = sameValue(linux, r.names[0], want)
		}
		if err != nil {
			t.Errorf("%s: %v, in Python it is %s", name, err, want)
			continue
		}
		equal++
	}
	if equal != 373 {
		t.Errorf("%d of 373 values are equal", equal)
	}
}

// sameValue compares a constant with its number in Python, where some are signed that are
// unsigned in C.
func sameValue(pkg *types.Package, name, python string) error {
	want, err := strconv.ParseInt(python, 0, 64)
	if err != nil {
		return err
	}
	v, ok := lookupConst(pkg, name)
	if !ok {
		return fmt.Errorf("there is no %s", name)
	}
	got, exact := constant.Int64Val(v)
	if !exact || got != want && (got < 0) == (want < 0) || uint32(got) != uint32(want) {
		return fmt.Errorf("%s is %v", name, v)
	}
	return nil
}

// pythonNames asks the Python that is installed for its names.
type pythonNames struct {
	Version        [2]int
	Module, Socket []string
	Values         map[string]int64
	Strings        map[string]string
}

func askPython(t *testing.T) pythonNames {
	t.Helper()
	out, err := exec.Command("python3", "-c", `
import json, socket, sys
names = {n: v for n, v in vars(socket).items() if n.isupper() and n[0] != "_"}
print(json.dumps({
	"Version": sys.version_info[:2],
	"Module": [n for n in dir(socket) if n[0] != "_"],
	"Socket": [n for n in dir(socket.socket) if n[0] != "_"],
	"Values": {n: int(v) for n, v in names.items() if isinstance(v, int)},
	"Strings": {n: v for n, v in names.items() if isinstance(v, str)},
}))`).Output()
	if err != nil {
		t.Skip("no python3 to compare with:", err)
	}
	var names pythonNames
	if err := json.Unmarshal(out, &names); err != nil {
		t.Fatal(err)
	}
	return names
}

// TestNamesOfPython has every name of the Python that is installed be in the table. A
// version that is newer than the table may have more.
func TestNamesOfPython(t *testing.T) {
	python := askPython(t)
	newer := python.Version[0] > 3 || python.Version[1] > 13
	known := make(map[string]bool)
	for _, r := range mustParse(t) {
		scope := r.scope
		if scope == scopeConstant {
			scope = scopeModule
		}
		known[scope+" "+r.python] = true
	}
	check := func(scope string, names []string) {
		if len(names) < 30 {
			t.Errorf("only %d names in scope %s", len(names), scope)
		}
		for _, name := range names {
			if known[scope+" "+name] {
				continue
			}
			if newer {
				t.Logf("Python %v has %s besides", python.Version, name)
				continue
			}
			t.Errorf("%s does not have %s %s", tableName, scope, name)
		}
	}
	check(scopeModule, python.Module)
	check(scopeSocket, python.Socket)
}

// TestValuesOfPython compares the constants of this system with those of the Python that
// is installed.
func TestValuesOfPython(t *testing.T) {
	loader, python := mustNewLoader(t), askPython(t)
	pkg, err := loader.Load(importPath, runtime.GOOS+"/"+runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	both := 0
	for name, want := range python.Values {
		if _, ok := lookupConst(pkg, name); !ok {
			continue
		}
		both++
		if err := sameValue(pkg, name, strconv.FormatInt(want, 10)); err != nil {
			t.Errorf("%v, in Python it is %d", err, want)
		}
	}
	if both < 100 {
		t.Errorf("only %d constants to compare", both)
	}
	for name, want := range python.Strings {
		if v, ok := lookupConst(pkg, name); ok && constant.StringVal(v) != want {
			t.Errorf("%s is %v, in Python it is %q", name, v, want)
		}
	}
}

func TestGuideUpToDate(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, guide))
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(text, mustLoad(t))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("%s is out of date, run go generate", guide)
	}
}

// TestSnippets compiles the Go code of the guide, against this package as Linux has it.
func TestSnippets(t *testing.T) {
	loader := mustNewLoader(t)
	text, err := os.ReadFile(filepath.Join(root, guide))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(text), "```go\n")[1:]
	if len(blocks) < 8 || len(blocks) != strings.Count(string(text), "```python\n") {
		t.Errorf("%d blocks of Go in %s", len(blocks), guide)
	}
	for _, block := range blocks {
		body, _, _ := strings.Cut(block, "```")
		source := fmt.Sprintf(snippet, body)
		if err := loader.Check(source, "linux/amd64"); err != nil {
			t.Errorf("%v in\n%s", err, body)
		}
	}
}

// snippet makes a file of the lines of a snippet. The names that it takes for granted are
// parameters.
const snippet = `package p

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

func f(s *socket.Socket, addr socket.Addr, fd int, data, buf []byte, handler http.Handler, err error) error {
	{
		%s
	}
	return nil
}
`

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ table, want string }{
		{"module\taccept", "1: module\taccept: the line does not have 3 or 4 columns"},
		{"# c\n\nmodule\taccept\t\tr", "3: module\taccept\t\tr: the line does not have"},
		{"module\ta\tA\tr\tr", "does not have 3 or 4 columns"},
		{"class\ta\tA", `1: a: unknown scope "class"`},
		{"module\ta\t-", "1: a: has no counterpart, and no reason"},
		{"module\ta\tA\nsocket\ta\tA\nmodule\ta\tA", "3: a: is in line 1 already"},
	} {
		_, err := parse(tt.table)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q in it", tt.table, err, tt.want)
		}
	}
}

func TestRender(t *testing.T) {
	rows, err := parse(`
module	socket	New, TakeFD	a class
module	htons	planned Htons
module	CAPI	-	is for C
socket	recv	Socket.Recv
constant	AF_INET	=
constant	AF_SYSTEM	=	kernel controls
constant	IPPROTO_BIP	-	nowhere
`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := insert([]byte("a\n"+begin+"old\n"+end+"z\n"), render(rows, mustLoad(t)))
	if err != nil {
		t.Fatal(err)
	}
	want := "a\n" + begin + `
### Names of the module

| Python | Go | remarks |
|---|---|---|
| ` + "`socket` | `New`, `TakeFD`" + ` | a class |
| ` + "`htons` | `Htons`" + ` | planned |
| ` + "`CAPI`" + ` |  | is for C |

### Methods and attributes of a socket

| Python | Go | remarks |
|---|---|---|
| ` + "`s.recv` | `s.Recv`" + ` |  |

### Constants without a counterpart

| Python | Go | remarks |
|---|---|---|
| ` + "`IPPROTO_BIP`" + ` |  | nowhere |

### The other constants

<details>
<summary>2 constants, and the systems that have them</summary>

| Python | Go | remarks |
|---|---|---|
| ` + "`AF_INET` | `AF_INET`" + ` | everywhere |
| ` + "`AF_SYSTEM` | `AF_SYSTEM`" + ` | macOS; kernel controls |

</details>
` + end + "z\n"
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, bad := range []string{"", begin, end, end + begin} {
		if _, err := insert([]byte(bad), nil); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}

// TestSystems has the systems of the table be those that have a file of constants.
func TestSystems(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(root, "zconst_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]bool)
	for _, p := range paths {
		files[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(p), "zconst_"), ".go")] = true
	}
	listed := map[string]bool{"stub": true, "plan9": true} // which have nothing of their own
	for _, s := range systems {
		listed[s.goos] = true
	}
	if !maps.Equal(files, listed) {
		t.Errorf("files for %v, systems %v", files, listed)
	}
}
