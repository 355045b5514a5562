/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A walk in depth from every module without a place. Where it meets a module
 * that it came through, the part of the way from there on is a cycle. Each
 * edge is walked once, so that of cycles which share edges some are told.
 */
#include "index/cycle.h"

#include <errno.h>
#include <stdbool.h>

#include "base/text.h"

enum state { UNSEEN, ON_THE_WAY, DONE };

struct walk {
	struct idx_graph *g;
	uint32_t *way, n; /* from the root to where we are              */
	uint32_t *next;	  /* of each module: the edge to walk next      */
	uint32_t *where;  /* of each module: its place on the way       */
	uint8_t *state;
	uint8_t *in_cycle;
	bool failed;
};

/* "a -> b -> a" from the place on the way where the cycle starts. */
static void tell_cycle(struct walk *w, uint32_t from)
{
	const struct idx_source *v = w->g->src->v;
	_cleanup_text_ struct text t = { 0 };

	for (uint32_t i = from; i < w->n; i++) {
		text_addf(&t, "%s -> ", v[w->way[i]].name);
		w->in_cycle[w->way[i]] = 1;
	}
	text_add(&t, v[w->way[from]].name);
	if (t.failed)
		w->failed = true;
	idx_tell(w->g->tell,
		 (struct idx_event){ .kind = IDX_EV_CYCLE,
				     .name = text_str(&t) });
}

static void enter(struct walk *w, uint32_t i)
{
	w->state[i] = ON_THE_WAY;
	w->where[i] = w->n;
	w->way[w->n++] = i;
}

static void walk_from(struct walk *w, uint32_t root)
{
	enter(w, root);
	while (w->n) {
		uint32_t at = w->way[w->n - 1];
		const struct idx_node *node = &w->g->nodes[at];

		if (w->next[at] == node->n_deps) {
			w->state[at] = DONE;
			w->n--;
			continue;
		}

		uint32_t to = node->deps[w->next[at]++];

		if (w->state[to] == UNSEEN)
			enter(w, to);
		else if (w->state[to] == ON_THE_WAY)
			tell_cycle(w, w->where[to]);
	}
}

int idx_tell_cycles(struct idx_graph *g, struct diag *d)
{
	size_t n = g->src->n, in = 0;
	struct walk w = {
		.g = g,
		.way = arena_array(&g->a, n, sizeof(*w.way)),
		.next = arena_array(&g->a, n, sizeof(*w.next)),
		.where = arena_array(&g->a, n, sizeof(*w.where)),
		.state = arena_alloc(&g->a, n),
		.in_cycle = arena_alloc(&g->a, n),
	};

	if (!w.way || !w.next || !w.where || !w.state || !w.in_cycle)
		return diag_fail(d, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < n; i++)
		if (!g->nodes[i].place && w.state[i] == UNSEEN)
			walk_from(&w, i);
	for (size_t i = 0; i < n; i++)
		in += w.in_cycle[i];
	idx_tell(g->tell, (struct idx_event){ .kind = IDX_EV_CYCLES, .n = in });
	if (w.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	return diag_fail(d, ELOOP, "%zu modules depend on themselves", in);
}
