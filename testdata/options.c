/* Prints structs of Linux that socket options take, each byte of a member with the number of
 * that member. The test of package socket compares them with what the options make of the
 * same values. A struct without a header here is not printed. */
#define _GNU_SOURCE
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <linux/can.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/mptcp.h>
#include <linux/net_tstamp.h>
#include <linux/sctp.h>
#include <linux/sock_diag.h>
#include <linux/tls.h>
#if __has_include(<linux/can/isotp.h>)
#include <linux/can/isotp.h>
#endif
#if __has_include(<linux/can/j1939.h>)
#include <linux/can/j1939.h>
#endif
#if __has_include(<bluetooth/bluetooth.h>)
#include <bluetooth/bluetooth.h>
#endif

#include "dump.h"

/* START clears a struct, or whatever it has that is not ours; SET is a member's turn. */
static int members;
#define START(s, fill) (members = 0, memset(&(s), fill, sizeof(s)))
#define SET(m) memset(&(m), ++members, sizeof(m))
#define PRINT(s) bytes(#s, &(s), sizeof(s))

static void inet(void)
{
	struct icmp6_filter icmp6_filter;
	struct ip6_mtuinfo ip6_mtuinfo;
	struct mptcp_info mptcp_info;
	struct sock_txtime sock_txtime;
	__u32 meminfo[SK_MEMINFO_VARS];

	START(icmp6_filter, 0);
	SET(icmp6_filter.icmp6_filt[0]);
	SET(icmp6_filter.icmp6_filt[1]);
	SET(icmp6_filter.icmp6_filt[2]);
	SET(icmp6_filter.icmp6_filt[3]);
	SET(icmp6_filter.icmp6_filt[4]);
	SET(icmp6_filter.icmp6_filt[5]);
	SET(icmp6_filter.icmp6_filt[6]);
	SET(icmp6_filter.icmp6_filt[7]);
	PRINT(icmp6_filter);

	START(ip6_mtuinfo, 0xff);
	SET(ip6_mtuinfo.ip6m_mtu);
	PRINT(ip6_mtuinfo);

	START(mptcp_info, 0xff);
	SET(mptcp_info.mptcpi_subflows);
	SET(mptcp_info.mptcpi_add_addr_signal);
	SET(mptcp_info.mptcpi_add_addr_accepted);
	SET(mptcp_info.mptcpi_subflows_max);
	SET(mptcp_info.mptcpi_add_addr_signal_max);
	SET(mptcp_info.mptcpi_add_addr_accepted_max);
	SET(mptcp_info.mptcpi_flags);
	SET(mptcp_info.mptcpi_token);
	SET(mptcp_info.mptcpi_write_seq);
	SET(mptcp_info.mptcpi_snd_una);
	SET(mptcp_info.mptcpi_rcv_nxt);
	SET(mptcp_info.mptcpi_local_addr_used);
	SET(mptcp_info.mptcpi_local_addr_max);
	mptcp_info.mptcpi_csum_enabled = 0;
	PRINT(mptcp_info);

	START(sock_txtime, 0);
	SET(sock_txtime.clockid);
	SET(sock_txtime.flags);
	PRINT(sock_txtime);

	START(meminfo, 0xff);
	SET(meminfo[SK_MEMINFO_RMEM_ALLOC]);
	SET(meminfo[SK_MEMINFO_RCVBUF]);
	SET(meminfo[SK_MEMINFO_WMEM_ALLOC]);
	SET(meminfo[SK_MEMINFO_SNDBUF]);
	SET(meminfo[SK_MEMINFO_FWD_ALLOC]);
	SET(meminfo[SK_MEMINFO_WMEM_QUEUED]);
	SET(meminfo[SK_MEMINFO_OPTMEM]);
	SET(meminfo[SK_MEMINFO_BACKLOG]);
	SET(meminfo[SK_MEMINFO_DROPS]);
	PRINT(meminfo);
}

static void sctp(void)
{
	struct sctp_initmsg sctp_initmsg;
	struct sctp_rtoinfo sctp_rtoinfo;
	struct sctp_sack_info sctp_sack_info;
	struct sctp_assoc_value sctp_assoc_value;

	START(sctp_initmsg, 0);
	SET(sctp_initmsg.sinit_num_ostreams);
	SET(sctp_initmsg.sinit_max_instreams);
	SET(sctp_initmsg.sinit_max_attempts);
	SET(sctp_initmsg.sinit_max_init_timeo);
	PRINT(sctp_initmsg);

	START(sctp_rtoinfo, 0);
	SET(sctp_rtoinfo.srto_initial);
	SET(sctp_rtoinfo.srto_max);
	SET(sctp_rtoinfo.srto_min);
	PRINT(sctp_rtoinfo);

	START(sctp_sack_info, 0);
	SET(sctp_sack_info.sack_delay);
	SET(sctp_sack_info.sack_freq);
	PRINT(sctp_sack_info);

	START(sctp_assoc_value, 0);
	SET(sctp_assoc_value.assoc_value);
	PRINT(sctp_assoc_value);
}

#define TLS(cipher, name) \
	do { \
		struct tls12_crypto_info_##name name; \
		START(name, 0); \
		SET(name.info.version); \
		name.info.cipher_type = TLS_CIPHER_##cipher; \
		SET(name.iv); \
		SET(name.key); \
		SET(name.salt); \
		SET(name.rec_seq); \
		PRINT(name); \
	} while (0)

static void tls(void)
{
	TLS(AES_GCM_128, aes_gcm_128);
	TLS(AES_GCM_256, aes_gcm_256);
	TLS(AES_CCM_128, aes_ccm_128);
#ifdef TLS_CIPHER_CHACHA20_POLY1305
	TLS(CHACHA20_POLY1305, chacha20_poly1305);
#endif
#ifdef TLS_CIPHER_SM4_GCM
	TLS(SM4_GCM, sm4_gcm);
	TLS(SM4_CCM, sm4_ccm);
#endif
#ifdef TLS_CIPHER_ARIA_GCM_128
	TLS(ARIA_GCM_128, aria_gcm_128);
	TLS(ARIA_GCM_256, aria_gcm_256);
#endif
}

static void links(void)
{
	struct packet_mreq packet_mreq;
	struct tpacket_stats tpacket_stats;
	struct xdp_statistics xdp_statistics;
	struct can_filter can_filter;

	START(packet_mreq, 0);
	SET(packet_mreq.mr_ifindex);
	SET(packet_mreq.mr_type);
	packet_mreq.mr_alen = 6;
	memset(packet_mreq.mr_address, ++members, 6);
	PRINT(packet_mreq);

	START(tpacket_stats, 0);
	SET(tpacket_stats.tp_packets);
	SET(tpacket_stats.tp_drops);
	PRINT(tpacket_stats);

	START(xdp_statistics, 0);
	SET(xdp_statistics.rx_dropped);
	SET(xdp_statistics.rx_invalid_descs);
	SET(xdp_statistics.tx_invalid_descs);
	SET(xdp_statistics.rx_ring_full);
	SET(xdp_statistics.rx_fill_ring_empty_descs);
	SET(xdp_statistics.tx_ring_empty_descs);
	PRINT(xdp_statistics);

	START(can_filter, 0);
	SET(can_filter.can_id);
	SET(can_filter.can_mask);
	PRINT(can_filter);
}

static void can(void)
{
#ifdef CAN_ISOTP_OPTS
	struct can_isotp_options can_isotp_options;
	struct can_isotp_fc_options can_isotp_fc_options;
	struct can_isotp_ll_options can_isotp_ll_options;

	START(can_isotp_options, 0);
	SET(can_isotp_options.flags);
	SET(can_isotp_options.frame_txtime);
	SET(can_isotp_options.ext_address);
	SET(can_isotp_options.txpad_content);
	SET(can_isotp_options.rxpad_content);
	SET(can_isotp_options.rx_ext_address);
	PRINT(can_isotp_options);

	START(can_isotp_fc_options, 0);
	SET(can_isotp_fc_options.bs);
	SET(can_isotp_fc_options.stmin);
	SET(can_isotp_fc_options.wftmax);
	PRINT(can_isotp_fc_options);

	START(can_isotp_ll_options, 0);
	SET(can_isotp_ll_options.mtu);
	SET(can_isotp_ll_options.tx_dl);
	SET(can_isotp_ll_options.tx_flags);
	PRINT(can_isotp_ll_options);
#endif
#ifdef J1939_FILTER_MAX
	{
		struct j1939_filter j1939_filter;

		START(j1939_filter, 0);
		SET(j1939_filter.name);
		SET(j1939_filter.name_mask);
		SET(j1939_filter.pgn);
		SET(j1939_filter.pgn_mask);
		SET(j1939_filter.addr);
		SET(j1939_filter.addr_mask);
		PRINT(j1939_filter);
	}
#endif
}

static void bluetooth(void)
{
#ifdef BT_SECURITY
	struct bt_security bt_security;

	START(bt_security, 0);
	SET(bt_security.level);
	SET(bt_security.key_size);
	PRINT(bt_security);
#endif
#ifdef BT_POWER
	{
		struct bt_power bt_power;

		START(bt_power, 0);
		SET(bt_power.force_active);
		PRINT(bt_power);
	}
#endif
}

int main(void)
{
	machine();
	inet();
	sctp();
	tls();
	links();
	can();
	bluetooth();
	return 0;
}
