/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All nodes of an index below one of them: see bin_node.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "index/bin_node.h"

/* No recursion: how deep it goes is up to the file. */
struct bin_frame {
	struct bin_node node;
	unsigned next; /* the child to go to          */
	size_t key_n;  /* of the key up to this node  */
	bool wanted;
	struct bin_fit fit;
};

void bin_walk_fini(struct bin_walk *w)
{
	free(w->f);
	free(w->key);
}

static int out_of_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static int key_add(struct bin_walk *w, const char *s, size_t n, struct diag *d)
{
	if (!w->key || w->key_cap - w->key_n <= n) {
		size_t cap = (w->key_n + n + 64) * 2;
		char *p = realloc(w->key, cap);

		if (!p)
			return out_of_memory(d);
		w->key = p;
		w->key_cap = cap;
	}
	memcpy(w->key + w->key_n, s, n);
	w->key_n += n;
	w->key[w->key_n] = 0;
	return 0;
}

/* NULL: no memory. */
static struct bin_frame *frame_new(struct bin_walk *w)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 16;
		struct bin_frame *f = realloc(w->f, cap * sizeof(*f));

		if (!f)
			return NULL;
		w->f = f;
		w->cap = cap;
	}
	return &w->f[w->n++];
}

/* Pays for @n bytes of the file that were looked at. */
static int pay(struct bin_walk *w, size_t at, uint64_t n, struct diag *d)
{
	if (n > w->left)
		return bin_damaged(w->b, d, at,
				   "a node is here that was met before: found a net or a ring, wanted a tree");
	w->left -= n;
	return 0;
}

/* What the values of a node take in the file, when they can be read. */
static int pay_values(struct bin_walk *w, const struct bin_node *n,
		      struct diag *d)
{
	struct bin_values v = bin_values_of(n);
	struct idx_value value;
	int r;

	while ((r = bin_value_next(w->b, &v, &value, d)) > 0)
		;
	return r < 0 ? r : pay(w, n->at, v.at - n->values, d);
}

static int visit(struct bin_walk *w, const struct bin_frame *f,
		 struct diag *d)
{
	if (!f->wanted || !f->node.n_values)
		return 0;

	int r = pay_values(w, &f->node, d);

	return r ? r : w->found(w, &f->node, &f->fit, d);
}

/* The next node becomes the last frame, or is left out. */
static int enter(struct bin_walk *w, uint32_t word, char c, size_t skip,
		 const struct bin_fit *fit, struct diag *d)
{
	struct bin_frame *f = frame_new(w);
	int r;

	if (!f)
		return out_of_memory(d);
	*f = (struct bin_frame){ .key_n = w->key_n };
	if (fit)
		f->fit = *fit;
	r = bin_node_at(w->b, word, &f->node, d);
	if (r < 0)
		return r;
	f->next = f->node.first;
	if (skip > f->node.prefix_n)
		skip = f->node.prefix_n;
	r = pay(w, f->node.at, f->node.values - f->node.at, d);
	if (!r && c)
		r = key_add(w, &c, 1, d);
	if (!r)
		r = key_add(w, f->node.prefix + skip, f->node.prefix_n - skip,
			    d);
	if (r < 0)
		return r;
	if (w->step && !w->step(w, &f->fit, w->key + f->key_n,
				w->key_n - f->key_n)) {
		f->next = f->node.last + 1;
		return 0;
	}
	f->wanted = true;
	return w->after ? 0 : visit(w, f, d);
}

static int go_on(struct bin_walk *w, struct diag *d)
{
	struct bin_frame *f = &w->f[w->n - 1];
	struct bin_fit fit = f->fit;

	while (f->next <= f->node.last) {
		unsigned c = f->next++;
		uint32_t word = bin_child(w->b, &f->node, c);

		if (word)
			return enter(w, word, (char)c, 0, &fit, d);
	}

	int r = 0;

	if (w->after) {
		w->key[w->key_n] = 0;
		r = visit(w, f, d);
	}
	w->key_n = f->key_n;
	w->n--;
	return r;
}

int bin_walk_node(struct bin_walk *w, uint32_t word, char first, size_t skip,
		  const struct bin_fit *fit, struct diag *d)
{
	w->n = 0;
	w->key_n = 0;

	int r = enter(w, word, first, skip, fit, d);

	while (!r && w->n)
		r = go_on(w, d);
	return r;
}

struct each {
	int (*fn)(void *arg, const char *key, const struct idx_value *v);
	void *arg;
};

static int each_value(struct bin_walk *w, const struct bin_node *n,
		      const struct bin_fit *fit _unused_, struct diag *d)
{
	const struct each *e = w->arg;
	struct bin_values v = bin_values_of(n);
	struct idx_value value;
	int r;

	while ((r = bin_value_next(w->b, &v, &value, d)) > 0) {
		r = e->fn(e->arg, w->key, &value);
		if (r)
			return r;
	}
	return r;
}

int idx_bin_each(const struct idx_bin *b,
		 int (*fn)(void *arg, const char *key,
			   const struct idx_value *v),
		 void *arg, struct diag *d)
{
	_cleanup_(bin_walk_fini) struct bin_walk w = { .b = b,
						       .left = b->s.n,
						       .found = each_value };
	struct each e = { fn, arg };

	w.arg = &e;
	return b->root & BIN_OFFSET ? bin_walk_node(&w, b->root, 0, 0, NULL, d)
				    : 0;
}
