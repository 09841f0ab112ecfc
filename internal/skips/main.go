// Skips reads the events of go test -json. It prints what go test prints without them, a line
// for each package and the output of the tests that failed, and then why tests were skipped:
// every reason, how many tests have it, and one of them.
//
//	go test -json ./... | go run ./internal/skips
//
// It fails if a test failed, if one was skipped without saying why, and if there was none.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	if err := report(os.Stdin, os.Stdout); err != nil {
		log.Fatal("skips: ", err)
	}
}

// An event is a line of go test -json (go doc test2json, go help buildjson).
type event struct {
	Action, Package, Test, Output string
}

// A testID is a test of a package.
type testID struct{ pkg, name string }

func (id testID) String() string { return path.Base(id.pkg) + "." + id.name }

// A summary is what the events have told so far.
type summary struct {
	out     io.Writer
	outputs map[testID]string   // of the tests that have not ended
	skipped map[string][]testID // by reason, "" if there is none
	ended   int                 // tests
	failed  bool
}

// report reads all events. What is no event is the go command's own and printed as it is.
func report(in io.Reader, out io.Writer) error {
	s := summary{out: out, outputs: make(map[testID]string), skipped: make(map[string][]testID)}
	for r := bufio.NewReader(in); ; {
		line, err := r.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			s.add(e)
		} else {
			fmt.Fprintf(out, "%s", line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	s.list()
	return s.verdict()
}

func (s *summary) add(e event) {
	id := testID{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "output":
		s.output(id, e.Output)
	case "pass", "fail", "skip", "build-fail":
		s.failed = s.failed || strings.HasSuffix(e.Action, "fail")
		s.end(id, e.Action)
	}
}

// output keeps the output of a test, and prints that of a package.
func (s *summary) output(id testID, text string) {
	if id.name != "" {
		s.outputs[id] += text
	} else if text != "PASS\n" && text != "FAIL\n" {
		fmt.Fprint(s.out, text)
	}
}

// end is the end of a test, or of a package when id has no name.
func (s *summary) end(id testID, action string) {
	if id.name == "" {
		s.endPackage(id.pkg)
		return
	}
	s.ended++
	switch action {
	case "fail":
		s.print(id)
	case "skip":
		why := reasonIn(s.outputs[id])
		s.skipped[why] = append(s.skipped[why], id)
	}
	delete(s.outputs, id)
}

// endPackage prints the output of the tests that have not ended: those that a panic, or the
// limit of time, has cut off.
func (s *summary) endPackage(pkg string) {
	for _, id := range slices.SortedFunc(maps.Keys(s.outputs), testID.compare) {
		if id.pkg == pkg {
			s.print(id)
		}
	}
}

func (id testID) compare(other testID) int { return cmp.Compare(id.String(), other.String()) }

// print prints the output of a test, without the lines that only -v has.
func (s *summary) print(id testID) {
	for line := range strings.Lines(s.outputs[id]) {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(s.out, line)
		}
	}
	delete(s.outputs, id)
}

// logLine begins what a test logs, the reason why it is skipped last.
var logLine = regexp.MustCompile(`(?m)^ +\S+\.go:\d+: `)

// reasonIn finds the reason in the output of a test that was skipped: the last that was
// logged, up to the result.
func reasonIn(output string) string {
	logs := logLine.FindAllStringIndex(output, -1)
	if logs == nil {
		return ""
	}
	reason, _, _ := strings.Cut(output[logs[len(logs)-1][1]:], "--- SKIP: ")
	return strings.Join(strings.Fields(reason), " ")
}

// list prints the reasons, the commonest first.
func (s *summary) list() {
	reasons := slices.SortedFunc(maps.Keys(s.skipped), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(s.skipped[b]), len(s.skipped[a])), cmp.Compare(a, b))
	})
	n := 0
	for _, ids := range s.skipped {
		n += len(ids)
	}
	fmt.Fprintf(s.out, "skipped: %d of %d tests; reasons: %d\n", n, s.ended, len(reasons))
	for _, reason := range reasons {
		ids := s.skipped[reason]
		fmt.Fprintf(s.out, "%5d  %s (%v)\n", len(ids), cmp.Or(reason, "NO REASON"), ids[0])
	}
}

func (s *summary) verdict() error {
	var errs []error
	if s.failed {
		errs = append(errs, errors.New("tests failed"))
	}
	if ids := s.skipped[""]; ids != nil {
		errs = append(errs, fmt.Errorf("skipped without a reason: %v", ids))
	}
	if s.ended == 0 {
		errs = append(errs, errors.New("no test ran"))
	}
	return errors.Join(errs...)
}
