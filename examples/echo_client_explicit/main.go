// Command echo_client_explicit is echo_client for a server on another host. It is
// socket_echo_client_explicit.py in Go.
//
//	go run ./examples/echo_client_explicit [-port PORT] HOST
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
	if flag.NArg() != 1 {
		log.Fatal("usage: echo_client_explicit [-port PORT] HOST")
	}
	if err := run(flag.Arg(0)); err != nil {
		log.Fatal(err)
	}
}

func run(serverName string) error {
	// A TCP socket
	sock, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer sock.Close()

	// Connect it to the host from the command line
	serverAddress := socket.Host(serverName, *port)
	fmt.Printf("connecting to %s port %d\n", serverAddress.Host, serverAddress.Port)
	if err := sock.Connect(serverAddress); err != nil {
		return err
	}

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
