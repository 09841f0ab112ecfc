//go:build linux || windows

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// This file has the workloads. Each is written once, for any stack.

// A session is a workload with its sockets open.
type session interface {
	run(n int) error // does the work n times
	close()
}

// An opener opens the sockets of a workload. With check the session looks at every
// byte that arrives, and not only at what costs nothing.
type opener func(st stack, check bool) (session, error)

const (
	datagramSize = 64
	bulkSize     = 64 << 10
	limit        = time.Minute // of the receives that have one; it never ends
)

var errData = errors.New("other data arrived than was sent")

// expect returns err, or an error unless n is want.
func expect(n, want int, err error) error {
	if err == nil && n != want {
		err = fmt.Errorf("%d bytes, want %d: %w", n, want, errData)
	}
	return err
}

// A limiter puts a limit on the receives of a stream.
type limiter func(st stack, s stream) (stream, error)

func unlimited(_ stack, s stream) (stream, error) { return s, nil }

func byTimeout(st stack, s stream) (stream, error) { return st.withTimeout(s, limit) }

// cancellable is a context that could be cancelled. Nobody does.
var cancellable, _ = context.WithCancel(context.Background())

func byContext(st stack, s stream) (stream, error) { return st.withContext(cancellable, s), nil }

// ready sends a byte and receives it on the other end of a socketpair: the data is
// there when the receive begins.
type ready struct {
	a, b    stream
	out, in []byte
}

func openReady(by limiter) opener {
	return func(st stack, _ bool) (session, error) {
		a, b, err := st.pair()
		if err != nil {
			return nil, err
		}
		b, err = by(st, b)
		return &ready{a: a, b: b, out: make([]byte, 1), in: make([]byte, 1)}, err
	}
}

func (w *ready) run(n int) error {
	for i := range n {
		w.out[0] = byte(i)
		if _, err := w.a.Write(w.out); err != nil {
			return err
		}
		got, err := w.b.Read(w.in)
		if err = expect(got, 1, err); err != nil {
			return err
		}
		if w.in[0] != byte(i) {
			return errData
		}
	}
	return nil
}

func (w *ready) close() { closeAll(w.a, w.b) }

func closeAll(closers ...io.Closer) {
	for _, c := range closers {
		_ = c.Close()
	}
}

// pingPong sends a byte to a goroutine that sends it back: each receive waits.
type pingPong struct {
	a, b   stream
	buf    []byte
	echoed chan struct{} // closed at the end of the goroutine
}

// openPingPong connects by "tcp" or "unix", or by a socketpair if network is empty.
func openPingPong(network string, by limiter) opener {
	return func(st stack, _ bool) (session, error) {
		a, b, err := connection(st, network)
		if err != nil {
			return nil, err
		}
		if a, err = by(st, a); err != nil {
			return nil, err
		}
		if b, err = by(st, b); err != nil {
			return nil, err
		}
		w := &pingPong{a, b, make([]byte, 1), make(chan struct{})}
		go w.echo()
		return w, nil
	}
}

func connection(st stack, network string) (a, b stream, err error) {
	if network == "" {
		return st.pair()
	}
	return connected(st, network)
}

func (w *pingPong) echo() {
	defer close(w.echoed)
	buf := make([]byte, 1)
	for {
		n, err := w.b.Read(buf)
		if n == 0 || err != nil {
			return
		}
		if _, err := w.b.Write(buf); err != nil {
			return
		}
	}
}

func (w *pingPong) run(n int) error {
	for i := range n {
		w.buf[0] = byte(i)
		if _, err := w.a.Write(w.buf); err != nil {
			return err
		}
		got, err := w.a.Read(w.buf)
		if err = expect(got, 1, err); err != nil {
			return err
		}
		if w.buf[0] != byte(i) {
			return errData
		}
	}
	return nil
}

func (w *pingPong) close() {
	closeAll(w.a) // the goroutine finds the end of the stream
	<-w.echoed
	closeAll(w.b)
}

// besideParked is a session beside a goroutine that waits on another socket all the time.
// Then a thread of the runtime sleeps in epoll_wait(2), and arrivals on sockets that are
// registered there wake it, also when nobody waits for them. Programs that have a
// timer or any other connection are like that.
type besideParked struct {
	session
	parked session
}

func openBesideParked(open opener) opener {
	return func(st stack, check bool) (session, error) {
		s, err := open(st, check)
		if err != nil {
			return nil, err
		}
		parked, err := openPingPong("", unlimited)(st, check)
		return besideParked{s, parked}, err
	}
}

func (w besideParked) close() {
	w.session.close()
	w.parked.close()
}

// bulk writes pieces of bulkSize to a goroutine that reads and drops them.
type bulk struct {
	a, b  stream
	check bool
	data  []byte     // two pieces, so that what is read anywhere is a part of it
	work  chan int   // how many pieces the goroutine is to read
	done  chan error // it has
}

func openBulk(network string) opener {
	return func(st stack, check bool) (session, error) {
		a, b, err := connected(st, network)
		if err != nil {
			return nil, err
		}
		w := &bulk{a, b, check, make([]byte, 2*bulkSize), make(chan int, 1), make(chan error, 1)}
		for i := range w.data {
			w.data[i] = byte(i ^ i%bulkSize>>8)
		}
		go w.drain()
		return w, nil
	}
}

func (w *bulk) drain() {
	defer close(w.done)
	buf := make([]byte, bulkSize)
	for pieces := range w.work {
		for got := 0; got < pieces*bulkSize; {
			n, err := w.b.Read(buf)
			if err == nil && (n == 0 || w.check && !bytes.Equal(buf[:n], w.data[got%bulkSize:][:n])) {
				err = errData
			}
			if err != nil {
				closeAll(w.b) // the writer must not wait for ever
				w.done <- err
				return
			}
			got += n
		}
		w.done <- nil
	}
}

func (w *bulk) run(n int) error {
	w.work <- n
	for range n {
		if _, err := w.a.Write(w.data[:bulkSize]); err != nil {
			return errors.Join(err, <-w.done)
		}
	}
	return <-w.done
}

func (w *bulk) close() {
	close(w.work)
	<-w.done
	closeAll(w.a, w.b)
}

// datagrams sends a datagram to an address and receives it with the address of the
// sender: it is there when the receive begins.
type datagrams struct {
	a, b    packets
	check   bool
	out, in []byte
}

func openDatagrams(st stack, check bool) (session, error) {
	a, b, err := st.packets()
	return &datagrams{a, b, check, make([]byte, datagramSize), make([]byte, 2*datagramSize)}, err
}

func (w *datagrams) run(n int) error {
	for i := range n {
		w.out[i%datagramSize]++
		if err := w.a.sendTo(w.out); err != nil {
			return err
		}
		got, err := w.b.recvFrom(w.in)
		if err = expect(got, datagramSize, err); err != nil {
			return err
		}
		if w.check && !bytes.Equal(w.in[:got], w.out) {
			return errData
		}
	}
	if !w.check {
		return nil
	}
	return w.answer()
}

// answer sends back to the address that came with the last datagram, which has to be
// the one that the answer goes to.
func (w *datagrams) answer() error {
	if err := w.b.sendTo(w.out); err != nil {
		return err
	}
	n, err := w.a.recvFrom(w.in)
	if err = expect(n, datagramSize, err); err != nil {
		return err
	}
	a, b := w.b.from(), w.a.from()
	if a == b || a.Addr() != loopback.Addr() || b.Addr() != loopback.Addr() {
		return fmt.Errorf("datagrams from %v and %v", a, b)
	}
	return nil
}

func (w *datagrams) close() { closeAll(w.a, w.b) }

// connecting connects, sends a byte each way and closes.
type connecting struct {
	l      listener
	buf    []byte
	served chan struct{} // closed at the end of the goroutine that accepts
}

func openConnecting(st stack, _ bool) (session, error) {
	l, err := st.listen("tcp")
	if err != nil {
		return nil, err
	}
	w := &connecting{l, make([]byte, 1), make(chan struct{})}
	go w.serve()
	return w, nil
}

func (w *connecting) serve() {
	defer close(w.served)
	buf := make([]byte, 1)
	for {
		s, err := w.l.accept()
		if err != nil {
			return
		}
		if n, err := s.Read(buf); n == 1 && err == nil {
			_, _ = s.Write(buf) // if it fails the client will tell
		}
		closeAll(s)
	}
}

func (w *connecting) run(n int) error {
	for i := range n {
		if err := w.once(byte(i)); err != nil {
			return err
		}
	}
	return nil
}

func (w *connecting) once(b byte) error {
	s, err := w.l.dial()
	if err != nil {
		return err
	}
	w.buf[0] = b
	if _, err = s.Write(w.buf); err == nil {
		var n int
		n, err = s.Read(w.buf)
		err = expect(n, 1, err)
	}
	if err == nil && w.buf[0] != b {
		err = errData
	}
	if e := s.Close(); err == nil {
		err = e
	}
	return err
}

func (w *connecting) close() {
	closeAll(w.l)
	<-w.served
}
