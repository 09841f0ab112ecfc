package main

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"testing"
)

// The library has what a loader looks for: the machine, and one export that is
// forwarded.
func TestLibrary(t *testing.T) {
	for goarch, machine := range map[string]uint16{
		"386":   pe.IMAGE_FILE_MACHINE_I386,
		"amd64": pe.IMAGE_FILE_MACHINE_AMD64,
	} {
		t.Run(goarch, func(t *testing.T) {
			image, err := library(goarch)
			if err != nil {
				t.Fatal(err)
			}
			file, err := pe.NewFile(bytes.NewReader(image))
			if err != nil {
				t.Fatal(err)
			}
			if file.Machine != machine || len(file.Sections) != 1 {
				t.Fatalf("machine %#x, %d sections; want %#x, 1", file.Machine, len(file.Sections), machine)
			}
			library, function, target := readExport(t, directoryOf(file), file.Sections[0])
			if library != "bcryptprimitives.dll" || function != "ProcessPrng" || target != "advapi32.SystemFunction036" {
				t.Errorf("%s exports %s, which is %s", library, function, target)
			}
		})
	}
}

func TestNoLibrary(t *testing.T) {
	if image, err := library("arm64"); err == nil {
		t.Errorf("a library of %d bytes for arm64", len(image))
	}
}

// directoryOf returns where the exports are in memory.
func directoryOf(file *pe.File) pe.DataDirectory {
	switch h := file.OptionalHeader.(type) {
	case *pe.OptionalHeader32:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT]
	case *pe.OptionalHeader64:
		return h.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT]
	}
	return pe.DataDirectory{}
}

// readExport follows the tables as a loader does, to the one export.
func readExport(t *testing.T, dir pe.DataDirectory, section *pe.Section) (library, function, target string) {
	t.Helper()
	data, err := section.Data()
	if err != nil {
		t.Fatal(err)
	}
	u32 := func(addr uint32) uint32 { return binary.LittleEndian.Uint32(data[addr-section.VirtualAddress:]) }
	text := func(addr uint32) string {
		s, _, found := bytes.Cut(data[addr-section.VirtualAddress:], []byte{0})
		if !found {
			t.Fatalf("the string at %#x has no end", addr)
		}
		return string(s)
	}
	// The offsets of IMAGE_EXPORT_DIRECTORY, as in "PE Format".
	table := dir.VirtualAddress
	if functions, names := u32(table+20), u32(table+24); functions != 1 || names != 1 {
		t.Fatalf("%d functions, %d names; want one", functions, names)
	}
	address := u32(u32(table + 28))
	if address < dir.VirtualAddress || address >= dir.VirtualAddress+dir.Size {
		t.Fatalf("the function at %#x is outside the exports, so it is no forwarder", address)
	}
	return text(u32(table + 12)), text(u32(u32(table + 32))), text(address)
}
