package socket_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
)

// streamFamilies are the families of connect.
var streamFamilies = []socket.Family{socket.AF_INET, socket.AF_INET6, socket.AF_UNIX}

// needFamily skips a test where the machine lacks the family.
func needFamily(t testing.TB, family socket.Family) {
	t.Helper()
	switch family {
	case socket.AF_INET6:
		needIPv6(t)
	case socket.AF_UNIX:
		needUnix(t)
	}
}

// TestRecvResults proves what the forms of receive return: data, the end of a stream,
// an empty datagram, an error.
func TestRecvResults(t *testing.T) {
	type result struct {
		data  string
		isNil bool
		err   error
	}
	forms := map[string]func(s *socket.Socket) result{
		"Recv": func(s *socket.Socket) result {
			p, err := s.Recv(16)
			return result{string(p), p == nil, err}
		},
		"RecvFrom": func(s *socket.Socket) result {
			p, _, err := s.RecvFrom(16)
			return result{string(p), p == nil, err}
		},
		"RecvInto": func(s *socket.Socket) result {
			p := make([]byte, 16)
			n, err := s.RecvInto(p)
			return result{string(p[:n]), err != nil, err}
		},
		"RecvFromInto": func(s *socket.Socket) result {
			p := make([]byte, 16)
			n, _, err := s.RecvFromInto(p)
			return result{string(p[:n]), err != nil, err}
		},
		"Read": func(s *socket.Socket) result {
			p := make([]byte, 16)
			n, err := s.Read(p)
			return result{string(p[:n]), err != nil, err}
		},
	}
	for name, recv := range forms {
		for _, test := range []struct {
			name string
			typ  socket.Type
			send func(s *socket.Socket) error
			want result
		}{
			{"data", socket.SOCK_STREAM, func(s *socket.Socket) error { return s.SendAll([]byte("data")) }, result{data: "data"}},
			{"end", socket.SOCK_STREAM, (*socket.Socket).CloseWrite, result{}},
			{"closed peer", socket.SOCK_STREAM, (*socket.Socket).Close, result{}},
			{"datagram", socket.SOCK_DGRAM, func(s *socket.Socket) error { _, err := s.Send([]byte("data")); return err }, result{data: "data"}},
			{"empty datagram", socket.SOCK_DGRAM, func(s *socket.Socket) error { _, err := s.Send(nil); return err }, result{}},
			{
				"nothing", socket.SOCK_STREAM, func(*socket.Socket) error { return nil },
				result{isNil: true, err: socket.ErrTimeout},
			},
		} {
			t.Run(name+"/"+test.name, func(t *testing.T) {
				a, b := pair(t, 0, test.typ)
				mustSetTimeout(t, a, time.Millisecond)
				if err := test.send(b); err != nil {
					t.Fatal(err)
				}
				want := test.want
				if name == "Read" && want == (result{}) && test.typ == socket.SOCK_STREAM {
					want = result{isNil: true, err: io.EOF}
				}
				got := recv(a)
				if got.data != want.data || got.isNil != want.isNil || !errors.Is(got.err, want.err) {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	}
}

// TestRecvFlags proves that flags reach the system, one or several.
func TestRecvFlags(t *testing.T) {
	a, b := pair(t, 0, socket.SOCK_DGRAM)
	mustSend(t, b, "datagram")
	for _, flags := range [][]socket.MsgFlag{{socket.MSG_PEEK}, {0, socket.MSG_PEEK}} {
		if p, err := a.Recv(8, flags...); string(p) != "datagram" || err != nil {
			t.Errorf("%v: %q, %v", flags, p, err)
		}
	}
	if p, err := a.Recv(16); string(p) != "datagram" || err != nil {
		t.Errorf("%q, %v", p, err)
	}
}

// TestRecvSize proves the bounds of the size that Recv takes, and that a small result
// does not keep a large buffer.
func TestRecvSize(t *testing.T) {
	a, b := pair(t, 0, 0)
	for _, n := range []int{-1, 1<<30 + 1} {
		var bad *socket.ArgError
		if _, err := a.Recv(n); !errors.As(err, &bad) {
			t.Errorf("Recv(%d): %v, want an ArgError", n, err)
		}
		if _, _, err := a.RecvFrom(n); !errors.As(err, &bad) {
			t.Errorf("RecvFrom(%d): %v, want an ArgError", n, err)
		}
	}
	mustSend(t, b, "data")
	if p, err := a.Recv(1 << 20); string(p) != "data" || cap(p) > 1024 || err != nil {
		t.Errorf("%q with room for %d, %v", p, cap(p), err)
	}
}

// TestStreamTransfersAll sends more than any buffer holds, both ways at once, in odd
// pieces: the same bytes arrive.
func TestStreamTransfersAll(t *testing.T) {
	size := 4 << 20
	if testing.Short() {
		size = 1 << 20
	}
	for _, family := range streamFamilies {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			a, b := connect(t, family)
			var ends sync.WaitGroup
			sent, got := [2][]byte{}, [2][]byte{}
			for i, s := range []*socket.Socket{a, b} {
				data := make([]byte, size)
				chacha := rand.NewChaCha8([32]byte{byte(i)})
				_, _ = chacha.Read(data)
				sum := sha256.Sum256(data)
				sent[i] = sum[:]
				ends.Go(func() {
					for len(data) > 0 {
						n := min(1+int(chacha.Uint64()%100_000), len(data))
						if err := s.SendAll(data[:n]); err != nil {
							t.Error(err)
							return
						}
						data = data[n:]
					}
					if err := s.CloseWrite(); err != nil {
						t.Error(err)
					}
				})
				ends.Go(func() {
					hash, p := sha256.New(), make([]byte, 40_000)
					for {
						n, err := s.Read(p[:1+int(time.Now().UnixNano()%40_000)])
						hash.Write(p[:n])
						if errors.Is(err, io.EOF) {
							break
						}
						if err != nil {
							t.Error(err)
							return
						}
					}
					got[1-i] = hash.Sum(nil)
				})
			}
			ends.Wait()
			for i := range sent {
				if !bytes.Equal(sent[i], got[i]) {
					t.Error("not what was sent")
				}
			}
		})
	}
}

// TestSendAllDoesNotMix proves that the bytes of concurrent SendAll and Write calls stand
// together on the stream, though each is more than the buffer takes at once.
func TestSendAllDoesNotMix(t *testing.T) {
	const senders, blocks, size = 6, 5, 300_000
	a, b := pair(t, 0, 0)
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			block := bytes.Repeat([]byte{byte(i)}, size)
			for j := range blocks {
				var err error
				if j%2 == 0 {
					err = a.SendAll(block)
				} else {
					_, err = a.Write(block)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	p, counts := make([]byte, size), [senders]int{}
	for range senders * blocks {
		if _, err := io.ReadFull(b, p); err != nil {
			t.Fatal(err)
		}
		counts[p[0]]++
		if i := bytes.IndexFunc(p, func(r rune) bool { return r != rune(p[0]) }); i >= 0 {
			t.Fatalf("byte %d of a block of %d is %d", i, p[0], p[i])
		}
	}
	all.Wait()
	for i, n := range counts {
		if n != blocks {
			t.Errorf("%d blocks of sender %d, want %d", n, i, blocks)
		}
	}
}

// TestSendAllHasOneBudget proves that the timeout of SendAll is the limit of the whole: a
// reader that takes a little now and then does not prolong it. Write tells exactly how
// much went out.
func TestSendAllHasOneBudget(t *testing.T) {
	const timeout = 300 * time.Millisecond
	for name, send := range map[string]func(s *socket.Socket, p []byte) (int, error){
		"SendAll": func(s *socket.Socket, p []byte) (int, error) { return -1, s.SendAll(p) },
		"Write":   (*socket.Socket).Write,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := pair(t, 0, 0)
			mustSetTimeout(t, a, timeout)
			data := make([]byte, 16<<20) // more than the buffers of a TCP connection
			sent := 0
			call := begin(func() (err error) {
				sent, err = send(a, data)
				return err
			})
			got, p := 0, make([]byte, 16<<10)
			for ended := false; !ended; {
				select {
				case r := <-call.done:
					call.done <- r
					ended = true
				case <-time.After(timeout / 10): // each time there is room again
					n, err := b.RecvInto(p)
					if err != nil {
						t.Fatal(err)
					}
					got += n
				}
			}
			call.wantTimeout(t, timeout)
			a.Close()
			for {
				n, err := b.RecvInto(p)
				if err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					break
				}
				got += n
			}
			if sent >= 0 && sent != got {
				t.Errorf("Write tells of %d bytes, %d came", sent, got)
			}
		})
	}
}

// TestSendAllNonblocking proves that without time to wait a SendAll that does not fit says
// so, also when another is under way.
func TestSendAllNonblocking(t *testing.T) {
	a, b := pair(t, 0, 0)
	other := begin(func() error { return a.SendAll(flood) })
	awaitWaiting(t, a, true, 1)
	mustSetTimeout(t, a, 0)
	if err := a.SendAll([]byte("x")); !errors.Is(err, socket.ErrWouldBlock) {
		t.Errorf("while another sends: %v, want ErrWouldBlock", err)
	}
	if _, err := io.CopyN(io.Discard, b, int64(len(flood))); err != nil {
		t.Fatal(err)
	}
	if r := other.end(t); r.err != nil {
		t.Error(r.err)
	}
	if n, err := a.Write(flood); !errors.Is(err, socket.ErrWouldBlock) || n <= 0 || n >= len(flood) {
		t.Errorf("too much: %d, %v, want a part and ErrWouldBlock", n, err)
	}
}

// TestDatagramsKeepTheirSender proves that the forms of sendto and recvfrom agree on data
// and addresses, in every family that has datagrams.
func TestDatagramsKeepTheirSender(t *testing.T) {
	for _, family := range streamFamilies {
		t.Run(family.String(), func(t *testing.T) {
			needFamily(t, family)
			a, from := bound(t, family)
			b, to := bound(t, family)
			check := func(how string, n int, addr any, err error) {
				t.Helper()
				if n != 5 || addr != any(from) || err != nil {
					t.Errorf("%s: %d bytes from %v, %v; want 5 from %v", how, n, addr, err, from)
				}
			}
			for range 3 {
				for range 3 {
					if n, err := a.SendTo([]byte("hello"), to); n != 5 || err != nil {
						t.Fatal(n, err)
					}
				}
				p, addr, err := b.RecvFrom(16)
				check("RecvFrom", len(p), addr, err)
				n, addr, err := b.RecvFromInto(make([]byte, 16))
				check("RecvFromInto", n, addr, err)
				n, netAddr, err := b.PacketConn().ReadFrom(make([]byte, 16))
				check("ReadFrom", n, netAddr, err)
			}
			inet, ok := to.(socket.InetAddr)
			if !ok {
				return
			}
			if n, err := a.SendToAddrPort([]byte("hello"), inet.AddrPort()); n != 5 || err != nil {
				t.Fatal(n, err)
			}
			n, ap, err := b.RecvFromAddrPort(make([]byte, 16))
			if want := from.(socket.InetAddr).AddrPort(); n != 5 || ap != want || err != nil {
				t.Errorf("RecvFromAddrPort: %d bytes from %v, %v; want 5 from %v", n, ap, err, want)
			}
		})
	}
}

// TestRecvFromWithoutSender proves that a connected stream and a peer without a name give
// no address, and no nil in disguise.
func TestRecvFromWithoutSender(t *testing.T) {
	for _, typ := range []socket.Type{socket.SOCK_STREAM, socket.SOCK_DGRAM} {
		a, b := pair(t, 0, typ)
		if typ == socket.SOCK_DGRAM && a.Family() != socket.AF_UNIX {
			continue // UDP has senders
		}
		mustSend(t, b, "x")
		mustSend(t, b, "x")
		if _, addr, err := a.RecvFrom(1); addr != nil && addr != (socket.UnixAddr{}) || err != nil {
			t.Errorf("%v: from %#v, %v", typ, addr, err)
		}
		if _, ap, err := a.RecvFromAddrPort(make([]byte, 1)); ap != (netip.AddrPort{}) || err != nil {
			t.Errorf("%v: from %v, %v", typ, ap, err)
		}
	}
}

// TestWaitAllOwesTheError proves that an error which MSG_WAITALL meets after a part of the
// data is told by the next call, once.
func TestWaitAllOwesTheError(t *testing.T) {
	needResets(t)
	a, b := connect(t, socket.AF_INET)
	if err := b.SendAll([]byte("part")); err != nil {
		t.Fatal(err)
	}
	all := begin(func() error {
		p, err := a.Recv(64, socket.MSG_WAITALL)
		if string(p) != "part" {
			t.Errorf("received %q, want the part", p)
		}
		return err
	})
	awaitWaiting(t, a, false, 1)
	reset(t, b)
	if r := all.end(t); r.err != nil {
		t.Error("with a part:", r.err)
	}
	if _, err := a.Recv(64); !errors.Is(err, socket.ErrConnReset) {
		t.Errorf("after it: got %v, want ErrConnReset", err)
	}
	if p, err := a.Recv(64); len(p) != 0 || err != nil {
		t.Errorf("at the end: %q, %v", p, err)
	}
}
