package sys

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket/internal/sockaddr"
)

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE, the complement of SO_REUSEADDR.
const soExclusiveAddrUse = ^4

const (
	pairBacklog    = 128
	pairCandidates = 64               // that are listened to at a time
	pairPatience   = 10 * time.Second // for what takes the system microseconds
)

// Socketpair stands in for socketpair(2), which Windows has not: two stream sockets of
// AF_UNIX, AF_INET or AF_INET6 that are connected to each other through a listener that
// lives for that long. Anything else is WSAEOPNOTSUPP. Unlike all else here it is more
// than one call and may have to wait, but for no more than the machine itself.
func Socketpair(family, typ, proto int) (fds [2]windows.Handle, e syscall.Errno) {
	if typ != windows.SOCK_STREAM || !canPair(family, proto) {
		return fds, windows.WSAEOPNOTSUPP
	}
	p, e := newPairing(family, proto)
	if e != 0 {
		return fds, e
	}
	return p.pair(proto)
}

func canPair(family, proto int) bool {
	switch family {
	case windows.AF_UNIX:
		return proto == 0
	case windows.AF_INET, windows.AF_INET6:
		return proto == 0 || proto == windows.IPPROTO_TCP
	}
	return false
}

// HasUnixPair reports whether Socketpair can make a pair of AF_UNIX, by trying once.
var HasUnixPair = sync.OnceValue(func() bool {
	fds, e := Socketpair(windows.AF_UNIX, windows.SOCK_STREAM, 0)
	if e != 0 {
		return false
	}
	_, _ = Close(fds[0]), Close(fds[1])
	return true
})

// A nonce is what nobody but its maker can know.
type nonce [16]byte

// A pairing is the making of a pair. Any program may connect to the listener, and for a
// moment any may bind its address (CVE-2024-3219), so names prove nothing. Each end sends
// the other a nonce over the new connection: who does not have it is turned away, and the
// pair forms all the same.
type pairing struct {
	deadline time.Time
	listener windows.Handle
	name     sockaddr.Storage // of the listener
	path     string           // of AF_UNIX, else empty
	client   windows.Handle
	greeted  bool        // client has connected and sent its nonce
	nonces   [2]nonce    // of the client, of the server
	others   []candidate // connections that have not proved anything so far
}

// A candidate is a connection that the listener has accepted.
type candidate struct {
	fd  windows.Handle
	got nonce
	n   int // bytes of got
}

// newPairing makes the listener.
func newPairing(family, proto int) (p *pairing, e syscall.Errno) {
	p = &pairing{deadline: time.Now().Add(pairPatience), client: windows.InvalidHandle}
	for i := range p.nonces {
		_, _ = rand.Read(p.nonces[i][:]) // it never fails
	}
	if p.listener, e = Socket(family, windows.SOCK_STREAM, proto); e != 0 {
		return nil, e
	}
	if e = p.bind(family); e == 0 {
		e = Listen(p.listener, pairBacklog)
	}
	if e != 0 {
		p.close()
		return nil, e
	}
	return p, 0
}

// bind gives the listener a name that nobody else has.
func (p *pairing) bind(family int) syscall.Errno {
	if family == windows.AF_UNIX {
		return p.bindUnix()
	}
	if family == windows.AF_INET {
		sockaddr.Native.PutInet4(&p.name, [4]byte{127, 0, 0, 1}, 0)
	} else {
		sockaddr.Native.PutInet6(&p.name, [16]byte{15: 1}, 0, 0, 0)
	}
	on := [4]byte{1}
	if e := Setsockopt(p.listener, windows.SOL_SOCKET, soExclusiveAddrUse, on[:], len(on)); e != 0 {
		return e
	}
	if e := Bind(p.listener, &p.name); e != 0 {
		return e
	}
	return Getsockname(p.listener, &p.name)
}

// bindUnix makes a file in the user's directory for temporary files.
func (p *pairing) bindUnix() syscall.Errno {
	var unique nonce
	_, _ = rand.Read(unique[:])
	path := filepath.Join(os.TempDir(), hex.EncodeToString(unique[:])+".sock")
	if sockaddr.Native.PutUnix(&p.name, path) != nil {
		return windows.WSAENAMETOOLONG
	}
	e := Bind(p.listener, &p.name)
	if e == 0 {
		p.path = path
	}
	return e
}

// pair makes the two ends and ends the pairing.
func (p *pairing) pair(proto int) (fds [2]windows.Handle, e syscall.Errno) {
	defer p.close()
	if e := p.connect(proto); e != 0 {
		return fds, e
	}
	server, e := p.find()
	if e != 0 {
		return fds, e
	}
	e = p.confirm(server)
	if e == 0 && p.path == "" {
		e = undelayed(p.client, server)
	}
	if e != 0 {
		_ = Close(server)
		return fds, e
	}
	fds = [2]windows.Handle{p.client, server}
	p.client = windows.InvalidHandle
	return fds, 0
}

// undelayed sets TCP_NODELAY: what one end of a pair sends is at the other, but TCP holds a
// small segment back until the one before is acknowledged, and after the nonces went both
// ways that takes its time (RFC 1122, section 4.2.3.4).
func undelayed(fds ...windows.Handle) syscall.Errno {
	for _, fd := range fds {
		on := [4]byte{1}
		if e := Setsockopt(fd, windows.IPPROTO_TCP, windows.TCP_NODELAY, on[:], len(on)); e != 0 {
			return e
		}
	}
	return 0
}

// connect begins to connect the client.
func (p *pairing) connect(proto int) (e syscall.Errno) {
	family, _ := sockaddr.Native.Family(&p.name)
	if p.client, e = Socket(int(family), windows.SOCK_STREAM, proto); e != 0 {
		return e
	}
	if e := Connect(p.client, &p.name); e != windows.WSAEWOULDBLOCK {
		return e
	}
	return 0
}

// find returns the connection that has the client's nonce.
func (p *pairing) find() (windows.Handle, syscall.Errno) {
	for {
		fds := []pollFD{{fd: p.listener, events: PollRdNorm}}
		for i := range p.others {
			fds = append(fds, pollFD{fd: p.others[i].fd, events: PollRdNorm})
		}
		if !p.greeted {
			fds = append(fds, pollFD{fd: p.client, events: PollWrNorm})
		}
		if e := p.wait(fds); e != 0 {
			return windows.InvalidHandle, e
		}
		if !p.greeted && fds[len(fds)-1].revents != 0 {
			if e := greet(p.client, &p.nonces[0]); e != 0 {
				return windows.InvalidHandle, e
			}
			p.greeted = true
		}
		if fd, ok := p.hear(); ok {
			return fd, 0
		}
		if fds[0].revents != 0 {
			if e := p.accept(); e != 0 {
				return windows.InvalidHandle, e
			}
		}
	}
}

// wait waits until one of some sockets is ready.
func (p *pairing) wait(fds []pollFD) syscall.Errno {
	for {
		left := time.Until(p.deadline)
		if left <= 0 {
			return windows.WSAETIMEDOUT
		}
		if e := pollAll(fds, int(left.Milliseconds())+1); e != 0 {
			return e
		}
		for i := range fds {
			if fds[i].revents != 0 {
				return 0
			}
		}
	}
}

// accept adds a candidate. Should there be too many, the oldest has had its time.
func (p *pairing) accept() syscall.Errno {
	var from sockaddr.Storage
	fd, e := Accept(p.listener, &from)
	switch e {
	case windows.WSAEWOULDBLOCK, windows.WSAECONNRESET, windows.WSAECONNABORTED, windows.WSAENOTCONN:
		return 0 // it has gone away again; the last is Wine's word for it
	case 0:
		p.others = append(p.others, candidate{fd: fd})
	}
	if len(p.others) > pairCandidates {
		_ = Close(p.others[0].fd)
		p.others = p.others[1:]
	}
	return e
}

// hear reads what candidates say, and turns away who says something else than the
// client's nonce.
func (p *pairing) hear() (fd windows.Handle, ok bool) {
	kept := p.others[:0]
	for _, c := range p.others {
		n, e := Recv(c.fd, c.got[c.n:], 0)
		c.n += n
		switch {
		case !ok && c.n == len(c.got) && c.got == p.nonces[0]:
			fd, ok = c.fd, true
		case e == windows.WSAEWOULDBLOCK || e == 0 && n > 0 && c.n < len(c.got):
			kept = append(kept, c)
		default:
			_ = Close(c.fd)
		}
	}
	p.others = kept
	return fd, ok
}

// confirm sends the client the server's nonce.
func (p *pairing) confirm(server windows.Handle) syscall.Errno {
	if e := greet(server, &p.nonces[1]); e != 0 {
		return e
	}
	c := candidate{fd: p.client}
	for c.n < len(c.got) {
		if e := p.wait([]pollFD{{fd: c.fd, events: PollRdNorm}}); e != 0 {
			return e
		}
		n, e := Recv(c.fd, c.got[c.n:], 0)
		if e != 0 && e != windows.WSAEWOULDBLOCK {
			return e
		}
		if e == 0 && n == 0 {
			return windows.WSAECONNABORTED
		}
		c.n += n
	}
	if c.got != p.nonces[1] {
		return windows.WSAECONNABORTED
	}
	return 0
}

// greet sends a nonce over a new connection, whose buffer is empty.
func greet(fd windows.Handle, what *nonce) syscall.Errno {
	n, e := Send(fd, what[:], 0)
	if e == 0 && n != len(what) {
		e = windows.WSAECONNABORTED
	}
	return e
}

// close closes what is not needed any more.
func (p *pairing) close() {
	for _, c := range p.others {
		_ = Close(c.fd)
	}
	if p.client != windows.InvalidHandle {
		_ = Close(p.client)
	}
	_ = Close(p.listener)
	if p.path != "" {
		_ = os.Remove(p.path) // the pair does not need it
	}
}
