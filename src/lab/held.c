/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hash table with chains: see held.h. */
#include "lab/held.h"

#include <stdlib.h>

static size_t chain_of(enum held_class class, uint64_t key)
{
	uint64_t h = (key ^ (uint64_t)class << 56) * 0x9e3779b97f4a7c15ULL;

	return (size_t)(h >> 32) % HELD_CHAINS;
}

struct held *held_find(struct held_table *t, enum held_class class,
		       uint64_t key)
{
	if (t->steps >= HELD_STEPS_MAX) {
		t->full = true;
		return NULL;
	}
	for (uint32_t i = t->chain[chain_of(class, key)]; i;
	     i = t->v[i - 1].next) {
		t->steps++;
		if (t->v[i - 1].key == key && t->v[i - 1].class == class)
			return &t->v[i - 1];
	}
	return NULL;
}

static bool grow(struct held_table *t)
{
	size_t cap = t->cap ? t->cap * 2 : 256;
	struct held *v;

	if (t->n < t->cap)
		return true;
	if (t->n == HELD_MAX || t->steps >= HELD_STEPS_MAX)
		return false;
	v = reallocarray(t->v, cap, sizeof(*v));
	if (!v)
		return false;
	t->v = v;
	t->cap = cap;
	return true;
}

struct held *held_put(struct held_table *t, enum held_class class,
		      uint64_t key)
{
	struct held *h = held_find(t, class, key);
	uint32_t *chain = &t->chain[chain_of(class, key)];

	if (h) {
		*h = (struct held){ .class = class, .key = key,
				    .live = true, .next = h->next };
		return h;
	}
	if (!grow(t)) {
		t->full = true;
		return NULL;
	}
	h = &t->v[t->n++];
	*h = (struct held){ .class = class, .key = key, .live = true,
			    .next = *chain };
	*chain = (uint32_t)t->n;
	return h;
}

void held_fini(struct held_table *t)
{
	free(t->v);
	t->v = NULL;
	t->n = t->cap = 0;
}
