// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP from this machine to itself, by IPv4 and IPv6. What is dropped does not
 * come; what comes is there at once, so that there is little to wait for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../use.h"

#define PORT "/sys/module/udpdrop/parameters/port"
#define PROC "/proc/net/udpdrop"

static long counter(const char *name)
{
	const char *text = slurp(PROC);
	const char *at = text ? strstr(text, name) : NULL;

	return at ? atol(at + strlen(name)) : -1;
}

/* A namespace where only we send, and nothing has been counted yet. */
static void new_namespace(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	must(!unshare(CLONE_NEWNET), "make a network namespace");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	must(!ioctl(fd, SIOCSIFFLAGS, &r), "switch its loop-back device on");
	close(fd);
	ok(counter("seen ") == 0 && counter("dropped ") == 0,
	   "nothing has been counted");
}

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t loop_back(int family, int port, union address *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (family == AF_INET) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons((unsigned short)port);
		ret->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(ret->v4);
	}
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_port = htons((unsigned short)port);
	ret->v6.sin6_addr = in6addr_loopback;
	return sizeof(ret->v6);
}

/* Sends so many bytes to a port. 1: they came; 0: they did not; -1: neither. */
static int arrives(int family, int port, size_t size)
{
	static char out[60000], in[60000];
	union address a;
	socklen_t len = loop_back(family, port, &a);
	int from = socket(family, SOCK_DGRAM, 0);
	int to = socket(family, SOCK_DGRAM, 0);
	struct pollfd p = { .fd = to, .events = POLLIN };
	int came = -1;

	memset(out, port & 0xff, sizeof(out));
	if (!bind(to, &a.any, len) &&
	    sendto(from, out, size, 0, &a.any, len) == (ssize_t)size)
		came = poll(&p, 1, 100) == 1 &&
		       recv(to, in, sizeof(in), 0) == (ssize_t)size &&
		       !memcmp(in, out, size);
	close(from);
	close(to);
	return came;
}

static int connects(void)
{
	union address a;
	socklen_t len = loop_back(AF_INET, 4000, &a);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	int good = !bind(server, &a.any, len) && !listen(server, 1) &&
		   !connect(client, &a.any, len);

	close(client);
	close(server);
	return good;
}

int main(void)
{
	same(slurp(PORT), "0", "no port is named at first");
	new_namespace();
	ok(arrives(AF_INET, 4000, 10) == 1, "UDP to port 4000 comes");
	ok(arrives(AF_INET6, 4000, 10) == 1, "by IPv6, too");
	ok(counter("seen ") == 2 && counter("dropped ") == 0,
	   "both were seen, and let pass");

	must(!spit(PORT, "4000\n"), "name port 4000");
	ok(arrives(AF_INET, 4000, 10) == 0, "what is for it does not come");
	ok(arrives(AF_INET6, 4000, 10) == 0, "by IPv6 neither");
	ok(arrives(AF_INET, 4000, 50000) == 0, "nor in many fragments");
	ok(counter("dropped ") == 3, "all three are counted");
	ok(arrives(AF_INET, 4001, 10) == 1 &&
	   arrives(AF_INET6, 4001, 50000) == 1, "port 4001 gets all");
	ok(connects(), "port 4000 of TCP is another one");
	ok(counter("seen ") == 7 && counter("dropped ") == 3,
	   "seven were seen, three dropped");

	new_namespace();
	ok(arrives(AF_INET, 4000, 10) == 0 && counter("dropped ") == 1,
	   "the rule holds there, too");

	fails(spit(PORT, "70000\n"), ERANGE, "70000 is no port");
	must(!spit(PORT, "0\n"), "name none");
	ok(arrives(AF_INET, 4000, 10) == 1, "port 4000 gets all again");
	return done();
}
