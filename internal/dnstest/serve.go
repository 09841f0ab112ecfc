package dnstest

import (
	"encoding/binary"
	"io"
	"net"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// servePackets answers over UDP.
func (s *Server) servePackets() {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := s.packets.ReadFrom(buf)
		if err != nil {
			return
		}
		query := append([]byte(nil), buf[:n]...)
		s.work.Go(func() {
			s.reply("udp", query, func(p []byte) error {
				_, err := s.packets.WriteTo(p, from)
				return err
			})
		})
	}
}

// serveConns answers over TCP.
func (s *Server) serveConns() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.serve(c)
	}
}

// serveConn answers the questions of one connection, each of which has its length before
// it (RFC 1035, section 4.2.2).
func (s *Server) serveConn(c net.Conn) {
	defer s.release(c)
	for {
		var size [2]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		s.reply("tcp", query, func(p []byte) error {
			_, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(p))), p...))
			return err
		})
	}
}

// reply logs a question and sends what the zone says to it: nothing, an answer, a lie, or
// a lie and the answer. A question that cannot be read is one for a name that does not
// exist.
func (s *Server) reply(network string, query []byte, send func([]byte) error) {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || m.Response || len(m.Questions) != 1 {
		s.log(Query{Network: network})
		deny(query, send)
		return
	}
	q := m.Questions[0]
	s.log(Query{network, strings.TrimSuffix(q.Name.String(), "."), q.Type})
	r, known := s.zone.find(q.Name.String(), q.Type)
	if !known {
		r.Code = dnsmessage.RCodeNameError
	}
	if r.Silent || !s.wait(r.Delay) {
		return
	}
	limit := limitOf(network, &m)
	m.Header = dnsmessage.Header{
		ID: m.ID, Response: true, RecursionDesired: m.RecursionDesired, RecursionAvailable: true, RCode: r.Code,
	}
	m.Additionals = nil
	if r.Code == dnsmessage.RCodeSuccess {
		s.zone.answer(&m)
	}
	if r.Lie != Truth {
		if send(r.Lie.tell(m)) != nil || !r.Recant {
			return
		}
	}
	packed, err := m.Pack()
	if err != nil {
		panic(err) // a name in the zone that is none
	}
	if len(packed) > limit || r.TCP && network == "udp" {
		m.Truncated, m.Answers = true, nil
		packed, _ = m.Pack() // what is left came out of a message
	}
	_ = send(packed) // the client may have gone
}

// deny says that a name does not exist, which package dnsmessage cannot: a label with a dot
// in it is a name of the DNS, but none of that package.
func deny(query []byte, send func([]byte) error) {
	if len(query) < headerSize {
		return
	}
	query[2] |= 0x80 // a response, RFC 1035, section 4.1.1
	query[3] = query[3]&0xf0 | byte(dnsmessage.RCodeNameError)
	_ = send(query)
}

// limitOf is how long an answer may be: over UDP 512 bytes (RFC 1035, section 4.2.1), or
// what the client says (RFC 6891, section 6.2.3).
func limitOf(network string, m *dnsmessage.Message) int {
	if network == "tcp" {
		return 1<<16 - 1
	}
	limit := 512
	for _, extra := range m.Additionals {
		if extra.Header.Type == dnsmessage.TypeOPT {
			limit = max(limit, int(extra.Header.Class))
		}
	}
	return limit
}

// find returns what is known of a name.
func (z Zone) find(name string, typ dnsmessage.Type) (r Reply, known bool) {
	name = lower(strings.TrimSuffix(name, "."))
	if r, known = z[name+" "+strings.TrimPrefix(typ.String(), "Type")]; known {
		return r, true
	}
	r, known = z[name]
	return r, known
}

// lower returns a name as the zone has it. Names are bytes, of which only the letters of
// ASCII have two cases (RFC 4343).
func lower(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// answer adds the records that answer the question of a message: those of its name, or
// the aliases that lead from it and the records where they end. A circle of aliases is
// given once. If they lead to nothing, that name does not exist (RFC 6604, section 3).
func (z Zone) answer(m *dnsmessage.Message) {
	q := m.Questions[0]
	name := q.Name
	seen := make(map[string]bool)
	for {
		r, known := z.find(name.String(), q.Type)
		if !known {
			m.RCode = dnsmessage.RCodeNameError
		}
		if r.CNAME == "" {
			m.Answers = append(m.Answers, r.records(name, q.Type)...)
			return
		}
		if key := lower(name.String()); seen[key] {
			return
		} else {
			seen[key] = true
		}
		target := dnsmessage.MustNewName(r.CNAME + ".")
		m.Answers = append(m.Answers, record(name, &dnsmessage.CNAMEResource{CNAME: target}))
		name = target
	}
}

// records returns the records of one type.
func (r *Reply) records(name dnsmessage.Name, typ dnsmessage.Type) []dnsmessage.Resource {
	var records []dnsmessage.Resource
	for _, body := range r.bodies() {
		if rr := record(name, body); rr.Header.Type == typ {
			records = append(records, rr)
		}
	}
	return records
}
