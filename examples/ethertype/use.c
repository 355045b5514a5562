// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames are sent and taken by packet sockets, on the loop-back device: what
 * goes out there comes in again at once.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "../use.h"

#define TYPE 0x88b5
#define PROC "/proc/net/ethertype"

static void lo_up(void)
{
	struct ifreq r = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(!ioctl(fd, SIOCGIFFLAGS, &r), "there is a loop-back device");
	r.ifr_flags |= IFF_UP;
	must(!ioctl(fd, SIOCSIFFLAGS, &r), "switch it on");
	close(fd);
}

/*
 * A socket for frames of our type on lo. SOCK_DGRAM: the kernel writes the
 * addresses in front.
 */
static int packet_socket(struct sockaddr_ll *lo)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	memset(lo, 0, sizeof(*lo));
	lo->sll_family = AF_PACKET;
	lo->sll_protocol = htons(TYPE);
	lo->sll_ifindex = (int)if_nametoindex("lo");
	lo->sll_halen = 6; /* the address of lo is all zero */
	if (fd < 0 || bind(fd, (struct sockaddr *)lo, sizeof(*lo)))
		return -1;
	return fd;
}

static int send_frame(int fd, struct sockaddr_ll *to, int what, size_t length,
		      const char *data, size_t size)
{
	unsigned char frame[1500] = { (unsigned char)what, 0,
				      (unsigned char)(length >> 8),
				      (unsigned char)length };

	memcpy(frame + 4, data, size);
	return sendto(fd, frame, 4 + size, 0, (struct sockaddr *)to,
		      sizeof(*to)) == (ssize_t)(4 + size) ? 0 : -1;
}

/* The next answer; questions, our own ones, are passed over. 0: none came. */
static size_t answer(int fd, unsigned char *buf, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (poll(&p, 1, 100) == 1) {
		ssize_t n = recv(fd, buf, size, 0);

		if (n >= 4 && buf[0] == 2)
			return (size_t)n;
	}
	return 0;
}

static long counter(const char *name)
{
	const char *text = slurp(PROC);
	const char *at = text ? strstr(text, name) : NULL;

	return at ? atol(at + strlen(name)) : -1;
}

static void echo(int fd, struct sockaddr_ll *lo)
{
	static char big[1400];
	unsigned char buf[2000];

	memset(big, 'x', sizeof(big));
	must(!send_frame(fd, lo, 1, 5, "hello", 5), "send a question");
	ok(answer(fd, buf, sizeof(buf)) == 9 && buf[3] == 5 &&
	   !memcmp(buf + 4, "hello", 5), "the answer holds what was sent");
	ok(!send_frame(fd, lo, 1, 2, "hi, and padding", 15) &&
	   answer(fd, buf, sizeof(buf)) == 6 && !memcmp(buf + 4, "hi", 2),
	   "padding is left out");
	ok(!send_frame(fd, lo, 1, sizeof(big), big, sizeof(big)) &&
	   answer(fd, buf, sizeof(buf)) == 4 + sizeof(big) &&
	   !memcmp(buf + 4, big, sizeof(big)), "a large one");
	ok(!send_frame(fd, lo, 1, 0, "", 0) &&
	   answer(fd, buf, sizeof(buf)) == 4, "an empty one");
	ok(counter("questions ") == 4 && counter("answers ") == 4 &&
	   counter("sent ") == 4, "all are counted");
}

static void silence(int fd, struct sockaddr_ll *lo)
{
	struct sockaddr_ll other = *lo;
	unsigned char buf[2000];

	ok(!send_frame(fd, lo, 1, 6, "short", 5) &&
	   !answer(fd, buf, sizeof(buf)), "shorter than it says: no answer");
	ok(!send_frame(fd, lo, 7, 0, "", 0) && !answer(fd, buf, sizeof(buf)),
	   "neither question nor answer: none");
	ok(sendto(fd, "\1", 1, 0, (struct sockaddr *)lo, sizeof(*lo)) == 1 &&
	   !answer(fd, buf, sizeof(buf)), "shorter than the header: none");
	ok(counter("malformed ") == 3, "they are counted, too");

	memset(other.sll_addr, 0xff, 6);
	ok(!send_frame(fd, &other, 1, 0, "", 0) &&
	   !answer(fd, buf, sizeof(buf)), "to all: none");
	other.sll_addr[0] = 2;
	ok(!send_frame(fd, &other, 1, 0, "", 0) &&
	   !answer(fd, buf, sizeof(buf)) && counter("not_for_us ") == 1,
	   "to somebody else: none");
}

int main(void)
{
	const char *handlers = slurp("/proc/net/ptype");
	struct sockaddr_ll lo;
	int fd;

	ok(handlers && strstr(handlers, "88b5"),
	   "/proc/net/ptype has the handler");

	/* A namespace of our own, where nothing has been counted yet. */
	must(!unshare(CLONE_NEWNET), "make a network namespace");
	must(slurp(PROC), "it has a " PROC);
	lo_up();
	fd = packet_socket(&lo);
	must(fd >= 0, "make a packet socket");
	echo(fd, &lo);
	silence(fd, &lo);
	close(fd);

	must(!unshare(CLONE_NEWNET), "make another namespace");
	ok(counter("questions ") == 0, "its counters are its own");
	return done();
}
