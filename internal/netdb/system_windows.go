package netdb

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// hostsPath is where Windows has its hosts file: MSDN, "TCP/IP settings".
func hostsPath() string {
	dir, err := windows.GetSystemDirectory()
	if err != nil {
		dir = `C:\Windows\System32`
	}
	return filepath.Join(dir, "drivers", "etc", "hosts")
}
