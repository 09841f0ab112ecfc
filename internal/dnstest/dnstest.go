// Package dnstest is a name server for tests. On UDP, on TCP and on connections within the
// program it answers what a script says, lies included, and it remembers what it was asked.
package dnstest

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A Zone is what a server knows: names in lower case, without the dot at the end, each
// with its reply. A name that is not there does not exist. A name with a type behind it,
// as in "name.test AAAA", is preferred for questions of that type.
type Zone map[string]Reply

// A Reply is what is known of a name, and the manners in which it is told. The zero Reply
// is a name without records.
type Reply struct {
	Addrs []string // the A and AAAA records, in this order
	PTR   []string // the PTR records
	CNAME string   // the name that this one is an alias of; its records follow

	Code   dnsmessage.RCode // the code of the answer, which then has no records
	Silent bool             // there is no answer
	Delay  time.Duration    // how long the answer takes
	TCP    bool             // the answer over UDP is empty and says that it is truncated
	Lie    Lie              // what is wrong with the answer
	Recant bool             // the true answer follows the lie
}

// A Query is a question that a server got. One that it could not read has no name.
type Query struct {
	Network string // "udp" or "tcp"
	Name    string // as it was spelled, without the dot at the end
	Type    dnsmessage.Type
}

// A Server answers questions from a zone until it is closed.
type Server struct {
	zone     Zone
	packets  net.PacketConn // nil without an address
	listener net.Listener   // likewise
	done     chan struct{}  // closed by Close
	work     sync.WaitGroup

	mu      sync.Mutex
	queries []Query
	conns   map[net.Conn]struct{}
}

// New returns a server without an address, which only Pipe connects to.
func New(zone Zone) *Server {
	return &Server{zone: zone, done: make(chan struct{}), conns: make(map[net.Conn]struct{})}
}

// Listen starts a server on UDP and TCP of an address such as "127.0.0.1:0", where it
// takes a port that is free in both.
func Listen(address string, zone Zone) (*Server, error) {
	var failed error
	for range 20 { // the port that UDP gave can be taken in TCP
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, err
		}
		p, err := net.ListenPacket("udp", l.Addr().String())
		if err == nil {
			s := New(zone)
			s.packets, s.listener = p, l
			s.work.Go(s.servePackets)
			s.work.Go(s.serveConns)
			return s, nil
		}
		failed = err
		l.Close()
	}
	return nil, failed
}

// Pipe connects to the server within the program, in the manner of TCP: a length is
// before each message.
func (s *Server) Pipe() net.Conn {
	client, server := net.Pipe()
	s.serve(server)
	return client
}

// Addr returns the address of a server that listens, with its port, the same for UDP and
// TCP.
func (s *Server) Addr() netip.AddrPort { return netip.MustParseAddrPort(s.listener.Addr().String()) }

// Queries returns what was asked so far, in the order of arrival.
func (s *Server) Queries() []Query {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.queries)
}

// Names returns the different names that were asked for so far, in the order in which each
// first came.
func (s *Server) Names() []string {
	var names []string
	seen := make(map[string]bool)
	for _, q := range s.Queries() {
		if !seen[q.Name] {
			names = append(names, q.Name)
		}
		seen[q.Name] = true
	}
	return names
}

// Forget empties the log of questions.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = nil
}

// Close ends the server and the connections to it, and waits for its goroutines. A second
// Close does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	select {
	case <-s.done:
		s.mu.Unlock()
		return nil
	default:
	}
	close(s.done)
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	var err error
	if s.listener != nil {
		err = errors.Join(s.listener.Close(), s.packets.Close())
	}
	s.work.Wait()
	return err
}

// Reverse returns the name that has the PTR records of an address (RFC 1035, section 3.5;
// RFC 3596, section 2.5).
func Reverse(address string) string {
	ip := netip.MustParseAddr(address)
	const hex = "0123456789abcdef"
	var name strings.Builder
	for _, b := range slices.Backward(ip.AsSlice()) {
		if ip.Is4() {
			name.WriteString(strconv.Itoa(int(b)) + ".")
		} else {
			name.Write([]byte{hex[b&15], '.', hex[b>>4], '.'})
		}
	}
	if ip.Is4() {
		return name.String() + "in-addr.arpa"
	}
	return name.String() + "ip6.arpa"
}

// log remembers a question.
func (s *Server) log(q Query) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, q)
}

// serve starts to answer on a connection, which it owns from now on. After Close it only
// closes it.
func (s *Server) serve(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
		c.Close()
	default:
		s.conns[c] = struct{}{}
		s.work.Go(func() { s.serveConn(c) }) // before Close waits, which mu sees to
	}
}

// release closes a connection that serve has started on.
func (s *Server) release(c net.Conn) {
	c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// wait returns after a time, or reports false if the server is closed first.
func (s *Server) wait(d time.Duration) bool {
	if d == 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-s.done:
		return false
	}
}
