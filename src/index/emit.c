/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The texts are kmod's to the byte, the tries hold what kmod's hold. Modules
 * are named by their path in modules.dep and by their name elsewhere; their
 * place in module order is their priority.
 */
#include "index/emit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "conf/conf.h"
#include "index/bin_write.h"
#include "index/cache.h"
#include "index/emit_part.h"
#include "index/facts.h"

#define SYMBOL_BUCKETS 2048

int idx_no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

int idx_text_done(struct text *t, struct bytes *ret, struct diag *d)
{
	if (t->failed) {
		text_fini(t);
		return idx_no_memory(d);
	}
	*ret = (struct bytes){ (uint8_t *)t->p, t->n };
	return 0;
}

int idx_key(const struct idx_emit *e, struct idx_trie *t, const char *key,
	    const char *value, uint32_t priority)
{
	int r = idx_trie_add(t, key, value, priority);

	if (r != -EILSEQ)
		return r;
	idx_tell(e->tell, (struct idx_event){ .kind = IDX_EV_NON_ASCII,
					      .name = key,
					      .other = value });
	return 0;
}

static void add_dep_line(const struct idx_emit *e, struct idx_reach *reach,
			 uint32_t i, struct text *t)
{
	const struct idx_source *v = e->src->v;
	const uint32_t *deps;
	uint32_t n = idx_graph_deps(e->graph, reach, i, &deps);

	text_add(t, v[i].rel);
	text_add(t, ":");
	for (uint32_t k = 0; k < n; k++) {
		text_add_bytes(t, " ", 1);
		text_add(t, v[deps[k]].rel);
	}
}

static int make_dep(const struct idx_emit *e, struct bytes *ret,
		    struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_reach reach;
	struct text t = { 0 };

	if (idx_reach_init(e->graph, &a, &reach) < 0)
		return idx_no_memory(d);
	for (uint32_t i = 0; i < e->src->n; i++) {
		add_dep_line(e, &reach, i, &t);
		text_add(&t, "\n");
	}
	return idx_text_done(&t, ret, d);
}

static int make_dep_bin(const struct idx_emit *e, struct bytes *ret,
			struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_text_ struct text line = { 0 };
	struct idx_trie *t = idx_trie_new(&a);
	struct idx_reach reach;
	int r = t ? idx_reach_init(e->graph, &a, &reach) : -ENOMEM;

	for (uint32_t i = 0; !r && i < e->src->n; i++) {
		line.n = 0;
		add_dep_line(e, &reach, i, &line);

		char *value = line.failed ? NULL
					  : arena_strndup(&a, line.p, line.n);

		r = value ? idx_key(e, t, e->src->v[i].name, value, i)
			  : -ENOMEM;
	}
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

/* Lines "WORD TEXT MODULE" or "WORD MODULE TEXT" for facts of one kind. */
static int make_lines(const struct idx_emit *e, enum idx_fact_kind kind,
		      const char *comment, struct bytes *ret, struct diag *d)
{
	static const char *const words[IDX_FACT_KINDS] = {
		[IDX_NAME_ALIAS] = "alias ",
		[IDX_NAME_SOFTDEP] = "softdep ",
		[IDX_NAME_WEAKDEP] = "weakdep ",
	};
	const struct idx_sources *s = e->src;
	struct text t = { 0 };
	struct idx_fact f;

	text_add(&t, comment);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t at = s->v[i].info;
		     idx_fact_next(s->v[i].facts, &at, &f);) {
			bool alias = kind == IDX_NAME_ALIAS;

			if (f.kind != kind)
				continue;
			text_add(&t, words[kind]);
			text_add(&t, alias ? f.text : s->v[i].name);
			text_add_bytes(&t, " ", 1);
			text_add(&t, alias ? s->v[i].name : f.text);
			text_add_bytes(&t, "\n", 1);
		}
	}
	return idx_text_done(&t, ret, d);
}

static int make_alias(const struct idx_emit *e, struct bytes *ret,
		      struct diag *d)
{
	return make_lines(e, IDX_NAME_ALIAS,
			  "# Aliases extracted from modules themselves.\n",
			  ret, d);
}

static int make_softdep(const struct idx_emit *e, struct bytes *ret,
			struct diag *d)
{
	return make_lines(
		e, IDX_NAME_SOFTDEP,
		"# Soft dependencies extracted from modules themselves.\n", ret,
		d);
}

static int make_weakdep(const struct idx_emit *e, struct bytes *ret,
			struct diag *d)
{
	return make_lines(
		e, IDX_NAME_WEAKDEP,
		"# Weak dependencies extracted from modules themselves.\n", ret,
		d);
}

int idx_alias_key(const struct idx_emit *e, struct arena *a,
		  struct idx_trie *t, const char *alias, const char *name,
		  uint32_t priority)
{
	char *key;

	/* Most are normal already. */
	if (!strpbrk(alias, "-[]"))
		return idx_key(e, t, alias, name, priority);
	key = arena_strdup(a, alias);
	if (!key)
		return -ENOMEM;
	if (!conf_normal(key, key, strlen(key) + 1))
		return idx_key(e, t, key, name, priority);
	idx_tell(e->tell, (struct idx_event){ .kind = IDX_EV_BRACKETS,
					      .name = alias,
					      .other = name });
	return 0;
}

static int make_alias_bin(const struct idx_emit *e, struct bytes *ret,
			  struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	const struct idx_sources *s = e->src;
	struct idx_trie *t = idx_trie_new(&a);
	struct idx_fact f;
	int r = t ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < s->n; i++)
		for (size_t at = s->v[i].info;
		     !r && idx_fact_next(s->v[i].facts, &at, &f);)
			if (f.kind == IDX_NAME_ALIAS)
				r = idx_alias_key(e, &a, t, f.text,
						  s->v[i].name, i);
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

/* ---------------------------------------------------------------- symbols */

/* What modules export, bucket after bucket, and where each one begins. */
struct symbols {
	const struct idx_export **v;
	uint32_t start[SYMBOL_BUCKETS + 1];
};

static void symbols_fini(struct symbols *s)
{
	free(s->v);
}

static int by_name(const void *x, const void *y)
{
	const struct idx_export *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

static uint32_t bucket_of(const struct idx_export *e)
{
	return idx_kmod_hash(e->name) & (SYMBOL_BUCKETS - 1);
}

/* In the order of kmod's table. 0 or -ENOMEM. */
static int sort_exports(const struct idx_graph *g, struct symbols *ret)
{
	_cleanup_free_ uint32_t *bucket =
		calloc((size_t)g->n_exports + 1, sizeof(*bucket));
	uint32_t fill[SYMBOL_BUCKETS];

	ret->v = calloc((size_t)g->n_exports + 1, sizeof(*ret->v));
	if (!bucket || !ret->v)
		return -ENOMEM;
	for (uint32_t i = 0; i < g->n_exports; i++) {
		bucket[i] = bucket_of(&g->exports[i]);
		if (g->exports[i].owner != IDX_KERNEL)
			ret->start[bucket[i] + 1]++;
	}
	for (unsigned b = 0; b < SYMBOL_BUCKETS; b++) {
		ret->start[b + 1] += ret->start[b];
		fill[b] = ret->start[b];
	}
	for (uint32_t i = 0; i < g->n_exports; i++)
		if (g->exports[i].owner != IDX_KERNEL)
			ret->v[fill[bucket[i]]++] = &g->exports[i];
	for (unsigned b = 0; b < SYMBOL_BUCKETS; b++)
		if (ret->start[b + 1] - ret->start[b] > 1)
			qsort(ret->v + ret->start[b],
			      ret->start[b + 1] - ret->start[b],
			      sizeof(*ret->v), by_name);
	return 0;
}

static int make_symbols(const struct idx_emit *e, struct bytes *ret,
			struct diag *d)
{
	_cleanup_(symbols_fini) struct symbols s = { 0 };
	struct text t = { 0 };

	if (sort_exports(e->graph, &s) < 0)
		return idx_no_memory(d);
	text_add(&t, "# Aliases for symbols, used by symbol_request().\n");
	for (uint32_t i = 0; i < s.start[SYMBOL_BUCKETS]; i++) {
		text_add(&t, "alias symbol:");
		text_add_bytes(&t, s.v[i]->name, s.v[i]->n);
		text_add_bytes(&t, " ", 1);
		text_add(&t, e->src->v[s.v[i]->owner].name);
		text_add_bytes(&t, "\n", 1);
	}
	return idx_text_done(&t, ret, d);
}

static int make_symbols_bin(const struct idx_emit *e, struct bytes *ret,
			    struct diag *d)
{
	_cleanup_arena_ struct arena a = { 0 };
	const struct idx_graph *g = e->graph;
	struct idx_trie *t = idx_trie_new(&a);
	int r = t ? 0 : -ENOMEM;

	for (uint32_t i = 0; !r && i < g->n_exports; i++) {
		const struct idx_export *x = &g->exports[i];

		if (x->owner == IDX_KERNEL)
			continue;

		char *key = arena_alloc(&a, x->n + sizeof("symbol:"));

		if (!key)
			return idx_no_memory(d);
		memcpy(key, "symbol:", 7);
		memcpy(key + 7, x->name, x->n + 1);
		r = idx_key(e, t, key, e->src->v[x->owner].name, x->owner);
	}
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

static int make_facts(const struct idx_emit *e, struct bytes *ret,
		      struct diag *d)
{
	return idx_cache_bytes(e->src, e->began_ns, ret, d);
}

#define TEXT .text = true
#define LINKED .linked = true

const struct idx_output idx_outputs[] = {
	{ "modules.dep", make_dep, TEXT, LINKED },
	{ "modules.dep.bin", make_dep_bin, LINKED },
	{ "modules.alias", make_alias, TEXT },
	{ "modules.alias.bin", make_alias_bin },
	{ "modules.softdep", make_softdep, TEXT },
	{ "modules.weakdep", make_weakdep, TEXT },
	{ "modules.symbols", make_symbols, TEXT, LINKED },
	{ "modules.symbols.bin", make_symbols_bin, LINKED },
	{ "modules.builtin.bin", idx_make_builtin },
	{ "modules.builtin.alias.bin", idx_make_builtin_alias },
	{ "modules.devname", idx_make_devname, TEXT },
	{ IDX_CACHE_NAME, make_facts, .optional = true },
};

const unsigned idx_n_outputs = ARRAY_SIZE(idx_outputs);
