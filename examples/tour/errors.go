package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/bsdsocket/socket"
)

func timeouts() error {
	s, _, err := bound()
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# SetTimeout limits each call that follows. Nobody sends anything to this socket.")
	fmt.Println("# The text of an error differs between systems: ask errors.Is what it is.")
	if err := s.SetTimeout(20 * time.Millisecond); err != nil {
		return err
	}
	_, err = s.Recv(1024)
	return expect(err, socket.ErrTimeout, "socket.ErrTimeout")
}

func nonBlocking() error {
	s, _, err := bound()
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# SetBlocking(false) makes a call fail that would have to wait.")
	if err := s.SetBlocking(false); err != nil {
		return err
	}
	_, err = s.Recv(1024)
	return expect(err, socket.ErrWouldBlock, "socket.ErrWouldBlock")
}

func contexts() error {
	s, _, err := bound()
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# WithContext is the same socket, but its calls end with a context.")
	errEnough := errors.New("the user has had enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errEnough) })
	_, err = s.WithContext(ctx).Recv(1024)
	return expect(err, errEnough, "errEnough")
}

func refused() error {
	fmt.Println("# This port belongs to a socket that does not listen.")
	deaf, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer deaf.Close()
	if err := deaf.Bind(socket.Host("127.0.0.1", 0)); err != nil {
		return err
	}
	name, err := deaf.GetSockName()
	if err != nil {
		return err
	}

	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer s.Close()
	err = s.Connect(name)
	e, ok := errors.AsType[*socket.Error](err)
	if !ok || e.Addr != name {
		return unexpected(err, "a *socket.Error with the address "+name.String())
	}
	fmt.Println("# An *Error has the address too, here with another port each time.")
	return expect(err, socket.ErrConnRefused, "socket.ErrConnRefused")
}

func notResolved() error {
	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# No host has a name with spaces in it. It takes no resolver to find out.")
	err = s.Connect(socket.Host("not a name", 80))
	e, ok := errors.AsType[*socket.AddrInfoError](err)
	if !ok || e.Code != socket.EAI_NONAME {
		return unexpected(err, "a *socket.AddrInfoError with the code EAI_NONAME")
	}
	fmt.Printf("%s %q: no such host\n", e.Op, e.Name)
	fmt.Println("*socket.AddrInfoError with the code", e.Code)
	return nil
}

func badArguments() error {
	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# Nonsense is refused before the system sees it.")
	err = s.Bind(socket.Host("127.0.0.1", 65536))
	e, ok := errors.AsType[*socket.ArgError](err)
	if !ok {
		return unexpected(err, "a *socket.ArgError")
	}
	fmt.Println(err)
	fmt.Println("*socket.ArgError with the argument", e.Arg)
	return nil
}

func closed() error {
	s, _, err := bound()
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("# Close ends calls that wait, and all that come later.")
	time.AfterFunc(20*time.Millisecond, func() { s.Close() })
	_, err = s.Recv(1024)
	return expect(err, net.ErrClosed, "net.ErrClosed")
}
