package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Windows loads the library, and its function fills a buffer.
func TestLoad(t *testing.T) {
	image, err := library(runtime.GOARCH)
	if err != nil {
		t.Skip("nothing to load:", err)
	}
	path := filepath.Join(t.TempDir(), "shim.dll") // no name that is loaded already
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	dll, err := windows.LoadDLL(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dll.Release()
	proc, err := dll.FindProc("ProcessPrng")
	if err != nil {
		t.Fatal(err)
	}
	var random [32]byte
	if ok, _, _ := proc.Call(uintptr(unsafe.Pointer(&random)), uintptr(len(random))); ok == 0 {
		t.Fatal("ProcessPrng failed")
	}
	if bytes.Equal(random[:], make([]byte, len(random))) {
		t.Error("nothing random in", random)
	}
}
