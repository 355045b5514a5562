/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's log: see kmsg.h. Mirrors kernel/printk/printk.c. */
#include "live/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte of a "\xNN" at the start of @s; -1: there is none to decode. */
static int escaped(struct span s)
{
	if (s.n < 4 || s.p[0] != '\\' || s.p[1] != 'x')
		return -1;

	int hi = hex_digit(s.p[2]), lo = hex_digit(s.p[3]);

	/* \x00 stays: the texts end at a NUL. */
	return hi < 0 || lo < 0 || !(hi | lo) ? -1 : hi << 4 | lo;
}

/* Appends @s to @out, unescaped; never longer than @s. Return: the end. */
static char *unescape(struct span s, char *out)
{
	while (s.n) {
		int c = escaped(s);
		size_t used = c < 0 ? 1 : 4;

		if (c < 0)
			c = s.p[0] ? s.p[0] : '?';
		*out++ = (char)c;
		s = (struct span){ s.p + used, s.n - used };
	}
	return out;
}

/* A decimal number that ends at @stop, which is consumed. */
static bool number(struct span *s, char stop, uint64_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, s->p[i] - '0', &v))
			return false;
	if (!i || i >= s->n || s->p[i] != stop)
		return false;
	*s = (struct span){ s->p + i + 1, s->n - i - 1 };
	*ret = v;
	return true;
}

/* Cuts the first line off @s. */
static struct span next_line(struct span *s)
{
	const uint8_t *end = s->n ? memchr(s->p, '\n', s->n) : NULL;
	struct span line = { s->p, end ? (size_t)(end - s->p) : s->n };
	size_t used = line.n + (end ? 1 : 0);

	*s = (struct span){ s->p + used, s->n - used };
	return line;
}

/* The dictionary: lines that begin with a blank. */
static bool parse_dict(struct span s, char *out)
{
	while (s.n) {
		struct span line = next_line(&s);

		if (!line.n || line.p[0] != ' ')
			return false;
		out = unescape((struct span){ line.p + 1, line.n - 1 }, out);
		*out++ = '\n';
	}
	*out = '\0';
	return true;
}

static int bad(struct diag *d, const char *wanted)
{
	return diag_fail(d, EBADMSG, "a record of the kernel log has no %s",
			 wanted);
}

int live_kmsg_parse(struct span rec, struct arena *a, struct live_kmsg *ret,
		    struct diag *d)
{
	struct live_kmsg k = { 0 };
	uint64_t prio;

	if (!number(&rec, ',', &prio) || prio > UINT32_MAX)
		return bad(d, "priority");
	k.level = (unsigned)prio & 7;
	k.facility = (unsigned)prio >> 3;
	if (!number(&rec, ',', &k.seq))
		return bad(d, "sequence number");
	if (!number(&rec, ',', &k.usec))
		return bad(d, "time");

	const uint8_t *semi = rec.n ? memchr(rec.p, ';', rec.n) : NULL;

	if (!semi || semi == rec.p ||
	    memchr(rec.p, '\n', (size_t)(semi - rec.p)))
		return bad(d, "flag");
	k.flag = (char)rec.p[0];
	rec = (struct span){ semi + 1, rec.n - (size_t)(semi + 1 - rec.p) };

	struct span text = next_line(&rec);

	k.text = arena_alloc(a, text.n + 1);
	k.dict = arena_alloc(a, rec.n + 2);
	if (!k.text || !k.dict)
		return diag_fail(d, ENOMEM, "no memory");
	*unescape(text, k.text) = '\0';
	if (!parse_dict(rec, k.dict))
		return bad(d, "blank in front of a dictionary line");
	*ret = k;
	return 0;
}

const char *live_kmsg_dict(const struct live_kmsg *k, const char *key,
			   struct arena *a)
{
	size_t n = strlen(key);

	for (const char *p = k->dict; *p;) {
		size_t len = strcspn(p, "\n");

		if (len > n && !strncmp(p, key, n) && p[n] == '=')
			return arena_strndup(a, p + n + 1, len - n - 1);
		p += len + (p[len] == '\n');
	}
	return NULL;
}

int live_kmsg_open(struct live_kmsg_reader *r, const char *path,
		   enum live_kmsg_from from, struct diag *d)
{
	if (!path)
		path = "/dev/kmsg";

	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || (from == LIVE_KMSG_END && lseek(fd, 0, SEEK_END) < 0)) {
		int err = errno;

		(void)diag_fail(d, err, "cannot read the kernel log: %s",
				strerror(err));
		(void)diag_in(d, "%s", path);
		return -err;
	}
	*r = (struct live_kmsg_reader){
		.fd = take_fd(fd), .is_open = true, .read = read,
	};
	return 0;
}

void live_kmsg_close(struct live_kmsg_reader *r)
{
	if (r->is_open)
		(void)close(r->fd);
	*r = (struct live_kmsg_reader){ 0 };
}

/* Counts what is missing between the record expected and this one. */
static void count_lost(struct live_kmsg_reader *r, uint64_t seq, bool epipe)
{
	if (r->has_seq && seq > r->next_seq)
		r->lost += seq - r->next_seq;
	else if (epipe)
		r->lost++;
	r->has_seq = true;
	r->next_seq = seq + 1;
}

int live_kmsg_next(struct live_kmsg_reader *r, struct arena *a,
		   struct live_kmsg *ret, struct diag *d)
{
	char buf[LIVE_KMSG_MAX];
	bool epipe = false;

	for (;;) {
		ssize_t n = r->read(r->fd, buf, sizeof(buf));

		if (n > 0) {
			struct span s = { (uint8_t *)buf, (size_t)n };
			int err = live_kmsg_parse(s, a, ret, d);

			if (err)
				return err;
			count_lost(r, ret->seq, epipe);
			return 1;
		}
		if (!n || errno == EAGAIN)
			return 0;
		if (errno == EPIPE) {
			epipe = true;
			continue;
		}
		if (errno != EINTR) {
			int err = errno;

			return diag_fail(d, err,
					 "cannot read the kernel log: %s",
					 strerror(err));
		}
	}
}

int live_kmsg_skip_past(struct live_kmsg_reader *r, const char *marker,
			struct arena *a, struct diag *d)
{
	for (;;) {
		struct live_kmsg k;
		int n = live_kmsg_next(r, a, &k, d);

		if (n <= 0)
			return n;
		if (!strcmp(k.text, marker))
			return 1;
	}
}

int live_kmsg_write(const char *path, const char *line, struct diag *d)
{
	if (!path)
		path = "/dev/kmsg";

	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int err = fd < 0 ? -errno : fd_write_all(fd, line, strlen(line));

	if (err) {
		(void)diag_fail(d, -err, "cannot write to the kernel log: %s",
				strerror(-err));
		(void)diag_in(d, "%s", path);
	}
	return err;
}
