package main

import (
	"context"
	"io/fs"
	"os/exec"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/bsdsocket/socket"
)

// A limit is a number, or some, of the system's.
type limit struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"` // where it was found, and how it is raised
}

// unknown is the value of a limit that nothing here tells.
const unknown = "not known here"

// sysctls are the limits that Linux has in files: Documentation/admin-guide/sysctl/net.rst
// and networking/ip-sysctl.rst of the kernel, and proc(5).
var sysctls = []struct{ name, key string }{
	{"connections that wait for accept", "net.core.somaxconn"},
	{"connections that are not complete yet", "net.ipv4.tcp_max_syn_backlog"},
	{"receive buffer, most, bytes", "net.core.rmem_max"},
	{"send buffer, most, bytes", "net.core.wmem_max"},
	{"TCP receive buffer, least, initial, most", "net.ipv4.tcp_rmem"},
	{"TCP send buffer, least, initial, most", "net.ipv4.tcp_wmem"},
	{"control data and option memory, bytes", "net.core.optmem_max"},
	{"ephemeral ports", "net.ipv4.ip_local_port_range"},
	{"first port without privilege", "net.ipv4.ip_unprivileged_port_start"},
	{"groups that may use ping sockets", "net.ipv4.ping_group_range"},
	{"datagrams in a Unix socket's queue", "net.unix.max_dgram_qlen"},
	{"open files of the machine", "fs.file-max"},
	{"open files of a process, most that can be asked for", "fs.nr_open"},
}

// readLimits reads the limits that are in files below /proc, on Linux.
func readLimits(proc fs.FS) []limit {
	var found []limit
	for _, s := range sysctls {
		l := limit{s.name, unknown, "sysctl " + s.key}
		text, err := fs.ReadFile(proc, "sys/"+strings.ReplaceAll(s.key, ".", "/"))
		if err == nil {
			l.Value = strings.Join(strings.Fields(string(text)), " ")
		}
		found = append(found, l)
	}
	return append(found, openFiles(proc))
}

// openFiles reads the limit of RLIMIT_NOFILE: "Max open files  1024  4096  files".
func openFiles(proc fs.FS) limit {
	l := limit{"open files of this process, now, most", unknown, "ulimit -n"}
	text, err := fs.ReadFile(proc, "self/limits")
	if err != nil {
		return l
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok {
			if f := strings.Fields(rest); len(f) >= 2 {
				l.Value = f[0] + " " + f[1]
			}
		}
	}
	return l
}

// ask runs the commands of the system's limits, each of which takes a moment.
func (s system) ask() []limit {
	var found []limit
	for _, q := range s.limits {
		found = append(found, limit{q.limit, numbers(s.run(q.command)), q.command})
	}
	return found
}

// run returns what a command prints, and nothing if it fails.
func (s system) run(command string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, s.shell[0], append(s.shell[1:], command)...).Output()
	if err != nil {
		return ""
	}
	return string(out)
}

var number = regexp.MustCompile(`\b(\d+|unlimited)\b`)

// numbers are the numbers of a text, which may be in any language.
func numbers(text string) string {
	if found := number.FindAllString(text, -1); found != nil {
		return strings.Join(found, " ")
	}
	return unknown
}

// probeLimits finds limits with sockets, which goes on every system.
func probeLimits() []limit {
	found := []limit{{"SOMAXCONN of the headers", strconv.Itoa(socket.SOMAXCONN), "a constant"}}
	for _, t := range []socket.Type{socket.SOCK_STREAM, socket.SOCK_DGRAM} {
		name := map[socket.Type]string{socket.SOCK_STREAM: "TCP", socket.SOCK_DGRAM: "UDP"}[t]
		found = append(found, bufferLimits(name+" receive buffer", t, socket.RcvBuf)...)
		found = append(found, bufferLimits(name+" send buffer", t, socket.SndBuf)...)
	}
	return found
}

// bufferLimits are the size of a new socket's buffer and the most that it can be given.
func bufferLimits(name string, t socket.Type, o socket.Option[int]) []limit {
	initial := limit{name + " of a new socket, bytes", unknown, o.String()}
	most := limit{name + ", most that a socket takes, bytes", unknown, o.String()}
	s, err := socket.New(socket.AF_INET, t, 0)
	if err != nil {
		return []limit{initial, most}
	}
	defer s.Close()
	if n, err := o.Get(s); err == nil {
		initial.Value = strconv.Itoa(n)
	}
	if n, ok := mostOf(s, o); ok {
		most.Value = strconv.Itoa(n)
	}
	return []limit{initial, most}
}

// enough is where mostOf stops asking for more.
const enough = 1 << 30

// mostOf asks for sizes up to enough. Some systems refuse what is too much, and others
// give what they have.
func mostOf(s *socket.Socket, o socket.Option[int]) (int, bool) {
	taken := sort.Search(enough, func(n int) bool { return o.Set(s, n+1) != nil })
	if taken == 0 || o.Set(s, taken) != nil {
		return 0, false
	}
	n, err := o.Get(s)
	return n, err == nil
}
