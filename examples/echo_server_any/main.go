// Command echo_server_any is echo_server on all addresses of the machine. It is
// socket_echo_server_any.py in Go.
//
//	go run ./examples/echo_server_any [-port PORT] [-n COUNT]
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

	// No host is any host: INADDR_ANY
	serverAddress := socket.Host("", *port)
	if err := sock.Bind(serverAddress); err != nil {
		return err
	}
	name, err := sock.GetSockName()
	if err != nil {
		return err
	}
	host, port, _ := socket.HostPort(name)
	fmt.Printf("starting up on %s port %d\n", host, port)
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
