// SPDX-License-Identifier: GPL-2.0-or-later
/* The family is proved as programs use any other: by socket(2) and friends. */
#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../use.h"
#include "afnet.h"

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, "afnet", O_NONBLOCK);
}

static int bind_to(int fd, unsigned int port)
{
	struct sockaddr_afnet a = { AFNET_FAMILY, (unsigned short)port };

	return bind(fd, (struct sockaddr *)&a, sizeof(a));
}

static ssize_t send_to(int fd, unsigned int port, const char *text)
{
	struct sockaddr_afnet a = { AFNET_FAMILY, (unsigned short)port };

	return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&a,
		      sizeof(a));
}

/* Text and sender of the next message; NULL: none is there. */
static const char *receive(int fd, unsigned int *from)
{
	static char buf[AFNET_MAX + 1];
	struct sockaddr_afnet a = { 0 };
	socklen_t len = sizeof(a);
	ssize_t n = recvfrom(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT,
			     (struct sockaddr *)&a, &len);

	if (n < 0 || len != sizeof(a) || a.family != AFNET_FAMILY)
		return NULL;
	buf[n] = 0;
	*from = a.port;
	return buf;
}

static int readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN);
}

static void making(void)
{
	fails(socket(AFNET_FAMILY, SOCK_STREAM, 0), ESOCKTNOSUPPORT,
	      "no streams");
	fails(socket(AFNET_FAMILY, SOCK_DGRAM, 1), EPROTONOSUPPORT,
	      "no other protocol");
	fails(socket(AFNET_FAMILY + 1, SOCK_DGRAM, 0), EAFNOSUPPORT,
	      "no other family");
	ok(strstr(slurp("/proc/net/protocols"), "AFNET"),
	   "/proc/net/protocols has it");
}

static void binding(int a, int b)
{
	struct sockaddr_afnet name = { AFNET_FAMILY, 0 };
	socklen_t len = sizeof(name);

	ok(!bind_to(a, 7), "bind to port 7");
	fails(bind_to(b, 7), EADDRINUSE, "it can be had once");
	fails(bind_to(a, 8), EINVAL, "and a socket has one");
	fails(bind(b, (struct sockaddr *)&name, 1), EINVAL,
	      "an address that is too short");
	name.family = AF_INET;
	fails(bind(b, (struct sockaddr *)&name, sizeof(name)), EAFNOSUPPORT,
	      "an address of another family");
	ok(!getsockname(a, (struct sockaddr *)&name, &len) &&
	   len == sizeof(name) && name.port == 7, "getsockname() tells it");
	fails(getpeername(a, (struct sockaddr *)&name, &len), ENOTCONN,
	      "it has no peer");
}

static void some_messages(int a, int b)
{
	unsigned int from = 0;
	char small[3];

	fails(recv(a, small, 3, MSG_DONTWAIT), EAGAIN, "nothing is there");
	ok(!readable(a), "and poll() knows");
	ok(send_to(b, 7, "hello") == 5 && send_to(b, 7, "again") == 5,
	   "send two messages");
	ok(readable(a), "poll() tells that something came");
	ok(recv(a, small, 3, MSG_PEEK | MSG_TRUNC) == 5,
	   "look at it: 5 bytes");
	same(receive(a, &from), "hello", "they come whole");
	ok(from >= 32768, "the sender was given port %u", from);
	same(receive(a, &from), "again", "and in order");
	ok(send_to(a, from, "answer") == 6, "answer it");
	same(receive(b, &from), "answer", "it comes");
	ok(from == 7, "from port 7");
	ok(send_to(b, 7, "") == 0 && receive(a, &from),
	   "an empty message is one");
	ok(send_to(b, 7, "abcdef") == 6 && recv(a, small, 3, 0) == 3 &&
	   !receive(a, &from), "what does not fit is cut");
	fails(recv(a, NULL, 3, MSG_DONTWAIT), EAGAIN, "nothing is left");
	ok(send_to(b, 7, "x") == 1, "one more");
	fails(recv(a, (void *)8, 1, 0), EFAULT, "into a bad pointer");
}

static void refusals(int a, int b)
{
	static char big[AFNET_MAX + 1];
	struct sockaddr_afnet seven = { AFNET_FAMILY, 7 };
	int sent = 0;

	fails(send_to(b, 99, "x"), ECONNREFUSED, "nobody has port 99");
	fails(send(b, "x", 1, 0), EDESTADDRREQ, "to nobody");
	ok(!connect(b, (struct sockaddr *)&seven, sizeof(seven)),
	   "connect to port 7");
	fails(send(b, big, sizeof(big), 0), EMSGSIZE, "too large a message");
	fails(send(b, (void *)8, 1, 0), EFAULT, "from a bad pointer");
	fails(listen(b, 1), EOPNOTSUPP, "there is nothing to listen for");

	/* Nobody fetches them: the receiver's buffer is full in the end. */
	while (sent < 10000 &&
	       send(b, big, AFNET_MAX, MSG_DONTWAIT) == AFNET_MAX)
		sent++;
	fails(send(b, big, AFNET_MAX, MSG_DONTWAIT), ENOBUFS,
	      "the buffer is full after %d messages", sent);
	while (recv(a, big, sizeof(big), MSG_DONTWAIT) == AFNET_MAX)
		sent--;
	ok(!sent, "all of them come");
}

/* Who waits is woken. */
static void waiting(int a, int b)
{
	unsigned int from;
	int status;
	pid_t child = fork();

	if (!child) {
		struct pollfd p = { .fd = a, .events = POLLIN };

		_exit(poll(&p, 1, 5000) != 1 || !receive(a, &from));
	}
	usleep(20000);
	ok(send(b, "wake", 4, 0) == 4 && waitpid(child, &status, 0) == child &&
	   !status, "another process waits, and is woken");
}

int main(void)
{
	int a, b, c;

	making();
	a = socket(AFNET_FAMILY, SOCK_DGRAM, 0);
	b = socket(AFNET_FAMILY, SOCK_DGRAM, 0);
	must(a >= 0 && b >= 0, "make two sockets");
	fails(try_remove(), EAGAIN, "no removing while one is open");
	binding(a, b);
	some_messages(a, b);
	refusals(a, b);
	waiting(a, b);

	ok(send(b, "lost", 4, 0) == 4 && !close(a), "close one with a message");
	fails(send(b, "x", 1, 0), ECONNREFUSED, "nobody has its port now");
	must(!unshare(CLONE_NEWNET), "make a network namespace");
	c = socket(AFNET_FAMILY, SOCK_DGRAM, 0);
	ok(!bind_to(c, 7), "there, port 7 is another one");
	fails(send(b, "x", 1, 0), ECONNREFUSED, "and not to be reached");
	close(b);
	close(c);
	return done();
}
