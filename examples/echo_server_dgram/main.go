// Command echo_server_dgram sends UDP messages back to where they came from. It is
// socket_echo_server_dgram.py in Go.
//
//	go run ./examples/echo_server_dgram [-port PORT] [-n COUNT]
//
// With -n it stops after COUNT messages.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/bsdsocket/socket"
)

var (
	port  = flag.Int("port", 10000, "listen on `port`")
	count = flag.Int("n", 0, "stop after `count` messages (0: never)")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	// A UDP socket
	sock, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer sock.Close()

	// Give it the port; there is nothing to listen for or to accept
	serverAddress := socket.Host("localhost", *port)
	fmt.Printf("starting up on %s port %d\n", serverAddress.Host, serverAddress.Port)
	if err := sock.Bind(serverAddress); err != nil {
		return err
	}

	for n := 0; *count == 0 || n < *count; n++ {
		fmt.Println("\nwaiting to receive message")
		data, address, err := sock.RecvFrom(4096)
		if err != nil {
			return err
		}
		fmt.Printf("received %d bytes from %v\n", len(data), address)
		fmt.Printf("%q\n", data)

		if len(data) > 0 {
			sent, err := sock.SendTo(data, address)
			if err != nil {
				return err
			}
			fmt.Printf("sent %d bytes back to %v\n", sent, address)
		}
	}
	return nil
}
