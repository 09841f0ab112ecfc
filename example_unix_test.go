//go:build unix

package socket_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/bsdsocket/socket"
)

// An HTTP server over a Unix socket.
func ExampleSocket_Listener() {
	dir := must(os.MkdirTemp("", "example"))
	defer os.RemoveAll(dir)
	path := socket.UnixAddr{Path: filepath.Join(dir, "s")}

	server := must(socket.CreateServer(path, nil))
	go http.Serve(server.Listener(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "hello")
	}))
	defer server.Close()

	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			s, err := socket.New(socket.AF_UNIX, socket.SOCK_STREAM, 0)
			if err != nil {
				return nil, err
			}
			if err := s.WithContext(ctx).Connect(path); err != nil {
				s.Close()
				return nil, err
			}
			return s, nil
		},
	}}
	response := must(client.Get("http://unix/"))
	defer response.Body.Close()
	fmt.Printf("%s\n", must(io.ReadAll(response.Body)))
	// Output: hello
}
