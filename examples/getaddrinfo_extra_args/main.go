// Command getaddrinfo_extra_args prints the ways to reach a service on hosts by TCP over
// IPv4, and the canonical names of the hosts. It is socket_getaddrinfo_extra_args.py in
// Go.
//
//	go run ./examples/getaddrinfo_extra_args [-service NAME] [HOST...]
package main

import (
	"flag"
	"fmt"

	"github.com/bsdsocket/socket"
)

var (
	service = flag.String("service", "http", "look up the service or port `NAME`")
	hosts   = []string{"www.python.org"}
)

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		hosts = flag.Args()
	}
	for _, host := range hosts {
		responses, err := socket.GetAddrInfo(host, *service, &socket.AddrInfoHints{
			Family:   socket.AF_INET,
			Type:     socket.SOCK_STREAM,
			Protocol: socket.IPPROTO_TCP,
			Flags:    socket.AI_CANONNAME,
		})
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, response := range responses {
			fmt.Println("Family        :", response.Family)
			fmt.Println("Type          :", response.Type)
			fmt.Println("Protocol      :", socket.ProtocolName(response.Protocol))
			fmt.Println("Canonical name:", response.CanonName)
			fmt.Println("Socket address:", tuple(response.Addr))
			fmt.Println()
		}
	}
}

// tuple is an address as Python prints it.
func tuple(addr socket.Addr) string {
	if a, ok := addr.(socket.Inet4Addr); ok {
		return fmt.Sprintf("('%v', %d)", a.IP, a.Port)
	}
	return addr.String()
}
