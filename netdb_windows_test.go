package socket_test

import (
	"errors"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/bsdsocket/socket"
)

// TestWindowsServices looks up what Wine does not find: it compares no aliases, and the
// port as a signed number in network order.
func TestWindowsServices(t *testing.T) {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skip("Wine finds neither aliases of services nor 443")
	}
	if port, err := socket.GetServByName("mail", "tcp"); err != nil || port != 25 {
		t.Errorf("mail: %d, %v, want 25", port, err)
	}
	if name, err := socket.GetServByPort(443, "tcp"); err != nil || name != "https" {
		t.Errorf("443: %q, %v, want https", name, err)
	}
}

func TestWindowsSetHostName(t *testing.T) {
	if err := socket.SetHostName("nothing"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("error %v, want errors.ErrUnsupported", err)
	}
}
