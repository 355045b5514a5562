/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any facts, judged. The input is a report as a guest writes it; its first
 * record's arg says how the run ended and what was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/lab_world.h"
#include "fuzz.h"
#include "lab/report.h"

/* A few lines of each may be shown, not all that a guest can invent. */
enum { MOST_FINDINGS = 20000 };

static void need(bool ok)
{
	if (!ok)
		abort();
}

static void look(const struct lab_verdict *v)
{
	bool first = !v->first;
	size_t n = 0;

	need(v->pass == !v->first);
	for (const struct lab_finding *f = v->findings; f; f = f->next) {
		first |= f == v->first;
		need(f->id && strchr(f->id, '.') && f->stage < LAB_N_STAGES);
		need(f->what && f->where && f->why && f->fix);
		need(f->note || v->stage[f->stage].grade == LAB_FAIL);
		for (size_t i = 0; i < f->n_lines; i++)
			need(f->lines[i] != NULL);
		need(n++ < MOST_FINDINGS);
	}
	need(first);
	for (int i = 0; i < LAB_N_STAGES; i++) {
		const struct lab_stage *s = &v->stage[i];

		need(lab_grade_name(s->grade) != NULL);
		for (size_t k = 0; k < s->n_lines; k++)
			need(s->lines[k] != NULL);
	}
}

/* A pass is a promise: the facts that it rests on are there. */
static void look_at_pass(const struct lab_result *r,
			 const struct lab_verdict *v)
{
	bool end = false, inserted = false, removed = false;

	for (size_t i = 0; v->pass && i < r->n_facts; i++) {
		const struct lab_fact *f = &r->facts[i];
		bool ok = str_eq(f->name, "errno mod") && !f->arg;

		end |= str_eq(f->name, "end");
		inserted |= ok && str_eq(f->stage, "insert");
		removed |= ok && str_eq(f->stage, "remove");
	}
	need(!v->pass || (end && inserted && removed &&
			  r->end == LAB_COMPLETE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ko *ko;
	struct lab_report p = { 0 };
	struct lab_result r = { .stage = "start", .console = "",
				.engine = "tcg", .engine_why = "",
				.note = "" };
	struct lab_verdict v = { 0 };

	if (!ko)
		ko = world_module();
	need(ko != NULL);
	need(lab_report_take(&p, (struct span){ data, size }, size, &r,
			     NULL) == 0);

	uint64_t how = r.n_facts ? (uint64_t)r.facts[0].arg : 0;
	const struct lab_subject s = { .ko = ko, .path = "mod.ko",
				       .params = "" };
	const struct lab_request q = { .test = how & 8 ? "/root/test" : NULL,
				       .rounds = (unsigned)(how >> 4 & 3) + 1,
				       .timeout_ms = 1000 };

	r.end = (enum lab_end)(how & 7) <= LAB_DIED ? (enum lab_end)(how & 7) :
						      LAB_COMPLETE;
	/* A log does for a console. */
	if (how & 64 && r.n_facts > 1)
		r.console = (const char *)r.facts[1].data.p;
	need(lab_judge(&r, &q, &s, 1, &v, NULL) == 0);
	look(&v);
	look_at_pass(&r, &v);
	lab_verdict_fini(&v);
	lab_result_fini(&r);
	return 0;
}
