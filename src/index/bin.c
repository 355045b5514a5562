/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An index file opened, one node of it, and the search for exactly one key:
 * see bin.h. Searches for patterns are in bin_match.c.
 */
#include "index/bin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/bin_node.h"

#define HINT "run 'depmod' to make the indexes anew"

int bin_damaged(const struct idx_bin *b, struct diag *d, size_t at,
		const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	diag_fail(d, EBADMSG, "%s", what);
	diag_in(d, "byte %zu", at);
	diag_in(d, "%s", b->path);
	diag_hint(d, HINT);
	return -EBADMSG;
}

static bool be32(struct span s, size_t at, uint32_t *ret)
{
	if (at > s.n || s.n - at < 4)
		return false;
	memcpy(ret, s.p + at, 4);
	*ret = __builtin_bswap32(*ret);
	return true;
}

static int check_header(struct idx_bin *b, struct diag *d)
{
	uint32_t magic, version;

	if (b->s.n < BIN_HEADER)
		return bin_damaged(b, d, b->s.n,
				   "the file ends here, but its header has %d bytes",
				   BIN_HEADER);
	if (b->s.n > BIN_OFFSET)
		return bin_damaged(b, d, b->s.n,
				   "the file ends here, but no index is larger than 256 MiB");
	(void)be32(b->s, 0, &magic);
	(void)be32(b->s, 4, &version);
	(void)be32(b->s, 8, &b->root);
	if (magic != BIN_MAGIC)
		return bin_damaged(b, d, 0,
				   "found 0x%08x, but an index begins with 0x%08x",
				   magic, BIN_MAGIC);
	if (version >> 16 != BIN_VERSION >> 16)
		return bin_damaged(b, d, 4,
				   "found version 0x%08x, but only 0x%04xxxxx is known",
				   version, BIN_VERSION >> 16);
	return 0;
}

int idx_bin_open_span(const char *path, struct span bytes,
		      struct idx_bin **ret, struct diag *d)
{
	size_t n = strlen(path) + 1;
	struct idx_bin *b = malloc(sizeof(*b) + n);

	if (!b)
		return diag_fail(d, ENOMEM, "out of memory");
	*b = (struct idx_bin){ .s = bytes };
	memcpy(b->path, path, n);

	int r = bytes.n ? check_header(b, d) : -ENODATA;

	if (r < 0) {
		free(b);
		return r;
	}
	*ret = b;
	return 0;
}

static int fail_open(const char *path, int err, struct diag *d)
{
	if (err == ENOENT)
		return -ENOENT;
	diag_fail(d, err, "cannot open: %s", strerror(err));
	diag_in(d, "%s", path);
	return -err;
}

int idx_bin_open(const char *path, struct idx_bin **ret, struct diag *d)
{
	/* What is no file at all must not make us wait. */
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_open(path, errno, d);
	if (S_ISDIR(st.st_mode))
		return fail_open(path, EISDIR, d);
	if (!S_ISREG(st.st_mode)) {
		diag_fail(d, EBADMSG, "found a device or a pipe, wanted a file");
		diag_in(d, "%s", path);
		diag_hint(d, HINT);
		return -EBADMSG;
	}
	if (!st.st_size)
		return -ENODATA;
	if ((uint64_t)st.st_size > SIZE_MAX)
		return fail_open(path, EFBIG, d);

	size_t n = (size_t)st.st_size;
	void *map = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return fail_open(path, errno, d);

	int r = idx_bin_open_span(path, (struct span){ map, n }, ret, d);

	if (r < 0)
		(void)munmap(map, n);
	else
		(*ret)->map = map;
	return r;
}

struct idx_bin *idx_bin_close(struct idx_bin *b)
{
	if (b && b->map)
		(void)munmap(b->map, b->s.n);
	free(b);
	return NULL;
}

/* The prefix of a node, if it has one. Moves @at behind it. */
static int read_prefix(const struct idx_bin *b, uint32_t word, size_t *at,
		       struct bin_node *n, struct diag *d)
{
	n->prefix = "";
	n->prefix_n = 0;
	if (!(word & BIN_PREFIX))
		return 0;

	const char *s = span_str(b->s, *at);

	if (!s)
		return bin_damaged(b, d, *at,
				   "a string begins here that does not end before the file does, at %zu",
				   b->s.n);
	n->prefix = s;
	n->prefix_n = strlen(s);
	*at += n->prefix_n + 1;
	return 0;
}

static int read_children(const struct idx_bin *b, uint32_t word, size_t *at,
			 struct bin_node *n, struct diag *d)
{
	struct span s;

	n->first = 1;
	n->last = 0;
	if (!(word & BIN_CHILDREN))
		return 0;
	if (!span_sub(b->s, *at, 2, &s))
		return bin_damaged(b, d, *at,
				   "a table of children begins here, but the file ends at %zu",
				   b->s.n);

	unsigned first = s.p[0], last = s.p[1];

	if (!first || first > last || last > 127)
		return bin_damaged(b, d, *at,
				   "found children for characters %u to %u, wanted a range within 1 to 127",
				   first, last);
	if (!span_sub(b->s, *at + 2, 4 * (last - first + 1), &s))
		return bin_damaged(b, d, *at,
				   "a table of %u children begins here, but the file ends at %zu",
				   last - first + 1, b->s.n);
	n->first = first;
	n->last = last;
	n->children = *at + 2;
	*at += 2 + s.n;
	return 0;
}

static int read_count(const struct idx_bin *b, uint32_t word, size_t at,
		      struct bin_node *n, struct diag *d)
{
	n->n_values = 0;
	n->values = at;
	if (!(word & BIN_VALUES))
		return 0;
	if (!be32(b->s, at, &n->n_values))
		return bin_damaged(b, d, at,
				   "a list of values begins here, but the file ends at %zu",
				   b->s.n);
	n->values += 4;
	return 0;
}

int bin_node_at(const struct idx_bin *b, uint32_t word, struct bin_node *ret,
		struct diag *d)
{
	size_t at = word & BIN_OFFSET;

	ret->at = at;
	if (at < BIN_HEADER || at > b->s.n)
		return bin_damaged(b, d, at,
				   "a node should be here, but the file has bytes %d to %zu for them",
				   BIN_HEADER, b->s.n);

	int r = read_prefix(b, word, &at, ret, d);

	if (!r)
		r = read_children(b, word, &at, ret, d);
	return r ? r : read_count(b, word, at, ret, d);
}

uint32_t bin_child(const struct idx_bin *b, const struct bin_node *n,
		   unsigned c)
{
	uint32_t word = 0;

	if (c < n->first || c > n->last)
		return 0;
	(void)be32(b->s, n->children + 4 * (c - n->first), &word);
	return word & BIN_OFFSET ? word : 0;
}

int bin_value_next(const struct idx_bin *b, struct bin_values *v,
		   struct idx_value *ret, struct diag *d)
{
	uint32_t priority;
	const char *s;

	if (!v->left)
		return 0;
	if (!be32(b->s, v->at, &priority) || !(s = span_str(b->s, v->at + 4)))
		return bin_damaged(b, d, v->at,
				   "a value should begin here, with %u to come, but the file ends at %zu",
				   v->left, b->s.n);
	v->left--;
	v->at += 4 + strlen(s) + 1;
	*ret = (struct idx_value){ .value = s, .priority = priority };
	return 1;
}

/* Steps along @key. Return: 0: @n has exactly this key; -ENOENT; -EBADMSG. */
static int find(const struct idx_bin *b, const char *key, struct bin_node *n,
		struct diag *d)
{
	for (uint32_t word = b->root;;) {
		int r = bin_node_at(b, word, n, d);

		if (r < 0)
			return r;
		if (strncmp(key, n->prefix, n->prefix_n) != 0)
			return -ENOENT;
		key += n->prefix_n;
		if (!*key)
			return 0;
		word = bin_child(b, n, (unsigned char)*key++);
		if (!word)
			return -ENOENT;
	}
}

int idx_bin_get(const struct idx_bin *b, const char *key, const char **ret,
		struct diag *d)
{
	struct bin_node n = { .prefix = "" };
	int r = b->root & BIN_OFFSET ? find(b, key, &n, d) : -ENOENT;

	if (r < 0)
		return r;

	struct bin_values v = bin_values_of(&n);
	struct idx_value value = { 0 };

	r = bin_value_next(b, &v, &value, d);
	if (r > 0)
		*ret = value.value;
	return r < 0 ? r : r ? 0 : -ENOENT;
}
