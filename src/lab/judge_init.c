/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose no was it? The kernel's trace event "module_load" comes when every
 * check of the loader has been passed, right before the module's own init
 * runs: an errno with it is init's, without it the loader's.
 *
 * Kernel: trace_module_load() in load_module(), kernel/module/main.c.
 */
#include <string.h>

#include "lab/judge.h"
#include "lab/trace.h"

static const struct lab_trace_want wants[] = {
	{ "module_load", { "name" } },
};

struct search {
	const char *name;
	bool found;
};

static int on_event(void *arg, const struct lab_trace_event *e)
{
	struct search *s = arg;
	struct span text = e->which == 0 ? lab_trace_text(e, 0) :
					   (struct span){ 0 };
	size_t n = strnlen((const char *)text.p, text.n);

	if (n && n < 256) {
		char name[256];

		memcpy(name, text.p, n);
		name[n] = 0;
		s->found |= live_name_eq(name, s->name);
	}
	return 0;
}

enum judge_init judge_init_ran(struct judge *j, int round, const char *module)
{
	const struct lab_fact *format = judge_fact(j, NULL, 0, "trace-format");
	struct lab_trace_format f;
	struct search s = { .name = module };
	bool read = false, damaged = false;

	if (!format ||
	    !lab_trace_format_read(format->data, wants, ARRAY_SIZE(wants),
				   &f) ||
	    !f.got[0].known)
		return JUDGE_INIT_UNKNOWN;
	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *x = &j->r->facts[i];

		if (x->round != round || !str_eq(x->name, "trace-pages"))
			continue;
		read = true;
		(void)lab_trace_read(&f, x->data, on_event, &s, &damaged);
	}
	return s.found		  ? JUDGE_INIT_RAN :
	       read && !damaged ? JUDGE_INIT_DID_NOT_RUN :
				    JUDGE_INIT_UNKNOWN;
}
