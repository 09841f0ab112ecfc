package socket_test

import (
	"encoding/binary"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/bsdsocket/socket"
)

// A watch tells which files are opened, by whom ever: inotify(7).
type watch struct {
	fd    int
	names map[uint32]string // by the descriptor of the watch
}

func newWatch(t *testing.T, dir string, names []string) *watch {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		t.Skip("no inotify:", err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	w := &watch{fd, map[uint32]string{}}
	for _, name := range names {
		wd, err := unix.InotifyAddWatch(fd, filepath.Join(dir, name), unix.IN_OPEN)
		if err != nil {
			t.Fatal(name, err)
		}
		w.names[uint32(wd)] = name
	}
	return w
}

// opened returns the files that were opened since the last call.
func (w *watch) opened(t *testing.T) (names []string) {
	t.Helper()
	buf := make([]byte, 64*unix.SizeofInotifyEvent)
	n, err := unix.Read(w.fd, buf)
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	// A watch of a file has events without a name behind them.
	for event := range slices.Chunk(buf[:n], unix.SizeofInotifyEvent) {
		names = append(names, w.names[binary.NativeEndian.Uint32(event)])
	}
	return names
}

// TestNumbersOpenNoFile watches the files of /etc, where nobody else opens them, while it
// resolves what no name server has to be asked for. Numbers have none opened. The first
// service by name has one read, and so have the first two addresses, which have an order;
// what comes after has none.
func TestNumbersOpenNoFile(t *testing.T) {
	m := box.with("services", "mine 4433/tcp\nmine 4433/udp\n")
	if !onMachine(t, m) {
		return
	}
	w := newWatch(t, "/etc", slices.Collect(maps.Keys(m.etc)))
	resolve := func(host, service string) func() error {
		return func() error {
			infos, err := socket.GetAddrInfo(host, service, nil)
			for _, info := range infos {
				if _, port, _ := socket.HostPort(info.Addr); port != 4433 {
					t.Errorf("%s %s is %v", host, service, info)
				}
			}
			return err
		}
	}
	for _, host := range []string{"127.0.0.1", "::1", "fe80::1%lo", "0x7f.1"} {
		if err := resolve(host, "4433")(); err != nil {
			t.Error(err)
		}
	}
	if got := w.opened(t); got != nil {
		t.Errorf("numbers have opened %v", got)
	}
	for round, want := range [][]string{{"gai.conf", "services"}, nil, nil} {
		for name, f := range map[string]func() error{
			"GetAddrInfo, IPv4, port":    resolve("127.0.0.1", "4433"),
			"GetAddrInfo, IPv6, port":    resolve("::1", "4433"),
			"GetAddrInfo, IPv4, service": resolve("127.0.0.1", "mine"),
			"GetAddrInfo, IPv6, service": resolve("::1", "mine"),
			"GetAddrInfo, no host":       resolve("", "mine"),
			"GetServByName":              func() error { return second(socket.GetServByName("mine", "tcp")) },
			"GetServByPort":              func() error { return second(socket.GetServByPort(4433, "udp")) },
		} {
			if err := f(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		got := w.opened(t)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("round %d has opened %v, want %v", round, got, want)
		}
	}
}
