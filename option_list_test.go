package socket_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// This file reads the declarations of the options from the sources.

// An optionDecl is the declaration of one option.
type optionDecl struct {
	pos                 token.Position
	group               token.Pos // of the var ( ... ) that it stands in
	name, cname, number string
	access              string
	doc                 string
}

// optionDecls returns all options of the package, in the order of the sources.
func optionDecls(t *testing.T) []optionDecl {
	t.Helper()
	files, err := filepath.Glob("options_*.go")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 { // the test binary runs elsewhere
		t.Skip("the sources are not here")
	}
	var decls []optionDecl
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				if o, ok := optionOf(fset, g, spec.(*ast.ValueSpec)); ok {
					decls = append(decls, o)
				}
			}
		}
	}
	return decls
}

// optionOf reads one line Name = Option[T]{&kind, number, "C name", &codec, access}.
func optionOf(fset *token.FileSet, g *ast.GenDecl, spec *ast.ValueSpec) (optionDecl, bool) {
	lit, ok := spec.Values[0].(*ast.CompositeLit)
	if !ok {
		return optionDecl{}, false
	}
	typ, ok := lit.Type.(*ast.IndexExpr)
	if !ok {
		return optionDecl{}, false
	}
	if id, ok := typ.X.(*ast.Ident); !ok || id.Name != "Option" {
		return optionDecl{}, false
	}
	o := optionDecl{pos: fset.Position(spec.Pos()), group: g.Pos(), name: spec.Names[0].Name, doc: spec.Doc.Text()}
	o.cname = strings.Trim(lit.Elts[2].(*ast.BasicLit).Value, `"`)
	if id, ok := lit.Elts[1].(*ast.Ident); ok {
		o.number = id.Name
	}
	o.access = lit.Elts[4].(*ast.Ident).Name
	return o, true
}

// TestOptionRows proves that every option has a row in the table, and every row an
// option, and that there are as many as the documentation says.
func TestOptionRows(t *testing.T) {
	rows := optionRows()
	decls := optionDecls(t)
	for _, d := range decls {
		if rows[d.name] == nil {
			t.Errorf("%s has no row in the table", d.name)
		}
		delete(rows, d.name)
	}
	for name := range rows {
		t.Errorf("row %s is of no option", name)
	}
	const least = 170
	if len(decls) < least {
		t.Errorf("%d options, want %d", len(decls), least)
	}
}

// irregular are the options whose names are not those of C without SO_ in CamelCase.
var irregular = map[string]string{
	"SO_TYPE": "SockType", // Type is a type
}

// TestOptionNames holds the declarations to their rules: the name is the C name without
// SO_, the number is that of the name, the doc says the C name and what cannot be done.
func TestOptionNames(t *testing.T) {
	for _, d := range optionDecls(t) {
		want, ok := irregular[d.cname]
		if !ok {
			want = strings.ToUpper(d.name)
		}
		if got := strings.ReplaceAll(plainName(d.cname), "_", ""); got != want && d.name != want {
			t.Errorf("%v: %s is named %s", d.pos, d.cname, d.name)
		}
		if d.number != "" && d.number != "opt"+d.cname && !strings.HasPrefix(d.number, "sys") {
			t.Errorf("%v: %s has the number %s", d.pos, d.cname, d.number)
		}
		if !strings.HasPrefix(d.doc, d.name+" is "+d.cname+", ") {
			t.Errorf("%v: the doc of %s does not begin with its C name: %q", d.pos, d.name, d.doc)
		}
		for access, words := range map[string]string{"readOnly": "Read-only.", "writeOnly": "Set only"} {
			if strings.Contains(d.doc, words) != (d.access == access) {
				t.Errorf("%v: %s is %s, its doc says %q", d.pos, d.name, d.access, d.doc)
			}
		}
	}
}

// plainName is a C name without SO_, wherever that stands.
func plainName(c string) string {
	c = strings.TrimPrefix(c, "SO_")
	for _, infix := range []string{"_SOCKOPT", "6T_SO", "_SO_"} {
		c = strings.Replace(c, infix, strings.TrimSuffix(infix, "_SO"), 1)
	}
	return strings.Replace(c, "_SOCKOPT", "", 1)
}

// TestOptionOrder proves that the options of a level are sorted by C name.
func TestOptionOrder(t *testing.T) {
	decls := optionDecls(t)
	for i, d := range decls {
		if i > 0 && d.group == decls[i-1].group && strings.Compare(d.cname, decls[i-1].cname) < 0 {
			t.Errorf("%v: %s stands after %s", d.pos, d.cname, decls[i-1].cname)
		}
	}
	names := make([]string, len(decls))
	for i, d := range decls {
		names[i] = d.name
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != len(decls) {
		t.Error("an option is declared twice")
	}
}
