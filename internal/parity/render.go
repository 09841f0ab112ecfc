package main

import (
	"bytes"
	"fmt"
	"go/types"
	"strings"
)

// The generated part of the guide is between these two lines.
const (
	begin = "<!-- What follows is made by go generate. -->\n"
	end   = "<!-- What go generate made ends here. -->\n"
)

// insert replaces the generated part of the guide.
func insert(guide, generated []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(guide, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return nil, fmt.Errorf("the guide has no lines %q and %q", begin, end)
	}
	return bytes.Join([][]byte{before, []byte(begin), generated, []byte(end), after}, nil), nil
}

// render returns the tables as Markdown.
func render(rows []row, pkgs map[string]*types.Package) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "\n### Names of the module\n\n", head)
	for _, r := range rows {
		if r.scope == scopeModule {
			renderRow(&b, r.python, r, r.remarks())
		}
	}
	fmt.Fprint(&b, "\n### Methods and attributes of a socket\n\n", head)
	for _, r := range rows {
		if r.scope == scopeSocket {
			renderRow(&b, "s."+r.python, r, r.remarks())
		}
	}
	renderConstants(&b, rows, pkgs)
	return b.Bytes()
}

const head = "| Python | Go | remarks |\n|---|---|---|\n"

// renderConstants writes the constants: those without a counterpart, and, folded, the
// others with the systems that have them.
func renderConstants(b *bytes.Buffer, rows []row, pkgs map[string]*types.Package) {
	fmt.Fprint(b, "\n### Constants without a counterpart\n\n", head)
	have := 0
	for _, r := range rows {
		switch {
		case r.scope != scopeConstant:
		case len(r.names) > 0:
			have++
		default:
			renderRow(b, r.python, r, r.remarks())
		}
	}
	fmt.Fprintf(b, "\n### The other constants\n\n<details>\n<summary>%d constants, and the systems that have them</summary>\n\n", have)
	fmt.Fprint(b, head)
	for _, r := range rows {
		if r.scope == scopeConstant && len(r.names) > 0 {
			renderRow(b, r.python, r, append([]string{haveIt(r.names[0], pkgs)}, r.remarks()...))
		}
	}
	fmt.Fprint(b, "\n</details>\n")
}

func renderRow(b *bytes.Buffer, python string, r row, remarks []string) {
	var names []string
	for _, name := range r.names {
		if method, ok := strings.CutPrefix(name, "Socket."); ok {
			name = "s." + method
		}
		names = append(names, "`"+name+"`")
	}
	fmt.Fprintf(b, "| `%s` | %s | %s |\n", python, strings.Join(names, ", "), strings.Join(remarks, "; "))
}

// remarks returns what is to be said of a row.
func (r row) remarks() []string {
	var remarks []string
	if r.planned {
		remarks = append(remarks, "planned")
	}
	if r.remark != "" {
		remarks = append(remarks, r.remark)
	}
	return remarks
}

// haveIt returns the systems that have a constant.
func haveIt(name string, pkgs map[string]*types.Package) string {
	var names []string
	for _, s := range systems {
		if _, ok := lookupConst(pkgs[s.goos], name); ok {
			names = append(names, s.name)
		}
	}
	switch len(names) {
	case 0:
		return "none of them" // an address family: it has its name everywhere
	case len(systems):
		return "everywhere"
	}
	return strings.Join(names, ", ")
}
