package socket

import (
	"math"
	"time"

	"github.com/bsdsocket/socket/internal/cmsg"
)

// This file has the control messages of the kernel about time, its queues, TLS and
// cryptography.

// ParseTimestamp returns when the system received a packet: SCM_TIMESTAMP, SCM_TIMESTAMPNS
// of Linux, SCM_BINTIME and SCM_REALTIME of FreeBSD. Not on Windows.
func (m ControlMessage) ParseTimestamp() (time.Time, error) {
	err := m.mustBe("SCM_TIMESTAMP", SOL_SOCKET, optSCM_TIMESTAMP, optSO_TIMESTAMP_NEW,
		optSCM_TIMESTAMPNS, optSO_TIMESTAMPNS_NEW, optSCM_BINTIME, optSCM_REALTIME)
	if err != nil {
		return time.Time{}, err
	}
	var sec, nsec int64
	var ok bool
	switch {
	case m.is(SOL_SOCKET, optSCM_TIMESTAMP, optSO_TIMESTAMP_NEW):
		sec, nsec, ok = cmsg.Native.Time(m.Data, time.Microsecond)
	case m.is(SOL_SOCKET, optSCM_BINTIME):
		sec, nsec, ok = cmsg.Native.Bintime(m.Data)
	default:
		sec, nsec, ok = cmsg.Native.Time(m.Data, time.Nanosecond)
	}
	if !ok {
		return time.Time{}, m.badData("ParseTimestamp")
	}
	return time.Unix(sec, nsec), nil
}

// ParseMonotonic returns when the system received a packet, by its clock that starts at
// boot (SCM_MONOTONIC, setsockopt(2) of FreeBSD).
func (m ControlMessage) ParseMonotonic() (time.Duration, error) {
	if err := m.mustBe("SCM_MONOTONIC", SOL_SOCKET, optSCM_MONOTONIC); err != nil {
		return 0, err
	}
	sec, nsec, ok := cmsg.Native.Time(m.Data, time.Nanosecond)
	if !ok {
		return 0, m.badData("ParseMonotonic")
	}
	return time.Duration(sec)*time.Second + time.Duration(nsec), nil
}

// Timestamps are the moments that SO_TIMESTAMPING tells of a packet; each is the zero Time
// if it does not.
type Timestamps struct {
	Software time.Time // when the kernel had the packet
	Hardware time.Time // when the network adapter had it, by its own clock
}

// ParseTimestamping returns when a packet was received or, on the error queue, sent
// (SCM_TIMESTAMPING, Linux).
func (m ControlMessage) ParseTimestamping() (Timestamps, error) {
	if err := m.mustBe("SCM_TIMESTAMPING", SOL_SOCKET, optSCM_TIMESTAMPING, optSO_TIMESTAMPING_NEW); err != nil {
		return Timestamps{}, err
	}
	// struct scm_timestamping is three struct timespec, the second of which is of no use
	// any more (linux/errqueue.h).
	size := len(m.Data) / 3
	var moments [3]time.Time
	for i := range moments {
		sec, nsec, ok := cmsg.Native.Time(m.Data[i*size:(i+1)*size], time.Nanosecond)
		if !ok || len(m.Data)%3 != 0 {
			return Timestamps{}, m.badData("ParseTimestamping")
		}
		if sec != 0 || nsec != 0 {
			moments[i] = time.Unix(sec, nsec)
		}
	}
	return Timestamps{Software: moments[0], Hardware: moments[2]}, nil
}

// TransmitTime makes the message that sets when a packet is to leave, by the clock that
// SO_TXTIME has chosen, since the clock's start (SCM_TXTIME, tc-etf(8), Linux).
func TransmitTime(t time.Duration) ControlMessage {
	m := ControlMessage{SOL_SOCKET, optSCM_TXTIME, make([]byte, 8)}
	cmsg.Native.PutUint64(m.Data, uint64(max(t, 0)))
	return m
}

// QueueOverflow makes the message that ParseQueueOverflow reads. No kernel takes it to be
// sent (Linux: EINVAL); it is for what stands in for one.
func QueueOverflow(drops uint32) ControlMessage {
	return intMessage(SOL_SOCKET, optSO_RXQ_OVFL, int(int32(drops)))
}

// ParseQueueOverflow returns how many packets the socket has dropped so far for want of
// room (SO_RXQ_OVFL, socket(7), Linux).
func (m ControlMessage) ParseQueueOverflow() (uint32, error) {
	n, err := m.parseInt("ParseQueueOverflow", "SO_RXQ_OVFL", SOL_SOCKET, optSO_RXQ_OVFL)
	return uint32(n), err
}

// TLSRecordType makes the message that sets the type of the TLS record to send, 23 being
// application data (TLS_SET_RECORD_TYPE, Linux).
func TLSRecordType(typ uint8) ControlMessage {
	return ControlMessage{optSOL_TLS, optTLS_SET_RECORD_TYPE, []byte{typ}}
}

// ParseTLSRecordType returns the type of the TLS record that was received
// (TLS_GET_RECORD_TYPE, Linux).
func (m ControlMessage) ParseTLSRecordType() (uint8, error) {
	n, err := m.parseInt("ParseTLSRecordType", "TLS_GET_RECORD_TYPE", optSOL_TLS, optTLS_GET_RECORD_TYPE)
	return uint8(n), err
}

// AlgOp makes the message that sets the operation of an AF_ALG socket, ALG_OP_ENCRYPT or
// ALG_OP_DECRYPT (ALG_SET_OP, Linux). See SendMsgAlg.
func AlgOp(op int) ControlMessage { return intMessage(optSOL_ALG, optALG_SET_OP, op) }

// AlgIV makes the message that sets the initialization vector of an AF_ALG socket: struct
// af_alg_iv (ALG_SET_IV, Linux).
func AlgIV(iv []byte) ControlMessage {
	data := appendUint32(make([]byte, 0, 4+len(iv)), uint32(min(len(iv), math.MaxInt32)))
	return ControlMessage{optSOL_ALG, optALG_SET_IV, append(data, iv...)}
}

// AlgAssocLen makes the message that sets how many bytes of an AF_ALG message are
// associated data (ALG_SET_AEAD_ASSOCLEN, Linux).
func AlgAssocLen(n int) ControlMessage {
	return intMessage(optSOL_ALG, optALG_SET_AEAD_ASSOCLEN, n)
}
