// Command echo_client_dgram sends a UDP message to echo_server_dgram and waits for
// the answer. It is socket_echo_client_dgram.py in Go.
//
//	go run ./examples/echo_client_dgram [-port PORT]
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/bsdsocket/socket"
)

var port = flag.Int("port", 10000, "send to `port`")

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

	serverAddress := socket.Host("localhost", *port)
	message := []byte("This is the message.  It will be repeated.")
	defer fmt.Println("closing socket") // runs before the Close above

	// Send the message
	fmt.Printf("sending %q\n", message)
	if _, err := sock.SendTo(message, serverAddress); err != nil {
		return err
	}

	// It comes back whole
	fmt.Println("waiting to receive")
	data, _, err := sock.RecvFrom(4096)
	if err != nil {
		return err
	}
	fmt.Printf("received %q\n", data)
	return nil
}
