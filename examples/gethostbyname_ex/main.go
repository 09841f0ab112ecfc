// Command gethostbyname_ex prints all that is known of hosts: their names and addresses. It
// is socket_gethostbyname_ex.py in Go.
//
//	go run ./examples/gethostbyname_ex [HOST...]
package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/bsdsocket/socket"
)

var hosts = []string{"apu", "pymotw.com", "www.python.org", "nosuchname"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		hosts = flag.Args()
	}
	for _, host := range hosts {
		fmt.Println(host)
		name, aliases, addresses, err := socket.GetHostByNameEx(host)
		if err != nil {
			fmt.Println("ERROR:", err)
		} else {
			fmt.Println("  Hostname:", name)
			fmt.Println("  Aliases :", list(aliases))
			fmt.Println(" Addresses:", list(addresses))
		}
		fmt.Println()
	}
}

// list is a list as Python prints it.
func list(items []string) string {
	if len(items) == 0 {
		return "[]"
	}
	return "['" + strings.Join(items, "', '") + "']"
}
