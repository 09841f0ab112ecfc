package main

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"

	"github.com/bsdsocket/socket"
)

// A system is what the doctor knows of an operating system without asking it.
type system struct {
	isLinux   bool                     // kernel modules and sysctls have Linux's names
	privilege string                   // what permits a call that is refused
	family    string                   // what brings a family or protocol that has a number
	option    string                   // what brings an option that has a number, beside privilege
	families  map[socket.Family]string // what brings some families
	shell     []string                 // what runs the commands of limits
	limits    []question
}

// A question is a command whose output has a limit: one number or several.
type question struct{ limit, command string }

// here is the system of this machine. To look for files would not tell: Wine shows those
// of the system below it.
var here = systemOf(runtime.GOOS)

func systemOf(goos string) system {
	s := system{
		privilege: "privilege (root)",
		family:    "a kernel that has more of it than its number",
		option:    "a newer kernel, one built with it",
		shell:     []string{"sh", "-c"},
		limits:    append(unixLimits[goos], question{"open files of this process, now, most", "ulimit -n; ulimit -Hn"}),
	}
	switch goos {
	case "linux":
		s.isLinux = true
		s.privilege = "privilege (root, CAP_NET_RAW, CAP_NET_ADMIN)"
		s.limits = nil // they are in files: limits.go
	case "windows":
		s.privilege = "privilege (an administrator)"
		s.family = "a newer Windows, or a Winsock provider that has it"
		s.option = "a Windows (not Wine) that has more of it than its number"
		s.families = windowsFamilies
		s.shell = []string{"cmd", "/c"}
		s.limits = windowsLimits
	}
	return s
}

// windowsFamilies: the first is of the Windows Command Line blog, "AF_UNIX comes to
// Windows"; the others are of MSDN, "Bluetooth and socket" and "Make your own integration
// services".
var windowsFamilies = map[socket.Family]string{
	socket.AF_UNIX:      "Windows 10 1803 or newer (Wine 8 lacks it)",
	socket.AF_BLUETOOTH: "a Bluetooth adapter and its driver",
	socket.AF_HYPERV:    "Hyper-V",
}

var windowsLimits = []question{
	{"ephemeral TCP ports, the first, how many", "netsh interface ipv4 show dynamicport tcp"},
	{"ephemeral UDP ports, the first, how many", "netsh interface ipv4 show dynamicport udp"},
}

// unixLimits are those of sysctl(8), as inet(4) or ip(4) and sysctl(3) or listen(2) of the
// systems name them, and of ipadm(8).
var unixLimits = map[string][]question{
	"darwin": {
		{"connections that wait for accept", "sysctl -n kern.ipc.somaxconn"},
		{"socket buffer, most, bytes", "sysctl -n kern.ipc.maxsockbuf"},
		{"ephemeral ports", "sysctl -n net.inet.ip.portrange.first net.inet.ip.portrange.last"},
		{"open files of the machine, of a process", "sysctl -n kern.maxfiles kern.maxfilesperproc"},
	},
	"dragonfly": {
		{"connections that wait for accept", "sysctl -n kern.ipc.somaxconn"},
		{"socket buffer, most, bytes", "sysctl -n kern.ipc.maxsockbuf"},
		{"ephemeral ports", "sysctl -n net.inet.ip.portrange.first net.inet.ip.portrange.last"},
		{"open files of the machine, of a process", "sysctl -n kern.maxfiles kern.maxfilesperproc"},
	},
	"freebsd": {
		{"connections that wait for accept", "sysctl -n kern.ipc.soacceptqueue"},
		{"socket buffer, most, bytes", "sysctl -n kern.ipc.maxsockbuf"},
		{"ephemeral ports", "sysctl -n net.inet.ip.portrange.first net.inet.ip.portrange.last"},
		{"open files of the machine, of a process", "sysctl -n kern.maxfiles kern.maxfilesperproc"},
	},
	"netbsd": {
		{"connections that wait for accept", "sysctl -n kern.somaxconn"},
		{"socket buffer, most, bytes", "sysctl -n kern.sbmax"},
		{"ephemeral ports", "sysctl -n net.inet.ip.anonportmin net.inet.ip.anonportmax"},
		{"open files of the machine", "sysctl -n kern.maxfiles"},
	},
	"openbsd": {
		{"connections that wait for accept", "sysctl -n kern.somaxconn"},
		{"ephemeral ports", "sysctl -n net.inet.ip.portfirst net.inet.ip.portlast"},
		{"open files of the machine", "sysctl -n kern.maxfiles"},
	},
	"solaris": solarisLimits,
	"illumos": solarisLimits,
}

var solarisLimits = []question{
	{"connections that wait for accept", "ipadm show-prop -c -o current -p _conn_req_max_q tcp"},
	{"TCP buffer, most, bytes", "ipadm show-prop -c -o current -p max_buf tcp"},
	{"first ephemeral TCP port", "ipadm show-prop -c -o current -p smallest_anon_port tcp"},
	{"last ephemeral TCP port", "ipadm show-prop -c -o current -p largest_anon_port tcp"},
}

// otherSystem is what a thing needs that the system has not even a number for.
const otherSystem = "another operating system"

func module(name string) string { return fmt.Sprintf("the kernel module %s", name) }

// needs tells what a socket would need that cannot be made. mod is the module that Linux
// has it in.
func (s system) needs(err error, f socket.Family, mod string) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return s.privilege
	case f < 0:
		return otherSystem
	case !slices.ContainsFunc(absent, func(e error) bool { return errors.Is(err, e) }):
		return err.Error()
	case mod != "" && s.isLinux:
		return module(mod)
	case s.families[f] != "":
		return s.families[f]
	}
	return s.family
}

// absent are the errors of socket(2) that say that there is no such thing.
var absent = []error{
	socket.EAFNOSUPPORT, socket.EPFNOSUPPORT, socket.EPROTONOSUPPORT, socket.ESOCKTNOSUPPORT, socket.EPROTOTYPE,
}
