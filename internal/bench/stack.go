//go:build linux || windows

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
)

// A stack is one of the libraries under comparison. The workloads are written against
// it once, so that each library pays for the same dispatch: one interface call per
// operation.
type stack interface {
	// pair returns the ends of an AF_UNIX stream socketpair, on Windows of a TCP
	// connection.
	pair() (a, b stream, err error)

	// listen listens on loopback for the network "tcp", or on an abstract name for
	// "unix".
	listen(network string) (listener, error)

	// packets returns two UDP sockets on loopback; each sends to the other.
	packets() (a, b packets, err error)

	// noDelay sets TCP_NODELAY on a TCP stream, which package net does unasked.
	noDelay(s stream) error

	// withTimeout returns s, from pair, with a limit for each Read.
	withTimeout(s stream, d time.Duration) (stream, error)

	// withContext returns s, from pair, with a Read that ends with ctx.
	withContext(ctx context.Context, s stream) stream
}

// A stream is one end of a connection. Read is one receive; its end is 0 bytes or
// io.EOF. Write sends everything.
type stream = io.ReadWriteCloser

// A listener makes connections to itself.
type listener interface {
	dial() (stream, error)
	accept() (stream, error)
	Close() error // ends an accept that waits
}

// packets is a datagram socket that sends to one peer, with its address in each
// call.
type packets interface {
	sendTo(p []byte) error
	recvFrom(p []byte) (int, error)
	from() netip.AddrPort // the sender of what recvFrom got last
	Close() error
}

// loopback is where everything listens.
var loopback = netip.MustParseAddrPort("127.0.0.1:0")

var names atomic.Int32

// abstractName returns an AF_UNIX name nobody has, in the notation of package net.
func abstractName() string {
	return fmt.Sprintf("@socket-bench-%d-%d", os.Getpid(), names.Add(1))
}

// connected returns the ends of a TCP or AF_UNIX connection.
func connected(st stack, network string) (a, b stream, err error) {
	if network == "unix" && !abstractNames {
		return nil, nil, errors.ErrUnsupported
	}
	l, err := st.listen(network)
	if err != nil {
		return nil, nil, err
	}
	type accepted struct {
		s   stream
		err error
	}
	c := make(chan accepted, 1)
	go func() {
		s, err := l.accept()
		c <- accepted{s, err}
	}()
	a, err = l.dial()
	if err != nil {
		_ = l.Close()
		<-c
		return nil, nil, err
	}
	got := <-c
	err = got.err
	if err == nil && network == "tcp" {
		if err = st.noDelay(a); err == nil {
			err = st.noDelay(got.s)
		}
	}
	_ = l.Close()
	return a, got.s, err
}
