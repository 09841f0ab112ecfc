package main

import (
	"fmt"
	"slices"
	"strings"
)

// A row is one line of the table.
type row struct {
	line    int
	scope   string
	python  string
	names   []string // ours, none if there is no counterpart
	planned bool     // names are not there yet
	remark  string
}

// The scopes of names.
const (
	scopeModule   = "module"
	scopeSocket   = "socket"
	scopeConstant = "constant"
)

func (r *row) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s: %w", tableName, r.line, r.python, fmt.Errorf(format, args...))
}

// parse reads a table in the format of parity.tsv.
func parse(text string) ([]row, error) {
	var rows []row
	lines := make(map[string]int)
	line := 0
	for l := range strings.Lines(text) {
		line++
		l = strings.TrimRight(l, "\r\n")
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		r, err := parseRow(l, line)
		if err != nil {
			return nil, err
		}
		key := r.scope + " " + r.python
		if first, ok := lines[key]; ok {
			return nil, r.errorf("is in line %d already", first)
		}
		lines[key] = line
		rows = append(rows, r)
	}
	return rows, nil
}

func parseRow(text string, line int) (row, error) {
	columns := strings.Split(text, "\t")
	r := row{line: line, python: text}
	if len(columns) != 3 && len(columns) != 4 || slices.Contains(columns, "") {
		return r, r.errorf("the line does not have 3 or 4 columns")
	}
	r.scope, r.python = columns[0], columns[1]
	if len(columns) == 4 {
		r.remark = columns[3]
	}
	if !slices.Contains([]string{scopeModule, scopeSocket, scopeConstant}, r.scope) {
		return r, r.errorf("unknown scope %q", r.scope)
	}
	names, planned := strings.CutPrefix(columns[2], "planned ")
	switch names {
	case "-":
		if r.remark == "" {
			return r, r.errorf("has no counterpart, and no reason for it")
		}
	case "=":
		r.names = []string{r.python}
	default:
		r.names, r.planned = strings.Split(names, ", "), planned
	}
	return r, nil
}
