package socket_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/bsdsocket/socket"
)

// must is what a short example does with errors.
func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// echo serves one connection of a listener: it sends back what it receives.
func echo(l *socket.Socket) {
	conn, _, err := l.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	for {
		data, err := conn.Recv(1024)
		if err != nil || len(data) == 0 {
			return
		}
		if conn.SendAll(data) != nil {
			return
		}
	}
}

// The echo server and client of every sockets tutorial.
func Example() {
	server := must(socket.New(socket.AF_INET, socket.SOCK_STREAM, 0))
	defer server.Close()
	check(server.Bind(socket.Host("localhost", 0)))
	check(server.Listen(1))
	go echo(server)

	client := must(socket.New(socket.AF_INET, socket.SOCK_STREAM, 0))
	defer client.Close()
	check(client.Connect(must(server.GetSockName())))
	check(client.SendAll([]byte("This is the message.")))
	fmt.Printf("received %q\n", must(client.Recv(1024)))
	// Output: received "This is the message."
}

func ExampleNew() {
	s := must(socket.New(0, 0, 0)) // Python's defaults
	defer s.Close()
	fmt.Println(s.Family(), s.Type(), s.Proto())

	_, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_TCP)
	fmt.Println(errors.Is(err, socket.EPROTONOSUPPORT))
	// Output:
	// AF_INET SOCK_STREAM 0
	// true
}

func ExampleCreateServer() {
	server := must(socket.CreateServer(socket.Host("127.0.0.1", 0), nil))
	defer server.Close()
	go echo(server)

	_, port, _ := socket.HostPort(must(server.GetSockName()))
	client := must(socket.CreateConnection(socket.Host("127.0.0.1", port), nil))
	defer client.Close()
	check(client.SendAll([]byte("ping")))
	fmt.Printf("%q\n", must(client.Recv(16)))
	// Output: "ping"
}

func ExampleCreateConnection() {
	dead := must(socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)) // it does not listen
	defer dead.Close()
	check(dead.Bind(socket.Host("127.0.0.1", 0)))
	_, port, _ := socket.HostPort(must(dead.GetSockName()))

	_, err := socket.CreateConnection(socket.Host("127.0.0.1", port), &socket.ConnectOptions{
		Timeout: 10 * time.Second, // for the look-up and all addresses together
	})
	fmt.Println(errors.Is(err, socket.ErrConnRefused))
	// Output: true
}

func ExampleSocketpair() {
	parent, child := must2(socket.Socketpair(0, 0, 0))
	defer parent.Close()
	defer child.Close()
	check(parent.SendAll([]byte("ping")))
	fmt.Printf("%q\n", must(child.Recv(1024)))
	// Output: "ping"
}

func must2(a, b *socket.Socket, err error) (*socket.Socket, *socket.Socket) {
	check(err)
	return a, b
}

func ExampleSocket_Recv() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer b.Close()
	check(a.SendAll([]byte("hello")))
	a.Close()

	fmt.Printf("%q\n", must(b.Recv(4, socket.MSG_PEEK)))
	fmt.Printf("%q\n", must(b.Recv(1024)))
	fmt.Printf("%q\n", must(b.Recv(1024))) // the end
	// Output:
	// "hell"
	// "hello"
	// ""
}

func ExampleSocket_SendTo() {
	server := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	defer server.Close()
	check(server.Bind(socket.Host("localhost", 0)))
	client := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	defer client.Close()

	n := must(client.SendTo([]byte("datagram"), must(server.GetSockName())))
	data, from, err := server.RecvFrom(4096)
	check(err)
	fmt.Printf("sent %d, received %q from an %v socket\n", n, data, from.Family())
	// Output: sent 8, received "datagram" from an AF_INET socket
}

func ExampleSocket_SetTimeout() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer a.Close()
	defer b.Close()

	check(b.SetTimeout(10 * time.Millisecond))
	_, err := b.Recv(1)
	fmt.Println(err, errors.Is(err, socket.ErrTimeout), errors.Is(err, os.ErrDeadlineExceeded))

	check(b.SetTimeout(0)) // non-blocking
	_, err = b.Recv(1)
	fmt.Println(errors.Is(err, socket.ErrWouldBlock))
	// Output:
	// recv: timed out true true
	// true
}

func ExampleSocket_WithContext() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer a.Close()
	defer b.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err := b.WithContext(ctx).Recv(1)
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	// Output: recv: context deadline exceeded true
}

func ExampleSocket_Close() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer a.Close()
	ended := make(chan error)
	go func() {
		_, err := b.Recv(1) // waits
		ended <- err
	}()
	check(b.Close())
	fmt.Println(errors.Is(<-ended, net.ErrClosed))
	fmt.Println(b.Fileno(), b.Close())
	// Output:
	// true
	// -1 <nil>
}

func ExampleSocket_Detach() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer a.Close()
	fd := must(b.Detach()) // the caller's from now on
	fmt.Println(b.Closed())

	again := must(socket.TakeFD(fd))
	defer again.Close()
	fmt.Println(again.Family() == a.Family(), again.Type())
	// Output:
	// true
	// true SOCK_STREAM
}

func ExampleSocket_ConnectEx() {
	s := must(socket.New(0, 0, 0))
	defer s.Close()
	dead := must(socket.New(0, 0, 0)) // it does not listen
	defer dead.Close()
	check(dead.Bind(socket.Host("127.0.0.1", 0)))

	errno, err := s.ConnectEx(must(dead.GetSockName()))
	fmt.Println(errno == socket.ECONNREFUSED, err)
	// Output: true <nil>
}

func ExampleSocket_GetSockOptInt() {
	s := must(socket.New(socket.AF_INET, socket.SOCK_STREAM, 0))
	defer s.Close()
	check(s.SetSockOptInt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
	fmt.Println(must(s.GetSockOptInt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)) != 0)
	// Output: true
}

// A Socket is a net.Conn: io.Copy, bufio, crypto/tls and the rest work on it.
func ExampleSocket_Read() {
	a, b := must2(socket.Socketpair(0, 0, 0))
	defer b.Close()
	go func() {
		fmt.Fprint(a, "line by line, or all at once")
		a.Close()
	}()
	data, err := io.ReadAll(b)
	fmt.Printf("%q %v\n", data, err)
	// Output: "line by line, or all at once" <nil>
}

// What the kernel returns is a value: compare it with ==, use it as a map key.
func ExampleAddr() {
	var addr socket.Addr = socket.UnixAddr{Path: "\x00abstract"}
	switch a := addr.(type) {
	case socket.InetAddr:
		fmt.Println("IP", a.AddrPort())
	case socket.UnixAddr:
		fmt.Println("Unix", a)
	}
	fmt.Println(addr == socket.UnixAddr{Path: "\x00abstract"}, addr.Family())
	// Output:
	// Unix @abstract
	// true AF_UNIX
}

func ExampleHostPort() {
	host, port, ok := socket.HostPort(socket.Host("localhost", 10000))
	fmt.Println(host, port, ok)
	// Output: localhost 10000 true
}

func ExampleErrnoOf() {
	s := must(socket.New(0, 0, 0))
	defer s.Close()
	_, err := s.GetPeerName()
	errno, ok := socket.ErrnoOf(err)
	fmt.Println(errno == socket.ENOTCONN, ok, errors.Is(err, socket.ErrNotConnected))
	// Output: true true true
}

func ExampleArgError() {
	s := must(socket.New(0, 0, 0))
	defer s.Close()
	fmt.Println(s.Connect(socket.Host("localhost", 65536)))
	fmt.Println(s.Bind(socket.UnixAddr{Path: "/tmp/x"}))
	// Output:
	// connect: port 65536: want 0 to 65535
	// bind: address /tmp/x: want an AF_INET address
}

func ExampleGetServByName() {
	fmt.Println(socket.GetServByName("https", "tcp"))
	// Output: 443 <nil>
}
