package socket_test

import (
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket"
)

// dnsQuery is the question for the addresses of a name.
func dnsQuery(t testing.TB, name string, typ dnsmessage.Type) dnsmessage.Message {
	t.Helper()
	n, err := dnsmessage.NewName(name)
	if err != nil {
		t.Fatal(err)
	}
	return dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: n, Type: typ, Class: dnsmessage.ClassINET}},
	}
}

func packed(t testing.TB, m dnsmessage.Message) []byte {
	t.Helper()
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// record is a resource record of the answer section.
func record(name string, body dnsmessage.ResourceBody) dnsmessage.Resource {
	return dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Class: dnsmessage.ClassINET},
		Body:   body,
	}
}

func cname(name, target string) dnsmessage.Resource {
	return record(name, &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(target)})
}

func a(name string, last byte) dnsmessage.Resource {
	return record(name, &dnsmessage.AResource{A: [4]byte{192, 0, 2, last}})
}

// TestParseAnswer takes what belongs to the name asked for, and nothing else.
func TestParseAnswer(t *testing.T) {
	query := dnsQuery(t, "www.test.", dnsmessage.TypeA)
	tests := []struct {
		name    string
		answers []dnsmessage.Resource
		change  func(m *dnsmessage.Message)
		names   []string // nil: it is no answer
		addrs   []string
	}{
		{"address", []dnsmessage.Resource{a("www.test.", 1), a("WWW.Test.", 2)}, nil, []string{"www.test"}, []string{"192.0.2.1", "192.0.2.2"}},
		{"nothing", nil, nil, []string{"www.test"}, nil},
		{"chain", []dnsmessage.Resource{cname("www.test.", "b.test."), cname("B.test.", "c.test."), a("c.test.", 3)}, nil, []string{"www.test", "b.test", "c.test"}, []string{"192.0.2.3"}},
		{"address of another name", []dnsmessage.Resource{a("evil.test.", 66), a("www.test.", 1)}, nil, []string{"www.test"}, []string{"192.0.2.1"}},
		{"address of a name of the chain", []dnsmessage.Resource{cname("www.test.", "b.test."), a("www.test.", 66), a("b.test.", 1)}, nil, []string{"www.test", "b.test"}, []string{"192.0.2.1"}},
		{"alias of another name", []dnsmessage.Resource{cname("x.test.", "evil.test."), a("evil.test.", 66)}, nil, []string{"www.test"}, nil},
		{"alias that is no host name", []dnsmessage.Resource{cname("www.test.", "a b.test."), a("a b.test.", 1)}, nil, []string{"www.test"}, []string{"192.0.2.1"}},
		{"ring", []dnsmessage.Resource{cname("www.test.", "b.test."), cname("b.test.", "www.test.")}, nil, []string{"www.test", "b.test", "www.test"}, nil},
		{"another type", []dnsmessage.Resource{record("www.test.", &dnsmessage.AAAAResource{AAAA: netip.IPv6Loopback().As16()})}, nil, []string{"www.test"}, nil},
		{"another class", []dnsmessage.Resource{a("www.test.", 1)}, func(m *dnsmessage.Message) { m.Answers[0].Header.Class = dnsmessage.ClassCHAOS }, []string{"www.test"}, nil},
		{"another id", nil, func(m *dnsmessage.Message) { m.ID++ }, nil, nil},
		{"a query", nil, func(m *dnsmessage.Message) { m.Response = false }, nil, nil},
		{"cut", nil, func(m *dnsmessage.Message) { m.Truncated = true }, nil, nil},
		{"another question", nil, func(m *dnsmessage.Message) { m.Questions[0].Name = dnsmessage.MustNewName("ww.test.") }, nil, nil},
		{"another type of question", nil, func(m *dnsmessage.Message) { m.Questions[0].Type = dnsmessage.TypeAAAA }, nil, nil},
		{"no question", nil, func(m *dnsmessage.Message) { m.Questions = nil }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := query
			m.Questions = slices.Clone(query.Questions)
			m.Response, m.Answers = true, tt.answers
			if tt.change != nil {
				tt.change(&m)
			}
			names, addrs, ok := socket.ParseAnswer(packed(t, m), packed(t, query))
			var texts []string
			for _, ip := range addrs {
				texts = append(texts, ip.String())
			}
			if ok != (tt.names != nil) || !slices.Equal(names, tt.names) || !slices.Equal(texts, tt.addrs) {
				t.Errorf("%q %q %v, want %q %q", names, texts, ok, tt.names, tt.addrs)
			}
		})
	}
}

// FuzzParseAnswer reads anything: what comes out is of the type asked for and safe to
// print, and no longer than what went in.
func FuzzParseAnswer(f *testing.F) {
	query := dnsQuery(f, "www.test.", dnsmessage.TypeA)
	m := query
	m.Response = true
	m.Answers = []dnsmessage.Resource{cname("www.test.", "b.test."), a("b.test.", 1)}
	f.Add(packed(f, m))
	loop := packed(f, m)
	f.Add(append(loop[:len(loop)-16], 0xc0, byte(len(loop)-16))) // a name that points to itself
	f.Add(packed(f, query))
	asked := packed(f, query)
	f.Fuzz(func(t *testing.T, msg []byte) {
		names, addrs, ok := socket.ParseAnswer(msg, asked)
		if !ok {
			return
		}
		if len(names)+len(addrs) > 1+len(msg)/10 { // a record takes more
			t.Errorf("%d names and %d addresses from %d bytes", len(names), len(addrs), len(msg))
		}
		for _, name := range names {
			if !socket.IsHostName(name) {
				t.Errorf("name %q", name)
			}
		}
		for _, ip := range addrs {
			if !ip.Is4() {
				t.Errorf("address %v", ip)
			}
		}
	})
}
