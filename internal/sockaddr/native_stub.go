//go:build aix || !(unix || windows)

package sockaddr

// No call sees an address here: the bytes of Linux are as good as any.
func native() Layout { return Linux(nativeBigEndian()) }
