package main

import (
	"fmt"
	"go/constant"
	"go/types"

	"github.com/bsdsocket/socket/internal/goapi"
)

// consts is the integer constants of one build of a package.
type consts map[string]int64

// sysConsts knows the constants of x/sys.
type sysConsts interface {
	// load returns the constants of each build of s.
	load(s system) ([]consts, error)
}

// A loader reads constants from the sources of x/sys, in the version that go.mod requires.
type loader struct{ *goapi.Loader }

func newLoader() (loader, error) {
	l, err := goapi.NewLoader(".")
	return loader{l}, err
}

func (l loader) load(s system) ([]consts, error) {
	var builds []consts
	for _, b := range s.builds {
		c, err := l.loadBuild(s.pkg, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b, err)
		}
		builds = append(builds, c)
	}
	return builds, nil
}

// loadBuild returns the constants of package pkg of x/sys for one goos/goarch.
func (l loader) loadBuild(pkg, goosGoarch string) (consts, error) {
	p, err := l.Load("golang.org/x/sys/"+pkg, goosGoarch)
	if err != nil {
		return nil, err
	}
	return integers(p.Scope()), nil
}

// integers returns the integer constants of a package.
func integers(scope *types.Scope) consts {
	values := make(consts)
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() != constant.Int {
			continue
		}
		if v, exact := constant.Int64Val(c.Val()); exact {
			values[name] = v
		}
	}
	return values
}
