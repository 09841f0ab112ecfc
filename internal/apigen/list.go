package main

import (
	"bytes"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A lister collects the lines of a package.
type lister struct {
	pkg   *types.Package
	lines []string
}

// list returns the exported API of a package, sorted.
func list(pkg *types.Package) []byte {
	l := &lister{pkg: pkg}
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			l.object(pkg.Scope().Lookup(name))
		}
	}
	slices.Sort(l.lines)
	var b bytes.Buffer
	for _, line := range slices.Compact(l.lines) {
		fmt.Fprintf(&b, "pkg %s, %s\n", pkg.Name(), line)
	}
	return b.Bytes()
}

func (l *lister) addf(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *lister) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		l.addf("const %s %s", obj.Name(), l.constType(obj.Type()))
	case *types.Var:
		l.addf("var %s %s", obj.Name(), l.typ(obj.Type()))
	case *types.Func:
		l.addf("func %s%s", obj.Name(), l.signature(obj.Signature()))
	case *types.TypeName:
		l.typeName(obj)
	}
}

// constType returns the type of a constant: an untyped one is ideal, in the words of
// Go's listings.
func (l *lister) constType(t types.Type) string {
	if name, ok := strings.CutPrefix(t.String(), "untyped "); ok {
		return "ideal-" + name
	}
	return l.typ(t)
}

func (l *lister) typeName(obj *types.TypeName) {
	if obj.IsAlias() {
		l.addf("type %s = %s", obj.Name(), l.typ(types.Unalias(obj.Type())))
		return
	}
	named := obj.Type().(*types.Named)
	name := obj.Name() + l.typeParams(named.TypeParams())
	switch t := named.Underlying().(type) {
	case *types.Struct:
		l.addf("type %s struct", name)
		l.fields(name, t)
	case *types.Interface:
		l.interfaceType(name, t)
		return // its methods are those of the interface
	default:
		l.addf("type %s %s", name, l.typ(t))
	}
	l.methods(named)
}

// fields lists the exported fields of a struct.
func (l *lister) fields(name string, t *types.Struct) {
	for f := range t.Fields() {
		switch {
		case !f.Exported():
		case f.Embedded():
			l.addf("type %s struct, embedded %s", name, l.typ(f.Type()))
		default:
			l.addf("type %s struct, %s %s", name, f.Name(), l.typ(f.Type()))
		}
	}
}

// interfaceType lists an interface: first with the names of its methods, because one more
// breaks the types that implement it.
func (l *lister) interfaceType(name string, t *types.Interface) {
	var names []string
	unexported := false
	for m := range t.Methods() {
		if !m.Exported() {
			unexported = true
			continue
		}
		names = append(names, m.Name())
		l.addf("type %s interface, %s%s", name, m.Name(), l.signature(m.Signature()))
	}
	slices.Sort(names)
	if unexported {
		names = append(names, "unexported methods")
	}
	if len(names) == 0 {
		l.addf("type %s %s", name, l.typ(t))
		return
	}
	l.addf("type %s interface { %s }", name, strings.Join(names, ", "))
}

// methods lists the exported methods of a type, those of embedded types too.
func (l *lister) methods(named *types.Named) {
	name := named.Obj().Name()
	var params []string
	for p := range named.TypeParams().TypeParams() {
		params = append(params, p.Obj().Name())
	}
	if len(params) > 0 {
		name += "[" + strings.Join(params, ", ") + "]"
	}
	ofValue := types.NewMethodSet(named)
	for sel := range types.NewMethodSet(types.NewPointer(named)).Methods() {
		if !sel.Obj().Exported() {
			continue
		}
		recv := name
		if ofValue.Lookup(l.pkg, sel.Obj().Name()) == nil {
			recv = "*" + recv
		}
		l.addf("method (%s) %s%s", recv, sel.Obj().Name(), l.signature(sel.Type().(*types.Signature)))
	}
}

// typeParams returns the type parameters of a declaration.
func (l *lister) typeParams(params *types.TypeParamList) string {
	var list []string
	for p := range params.TypeParams() {
		list = append(list, p.Obj().Name()+" "+l.typ(p.Constraint()))
	}
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// signature returns a signature without the names of its parameters, which may change.
func (l *lister) signature(sig *types.Signature) string {
	nameless := types.NewSignatureType(nil, nil, nil, withoutNames(sig.Params()), withoutNames(sig.Results()), sig.Variadic())
	return l.typeParams(sig.TypeParams()) + strings.TrimPrefix(l.typ(nameless), "func")
}

func withoutNames(tuple *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range tuple.Variables() {
		vars = append(vars, types.NewParam(token.NoPos, v.Pkg(), "", v.Type()))
	}
	return types.NewTuple(vars...)
}

// typ returns a type as the package itself would write it.
func (l *lister) typ(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == l.pkg {
			return ""
		}
		return p.Name()
	})
}
