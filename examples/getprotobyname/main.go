// Command getprotobyname prints the numbers of protocols and the constants that have them.
// It is socket_getprotobyname.py in Go.
//
//	go run ./examples/getprotobyname [NAME...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var names = []string{"icmp", "udp", "tcp"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		names = flag.Args()
	}
	for _, name := range names {
		number, err := socket.GetProtoByName(name)
		if err != nil {
			fmt.Printf("%4s -> %v\n", name, err)
			continue
		}
		constant := socket.ProtocolName(number)
		fmt.Printf("%4s -> %2d (socket.%-12s = %2d)\n", name, number, constant, number)
	}
}
