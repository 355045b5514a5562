/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a module: what is learnt of it is a good block of facts, not
 * larger than the file can account for, and can be linked with itself. Any
 * bytes as a block of facts: if it is taken for a good one it can be linked.
 */
#include <errno.h>
#include <stdlib.h>

#include "fuzz.h"
#include "index/emit.h"
#include "index/facts.h"
#include "index/graph.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

/* All texts and tries of two modules that say the same. */
static void use(struct span facts)
{
	_cleanup_idx_graph_ struct idx_graph g = { 0 };
	struct idx_source v[] = {
		{ .path = "/a.ko", .rel = "a.ko", .name = "a", .facts = facts },
		{ .path = "/b.ko", .rel = "b.ko", .name = "b", .facts = facts },
	};
	struct idx_sources s = { .v = v, .n = ARRAY_SIZE(v) };
	struct idx_emit e = { .src = &s, .graph = &g,
			      .inputs = "/nonexistent" };
	int r = idx_graph_link(&g, &s, NULL);

	need(!r || r == -ELOOP || r == -ENOMEM);
	for (unsigned i = 0; !r && i < idx_n_outputs; i++) {
		_cleanup_bytes_ struct bytes b = { 0 };

		r = idx_emit(&idx_outputs[i], &e, &b, NULL);
		need(!r || r == -ENOMEM || r == -EFBIG);
	}
}

static void as_module(struct span in)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;

	if (ko_open_span("fuzz.ko", in, &ko, NULL) < 0)
		return;
	idx_facts_add(ko, &t);
	if (t.failed)
		return;

	struct span facts = { (const uint8_t *)t.p, t.n };

	need(idx_facts_check(facts));
	use(facts);
	if (facts.n)
		need(!idx_facts_check((struct span){ facts.p, facts.n - 1 }));
	/* The first records with one byte of each changed. */
	for (size_t i = 0; i < facts.n && i < 64; i++) {
		t.p[i] ^= 1;
		if (idx_facts_check(facts))
			use(facts);
		t.p[i] ^= 1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct span in = { p, n };

	as_module(in);
	if (idx_facts_check(in))
		use(in);
	return 0;
}
