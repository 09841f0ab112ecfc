//go:build unix && !aix

package socket_test

import (
	"fmt"
	"io"
	"os"

	"github.com/bsdsocket/socket"
)

// The other end of a socket, which could be another process, gets the end of a pipe.
func ExampleSocket_SendFDs() {
	a, b, err := socket.Socketpair(socket.AF_UNIX, 0, 0)
	check(err)
	defer a.Close()
	defer b.Close()

	r, w, err := os.Pipe()
	check(err)
	defer r.Close()
	check(socket.WithFDs([]*os.File{w}, func(fds []int) error {
		_, err := a.SendFDs([][]byte{[]byte("a pipe")}, fds, nil)
		return err
	}))
	check(w.Close())

	data, fds, _, _, err := b.RecvFDs(100, 1)
	check(err)
	f := os.NewFile(uintptr(fds[0]), string(data))
	fmt.Fprint(f, "hello")
	check(f.Close())

	fmt.Printf("%s through %s\n", must(io.ReadAll(r)), data)
	// Output: hello through a pipe
}
