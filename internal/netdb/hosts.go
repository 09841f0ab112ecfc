package netdb

import (
	"maps"
	"net/netip"
	"sync"
	"sync/atomic"
)

// A HostEntry is a line of a hosts file.
type HostEntry struct {
	Addr  netip.Addr // IPv4, IPv6 with its zone if it has one, or IPv4-mapped
	Names []string   // the canonical name, "" if the line has none, and the aliases
}

// IPv4 returns the address that the line stands for when IPv4 addresses are asked for.
// The GNU C library takes ::1 for 127.0.0.1 and IPv4-mapped addresses for what they map.
func (e HostEntry) IPv4() (addr netip.Addr, ok bool) {
	switch {
	case e.Addr.Is4(), e.Addr.Is4In6():
		return e.Addr.Unmap(), true
	case e.Addr == netip.IPv6Loopback():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), true
	}
	return netip.Addr{}, false
}

// A HostsDB is a hosts file. What its methods return is shared and must not be
// changed.
type HostsDB struct {
	byName map[string][]HostEntry // by each name in lower case
	byAddr map[netip.Addr][]HostEntry
}

// ParseHosts parses a file in the format of hosts(5). A line without a numeric address
// at its start is ignored.
func ParseHosts(text string) *HostsDB {
	db := &HostsDB{map[string][]HostEntry{}, map[netip.Addr][]HostEntry{}}
	for line := range lines(text) {
		word, rest := field(line)
		addr, err := netip.ParseAddr(word)
		if err != nil {
			continue
		}
		names := fields(nil, rest)
		if len(names) == 0 {
			names = []string{""}
		}
		db.add(HostEntry{addr, names})
	}
	return db
}

func (db *HostsDB) add(e HostEntry) {
	for _, name := range e.Names {
		key := string(appendLower(nil, name))
		same := db.byName[key]
		if n := len(same); n == 0 || &same[n-1].Names[0] != &e.Names[0] { // once a line
			db.byName[key] = append(same, e)
		}
	}
	if e.Addr.Is6() {
		addr := e.Addr.WithZone("")
		db.byAddr[addr] = append(db.byAddr[addr], e)
	}
	if addr, ok := e.IPv4(); ok {
		db.byAddr[addr] = append(db.byAddr[addr], e)
	}
}

// ByName returns every line that has a name, canonical or alias, in the order of the
// file. Case does not matter in ASCII. A dot at the end is part of a name.
func (db *HostsDB) ByName(name string) []HostEntry {
	if name == "" {
		return nil
	}
	var buf [256]byte
	return db.byName[string(appendLower(buf[:0], name))]
}

// ByAddr returns every line that has an address, in the order of the file. Zones do not
// matter; HostEntry.IPv4 tells which lines an IPv4 address finds.
func (db *HostsDB) ByAddr(addr netip.Addr) []HostEntry { return db.byAddr[addr.WithZone("")] }

// appendLower appends name in lower case, as strcasecmp(3) sees it in the C locale.
func appendLower(b []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// The hosts files in use, by their paths. The map is replaced, not changed.
var (
	hostsFiles   atomic.Pointer[map[string]*file[HostsDB]]
	hostsFilesMu sync.Mutex
)

// Hosts returns the hosts file at a path, at "" that of the system. A file that does
// not exist is empty.
func Hosts(path string) *HostsDB {
	if files := hostsFiles.Load(); files != nil {
		if f := (*files)[path]; f != nil {
			return f.get()
		}
	}
	return openHosts(path).get()
}

// openHosts adds a path to the files in use.
func openHosts(path string) *file[HostsDB] {
	hostsFilesMu.Lock()
	defer hostsFilesMu.Unlock()
	files := map[string]*file[HostsDB]{}
	if old := hostsFiles.Load(); old != nil {
		files = maps.Clone(*old)
	}
	f := files[path]
	if f == nil {
		where := path
		if where == "" {
			where = hostsPath()
		}
		f = newFile(where, ParseHosts, func() *HostsDB { return ParseHosts("") })
		files[path] = f
		hostsFiles.Store(&files)
	}
	return f
}
