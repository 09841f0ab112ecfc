// Package goapi type-checks a package of this module, or one that it imports, as any system
// sees it: from source, without its function bodies, and without a compiler for that system.
package goapi

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Loader loads packages for any system. It parses a file once for all of them.
type Loader struct {
	modules map[string]string // module path to directory
	fset    *token.FileSet
	files   map[string]*ast.File // by path
}

// NewLoader returns a Loader of the packages that the module around the directory dir
// imports, and of the standard library.
func NewLoader(dir string) (*Loader, error) {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Path}}\t{{.Dir}}", "all")
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("go list: %s", bytes.TrimSpace(exit.Stderr))
	}
	if err != nil {
		return nil, err
	}
	l := &Loader{
		modules: make(map[string]string),
		fset:    token.NewFileSet(),
		files:   make(map[string]*ast.File),
	}
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if dir != "" { // a module that nothing needs is not in the cache
			l.modules[path] = dir
		}
	}
	return l, nil
}

// Load type-checks the package with an import path for a system, such as "linux/amd64".
func (l *Loader) Load(path, goosGoarch string) (*types.Package, error) {
	im, err := l.importer(goosGoarch)
	if err != nil {
		return nil, err
	}
	return im.Import(path)
}

// Check type-checks the text of a Go file for a system, the bodies of its functions too.
// What it declares and does not use is no error.
func (l *Loader) Check(text, goosGoarch string) error {
	im, err := l.importer(goosGoarch)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(l.fset, "", text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	_, err = im.check("", []*ast.File{f}, true)
	return err
}

// importer returns an importer for a system.
func (l *Loader) importer(goosGoarch string) (*importer, error) {
	ctxt := build.Default
	ctxt.GOOS, ctxt.GOARCH, _ = strings.Cut(goosGoarch, "/")
	ctxt.CgoEnabled = false
	ctxt.ToolTags = nil // the experiments of this machine's architecture
	im := &importer{
		Loader: l,
		ctxt:   ctxt,
		loaded: map[string]*types.Package{"unsafe": types.Unsafe},
		sizes:  types.SizesFor("gc", ctxt.GOARCH),
	}
	if im.sizes == nil {
		return nil, fmt.Errorf("goapi: unknown architecture in %q", goosGoarch)
	}
	return im, nil
}

// An importer imports packages for one system.
type importer struct {
	*Loader
	ctxt   build.Context
	loaded map[string]*types.Package // by import path
	sizes  types.Sizes
}

// Import implements types.Importer.
func (im *importer) Import(path string) (*types.Package, error) {
	if pkg, ok := im.loaded[path]; ok {
		return pkg, nil
	}
	dir, err := im.dir(path)
	if err != nil {
		return nil, err
	}
	files, err := im.parseDir(dir)
	if err != nil {
		return nil, err
	}
	pkg, err := im.check(path, files, false)
	im.loaded[path] = pkg
	return pkg, err
}

// check type-checks a package and returns the first of its errors.
func (im *importer) check(path string, files []*ast.File, bodies bool) (*types.Package, error) {
	var first error
	conf := types.Config{
		Importer:         im,
		Sizes:            im.sizes,
		IgnoreFuncBodies: !bodies,
		Error: func(err error) {
			// Soft errors are imports and variables that are not used.
			if e, ok := errors.AsType[types.Error](err); first == nil && (!ok || !e.Soft) {
				first = err
			}
		},
	}
	pkg, _ := conf.Check(path, im.fset, files, nil)
	return pkg, first
}

// dir finds the directory of a package.
func (im *importer) dir(path string) (string, error) {
	for module := path; module != "."; module = filepath.ToSlash(filepath.Dir(module)) {
		if dir, ok := im.modules[module]; ok {
			return filepath.Join(dir, strings.TrimPrefix(path, module)), nil
		}
	}
	for _, dir := range []string{"src", "src/vendor"} {
		dir = filepath.Join(im.ctxt.GOROOT, dir, path)
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			return dir, err
		}
	}
	return "", fmt.Errorf("goapi: no package %q in the standard library or the module cache", path)
}

// parseDir parses the files of a directory that belong to the system.
func (im *importer) parseDir(dir string) ([]*ast.File, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		match, err := im.ctxt.MatchFile(dir, n.Name())
		if err != nil {
			return nil, err
		}
		if !match {
			continue
		}
		f, err := im.parseFile(filepath.Join(dir, n.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func (im *importer) parseFile(path string) (*ast.File, error) {
	if f, ok := im.files[path]; ok {
		return f, nil
	}
	f, err := parser.ParseFile(im.fset, path, nil, parser.SkipObjectResolution)
	if err == nil {
		im.files[path] = f
	}
	return f, err
}
