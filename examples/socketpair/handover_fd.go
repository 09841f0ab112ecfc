//go:build !windows

package main

import (
	"os"
	"os/exec"

	"github.com/bsdsocket/socket"
)

// handOver starts a process that inherits the socket as fd 3.
func handOver(s *socket.Socket, process *exec.Cmd) error {
	fd, err := s.Detach()
	if err != nil {
		return err
	}
	file := os.NewFile(uintptr(fd), "socket")
	defer file.Close()
	process.ExtraFiles = []*os.File{file} // the first one is fd 3
	return process.Start()
}

// takeOver returns the socket that the parent has handed over.
func takeOver() (*socket.Socket, error) { return socket.TakeFD(3) }
