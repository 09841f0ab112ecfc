//go:build unix && !aix

package socket_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
)

// This file has what compares functions without a socket to Python's: many calls go to
// one Python, and each comes back with what it returned or raised.

// A pyCall is one call of a function of Python's module socket, or of "idna", the codec.
// An argument is a string, a number, nil, a tuple of these, or a pyBytes.
type pyCall struct {
	Func string `json:"f"`
	Args []any  `json:"a"`
}

func call(name string, args ...any) pyCall { return pyCall{name, append([]any{}, args...)} }

// String returns the call as a Go programmer reads it.
func (c pyCall) String() string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(c.Args)
	return c.Func + strings.TrimSpace(b.String())
}

// pyBytes are bytes in Python, which for a host are not looked at before the C library
// sees them.
type pyBytes string

// MarshalJSON writes bytes in a form that no string has.
func (b pyBytes) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"b": hex.EncodeToString([]byte(b))})
}

// A pyAnswer is how a call ended: with a result, in JSON, or with an exception.
type pyAnswer struct {
	Result string
	outcome
}

// pythonServer answers calls, one in a line, until there are no more.
const pythonServer = `
import json, socket as m, sys

if sys.version_info < (3, 10):  # getfqdn("::")
    sys.exit(77)

def argument(a):
    if type(a) is list:
        return tuple(a)
    return bytes.fromhex(a["b"]) if type(a) is dict else a

def idna(name):
    return name.encode("idna").decode("ascii")

def result(v):
    if type(v) in (tuple, list):
        return [result(e) for e in v]
    if type(v) is bytes:
        return {"b": v.hex()}
    return int(v) if isinstance(v, int) else v

def ended(call):
    try:
        return {"Value": result((idna if call["f"] == "idna" else getattr(m, call["f"]))(*[argument(a) for a in call["a"]]))}
    except (m.gaierror, m.herror) as e:
        return {"Kind": type(e).__name__, "Number": e.errno}
    except OSError as e:
        # Without a number it is raised by the module itself, for an argument.
        return {"Kind": "OSError" if e.errno else "argument", "Number": e.errno or 0}
    except (OverflowError, ValueError, TypeError):
        return {"Kind": "argument"}

for line in sys.stdin:
    print(json.dumps(ended(json.loads(line))))
`

// askPython has Python make the calls, in this order.
func askPython(t testing.TB, calls []pyCall) []pyAnswer {
	t.Helper()
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, c := range calls {
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), python(t), "-c", pythonServer)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if exit.ExitCode() == 77 {
			t.Skip("the Python here is older than 3.10")
		}
		t.Fatalf("Python: %v\n%s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]pyAnswer, len(calls))
	dec := json.NewDecoder(bytes.NewReader(out))
	for i := range answers {
		var a struct {
			Value  any
			Kind   string
			Number int
		}
		if err := dec.Decode(&a); err != nil {
			t.Fatalf("%v: %v", calls[i], err)
		}
		answers[i] = answerOf(t, a.Value, nil)
		if a.Kind != "" {
			answers[i] = pyAnswer{outcome: outcome{a.Kind, a.Number}}
		}
	}
	return answers
}

// answerOf is the answer that a call of ours gives. The result is in the form that
// Python's has: a tuple is a []any.
func answerOf(t testing.TB, result any, err error) pyAnswer {
	t.Helper()
	if err != nil {
		return pyAnswer{outcome: outcomeOfLookup(err)}
	}
	if b, ok := result.([]byte); ok {
		result = pyBytes(b)
	}
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return pyAnswer{Result: string(text)}
}

// outcomeOfLookup is outcomeOf for what has no socket.
func outcomeOfLookup(err error) outcome {
	if e, ok := errors.AsType[*socket.HostError](err); ok {
		return outcome{"herror", int(e.Code)}
	}
	got := outcomeOf(err)
	if got.Kind == "OSError" && got.Number == 0 {
		got.Kind = "argument"
	}
	return got
}

// A comparison is a call of Python's and how ours to the same end ended.
type comparison struct {
	call pyCall
	ours pyAnswer
}

// A deviation is where this package means to do otherwise than the C library, and why.
type deviation struct {
	why string
	is  func(c pyCall, ours, theirs pyAnswer) bool
}

// compare makes the calls in Python and reports those that end otherwise than ours, but
// for deviations, each of which must occur. It fails as well if there are fewer than
// atLeast: a table that is empty compares nothing.
func compare(t *testing.T, atLeast int, cases []comparison, deviations ...deviation) {
	t.Helper()
	if len(cases) < atLeast {
		t.Fatalf("%d cases, want %d at least", len(cases), atLeast)
	}
	calls := make([]pyCall, len(cases))
	for i, c := range cases {
		calls[i] = c.call
	}
	differ, meant := 0, make([]int, len(deviations))
	for i, theirs := range askPython(t, calls) {
		ours := cases[i].ours
		if ours == theirs {
			continue
		}
		d := slices.IndexFunc(deviations, func(d deviation) bool { return d.is(calls[i], ours, theirs) })
		if d >= 0 {
			meant[d]++
		} else if differ++; differ <= 40 {
			t.Errorf("%v:\n     got %v\nin Python %v", calls[i], ours, theirs)
		}
	}
	for i, n := range meant {
		if n == 0 {
			t.Errorf("not a single case where %s", deviations[i].why)
		}
	}
	t.Logf("%d cases; %d differ, %v are meant to", len(cases), differ, meant)
}

// String returns the result or the exception.
func (a pyAnswer) String() string {
	if a.Kind != "" {
		return a.Kind + " " + string(must(json.Marshal(a.Number)))
	}
	return a.Result
}
