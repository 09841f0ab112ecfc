package main

import (
	"bytes"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// root is the directory of package socket.
const root = "../.."

// The packages serve all tests: they take seconds.
var loadOnce = sync.OnceValues(func() (map[string]*types.Package, error) { return load(root) })

// mustLoad returns package socket as all systems see it.
func mustLoad(t *testing.T) map[string]*types.Package {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes seconds, and no other machine has another outcome")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no modules to read:", err)
	}
	t.Setenv("GOPROXY", "off")
	pkgs, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return pkgs
}

func TestFilesUpToDate(t *testing.T) {
	files := generate(mustLoad(t))
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, outDir, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s/%s is out of date, run go generate", outDir, name)
		}
	}
	onDisk, err := filepath.Glob(filepath.Join(root, outDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range onDisk {
		if _, ok := files[filepath.Base(path)]; !ok {
			t.Errorf("%s is not generated any more", path)
		}
	}
}

// stubs are the files of constants of systems that have nothing of their own to list.
const stubs = 2

// TestSystems has the systems be those that have a file of constants.
func TestSystems(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(root, "zconst_*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		goos := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "zconst_"), ".go")
		if goos == "stub" || goos == "plan9" {
			continue
		}
		if build, ok := systems[goos]; !ok || !strings.HasPrefix(build, goos+"/") {
			t.Errorf("the build of %s is %q", goos, build)
		}
	}
	if len(paths) != len(systems)+stubs {
		t.Errorf("%d systems, %d files, %d of them of stubs", len(systems), len(paths), stubs)
	}
}

func TestList(t *testing.T) {
	const source = `package p

import (
	"errors"
	"io"
	"unsafe"
)

const (
	Number       = 1
	Text         = "x"
	Typed  Kind  = 2
	hidden       = 3
	Size         = unsafe.Sizeof(hidden)
)

var (
	Err    = errors.New("x")
	Table  map[string][]Kind
	Option = Box[bool]{}
	inner  int
)

type Kind int

func (Kind) String() string      { return "" }
func (*Kind) Set(s string) error { return nil }
func (Kind) private()            {}

type Box[T any] struct {
	Value T
	io.Reader
	*Kind
	lock int
}

func (b Box[T]) Get(from *Kind) (value T, err error) { return }

type Shape interface {
	Area() (size float64)
	io.Closer
}

type Sealed interface {
	Close() error
	seal()
}

type Any interface{}

type Number2 interface{ ~int | ~uint }

type Alias = Kind

type hiddenType struct{ X int }

func F(a, b int, opts ...func(name string) bool) (n int, err error) { return }
func G[S ~[]E, E comparable](s S) E { return s[0] }
func H()                            {}
func i()                            {}
`
	want := strings.TrimPrefix(`
pkg p, const Number ideal-int
pkg p, const Size uintptr
pkg p, const Text ideal-string
pkg p, const Typed Kind
pkg p, func F(int, int, ...func(name string) bool) (int, error)
pkg p, func G[S ~[]E, E comparable](S) E
pkg p, func H()
pkg p, method (*Kind) Set(string) error
pkg p, method (Box[T]) Get(*Kind) (T, error)
pkg p, method (Box[T]) Read([]byte) (int, error)
pkg p, method (Box[T]) Set(string) error
pkg p, method (Box[T]) String() string
pkg p, method (Kind) String() string
pkg p, type Alias = Kind
pkg p, type Any interface{}
pkg p, type Box[T any] struct
pkg p, type Box[T any] struct, Value T
pkg p, type Box[T any] struct, embedded *Kind
pkg p, type Box[T any] struct, embedded io.Reader
pkg p, type Kind int
pkg p, type Number2 interface{~int | ~uint}
pkg p, type Sealed interface { Close, unexported methods }
pkg p, type Sealed interface, Close() error
pkg p, type Shape interface { Area, Close }
pkg p, type Shape interface, Area() float64
pkg p, type Shape interface, Close() error
pkg p, var Err error
pkg p, var Option Box[bool]
pkg p, var Table map[string][]Kind
`, "\n")
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	pkg, err := conf.Check("p", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(list(pkg)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
