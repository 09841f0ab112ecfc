// Command echo_client sends a message to echo_server and waits until all of it has
// come back. It is socket_echo_client.py in Go.
//
//	go run ./examples/echo_client [-port PORT]
package main

import (
	"flag"
	"fmt"
	"io"
	"log"

	"github.com/bsdsocket/socket"
)

var port = flag.Int("port", 10000, "connect to `port`")

func main() {
	log.SetFlags(0)
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	// A TCP socket
	sock, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer sock.Close()

	// Connect it to the server
	serverAddress := socket.Host("localhost", *port)
	fmt.Printf("connecting to %s port %d\n", serverAddress.Host, serverAddress.Port)
	if err := sock.Connect(serverAddress); err != nil {
		return err
	}
	defer fmt.Println("closing socket") // runs before the Close above

	// Send the message
	message := []byte("This is the message.  It will be repeated.")
	fmt.Printf("sending %q\n", message)
	if err := sock.SendAll(message); err != nil {
		return err
	}

	// It comes back in pieces
	amountReceived := 0
	amountExpected := len(message)
	for amountReceived < amountExpected {
		data, err := sock.Recv(16)
		if err != nil {
			return err
		}
		amountReceived += len(data)
		fmt.Printf("received %q\n", data)
		if len(data) == 0 { // the script does not ask, and would loop for ever
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}
