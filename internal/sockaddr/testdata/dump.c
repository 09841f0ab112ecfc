/* Prints the socket addresses of this system. The test of package sockaddr compares them with the
 * native layout. */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "dump.h"

int main(void)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;

	memset(&in4, 0, sizeof in4);
	memset(&in6, 0, sizeof in6);
	memset(&un, 0, sizeof un);
	in4.sin_family = AF_INET;
	in4.sin_port = htons(8080);
	in4.sin_addr.s_addr = htonl(0xc0000201);
	in6.sin6_family = AF_INET6;
	in6.sin6_port = htons(8080);
	in6.sin6_flowinfo = htonl(0x12345);
	in6.sin6_addr.s6_addr[0] = 0x20;
	in6.sin6_addr.s6_addr[15] = 1;
	in6.sin6_scope_id = 7;
	un.sun_family = AF_UNIX;
	strcpy(un.sun_path, "/tmp/s");
#ifdef SIN6_LEN /* 4.4BSD: sa_len */
	in4.sin_len = sizeof in4;
	in6.sin6_len = sizeof in6;
	un.sun_len = SUN_LEN(&un) + 1;
#endif
	machine();
	bytes("inet4", &in4, sizeof in4);
	bytes("inet6", &in6, sizeof in6);
	bytes("unix", &un, offsetof(struct sockaddr_un, sun_path) + sizeof "/tmp/s");
	number("path", sizeof un.sun_path);
	number("header", offsetof(struct sockaddr, sa_data));
	number("storage", sizeof(struct sockaddr_storage));
	return 0;
}
