//go:build unix && !linux

// This file is empty. Its presence lets sys_libc.go declare functions without
// bodies.
