// Command tour shows what the package can do: echo servers over TCP, UDP and Unix
// domain sockets, timeouts, errors, contexts, and the packages of the standard library
// on its sockets. All of it happens in one process, over loopback.
//
//	go run ./examples/tour
//
// What it prints is the same each time and on every system; a section about something that
// this one lacks says so in a line. Lines that start with # explain; the others are
// results. It ends with status 1 at the first result that is not what it should be.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"time"

	"github.com/bsdsocket/socket"
)

var sections = []struct {
	title string
	run   func() error
}{
	{"TCP over IPv4", tcp4},
	{"TCP over IPv6", tcp6},
	{"UDP", udp},
	{"Unix domain", unix},
	{"Timeouts", timeouts},
	{"Non-blocking mode", nonBlocking},
	{"Contexts", contexts},
	{"Connection refused", refused},
	{"A name that cannot be resolved", notResolved},
	{"Bad arguments", badArguments},
	{"Closed sockets", closed},
	{"Lines with bufio", lines},
	{"HTTP over a Unix domain socket", httpOverUnix},
}

// notHere is why a section does not run on this machine.
type notHere string

func (why notHere) Error() string { return string(why) }

func main() {
	log.SetFlags(0)
	flag.Parse()
	socket.SetDefaultTimeout(10 * time.Second) // whatever goes wrong, nothing hangs
	for _, section := range sections {
		fmt.Printf("== %s\n", section.title)
		err := section.run()
		var why notHere
		switch {
		case errors.As(err, &why):
			fmt.Println("skipped:", why)
		case err != nil:
			log.Fatalf("%s: %v", section.title, err)
		}
		fmt.Println()
	}
	fmt.Println("The end: all is well.")
}

// expect prints what failed and why, which must be the error that errors.Is finds under the
// given name. It takes the words of that one: those of err are the system's own, and
// have the address too.
func expect(err, want error, name string) error {
	e, ok := errors.AsType[*socket.Error](err)
	if !ok || !errors.Is(err, want) {
		return unexpected(err, name)
	}
	fmt.Printf("%s: %v\n", e.Op, want)
	fmt.Printf("errors.Is(err, %s): true\n", name)
	return nil
}

// unexpected is the error of an error, or of none, in the place of another one.
func unexpected(err error, want string) error {
	return errors.New("got " + fmt.Sprint(err) + ", want " + want)
}
