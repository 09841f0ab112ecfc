// Command echo_client_easy is echo_client with CreateConnection, which chooses the
// family and the address itself. It is socket_echo_client_easy.py in Go.
//
//	go run ./examples/echo_client_easy [-port PORT]
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
	// A TCP socket, connected
	sock, err := socket.CreateConnection(socket.Host("localhost", *port), nil)
	if err != nil {
		return err
	}
	defer sock.Close()

	fmt.Println("Family  :", sock.Family())
	fmt.Println("Type    :", sock.Type())
	fmt.Println("Protocol:", socket.ProtocolName(sock.Proto()))
	fmt.Println()
	defer fmt.Println("closing socket") // runs before the Close above

	// Send the message
	message := []byte("This is the message.  It will be repeated.")
	fmt.Printf("sending %q\n", message)
	if err := sock.SendAll(message); err != nil {
		return err
	}

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
