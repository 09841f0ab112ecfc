// Command getservbyport prints URLs with the schemes that ports stand for. It is
// socket_getservbyport.py in Go.
//
//	go run ./examples/getservbyport [PORT...]
package main

import (
	"flag"
	"fmt"
	"strconv"

	"github.com/bsdsocket/socket"
)

var ports = []string{"80", "443", "21", "70", "25", "143", "993", "110", "995"}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		ports = flag.Args()
	}
	for _, text := range ports {
		port, err := strconv.Atoi(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		name, err := socket.GetServByPort(port, "")
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s://example.com/\n", name)
	}
}
