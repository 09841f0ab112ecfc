// Command gethostname prints the name of this host. It is socket_gethostname.py in Go.
//
//	go run ./examples/gethostname
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/bsdsocket/socket"
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	name, err := socket.GetHostName()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(name)
}
