// Command echo_client_uds is echo_client over a Unix domain socket, to
// echo_server_uds. It is socket_echo_client_uds.py in Go.
//
//	go run ./examples/echo_client_uds [-path PATH]
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/bsdsocket/socket"
)

var path = flag.String("path", "./uds_socket", "connect to `path`")

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func run() error {
	// A Unix domain socket
	sock, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer sock.Close()

	// Connect it to the file that the server has made
	serverAddress := socket.UnixAddr{Path: *path}
	fmt.Println("connecting to", serverAddress)
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
