/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what the guest has to say: see report.h. */
#include "lab/report.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"

/* A name or text of the guest: ends at its first NUL, if it holds one. */
static char *keep_text(struct lab_result *res, struct span s)
{
	return arena_strndup(&res->arena, (const char *)s.p, s.n);
}

/* One more place in the array of facts; NULL: no memory. */
static struct lab_fact *next_fact(struct lab_report *p, struct lab_result *res)
{
	if (res->n_facts == p->facts_cap) {
		size_t cap = p->facts_cap ? p->facts_cap * 2 : 64;
		struct lab_fact *v =
			arena_array(&res->arena, cap, sizeof(*v));

		if (!v)
			return NULL;
		if (res->n_facts)
			memcpy(v, res->facts, res->n_facts * sizeof(*v));
		res->facts = v;
		p->facts_cap = cap;
	}
	return &res->facts[res->n_facts];
}

static int add_fact(struct lab_report *p, const struct lab_rec *rec,
		    struct span name, struct span data,
		    struct lab_result *res, struct diag *d)
{
	if (res->n_facts == LAB_FACTS_MAX)
		return 0;

	struct lab_fact *f = next_fact(p, res);
	char *n = keep_text(res, name);
	uint8_t *bytes = arena_alloc(&res->arena, data.n + 1);

	if (!f || !n || !bytes)
		return diag_fail(d, ENOMEM, "out of memory");
	if (data.n)
		memcpy(bytes, data.p, data.n);
	*f = (struct lab_fact){
		.stage = res->stage,
		.round = res->round,
		.name = n,
		.arg = rec->arg,
		.data = { bytes, data.n },
		.at_us = (unsigned)(clock_us() - p->started_us),
	};
	res->n_facts++;
	return 0;
}

static int begin_stage(const struct lab_rec *rec, struct span name,
		       struct lab_result *res, struct diag *d)
{
	const char *stage = keep_text(res, name);

	if (!stage)
		return diag_fail(d, ENOMEM, "out of memory");
	res->stage = stage;
	res->round = (int)rec->arg;
	return 0;
}

static int take_record(struct lab_report *p, const struct lab_rec *rec,
		       struct span name, struct span data,
		       struct lab_result *res, struct diag *d)
{
	p->heard_us = clock_us();
	if (!res->ready_ms)
		res->ready_ms =
			(unsigned)((p->heard_us - p->started_us) / 1000) + 1;
	if (rec->tag == LAB_FACT)
		return add_fact(p, rec, name, data, res, d);
	if (rec->tag == LAB_STAGE)
		return begin_stage(rec, name, res, d);
	return 0;
}

int lab_report_take(struct lab_report *p, struct span area, uint64_t len,
		    struct lab_result *res, struct diag *d)
{
	struct span out, head, name, data;

	if (!span_sub(area, 0, len, &out))
		return 0;
	while (span_sub(out, p->taken, sizeof(struct lab_rec), &head)) {
		struct lab_rec rec;
		uint64_t at = p->taken + sizeof(rec);

		memcpy(&rec, head.p, sizeof(rec));
		if (!span_sub(out, at, rec.name_len, &name) ||
		    !span_sub(out, at + rec.name_len, rec.data_len, &data))
			return 0;

		int r = take_record(p, &rec, name, data, res, d);

		if (r < 0)
			return r;
		p->taken += lab_rec_size(rec.name_len, rec.data_len);
	}
	return 0;
}
