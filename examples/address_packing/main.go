// Command address_packing converts IPv4 addresses to four bytes and back. It is
// socket_address_packing.py in Go.
//
//	go run ./examples/address_packing [ADDRESS...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var addresses = []string{"192.168.1.1", "127.0.0.1"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		addresses = flag.Args()
	}
	for _, address := range addresses {
		if err := run(address); err != nil {
			fmt.Println(err)
		}
		fmt.Println()
	}
}

func run(address string) error {
	packed, err := socket.InetAton(address)
	if err != nil {
		return err
	}
	unpacked, err := socket.InetNtoa(packed)
	if err != nil {
		return err
	}
	fmt.Println("Original:", address)
	fmt.Printf("Packed  : b'%x'\n", packed)
	fmt.Println("Unpacked:", unpacked)
	return nil
}
