// Command gethostbyname prints the addresses of hosts. It is socket_gethostbyname.py in
// Go.
//
//	go run ./examples/gethostbyname [HOST...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var hosts = []string{"apu", "pymotw.com", "www.python.org", "nosuchname"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		hosts = flag.Args()
	}
	for _, host := range hosts {
		address, err := socket.GetHostByName(host)
		if err != nil {
			fmt.Printf("%s : %v\n", host, err)
			continue
		}
		fmt.Printf("%s : %s\n", host, address)
	}
}
