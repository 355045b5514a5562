/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structures found by the name that they begin with: see internal.h. */
#include <errno.h>
#include <string.h>

#include "plan/internal.h"

static size_t hash(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static const char ***probe(const struct plan_names *t, const char *name)
{
	size_t i = hash(name) & (t->cap - 1);

	while (t->slots[i] && strcmp(*t->slots[i], name))
		i = (i + 1) & (t->cap - 1);
	return &t->slots[i];
}

/* What it grew out of stays in the arena: together less than the last. */
static int grow(struct plan_names *t, struct arena *a)
{
	struct plan_names n = { .cap = t->cap ? t->cap * 2 : 256,
				   .n = t->n };

	n.slots = arena_array(a, n.cap, sizeof(*n.slots));
	if (!n.slots)
		return -ENOMEM;
	for (size_t i = 0; i < t->cap; i++)
		if (t->slots[i])
			*probe(&n, *t->slots[i]) = t->slots[i];
	*t = n;
	return 0;
}

const char ***plan_names_slot(struct plan_names *t, struct arena *a,
			   const char *name)
{
	if (t->n * 2 >= t->cap && grow(t, a))
		return NULL;
	return probe(t, name);
}

const char **plan_names_find(const struct plan_names *t, const char *name)
{
	return t->cap ? *probe(t, name) : NULL;
}
