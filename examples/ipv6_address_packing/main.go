// Command ipv6_address_packing converts IPv6 addresses to sixteen bytes and back. It is
// socket_ipv6_address_packing.py in Go.
//
//	go run ./examples/ipv6_address_packing [ADDRESS...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var addresses = []string{"2002:ac10:10a:1234:21e:52ff:fe74:40e"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		addresses = flag.Args()
	}
	for _, address := range addresses {
		if err := run(address); err != nil {
			fmt.Println(err)
		}
	}
}

func run(address string) error {
	packed, err := socket.InetPton(socket.AF_INET6, address)
	if err != nil {
		return err
	}
	unpacked, err := socket.InetNtop(socket.AF_INET6, packed)
	if err != nil {
		return err
	}
	fmt.Println("Original:", address)
	fmt.Printf("Packed  : b'%x'\n", packed)
	fmt.Println("Unpacked:", unpacked)
	return nil
}
