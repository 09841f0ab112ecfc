package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// consts is the integer constants of one build of a package.
type consts map[string]int64

// sysConsts knows the constants of x/sys.
type sysConsts interface {
	// load returns the constants of each build of s.
	load(s system) ([]consts, error)
}

// sysDir finds the sources of x/sys, in the version that go.mod requires.
func sysDir() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("go list: %s", bytes.TrimSpace(exit.Stderr))
	}
	if err != nil {
		return "", err
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", errors.New("golang.org/x/sys is not in the module cache, run go mod download")
	}
	return dir, nil
}

// A loader reads constants from the sources of x/sys.
type loader struct {
	dir   string
	fset  *token.FileSet
	files map[string]*ast.File // by path, as parseFile made them
}

func newLoader(dir string) *loader {
	return &loader{dir: dir, fset: token.NewFileSet(), files: make(map[string]*ast.File)}
}

func (l *loader) load(s system) ([]consts, error) {
	var builds []consts
	for _, b := range s.builds {
		c, err := l.loadBuild(s.pkg, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b, err)
		}
		builds = append(builds, c)
	}
	return builds, nil
}

// loadBuild evaluates the constants of package pkg for one goos/goarch.
func (l *loader) loadBuild(pkg, goosGoarch string) (consts, error) {
	ctxt := build.Default
	ctxt.GOOS, ctxt.GOARCH, _ = strings.Cut(goosGoarch, "/")
	dir := filepath.Join(l.dir, pkg)
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		match, err := ctxt.MatchFile(dir, n.Name())
		if err != nil {
			return nil, err
		}
		if !match {
			continue
		}
		f, err := l.parseFile(filepath.Join(dir, n.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return l.evaluate(files), nil
}

// parseFile parses a file and leaves only its constants, so that it can be
// type-checked without the packages it imports.
func (l *loader) parseFile(path string) (*ast.File, error) {
	if f, ok := l.files[path]; ok {
		return f, nil
	}
	f, err := parser.ParseFile(l.fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	decls := f.Decls[:0]
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && (g.Tok == token.CONST || g.Tok == token.IMPORT) {
			decls = append(decls, g)
		}
	}
	f.Decls = decls
	l.files[path] = f
	return f, nil
}

// evaluate returns the integer constants of the files. It passes over the few
// that depend on something parseFile has cut out.
func (l *loader) evaluate(files []*ast.File) consts {
	conf := types.Config{Importer: stubs{}, Error: func(error) {}}
	pkg, _ := conf.Check("sys", l.fset, files, nil)
	values := make(consts)
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() != constant.Int {
			continue
		}
		if v, exact := constant.Int64Val(c.Val()); exact {
			values[name] = v
		}
	}
	return values
}

// stubs imports packages that have nothing but the integer types which
// constants of x/sys are of.
type stubs struct{}

func (stubs) Import(path string) (*types.Package, error) {
	pkg := types.NewPackage(path, path[strings.LastIndex(path, "/")+1:])
	if path == "syscall" {
		for _, name := range []string{"Errno", "Signal"} {
			obj := types.NewTypeName(token.NoPos, pkg, name, nil)
			types.NewNamed(obj, types.Typ[types.Uintptr], nil)
			pkg.Scope().Insert(obj)
		}
	}
	pkg.MarkComplete()
	return pkg, nil
}
