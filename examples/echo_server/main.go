// Command echo_server sends back what TCP clients send it. It is
// socket_echo_server.py in Go.
//
//	go run ./examples/echo_server [-port PORT] [-n COUNT]
//
// With -n it stops after COUNT connections.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/bsdsocket/socket"
)

var (
	port  = flag.Int("port", 10000, "listen on `port`")
	count = flag.Int("n", 0, "stop after `count` connections (0: never)")
)

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

	// Give it the port
	serverAddress := socket.Host("localhost", *port)
	fmt.Printf("starting up on %s port %d\n", serverAddress.Host, serverAddress.Port)
	if err := sock.Bind(serverAddress); err != nil {
		return err
	}

	// From now on clients can connect
	if err := sock.Listen(1); err != nil {
		return err
	}

	for n := 0; *count == 0 || n < *count; n++ {
		// The next client, one at a time
		fmt.Println("waiting for a connection")
		connection, clientAddress, err := sock.Accept()
		if err != nil {
			return err
		}
		if err := echo(connection, clientAddress); err != nil {
			return err
		}
	}
	return nil
}

func echo(connection *socket.Socket, clientAddress socket.Addr) error {
	defer connection.Close()
	fmt.Println("connection from", clientAddress)

	// Take the data in small pieces and send each one back
	for {
		data, err := connection.Recv(16)
		if err != nil {
			return err
		}
		fmt.Printf("received %q\n", data)
		if len(data) == 0 {
			fmt.Println("no data from", clientAddress)
			return nil
		}
		fmt.Println("sending data back to the client")
		if err := connection.SendAll(data); err != nil {
			return err
		}
	}
}
