/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the area that a guest reports in, at once and as it grows: what
 * is taken is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "lab/report.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void take(struct span area, size_t step, struct lab_result *res)
{
	struct lab_report p = { 0 };

	*res = (struct lab_result){ .stage = "start" };
	res->arena.limit = (size_t)256 << 20;
	for (size_t len = 0; len < area.n; len += step)
		need(lab_report_take(&p, area, len, res, NULL) == 0);
	need(lab_report_take(&p, area, area.n, res, NULL) == 0);
	need(lab_report_take(&p, area, area.n + 1, res, NULL) == 0);
	need(lab_report_take(&p, area, UINT64_MAX, res, NULL) == 0);
	need(p.taken < area.n + 8);
	need(res->n_facts <= area.n / sizeof(struct lab_rec));
	for (size_t i = 0; i < res->n_facts; i++) {
		const struct lab_fact *f = &res->facts[i];

		need(f->stage && strlen(f->name) <= area.n);
		need(f->data.n <= area.n && f->data.p[f->data.n] == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span area = { data, size };
	struct lab_result a, b;

	take(area, size + 1, &a);
	take(area, size / 50 + 1, &b);
	need(a.n_facts == b.n_facts && a.round == b.round);
	need(str_eq(a.stage, b.stage));
	for (size_t i = 0; i < a.n_facts; i++)
		need(str_eq(a.facts[i].name, b.facts[i].name) &&
		     a.facts[i].data.n == b.facts[i].data.n);
	arena_fini(&a.arena);
	arena_fini(&b.arena);
	return 0;
}
