// Command echo_server_uds is echo_server over a Unix domain socket: the address is a
// path. It is socket_echo_server_uds.py in Go.
//
//	go run ./examples/echo_server_uds [-path PATH] [-n COUNT]
//
// With -n it stops after COUNT connections.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"

	"github.com/bsdsocket/socket"
)

var (
	path  = flag.String("path", "./uds_socket", "listen on `path`")
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
	serverAddress := socket.UnixAddr{Path: *path}

	// The file of an earlier run is still there
	if err := os.Remove(serverAddress.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	// A Unix domain socket
	sock, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer sock.Close()

	// Give it the path, which makes the file
	fmt.Println("starting up on", serverAddress)
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
