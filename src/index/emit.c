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

static void add_dep_line(const struct idx_emit *e, uint32_t i, struct text *t)
{
	const struct idx_source *v = e->graph->src->v;
	const uint32_t *deps;
	uint32_t n = idx_graph_deps(e->graph, i, &deps);

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
	struct text t = { 0 };

	for (uint32_t i = 0; i < e->graph->src->n; i++) {
		add_dep_line(e, i, &t);
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
	int r = t ? 0 : -ENOMEM;

	for (uint32_t i = 0; !r && i < e->graph->src->n; i++) {
		line.n = 0;
		add_dep_line(e, i, &line);

		char *value = line.failed ? NULL
					  : arena_strndup(&a, line.p, line.n);

		r = value ? idx_key(e, t, e->graph->src->v[i].name, value, i)
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
	const struct idx_sources *s = e->graph->src;
	struct text t = { 0 };
	struct idx_fact f;

	text_add(&t, comment);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t at = 0; idx_fact_next(s->v[i].facts, &at, &f);) {
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
	char *key = arena_strdup(a, alias);

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
	const struct idx_sources *s = e->graph->src;
	struct idx_trie *t = idx_trie_new(&a);
	struct idx_fact f;
	int r = t ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < s->n; i++)
		for (size_t at = 0;
		     !r && idx_fact_next(s->v[i].facts, &at, &f);)
			if (f.kind == IDX_NAME_ALIAS)
				r = idx_alias_key(e, &a, t, f.text,
						  s->v[i].name, i);
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

/* ---------------------------------------------------------------- symbols */

struct bucketed {
	uint32_t bucket;
	const struct idx_export *e;
};

static int by_bucket(const void *x, const void *y)
{
	const struct bucketed *a = x, *b = y;

	if (a->bucket != b->bucket)
		return a->bucket < b->bucket ? -1 : 1;
	return strcmp(a->e->name, b->e->name);
}

/* What modules export, in the order of kmod's table. Return: how many. */
static size_t sorted_exports(const struct idx_graph *g, struct bucketed **ret)
{
	struct bucketed *v = calloc((size_t)g->n_exports + 1, sizeof(*v));
	size_t n = 0;

	for (uint32_t i = 0; v && i < g->n_exports; i++) {
		const struct idx_export *e = &g->exports[i];

		if (e->owner == IDX_KERNEL)
			continue;
		v[n++] = (struct bucketed){
			idx_kmod_hash(e->name) & (SYMBOL_BUCKETS - 1), e
		};
	}
	if (n)
		qsort(v, n, sizeof(*v), by_bucket);
	*ret = v;
	return n;
}

static int make_symbols(const struct idx_emit *e, struct bytes *ret,
			struct diag *d)
{
	_cleanup_free_ struct bucketed *v = NULL;
	size_t n = sorted_exports(e->graph, &v);
	struct text t = { 0 };

	if (!v)
		return idx_no_memory(d);
	text_add(&t, "# Aliases for symbols, used by symbol_request().\n");
	for (size_t i = 0; i < n; i++) {
		text_add(&t, "alias symbol:");
		text_add(&t, v[i].e->name);
		text_add_bytes(&t, " ", 1);
		text_add(&t, e->graph->src->v[v[i].e->owner].name);
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
		r = idx_key(e, t, key, g->src->v[x->owner].name, x->owner);
	}
	return r < 0 ? idx_no_memory(d) : idx_trie_bytes(t, ret, d);
}

const struct idx_output idx_outputs[] = {
	{ "modules.dep", true, make_dep },
	{ "modules.dep.bin", false, make_dep_bin },
	{ "modules.alias", true, make_alias },
	{ "modules.alias.bin", false, make_alias_bin },
	{ "modules.softdep", true, make_softdep },
	{ "modules.weakdep", true, make_weakdep },
	{ "modules.symbols", true, make_symbols },
	{ "modules.symbols.bin", false, make_symbols_bin },
	{ "modules.builtin.bin", false, idx_make_builtin },
	{ "modules.builtin.alias.bin", false, idx_make_builtin_alias },
	{ "modules.devname", true, idx_make_devname },
};

const unsigned idx_n_outputs = ARRAY_SIZE(idx_outputs);
