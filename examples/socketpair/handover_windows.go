package main

import (
	"errors"
	"io"
	"os"
	"os/exec"

	"github.com/bsdsocket/socket"
)

// handOver starts a process and sends it what describes the socket to that process. A
// handle that is inherited may be no socket to Winsock there (MSDN, "WSADuplicateSocketW");
// this is how Python's multiprocessing does it too.
func handOver(s *socket.Socket, process *exec.Cmd) error {
	stdin, err := process.StdinPipe()
	if err != nil {
		return err
	}
	if err := process.Start(); err != nil {
		return err
	}
	share, err := s.Share(process.Process.Pid)
	if err == nil {
		_, err = stdin.Write(share)
	}
	return errors.Join(err, stdin.Close())
}

// takeOver returns the socket that the parent has handed over.
func takeOver() (*socket.Socket, error) {
	share, err := io.ReadAll(os.Stdin)
	if err != nil {
		return nil, err
	}
	return socket.FromShare(share)
}
