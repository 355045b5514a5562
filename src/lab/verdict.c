/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From facts to a verdict: see verdict.h. The judges share what stands here. */
#include "lab/verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "lab/judge.h"
#include "live/kmsg.h"

const char *lab_stage_name(enum lab_stage_id s)
{
	static const char *const names[] = {
		[LAB_INSERT] = "insert",       [LAB_LOG] = "log",
		[LAB_USE] = "use",	       [LAB_REMOVE] = "remove",
		[LAB_HEALTH] = "health",       [LAB_LEFTOVERS] = "leftovers",
		[LAB_MEMORY] = "memory",       [LAB_AGAIN] = "again",
	};

	return names[s];
}

const char *lab_grade_name(enum lab_grade g)
{
	static const char *const names[] = {
		[LAB_PASS] = "pass",
		[LAB_FAIL] = "fail",
		[LAB_NOT_REACHED] = "not reached",
		[LAB_NOT_ASKED] = "not asked",
		[LAB_NOT_KNOWN] = "not known",
	};

	return names[g];
}

/* -------------------------------------------------------------- strings */

void judge_no_memory(struct judge *j)
{
	j->failed = true;
	(void)diag_fail(j->d, ENOMEM, "out of memory");
}

static _printf_(2, 0) char *keep_printf(struct judge *j, const char *fmt,
					va_list ap)
{
	static char none[1];
	_cleanup_free_ char *p = NULL;
	char *kept = NULL;

	if (vasprintf(&p, fmt, ap) < 0)
		p = NULL;
	else
		kept = arena_strdup(&j->v->arena, p);
	if (kept)
		return kept;
	judge_no_memory(j);
	return none;
}

char *judge_printf(struct judge *j, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = keep_printf(j, fmt, ap);
	va_end(ap);
	return s;
}

void strs_add(struct judge *j, struct strs *l, const char *s)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		const char **v = arena_array(&j->v->arena, cap, sizeof(*v));

		if (!v) {
			judge_no_memory(j);
			return;
		}
		if (l->n)
			memcpy(v, l->v, l->n * sizeof(*v));
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = s;
}

void strs_addf(struct judge *j, struct strs *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strs_add(j, l, keep_printf(j, fmt, ap));
	va_end(ap);
}

/* ---------------------------------------------------------------- facts */

static bool is_of(const struct lab_fact *f, const char *stage, int round)
{
	return (!stage || str_eq(f->stage, stage)) &&
	       (!round || f->round == round);
}

const struct lab_fact *judge_fact(const struct judge *j, const char *stage,
				  int round, const char *name)
{
	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];

		if (is_of(f, stage, round) && str_eq(f->name, name))
			return f;
	}
	return NULL;
}

const struct lab_fact *judge_fact_of(const struct judge *j, const char *stage,
				     int round, const char *what,
				     const char *module)
{
	char name[KO_NAME_MAX + 32];

	(void)snprintf(name, sizeof(name), "%s %s", what, module);
	return judge_fact(j, stage, round, name);
}

/* Counts, or fills @out (may be NULL), the records of one fact. */
static size_t log_records(struct judge *j, struct span log,
			  struct log_line *out)
{
	size_t n = 0;

	while (log.n) {
		/* A record ends where a line starts that is no dictionary. */
		size_t end = 0;

		for (;;) {
			const uint8_t *nl =
				memchr(log.p + end, '\n', log.n - end);

			end = nl ? (size_t)(nl - log.p) + 1 : log.n;
			if (end >= log.n || log.p[end] != ' ')
				break;
		}

		struct live_kmsg k;
		struct span rec = { log.p, end };

		log.p += end;
		log.n -= end;
		if (live_kmsg_parse(rec, &j->v->arena, &k, NULL) < 0)
			continue;
		for (char *nl = k.text; (nl = strchr(nl, '\n'));)
			*nl = ' ';
		if (out)
			out[n] = (struct log_line){ k.level, k.facility == 0,
						    k.text };
		n++;
	}
	return n;
}

size_t judge_log(struct judge *j, const char *stage, int round,
		 struct log_line **ret)
{
	size_t total = 0, n = 0;

	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];

		if (is_of(f, stage, round) && str_eq(f->name, "log"))
			total += log_records(j, f->data, NULL);
	}

	struct log_line *v = arena_array(&j->v->arena, total + 1, sizeof(*v));

	if (!v) {
		judge_no_memory(j);
		*ret = NULL;
		return 0;
	}
	for (size_t i = 0; i < j->r->n_facts; i++) {
		const struct lab_fact *f = &j->r->facts[i];

		if (is_of(f, stage, round) && str_eq(f->name, "log"))
			n += log_records(j, f->data, v + n);
	}
	*ret = v;
	return n;
}

/* ------------------------------------------------------------- findings */

struct lab_finding *judge_find(struct judge *j, enum lab_stage_id stage,
			       int round, const char *id)
{
	static struct lab_finding spare;
	struct lab_finding *f = arena_alloc(&j->v->arena, sizeof(*f));

	if (!f) {
		judge_no_memory(j);
		return &spare;
	}
	*f = (struct lab_finding){ .id = id, .stage = stage, .round = round,
				   .what = "", .where = "", .why = "",
				   .fix = "" };
	*j->tail = f;
	j->tail = &f->next;
	return f;
}

const char *judge_fix(struct judge *j, const char *fix)
{
	static const char tail[] = " in exit";

	if (!j->insert_failed[0] || !str_ends(fix, tail))
		return fix;
	return judge_printf(j, "%.*s on the error path of init",
			    (int)(strlen(fix) - strlen(tail)), fix);
}

/* ---------------------------------------------------------------- judge */

/*
 * Which fault is the cause? A damaged kernel explains everything around it;
 * but what only goes wrong afterwards is mostly the consequence of what the
 * first round left behind, and of what hangs (@hangs) the kernel only tells
 * the same again. Lower is nearer to the cause.
 */
static int distance(const struct lab_finding *f, bool hangs)
{
	bool later = f->aftermath || f->round > 1;
	bool report = f->order && !(hangs && judge_is_stall(f));

	return report		     ? (later ? 2 : 0) :
	       f->stage == LAB_AGAIN ? 3 :
	       later		     ? 2 :
				       1;
}

/* Of the kernel's own reports the first is the cause. */
static bool is_nearer(const struct lab_finding *a, const struct lab_finding *b,
		      bool hangs)
{
	int da = distance(a, hangs), db = distance(b, hangs);

	return da != db ? da < db : a->order < b->order && a->order;
}

static void grade(struct judge *j)
{
	const struct lab_finding *first = NULL;
	bool hangs = false;

	for (struct lab_finding *f = j->v->findings; f; f = f->next)
		hangs |= judge_is_hang(f);
	for (struct lab_finding *f = j->v->findings; f; f = f->next) {
		if (f->note)
			continue;
		/* Words of success must not stand beside a failure. */
		if (j->v->stage[f->stage].grade != LAB_FAIL)
			j->v->stage[f->stage].summary = "";
		j->v->stage[f->stage].grade = LAB_FAIL;
		if (!first || is_nearer(f, first, hangs))
			first = f;
	}
	j->v->first = first;
	j->v->pass = !first;
}

/* What is missing for a run of which one may say that all went well. */
static const char *missing(const struct judge *j)
{
	if (!judge_fact(j, NULL, 0, "end"))
		return "its report has no end";
	if (judge_fact(j, NULL, 0, "damaged"))
		return "the process that ran it was killed";
	for (size_t i = 0; i < j->n_subjects; i++)
		if (!j->subjects[i].dep &&
		    !judge_fact_of(j, "insert", 1, "errno",
				   j->subjects[i].ko->name))
			return "nothing is known of its insertion";
	return j->removed || j->stays ? NULL : "nothing is known of its removal";
}

/*
 * Nobody found a fault: that is worth something only if all was seen. (What
 * ended early, or hung, has its finding.)
 */
static void judge_complete(struct judge *j)
{
	const char *why = NULL;

	for (const struct lab_finding *f = j->v->findings; f; f = f->next)
		if (!f->note)
			return;
	why = missing(j);
	if (!why || j->failed)
		return;

	struct lab_finding *f = judge_find(j, LAB_HEALTH, j->r->round,
					   "health.incomplete");

	f->what = judge_printf(j, "the run broke off during %s: %s",
			       j->r->stage, why);
	f->why = "the kernel reports no fault of its own; most likely the module killed or overwrote what was to watch it";
	f->fix = "'--cold -v' shows the console; fewer modules and rounds at once may tell more";
}

static void judge_all(struct judge *j)
{
	static void (*const judges[])(struct judge *) = {
		judge_insert, judge_log_stage, judge_use,    judge_remove,
		judge_health, judge_leftovers, judge_memory, judge_again,
	};

	if (j->r->end != LAB_COMPLETE &&
	    lab_faults_console(j->r->console, &j->v->arena, &j->console,
			       &j->n_console, j->d) < 0)
		judge_no_memory(j);
	for (size_t i = 0; i < ARRAY_SIZE(judges) && !j->failed; i++)
		judges[i](j);
	judge_complete(j);
	judge_blame_death(j);
	grade(j);
}

int lab_judge(const struct lab_result *r, const struct lab_request *q,
	      const struct lab_subject *subjects, size_t n,
	      struct lab_verdict *ret, struct diag *d)
{
	_cleanup_lab_verdict_ struct lab_verdict v = { 0 };
	_cleanup_free_ struct lab_symbols **symbols =
		calloc(n + 1, sizeof(struct lab_symbols *));
	struct judge j = { .r = r, .q = q, .subjects = subjects,
			   .n_subjects = n, .symbols = symbols, .v = &v,
			   .tail = &v.findings, .d = d };

	if (!symbols)
		return diag_fail(d, ENOMEM, "out of memory");
	judge_all(&j);
	for (size_t i = 0; i < n; i++)
		(void)lab_symbols_close(symbols[i]);
	if (j.failed)
		return -ENOMEM;
	*ret = v;
	v = (struct lab_verdict){ 0 };
	return 0;
}

void lab_verdict_fini(struct lab_verdict *v)
{
	arena_fini(&v->arena);
	*v = (struct lab_verdict){ 0 };
}
