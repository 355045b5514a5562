/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a load says: lines of the kernel's log, findings, taints. See run.h. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>

#include "rules/reason_table.h"
#include "rules/run.h"

const char *run_text(struct run *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *kept = arena_vprintf(r->a, fmt, ap);
	va_end(ap);
	if (!kept)
		r->oom = true;
	return kept ? kept : "";
}

const struct rule_reason *run_row(const char *id)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (str_eq(row->id, id))
			return row;
	/* A spelling mistake in this folder: tests/structure finds it. */
	return &rule_init_rows[n_rule_init_rows - 1];
}

/* The row that says more about the same line, where that is known. */
static const struct rule_reason *known_row(const struct run *r, const char *id)
{
	const struct rule_reason *row = run_row(id), *more;

	for (size_t i = 0; r->facts && row->log && (more = rule_reason_at(i));
	     i++)
		if (rule_is_detail(more) && more->err == row->err &&
		    more->kind == row->kind && str_eq(more->log, row->log) &&
		    (more->facts & r->facts) == more->facts)
			return more;
	return row;
}

void run_know(struct run *r, unsigned fact, enum rule_word w, const char *word)
{
	r->facts |= fact;
	r->word[w] = word;
}

void run_forget(struct run *r, unsigned facts)
{
	r->facts &= ~facts;
}

/*
 * What printk() keeps of a line: of 1024 bytes the level takes two and the end
 * one. Up to 6.2 there has to be room for the time in front, too.
 */
static int line_max(const struct run *r)
{
	const int record = 1024 - 3;

	if (kern_struct_size(r->k, "printk_message"))
		return record;
	return record - (run_option(r, "PRINTK_CALLER", NULL) == KERN_YES
				 ? 48 : 32);
}

/* The row's format with its places filled in; "%%" is one '%'. */
static const char *filled(struct run *r, const struct rule_reason *row,
			  const char *const *places)
{
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, row->prefix && !r->no_prefix ? row->prefix : "");
	for (const char *f = row->log; *f;) {
		if (*f != '%') {
			text_add_bytes(&t, f++, 1);
		} else if (f[1] == '%') {
			text_add(&t, "%");
			f += 2;
		} else {
			f += rule_conversion(f);
			text_add(&t, *places ? *places++ : "?");
		}
	}
	r->oom |= t.failed;
	return run_text(r, "%.*s", line_max(r), text_str(&t));
}

static bool holds_address(const struct rule_reason *row)
{
	return strstr(row->log, "%p") || strstr(row->log, "val %");
}

static void add_line(struct run *r, const struct rule_reason *row,
		     const char *const *places)
{
	struct rule_result *res = r->r;
	struct rule_line *v = arena_more(r->a, res->lines, res->n_lines,
					 sizeof(*v));

	if (!v) {
		r->oom = true;
		return;
	}
	res->lines = v;
	v[res->n_lines++] = (struct rule_line){
		.level = row->level		    ? row->level
			 : row->kind == RULE_REFUSES ? 3
						     : 4,
		.text = filled(r, row, places),
		.reason = row,
		.addresses = holds_address(row),
	};
}

void run_say(struct run *r, const char *id, const char *const *places)
{
	add_line(r, run_row(id), places);
}

/* @file: what is said for the file's name */
static const char *explained(struct run *r, const char *text, const char *file,
			     const struct rule_match *m, int err)
{
	_cleanup_text_ struct text t = { 0 };
	struct rule_subject about = {
		.module = r->mod_name ? r->mod_name : r->name,
		.file = file,
		.err = err,
	};

	memcpy(about.word, r->word, sizeof(about.word));
	rule_explain(text, m, &about, &t);
	r->oom |= t.failed;
	return run_text(r, "%s", text_str(&t));
}

/* A fix has commands, in which the file stands as it is typed. */
static const char *fix_of(struct run *r, const struct rule_match *m, int err)
{
	const char *path = r->q->ko->path, *typed = r->q->typed;
	_cleanup_free_ char *word = typed ? NULL : str_word(path);

	return explained(r, m->reason->fix, typed ? typed : word, m, err);
}

/* Return: its index. */
static size_t add_finding(struct run *r, enum rule_verdict verdict,
			  const struct rule_reason *row, int err,
			  const char *const *places, const char *where)
{
	struct rule_result *res = r->r;
	struct rule_finding *v = arena_more(r->a, res->findings,
					    res->n_findings, sizeof(*v));
	struct rule_match m = { .reason = row };

	if (!v) {
		r->oom = true;
		return 0;
	}
	for (; *places && m.n_places < RULE_PLACES; places++)
		m.place[m.n_places++] = (struct span){
			(const uint8_t *)*places, strlen(*places)
		};
	res->findings = v;
	v[res->n_findings] = (struct rule_finding){
		.verdict = verdict,
		.reason = row,
		.err = err,
		.where = where,
		.why = explained(r, row->why, r->q->ko->path, &m, err),
		.fix = fix_of(r, &m, err),
	};
	return res->n_findings++;
}

void run_remark(struct run *r, const char *id, const char *const *places,
		const char *where)
{
	const struct rule_reason *row = run_row(id);

	if (row->log)
		add_line(r, row, places);
	(void)add_finding(r, RULE_LOADS, row, 0, places, where);
}

/* "check_modinfo" of "check_modinfo, kernel/module/main.c". */
static const char *step_of(struct run *r, const struct rule_reason *row)
{
	return run_text(r, "%.*s", (int)strcspn(row->kernel, ",("),
			row->kernel);
}

/* The finding that decides, as an index until the list stops moving. */
static void decide(struct run *r, enum rule_verdict verdict, int err,
		   size_t finding)
{
	r->r->verdict = verdict;
	r->r->err = err;
	r->r->step = step_of(r, r->r->findings[finding].reason);
	r->decided = finding + 1;
}

/* Old kernels refuse a damaged ELF header without a word. */
static bool silent(const struct run *r, const struct rule_reason *row)
{
	return !row->log || (str_starts(row->id, "load.elf.") &&
			     kern_says(r->k, row->log) == KERN_NO);
}

void run_decide_only(struct run *r, int err, const char *id,
		     const char *const *places, const char *where)
{
	size_t f = add_finding(r, RULE_REFUSED, known_row(r, id), err, places,
			       where);

	if (!r->oom)
		decide(r, RULE_REFUSED, err, f);
}

void run_refuse_last(struct run *r, int err, const char *id,
		     const char *const *places, const char *where)
{
	const struct rule_reason *row = run_row(id);

	if (!silent(r, row))
		add_line(r, row, places);
	run_decide_only(r, err, id, places, where);
}

bool run_refuse_err(struct run *r, int err, const char *id,
		    const char *const *places, const char *where)
{
	run_refuse_last(r, err, id, places, where);
	return false;
}

bool run_refuse(struct run *r, const char *id, const char *const *places,
		const char *where)
{
	return run_refuse_err(r, run_row(id)->err, id, places, where);
}

bool run_undefined(struct run *r, const char *id, const char *const *places,
		   const char *where)
{
	size_t f = add_finding(r, RULE_UNDEFINED, run_row(id), 0, places,
			       where);

	if (!r->oom)
		decide(r, RULE_UNDEFINED, 0, f);
	return false;
}

void run_init_decides(struct run *r, const char *id, const char *const *places,
		      const char *where)
{
	size_t f = add_finding(r, RULE_INIT_DECIDES, run_row(id), 0, places,
			       where);

	if (!r->oom && r->r->verdict == RULE_LOADS)
		decide(r, RULE_INIT_DECIDES, 0, f);
}

void run_unknown(struct run *r, const char *fact)
{
	if (r->r->unknown && strstr(r->r->unknown, fact))
		return;
	r->r->unknown = r->r->unknown ? run_text(r, "%s, %s", r->r->unknown,
						 fact)
				      : fact;
}

bool run_is(struct run *r, enum kern_known v, const char *fact, bool dflt)
{
	if (v == KERN_UNKNOWN) {
		run_unknown(r, fact);
		return dflt;
	}
	return v == KERN_YES;
}

bool run_tainted(const struct run *r, enum run_taint bit)
{
	return r->s->taints >> bit & 1;
}

/*
 * After the first forced or proprietary module the kernel does not believe its
 * lock checker any more, and says so once.
 */
void run_taint_kernel(struct run *r, enum run_taint bit)
{
	const uint64_t unreliable = 1 << TAINT_P | 1 << TAINT_F;
	uint64_t mask = UINT64_C(1) << bit;

	if (mask & unreliable && !(r->s->taints & unreliable))
		run_say(r, "note.lockdep", PLACES(NULL));
	if (!(r->s->taints & mask))
		r->r->kernel_taints |= mask;
	r->s->taints |= mask;
}

void run_taint(struct run *r, enum run_taint bit)
{
	run_taint_kernel(r, bit);
	r->r->taints |= UINT64_C(1) << bit;
}

const char *run_where(struct run *r, uint32_t sec)
{
	const char *name = r->sec[sec].name;

	return run_text(r, "section %u '%s'", sec, name ? name : "?");
}
