//go:build unix && !aix && !linux && !(freebsd || openbsd)

package sys

// Protocol returns the protocol of a socket, 0 if the system does not tell: here
// it has no SO_PROTOCOL.
func Protocol(int) int { return 0 }
