package socket_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"time"

	"github.com/bsdsocket/socket"
)

// The loop that getaddrinfo(3) shows: try each result until one works.
func ExampleGetAddrInfo() {
	infos, err := socket.GetAddrInfo("127.1", "8080", &socket.AddrInfoHints{Type: socket.SOCK_STREAM})
	if err != nil {
		log.Fatal(err)
	}
	for _, info := range infos {
		fmt.Println(info.Family, info.Type, socket.ProtocolName(info.Protocol), info.Addr)
	}
	// Output: AF_INET SOCK_STREAM IPPROTO_TCP 127.0.0.1:8080
}

// A numeric host is never looked up with AI_NUMERICHOST.
func ExampleGetAddrInfo_errors() {
	_, err := socket.GetAddrInfo("www.example.com", "80", &socket.AddrInfoHints{Flags: socket.AI_NUMERICHOST})
	if e, ok := errors.AsType[*socket.AddrInfoError](err); ok { // Python: except socket.gaierror as e
		fmt.Println(e.Code, e.Name)
	}
	// Output: EAI_NONAME www.example.com
}

func ExampleGetNameInfo() {
	addr := socket.Inet4Addr{IP: netip.MustParseAddr("192.0.2.1"), Port: 8080}
	host, service, err := socket.GetNameInfo(addr, socket.NI_NUMERICHOST|socket.NI_NUMERICSERV)
	fmt.Println(host, service, err)
	// Output: 192.0.2.1 8080 <nil>
}

// A split horizon: some name servers of one's own, and no longer than a second.
func ExampleResolver() {
	r := socket.Resolver{
		Nameservers: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.53:53")},
		HostsFile:   "testdata/hosts",
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	infos, err := r.GetAddrInfo(ctx, "printer.example.com", "ipp", nil)
	fmt.Println(infos, err)
}

func ExampleHostAddr_Resolve() {
	infos, err := socket.Host("0x7f.1", 53).Resolve(&socket.AddrInfoHints{Type: socket.SOCK_DGRAM})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(infos[0].Addr)
	// Output: 127.0.0.1:53
}

func ExampleInetAton() {
	for _, s := range []string{"127.0.0.1", "127.1", "0x7f000001", "017.0.0.1", "1.2.3.4.5"} {
		packed, err := socket.InetAton(s)
		fmt.Printf("%d %v\n", packed, err)
	}
	// Output:
	// [127 0 0 1] <nil>
	// [127 0 0 1] <nil>
	// [127 0 0 1] <nil>
	// [15 0 0 1] <nil>
	// [] inet_aton: invalid IPv4 address: 1.2.3.4.5
}

func ExampleInetPton() {
	packed, err := socket.InetPton(socket.AF_INET6, "2001:db8::ff00:42:8329")
	if err != nil {
		log.Fatal(err)
	}
	text, err := socket.InetNtop(socket.AF_INET6, packed)
	fmt.Printf("%x %s %v\n", packed, text, err)
	// Output: 20010db8000000000000ff0000428329 2001:db8::ff00:42:8329 <nil>
}
