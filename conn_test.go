package socket_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/nettest"

	"github.com/bsdsocket/socket"
)

// streamPipes are the ways to make a pair of net.Conns.
var streamPipes = []struct {
	name   string
	family socket.Family
	make   func(t testing.TB) (a, b net.Conn)
}{
	{"socketpair", socket.AF_UNIX, func(t testing.TB) (net.Conn, net.Conn) { return pair2(pair(t, 0, 0)) }},
	{"unix", socket.AF_UNIX, func(t testing.TB) (net.Conn, net.Conn) { return pair2(connect(t, socket.AF_UNIX)) }},
	{"tcp", socket.AF_INET, func(t testing.TB) (net.Conn, net.Conn) { return pair2(connect(t, socket.AF_INET)) }},
	{"tcp6", socket.AF_INET6, func(t testing.TB) (net.Conn, net.Conn) { return pair2(connect(t, socket.AF_INET6)) }},
	{"listener, dialed by net", socket.AF_INET, func(t testing.TB) (net.Conn, net.Conn) {
		l, _ := listen(t, socket.AF_INET)
		a, err := net.Dial("tcp", l.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		b, err := l.Listener().Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		return b, a
	}},
}

func pair2(a, b *socket.Socket) (net.Conn, net.Conn) { return a, b }

// TestConn runs the tests that every net.Conn has to pass.
func TestConn(t *testing.T) {
	for _, pipe := range streamPipes {
		t.Run(pipe.name, func(t *testing.T) {
			needFamily(t, pipe.family)
			nettest.TestConn(t, func() (a, b net.Conn, stop func(), err error) {
				a, b = pipe.make(t)
				return a, b, func() { a.Close(); b.Close() }, nil
			})
		})
	}
}

// TestConnEnds proves what Read, Write and the closing of one half say at the end of a
// connection.
func TestConnEnds(t *testing.T) {
	for _, family := range streamFamilies {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			a, b := connect(t, family)
			if _, err := a.Write([]byte("request")); err != nil {
				t.Fatal(err)
			}
			if err := a.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Write([]byte("x")); !errors.Is(err, socket.ErrBrokenPipe) {
				t.Errorf("Write after CloseWrite: %v, want ErrBrokenPipe", err)
			}
			if p, err := io.ReadAll(b); string(p) != "request" || err != nil {
				t.Errorf("ReadAll: %q, %v", p, err)
			}
			if _, err := b.Write([]byte("answer")); err != nil {
				t.Fatal(err)
			}
			b.Close()
			if p, err := io.ReadAll(a); string(p) != "answer" || err != nil {
				t.Errorf("ReadAll: %q, %v", p, err)
			}
			if n, err := a.Read(nil); n != 0 || err != nil {
				t.Errorf("Read(nil): %d, %v", n, err)
			}
			if err := a.CloseRead(); err != nil && !errors.Is(err, socket.ErrNotConnected) {
				t.Error(err)
			}
		})
	}
}

// TestConnAddresses proves that LocalAddr and RemoteAddr agree with package net, on
// both ends, and are never nil, whatever has become of the socket.
func TestConnAddresses(t *testing.T) {
	for _, family := range streamFamilies {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			a, b := connect(t, family)
			remote := a.RemoteAddr()
			if remote != b.LocalAddr() || remote.String() == "" && family != socket.AF_UNIX {
				t.Errorf("connected to %v, which says it is %v", remote, b.LocalAddr())
			}
			b.Close()
			if _, err := io.Copy(io.Discard, a); err != nil {
				t.Error(err)
			}
			if a.RemoteAddr() != remote {
				t.Errorf("after the end the peer is %v, was %v", a.RemoteAddr(), remote)
			}
			a.Close()
			if a.LocalAddr() == nil || a.RemoteAddr() != remote {
				t.Errorf("closed: %v, %v; the peer was %v", a.LocalAddr(), a.RemoteAddr(), remote)
			}
		})
	}
}

// TestConnCopies proves that io.Copy finds ReadFrom and WriteTo, and that both copy all.
func TestConnCopies(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	file := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(t *testing.T) io.Reader{
		"bytes":  func(*testing.T) io.Reader { return bytes.NewReader(data) },
		"reader": func(*testing.T) io.Reader { return struct{ io.Reader }{bytes.NewReader(data)} },
		"file": func(t *testing.T) io.Reader {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { f.Close() })
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := pair(t, 0, 0)
			from := open(t)
			call := begin(func() error {
				defer a.Close()
				n, err := io.Copy(a, from)
				if err == nil && n != int64(len(data)) {
					t.Errorf("copied %d bytes of %d", n, len(data))
				}
				return err
			})
			var got bytes.Buffer
			if n, err := io.Copy(&got, b); n != int64(len(data)) || err != nil {
				t.Errorf("copied %d bytes of %d, %v", n, len(data), err)
			}
			if r := call.end(t); r.err != nil {
				t.Error(r.err)
			}
			if !bytes.Equal(got.Bytes(), data) {
				t.Error("not what was sent")
			}
		})
	}
}

// TestCopyBetweenSockets proves that a proxy of two io.Copy loses nothing and ends.
func TestCopyBetweenSockets(t *testing.T) {
	a, b := pair(t, 0, 0)
	c, d := pair(t, 0, 0)
	proxy := begin(func() error {
		_, err := io.Copy(c, b)
		return errors.Join(err, c.CloseWrite())
	})
	data := strings.Repeat("through", 100_000)
	send := begin(func() error {
		_, err := io.WriteString(a, data)
		return errors.Join(err, a.CloseWrite())
	})
	if p, err := io.ReadAll(d); string(p) != data || err != nil {
		t.Errorf("%d bytes of %d, %v", len(p), len(data), err)
	}
	for _, c := range []pendingCall{proxy, send} {
		if r := c.end(t); r.err != nil {
			t.Error(r.err)
		}
	}
}

// TestPacketConn proves that the PacketConn view sends to the addresses that it and
// package net give, and obeys its deadline.
func TestPacketConn(t *testing.T) {
	for _, family := range streamFamilies {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			s, _ := bound(t, family)
			r, _ := bound(t, family)
			a, b := s.PacketConn(), r.PacketConn()
			p := make([]byte, 16)
			if n, err := a.WriteTo([]byte("ping"), b.LocalAddr()); n != 4 || err != nil {
				t.Fatal(n, err)
			}
			n, from, err := b.ReadFrom(p)
			if string(p[:n]) != "ping" || from != a.LocalAddr() || err != nil {
				t.Fatalf("%q from %v, %v", p[:n], from, err)
			}
			if _, err := b.WriteTo([]byte("pong"), netAddr(t, from)); err != nil {
				t.Fatal(err)
			}
			if n, _, err := a.ReadFrom(p); string(p[:n]) != "pong" || err != nil {
				t.Errorf("%q, %v", p[:n], err)
			}
			if err := a.SetReadDeadline(time.Now().Add(soon)); err != nil {
				t.Fatal(err)
			}
			begin(func() error { _, _, err := a.ReadFrom(p); return err }).wantErr(t, os.ErrDeadlineExceeded)
			if err := a.Close(); err != nil || !s.Closed() {
				t.Errorf("Close: %v; the socket is closed: %v", err, s.Closed())
			}
			// That the deadline has passed does not hide that: a server would try again.
			if n, from, err := a.ReadFrom(p); n != 0 || from != nil || !errors.Is(err, net.ErrClosed) {
				t.Errorf("closed: %d, %v, %v", n, from, err)
			}
		})
	}
}

// netAddr is the address as package net has it.
func netAddr(t *testing.T, addr net.Addr) net.Addr {
	t.Helper()
	switch a := addr.(type) {
	case socket.UnixAddr:
		return &net.UnixAddr{Name: a.Path, Net: "unixgram"}
	case socket.InetAddr:
		return net.UDPAddrFromAddrPort(a.AddrPort())
	}
	t.Fatalf("%T", addr)
	return nil
}

// TestListener proves that the Listener view ends an Accept by deadline and by Close and
// returns no nil in disguise.
func TestListener(t *testing.T) {
	s, _ := listen(t, socket.AF_INET)
	l := s.Listener()
	if l.Addr() != s.LocalAddr() {
		t.Errorf("%v, %v", l.Addr(), s.LocalAddr())
	}
	d := l.(interface{ SetDeadline(time.Time) error })
	if err := d.SetDeadline(time.Now().Add(soon)); err != nil {
		t.Fatal(err)
	}
	accept := func() error {
		conn, err := l.Accept()
		if err != nil && conn != nil {
			t.Errorf("%#v and %v", conn, err)
		}
		return err
	}
	begin(accept).wantErr(t, os.ErrDeadlineExceeded)
	if err := d.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	call := begin(accept)
	awaitWaiting(t, s, false, 1)
	if err := l.Close(); err != nil || !s.Closed() {
		t.Errorf("Close: %v; the socket is closed: %v", err, s.Closed())
	}
	call.wantErr(t, net.ErrClosed)
	not, _ := pair(t, 0, 0)
	if _, err := not.Listener().Accept(); err == nil || errors.Is(err, net.ErrClosed) {
		t.Errorf("not listening: %v", err)
	}
}

// TestHTTP serves HTTP, on an AF_UNIX listener if there is AF_UNIX, to clients that connect
// by this package.
func TestHTTP(t *testing.T) {
	family := localFamily()
	l, addr := listen(t, family)
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Length", strconv.Itoa(len(p))) // lets it use ReadFrom
			_, _ = io.Copy(w, bytes.NewBuffer(p))
		}),
		ReadHeaderTimeout: time.Minute,
	}
	served := begin(func() error { return server.Serve(l.Listener()) })
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			s, err := socket.New(family, socket.SOCK_STREAM, 0)
			if err != nil {
				return nil, err
			}
			if err := s.WithContext(ctx).Connect(addr); err != nil {
				s.Close()
				return nil, err
			}
			return s, nil
		},
	}}
	data := strings.Repeat("echo", 50_000)
	for range 20 {
		response, err := client.Post("http://local/", "text/plain", strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		p, err := io.ReadAll(response.Body)
		response.Body.Close()
		if string(p) != data || err != nil {
			t.Errorf("%d bytes of %d, %v", len(p), len(data), err)
		}
	}
	client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	served.wantErr(t, http.ErrServerClosed)
}

// TestTLS speaks TLS over a socketpair.
func TestTLS(t *testing.T) {
	a, b := pair(t, 0, 0)
	certificate, roots := selfSigned(t)
	server := tls.Server(a, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	client := tls.Client(b, &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS13})
	data := strings.Repeat("secret", 50_000)
	echo := begin(func() error {
		_, err := io.Copy(server, server)
		return errors.Join(err, server.Close())
	})
	send := begin(func() error {
		_, err := io.WriteString(client, data)
		return errors.Join(err, client.CloseWrite())
	})
	if p, err := io.ReadAll(client); string(p) != data || err != nil {
		t.Errorf("%d bytes of %d, %v", len(p), len(data), err)
	}
	for _, c := range []pendingCall{echo, send} {
		if r := c.end(t); r.err != nil {
			t.Error(r.err)
		}
	}
}

// selfSigned makes a certificate for localhost and a pool that trusts it.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(crand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// TestRawConnPanic: a function that panics in a RawConn does not keep the socket from
// being closed.
func TestRawConnPanic(t *testing.T) {
	for _, timeout := range []time.Duration{0, time.Hour} {
		a, _ := pair(t, 0, 0)
		mustSetTimeout(t, a, timeout)
		raw, err := a.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		for name, call := range map[string]func(){
			"Control": func() { raw.Control(func(uintptr) { panic("here") }) },
			"Read":    func() { raw.Read(func(uintptr) bool { panic("here") }) },
			"Write":   func() { raw.Write(func(uintptr) bool { panic("here") }) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("%s, timeout %v: the panic is gone", name, timeout)
					}
				}()
				call()
			}()
		}
		if r := begin(a.Close).end(t); r.err != nil {
			t.Error("Close:", r.err)
		}
	}
}
