package dnstest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/bsdsocket/socket/internal/dnstest"
)

// start starts a server that ends with the test.
func start(t *testing.T, zone dnstest.Zone) *dnstest.Server {
	t.Helper()
	s, err := dnstest.Listen("127.0.0.1:0", zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// question returns a question as it goes over the wire.
func question(t *testing.T, name string, typ dnsmessage.Type) []byte {
	t.Helper()
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 4660, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: typ, Class: dnsmessage.ClassINET}},
	}
	packed, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

const (
	patience = 30 * time.Second       // how long a test waits for what has to come
	aWhile   = 100 * time.Millisecond // and for what must not
)

// ask sends a question over UDP and returns the packets that come back until one is read
// without an error, or there are no more. It waits for the first as long as it is told.
func ask(t *testing.T, s *dnstest.Server, query []byte, wait time.Duration) (m dnsmessage.Message, packets int, err error) {
	t.Helper()
	c, err := net.Dial("udp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(query); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	for ; ; wait = aWhile {
		if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
			t.Fatal(err)
		}
		n, readErr := c.Read(buf)
		if readErr != nil {
			return m, packets, errors.Join(err, readErr)
		}
		packets++
		if err = m.Unpack(buf[:n]); err == nil {
			return m, packets, nil
		}
	}
}

// texts returns the answers of a message in short.
func texts(m dnsmessage.Message) []string {
	var out []string
	for _, a := range m.Answers {
		switch body := a.Body.(type) {
		case *dnsmessage.AResource:
			out = append(out, netip.AddrFrom4(body.A).String())
		case *dnsmessage.AAAAResource:
			out = append(out, netip.AddrFrom16(body.AAAA).String())
		case *dnsmessage.CNAMEResource:
			out = append(out, a.Header.Name.String()+" is "+body.CNAME.String())
		case *dnsmessage.PTRResource:
			out = append(out, body.PTR.String())
		}
	}
	return out
}

var zone = dnstest.Zone{
	"host.test":                      {Addrs: []string{"192.0.2.1", "2001:db8::1", "192.0.2.2"}},
	"www.test":                       {CNAME: "web.test"},
	"web.test":                       {CNAME: "host.test"},
	"ring.test":                      {CNAME: "gnir.test"},
	"gnir.test":                      {CNAME: "ring.test"},
	"dangling.test":                  {CNAME: "nothing.test"},
	"empty.test":                     {},
	"fail.test":                      {Code: dnsmessage.RCodeServerFailure},
	"half.test":                      {Addrs: []string{"192.0.2.3"}},
	"half.test AAAA":                 {Code: dnsmessage.RCodeRefused},
	dnstest.Reverse("192.0.2.1"):     {PTR: []string{"host.test"}},
	dnstest.Reverse("2001:db8::1:f"): {PTR: []string{"six.test", "also.test"}},
}

func TestAnswers(t *testing.T) {
	s := start(t, zone)
	tests := []struct {
		name string
		typ  dnsmessage.Type
		code dnsmessage.RCode
		want string
	}{
		{"host.test.", dnsmessage.TypeA, 0, "192.0.2.1 192.0.2.2"},
		{"HOST.Test.", dnsmessage.TypeA, 0, "192.0.2.1 192.0.2.2"},
		{"host.test.", dnsmessage.TypeAAAA, 0, "2001:db8::1"},
		{"www.test.", dnsmessage.TypeA, 0, "www.test. is web.test. web.test. is host.test. 192.0.2.1 192.0.2.2"},
		{"ring.test.", dnsmessage.TypeA, 0, "ring.test. is gnir.test. gnir.test. is ring.test."},
		{"dangling.test.", dnsmessage.TypeA, dnsmessage.RCodeNameError, "dangling.test. is nothing.test."},
		{"empty.test.", dnsmessage.TypeA, 0, ""},
		{"fail.test.", dnsmessage.TypeA, dnsmessage.RCodeServerFailure, ""},
		{"half.test.", dnsmessage.TypeA, 0, "192.0.2.3"},
		{"half.test.", dnsmessage.TypeAAAA, dnsmessage.RCodeRefused, ""},
		{"nothing.test.", dnsmessage.TypeA, dnsmessage.RCodeNameError, ""},
		{"1.2.0.192.in-addr.arpa.", dnsmessage.TypePTR, 0, "host.test."},
		{"f.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", dnsmessage.TypePTR, 0, "six.test. also.test."},
	}
	for _, tt := range tests {
		m, _, err := ask(t, s, question(t, tt.name, tt.typ), patience)
		if err != nil {
			t.Fatal(tt.name, err)
		}
		if got := strings.Join(texts(m), " "); got != tt.want || m.RCode != tt.code || m.ID != 4660 || !m.Response {
			t.Errorf("%s %v: %q, header %+v, want %q, %v", tt.name, tt.typ, got, m.Header, tt.want, tt.code)
		}
	}
}

// TestLog has the server remember questions as they were spelled, and what was none.
func TestLog(t *testing.T) {
	s := start(t, zone)
	for _, query := range [][]byte{
		question(t, "Host.test.", dnsmessage.TypeA), question(t, "x.test.", dnsmessage.TypeAAAA),
		question(t, "x.test.", dnsmessage.TypeA),
	} {
		if _, _, err := ask(t, s, query, patience); err != nil {
			t.Error(err)
		}
	}
	_, _, _ = ask(t, s, []byte{1, 2, 3}, aWhile) // which nobody answers
	want := []dnstest.Query{
		{Network: "udp", Name: "Host.test", Type: dnsmessage.TypeA}, {Network: "udp", Name: "x.test", Type: dnsmessage.TypeAAAA},
		{Network: "udp", Name: "x.test", Type: dnsmessage.TypeA}, {Network: "udp"},
	}
	for end := time.Now().Add(patience); len(s.Queries()) < len(want) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if got := s.Queries(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := s.Names(); !slices.Equal(got, []string{"Host.test", "x.test", ""}) {
		t.Errorf("names %q", got)
	}
	s.Forget()
	if got := s.Queries(); len(got) != 0 {
		t.Errorf("%v after Forget", got)
	}
}

// TestUnreadable asks for a name with a dot in a label, which has to be answered all the
// same: a client would wait for it.
func TestUnreadable(t *testing.T) {
	s := start(t, zone)
	query := question(t, "a-b.test.", dnsmessage.TypeA)
	query[14] = '.'
	c, err := net.Dial("udp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write(query); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 512)
	n, err := c.Read(got)
	query[2] |= 0x80
	query[3] |= 3
	if err != nil || !slices.Equal(got[:n], query) {
		t.Errorf("%v, error %v, want %v", got[:n], err, query)
	}
}

// TestLies has each lie break what it says, and the truth follow where it is promised.
func TestLies(t *testing.T) {
	for _, lie := range dnstest.Lies {
		t.Run(lie.String(), func(t *testing.T) {
			s := start(t, dnstest.Zone{
				"liar.test":   {Addrs: []string{"192.0.2.1"}, Lie: lie},
				"recant.test": {Addrs: []string{"192.0.2.1"}, Lie: lie, Recant: true},
			})
			m, packets, err := ask(t, s, question(t, "liar.test.", dnsmessage.TypeA), patience)
			if packets != 1 || honest(m, err) {
				t.Errorf("%d packets, %+v, error %v", packets, m, err)
			}
			c, err := net.Dial("udp", s.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, err := c.Write(question(t, "recant.test.", dnsmessage.TypeA)); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 512)
			for i, want := range []bool{false, true} {
				n, err := c.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				var m dnsmessage.Message
				if err := m.Unpack(buf[:n]); honest(m, err) != want {
					t.Errorf("packet %d: %+v, error %v", i, m, err)
				}
			}
		})
	}
}

// honest reports whether a message is a true answer.
func honest(m dnsmessage.Message, err error) bool {
	return err == nil && m.Response && m.ID == 4660 && len(m.Questions) == 1 && len(m.Answers) == 1 &&
		m.Questions[0].Name == m.Answers[0].Header.Name && m.Answers[0].Header.Class == dnsmessage.ClassINET
}

// TestResolver has Go's own resolver as the client.
func TestResolver(t *testing.T) {
	long := make([]string, 200)
	for i := range long {
		long[i] = fmt.Sprintf("192.0.2.%d", i)
	}
	s := start(t, dnstest.Zone{
		"host.test": zone["host.test"],
		"long.test": {Addrs: long},
		"tcp.test":  {Addrs: []string{"192.0.2.9"}, TCP: true},
		"late.test": {Addrs: []string{"192.0.2.8"}, Delay: 20 * time.Millisecond},
		"mute.test": {Silent: true},
	})
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.Addr().String())
	}}
	for name, want := range map[string]int{"host.test.": 2, "long.test.": 200, "tcp.test.": 1, "late.test.": 1} {
		begun := time.Now()
		ips, err := r.LookupNetIP(t.Context(), "ip4", name)
		if err != nil || len(ips) != want {
			t.Errorf("%s: %v, error %v, want %d", name, ips, err, want)
		}
		if name == "late.test." && time.Since(begun) < 20*time.Millisecond {
			t.Errorf("%s: after %v", name, time.Since(begun))
		}
		over := slices.ContainsFunc(s.Queries(), func(q dnstest.Query) bool { return q.Network == "tcp" && q.Name+"." == name })
		if want := name == "long.test." || name == "tcp.test."; over != want {
			t.Errorf("%s: asked over TCP %v, want %v", name, over, want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	var dns *net.DNSError
	if ips, err := r.LookupNetIP(ctx, "ip4", "mute.test."); !errors.As(err, &dns) || !dns.IsTimeout {
		t.Errorf("mute.test.: %v, error %v", ips, err)
	}
}

// TestClose ends a server that is busy: with an answer that takes long, and a connection.
func TestClose(t *testing.T) {
	s := start(t, dnstest.Zone{"late.test": {Delay: time.Hour}})
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, _, err := ask(t, s, question(t, "late.test.", dnsmessage.TypeA), aWhile); err == nil {
		t.Error("an answer before its time")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes of a closed server", n)
	}
	if err := s.Close(); err != nil {
		t.Error("closed twice:", err)
	}
}

// TestPipe asks a server without an address, and ends it while it has a connection.
func TestPipe(t *testing.T) {
	s := dnstest.New(zone)
	r := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return s.Pipe(), nil }}
	if ips, err := r.LookupNetIP(t.Context(), "ip4", "www.test."); err != nil || len(ips) != 2 {
		t.Errorf("%v, error %v", ips, err)
	}
	if got, want := s.Queries(), (dnstest.Query{Network: "tcp", Name: "www.test", Type: dnsmessage.TypeA}); !slices.Equal(got, []dnstest.Query{want}) {
		t.Errorf("%v, want %v", got, want)
	}
	before := s.Pipe()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]net.Conn{"before": before, "after": s.Pipe()} {
		if n, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("%s Close: %d bytes, error %v", name, n, err)
		}
	}
}

func TestListenFails(t *testing.T) {
	if s, err := dnstest.Listen("127.0.0.1:65536", nil); err == nil {
		s.Close()
		t.Error("a port that is none")
	}
}
