package socket_test

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/bsdsocket/socket"
)

// An option has the type of its value, and exists on every system.
func ExampleOption() {
	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	if err := socket.ReuseAddr.Set(s, true); err != nil {
		fmt.Println(err)
	}
	on, err := socket.ReuseAddr.Get(s)
	fmt.Println(socket.ReuseAddr, on, err)

	// What the system lacks is an error that says so.
	if err := socket.TCPCork.Set(s, true); errors.Is(err, errors.ErrUnsupported) {
		err = socket.TCPNoPush.Set(s, true) // its name on the BSDs
		_ = err
	}
	// Output: SO_REUSEADDR true <nil>
}

func ExampleSocket_SetKeepAlive() {
	s, err := socket.New(socket.AF_INET, socket.SOCK_STREAM, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	err = s.SetKeepAlive(socket.KeepAliveConfig{Idle: time.Minute, Interval: 10 * time.Second, Count: 6})
	if errors.Is(err, errors.ErrUnsupported) {
		err = s.SetKeepAlive(socket.KeepAliveConfig{}) // at the system's own times
	}
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(socket.KeepAlive.Get(s))
	// Output: true <nil>
}

func ExampleSocket_JoinGroup() {
	s, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()

	group := netip.MustParseAddr("239.255.0.1")
	iface := socket.IfName{Index: 1} // or Name: "lo"
	if err := s.JoinGroup(group, iface); err != nil {
		fmt.Println(err)
	}
	fmt.Println("again:", errors.Is(s.JoinGroup(group, iface), socket.ErrAddrInUse))
	fmt.Println(s.LeaveGroup(group, iface))
	// Output:
	// again: true
	// <nil>
}
