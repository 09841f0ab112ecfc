/* Prints the values of socket options of this system. The test of package sockopt compares
 * them with the native layout. What the system lacks is not printed. */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <netinet/in.h>
#ifdef __linux__
#include <linux/tcp.h>
#include <linux/time_types.h>
#include <linux/version.h>
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__DragonFly__)
#include <sys/ucred.h>
#endif

#include "dump.h"

static void scalars(void)
{
	struct {
		char c;
		unsigned long long v;
	} wide;
	unsigned long word = 0x01020304;
#ifdef __linux__
	struct __kernel_old_timeval tv; /* whatever the C library has in its place */
#else
	struct timeval tv;
#endif
	struct linger l;

	memset(&tv, 0, sizeof tv);
	memset(&l, 0, sizeof l);
	tv.tv_sec = 258;
	tv.tv_usec = 772;
	l.l_onoff = 1;
	l.l_linger = 258;
	number("align", (size_t)((char *)&wide.v - (char *)&wide));
	bytes("long", &word, sizeof word);
	bytes("timeval", &tv, sizeof tv);
	bytes("linger", &l, sizeof l);
}

static void creds(void)
{
#if defined(__linux__)
	struct ucred c;
#elif defined(__OpenBSD__)
	struct sockpeercred c;
#elif defined(__NetBSD__)
	struct unpcbid c;
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__DragonFly__)
	struct xucred c;
#else
	int c;
#endif
	memset(&c, 0, sizeof c);
#if defined(__linux__) || defined(__OpenBSD__)
	c.pid = 1234;
	c.uid = 5;
	c.gid = 6;
#elif defined(__NetBSD__)
	c.unp_pid = 1234;
	c.unp_euid = 5;
	c.unp_egid = 6;
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__DragonFly__)
	c.cr_version = XUCRED_VERSION;
	c.cr_uid = 5;
	c.cr_ngroups = 1;
	c.cr_groups[0] = 6;
#else
	return;
#endif
	bytes("creds", &c, sizeof c);
}

/* 239.1.2.3, 192.0.2.1 and 127.0.0.1 */
enum { GROUP = 0xef010203, SOURCE = 0xc0000201, IFACE = 0x7f000001 };

static void inet4(void *p, unsigned long ip)
{
	struct sockaddr_in sa;

	memset(&sa, 0, sizeof sa);
	sa.sin_family = AF_INET;
	sa.sin_addr.s_addr = htonl(ip);
#ifdef SIN6_LEN /* 4.4BSD: sa_len */
	sa.sin_len = sizeof sa;
#endif
	memcpy(p, &sa, sizeof sa);
}

/* inet6 makes ff02::1 or 2001::1. */
static void inet6(void *p, int first, int second)
{
	struct sockaddr_in6 sa;

	memset(&sa, 0, sizeof sa);
	sa.sin6_family = AF_INET6;
	sa.sin6_addr.s6_addr[0] = first;
	sa.sin6_addr.s6_addr[1] = second;
	sa.sin6_addr.s6_addr[15] = 1;
#ifdef SIN6_LEN
	sa.sin6_len = sizeof sa;
#endif
	memcpy(p, &sa, sizeof sa);
}

static void memberships(void)
{
	struct ip_mreq m;
	struct ipv6_mreq m6;
	struct in6_pktinfo info;

	memset(&m, 0, sizeof m);
	memset(&m6, 0, sizeof m6);
	memset(&info, 0, sizeof info);
	m.imr_multiaddr.s_addr = htonl(GROUP);
	m.imr_interface.s_addr = htonl(IFACE);
	m6.ipv6mr_multiaddr.s6_addr[0] = 0xff;
	m6.ipv6mr_multiaddr.s6_addr[1] = 2;
	m6.ipv6mr_multiaddr.s6_addr[15] = 1;
	m6.ipv6mr_interface = 7;
	info.ipi6_addr.s6_addr[0] = 0x20;
	info.ipi6_addr.s6_addr[1] = 1;
	info.ipi6_addr.s6_addr[15] = 1;
	info.ipi6_ifindex = 7;
	bytes("ip_mreq", &m, sizeof m);
	bytes("ipv6_mreq", &m6, sizeof m6);
	bytes("in6_pktinfo", &info, sizeof info);
#if defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__) || defined(__DragonFly__)
	{
		struct ip_mreqn n;

		memset(&n, 0, sizeof n);
		n.imr_multiaddr.s_addr = htonl(GROUP);
		n.imr_address.s_addr = htonl(IFACE);
		n.imr_ifindex = 7;
		bytes("ip_mreqn", &n, sizeof n);
	}
#endif
#ifdef IP_ADD_SOURCE_MEMBERSHIP
	{
		struct ip_mreq_source s;

		memset(&s, 0, sizeof s);
		s.imr_multiaddr.s_addr = htonl(GROUP);
		s.imr_sourceaddr.s_addr = htonl(SOURCE);
		s.imr_interface.s_addr = htonl(IFACE);
		bytes("ip_mreq_source", &s, sizeof s);
	}
#endif
#ifdef MCAST_JOIN_GROUP
	{
		struct group_req g;
		struct group_source_req s;

		memset(&g, 0, sizeof g);
		memset(&s, 0, sizeof s);
		g.gr_interface = s.gsr_interface = 7;
		inet4(&g.gr_group, GROUP);
		inet4(&s.gsr_group, GROUP);
		inet4(&s.gsr_source, SOURCE);
		bytes("group_req4", &g, sizeof g);
		bytes("group_source_req4", &s, sizeof s);
		inet6(&g.gr_group, 0xff, 2);
		inet6(&s.gsr_group, 0xff, 2);
		inet6(&s.gsr_source, 0x20, 1);
		bytes("group_req6", &g, sizeof g);
		bytes("group_source_req6", &s, sizeof s);
	}
#endif
}

#ifdef __linux__
/* MEMBER fills each byte of a member with its number, and prints the value of that. */
#define MEMBER(m) \
	info.tcpi_##m = ++members * 0x0101010101010101ULL; \
	printf("tcpi_" #m " %llu\n", (unsigned long long)info.tcpi_##m)

static void tcp_info(void)
{
	struct tcp_info info;
	unsigned members = 0;

	memset(&info, 0xff, sizeof info); /* what is not a member of ours */
	MEMBER(state);
	MEMBER(ca_state);
	MEMBER(retransmits);
	MEMBER(probes);
	MEMBER(backoff);
	MEMBER(options);
	MEMBER(snd_wscale);
	MEMBER(rcv_wscale);
	MEMBER(delivery_rate_app_limited);
	MEMBER(fastopen_client_fail);
	MEMBER(rto);
	MEMBER(ato);
	MEMBER(snd_mss);
	MEMBER(rcv_mss);
	MEMBER(unacked);
	MEMBER(sacked);
	MEMBER(lost);
	MEMBER(retrans);
	MEMBER(last_data_sent);
	MEMBER(last_data_recv);
	MEMBER(last_ack_recv);
	MEMBER(pmtu);
	MEMBER(rcv_ssthresh);
	MEMBER(rtt);
	MEMBER(rttvar);
	MEMBER(snd_ssthresh);
	MEMBER(snd_cwnd);
	MEMBER(advmss);
	MEMBER(reordering);
	MEMBER(rcv_rtt);
	MEMBER(rcv_space);
	MEMBER(total_retrans);
	MEMBER(pacing_rate);
	MEMBER(max_pacing_rate);
	MEMBER(bytes_acked);
	MEMBER(bytes_received);
	MEMBER(segs_out);
	MEMBER(segs_in);
	MEMBER(notsent_bytes);
	MEMBER(min_rtt);
	MEMBER(data_segs_in);
	MEMBER(data_segs_out);
	MEMBER(delivery_rate);
	MEMBER(busy_time);
	MEMBER(rwnd_limited);
	MEMBER(sndbuf_limited);
	MEMBER(delivered);
	MEMBER(delivered_ce);
	MEMBER(bytes_sent);
	MEMBER(bytes_retrans);
	MEMBER(dsack_dups);
	MEMBER(reord_seen);
	MEMBER(rcv_ooopack);
	MEMBER(snd_wnd);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	MEMBER(rcv_wnd);
	MEMBER(rehash);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	MEMBER(total_rto);
	MEMBER(total_rto_recoveries);
	MEMBER(total_rto_time);
#endif
	bytes("tcp_info", &info, sizeof info);
}
#endif

int main(void)
{
	machine();
	scalars();
	creds();
	memberships();
#ifdef __linux__
	tcp_info();
#endif
	return 0;
}
