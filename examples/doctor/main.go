// Command doctor tells what the sockets of this machine can do: which address families,
// types, protocols and options there are, the limits that matter, and what each thing that
// is missing would need. It changes nothing, but the kernel may load the modules of the
// families it is asked for.
//
//	go run ./examples/doctor [-json]
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/bsdsocket/socket"
)

// A report is all that the doctor finds.
type report struct {
	System        string     `json:"system"`
	IPv6          bool       `json:"ipv6"`
	DualstackIPv6 bool       `json:"dualstackIPv6"`
	Families      []family   `json:"families"`
	Protocols     []protocol `json:"protocols"`
	Options       []option   `json:"options"`
	Limits        []limit    `json:"limits"`
}

func main() {
	log.SetFlags(0)
	asJSON := flag.Bool("json", false, "print JSON")
	flag.Parse()
	write := writeTables
	if *asJSON {
		write = writeJSON
	}
	if err := write(os.Stdout, examine()); err != nil {
		log.Fatal(err)
	}
}

// examine makes the report of this machine.
func examine() report {
	return report{
		System:        runtime.GOOS + "/" + runtime.GOARCH,
		IPv6:          socket.HasIPv6(),
		DualstackIPv6: socket.HasDualstackIPv6(),
		Families:      probeFamilies(),
		Protocols:     probeProtocols(),
		Options:       probeOptions(),
		Limits:        append(limits(), probeLimits()...),
	}
}

// limits are those that the system tells, without sockets.
func limits() []limit {
	if here.isLinux {
		return readLimits(os.DirFS("/proc"))
	}
	return here.ask()
}

func writeJSON(w io.Writer, r report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// writeTables prints a table for each part of the report.
func writeTables(w io.Writer, r report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s, IPv6: %s, both versions on one socket: %s\n", r.System, yes(r.IPv6), yes(r.DualstackIPv6))

	fmt.Fprintf(t, "\nFAMILY\tTYPES\tNEEDS\n")
	for _, f := range r.Families {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Name, orDash(strings.Join(f.Types, " ")), f.Needs)
	}
	fmt.Fprintf(t, "\nPROTOCOL\tSOCKET\tHERE\tNEEDS\n")
	for _, p := range r.Protocols {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.Name, p.Family+" "+p.Type, yes(p.Supported), p.Needs)
	}
	fmt.Fprintf(t, "\nOPTION\tIN GO\tHERE\tNEEDS\n")
	for _, o := range r.Options {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", o.CName, o.Name, yes(o.Supported), o.Needs)
	}
	fmt.Fprintf(t, "\nLIMIT\tVALUE\tFROM\n")
	for _, l := range r.Limits {
		fmt.Fprintf(t, "%s\t%s\t%s\n", l.Name, l.Value, l.From)
	}
	return t.Flush()
}

func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
