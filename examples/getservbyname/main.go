// Command getservbyname prints the ports that the schemes of URLs stand for. It is
// socket_getservbyname.py in Go.
//
//	go run ./examples/getservbyname [URL...]
package main

import (
	"flag"
	"fmt"
	"net/url"

	"github.com/bsdsocket/socket"
)

var urls = []string{
	"http://www.python.org",
	"https://www.mybank.com",
	"ftp://prep.ai.mit.edu",
	"gopher://gopher.micro.umn.edu",
	"smtp://mail.example.com",
	"imap://mail.example.com",
	"imaps://mail.example.com",
	"pop3://pop.example.com",
	"pop3s://pop.example.com",
}

func main() {
	flag.Parse()
	if flag.NArg() > 0 {
		urls = flag.Args()
	}
	for _, text := range urls {
		parsed, err := url.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		port, err := socket.GetServByName(parsed.Scheme, "")
		if err != nil {
			fmt.Printf("%6s : %v\n", parsed.Scheme, err)
			continue
		}
		fmt.Printf("%6s : %d\n", parsed.Scheme, port)
	}
}
