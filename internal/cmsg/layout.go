package cmsg

import "encoding/binary"

// Linux is the layout of Linux for machines with words of the given number of bytes.
// Source: struct cmsghdr and CMSG_ALIGN in include/linux/socket.h, struct in_pktinfo in
// include/uapi/linux/in.h.
func Linux(word int, bigEndian bool) Layout {
	return Layout{BigEndian: bigEndian, LenSize: word, Align: word, SpecDst: true, Creds: Ucred}
}

// BSD is the layout of the 4.4BSD family: cmsg_len is a socklen_t, and _ALIGN of the
// machine (machine/_align.h and the like) is what the systems differ in: mostly a
// word, 8 on 32-bit ARM and 16 on 64-bit ARM under NetBSD. Source: sys/socket.h of each.
func BSD(align int, creds CredForm) Layout {
	return Layout{LenSize: 4, Align: align, Creds: creds, ByteTTL: true}
}

// Darwin is the layout of macOS, which aligns to 4 bytes on every machine
// (__DARWIN_ALIGN32). It has the struct cmsgcred in its headers alone: no message but rights
// passes unp_internalize of bsd/kern/uipc_usrreq.c, and none with credentials is made. Source:
// xnu bsd/sys/socket.h, bsd/netinet/in.h.
func Darwin() Layout {
	return Layout{LenSize: 4, Align: 4, SpecDst: true, ByteTTL: true}
}

// Solaris is the layout of Solaris and illumos on machines that are not SPARC
// (_CMSG_DATA_ALIGN is that of an int). Its credentials are the opaque ucred_t. Source:
// illumos usr/src/uts/common/sys/socket.h, netinet/in.h.
func Solaris() Layout {
	return Layout{LenSize: 4, Align: 4, SpecDst: true, ByteTTL: true}
}

// Windows is the layout of Winsock 2: WSACMSGHDR with a SIZE_T, aligned to
// MAX_NATURAL_ALIGNMENT, which is a word. Source: ws2def.h.
func Windows(word int) Layout { return Layout{LenSize: word, Align: word} }

// Native is the layout of the system this program runs on.
var Native = inNativeOrder(native())

func inNativeOrder(l Layout) Layout {
	l.BigEndian = binary.NativeEndian.Uint16([]byte{0, 1}) == 1
	return l
}
