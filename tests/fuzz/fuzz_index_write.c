/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any lines "KEY\tVALUE" made into an index: what was put in comes out, in
 * order, and the last line, as a query, finds what a look at each key finds.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "index/bin.h"
#include "index/bin_write.h"

struct row {
	const char *key, *value;
	uint32_t priority;
};

struct rows {
	struct row *v;
	size_t n, at;
};

static void need(bool ok)
{
	if (!ok)
		abort();
}

/* Cuts @text into rows. Return: the last line. */
static char *cut(char *text, struct rows *rows)
{
	char *s = text;

	for (char *end; (end = strchr(s, '\n')); s = end + 1) {
		char *tab;

		*end = 0;
		tab = strchr(s, '\t');
		if (tab)
			*tab++ = 0;
		else
			tab = end;
		rows->v[rows->n++] =
			(struct row){ s, tab, (uint8_t)tab[0] % 5U };
	}
	return s;
}

/* The order of an index: a stable sort of the rows, the last one first. */
static int by_key(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int r = strcmp(x->key, y->key);

	if (r)
		return r;
	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	/* Their strings lie in the order of adding. */
	return x->key > y->key ? -1 : x->key < y->key;
}

static int compare(void *arg, const char *key, const struct idx_value *v)
{
	struct rows *rows = arg;
	const struct row *want = &rows->v[rows->at++];

	need(rows->at <= rows->n && str_eq(want->key, key) &&
	     str_eq(want->value, v->value) && want->priority == v->priority);
	return 0;
}

static bool fits(const char *pattern, const char *s)
{
	size_t n = strcspn(pattern, "*?[");

	if (!pattern[n])
		return str_eq(pattern, s);
	return !strncmp(pattern, s, n) && !fnmatch(pattern + n, s + n, 0);
}

static void query(const struct idx_bin *bin, const struct rows *rows,
		  const char *s, struct arena *a)
{
	struct idx_value *v;
	size_t n, want = 0;
	uint64_t sum = 0;

	need(!idx_bin_match(bin, s, a, &v, &n, NULL));
	/* One that is a pattern itself finds some twice, as with kmod. */
	if (strpbrk(s, "*?["))
		return;
	for (size_t i = 0; i < rows->n; i++)
		if (fits(rows->v[i].key, s)) {
			want++;
			sum += rows->v[i].priority;
		}
	need(n == want);
	for (size_t i = 0; i < n; i++) {
		need(!i || v[i - 1].priority <= v[i].priority);
		sum -= v[i].priority;
	}
	need(!sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_idx_bin_ struct idx_bin *bin = NULL;
	struct idx_trie *t = idx_trie_new(&a);
	char *text = arena_strndup(&a, (const char *)data, size);
	struct rows all = { 0 }, rows = { 0 };

	all.v = arena_array(&a, size + 1, sizeof(*all.v));
	rows.v = arena_array(&a, size + 1, sizeof(*rows.v));
	need(t && text && all.v && rows.v);

	const char *last = cut(text, &all);

	for (size_t i = 0; i < all.n; i++) {
		const struct row *w = &all.v[i];
		int r = idx_trie_add(t, w->key, w->value, w->priority);

		need(!r || r == -EILSEQ);
		if (!r)
			rows.v[rows.n++] = *w;
	}
	need(!idx_trie_bytes(t, &b, NULL));
	need(!idx_bin_open_span("x", bytes_span(&b), &bin, NULL));
	qsort(rows.v, rows.n, sizeof(*rows.v), by_key);
	need(!idx_bin_each(bin, compare, &rows, NULL));
	need(rows.at == rows.n);
	query(bin, &rows, last, &a);
	return 0;
}
