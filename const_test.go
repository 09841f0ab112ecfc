package socket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/syscall"
)

// The types of the constants: these compile.
var (
	_ socket.Family  = socket.AF_INET
	_ socket.Type    = socket.SOCK_STREAM
	_ socket.MsgFlag = socket.MSG_PEEK
	_ socket.How     = socket.SHUT_WR
	_ socket.AIFlag  = socket.AI_PASSIVE
	_ socket.NIFlag  = socket.NI_NUMERICHOST
	_ socket.EAI     = socket.EAI_NONAME
	_ socket.HErr    = socket.HOST_NOT_FOUND
	_ syscall.Errno  = socket.ECONNREFUSED
	_ byte           = socket.IPPROTO_TCP // untyped: a level as well as a protocol
	_ int64          = socket.SOL_SOCKET
	_ uint           = socket.SO_REUSEADDR
)

func TestConstString(t *testing.T) {
	tests := []struct {
		value fmt.Stringer
		want  string
	}{
		{socket.AF_INET, "AF_INET"},
		{socket.AF_UNSPEC, "AF_UNSPEC"},
		{socket.AF_LOCAL, "AF_UNIX"},
		{socket.AF_CAN, "AF_CAN"},       // a name even where the system has it not,
		{socket.AF_SYSTEM, "AF_SYSTEM"}, // which is everywhere either of these two
		{socket.Family(9999), "Family(9999)"},
		{socket.Family(-9999), "Family(-9999)"},
		{socket.SOCK_STREAM, "SOCK_STREAM"},
		{socket.SOCK_DGRAM, "SOCK_DGRAM"},
		{socket.Type(0), "Type(0)"},
		{socket.Type(99), "Type(99)"},
		{socket.SHUT_RD, "SHUT_RD"},
		{socket.SHUT_WR, "SHUT_WR"},
		{socket.SHUT_RDWR, "SHUT_RDWR"},
		{socket.How(99), "How(99)"},
		{socket.MSG_PEEK, "MSG_PEEK"},
		{socket.MSG_PEEK | socket.MSG_OOB, "MSG_OOB|MSG_PEEK"}, // 1 and 2 everywhere
		{socket.MsgFlag(0), "MsgFlag(0)"},
		{socket.MsgFlag(1 << 24), "MsgFlag(0x1000000)"},
		{socket.MSG_PEEK | 1<<24, "MSG_PEEK|MsgFlag(0x1000000)"},
		{socket.AI_PASSIVE | socket.AI_CANONNAME, "AI_PASSIVE|AI_CANONNAME"},
		{socket.AIFlag(0), "AIFlag(0)"},
		{socket.NI_NUMERICHOST, "NI_NUMERICHOST"},
		{socket.NIFlag(0), "NIFlag(0)"},
		{socket.EAI_NONAME, "EAI_NONAME"},
		{socket.EAI_AGAIN, "EAI_AGAIN"},
		{socket.EAI(99), "EAI(99)"},
		{socket.HOST_NOT_FOUND, "HOST_NOT_FOUND"},
		{socket.TRY_AGAIN, "TRY_AGAIN"},
		{socket.NO_RECOVERY, "NO_RECOVERY"},
		{socket.NO_DATA, "NO_DATA"},
		{socket.HErr(99), "HErr(99)"},
	}
	for _, tt := range tests {
		if got := tt.value.String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestFlagStringComplete has a set of flags name every bit exactly once.
func TestFlagStringComplete(t *testing.T) {
	for bit := range 31 {
		flag := socket.MsgFlag(1) << bit
		one := flag.String()
		if one == "" || strings.Contains(one, "|") {
			t.Errorf("bit %d is %q", bit, one)
		}
		if all := socket.MsgFlag(1<<31 - 1).String(); !strings.HasPrefix(one, "MsgFlag(") && !strings.Contains("|"+all+"|", "|"+one+"|") {
			t.Errorf("%s is not in %s", one, all)
		}
	}
}

// TestAbsentFamilies has the families that this system lacks be negative, and New
// refuse each of them. The table of names says which families there are.
func TestAbsentFamilies(t *testing.T) {
	absent := 0
	for f := socket.Family(-100); f < 0; f++ {
		if strings.HasPrefix(f.String(), "Family(") {
			continue
		}
		absent++
		_, err := socket.New(f, 0, 0)
		checkSentinels(t, err, "errors.ErrUnsupported")
		if err != nil && !strings.Contains(err.Error(), f.String()) {
			t.Errorf("error %q does not say %v", err, f)
		}
	}
	if absent == 0 {
		t.Error("this system has every family there is")
	}
}

func TestProtocolName(t *testing.T) {
	for proto, want := range map[int]string{
		socket.IPPROTO_TCP: "IPPROTO_TCP", socket.IPPROTO_UDP: "IPPROTO_UDP", socket.IPPROTO_ICMPV6: "IPPROTO_ICMPV6",
		9999: "Protocol(9999)", -1: "Protocol(-1)",
	} {
		if got := socket.ProtocolName(proto); got != want {
			t.Errorf("%d is %q, want %q", proto, got, want)
		}
	}
}
