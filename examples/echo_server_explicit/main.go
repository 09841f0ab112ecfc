// Command echo_server_explicit is echo_server on the address of one host: a name or
// a number of this machine. It is socket_echo_server_explicit.py in Go.
//
//	go run ./examples/echo_server_explicit [-port PORT] [-n COUNT] HOST
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
	if flag.NArg() != 1 {
		log.Fatal("usage: echo_server_explicit [-port PORT] [-n COUNT] HOST")
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

	// Give it the address from the command line
	serverAddress := socket.Host(serverName, *port)
	fmt.Printf("starting up on %s port %d\n", serverAddress.Host, serverAddress.Port)
	if err := sock.Bind(serverAddress); err != nil {
		return err
	}
	if err := sock.Listen(1); err != nil {
		return err
	}

	for n := 0; *count == 0 || n < *count; n++ {
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
	fmt.Println("client connected:", clientAddress)
	for {
		data, err := connection.Recv(16)
		if err != nil {
			return err
		}
		fmt.Printf("received %q\n", data)
		if len(data) == 0 {
			return nil
		}
		if err := connection.SendAll(data); err != nil {
			return err
		}
	}
}
