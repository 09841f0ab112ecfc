// Command getaddrinfo prints all ways to reach a service on hosts. It is
// socket_getaddrinfo.py in Go.
//
//	go run ./examples/getaddrinfo [-service NAME] [HOST...]
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
		responses, err := socket.GetAddrInfo(host, *service, nil)
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
	switch a := addr.(type) {
	case socket.Inet4Addr:
		return fmt.Sprintf("('%v', %d)", a.IP, a.Port)
	case socket.Inet6Addr:
		return fmt.Sprintf("('%v', %d, %d, %d)", a.IP, a.Port, a.FlowInfo, a.ScopeID)
	}
	return addr.String()
}
