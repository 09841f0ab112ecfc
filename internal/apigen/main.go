// Apigen writes api/<goos>.txt, the exported API of package socket on each system: one
// line for each exported thing, as in the listings of Go's own API. A change of the API
// shows in them.
//
// It is run by go generate, in the directory of package socket.
package main

import (
	"go/types"
	"log"
	"os"
	"path/filepath"

	"github.com/bsdsocket/socket/internal/goapi"
)

// systems has a build for each GOOS that has a file. The exported API does not depend on
// GOARCH.
var systems = map[string]string{
	"darwin":    "darwin/arm64",
	"dragonfly": "dragonfly/amd64",
	"freebsd":   "freebsd/amd64",
	"linux":     "linux/amd64",
	"netbsd":    "netbsd/amd64",
	"openbsd":   "openbsd/amd64",
	"solaris":   "solaris/amd64",
	"windows":   "windows/amd64",
}

const (
	importPath = "github.com/bsdsocket/socket"
	outDir     = "api"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("apigen: ")
	pkgs, err := load(".")
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range generate(pkgs) {
		if err := os.WriteFile(filepath.Join(outDir, name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// load returns the package as each system sees it, by GOOS. The module is that of
// directory dir.
func load(dir string) (map[string]*types.Package, error) {
	loader, err := goapi.NewLoader(dir)
	if err != nil {
		return nil, err
	}
	pkgs := make(map[string]*types.Package)
	for goos, build := range systems {
		if pkgs[goos], err = loader.Load(importPath, build); err != nil {
			return nil, err
		}
	}
	return pkgs, nil
}

// generate returns the files by name.
func generate(pkgs map[string]*types.Package) map[string][]byte {
	files := make(map[string][]byte)
	for goos, pkg := range pkgs {
		files[goos+".txt"] = list(pkg)
	}
	return files
}
