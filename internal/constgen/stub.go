package main

import (
	"fmt"
	"strconv"
)

// A stub is a file of constants for systems on which package socket builds but makes no
// sockets. It has the names that all other systems have, so that what compiles on each
// of them compiles here too, with the numbers of Linux, which no call will ever see. Error
// numbers do meet those of other packages, so they are the system's own where it has any.
type stub struct {
	name    string
	tag     string // build constraint, "" if the name is one
	syscall string // the package that has type Errno
	errnos  bool   // and that has its values
}

var stubSystems = []stub{
	{"stub", "aix || js || wasip1", "syscall", true},
	{"plan9", "", "github.com/bsdsocket/socket/internal/syscall", false},
}

// errnoType is the type of the group of error numbers.
const errnoType = "syscall.Errno"

// head is what the file of s begins with.
func (s stub) head() string {
	tag := ""
	if s.tag != "" {
		tag = fmt.Sprintf("//go:build %s\n\n", s.tag)
	}
	return fmt.Sprintf("%spackage socket\n\nimport %q\n", tag, s.syscall)
}

// commonGroups returns the entries that all systems declare. One that some system lacks
// is absent, as long as it has a number for that, and left out otherwise.
func commonGroups(bySystem map[string][]resolvedGroup) []resolvedGroup {
	count := countDeclared(bySystem)
	var common []resolvedGroup
	for _, g := range bySystem[model] {
		c := resolvedGroup{group: g.group}
		for _, d := range g.decls {
			if count[d.entry] < len(bySystem) {
				continue
			}
			if v, ok := d.values[wordAbsent]; ok {
				d = decl{entry: d.entry, expr: v.text, num: v.num, absent: true}
			} else if v, ok := d.values[model]; !ok || !v.isString() {
				d.expr = strconv.FormatInt(d.num, 10)
			}
			c.decls = append(c.decls, d)
		}
		common = append(common, c)
	}
	return common
}

// model is the GOOS whose numbers a stub has.
const model = "linux"

// resolve gives the entries of common the values that they have on s.
func (s stub) resolve(common []resolvedGroup) []resolvedGroup {
	if !s.errnos {
		return common
	}
	var resolved []resolvedGroup
	for _, g := range common {
		r := resolvedGroup{group: g.group}
		for _, d := range g.decls {
			v, ok := d.values[wordStub]
			switch {
			case ok && v.ref != "":
				d.expr = s.syscall + "." + v.ref
			case ok:
				d.expr = v.text
			case g.typ == errnoType:
				d.expr = s.syscall + "." + d.name
			}
			r.decls = append(r.decls, d)
		}
		resolved = append(resolved, r)
	}
	return resolved
}
