// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One end of the cable stays here, the other goes into a network namespace of
 * its own, to a child process that sends back what it gets.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../use.h"

#define ONE "netpair0"
#define TWO "netpair1"

/* An ioctl on a device, by its name. */
static int device(const char *name, unsigned long request, struct ifreq *r)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), ret;

	snprintf(r->ifr_name, sizeof(r->ifr_name), "%s", name);
	ret = ioctl(fd, request, r);
	close(fd);
	return ret;
}

static int up(const char *name, int on)
{
	struct ifreq r;

	if (device(name, SIOCGIFFLAGS, &r))
		return -1;
	r.ifr_flags = (short)(on ? r.ifr_flags | IFF_UP :
				   r.ifr_flags & ~IFF_UP);
	return device(name, SIOCSIFFLAGS, &r);
}

static int give_address(const char *name, const char *address)
{
	struct ifreq r = { 0 };
	struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;

	a->sin_family = AF_INET;
	a->sin_addr.s_addr = inet_addr(address);
	if (device(name, SIOCSIFADDR, &r))
		return -1;
	a->sin_addr.s_addr = inet_addr("255.255.255.0");
	return device(name, SIOCSIFNETMASK, &r);
}

static int link_of(const char *name)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GLINK };
	struct ifreq r = { .ifr_data = (char *)&v };

	return device(name, SIOCETHTOOL, &r) ? -1 : (int)v.data;
}

static long counter(const char *name, const char *what)
{
	char path[100];
	const char *text;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", name,
		 what);
	text = slurp(path);
	return text ? atol(text) : -1;
}

/* What came in, as /proc/net/dev has it: /sys shows the first namespace's. */
static long received(const char *name)
{
	const char *at = strstr(slurp("/proc/net/dev"), name);
	long bytes = 0, packets = -1;

	if (at && sscanf(at + strlen(name), ": %ld %ld", &bytes, &packets) != 2)
		return -1;
	return packets;
}

static void cards(void)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq r = { 0 }, other = { 0 };

	must(!device(ONE, SIOCGIFHWADDR, &r), ONE " is there");
	must(!device(TWO, SIOCGIFHWADDR, &other), "so is " TWO);
	ok(r.ifr_hwaddr.sa_family == 1 && !(r.ifr_hwaddr.sa_data[0] & 1) &&
	   memcmp(r.ifr_hwaddr.sa_data, other.ifr_hwaddr.sa_data, 6),
	   "each has an Ethernet address of its own");
	r.ifr_data = (char *)&info;
	ok(!device(ONE, SIOCETHTOOL, &r) && !strcmp(info.driver, "netpair"),
	   "ethtool names the driver");
	r.ifr_mtu = 9000;
	ok(!device(ONE, SIOCSIFMTU, &r) && !device(TWO, SIOCSIFMTU, &r),
	   "frames may be large");
	r.ifr_mtu = 1 << 20;
	fails(device(ONE, SIOCSIFMTU, &r), EINVAL, "but not that large");
	other.ifr_hwaddr.sa_data[0] |= 1;
	fails(device(TWO, SIOCSIFHWADDR, &other), EADDRNOTAVAIL,
	      "the address of a group is refused");
}

static void links(void)
{
	ok(!up(ONE, 1) && link_of(ONE) == 0, "one side up: no link");
	same(slurp("/sys/class/net/" ONE "/carrier"), "0", "/sys says so, too");
	ok(!up(TWO, 1) && link_of(ONE) == 1 && link_of(TWO) == 1,
	   "both up: there it is");
	same(slurp("/sys/class/net/" ONE "/carrier"), "1", "/sys says so, too");
	ok(!up(TWO, 0) && link_of(ONE) == 0, "one down: it is gone");
	up(ONE, 0);
}

/* `ip link set NAME netns PID`: for that there is no ioctl. */
static int move_to(const char *name, pid_t pid)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
		struct rtattr attr;
		unsigned int pid;
	} q = {
		.h = { .nlmsg_len = sizeof(q), .nlmsg_type = RTM_NEWLINK,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.i = { .ifi_index = (int)if_nametoindex(name) },
		.attr = { .rta_len = sizeof(q.attr) + sizeof(q.pid),
			  .rta_type = IFLA_NET_NS_PID },
		.pid = (unsigned int)pid,
	};
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
		char rest[256];
	} a;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	int err = EPROTO;

	if (send(fd, &q, sizeof(q), 0) == sizeof(q) &&
	    recv(fd, &a, sizeof(a), 0) >= (ssize_t)sizeof(a.h) &&
	    a.h.nlmsg_type == NLMSG_ERROR)
		err = -a.e.error;
	close(fd);
	errno = err;
	return err ? -1 : 0;
}

static int udp(const char *address)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval limit = { .tv_sec = 3 };
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(7),
				 .sin_addr.s_addr = inet_addr(address) };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return bind(fd, (struct sockaddr *)&a, sizeof(a)) ? -1 : fd;
}

/* The other side. Its errors are seen here as answers that do not come. */
static void child(int in, int out)
{
	static char buf[9000];
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	ssize_t n;
	int fd;

	if (unshare(CLONE_NEWNET) || write(out, "r", 1) != 1 ||
	    read(in, buf, 1) != 1)
		_exit(1);
	if (give_address(TWO, "10.9.8.2") || up(TWO, 1))
		_exit(2);
	fd = udp("10.9.8.2");
	if (write(out, "r", 1) != 1)
		_exit(3);
	while ((n = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from,
			     &len)) > 0) {
		sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&from, len);
		if (n == 3 && !memcmp(buf, "end", 3))
			_exit(received(TWO) >= 3 ? 0 : 4);
	}
	_exit(5);
}

/* Sends, and waits for the same to come back. */
static int goes_round(int fd, const char *data, size_t len)
{
	static char buf[9000];
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(7),
				  .sin_addr.s_addr = inet_addr("10.9.8.2") };

	return sendto(fd, data, len, 0, (struct sockaddr *)&to, sizeof(to)) ==
		       (ssize_t)len &&
	       recv(fd, buf, sizeof(buf), 0) == (ssize_t)len &&
	       !memcmp(buf, data, len);
}

static void through_the_cable(void)
{
	static char large[8000];
	int to[2], from[2], fd, status = -1;
	long sent, got, bytes;
	char c;
	pid_t pid;

	memset(large, 'z', sizeof(large));
	must(!pipe(to) && !pipe(from), "make pipes");
	pid = fork();
	if (!pid)
		child(to[0], from[1]);
	must(read(from[0], &c, 1) == 1, "a child has a namespace of its own");
	must(!move_to(TWO, pid), "move " TWO " there");
	ok(!if_nametoindex(TWO), "it is not here any more");
	must(!give_address(ONE, "10.9.8.1") && !up(ONE, 1),
	     "give " ONE " an address");
	ok(link_of(ONE) == 0, "the other end is not up yet");
	must(write(to[1], "g", 1) == 1 && read(from[0], &c, 1) == 1,
	     "the child does the same");
	ok(link_of(ONE) == 1, "the link is there");

	fd = udp("10.9.8.1");
	sent = counter(ONE, "tx_packets");
	got = counter(ONE, "rx_packets");
	bytes = counter(ONE, "tx_bytes");
	ok(goes_round(fd, "hello", 5), "UDP goes there and comes back");
	ok(goes_round(fd, large, sizeof(large)), "a large one, too");
	ok(counter(ONE, "tx_packets") >= sent + 2 &&
	   counter(ONE, "rx_packets") >= got + 2 &&
	   counter(ONE, "tx_bytes") > bytes + 8000, "all are counted");
	ok(goes_round(fd, "end", 3) && waitpid(pid, &status, 0) == pid &&
	   !status, "the child has counted them, too");
	close(fd);
}

static int is_back(void *unused)
{
	(void)unused;
	return if_nametoindex(TWO) != 0;
}

int main(void)
{
	cards();
	links();
	through_the_cable();
	ok(wait_for(is_back, NULL), "with its namespace gone, " TWO " is back");
	ok(link_of(ONE) == 0, "and the link is not");
	return done();
}
