// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hash by AF_ALG: bind(2) a socket to its name, accept(2) one for each hash
 * to be made, send(2) the data, read(2) the result. The results wanted here are
 * those that the authors of FNV have published.
 */
#define _GNU_SOURCE
#include <linux/if_alg.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../use.h"

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, "fnvhash", O_NONBLOCK);
}

/* -1 with errno: there is none of that name. */
static int algorithm(const char *name)
{
	struct sockaddr_alg a = { .salg_family = AF_ALG, .salg_type = "hash" };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0), err;

	snprintf((char *)a.salg_name, sizeof(a.salg_name), "%s", name);
	if (fd < 0 || !bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* The result, in hexadecimal digits. */
static const char *result(int op)
{
	static char text[17];
	unsigned char out[8];
	ssize_t n = read(op, out, sizeof(out));

	text[0] = 0;
	for (ssize_t i = 0; i < n; i++)
		sprintf(text + 2 * i, "%02x", out[i]);
	return text;
}

static const char *hash_of(int alg, const char *data)
{
	int op = accept(alg, NULL, 0);
	const char *text = "";

	if (send(op, data, strlen(data), 0) == (ssize_t)strlen(data))
		text = result(op);
	close(op);
	return text;
}

static void published(int alg32, int alg64)
{
	static const struct {
		const char *data, *hash32, *hash64;
	} known[] = {
		{ "", "811c9dc5", "cbf29ce484222325" },
		{ "a", "e40c292c", "af63dc4c8601ec8c" },
		{ "b", "e70c2de5", "af63df4c8601f1a5" },
		{ "foobar", "bf9cf968", "85944171f73967e8" },
		{ NULL, NULL, NULL },
	}, *k;

	for (k = known; k->data; k++) {
		same(hash_of(alg32, k->data), k->hash32,
		     "FNV-1a of 32 bits of '%s'", k->data);
		same(hash_of(alg64, k->data), k->hash64, "of 64 bits");
	}
}

/* What is sent piece by piece is one text. */
static void pieces(int alg)
{
	int op = accept(alg, NULL, 0), copy;

	ok(send(op, "fo", 2, MSG_MORE) == 2 && send(op, "", 0, MSG_MORE) == 0 &&
	   send(op, "ob", 2, MSG_MORE) == 2, "send pieces");
	copy = accept(op, NULL, 0);
	ok(copy >= 0, "and copy what has been reached");
	ok(send(op, "ar", 2, 0) == 2, "end the one");
	same(result(op), "bf9cf968", "it is the hash of the whole");
	ok(send(copy, "ar", 2, 0) == 2, "end the copy");
	same(result(copy), "bf9cf968", "it is the same");
	ok(send(op, "a", 1, 0) == 1, "begin anew");
	same(result(op), "e40c292c", "what was before is forgotten");
	close(copy);
	close(op);
}

/* More than a page, in pieces that no page begins or ends with. */
static void large(int alg)
{
	static unsigned char data[300000];
	struct iovec v[] = { { data + 1, 4097 }, { data + 4098, 70001 },
			     { data + 74099, sizeof(data) - 74099 } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };
	int op = accept(alg, NULL, 0);
	unsigned int hash = 0x811c9dc5;
	char wanted[9];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	for (size_t i = 1; i < sizeof(data); i++)
		hash = (hash ^ data[i]) * 0x01000193;
	snprintf(wanted, sizeof(wanted), "%08x", hash);
	ok(sendmsg(op, &m, 0) == sizeof(data) - 1, "send 300000 bytes");
	same(result(op), wanted, "their hash is as calculated here");
	close(op);
}

static int nobody_has_it(void *unused)
{
	(void)unused;
	return !strcmp(slurp("/sys/module/fnvhash/refcnt"), "0");
}

int main(void)
{
	const char *list = slurp("/proc/crypto");
	int alg32, alg64;

	must(list && strstr(list, "fnv1a-32-fnvhash") &&
	     strstr(list, "fnv1a-64-fnvhash"), "/proc/crypto has both");
	alg32 = algorithm("fnv1a-32");
	alg64 = algorithm("fnv1a-64-fnvhash");
	must(alg32 >= 0 && alg64 >= 0, "find them, by either name");
	fails(try_remove(), EAGAIN, "no removing while somebody has one");
	ok(setsockopt(alg32, SOL_ALG, ALG_SET_KEY, "key", 3) == -1,
	   "they take no key");
	published(alg32, alg64);
	pieces(alg32);
	large(alg32);
	close(alg32);
	close(alg64);
	fails(algorithm("fnv1a-16"), ENOENT, "there is no third one");
	ok(wait_for(nobody_has_it, NULL), "nobody has one any more");
	return done();
}
