//go:build !windows

package sockaddr

import "encoding/binary"

func nativeBigEndian() bool { return binary.NativeEndian.Uint16([]byte{0, 1}) == 1 }
