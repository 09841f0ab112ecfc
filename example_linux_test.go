package socket_test

import (
	"errors"
	"fmt"

	"github.com/bsdsocket/socket"
)

// A server with several addresses answers from the one that it was asked at: the packet
// info that came with the question goes back with the answer.
func ExampleSocket_RecvMsg() {
	server := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	defer server.Close()
	check(server.Bind(socket.Host("", 0)))
	check(server.SetSockOptInt(socket.IPPROTO_IP, socket.IP_PKTINFO, 1))
	_, port, _ := socket.HostPort(must(server.GetSockName()))

	client := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	defer client.Close()
	must(client.SendTo([]byte("who is there?"), socket.Host("127.0.0.2", port)))

	question, anc, _, from, err := server.RecvMsg(1500, socket.CmsgSpace(100))
	check(err)
	for _, m := range anc {
		if info, err := m.ParsePktInfo(); err == nil {
			fmt.Printf("%q at %v\n", question, info.Addr)
		}
	}
	must(server.SendMsg([][]byte{[]byte("it is "), []byte("me")}, anc, from))

	answer, from, err := client.RecvFrom(1500)
	check(err)
	host, _, _ := socket.HostPort(from)
	fmt.Printf("%q from %v\n", answer, host)
	// Output:
	// "who is there?" at 127.0.0.2
	// "it is me" from 127.0.0.2
}

// A datagram to a port where nobody listens comes back as an error. The error queue tells
// which it was, and why.
func ExampleControlMessage_ParseRecvErr() {
	s := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	defer s.Close()
	check(s.SetSockOptInt(socket.IPPROTO_IP, socket.IP_RECVERR, 1))
	nobody := must(socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0))
	check(nobody.Bind(socket.Host("127.0.0.1", 0)))
	there := must(nobody.GetSockName())
	nobody.Close()

	must(s.SendTo([]byte("anybody?"), there))
	_, err := s.Recv(1500)
	fmt.Println(errors.Is(err, socket.ErrConnRefused))

	data, anc, _, to, err := s.RecvMsg(1500, 512, socket.MSG_ERRQUEUE)
	check(err)
	for _, m := range anc {
		if e, err := m.ParseRecvErr(); err == nil {
			fmt.Printf("%q: %v, ICMP type %d code %d, %v\n", data, e.Errno, e.Type, e.Code, to == there)
		}
	}
	// Output:
	// true
	// "anybody?": connection refused, ICMP type 3 code 3, true
}
