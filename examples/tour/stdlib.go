package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/bsdsocket/socket"
)

func lines() error {
	server, err := socket.CreateServer(socket.Host("127.0.0.1", 0), nil)
	if err != nil {
		return err
	}
	defer server.Close()
	go serve(server)
	client, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer client.Close()
	name, err := server.GetSockName()
	if err != nil {
		return err
	}
	if err := client.Connect(name); err != nil {
		return err
	}

	fmt.Println("# A Socket is a net.Conn: Fprintln writes to it, a Scanner reads from it.")
	if _, err := fmt.Fprintln(client, "one line\nand another"); err != nil {
		return err
	}
	if err := client.CloseWrite(); err != nil {
		return err
	}
	count := 0
	scanner := bufio.NewScanner(client)
	for ; scanner.Scan(); count++ {
		fmt.Printf("line %q\n", scanner.Text())
	}
	if count != 2 {
		return errors.Join(scanner.Err(), fmt.Errorf("%d lines came back, not 2", count))
	}
	return scanner.Err()
}

func httpOverUnix() error {
	path, remove, err := unixPath()
	if err != nil {
		return err
	}
	defer remove()
	s, err := socket.CreateServer(path, nil)
	if err != nil {
		return err
	}
	server := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "you asked for %s", r.URL.Path)
	})}
	defer server.Close()
	go func() { _ = server.Serve(s.Listener()) }() // until Close

	fmt.Println("# Listener makes a net.Listener of it; a client connects in its DialContext.")
	client := http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
	}}
	defer client.CloseIdleConnections()
	response, err := client.Get("http://unix/a/page")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	fmt.Printf("%s %q\n", response.Status, body)
	if response.StatusCode != http.StatusOK {
		return errors.New("the page did not come")
	}
	return nil
}

func dial(ctx context.Context, addr socket.Addr) (net.Conn, error) {
	s, err := socket.New(addr.Family(), socket.SOCK_STREAM, 0)
	if err != nil {
		return nil, err
	}
	if err := s.WithContext(ctx).Connect(addr); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
