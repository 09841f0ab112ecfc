// Command getfqdn prints the full names of hosts. It is socket_getfqdn.py in Go.
//
//	go run ./examples/getfqdn [HOST...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var hosts = []string{"apu", "pymotw.com"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		hosts = flag.Args()
	}
	for _, host := range hosts {
		fmt.Printf("%10s : %s\n", host, socket.GetFQDN(host))
	}
}
