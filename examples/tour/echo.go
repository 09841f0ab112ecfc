package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bsdsocket/socket"
)

func tcp4() error {
	fmt.Println("# CreateServer listens, CreateConnection connects.")
	return tcp(socket.AF_INET, "127.0.0.1")
}

func tcp6() error {
	if !socket.HasIPv6() {
		return notHere("this machine has no IPv6 loopback")
	}
	fmt.Println("# The same calls with another address.")
	return tcp(socket.AF_INET6, "::1")
}

func tcp(family socket.Family, host string) error {
	server, err := socket.CreateServer(socket.Host(host, 0), &socket.ServerOptions{Family: family})
	if err != nil {
		return err
	}
	defer server.Close()
	go serve(server)

	// Port 0 has become a port that was free.
	name, err := server.GetSockName()
	if err != nil {
		return err
	}
	host, port, _ := socket.HostPort(name)

	client, err := socket.CreateConnection(socket.Host(host, port), nil)
	if err != nil {
		return err
	}
	defer client.Close()
	fmt.Printf("connected to %s: %v, %v\n", host, client.Family(), client.Type())
	return talk(client, "hello over TCP")
}

func unix() error {
	path, remove, err := unixPath()
	if err != nil {
		return err
	}
	defer remove()
	fmt.Println("# The address is a path. New and Connect are what CreateConnection is made of.")
	server, err := socket.CreateServer(path, nil)
	if err != nil {
		return err
	}
	defer server.Close()
	go serve(server)

	client, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Connect(path); err != nil {
		return err
	}
	fmt.Printf("connected to %s: %v, %v\n", filepath.Base(path.Path), client.Family(), client.Type())
	return talk(client, "hello over a path")
}

// unixPath returns a path for a socket, and what removes it.
func unixPath() (addr socket.UnixAddr, remove func(), err error) {
	probe, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
	if errors.Is(err, errors.ErrUnsupported) {
		return addr, nil, notHere("this system has no AF_UNIX sockets")
	}
	if err != nil {
		return addr, nil, err
	}
	defer probe.Close()
	dir, err := os.MkdirTemp("", "tour")
	if err != nil {
		return addr, nil, err
	}
	return socket.UnixAddr{Path: filepath.Join(dir, "echo.sock")}, func() { _ = os.RemoveAll(dir) }, nil
}

// serve sends every client of a server back what it says, until the server is closed.
func serve(server *socket.Socket) {
	for {
		connection, _, err := server.Accept()
		if err != nil {
			return
		}
		go func() {
			defer connection.Close()
			_, _ = io.Copy(connection, connection) // the client notices
		}()
	}
}

// talk says something to an echo server and listens to the answer.
func talk(client *socket.Socket, text string) error {
	if err := client.SendAll([]byte(text)); err != nil {
		return err
	}
	fmt.Printf("sent     %q\n", text)
	data, err := client.Recv(1024)
	if err != nil {
		return err
	}
	fmt.Printf("received %q\n", data)
	if string(data) != text {
		return errors.New("the echo is not what was sent")
	}

	// The server closes the connection when the client has nothing more to say.
	if err := client.Shutdown(socket.SHUT_WR); err != nil {
		return err
	}
	data, err = client.Recv(1024)
	if err != nil {
		return err
	}
	fmt.Printf("received %q, the end of the stream\n", data)
	if len(data) > 0 {
		return errors.New("the stream goes on")
	}
	return nil
}

func udp() error {
	fmt.Println("# No connection: RecvFrom tells the sender of each message, SendTo answers it.")
	server, name, err := bound()
	if err != nil {
		return err
	}
	defer server.Close()
	go func() {
		for {
			data, sender, err := server.RecvFrom(1024)
			if err == nil {
				_, err = server.SendTo(data, sender)
			}
			if err != nil {
				return
			}
		}
	}()

	client, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer client.Close()
	n, err := client.SendTo([]byte("hello over UDP"), name)
	if err != nil {
		return err
	}
	fmt.Printf("sent     %d bytes\n", n)
	data, sender, err := client.RecvFrom(1024)
	if err != nil {
		return err
	}
	host, _, _ := socket.HostPort(sender)
	fmt.Printf("received %q from %s\n", data, host)
	if sender != name {
		return fmt.Errorf("the answer is from %v, not from the server", sender)
	}
	return nil
}

// bound returns a UDP socket and its address. Nobody sends to it unasked.
func bound() (*socket.Socket, socket.Addr, error) {
	s, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
	if err != nil {
		return nil, nil, err
	}
	err = s.Bind(socket.Host("127.0.0.1", 0))
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	name, err := s.GetSockName()
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	return s, name, nil
}
