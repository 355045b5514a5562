/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A walk in depth from every module without a place. Where it meets a module
 * that it came through, the part of the way from there on is a cycle. Each
 * edge is walked once, so that of cycles which share edges some are told. How
 * many modules are in one is counted exactly, by Tarjan's strongly connected
 * components: low[] is the oldest module that a module leads back to.
 */
#include "index/cycle.h"

#include <errno.h>
#include <stdbool.h>

#include "base/text.h"

struct walk {
	struct idx_graph *g;
	uint32_t *way, n;      /* from the root to where we are           */
	uint32_t *open, n_open; /* entered, component not yet closed      */
	uint32_t *left;	       /* of each module: edges not yet walked    */
	uint32_t *where;       /* its place on the way + 1; 0: not on it  */
	uint32_t *number;      /* when it was entered, from 1; 0: not yet */
	uint32_t *low;
	bool *closed;
	uint32_t entered;
	size_t in_cycle;
	bool failed;
};

/* "a -> b -> a" from the place on the way where the cycle starts. */
static void tell_cycle(struct walk *w, uint32_t from)
{
	const struct idx_source *v = w->g->src->v;
	_cleanup_text_ struct text t = { 0 };

	for (uint32_t i = from; i < w->n; i++)
		text_addf(&t, "%s -> ", v[w->way[i]].name);
	text_add(&t, v[w->way[from]].name);
	if (t.failed)
		w->failed = true;
	idx_tell(w->g->tell, (struct idx_event){ .kind = IDX_EV_CYCLE,
						 .name = text_str(&t) });
}

static void enter(struct walk *w, uint32_t i)
{
	w->number[i] = w->low[i] = ++w->entered;
	w->left[i] = w->g->nodes[i].n_deps;
	w->way[w->n++] = i;
	w->where[i] = w->n;
	w->open[w->n_open++] = i;
}

static bool needs_itself(const struct idx_node *node, uint32_t i)
{
	for (uint32_t k = 0; k < node->n_deps; k++)
		if (node->deps[k] == i)
			return true;
	return false;
}

/* All behind @i among the open ones is its component. */
static void close_component(struct walk *w, uint32_t i)
{
	size_t n = 0;

	for (uint32_t m = UINT32_MAX; m != i; n++) {
		m = w->open[--w->n_open];
		w->closed[m] = true;
	}
	if (n > 1 || needs_itself(&w->g->nodes[i], i))
		w->in_cycle += n;
}

static void lower(struct walk *w, uint32_t i, uint32_t to)
{
	if (w->low[i] > to)
		w->low[i] = to;
}

static void leave(struct walk *w, uint32_t i)
{
	w->where[i] = 0;
	w->n--;
	if (w->n)
		lower(w, w->way[w->n - 1], w->low[i]);
	if (w->low[i] == w->number[i])
		close_component(w, i);
}

/* kmod walks the last edge first. */
static void walk_from(struct walk *w, uint32_t root)
{
	enter(w, root);
	while (w->n) {
		uint32_t at = w->way[w->n - 1];

		if (!w->left[at]) {
			leave(w, at);
			continue;
		}

		uint32_t to = w->g->nodes[at].deps[--w->left[at]];

		if (!w->number[to]) {
			enter(w, to);
			continue;
		}
		if (!w->closed[to])
			lower(w, at, w->number[to]);
		if (w->where[to])
			tell_cycle(w, w->where[to] - 1);
	}
}

int idx_tell_cycles(struct idx_graph *g, struct diag *d)
{
	size_t n = g->src->n;
	struct walk w = { .g = g };
	uint32_t **lists[] = { &w.way,	 &w.open,   &w.left,
			       &w.where, &w.number, &w.low };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		*lists[i] = arena_array(&g->a, n + 1, sizeof(**lists[i]));
		if (!*lists[i])
			return diag_fail(d, ENOMEM, "out of memory");
	}
	w.closed = arena_array(&g->a, n + 1, sizeof(*w.closed));
	if (!w.closed)
		return diag_fail(d, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < n; i++)
		if (!g->nodes[i].place && !w.number[i])
			walk_from(&w, i);
	idx_tell(g->tell, (struct idx_event){ .kind = IDX_EV_CYCLES,
					      .n = w.in_cycle });
	if (w.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	return diag_fail(d, ELOOP, "%zu modules depend on themselves",
			 w.in_cycle);
}
