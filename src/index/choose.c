/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which of several files for one module is used: see order.h. Each file that
 * is found is compared with the one that was taken before, as kmod does it,
 * down to what follows from it: of two files in one listed folder the later
 * one wins, elsewhere the earlier one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "index/facts.h"
#include "index/order.h"
#include "index/scan.h"

static bool is_below(const struct idx_source *f, const char *folder)
{
	size_t n = strlen(folder);

	return !f->external && !strncmp(f->rel, folder, n) &&
	       f->rel[n] == '/';
}

/* Is it "DIR/MODULE", without what is behind the module's name? */
static bool is_override(const struct idx_source *f,
			const struct depmod_override *o)
{
	size_t d = strlen(o->dir), m = strlen(o->module);

	return is_below(f, o->dir) &&
	       !strncmp(f->rel + d + 1, o->module, m) &&
	       idx_is_module(f->rel) == d + 1 + m + 3;
}

static bool is_listed(const struct idx_source *f, const struct depmod_search *s)
{
	return s->kind == DEPMOD_SEARCH_EXTERNAL ? f->external
						 : is_below(f, s->dir);
}

/* The smallest number is the best rank. A folder that both are in ranks only
 * the new one. */
static bool outranks(const struct idx_source *new, const struct idx_source *old,
		     const struct depmod_conf *c)
{
	size_t none = SIZE_MAX, new_rank = none, old_rank = none, rest = none;

	for (size_t i = c->n_searches; i-- > 0;) {
		const struct depmod_search *s = &c->searches[i];

		if (s->kind == DEPMOD_SEARCH_BUILTIN)
			rest = i;
		else if (is_listed(new, s))
			new_rank = i;
		else if (is_listed(old, s))
			old_rank = i;
	}
	return (new_rank == none ? rest : new_rank) <
	       (old_rank == none ? rest : old_rank);
}

/* The last override that is about one of them decides, then the rank. */
static bool is_better(const struct idx_source *new,
		      const struct idx_source *old, const struct depmod_conf *c)
{
	for (size_t i = c->n_overrides; i-- > 0;) {
		if (is_override(new, &c->overrides[i]))
			return true;
		if (is_override(old, &c->overrides[i]))
			return false;
	}
	return outranks(new, old, c);
}

struct named {
	const struct idx_source *f;
	uint32_t hash, found;
};

/* By name; of one name in the order in which they were found. */
static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int r;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	r = strcmp(a->f->name, b->f->name);
	if (r)
		return r;
	return a->found < b->found ? -1 : 1;
}

/* Marks all of v[from] to v[to - 1], which have one name, but the best. */
static void choose(const struct named *v, size_t from, size_t to,
		   const struct depmod_conf *c, const struct idx_tell *tell,
		   uint8_t *lost)
{
	size_t best = from;

	for (size_t i = from + 1; i < to; i++)
		if (is_better(v[i].f, v[best].f, c))
			best = i;
	for (size_t i = from; i < to; i++) {
		if (i == best)
			continue;
		lost[v[i].found] = 1;
		idx_tell(tell, (struct idx_event){ .kind = IDX_EV_DUPLICATE,
						   .name = v[best].f->path,
						   .other = v[i].f->path });
	}
}

int idx_choose(struct idx_sources *s, const struct depmod_conf *conf,
	       const struct idx_tell *tell)
{
	_cleanup_free_ struct named *v = calloc(s->n + 1, sizeof(*v));
	_cleanup_free_ uint8_t *lost = calloc(s->n + 1, 1);
	size_t n = 0;

	if (!v || !lost)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		const char *name = s->v[i].name;

		v[i] = (struct named){ &s->v[i], idx_hash(name, strlen(name)),
				       (uint32_t)i };
	}
	qsort(v, s->n, sizeof(*v), by_name);
	for (size_t i = 0, next; i < s->n; i = next) {
		for (next = i + 1; next < s->n; next++)
			if (v[next].hash != v[i].hash ||
			    !str_eq(v[next].f->name, v[i].f->name))
				break;
		choose(v, i, next, conf, tell, lost);
	}
	for (size_t i = 0; i < s->n; i++)
		if (!lost[i])
			s->v[n++] = s->v[i];
	s->n = n;
	return 0;
}
