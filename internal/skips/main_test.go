package main

import (
	"strings"
	"testing"
)

// eventsOf is what go test -json prints of a package p, in short: each line is an action, the
// name of the test, if it is one's, and the output.
func eventsOf(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		action, rest, _ := strings.Cut(line, " ")
		test, output, _ := strings.Cut(rest, " ")
		b.WriteString(`{"Action":"` + action + `","Package":"m/p","Test":"` + test + `","Output":"` + output + `"}` + "\n")
	}
	return b.String()
}

func TestReport(t *testing.T) {
	for name, test := range map[string]struct{ in, out, err string }{
		"passed": {
			eventsOf(`start`, `run A`, `output A === RUN   A\n`, `output A     a_test.go:1: a log\n`, `output A --- PASS: A (0.00s)\n`, `pass A`,
				`output  PASS\n`, `output  ok  \tm/p\t0.1s\n`, `pass `),
			"ok  \tm/p\t0.1s\nskipped: 0 of 1 tests; reasons: 0\n", "",
		},
		"failed": {
			eventsOf(`run A`, `output A === RUN   A\n`, `run A/b`, `output A/b     a_test.go:1: bro`, `output A/b ken\n`, `output A/b --- FAIL: A/b (0.00s)\n`,
				`fail A/b`, `output A --- FAIL: A (0.00s)\n`, `fail A`, `output  FAIL\n`, `output  FAIL\tm/p\t0.1s\n`, `fail `),
			"    a_test.go:1: broken\n--- FAIL: A/b (0.00s)\n--- FAIL: A (0.00s)\nFAIL\tm/p\t0.1s\nskipped: 0 of 2 tests; reasons: 0\n",
			"tests failed",
		},
		"skipped": {
			eventsOf(`output A     a_test.go:1: first\n`, `output A     a_test.go:2: no luck:  on\n`, `output A         two lines\n`, `output A --- SKIP: A (0.00s)\n`, `skip A`,
				`output B     b_test.go:9: full moon\n`, `output B --- SKIP: B (0.00s)\n`, `skip B`,
				`output C     --- SKIP: C (0.00s)\n`, `output C         c_test.go:5: full moon\n`, `skip C`, `pass `),
			"skipped: 3 of 3 tests; reasons: 2\n    2  full moon (p.B)\n    1  no luck: on two lines (p.A)\n", "",
		},
		"skipped in silence": {
			eventsOf(`output A --- SKIP: A (0.00s)\n`, `skip A`, `pass B`),
			"skipped: 1 of 2 tests; reasons: 1\n    1  NO REASON (p.A)\n", "skipped without a reason: [p.A]",
		},
		"cut off": {
			eventsOf(`run A`, `output A === RUN   A\n`, `output A panic: oh\n`, `pass B`, `output  FAIL\tm/p\t0.1s\n`, `fail `),
			"FAIL\tm/p\t0.1s\npanic: oh\nskipped: 0 of 1 tests; reasons: 0\n", "tests failed",
		},
		"not built": {
			"# m/p\n" + `{"ImportPath":"m/p","Action":"build-output","Output":"a.go:1: syntax error\n"}` + "\n" +
				`{"ImportPath":"m/p","Action":"build-fail"}` + "\n",
			"# m/p\na.go:1: syntax error\nskipped: 0 of 0 tests; reasons: 0\n", "tests failed\nno test ran",
		},
		"nothing":        {"", "skipped: 0 of 0 tests; reasons: 0\n", "no test ran"},
		"no newline":     {"go: no such package", "go: no such packageskipped: 0 of 0 tests; reasons: 0\n", "no test ran"},
		"no tests there": {eventsOf(`output  ?   \tm/p\t[no test files]\n`, `skip `, `pass A`), "?   \tm/p\t[no test files]\nskipped: 0 of 1 tests; reasons: 0\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			var text string
			if err := report(strings.NewReader(test.in), &out); err != nil {
				text = err.Error()
			}
			if out.String() != test.out || text != test.err {
				t.Errorf("printed\n%s\nwant\n%s\nerror %q, want %q", out.String(), test.out, text, test.err)
			}
		})
	}
}

// Two packages that are tested at the same time are not mixed up.
func TestReportPackages(t *testing.T) {
	in := eventsOf(`output A     a_test.go:1: why\n`) + `{"Action":"pass","Package":"m/q"}` + "\n" + eventsOf(`skip A`)
	var out strings.Builder
	if err := report(strings.NewReader(in), &out); err != nil || !strings.Contains(out.String(), "1  why (p.A)\n") {
		t.Errorf("printed\n%s\nerror %v", out.String(), err)
	}
}
