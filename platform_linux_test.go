package socket_test

import "os"

// emulated reports whether the tests run under an emulator such as qemu-user, which is
// slow, translates only a part of the kernel's interface, and whose test binary cannot
// start itself again. A program cannot tell by itself: who runs the tests so sets
// SOCKET_EMULATED, as .ci/run does.
func emulated() bool { return os.Getenv("SOCKET_EMULATED") != "" }
