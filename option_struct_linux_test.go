package socket_test

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/bsdsocket/socket"
	"github.com/bsdsocket/socket/internal/ctest"
)

// TestOptionStructsMatchC compares the values of options with structs that a C program has
// filled in. In those each byte of a member is the number of that member.
func TestOptionStructsMatchC(t *testing.T) {
	want := ctest.Dump(t, "testdata/options.c")
	ctest.NeedWord(t, want) // the alignment differs too
	for name, check := range optionStructs {
		t.Run(name, func(t *testing.T) {
			if want[name] == "" {
				t.Skip("the headers of this system do not have it")
			}
			check(t, ctest.Unhex(t, want[name]))
		})
	}
	for name := range want {
		if optionStructs[name] == nil && name != "order" && name != "word" {
			t.Errorf("nothing compares with %s", name)
		}
	}
}

// Numbers whose bytes are the same.
const (
	u16 = 0x0101
	u32 = 0x01010101
	u64 = 0x0101010101010101
)

var optionStructs = map[string]func(t *testing.T, b []byte){
	"icmp6_filter": isOption(socket.ICMP6Filter, [8]uint32{u32, 2 * u32, 3 * u32, 4 * u32, 5 * u32, 6 * u32, 7 * u32, 8 * u32}),
	"ip6_mtuinfo":  isOption(socket.IPv6PathMTU, u32),
	"mptcp_info": isOption(socket.MPTCPInfo, socket.MPTCPInfoValue{
		Subflows: 1, AddAddrSignal: 2, AddAddrAccepted: 3, SubflowsMax: 4, AddAddrSignalMax: 5, AddAddrAcceptedMax: 6,
		Flags: 7 * u32, Token: 8 * u32, WriteSeq: 9 * u64, SndUna: 10 * u64, RcvNxt: 11 * u64,
		LocalAddrUsed: 12, LocalAddrMax: 13, CsumEnabled: false, // before it is 13, behind it 0xff
	}),
	"sock_txtime": isOption(socket.TxTime, socket.TxTimeValue{ClockID: u32, Flags: 2 * u32}),
	"meminfo": isOption(socket.MemInfo, socket.MemInfoValue{
		RMemAlloc: u32, RcvBuf: 2 * u32, WMemAlloc: 3 * u32, SndBuf: 4 * u32, FwdAlloc: 5 * u32, WMemQueued: 6 * u32,
		OptMem: 7 * u32, Backlog: 8 * u32, Drops: 9 * u32,
	}),

	"sctp_initmsg": isOption(socket.SCTPInitmsg, socket.SCTPInitmsgValue{
		NumOStreams: u16, MaxInStreams: 2 * u16, MaxAttempts: 3 * u16, MaxInitTimeo: 4 * u16 * time.Millisecond,
	}),
	"sctp_rtoinfo": isOption(socket.SCTPRTOInfo, socket.SCTPRTOInfoValue{
		Initial: u32 * time.Millisecond, Max: 2 * u32 * time.Millisecond, Min: 3 * u32 * time.Millisecond,
	}),
	"sctp_sack_info":   isOption(socket.SCTPDelayedSack, socket.SCTPDelayedSackValue{Delay: u32 * time.Millisecond, Freq: 2 * u32}),
	"sctp_assoc_value": isOption(socket.SCTPContext, u32),

	"aes_gcm_128":       isCipher(socket.TLS_CIPHER_AES_GCM_128, 8, 16, 4),
	"aes_gcm_256":       isCipher(socket.TLS_CIPHER_AES_GCM_256, 8, 32, 4),
	"aes_ccm_128":       isCipher(socket.TLS_CIPHER_AES_CCM_128, 8, 16, 4),
	"chacha20_poly1305": isCipher(socket.TLS_CIPHER_CHACHA20_POLY1305, 12, 32, 0),
	"sm4_gcm":           isCipher(socket.TLS_CIPHER_SM4_GCM, 8, 16, 4),
	"sm4_ccm":           isCipher(socket.TLS_CIPHER_SM4_CCM, 8, 16, 4),
	"aria_gcm_128":      isCipher(socket.TLS_CIPHER_ARIA_GCM_128, 8, 16, 4),
	"aria_gcm_256":      isCipher(socket.TLS_CIPHER_ARIA_GCM_256, 8, 32, 4),

	"packet_mreq":   isOption(socket.PacketAddMembership, socket.PacketMembership{IfIndex: u32, Type: 2 * u16, Addr: "\x03\x03\x03\x03\x03\x03"}),
	"tpacket_stats": isOption(socket.PacketStatistics, socket.PacketStatisticsValue{Packets: u32, Drops: 2 * u32}),
	"xdp_statistics": isOption(socket.XDPStatistics, socket.XDPStatisticsValue{
		RxDropped: u64, RxInvalidDescs: 2 * u64, TxInvalidDescs: 3 * u64,
		RxRingFull: 4 * u64, RxFillRingEmptyDescs: 5 * u64, TxRingEmptyDescs: 6 * u64,
	}),
	"can_filter": isOption(socket.CANRawFilter, []socket.CANFilter{{ID: u32, Mask: 2 * u32}}),
	"can_isotp_options": isOption(socket.CANISOTPOpts, socket.CANISOTPOptsValue{
		Flags: u32, FrameTxTime: 2 * u32, ExtAddress: 3, TxPadContent: 4, RxPadContent: 5, RxExtAddress: 6,
	}),
	"can_isotp_fc_options": isOption(socket.CANISOTPRecvFC, socket.CANISOTPFCValue{BS: 1, STMin: 2, WFTMax: 3}),
	"can_isotp_ll_options": isOption(socket.CANISOTPLLOpts, socket.CANISOTPLLValue{MTU: 1, TxDL: 2, TxFlags: 3}),
	"j1939_filter": isOption(socket.J1939Filter, []socket.J1939FilterValue{{
		Name: u64, NameMask: 2 * u64, PGN: 3 * u32, PGNMask: 4 * u32, Addr: 5, AddrMask: 6,
	}}),
	"bt_security": isOption(socket.BTSecurity, socket.BTSecurityValue{Level: 1, KeySize: 2}),
	"bt_power":    isOption(socket.BTPower, true),
}

// isOption checks that bytes are the value of an option, both ways as far as it has them.
// Get leaves out what it has no room for.
func isOption[T any](o socket.Option[T], v T) func(t *testing.T, b []byte) {
	encode, decode, room := socket.OptionCodec(o)
	return func(t *testing.T, b []byte) {
		if encode != nil {
			if got, err := encode(nil, v); err != nil || !bytes.Equal(got, b) {
				t.Errorf("%+v is %x, error %v, want %x", v, got, err, b)
			}
		}
		if decode != nil {
			if got, ok := decode(b[:min(len(b), room)]); !ok || !reflect.DeepEqual(got, v) {
				t.Errorf("%x is %+v, %v, want %+v", b, got, ok, v)
			}
		}
	}
}

// isCipher checks the keys of a cipher for which they have the given lengths.
func isCipher(cipher uint16, iv, key, salt int) func(t *testing.T, b []byte) {
	filled := func(number byte, n int) []byte { return bytes.Repeat([]byte{number}, n) }
	return isOption(socket.TLSTx, socket.TLSCryptoInfo{
		Version: u16, CipherType: cipher, IV: filled(2, iv), Key: filled(3, key), Salt: filled(4, salt), RecSeq: filled(5, 8),
	})
}
