/* Prints the control messages of this system. The test of package cmsg compares them with the
 * native layout. */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <netinet/in.h>
#include <time.h>

#include "dump.h"

int main(void)
{
	union {
		char buf[256];
		struct cmsghdr align;
	} u;
	struct msghdr m;
	struct cmsghdr *c;
	int i;

	machine();
	for (i = 0; i <= 40; i++) {
		printf("len%d %zu\n", i, (size_t)CMSG_LEN(i));
		printf("space%d %zu\n", i, (size_t)CMSG_SPACE(i));
	}
	memset(&m, 0, sizeof m);
	memset(&u, 0, sizeof u);
	m.msg_control = u.buf;
	m.msg_controllen = CMSG_SPACE(3) + CMSG_SPACE(8);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = 0x01020304;
	c->cmsg_type = 5;
	c->cmsg_len = CMSG_LEN(3);
	memcpy(CMSG_DATA(c), "abc", 3);
	c = CMSG_NXTHDR(&m, c);
	c->cmsg_level = 6;
	c->cmsg_type = -1;
	c->cmsg_len = CMSG_LEN(8);
	memcpy(CMSG_DATA(c), "12345678", 8);
	bytes("messages", u.buf, m.msg_controllen);
#ifdef IP_PKTINFO
	{
		struct in_pktinfo p;

		memset(&p, 0, sizeof p);
		p.ipi_ifindex = 7;
		p.ipi_addr.s_addr = htonl(0xc0000201);
#ifndef __NetBSD__
		p.ipi_spec_dst.s_addr = htonl(0xc0000202);
#endif
		bytes("pktinfo4", &p, sizeof p);
	}
#endif
	{
		struct in6_pktinfo p;

		memset(&p, 0, sizeof p);
		p.ipi6_ifindex = 7;
		p.ipi6_addr.s6_addr[0] = 0x20;
		p.ipi6_addr.s6_addr[15] = 1;
		bytes("pktinfo6", &p, sizeof p);
	}
#ifdef __linux__
	{
		struct ucred cred = {1234, 5, 6};

		bytes("ucred", &cred, sizeof cred);
	}
#endif
	{
		struct timeval tv;
		struct timespec ts;

		memset(&tv, 0, sizeof tv);
		memset(&ts, 0, sizeof ts);
		tv.tv_sec = ts.tv_sec = 1700000000;
		tv.tv_usec = 123456;
		ts.tv_nsec = 123456789;
		bytes("timeval", &tv, sizeof tv);
		bytes("timespec", &ts, sizeof ts);
	}
	return 0;
}
