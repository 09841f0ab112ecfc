package socket

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket/internal/gai"
)

// An exchange is the traffic with name servers that one look-up causes. Package net's
// resolver makes the queries and judges the answers; the exchange carries them, chooses
// the name server where the Resolver has its own, and keeps what the answers say of
// canonical names.
type exchange struct {
	r   *Resolver
	ctx context.Context //nolint:containedctx // of the look-up: package net hides it from Dial

	mu      sync.Mutex
	rounds  int
	tries   map[dnsmessage.Question]tries
	answers []*answer // the accepted ones, in the order in which they came
	asked   string    // the last one of the Resolver's name servers that was asked
}

// tries are how often a question has been asked.
type tries struct{ udp, tcp int }

// resolver returns the net.Resolver that uses the exchange.
func (x *exchange) resolver() *net.Resolver {
	r := x.r
	return &net.Resolver{
		PreferGo: r.PreferGo || len(r.Nameservers) > 0 || r.Dial != nil || r.HostsFile != "",
		Dial:     x.dial,
	}
}

func (x *exchange) lookupIP(network, name string) (ips []netip.Addr, err error) {
	if !isHostName(name) {
		return nil, errName
	}
	for x.again(err) {
		ips, err = x.resolver().LookupNetIP(x.ctx, network, name)
	}
	return ips, err
}

func (x *exchange) lookupAddr(addr string) (names []string, err error) {
	for x.again(err) {
		names, err = await(x.ctx, func() ([]string, error) { return x.resolver().LookupAddr(x.ctx, addr) })
	}
	return names, err
}

func (x *exchange) lookupCNAME(name string) (string, error) {
	return await(x.ctx, func() (string, error) { return x.resolver().LookupCNAME(x.ctx, name) })
}

// await calls f, and returns without it when ctx ends first. Of package net only the
// look-up of addresses does that on all systems and with a Dial that is slow to notice.
func await[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// again reports whether to look up, the first time or because name servers of the
// Resolver are left: the system's configuration says how many package net asks.
func (x *exchange) again(err error) bool {
	x.rounds++
	if x.rounds == 1 {
		x.tries = map[dnsmessage.Question]tries{}
		return true
	}
	if err == nil || x.rounds > len(x.r.Nameservers) || x.ctx.Err() != nil || newLookupError(err, false).herr != TRY_AGAIN {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, t := range x.tries {
		if max(t.udp, t.tcp) < len(x.r.Nameservers) {
			return true
		}
	}
	return false
}

// record returns what the answers say of a name.
func (x *exchange) record(family Family) (rec hostRecord, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	// IPv4 first, whichever came first, so that the order does not depend on time.
	for _, typ := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		if typ == dnsmessage.TypeA && family == AF_INET6 || typ == dnsmessage.TypeAAAA && family == AF_INET {
			continue
		}
		for _, a := range slices.Backward(x.answers) { // the last is the one that counted
			if a.question.Type == typ && len(a.addrs) > 0 {
				if rec.addrs == nil {
					rec.name, rec.aliases = a.names[len(a.names)-1], a.names[:len(a.names)-1]
				}
				rec.addrs = append(rec.addrs, a.addrs...)
				break
			}
		}
	}
	return rec, rec.addrs != nil
}

// nameRecord returns what the answers say of an address.
func (x *exchange) nameRecord(addr netip.Addr) (rec hostRecord, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, a := range slices.Backward(x.answers) {
		if isHostName(a.pointer) {
			return hostRecord{a.pointer, nil, []netip.Addr{addr}}, true
		}
	}
	return hostRecord{}, false
}

// answered reports whether an answer was accepted.
func (x *exchange) answered() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.answers) > 0
}

// explain is the error for a look-up that found nothing. A name is known if a name server
// says so, of the name itself or with a search domain; but if the name itself was
// asked for first, that answer decides, as in res_search(3).
func (x *exchange) explain(err error, name string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	err = x.blame(err)
	if gai.System.Offline && x.r.Dial == nil && len(x.tries) > 0 {
		return &lookupError{"EAI_FAIL", NO_RECOVERY, errors.ErrUnsupported}
	}
	for i, a := range x.answers {
		if i == 0 && a.code == dnsmessage.RCodeNameError && strings.EqualFold(a.names[0], strings.TrimSuffix(name, ".")) {
			break
		}
		if a.code == dnsmessage.RCodeSuccess {
			if a.question.Type == dnsmessage.TypePTR {
				err = nil // package net calls an answer faulty that tells no host name
			}
			return newLookupError(err, true)
		}
	}
	return newLookupError(err, false)
}

// blame puts the name server that was asked into an error of package net, which names the
// system's even if the Resolver has its own.
func (x *exchange) blame(err error) error {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok || x.asked == "" {
		return err
	}
	blamed := *dns
	blamed.Server = x.asked
	return &blamed
}

// note keeps an answer.
func (x *exchange) note(a *answer) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.answers = append(x.answers, a)
}

// dial is net.Resolver's way to a name server. Which one it will be depends on the
// question, see dnsConn.Write.
func (x *exchange) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c := &dnsConn{x: x, ctx: ctx, network: network, address: address}
	if strings.HasPrefix(network, "udp") {
		return dnsPacketConn{c}, nil
	}
	return c, nil
}

// server returns the address to ask a question.
func (x *exchange) server(q dnsmessage.Question, network, address string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.tries[q]
	switch {
	case strings.HasPrefix(network, "udp"):
		t.udp++
	case t.udp == 0: // resolv.conf says use-vc
		t.tcp++
	}
	x.tries[q] = t
	n := max(t.udp, t.tcp) - 1 // TCP after UDP asks again who has cut the answer
	if servers := x.r.Nameservers; len(servers) > 0 {
		x.asked = servers[n%len(servers)].String()
		return x.asked
	}
	return address
}

// A dnsConn is the connection of one query, made when the query is known. As a
// net.Conn it carries messages with their length before them, as over TCP.
type dnsConn struct {
	x                *exchange
	ctx              context.Context //nolint:containedctx // of Dial, whose work is put off
	network, address string
	deadline         time.Time

	conn     net.Conn    // nil before the first Write
	unwatch  func() bool // stops to watch the context of the look-up
	id       uint16
	question dnsmessage.Question
	got      []byte // what has been read of a message
}

// A dnsPacketConn is a dnsConn over UDP: net.Resolver tells the two apart by
// net.PacketConn. It carries messages as they are.
type dnsPacketConn struct{ *dnsConn }

var errNotAsked = errors.New("no question was asked")

// sizeLen is the length of the length before a message: RFC 1035, section 4.2.2.
const sizeLen = 2

// Write sends a query with its length before it; the first connects.
func (c *dnsConn) Write(p []byte) (int, error) {
	if err := c.connect(p[min(sizeLen, len(p)):]); err != nil {
		return 0, err
	}
	return c.conn.Write(p)
}

// Write sends a query; the first connects.
func (c dnsPacketConn) Write(p []byte) (int, error) {
	if err := c.connect(p); err != nil {
		return 0, err
	}
	if c.isPacket() {
		return c.conn.Write(p)
	}
	n, err := c.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(p))), p...))
	return max(0, n-sizeLen), err
}

// isPacket reports whether the Resolver's Dial has made a connection of messages.
func (c *dnsConn) isPacket() bool {
	_, ok := c.conn.(net.PacketConn)
	return ok
}

// connect connects to the name server for a query, the first time.
func (c *dnsConn) connect(query []byte) error {
	if c.conn != nil {
		return nil
	}
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return err
	}
	if c.question, err = p.Question(); err != nil {
		return err
	}
	c.id = head.ID
	dial := c.x.r.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	// The context of Dial is the query's own, which outlives that of the look-up.
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	defer context.AfterFunc(c.x.ctx, cancel)()
	conn, err := dial(ctx, c.network, c.x.server(c.question, c.network, c.address))
	if err != nil {
		return err
	}
	c.conn = conn
	c.unwatch = context.AfterFunc(c.x.ctx, func() { _ = conn.Close() })
	return c.conn.SetDeadline(c.deadline)
}

// Read reads a part of a message with its length before it, and keeps the answer once it
// is whole.
func (c *dnsConn) Read(p []byte) (int, error) {
	if c.conn == nil {
		return 0, errNotAsked
	}
	n, err := c.conn.Read(p)
	c.got = append(c.got, p[:n]...)
	if len(c.got) >= sizeLen {
		if msg := c.got[sizeLen:]; len(msg) >= int(binary.BigEndian.Uint16(c.got)) {
			c.keep(msg)
		}
	}
	return n, err
}

// Read reads a message, and keeps it if it is the answer.
func (c dnsPacketConn) Read(p []byte) (n int, err error) {
	if c.conn == nil {
		return 0, errNotAsked
	}
	if c.isPacket() {
		n, err = c.conn.Read(p)
	} else {
		n, err = readMessage(c.conn, p)
	}
	if err == nil {
		c.keep(p[:n])
	}
	return n, err
}

// readMessage reads a message that has its length before it.
func readMessage(r io.Reader, p []byte) (int, error) {
	var size [sizeLen]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n > len(p) {
		return 0, io.ErrShortBuffer
	}
	return io.ReadFull(r, p[:n])
}

// keep keeps an answer to the question, unless it is cut.
func (c *dnsConn) keep(msg []byte) {
	if a := parseAnswer(msg, c.id, c.question); a != nil {
		c.x.note(a)
	}
}

// Close closes the connection.
func (c *dnsConn) Close() error {
	if c.conn == nil {
		return nil
	}
	c.unwatch()
	return c.conn.Close()
}

// SetDeadline sets the deadline of the connection, or of the one to come.
func (c *dnsConn) SetDeadline(t time.Time) error {
	c.deadline = t
	if c.conn == nil {
		return nil
	}
	return c.conn.SetDeadline(t)
}

// SetReadDeadline is SetDeadline: a query is one write and one read.
func (c *dnsConn) SetReadDeadline(t time.Time) error { return c.SetDeadline(t) }

// SetWriteDeadline is SetDeadline: a query is one write and one read.
func (c *dnsConn) SetWriteDeadline(t time.Time) error { return c.SetDeadline(t) }

// LocalAddr returns the address of this end, nil before the first Write.
func (c *dnsConn) LocalAddr() net.Addr {
	if c.conn == nil {
		return nil
	}
	return c.conn.LocalAddr()
}

// RemoteAddr returns the address of the name server, nil before the first Write.
func (c *dnsConn) RemoteAddr() net.Addr {
	if c.conn == nil {
		return nil
	}
	return c.conn.RemoteAddr()
}

// ReadFrom is Read, for net.PacketConn.
func (c dnsPacketConn) ReadFrom(p []byte) (int, net.Addr, error) {
	n, err := c.Read(p)
	return n, c.RemoteAddr(), err
}

// WriteTo is Write, for net.PacketConn.
func (c dnsPacketConn) WriteTo(p []byte, _ net.Addr) (int, error) { return c.Write(p) }

// An answer is what a name server says to one question.
type answer struct {
	question dnsmessage.Question
	code     dnsmessage.RCode
	names    []string     // the name asked for and what its CNAMEs lead to
	addrs    []netip.Addr // of the last of these
	pointer  string       // the first PTR, likewise
}

// parseAnswer reads an answer to a question. It returns nil for what is none, and for
// one that is cut. Like the C libraries, and unlike package net, it takes only records
// that belong to the name asked for.
func parseAnswer(msg []byte, id uint16, question dnsmessage.Question) *answer {
	var p dnsmessage.Parser
	head, err := p.Start(msg)
	if err != nil || !head.Response || head.ID != id || head.Truncated {
		return nil
	}
	q, err := p.Question()
	if err != nil || q.Type != question.Type || q.Class != question.Class || !sameName(q.Name, question.Name) {
		return nil
	}
	if p.SkipAllQuestions() != nil {
		return nil
	}
	a := &answer{question: question, code: head.RCode}
	if err := a.read(&p); err != nil {
		return nil
	}
	return a
}

// read reads the answer section. The records are in the order of the chain.
func (a *answer) read(p *dnsmessage.Parser) error {
	owner := a.question.Name
	a.names = append(a.names, text(owner))
	for {
		h, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Class != dnsmessage.ClassINET || !sameName(h.Name, owner) || h.Type != a.question.Type && h.Type != dnsmessage.TypeCNAME {
			if err := p.SkipAnswer(); err != nil {
				return err
			}
			continue
		}
		if owner, err = a.take(p, h.Type, owner); err != nil {
			return err
		}
	}
}

// take reads one record of a name and returns the name that comes next.
func (a *answer) take(p *dnsmessage.Parser, typ dnsmessage.Type, owner dnsmessage.Name) (dnsmessage.Name, error) {
	switch typ {
	case dnsmessage.TypeCNAME:
		r, err := p.CNAMEResource()
		if name := text(r.CNAME); err == nil && isHostName(name) {
			a.names = append(a.names, name)
		}
		return r.CNAME, err
	case dnsmessage.TypePTR:
		r, err := p.PTRResource()
		if name := text(r.PTR); err == nil && a.pointer == "" {
			a.pointer = name
		}
		return owner, err
	case dnsmessage.TypeA:
		r, err := p.AResource()
		if err == nil {
			a.addrs = append(a.addrs, netip.AddrFrom4(r.A))
		}
		return owner, err
	case dnsmessage.TypeAAAA:
		r, err := p.AAAAResource()
		if err == nil {
			a.addrs = append(a.addrs, netip.AddrFrom16(r.AAAA))
		}
		return owner, err
	}
	return owner, p.SkipAnswer()
}

// text is a name without the final dot.
func text(n dnsmessage.Name) string { return strings.TrimSuffix(n.String(), ".") }

// sameName compares names as RFC 4343 says.
func sameName(a, b dnsmessage.Name) bool { return strings.EqualFold(a.String(), b.String()) }
