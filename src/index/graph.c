/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Exports into a hash table, needs into edges, edges into an order. The order
 * is Kahn's with a stack: modules that nobody uses are stacked in module
 * order, and the last one is taken first.
 */
#include "index/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "index/cycle.h"
#include "index/facts.h"

static int no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

static uint32_t *slot_of(const struct idx_graph *g, const char *name, size_t n,
			 uint32_t hash)
{
	uint32_t i = hash & g->mask;

	for (; g->slots[i]; i = (i + 1) & g->mask) {
		const struct idx_export *e = &g->exports[g->slots[i] - 1];

		if (e->hash == hash && e->n == n && !memcmp(e->name, name, n))
			break;
	}
	return &g->slots[i];
}

static int grow(struct idx_graph *g)
{
	uint32_t cap = g->mask ? (g->mask + 1) * 2 : 4096;
	struct idx_export *e =
		realloc(g->exports, cap / 2 * sizeof(*e));

	if (!e)
		return -ENOMEM;
	g->exports = e;

	uint32_t *slots = calloc(cap, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(g->slots);
	g->slots = slots;
	g->mask = cap - 1;
	for (uint32_t i = 0; i < g->n_exports; i++)
		*slot_of(g, e[i].name, e[i].n, e[i].hash) = i + 1;
	return 0;
}

/* The last one to export a name has it. */
static int add_export(struct idx_graph *g, struct idx_export e)
{
	if (!g->mask || g->n_exports >= (g->mask + 1) / 2) {
		int r = grow(g);

		if (r < 0)
			return r;
	}

	uint32_t *slot = slot_of(g, e.name, e.n, e.hash);

	if (!*slot)
		*slot = ++g->n_exports;
	g->exports[*slot - 1] = e;
	return 0;
}

int idx_graph_kernel(struct idx_graph *g, const char *name, uint32_t crc)
{
	uint32_t n = (uint32_t)strlen(name);

	return add_export(g, (struct idx_export){ name, n, idx_hash(name, n),
						  crc, IDX_KERNEL });
}

static int add_module_exports(struct idx_graph *g, uint32_t i)
{
	struct idx_fact f;
	int r = 0;

	for (size_t at = 0; !r && idx_fact_next(g->src->v[i].facts, &at, &f) &&
			    f.kind == IDX_EXPORT;)
		r = add_export(g, (struct idx_export){ f.text, (uint32_t)f.n,
						       f.hash, f.number, i });
	return r;
}

static int set_sources(struct idx_graph *g, const struct idx_sources *src)
{
	g->src = src;
	g->nodes = arena_array(&g->a, src->n + 1, sizeof(*g->nodes));
	g->seen = arena_array(&g->a, src->n + 1, sizeof(*g->seen));
	g->list = arena_array(&g->a, src->n + 1, sizeof(*g->list));
	g->todo = arena_array(&g->a, src->n + 1, sizeof(*g->todo));
	return g->nodes && g->seen && g->list && g->todo && !grow(g)
		       ? 0
		       : -ENOMEM;
}

void idx_graph_fini(struct idx_graph *g)
{
	free(g->exports);
	free(g->slots);
	arena_fini(&g->a);
}

/* Who has the symbol that a need names; NULL: nobody. */
static const struct idx_export *exporter(const struct idx_graph *g,
					 const struct idx_fact *f)
{
	uint32_t hash = f->hash;
	const char *name = f->text;
	size_t n = f->n;

	/* The entry points of functions, on 64-bit PowerPC. */
	if (name[0] == '.') {
		name++;
		n--;
		hash = idx_hash(name, n);
	}

	uint32_t i = *slot_of(g, name, n, hash);

	return i ? &g->exports[i - 1] : NULL;
}

static void tell(const struct idx_graph *g, enum idx_event_kind kind,
		 uint32_t i, const char *symbol, const char *by)
{
	idx_tell(g->tell, (struct idx_event){ .kind = kind,
					      .name = g->src->v[i].path,
					      .other = symbol,
					      .by = by });
}

/* One need of module @i. Return: who fills it, or IDX_KERNEL. */
static uint32_t fill(const struct idx_graph *g, uint32_t i,
		     const struct idx_fact *f)
{
	const struct idx_export *e = exporter(g, f);
	bool weak = f->kind == IDX_NEED_WEAK;

	if (!e) {
		if (g->unknown && !weak)
			tell(g, IDX_EV_UNKNOWN, i, f->text, NULL);
		return IDX_KERNEL;
	}
	if (g->crcs && !weak && e->crc != f->number)
		tell(g, IDX_EV_DISAGREES, i, f->text, NULL);
	if (e->owner != IDX_KERNEL && g->needs && g->seen[e->owner] != g->stamp)
		tell(g, IDX_EV_NEEDS, i, e->name, g->src->v[e->owner].path);
	return e->owner;
}

static int link_module(struct idx_graph *g, uint32_t i)
{
	struct idx_node *node = &g->nodes[i];
	struct idx_fact f;
	uint32_t n = 0;

	g->stamp++;
	for (size_t at = 0; idx_fact_next(g->src->v[i].facts, &at, &f) &&
			    f.kind <= IDX_NEED_WEAK;) {
		if (f.kind == IDX_EXPORT)
			continue;

		uint32_t to = fill(g, i, &f);

		if (to == IDX_KERNEL || g->seen[to] == g->stamp)
			continue;
		g->seen[to] = g->stamp;
		g->list[n++] = to;
		g->nodes[to].users++;
	}
	node->deps = n ? arena_array(&g->a, n, sizeof(*node->deps)) : NULL;
	if (n && !node->deps)
		return -ENOMEM;
	if (n)
		memcpy(node->deps, g->list, n * sizeof(*node->deps));
	node->n_deps = n;
	return 0;
}

/* Sets every node's place. Return: 0, or -ELOOP if some have none. */
static int sort(struct idx_graph *g)
{
	uint32_t n = 0, place = 0;

	for (uint32_t i = 0; i < g->src->n; i++)
		if (!g->nodes[i].users)
			g->todo[n++] = i;
	while (n) {
		struct idx_node *node = &g->nodes[g->todo[--n]];

		node->place = ++place;
		for (uint32_t k = 0; k < node->n_deps; k++)
			if (!--g->nodes[node->deps[k]].users)
				g->todo[n++] = node->deps[k];
	}
	return place == g->src->n ? 0 : -ELOOP;
}

int idx_graph_link(struct idx_graph *g, const struct idx_sources *src,
		   struct diag *d)
{
	int r = set_sources(g, src);

	for (uint32_t i = 0; !r && i < g->src->n; i++)
		r = add_module_exports(g, i);
	for (uint32_t i = 0; !r && i < g->src->n; i++)
		r = link_module(g, i);
	if (r < 0)
		return no_memory(d);
	return sort(g) < 0 ? idx_tell_cycles(g, d) : 0;
}

static int by_place(const void *x, const void *y, void *arg)
{
	const struct idx_node *nodes = arg;
	uint32_t a = nodes[*(const uint32_t *)x].place;
	uint32_t b = nodes[*(const uint32_t *)y].place;

	return (a > b) - (a < b);
}

int idx_reach_init(const struct idx_graph *g, struct arena *a,
		   struct idx_reach *ret)
{
	ret->stamp = 0;
	ret->seen = arena_array(a, g->src->n + 1, sizeof(*ret->seen));
	ret->list = arena_array(a, g->src->n + 1, sizeof(*ret->list));
	return ret->seen && ret->list ? 0 : -ENOMEM;
}

uint32_t idx_graph_deps(const struct idx_graph *g, struct idx_reach *r,
			uint32_t i, const uint32_t **ret)
{
	uint32_t n = 0, done = 0;

	r->stamp++;
	r->seen[i] = r->stamp;
	for (uint32_t at = i;; at = r->list[done++]) {
		const struct idx_node *node = &g->nodes[at];

		for (uint32_t k = 0; k < node->n_deps; k++) {
			uint32_t to = node->deps[k];

			if (r->seen[to] == r->stamp)
				continue;
			r->seen[to] = r->stamp;
			r->list[n++] = to;
		}
		if (done == n)
			break;
	}
	if (n > 1)
		qsort_r(r->list, n, sizeof(*r->list), by_place, g->nodes);
	*ret = r->list;
	return n;
}
