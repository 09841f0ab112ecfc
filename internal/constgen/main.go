// Constgen writes zconst_<goos>.go, the constants of package socket, and zconst_stub.go
// for the systems where it builds and has no sockets.
//
// The names are those of consts.txt, the values those of golang.org/x/sys, to
// which the files refer: they are not copied, because they differ by GOARCH.
// What x/sys lacks on a GOOS is in consts.txt too, and constgen fails as soon
// as x/sys contradicts it or makes it superfluous.
//
// Portable code cannot use a constant that some system lacks. It writes opt before the
// name, as in optSO_REUSEPORT, and constgen, which reads the sources of package socket,
// declares that on every system: as the constant, or as optAbsent.
//
// It is run by go generate, in the directory of package socket.
package main

import (
	_ "embed"
	"log"
	"os"
)

// list is the text of consts.txt, and listName its name in messages.
//
//go:embed consts.txt
var list string

const listName = "internal/constgen/consts.txt"

// A system is one GOOS that has a file, and the builds that the file is for.
type system struct {
	goos   string
	pkg    string   // its package in x/sys
	builds []string // goos/goarch
}

// systems has all the builds that package socket supports. Android, ios and
// illumos use the file of linux, darwin and solaris, as Go's build tags say.
var systems = []system{
	{"linux", "unix", []string{
		"linux/amd64", "linux/386", "linux/arm", "linux/arm64", "linux/loong64",
		"linux/mips", "linux/mipsle", "linux/mips64", "linux/mips64le",
		"linux/ppc64", "linux/ppc64le", "linux/riscv64", "linux/s390x",
	}},
	{"darwin", "unix", []string{"darwin/amd64", "darwin/arm64"}},
	{"freebsd", "unix", []string{
		"freebsd/amd64", "freebsd/386", "freebsd/arm", "freebsd/arm64", "freebsd/riscv64",
	}},
	{"netbsd", "unix", []string{"netbsd/amd64", "netbsd/386", "netbsd/arm", "netbsd/arm64"}},
	{"openbsd", "unix", []string{
		"openbsd/amd64", "openbsd/386", "openbsd/arm", "openbsd/arm64",
		"openbsd/ppc64", "openbsd/riscv64",
	}},
	{"dragonfly", "unix", []string{"dragonfly/amd64"}},
	{"solaris", "unix", []string{"solaris/amd64", "illumos/amd64"}},
	{"windows", "windows", []string{"windows/amd64", "windows/386", "windows/arm64"}},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("constgen: ")
	sys, err := newLoader()
	if err != nil {
		log.Fatal(err)
	}
	twins, err := findTwins(".")
	if err != nil {
		log.Fatal(err)
	}
	files, err := generate(list, sys, twins)
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// generate returns the files of all systems by name. The list is in the
// format of consts.txt.
func generate(list string, sys sysConsts, twins []twin) (map[string][]byte, error) {
	groups, err := parse(list)
	if err != nil {
		return nil, err
	}
	if err := checkTwins(twins, groups); err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	bySystem := make(map[string][]resolvedGroup)
	for _, s := range systems {
		builds, err := sys.load(s)
		if err != nil {
			return nil, err
		}
		resolved, err := resolve(groups, s, builds)
		if err != nil {
			return nil, err
		}
		bySystem[s.goos] = resolved
		files["zconst_"+s.goos+".go"], err = emit(s.head(), resolved, twins)
		if err != nil {
			return nil, err
		}
	}
	common := commonGroups(bySystem)
	for _, s := range stubSystems {
		files["zconst_"+s.name+".go"], err = emit(s.head(), s.resolve(common), twins)
		if err != nil {
			return nil, err
		}
	}
	return files, checkDeclared(groups, bySystem)
}

// checkDeclared refuses a name that no system has, which is a slip of the pen.
func checkDeclared(groups []*group, bySystem map[string][]resolvedGroup) error {
	count := countDeclared(bySystem)
	for _, g := range groups {
		for _, e := range g.entries {
			if count[e] == 0 {
				return e.errorf("no system has it")
			}
		}
	}
	return nil
}

// countDeclared returns how many systems declare each entry.
func countDeclared(bySystem map[string][]resolvedGroup) map[*entry]int {
	count := make(map[*entry]int)
	for _, groups := range bySystem {
		for _, g := range groups {
			for _, d := range g.decls {
				count[d.entry]++
			}
		}
	}
	return count
}
