// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cipher by AF_ALG: bind(2) a socket to its name, set the key, accept(2) one
 * for each use, sendmsg(2) text with direction and IV, read(2) the result. What
 * is wanted here stands in RFC 8439, 2.4.2 and A.1.
 */
#define _GNU_SOURCE
#include <linux/if_alg.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "../use.h"

#define NAME "chacha20-rfc8439"

static char text[115];

static const unsigned char secret[] = {
	0x6e, 0x2e, 0x35, 0x9a, 0x25, 0x68, 0xf9, 0x80, 0x41, 0xba, 0x07, 0x28,
	0xdd, 0x0d, 0x69, 0x81, 0xe9, 0x7e, 0x7a, 0xec, 0x1d, 0x43, 0x60, 0xc2,
	0x0a, 0x27, 0xaf, 0xcc, 0xfd, 0x9f, 0xae, 0x0b, 0xf9, 0x1b, 0x65, 0xc5,
	0x52, 0x47, 0x33, 0xab, 0x8f, 0x59, 0x3d, 0xab, 0xcd, 0x62, 0xb3, 0x57,
	0x16, 0x39, 0xd6, 0x24, 0xe6, 0x51, 0x52, 0xab, 0x8f, 0x53, 0x0c, 0x35,
	0x9f, 0x08, 0x61, 0xd8, 0x07, 0xca, 0x0d, 0xbf, 0x50, 0x0d, 0x6a, 0x61,
	0x56, 0xa3, 0x8e, 0x08, 0x8a, 0x22, 0xb6, 0x5e, 0x52, 0xbc, 0x51, 0x4d,
	0x16, 0xcc, 0xf8, 0x06, 0x81, 0x8c, 0xe9, 0x1a, 0xb7, 0x79, 0x37, 0x36,
	0x5a, 0xf9, 0x0b, 0xbf, 0x74, 0xa3, 0x5b, 0xe6, 0xb4, 0x0b, 0x8e, 0xed,
	0xf2, 0x78, 0x5e, 0x42, 0x87, 0x4d,
};

/* The stream of a key, nonce and counter that are all zero. */
static const unsigned char zero_stream[] = {
	0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90, 0x40, 0x5d, 0x6a, 0xe5,
	0x53, 0x86, 0xbd, 0x28, 0xbd, 0xd2, 0x19, 0xb8, 0xa0, 0x8d, 0xed, 0x1a,
	0xa8, 0x36, 0xef, 0xcc, 0x8b, 0x77, 0x0d, 0xc7, 0xda, 0x41, 0x59, 0x7c,
	0x51, 0x57, 0x48, 0x8d, 0x77, 0x24, 0xe0, 0x3f, 0xb8, 0xd8, 0x4a, 0x37,
	0x6a, 0x43, 0xb8, 0xf4, 0x15, 0x18, 0xa1, 0x1c, 0xc3, 0x87, 0xb6, 0x69,
	0xb2, 0xee, 0x65, 0x86,
};

/* The counter first, least significant byte first; then the nonce. */
static const unsigned char iv_of_text[16] = { 1, 0, 0, 0, 0, 0, 0, 0,
					      0, 0, 0, 0x4a };

static int algorithm(const char *name)
{
	struct sockaddr_alg a = { .salg_family = AF_ALG,
				  .salg_type = "skcipher" };
	int fd = socket(AF_ALG, SOCK_SEQPACKET, 0), err;

	snprintf((char *)a.salg_name, sizeof(a.salg_name), "%s", name);
	if (fd < 0 || !bind(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* @v: the text, in pieces. @flags: MSG_MORE if there is more to come. */
static ssize_t send_text(int op, int direction, const unsigned char *iv,
			 struct iovec *v, size_t n, int flags)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int)) +
			   CMSG_SPACE(sizeof(struct af_alg_iv) + 16)];
	} control = { 0 };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = n,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct af_alg_iv *to;

	c->cmsg_level = SOL_ALG;
	c->cmsg_type = ALG_SET_OP;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &direction, sizeof(int));
	c = CMSG_NXTHDR(&m, c);
	c->cmsg_level = SOL_ALG;
	c->cmsg_type = ALG_SET_IV;
	c->cmsg_len = CMSG_LEN(sizeof(*to) + 16);
	to = (struct af_alg_iv *)CMSG_DATA(c);
	to->ivlen = 16;
	memcpy(to->iv, iv, 16);
	return sendmsg(op, &m, flags);
}

/* All at once. 0, or -1 with errno. */
static int crypt_all(int alg, int direction, const unsigned char *iv,
		     const void *from, void *to, size_t size)
{
	struct iovec v = { (void *)from, size };
	int op = accept(alg, NULL, 0), bad;

	if (op < 0)
		return -1;
	bad = send_text(op, direction, iv, &v, 1, 0) != (ssize_t)size ||
	      read(op, to, size) != (ssize_t)size;
	close(op);
	return -bad;
}

/*
 * The driver's name of another implementation: kernels call theirs differently.
 * "name : chacha20" and "driver : ..." follow each other.
 */
static const char *anybody_else(void)
{
	static char name[64];
	const char *at = slurp("/proc/crypto");

	while (at && (at = strstr(at, ": chacha20\n"))) {
		if (sscanf(at, ": chacha20\ndriver : %63s", name) == 1 &&
		    strcmp(name, NAME))
			return name;
		at++;
	}
	return "";
}

static void keys(int alg)
{
	unsigned char out[sizeof(secret)];

	fails(setsockopt(alg, SOL_ALG, ALG_SET_KEY, "short", 5), EINVAL,
	      "a key of 5 bytes is refused");
	fails(crypt_all(alg, ALG_OP_ENCRYPT, iv_of_text, text, out,
			sizeof(secret)), ENOKEY, "nothing goes without one");
}

static void published(int alg)
{
	unsigned char key[32] = { 0 }, zero[64] = { 0 }, out[sizeof(secret)];

	must(!setsockopt(alg, SOL_ALG, ALG_SET_KEY, key, 32), "set a key");
	ok(!crypt_all(alg, ALG_OP_ENCRYPT, zero, zero, out, 64) &&
	   !memcmp(out, zero_stream, 64), "the stream of A.1");

	for (int i = 0; i < 32; i++)
		key[i] = (unsigned char)i;
	must(!setsockopt(alg, SOL_ALG, ALG_SET_KEY, key, 32), "set another");
	ok(!crypt_all(alg, ALG_OP_ENCRYPT, iv_of_text, text, out,
		      sizeof(out)) && !memcmp(out, secret, sizeof(out)),
	   "the text of 2.4.2 is encrypted as it should be");
	ok(!crypt_all(alg, ALG_OP_DECRYPT, iv_of_text, secret, out,
		      sizeof(out)) && !memcmp(out, text, sizeof(out)),
	   "and decrypted");
}

/* The text of the RFC, in two parts; the first is a whole block. */
static void in_parts(int alg)
{
	struct iovec first = { (void *)text, 64 };
	struct iovec rest = { (void *)(text + 64), sizeof(secret) - 64 };
	unsigned char out[sizeof(secret)];
	int op = accept(alg, NULL, 0);

	ok(send_text(op, ALG_OP_ENCRYPT, iv_of_text, &first, 1, MSG_MORE) ==
	   64 && read(op, out, 64) == 64, "the first block alone");
	ok(writev(op, &rest, 1) == (ssize_t)rest.iov_len &&
	   read(op, out + 64, rest.iov_len) == (ssize_t)rest.iov_len &&
	   !memcmp(out, secret, sizeof(out)), "then the rest: it goes on");
	close(op);
}

/*
 * Much text, cut into pieces of one length, so that blocks lie across pieces
 * and pages; and what comes, taken likewise.
 */
static int torn(int alg, const unsigned char *plain,
		const unsigned char *wanted, size_t size, size_t piece)
{
	enum { PIECES = 16 };
	static unsigned char out[20000 + 4096];
	struct iovec from[PIECES], to[PIECES];
	size_t n = 0;
	int op = accept(alg, NULL, 0), good;

	/* The kernel gives a socket only so much for lists of pieces. */
	size = size < PIECES * piece ? size : PIECES * piece;
	for (size_t at = 0; at < size; at += piece, n++) {
		size_t len = piece < size - at ? piece : size - at;

		from[n] = (struct iovec){ (void *)(plain + at), len };
		/* So that the two are not torn in the same places. */
		to[n] = (struct iovec){ out + 4093 + at, len };
	}
	good = send_text(op, ALG_OP_ENCRYPT, iv_of_text, from, n, 0) ==
		       (ssize_t)size &&
	       readv(op, to, (int)n) == (ssize_t)size &&
	       !memcmp(out + 4093, wanted, size);
	close(op);
	return good;
}

static void much(int alg, int others)
{
	enum { SIZE = 15001 };
	static unsigned char plain[SIZE], wanted[SIZE], back[SIZE];
	static const size_t piece[] = { 15, 63, 64, 65, 1000, 4095, 4097, 0 };

	for (size_t i = 0; i < SIZE; i++)
		plain[i] = (unsigned char)(i * 13 + i / 256);
	must(!crypt_all(alg, ALG_OP_ENCRYPT, iv_of_text, plain, wanted, SIZE) &&
	     memcmp(plain, wanted, SIZE), "encrypt 15001 bytes");
	for (const size_t *p = piece; *p; p++)
		ok(torn(alg, plain, wanted, SIZE, *p),
		   "the same in pieces of %zu", *p);
	ok(!crypt_all(alg, ALG_OP_DECRYPT, iv_of_text, wanted, back, SIZE) &&
	   !memcmp(back, plain, SIZE), "decrypt them");
	ok(!crypt_all(others, ALG_OP_DECRYPT, iv_of_text, wanted, back, SIZE) &&
	   !memcmp(back, plain, SIZE), "%s agrees",
	   anybody_else());
}

/* The part of /proc/crypto about ours. */
static const char *listed(void)
{
	static char part[1000];
	const char *at = strstr(slurp("/proc/crypto"), NAME), *end;

	if (!at)
		return "";
	end = strstr(at, "\n\n");
	snprintf(part, sizeof(part), "%.*s",
		 (int)(end ? end - at : (long)strlen(at)), at);
	return part;
}

static int try_remove(void)
{
	return (int)syscall(SYS_delete_module, "rfc8439", O_NONBLOCK);
}

static int nobody_has_it(void *unused)
{
	(void)unused;
	return !strcmp(slurp("/sys/module/rfc8439/refcnt"), "0");
}

int main(void)
{
	unsigned char key[32];
	int alg, others;

	snprintf(text, sizeof(text), "%s%s",
		 "Ladies and Gentlemen of the class of '99: If I could offer ",
		 "you only one tip for the future, sunscreen would be it.");
	ok(strstr(listed(), "priority     : 50"), "/proc/crypto has it");
	ok(strstr(listed(), "selftest     : passed"),
	   "the kernel's own test has passed");
	alg = algorithm(NAME);
	must(alg >= 0, "find it");
	others = algorithm(anybody_else());
	must(others >= 0, "find the kernel's own one");
	fails(try_remove(), EAGAIN, "no removing while somebody has it");
	keys(alg);
	published(alg);
	in_parts(alg);
	for (int i = 0; i < 32; i++)
		key[i] = (unsigned char)i;
	must(!setsockopt(others, SOL_ALG, ALG_SET_KEY, key, 32),
	     "the same key for the other one");
	much(alg, others);
	close(alg);
	close(others);
	ok(wait_for(nobody_has_it, NULL), "nobody has it any more");
	return done();
}
