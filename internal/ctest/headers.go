package ctest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"go/constant"
	"go/types"
	"strings"
	"testing"

	"github.com/bsdsocket/socket/internal/goapi"
)

// Headers are what the C headers of another system say: golang.org/x/sys has constants and
// structs that cgo has translated on a machine of each (unix/ztypes_*.go).
type Headers struct {
	Build string // of Go: "freebsd/386"
	pkg   *types.Package
}

// EachHeaders runs a test for some builds, which are the keys of a map; the values are the
// names of their layouts.
func EachHeaders(t *testing.T, builds map[string]string, test func(t *testing.T, h *Headers, name string)) {
	if testing.Short() {
		t.Skip("it takes seconds, and no other machine has another outcome")
	}
	t.Setenv("GOPROXY", "off")
	loader, err := goapi.NewLoader(".")
	if err != nil {
		t.Skip("no module cache:", err)
	}
	for build, name := range builds {
		t.Run(build, func(t *testing.T) {
			pkg, err := loader.Load("golang.org/x/sys/unix", build)
			if err != nil {
				t.Fatal(err)
			}
			test(t, &Headers{build, pkg}, name)
		})
	}
}

// Has reports whether there is a constant or a struct.
func (h *Headers) Has(name string) bool { return h.pkg.Scope().Lookup(name) != nil }

// Int returns the value of a constant.
func (h *Headers) Int(t testing.TB, name string) int {
	t.Helper()
	c, ok := h.pkg.Scope().Lookup(name).(*types.Const)
	if !ok {
		t.Fatal(h.Build, "has no constant", name)
	}
	n, _ := constant.Int64Val(c.Val())
	return int(n)
}

// Struct returns a struct.
func (h *Headers) Struct(t testing.TB, name string) *Struct {
	t.Helper()
	s, err := structOf(h.pkg, h.Build, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A Struct is a struct as a machine lays it out.
type Struct struct {
	Name   string
	Size   int
	Fields map[string]Field
}

// A Field is where a field of a struct lies, in bytes.
type Field struct{ Offset, Size int }

func structOf(pkg *types.Package, build, name string) (*Struct, error) {
	obj := pkg.Scope().Lookup(name)
	if obj == nil {
		return nil, fmt.Errorf("%s has no %s", build, name)
	}
	t, ok := obj.Type().Underlying().(*types.Struct)
	if !ok {
		return nil, fmt.Errorf("%s is no struct", name)
	}
	var vars []*types.Var
	for v := range t.Fields() {
		vars = append(vars, v)
	}
	_, goarch, _ := strings.Cut(build, "/")
	sizes := types.SizesFor("gc", goarch)
	s := &Struct{name, int(sizes.Sizeof(t)), make(map[string]Field)}
	for i, offset := range sizes.Offsetsof(vars) {
		s.Fields[vars[i].Name()] = Field{int(offset), int(sizes.Sizeof(vars[i].Type()))}
	}
	return s, nil
}

// Put writes values into the bytes of the struct: numbers, as int, and the bytes of strings.
func (s *Struct) Put(b []byte, bigEndian bool, values map[string]any) error {
	if len(b) < s.Size {
		return fmt.Errorf("%d bytes for %s, which has %d", len(b), s.Name, s.Size)
	}
	var errs []error
	for name, v := range values {
		f, ok := s.Fields[name]
		if !ok {
			errs = append(errs, fmt.Errorf("%s has no %s", s.Name, name))
			continue
		}
		copy(b[f.Offset:f.Offset+f.Size], f.bytes(bigEndian, v))
	}
	return errors.Join(errs...)
}

// Compare tells how the bytes of the struct differ from values as Put takes them.
func (s *Struct) Compare(b []byte, bigEndian bool, values map[string]any) error {
	want := bytes.Clone(b)
	if err := s.Put(want, bigEndian, values); err != nil {
		return err
	}
	if !bytes.Equal(b, want) {
		return fmt.Errorf("%s is %x, want %x", s.Name, b, want)
	}
	return nil
}

func (f Field) bytes(bigEndian bool, v any) []byte {
	n, isInt := v.(int)
	switch {
	case !isInt:
		return []byte(v.(string))
	case bigEndian:
		return binary.BigEndian.AppendUint64(nil, uint64(n))[8-f.Size:]
	}
	return binary.LittleEndian.AppendUint64(nil, uint64(n))[:f.Size]
}
