// Command wineshim writes the bcryptprimitives.dll that Go programs need and Wine before
// version 9 lacks, for .ci/wine:
//
//	wineshim GOARCH FILE
//
// The library holds no code. Its one export, ProcessPrng, is forwarded to
// SystemFunction036 of advapi32.dll, which is RtlGenRandom and takes the same arguments.
package main

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: wineshim GOARCH FILE")
	}
	image, err := library(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[2], image, 0o644); err != nil {
		log.Fatal(err)
	}
}

// Where the parts of the library lie in its file and in memory. The format is that of
// "PE Format" in Microsoft's documentation of Windows.
const (
	peHeader    = 0x40 // right after the header of MS-DOS
	headerSize  = 0x200
	sectionSize = 0x200
	sectionAddr = 0x1000
	imageSize   = 0x2000
	fileAlign   = 0x200

	directories      = 16
	exportsAre       = 0 // the index of the exports among the directories
	console          = pe.IMAGE_SUBSYSTEM_WINDOWS_CUI
	characteristics  = pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT | pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE
	initializedData  = pe.IMAGE_SCN_CNT_INITIALIZED_DATA | pe.IMAGE_SCN_MEM_READ
	windowsVersion   = 6
	reserved, commit = 1 << 20, 1 << 12 // of stack and heap
)

// library returns the file for an architecture.
func library(goarch string) ([]byte, error) {
	exports := exportSection()
	file := pe.FileHeader{
		NumberOfSections: 1,
		Characteristics:  pe.IMAGE_FILE_EXECUTABLE_IMAGE | pe.IMAGE_FILE_DLL,
	}
	var optional any
	switch goarch {
	case "386":
		file.Machine = pe.IMAGE_FILE_MACHINE_I386
		file.Characteristics |= pe.IMAGE_FILE_32BIT_MACHINE
		optional = header32(len(exports))
	case "amd64":
		file.Machine = pe.IMAGE_FILE_MACHINE_AMD64
		file.Characteristics |= pe.IMAGE_FILE_LARGE_ADDRESS_AWARE
		optional = header64(len(exports))
	default:
		return nil, fmt.Errorf("no Wine for %q: want 386 or amd64", goarch)
	}
	file.SizeOfOptionalHeader = uint16(binary.Size(optional))
	return assemble(file, optional, exports)
}

// assemble lays the parts out in the file.
func assemble(file pe.FileHeader, optional any, exports []byte) ([]byte, error) {
	section := pe.SectionHeader32{
		Name:             [8]uint8([]byte(".edata\x00\x00")),
		VirtualSize:      uint32(len(exports)),
		VirtualAddress:   sectionAddr,
		SizeOfRawData:    sectionSize,
		PointerToRawData: headerSize,
		Characteristics:  initializedData,
	}
	dos := make([]byte, peHeader)
	copy(dos, "MZ")
	binary.LittleEndian.PutUint32(dos[0x3c:], peHeader)
	image := bytes.NewBuffer(dos)
	for _, part := range []any{[]byte("PE\x00\x00"), file, optional, section} {
		if err := binary.Write(image, binary.LittleEndian, part); err != nil {
			return nil, err
		}
	}
	image.Write(make([]byte, headerSize-image.Len()))
	image.Write(exports)
	image.Write(make([]byte, headerSize+sectionSize-image.Len()))
	return image.Bytes(), nil
}

func header32(exports int) pe.OptionalHeader32 {
	h := pe.OptionalHeader32{
		Magic:                 0x10b,
		SizeOfInitializedData: sectionSize,
		BaseOfData:            sectionAddr,
		ImageBase:             0x10000000,
		SectionAlignment:      sectionAddr,
		FileAlignment:         fileAlign,

		MajorOperatingSystemVersion: windowsVersion,
		MajorSubsystemVersion:       windowsVersion,

		SizeOfImage:         imageSize,
		SizeOfHeaders:       headerSize,
		Subsystem:           console,
		DllCharacteristics:  characteristics,
		SizeOfStackReserve:  reserved,
		SizeOfStackCommit:   commit,
		SizeOfHeapReserve:   reserved,
		SizeOfHeapCommit:    commit,
		NumberOfRvaAndSizes: directories,
	}
	h.DataDirectory[exportsAre] = pe.DataDirectory{VirtualAddress: sectionAddr, Size: uint32(exports)}
	return h
}

func header64(exports int) pe.OptionalHeader64 {
	h := pe.OptionalHeader64{
		Magic:                 0x20b,
		SizeOfInitializedData: sectionSize,
		ImageBase:             0x180000000,
		SectionAlignment:      sectionAddr,
		FileAlignment:         fileAlign,

		MajorOperatingSystemVersion: windowsVersion,
		MajorSubsystemVersion:       windowsVersion,

		SizeOfImage:         imageSize,
		SizeOfHeaders:       headerSize,
		Subsystem:           console,
		DllCharacteristics:  characteristics,
		SizeOfStackReserve:  reserved,
		SizeOfStackCommit:   commit,
		SizeOfHeapReserve:   reserved,
		SizeOfHeapCommit:    commit,
		NumberOfRvaAndSizes: directories,
	}
	h.DataDirectory[exportsAre] = pe.DataDirectory{VirtualAddress: sectionAddr, Size: uint32(exports)}
	return h
}

// exportTable is IMAGE_EXPORT_DIRECTORY with the three tables that it points to, of one
// entry each.
type exportTable struct {
	Characteristics, TimeDateStamp uint32
	MajorVersion, MinorVersion     uint16
	Name                           uint32
	Base                           uint32
	NumberOfFunctions              uint32
	NumberOfNames                  uint32
	AddressOfFunctions             uint32
	AddressOfNames                 uint32
	AddressOfNameOrdinals          uint32

	Function, FunctionName uint32
	Ordinal                uint16
}

// exportSection returns the exports: the table and its strings. A function whose address
// is in here is a forwarder, and its address that of the name it is forwarded to.
func exportSection() []byte {
	const (
		library  = "bcryptprimitives.dll\x00"
		function = "ProcessPrng\x00"
		target   = "advapi32.SystemFunction036\x00"
		table    = 40 // bytes of IMAGE_EXPORT_DIRECTORY
		strings  = table + 10
	)
	section := new(bytes.Buffer)
	// A struct of fixed size is always written to a buffer.
	_ = binary.Write(section, binary.LittleEndian, exportTable{
		Name:                  sectionAddr + strings,
		Base:                  1,
		NumberOfFunctions:     1,
		NumberOfNames:         1,
		AddressOfFunctions:    sectionAddr + table,
		AddressOfNames:        sectionAddr + table + 4,
		AddressOfNameOrdinals: sectionAddr + table + 8,
		FunctionName:          sectionAddr + strings + uint32(len(library)),
		Function:              sectionAddr + strings + uint32(len(library)+len(function)),
	})
	section.WriteString(library + function + target)
	return section.Bytes()
}
