/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which patterns of an index fit a string: see bin.h.
 *
 * The search goes along the string; at every node the children `*`, `?` and
 * `[`, or a prefix that has one of them, begin the rest of a pattern. All that
 * can follow it is compared by fnmatch(3) with the rest of the string, but for
 * what bin_fit.h can tell before.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "index/bin_node.h"

struct hit {
	struct idx_value v;
	size_t seq; /* the order in which they were found */
};

struct match {
	const char *key, *rest; /* what the pattern at hand has to fit */
	enum { NEW, READY, UNFIT } state; /* of @query */
	struct bin_fit_query query;
	struct hit *v;
	size_t n, cap;
};

static bool is_wild(char c)
{
	return c == '*' || c == '?' || c == '[';
}

static int hit_add(struct match *m, const struct idx_value *v, struct diag *d)
{
	if (m->n == m->cap) {
		size_t cap = m->cap ? m->cap * 2 : 8;
		struct hit *h = realloc(m->v, cap * sizeof(*h));

		if (!h)
			return diag_fail(d, ENOMEM, "out of memory");
		m->v = h;
		m->cap = cap;
	}
	m->v[m->n] = (struct hit){ *v, m->n };
	m->n++;
	return 0;
}

static int hits_of(const struct idx_bin *b, struct match *m,
		   const struct bin_node *n, struct diag *d)
{
	struct bin_values v = bin_values_of(n);
	struct idx_value value;
	int r;

	while ((r = bin_value_next(b, &v, &value, d)) > 0) {
		r = hit_add(m, &value, d);
		if (r < 0)
			break;
	}
	return r;
}

static int try_pattern(struct bin_walk *w, const struct bin_node *n,
		       const struct bin_fit *fit, struct diag *d)
{
	struct match *m = w->arg;

	if (m->state == READY && !bin_fit_end(&m->query, fit))
		return 0;
	return fnmatch(w->key, m->rest, 0) ? 0 : hits_of(w->b, m, n, d);
}

static bool may_fit(struct bin_walk *w, struct bin_fit *fit, const char *s,
		    size_t n)
{
	const struct match *m = w->arg;

	return bin_fit_step(&m->query, fit, s, n);
}

/* All patterns that go on with @c, or with the prefix of @word from @skip. */
static int walk(struct bin_walk *w, uint32_t word, char c, size_t skip,
		struct diag *d)
{
	struct match *m = w->arg;
	struct bin_fit fit;

	if (m->state == NEW)
		m->state = bin_fit_query(&m->query, m->key) ? READY : UNFIT;
	if (m->state == UNFIT)
		return bin_walk_node(w, word, c, skip, NULL, d);
	w->step = may_fit;
	fit = bin_fit_start((size_t)(m->rest - m->key));
	return bin_walk_node(w, word, c, skip, &fit, d);
}

/* Patterns that begin with a wildcard child of @n. */
static int wild_children(struct bin_walk *w, const struct bin_node *n,
			 struct diag *d)
{
	static const char wild[] = { '*', '?', '[' };
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(wild); i++) {
		uint32_t word = bin_child(w->b, n, (unsigned char)wild[i]);

		if (word)
			r = walk(w, word, wild[i], 0, d);
	}
	return r;
}

/* Goes along the string; @m->rest is what is left of it. */
static int search(struct bin_walk *w, struct match *m, struct diag *d)
{
	for (uint32_t word = w->b->root; word & BIN_OFFSET;) {
		struct bin_node n;
		int r = bin_node_at(w->b, word, &n, d);

		if (r < 0)
			return r;
		for (size_t i = 0; i < n.prefix_n; i++) {
			if (is_wild(n.prefix[i]))
				return walk(w, word, 0, i, d);
			if (n.prefix[i] != *m->rest)
				return 0;
			m->rest++;
		}
		r = wild_children(w, &n, d);
		if (r < 0)
			return r;
		if (!*m->rest)
			return hits_of(w->b, m, &n, d);
		word = bin_child(w->b, &n, (unsigned char)*m->rest++);
	}
	return 0;
}

/* Among equals the one that was found later comes first. */
static int by_priority(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->v.priority != y->v.priority)
		return x->v.priority < y->v.priority ? -1 : 1;
	return x->seq > y->seq ? -1 : x->seq < y->seq;
}

static int hits_to_list(struct match *m, struct arena *a,
			struct idx_value **ret, size_t *ret_n, struct diag *d)
{
	struct idx_value *v = NULL;

	if (m->n) {
		qsort(m->v, m->n, sizeof(*m->v), by_priority);
		v = arena_array(a, m->n, sizeof(*v));
		if (!v)
			return diag_fail(d, ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < m->n; i++)
		v[i] = m->v[i].v;
	*ret = v;
	*ret_n = m->n;
	return 0;
}

/* What may be looked at: the whole file, once for every wildcard child that
 * the way along the string itself goes through. */
static uint64_t budget(const struct idx_bin *b, const char *key)
{
	uint64_t times = 1;

	for (; *key; key++)
		times += is_wild(*key);
	return times * b->s.n;
}

int idx_bin_match(const struct idx_bin *b, const char *key, struct arena *a,
		  struct idx_value **ret, size_t *ret_n, struct diag *d)
{
	struct match m;
	_cleanup_(bin_walk_fini) struct bin_walk w = { .b = b,
						       .left = budget(b, key),
						       .after = true,
						       .arg = &m,
						       .found = try_pattern };

	/* Its table is large, and is not always wanted. */
	m.key = m.rest = key;
	m.state = NEW;
	m.v = NULL;
	m.n = m.cap = 0;

	int r = search(&w, &m, d);

	if (!r)
		r = hits_to_list(&m, a, ret, ret_n, d);
	free(m.v);
	return r;
}
