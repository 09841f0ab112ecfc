// Command gethostbyaddr prints the names that addresses have. It is
// socket_gethostbyaddr.py in Go.
//
//	go run ./examples/gethostbyaddr [ADDRESS...]
package main

import (
	"flag"
	"fmt"
	"strings"

	"github.com/bsdsocket/socket"
)

var hosts = []string{"10.9.0.10"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		hosts = flag.Args()
	}
	for _, host := range hosts {
		hostname, aliases, addresses, err := socket.GetHostByAddr(host)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println("Hostname :", hostname)
		fmt.Println("Aliases  :", list(aliases))
		fmt.Println("Addresses:", list(addresses))
	}
}

// list is a list as Python prints it.
func list(items []string) string {
	if len(items) == 0 {
		return "[]"
	}
	return "['" + strings.Join(items, "', '") + "']"
}
