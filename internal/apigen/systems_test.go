package main

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// This file has the docs of options, functions and methods say on which systems they exist.
// What decides that is read from the sources: a constant opt*, which constgen declares on
// every system, is optAbsent where the system has no such thing.

// systemNames are the systems as the docs name them.
var systemNames = map[string]string{
	"darwin":    "macOS",
	"dragonfly": "DragonFly",
	"freebsd":   "FreeBSD",
	"linux":     "Linux",
	"netbsd":    "NetBSD",
	"openbsd":   "OpenBSD",
	"solaris":   "Solaris",
	"windows":   "Windows",
}

// otherwise has the functions and methods whose systems the constants in their bodies do not
// tell, in the words of a doc.
var otherwise = map[string]string{
	"Creds":            "FreeBSD, DragonFly", // the SCM_CREDS of others is received alone, or never
	"FromShare":        "Windows",            // sysFromShare
	"JoinGroup":        "",                   // everywhere: there are older options
	"LeaveGroup":       "",
	"ParseCredentials": "Linux, FreeBSD, DragonFly, NetBSD", // SCM_CREDS of macOS is never received
	"ParseRecvErr":     "Linux",                             // Windows has an IP_RECVERR of another form
	"SendFDs":          "not on Windows",                    // Rights
	"SendMsgAlg":       "Linux",                             // AF_ALG
	"SetHostName":      "not on Windows",                    // sysSetHostName
	"Share":            "Windows",                           // sysShare
}

const (
	systemName = `(?:Linux|macOS|FreeBSD|OpenBSD|NetBSD|DragonFly|Solaris|Windows|(?:the )?BSDs?)`
	systemList = systemName + `(?:(?:, | and )` + systemName + `)*`
)

var (
	nameInDoc = regexp.MustCompile(`\b` + systemName + `\b`)
	notOn     = regexp.MustCompile(`\b[Nn]ot on (` + systemList + `)\b`)
	aside     = regexp.MustCompile(`\b[Oo]n ` + systemList + `\b`) // what differs on some of them
)

// claim returns the systems that a doc says its thing exists on, sorted: those it names, or
// all others than it names after "not on". It returns nil if the doc says nothing. The doc
// has to be on one line.
func claim(doc string) []string {
	if m := notOn.FindStringSubmatch(doc); m != nil {
		not := namesIn(m[1])
		all := slices.Sorted(maps.Values(systemNames))
		return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(not, name) })
	}
	return namesIn(aside.ReplaceAllString(doc, ""))
}

func namesIn(text string) (names []string) {
	for _, name := range nameInDoc.FindAllString(text, -1) {
		if strings.Contains(" the BSDs", " "+name) {
			names = append(names, "DragonFly", "FreeBSD", "NetBSD", "OpenBSD")
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestClaim(t *testing.T) {
	for doc, want := range map[string]string{
		"F does it. Linux 5.0.":                                                "Linux",
		"F is getsockopt(2) of FreeBSD: it does it.":                           "FreeBSD",
		"F does it. FreeBSD, macOS, Solaris; on Linux see":                     "FreeBSD Solaris macOS",
		"F does it. The BSDs, macOS.":                                          "DragonFly FreeBSD NetBSD OpenBSD macOS",
		"F does it. BSD.":                                                      "DragonFly FreeBSD NetBSD OpenBSD",
		"F does it; privileged on Linux. Not on NetBSD, OpenBSD and the BSDs.": "Linux Solaris Windows macOS",
		"F does it; privileged on Linux.":                                      "",
		"F does it.":                                                           "",
	} {
		if got := strings.Join(claim(doc), " "); got != want {
			t.Errorf("%q is about %q, want %q", doc, got, want)
		}
	}
}

// A thing is an option, a function or a method, with its doc and that of the declaration
// around it. A system has it if it has the level and one of the numbers, which are
// expressions; there may be none.
type thing struct {
	name, doc, group string
	level            string
	numbers          []string
}

// TestSystemsInDocs compares what the docs say with what the constants say.
func TestSystemsInDocs(t *testing.T) {
	pkgs := mustLoad(t)
	options, funcs := thingsIn(t, root)
	if len(options) < 300 || len(funcs) < 150 {
		t.Fatalf("there are %d options and %d functions", len(options), len(funcs))
	}
	left := maps.Clone(otherwise)
	for _, d := range append(slices.Collect(maps.Values(options)), funcs...) {
		want := systemsOf(t, pkgs, options, d)
		if words, ok := otherwise[d.name]; ok {
			want = claim(words)
			delete(left, d.name)
		}
		if len(want) == 0 || len(want) == len(systemNames) {
			if notOn.MatchString(d.doc) {
				t.Errorf("%s exists on all systems, its doc says %q", d.name, d.doc)
			}
			continue
		}
		got := claim(d.doc)
		if got == nil {
			got = claim(d.group)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s exists on %q, its doc says %q: %q", d.name, want, got, d.doc)
		}
	}
	for name := range left {
		t.Errorf("there is no %s", name)
	}
}

// systemsOf returns the systems that have a thing, sorted.
func systemsOf(t *testing.T, pkgs map[string]*types.Package, options map[string]thing, d thing) (names []string) {
	t.Helper()
	for goos, pkg := range pkgs {
		if exists(t, pkg, options, d) {
			names = append(names, systemNames[goos])
		}
	}
	slices.Sort(names)
	return names
}

func exists(t *testing.T, pkg *types.Package, options map[string]thing, d thing) bool {
	t.Helper()
	if d.level != "" && absent(t, pkg, d.level) {
		return false
	}
	return len(d.numbers) == 0 || slices.ContainsFunc(d.numbers, func(expr string) bool {
		if o, ok := options[expr]; ok {
			return exists(t, pkg, options, o)
		}
		return !absent(t, pkg, expr)
	})
}

// absent reports whether a constant expression of package socket is optAbsent. A qualified
// identifier is evaluated in its package, for types.Eval does not see the imports of a file.
func absent(t *testing.T, pkg *types.Package, expr string) bool {
	t.Helper()
	if path, name, ok := strings.Cut(expr, "."); ok {
		i := slices.IndexFunc(pkg.Imports(), func(p *types.Package) bool { return p.Name() == path })
		pkg, expr = pkg.Imports()[i], name
	}
	v, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, expr)
	if err != nil {
		t.Fatalf("%s of %s: %v", expr, pkg.Path(), err)
	}
	n, exact := constant.Int64Val(v.Value)
	return exact && n == math.MinInt32
}

// thingsIn reads the sources in a directory for all systems.
func thingsIn(t *testing.T, dir string) (options map[string]thing, funcs []thing) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	levels := make(map[string]string) // by the name of a socketKind
	options = make(map[string]thing)
	var decls []*ast.FuncDecl
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				readVars(decl, levels, options)
			case *ast.FuncDecl:
				if decl.Name.IsExported() {
					decls = append(decls, decl)
				}
			}
		}
	}
	for name, o := range options {
		o.level = levels[o.level]
		options[name] = o
	}
	for _, decl := range decls {
		funcs = append(funcs, thing{name: decl.Name.Name, doc: oneLine(decl.Doc), numbers: numbersIn(decl.Body, options)})
	}
	return options, funcs
}

// readVars reads declarations of the forms
//
//	kind = socketKind{level, ...}
//	Name = Option[T]{&kind, number, ...}
func readVars(decl *ast.GenDecl, levels map[string]string, options map[string]thing) {
	for _, spec := range decl.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			continue
		}
		lit, ok := v.Values[0].(*ast.CompositeLit)
		if !ok || lit.Type == nil {
			continue
		}
		name, typ := v.Names[0].Name, types.ExprString(lit.Type)
		switch {
		case typ == "socketKind":
			levels[name] = types.ExprString(lit.Elts[0])
		case strings.HasPrefix(typ, "Option["):
			options[name] = thing{
				name: name, doc: oneLine(v.Doc), group: oneLine(decl.Doc),
				level:   strings.TrimPrefix(types.ExprString(lit.Elts[0]), "&"),
				numbers: []string{types.ExprString(lit.Elts[1])},
			}
		}
	}
}

func oneLine(doc *ast.CommentGroup) string { return strings.Join(strings.Fields(doc.Text()), " ") }

var (
	twin  = regexp.MustCompile(`^opt[A-Z][A-Za-z0-9]*_`)
	level = regexp.MustCompile(`^opt(SOL|IPPROTO)_`)
)

// numbersIn returns the constants opt* in the body of a function, without levels, and the
// options that it uses.
func numbersIn(body *ast.BlockStmt, options map[string]thing) (names []string) {
	ast.Inspect(body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		_, isOption := options[id.Name]
		if isOption || twin.MatchString(id.Name) && !level.MatchString(id.Name) {
			names = append(names, id.Name)
		}
		return true
	})
	return names
}
