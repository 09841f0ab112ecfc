package main

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/bsdsocket/socket"
)

// A family is an address family and the types of sockets that can be made of it.
type family struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
	Needs string   `json:"needs,omitempty"` // what the family, or more types of it, would take
}

// A protocol is one that is asked for by its number.
type protocol struct {
	Name      string `json:"name"`
	Family    string `json:"family"`
	Type      string `json:"type"`
	Supported bool   `json:"supported"`
	Needs     string `json:"needs,omitempty"`
}

// An option is a typed option of package socket.
type option struct {
	Name      string `json:"name"`
	CName     string `json:"cName"`
	Supported bool   `json:"supported"`
	Needs     string `json:"needs,omitempty"`

	probe func() bool
	try   func(s *socket.Socket) (get, set error)
}

// types are those that every system has a constant for.
var types = []socket.Type{
	socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW, socket.SOCK_RDM,
}

// pingGroups is what permits ping sockets on Linux: icmp(7).
const pingGroups = "a group of this process in sysctl net.ipv4.ping_group_range"

// rawIP is IPPROTO_RAW: raw IP sockets have no protocol of their own choice.
const rawIP = 255

// sockDCCP is SOCK_DCCP of linux/net.h, which other systems lack.
const sockDCCP socket.Type = 6

// protocols are the protocols beyond a family's own choice. Most have constants on some
// systems only, so they are numbers here: of IANA, and of linux/can.h and bluetooth.h.
var protocols = []struct {
	name   string
	family socket.Family
	typ    socket.Type
	proto  int
	module string // of Linux
	grant  string // of Linux, what permits it beside privilege
}{
	{"TCP", socket.AF_INET, socket.SOCK_STREAM, 6, "", ""},
	{"UDP", socket.AF_INET, socket.SOCK_DGRAM, 17, "", ""},
	{"TCP", socket.AF_INET6, socket.SOCK_STREAM, 6, "ipv6", ""},
	{"UDP", socket.AF_INET6, socket.SOCK_DGRAM, 17, "ipv6", ""},
	{"UDP-Lite", socket.AF_INET, socket.SOCK_DGRAM, 136, "", ""},
	{"SCTP, one to one", socket.AF_INET, socket.SOCK_STREAM, 132, "sctp", ""},
	{"SCTP, one to many", socket.AF_INET, socket.SOCK_SEQPACKET, 132, "sctp", ""},
	{"DCCP", socket.AF_INET, sockDCCP, 33, "dccp_ipv4", ""},
	{"Multipath TCP", socket.AF_INET, socket.SOCK_STREAM, 262, "", ""},
	{"ICMP, ping", socket.AF_INET, socket.SOCK_DGRAM, 1, "", pingGroups},
	{"ICMP", socket.AF_INET, socket.SOCK_RAW, 1, "", ""},
	{"ICMPv6, ping", socket.AF_INET6, socket.SOCK_DGRAM, 58, "ipv6", pingGroups},
	{"ICMPv6", socket.AF_INET6, socket.SOCK_RAW, 58, "ipv6", ""},
	{"IP", socket.AF_INET, socket.SOCK_RAW, rawIP, "", ""},
	{"CAN frames", socket.AF_CAN, socket.SOCK_RAW, 1, "can-raw", ""},
	{"CAN broadcast manager", socket.AF_CAN, socket.SOCK_DGRAM, 2, "can-bcm", ""},
	{"CAN ISO-TP", socket.AF_CAN, socket.SOCK_DGRAM, 6, "can-isotp", ""},
	{"CAN J1939", socket.AF_CAN, socket.SOCK_DGRAM, 7, "can-j1939", ""},
	{"Bluetooth L2CAP", socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, 0, "bluetooth", ""},
	{"Bluetooth HCI", socket.AF_BLUETOOTH, socket.SOCK_RAW, 1, "bluetooth", ""},
	{"Bluetooth RFCOMM", socket.AF_BLUETOOTH, socket.SOCK_STREAM, 3, "rfcomm", ""},
}

// modules are the modules of Linux that have a family, where it is not a part of every
// kernel.
var modules = map[socket.Family]string{
	socket.AF_UNIX: "unix", socket.AF_INET6: "ipv6", socket.AF_PACKET: "af_packet", socket.AF_ALG: "af_alg",
	socket.AF_APPLETALK: "appletalk", socket.AF_ATMPVC: "atm", socket.AF_ATMSVC: "atm", socket.AF_AX25: "ax25",
	socket.AF_BLUETOOTH: "bluetooth", socket.AF_CAIF: "caif_socket", socket.AF_CAN: "can", socket.AF_IEEE802154: "ieee802154_socket",
	socket.AF_ISDN: "mISDN_core", socket.AF_KCM: "kcm", socket.AF_KEY: "af_key", socket.AF_LLC: "llc2", socket.AF_MCTP: "mctp",
	socket.AF_NETROM: "netrom", socket.AF_NFC: "nfc", socket.AF_PHONET: "phonet", socket.AF_PPPOX: "pppox", socket.AF_QIPCRTR: "qrtr",
	socket.AF_RDS: "rds", socket.AF_ROSE: "rose", socket.AF_RXRPC: "rxrpc", socket.AF_SMC: "smc", socket.AF_TIPC: "tipc",
	socket.AF_VSOCK: "vsock", socket.AF_X25: "x25",
}

// try makes a socket and closes it.
func try(f socket.Family, t socket.Type, proto int) error {
	s, err := socket.New(f, t, proto)
	if err != nil {
		return err
	}
	return s.Close()
}

// probeFamilies makes a socket of each family and type.
func probeFamilies() []family {
	var found []family
	seen := make(map[socket.Family]bool) // some systems have two names of one number
	for _, f := range families {
		if !seen[f] {
			seen[f] = true
			found = append(found, probeFamily(f))
		}
	}
	return found
}

func probeFamily(f socket.Family) family {
	row := family{Name: f.String(), Types: []string{}}
	var refusal error
	for _, t := range types {
		proto := 0
		if t == socket.SOCK_RAW && (f == socket.AF_INET || f == socket.AF_INET6) {
			proto = rawIP
		}
		err := try(f, t, proto)
		switch {
		case err == nil:
			row.Types = append(row.Types, t.String())
		case refusal == nil || errors.Is(err, fs.ErrPermission): // the one that tells most
			refusal = err
		}
	}
	// A family that is there lacks no type that anything but privilege would bring.
	if len(row.Types) == 0 || errors.Is(refusal, fs.ErrPermission) {
		row.Needs = here.needs(refusal, f, modules[f])
	}
	return row
}

// probeProtocols makes a socket of each protocol.
func probeProtocols() []protocol {
	var found []protocol
	for _, p := range protocols {
		row := protocol{Name: p.name, Family: p.family.String(), Type: p.typ.String()}
		err := try(p.family, p.typ, p.proto)
		row.Supported = err == nil
		if err != nil {
			row.Needs = here.needs(err, p.family, p.module)
		}
		if errors.Is(err, fs.ErrPermission) && p.grant != "" && here.isLinux {
			row.Needs = p.grant
		}
		found = append(found, row)
	}
	return found
}

// optionOf is the entry of a typed option.
func optionOf[T any](name string, o socket.Option[T]) option {
	return option{
		Name: name, CName: o.String(),
		probe: o.Supported,
		try: func(s *socket.Socket) (get, set error) {
			var zero T
			_, get = o.Get(s)
			return get, o.Set(s, zero)
		},
	}
}

// probeOptions asks for each option.
func probeOptions() []option {
	var found []option
	for _, o := range options {
		o.Supported = o.probe()
		if !o.Supported {
			o.Needs = o.needs()
		}
		found = append(found, o)
	}
	return found
}

// kernelParts are the modules of Linux that have the options with a prefix.
var kernelParts = []struct{ prefix, module string }{
	{"SCTP_", "sctp"}, {"CAN_RAW_", "can-raw"}, {"CAN_ISOTP_", "can-isotp"}, {"SO_J1939_", "can-j1939"}, {"TIPC_", "tipc"}, {"RDS_", "rds"},
	{"DCCP_", "dccp"}, {"TLS_", "tls"}, {"L2CAP_", "bluetooth"}, {"BT_", "bluetooth"}, {"RFCOMM_", "rfcomm"}, {"SCO_", "bluetooth"},
	{"HCI_", "bluetooth"}, {"ALG_", "af_alg"}, {"SO_VM_", "vsock"}, {"KCM_", "kcm"},
}

// needs tells what the option would need. If neither reading nor setting it on some
// socket gets as far as the system, the system has no such option; else its kernel lacks
// the option, or what makes the sockets that it is for.
func (o option) needs() string {
	s, err := socket.New(socket.AF_INET, socket.SOCK_DGRAM, 0)
	if err != nil {
		return here.needs(err, socket.AF_INET, "")
	}
	defer s.Close()
	if get, set := o.try(s); !reached(get) && !reached(set) {
		return otherSystem
	}
	for _, p := range kernelParts {
		if strings.HasPrefix(o.CName, p.prefix) && here.isLinux {
			return module(p.module)
		}
	}
	return here.option + ", or " + here.privilege
}

// reached reports whether a call got as far as the system, or would have with another value.
func reached(err error) bool {
	_, ok := socket.ErrnoOf(err)
	bad, _ := errors.AsType[*socket.ArgError](err)
	return err == nil || ok || bad != nil
}
