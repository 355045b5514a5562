/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as pages of a ring buffer: with a proper layout, and with a layout
 * that the input brings along (two bytes of length, text, pages). The same
 * bytes as lines of vmallocinfo.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/trace_pages.h"
#include "fuzz.h"
#include "lab/memory.h"

/* More would mean that a guest can fill our memory. */
enum { MOST_LEAKS = 512, MOST_PENDING = 1024 };

static void look(const struct lab_memory *m)
{
	if (m->n_leaks > MOST_LEAKS || m->n_pending > MOST_PENDING)
		abort();
	for (size_t i = 0; i < m->n_leaks; i++)
		if (!m->leaks[i].kind || !m->leaks[i].count)
			abort();
	for (size_t i = 0; i < m->n_pending; i++)
		if (!m->pending[i].kind)
			abort();
	if (!m->known && !m->why)
		abort();
}

static void judge(struct span format, struct span pages)
{
	static const struct lab_range range = { "m", 1, 0xffffffffc0201000,
						0xffffffffc0205000 };
	struct lab_fact f[] = {
		{ .stage = "start", .name = "trace-format", .data = format },
		{ .stage = "after", .round = 1, .name = "trace-pages",
		  .data = pages },
		{ .stage = "after", .round = 1, .name = "vmalloc",
		  .data = pages },
		{ .stage = "end", .round = 1, .name = "trace-pages",
		  .data = pages },
		{ .stage = "end", .round = 1, .name = "end" },
	};
	const struct lab_result r = { .facts = f, .n_facts = ARRAY_SIZE(f) };
	_cleanup_arena_ struct arena a = { 0 };
	struct lab_memory m;

	if (!lab_memory_judge(&r, &range, 1, NULL, 0, &a, &m, NULL))
		look(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size }, format, pages;
	struct text t = { 0 };
	uint64_t n;

	tp_format(&t, NULL);
	judge((struct span){ (const uint8_t *)t.p, t.n }, all);
	text_fini(&t);
	if (span_uint(all, 0, 2, false, &n) && span_sub(all, 2, n, &format) &&
	    span_sub(all, 2 + n, size - 2 - n, &pages))
		judge(format, pages);
	return 0;
}
