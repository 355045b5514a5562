/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An index file made from a list of keys: see bin_write.h.
 *
 * The trie is never built in memory. A node of it is a range of the list: all
 * keys that have the same first characters.
 *
 *	acpi*:A  acpi*:B  pci:v1  pci:v2  usb	depth 0, no common prefix
 *	|-- 'a' --------| |-- 'p' -----|  'u'	a range for each character
 *	depth 1, prefix "cpi*:"  then 'A', 'B'	and so on in each of them
 *
 * The range is sorted by the one character behind the common prefix, the node
 * is written, and the ranges of its children wait on a stack, so that the
 * file is in pre-order. Each character of a key is looked at a few times,
 * whatever the keys are.
 */
#include "index/bin_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "index/bin_node.h"

struct entry {
	const char *key;
	const char *value;
	uint32_t priority;
	uint32_t seq; /* the order of adding */
};

#define CHUNK 1024

/* Where the header has the number that points to the root. */
#define ROOT_SLOT 8

struct chunk {
	struct chunk *older;
	size_t n;
	struct entry v[CHUNK];
};

struct idx_trie {
	struct arena *a;
	struct chunk *last;
	size_t n;
};

struct idx_trie *idx_trie_new(struct arena *a)
{
	struct idx_trie *t = arena_alloc(a, sizeof(*t));

	if (t)
		t->a = a;
	return t;
}

/* All bytes are 1 to 127. */
static bool plain(const char *key)
{
	size_t n = strlen(key);
	uint64_t all = 0;

	for (; n >= 8; key += 8, n -= 8) {
		uint64_t w;

		memcpy(&w, key, 8);
		all |= w;
	}
	for (; n; n--)
		all |= (unsigned char)*key++;
	return !(all & UINT64_C(0x8080808080808080));
}

int idx_trie_add(struct idx_trie *t, const char *key, const char *value,
		 uint32_t priority)
{
	struct chunk *c = t->last;

	if (!plain(key))
		return -EILSEQ;
	if (t->n == UINT32_MAX)
		return -ENOMEM;
	if (!c || c->n == CHUNK) {
		c = arena_alloc(t->a, sizeof(*c));
		if (!c)
			return -ENOMEM;
		c->older = t->last;
		t->last = c;
	}
	c->v[c->n++] = (struct entry){ key, value, priority, (uint32_t)t->n };
	t->n++;
	return 0;
}

/* Keys v[lo] to v[hi - 1] are the same in their first @depth characters. */
struct range {
	size_t lo, hi, depth;
	size_t slot; /* where the number that points to the node goes */
};

struct layout {
	struct entry *v, *tmp; /* all of them; room to sort a range */
	struct range *todo;    /* a stack: the next one is the last */
	size_t n_todo;
	struct text out;
};

static void put32(struct layout *l, uint32_t v)
{
	v = __builtin_bswap32(v);
	text_add_bytes(&l->out, &v, 4);
}

static void patch32(struct layout *l, size_t at, uint32_t v)
{
	v = __builtin_bswap32(v);
	if (!l->out.failed)
		memcpy(l->out.p + at, &v, 4);
}

/* How many characters all keys of @r share behind its depth. */
static size_t common(const struct layout *l, const struct range *r)
{
	const char *first = l->v[r->lo].key + r->depth;
	size_t n = strlen(first);

	for (size_t i = r->lo + 1; n && i < r->hi; i++) {
		const char *s = l->v[i].key + r->depth;
		size_t same = 0;

		while (same < n && s[same] == first[same])
			same++;
		n = same;
	}
	return n;
}

static unsigned char_at(const struct layout *l, size_t i, size_t depth)
{
	return (unsigned char)l->v[i].key[depth] & 127;
}

static void sort_few(struct layout *l, const struct range *r, size_t depth)
{
	for (size_t i = r->lo + 1; i < r->hi; i++) {
		const struct entry e = l->v[i];
		unsigned c = char_at(l, i, depth);
		size_t to = i;

		for (; to > r->lo && char_at(l, to - 1, depth) > c; to--)
			l->v[to] = l->v[to - 1];
		l->v[to] = e;
	}
}

static void sort_many(struct layout *l, const struct range *r, size_t depth)
{
	size_t n = r->hi - r->lo, start[128] = { 0 }, at = r->lo;

	for (size_t i = r->lo; i < r->hi; i++)
		start[char_at(l, i, depth)]++;
	for (unsigned c = 0; c < 128; c++) {
		size_t have = start[c];

		start[c] = at;
		at += have;
	}
	memcpy(l->tmp, l->v + r->lo, n * sizeof(*l->v));
	for (size_t i = 0; i < n; i++)
		l->v[start[l->tmp[i].key[depth] & 127]++] = l->tmp[i];
}

/* Sorts @r by the character at @depth. Where it is the same, order stays. */
static void sort_range(struct layout *l, const struct range *r, size_t depth)
{
	if (r->hi - r->lo > 24)
		sort_many(l, r, depth);
	else
		sort_few(l, r, depth);
}

static int by_priority(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->seq > y->seq ? -1 : x->seq < y->seq;
}

/* The values of v[lo] to v[hi - 1], which have the same key. */
static void put_values(struct layout *l, size_t lo, size_t hi)
{
	if (hi - lo > 1)
		qsort(l->v + lo, hi - lo, sizeof(*l->v), by_priority);
	put32(l, (uint32_t)(hi - lo));
	for (size_t i = lo; i < hi; i++) {
		put32(l, l->v[i].priority);
		text_add_bytes(&l->out, l->v[i].value,
			       strlen(l->v[i].value) + 1);
	}
}

/* The table of children; they are put on the stack, the first one on top. */
static void put_children(struct layout *l, size_t lo, size_t hi, size_t depth)
{
	static const char holes[4 * 128];
	unsigned first = char_at(l, lo, depth);
	unsigned last = char_at(l, hi - 1, depth);
	const uint8_t ends[2] = { (uint8_t)first, (uint8_t)last };

	text_add_bytes(&l->out, ends, 2);

	size_t slots = l->out.n;

	text_add_bytes(&l->out, holes, 4 * (size_t)(last - first + 1));
	for (size_t at = hi; at > lo; hi = at) {
		unsigned c = char_at(l, --at, depth);

		while (at > lo && char_at(l, at - 1, depth) == c)
			at--;
		l->todo[l->n_todo++] = (struct range){
			at, hi, depth + 1, slots + 4 * (size_t)(c - first)
		};
	}
}

static void put_node(struct layout *l, const struct range *r)
{
	/* As kmod has it, the root has no prefix. */
	size_t n = r->slot == ROOT_SLOT ? 0 : common(l, r);
	size_t depth = r->depth + n, ended = r->lo;

	sort_range(l, r, depth);
	while (ended < r->hi && !char_at(l, ended, depth))
		ended++;
	patch32(l, r->slot,
		(uint32_t)l->out.n | (n ? BIN_PREFIX : 0) |
			(ended > r->lo ? BIN_VALUES : 0) |
			(ended < r->hi ? BIN_CHILDREN : 0));
	if (n)
		text_add_bytes(&l->out, l->v[r->lo].key + r->depth, n);
	if (n)
		text_add_bytes(&l->out, "", 1);
	if (ended < r->hi)
		put_children(l, ended, r->hi, depth);
	if (ended > r->lo)
		put_values(l, r->lo, ended);
}

/* All entries, in the order of adding. */
static void collect(const struct idx_trie *t, struct entry *v)
{
	size_t n = t->n;

	for (const struct chunk *c = t->last; c; c = c->older) {
		n -= c->n;
		memcpy(v + n, c->v, c->n * sizeof(*v));
	}
}

static void put_header(struct layout *l)
{
	put32(l, BIN_MAGIC);
	put32(l, BIN_VERSION);
	put32(l, BIN_HEADER);
}

static int put_all(struct layout *l, size_t n, struct diag *d)
{
	put_header(l);
	if (n)
		l->todo[l->n_todo++] = (struct range){ 0, n, 0, ROOT_SLOT };
	while (l->n_todo && !l->out.failed && l->out.n <= BIN_OFFSET) {
		struct range r = l->todo[--l->n_todo];

		put_node(l, &r);
	}
	if (l->out.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	if (l->out.n > BIN_OFFSET)
		return diag_fail(d, EFBIG,
				 "%zu keys and values take more than 256 MiB, the most that an index can hold",
				 n);
	return 0;
}

int idx_trie_bytes(const struct idx_trie *t, struct bytes *ret, struct diag *d)
{
	struct layout l = { 0 };
	size_t n = t->n ? t->n : 1;
	_cleanup_free_ struct entry *v = calloc(n, 2 * sizeof(*v));
	_cleanup_free_ struct range *todo = calloc(n, sizeof(*todo));

	if (!v || !todo)
		return diag_fail(d, ENOMEM, "out of memory");
	collect(t, v);
	l.v = v;
	l.tmp = v + n;
	l.todo = todo;

	int r = put_all(&l, t->n, d);

	if (r < 0) {
		text_fini(&l.out);
		return r;
	}
	*ret = (struct bytes){ (uint8_t *)l.out.p, l.out.n };
	return 0;
}
