package main

import (
	"fmt"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A group is the entries under one group line.
type group struct {
	typ     string // Go type, "" if untyped
	table   string // variable of the name table, "" if none
	doc     string
	entries []*entry
}

// An entry is one name of the list.
type entry struct {
	line   int
	name   string
	doc    string
	values map[string]value // by GOOS or one of the words
}

// A value is what the list supplies for a name: another name of x/sys, a number, or
// a string.
type value struct {
	ref  string // "" if a number or a string
	text string // the number or the quoted string as written
	num  int64
	over bool // overrules x/sys
}

// isString reports whether v is a string.
func (v value) isString() bool { return strings.HasPrefix(v.text, `"`) }

// Words in the place of a GOOS, see consts.txt.
const (
	wordElse   = "else"
	wordAbsent = "absent"
	wordStub   = "stub"
)

func (e *entry) errorf(format string, args ...any) error {
	return lineError(e.line, e.name+": "+format, args...)
}

func lineError(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{listName, line}, args...)...)
}

// parse reads a list in the format of consts.txt.
func parse(text string) ([]*group, error) {
	var groups []*group
	names := make(map[string]int)  // name to line
	numbers := make(map[int64]int) // number of an absent thing to line
	line := 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		if rest, ok := strings.CutPrefix(l, "group "); ok {
			g, err := parseGroup(rest, line)
			if err != nil {
				return nil, err
			}
			groups = append(groups, g)
			continue
		}
		if len(groups) == 0 {
			return nil, lineError(line, "name before the first group")
		}
		e, err := parseEntry(l, line)
		if err != nil {
			return nil, err
		}
		if first, ok := names[e.name]; ok {
			return nil, e.errorf("listed in line %d already", first)
		}
		names[e.name] = line
		if v, ok := e.values[wordAbsent]; ok {
			if first, ok := numbers[v.num]; ok {
				return nil, e.errorf("absent=%d is the number of line %d already", v.num, first)
			}
			numbers[v.num] = line
		}
		g := groups[len(groups)-1]
		if e.isString() && (g.typ != "" || g.table != "") {
			return nil, e.errorf("a string in a group of numbers")
		}
		g.entries = append(g.entries, e)
	}
	return groups, nil
}

// isString reports whether e is a string on some system.
func (e *entry) isString() bool {
	for _, v := range e.values {
		if v.isString() {
			return true
		}
	}
	return false
}

// parseGroup reads what follows the word group.
func parseGroup(s string, line int) (*group, error) {
	typ, rest := cutField(s)
	table, doc := cutField(rest)
	if doc == "" {
		return nil, lineError(line, "group line is not: group TYPE TABLE doc")
	}
	g := &group{doc: doc}
	if typ != "-" {
		g.typ = typ
	}
	if table != "-" {
		g.table = table
	}
	return g, nil
}

// parseEntry reads the line of one name.
func parseEntry(s string, line int) (*entry, error) {
	s, values, bar := strings.Cut(s, "|")
	e := &entry{line: line, values: make(map[string]value)}
	e.name, e.doc = cutField(s)
	if !token.IsIdentifier(e.name) || !token.IsExported(e.name) {
		return nil, lineError(line, "%q is no exported Go name", e.name)
	}
	if e.doc == "" {
		return nil, e.errorf("no doc")
	}
	if bar && strings.TrimSpace(values) == "" {
		return nil, e.errorf("nothing follows the bar")
	}
	for f := range strings.FieldsSeq(values) {
		if err := e.parseValue(f); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// parseValue reads one GOOS[,GOOS...]=VALUE[@CITATION].
func (e *entry) parseValue(s string) error {
	keys, rest, ok := strings.Cut(s, "=")
	if !ok {
		return e.errorf("%q is not GOOS=VALUE@CITATION", s)
	}
	text, cite, _ := strings.Cut(rest, "@")
	v, err := e.newValue(text)
	if err != nil {
		return err
	}
	if keys == wordAbsent {
		if v.num >= 0 {
			return e.errorf("%q is no negative number", text)
		}
	} else if v.ref == "" && cite == "" {
		return e.errorf("%q does not cite its header", s)
	}
	for key := range strings.SplitSeq(keys, ",") {
		if !knownKey(key) {
			return e.errorf("unknown GOOS %q", key)
		}
		if _, ok := e.values[key]; ok {
			return e.errorf("two values for %s", key)
		}
		e.values[key] = v
	}
	return nil
}

// newValue returns the value that is written as text.
func (e *entry) newValue(text string) (value, error) {
	text, over := strings.CutPrefix(text, "!")
	v := value{text: text, over: over}
	if v.isString() {
		_, err := strconv.Unquote(text)
		if err != nil {
			err = e.errorf("%s is no quoted string", text)
		}
		return v, err
	}
	var err error
	if v.num, err = strconv.ParseInt(text, 0, 64); err == nil {
		return v, nil
	}
	v.ref = text
	if !token.IsIdentifier(text) {
		return v, e.errorf("%q is neither a number nor a name", text)
	}
	return v, nil
}

// knownKey reports whether s may stand before the equals sign.
func knownKey(s string) bool {
	return s == wordElse || s == wordAbsent || s == wordStub ||
		slices.ContainsFunc(systems, func(sys system) bool { return sys.goos == s })
}

// cutField splits s after its first field.
func cutField(s string) (field, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}
