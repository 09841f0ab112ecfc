// Parity writes the table of PORTING.md: what became of each public name of Python's
// module socket. It is parity.tsv, with the systems that have each constant.
//
// It is run by go generate, in the directory of package socket.
package main

import (
	_ "embed"
	"go/constant"
	"go/types"
	"log"
	"os"

	"github.com/bsdsocket/socket/internal/goapi"
)

// table is the text of parity.tsv, and tableName its name in messages.
//
//go:embed parity.tsv
var table string

const tableName = "internal/parity/parity.tsv"

const (
	importPath = "github.com/bsdsocket/socket"
	guide      = "PORTING.md"
)

// A system is a GOOS that has constants of its own.
type system struct{ goos, name, build string }

// systems is in the order in which readers find theirs.
var systems = []system{
	{"linux", "Linux", "linux/amd64"},
	{"darwin", "macOS", "darwin/arm64"},
	{"freebsd", "FreeBSD", "freebsd/amd64"},
	{"netbsd", "NetBSD", "netbsd/amd64"},
	{"openbsd", "OpenBSD", "openbsd/amd64"},
	{"dragonfly", "DragonFly", "dragonfly/amd64"},
	{"solaris", "Solaris", "solaris/amd64"},
	{"windows", "Windows", "windows/amd64"},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("parity: ")
	text, err := os.ReadFile(guide)
	if err != nil {
		log.Fatal(err)
	}
	loader, err := goapi.NewLoader(".")
	if err != nil {
		log.Fatal(err)
	}
	pkgs, err := loadAll(loader)
	if err != nil {
		log.Fatal(err)
	}
	text, err = generate(text, pkgs)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(guide, text, 0o644); err != nil {
		log.Fatal(err)
	}
}

// generate returns the guide with a new table in it.
func generate(guide []byte, pkgs map[string]*types.Package) ([]byte, error) {
	rows, err := parse(table)
	if err != nil {
		return nil, err
	}
	return insert(guide, render(rows, pkgs))
}

// loadAll loads package socket as each system sees it, by GOOS.
func loadAll(loader *goapi.Loader) (map[string]*types.Package, error) {
	pkgs := make(map[string]*types.Package)
	for _, s := range systems {
		var err error
		if pkgs[s.goos], err = loader.Load(importPath, s.build); err != nil {
			return nil, err
		}
	}
	return pkgs, nil
}

// lookupConst returns a constant of package socket if the system has the thing: an address
// family that it lacks has a name and a negative value.
func lookupConst(pkg *types.Package, name string) (constant.Value, bool) {
	c, ok := pkg.Scope().Lookup(name).(*types.Const)
	if !ok {
		return nil, false
	}
	family := pkg.Scope().Lookup("Family")
	absent := types.Identical(c.Type(), family.Type()) && constant.Sign(c.Val()) < 0
	return c.Val(), !absent
}
