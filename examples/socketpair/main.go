// Command socketpair lets a parent and a child process talk over two connected
// sockets. It is socket_socketpair.py in Go, with one difference: a Go program cannot
// fork, so the child is this program run again, which the parent hands the socket over to.
//
//	go run ./examples/socketpair
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"

	"github.com/bsdsocket/socket"
)

var asChild = flag.Bool("child", false, "be the child")

func main() {
	log.SetFlags(0)
	flag.Parse()
	run := inParent
	if *asChild {
		run = inChild
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func inParent() error {
	parent, child, err := socket.Socketpair(0, 0, 0)
	if err != nil {
		return err
	}
	defer parent.Close()
	fmt.Println("in parent, sending message")
	process, err := start(child)
	if err != nil {
		return err
	}
	if err := parent.SendAll([]byte("ping")); err != nil {
		return err
	}
	response, err := parent.Recv(1024)
	if err != nil {
		return err
	}
	fmt.Printf("response from child: %q\n", response)
	return process.Wait()
}

// start runs the child and hands its socket over, which is then closed in the parent.
func start(child *socket.Socket) (*exec.Cmd, error) {
	defer child.Close()
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	process := exec.Command(program, "-child")
	process.Stdout, process.Stderr = os.Stdout, os.Stderr
	return process, handOver(child, process)
}

func inChild() error {
	fmt.Println("in child, waiting for message")
	child, err := takeOver()
	if err != nil {
		return err
	}
	defer child.Close()
	message, err := child.Recv(1024)
	if err != nil {
		return err
	}
	fmt.Printf("message from parent: %q\n", message)
	return child.SendAll([]byte("pong"))
}
