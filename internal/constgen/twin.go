package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A twin is a constant of the list that portable code needs on every system. The
// code writes twinPrefix before its name.
type twin struct {
	name string         // without the prefix
	pos  token.Position // its first use
}

const twinPrefix = "opt"

// twinName matches the identifiers that are twins: a C name has an underscore.
var twinName = regexp.MustCompile(`^` + twinPrefix + `([A-Z][A-Za-z0-9]*_\w+)$`)

// findTwins returns the twins in the Go files of dir, sorted by name. It does not look
// at tests and generated files.
func findTwins(dir string) ([]twin, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	found := make(map[string]token.Pos)
	for _, path := range paths {
		if base := filepath.Base(path); strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, "zconst_") {
			continue
		}
		f, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				m := twinName.FindStringSubmatch(id.Name)
				if m != nil && found[m[1]] == token.NoPos {
					found[m[1]] = id.Pos()
				}
			}
			return true
		})
	}
	var twins []twin
	for name, pos := range found {
		twins = append(twins, twin{name, fset.Position(pos)})
	}
	slices.SortFunc(twins, func(x, y twin) int { return strings.Compare(x.name, y.name) })
	return twins, nil
}

// checkTwins refuses a twin of a name that is not in the list, or is a string.
func checkTwins(twins []twin, groups []*group) error {
	entries := make(map[string]*entry)
	for _, g := range groups {
		for _, e := range g.entries {
			entries[e.name] = e
		}
	}
	for _, t := range twins {
		e, ok := entries[t.name]
		if !ok {
			return fmt.Errorf("%v: %s%s: there is no %s in %s", t.pos, twinPrefix, t.name, t.name, listName)
		}
		if e.isString() {
			return fmt.Errorf("%v: %s%s: %s is a string", t.pos, twinPrefix, t.name, t.name)
		}
	}
	return nil
}

// emitTwins writes the twins. They have the type of their constant on every system, and
// the value optAbsent where it is not declared.
func emitTwins(b *bytes.Buffer, groups []resolvedGroup, twins []twin) {
	if len(twins) == 0 {
		return
	}
	types := make(map[string]string)
	declared := make(map[string]bool)
	for _, g := range groups {
		for _, e := range g.entries {
			types[e.name] = g.typ
		}
		for _, d := range g.decls {
			declared[d.name] = true
		}
	}
	fmt.Fprintf(b, "\n// For portable code: the constants it uses, or %s.\nconst (\n", twinAbsent)
	for _, t := range twins {
		value := twinAbsent
		if declared[t.name] {
			value = t.name
		}
		fmt.Fprintf(b, "%s%s %s = %s\n", twinPrefix, t.name, types[t.name], value)
	}
	fmt.Fprintf(b, ")\n")
}

// twinAbsent is declared in const.go.
const twinAbsent = "optAbsent"
