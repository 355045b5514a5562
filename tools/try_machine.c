/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: reports for programs, as JSON and as TAP. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errname.h"
#include "live/taint.h"
#include "lkm_try.h"
#include "ui.h"

/* Kernel logs hold any bytes: what is no UTF-8 becomes '?'. */
static json_t *text_json(const char *s)
{
	json_t *o = json_string(s);

	if (o)
		return o;

	char *copy = strdup(s);

	for (char *c = copy; c && *c; c++)
		if (*c & 0x80)
			*c = '?';
	o = json_string(copy ? copy : "");
	free(copy);
	return o;
}

static json_t *lines_json(const char *const *v, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(a, text_json(v[i]));
	return a;
}

/* A build that failed is no stage of the kernel's: it has its own name. */
static bool of_build(const struct lab_finding *f)
{
	return f && str_starts(f->id, "build.");
}

/* "FILE:LINE:COLUMN", "FILE:LINE", "FILE" or "": what is missing is null. */
static void set_place(json_t *o, const char *where)
{
	size_t file = strlen(where), n = file;
	long part[2] = { 0 };
	unsigned parts = 0;

	while (parts < 2) {
		size_t digits = n;

		while (digits && strchr("0123456789", where[digits - 1]))
			digits--;
		if (digits == n || digits < 2 || where[digits - 1] != ':')
			break;
		part[parts++] = strtol(where + digits, NULL, 10);
		file = n = digits - 1;
	}

	long line = parts ? part[parts - 1] : 0;
	long column = parts == 2 ? part[0] : 0;
	char *name = strndup(where, file);

	(void)json_object_set_new(o, "file", name && *name ? text_json(name) :
							    json_null());
	(void)json_object_set_new(o, "line", line ? json_integer(line) :
						    json_null());
	(void)json_object_set_new(o, "column", column ? json_integer(column) :
							json_null());
	free(name);
}

static json_t *stages_json(const struct lab_verdict *v)
{
	json_t *a = json_array();
	bool build = of_build(v->first);

	if (build)
		(void)json_array_append_new(
			a, json_pack("{s:s, s:s, s:s, s:[]}", "stage", "build",
				     "result", lab_grade_name(LAB_FAIL),
				     "summary", "", "evidence"));
	for (int i = 0; i < LAB_N_STAGES; i++) {
		const struct lab_stage *s = &v->stage[i];
		enum lab_grade grade = build ? LAB_NOT_REACHED : s->grade;
		json_t *o = json_object();

		(void)json_object_set_new(
			o, "stage",
			json_string(lab_stage_name((enum lab_stage_id)i)));
		(void)json_object_set_new(
			o, "result", json_string(lab_grade_name(grade)));
		(void)json_object_set_new(
			o, "summary", text_json(s->summary ? s->summary : ""));
		(void)json_object_set_new(o, "evidence",
					  lines_json(s->lines, s->n_lines));
		(void)json_array_append_new(a, o);
	}
	return a;
}

static json_t *findings_json(const struct lab_verdict *v)
{
	json_t *a = json_array();

	for (const struct lab_finding *f = v->findings; f; f = f->next) {
		json_t *o = json_object();

		(void)json_object_set_new(o, "id", json_string(f->id));
		(void)json_object_set_new(
			o, "stage",
			json_string(of_build(f) ? "build" :
						  lab_stage_name(f->stage)));
		if (of_build(f))
			set_place(o, f->where);
		(void)json_object_set_new(o, "round", json_integer(f->round));
		(void)json_object_set_new(o, "note", json_boolean(f->note));
		(void)json_object_set_new(o, "what", text_json(f->what));
		(void)json_object_set_new(o, "where", text_json(f->where));
		(void)json_object_set_new(o, "why", text_json(f->why));
		(void)json_object_set_new(o, "fix", text_json(f->fix));
		(void)json_object_set_new(o, "evidence",
					  lines_json(f->lines, f->n_lines));
		(void)json_array_append_new(a, o);
	}
	return a;
}

static json_t *modules_json(const struct lab_subjects *s)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->n; i++) {
		json_t *o = json_object();

		(void)json_object_set_new(o, "name",
					  text_json(s->v[i].ko->name));
		(void)json_object_set_new(o, "file", text_json(s->v[i].path));
		(void)json_object_set_new(o, "parameters",
					  text_json(s->v[i].params));
		(void)json_object_set_new(o, "needed",
					  json_boolean(s->v[i].dep));
		(void)json_array_append_new(a, o);
	}
	return a;
}

static const char *held_word(const struct try_expected *x)
{
	return x->held == TRY_HELD  ? "held" :
	       x->held == TRY_WRONG ? "wrong" :
				      "not seen";
}

static json_t *errno_json(int err)
{
	const char *name = err_name(err);

	return name ? json_string(name) : err ? json_integer(err) : json_null();
}

static json_t *expected_json(const struct try_row *r, size_t i)
{
	const struct try_expected *x = &r->expect.v[i];
	const struct rule_result *res = &x->r;
	char letters[LIVE_TAINT_LETTERS];
	json_t *o = json_object();

	(void)json_object_set_new(o, "name",
				  text_json(r->subjects.v[i].ko->name));
	(void)json_object_set_new(
		o, "verdict", json_string(rule_verdict_name(res->verdict)));
	(void)json_object_set_new(o, "errno", errno_json(res->err));
	(void)json_object_set_new(
		o, "rule", res->decided ?
				   json_string(res->decided->reason->id) :
				   json_null());
	(void)json_object_set_new(
		o, "taints",
		json_string(live_taint_letters(res->taints, letters)));
	(void)json_object_set_new(
		o, "size", res->verdict == RULE_LOADS ?
				   json_integer((json_int_t)res->live_size) :
				   json_null());
	(void)json_object_set_new(o, "held", json_string(held_word(x)));
	(void)json_object_set_new(o, "said", x->said ? text_json(x->said) :
						       json_null());
	return o;
}

static json_t *expect_json(const struct try_row *r)
{
	json_t *a = json_array();

	for (size_t i = 0; r->expect.v && i < r->subjects.n; i++)
		if (r->expect.v[i].known)
			(void)json_array_append_new(a, expected_json(r, i));
	return a;
}

static json_t *notes_json(const struct try_row *r)
{
	json_t *a = lines_json((const char *const *)r->subjects.notes.v,
			       r->subjects.notes.n);

	if (r->result.note && r->result.note[0])
		(void)json_array_append_new(a, text_json(r->result.note));
	return a;
}

static const char *verdict_word(const struct try_row *r)
{
	return r->status == UI_YES ? "pass" :
	       r->status == UI_NO  ? "fail" :
				     "unknown";
}

/* null: a saved guest went on */
static json_t *boot_json(const struct lab_result *r)
{
	if (!r->boot_ms)
		return json_null();
	return json_pack("{s:i, s:i}", "milliseconds", (int)r->boot_ms,
			 "cpu_milliseconds", (int)r->boot_cpu_ms);
}

static json_t *row_json(const struct try_row *r)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "kernel", text_json(r->kernel.release));
	(void)json_object_set_new(o, "verdict", json_string(verdict_word(r)));
	if (r->status == UI_UNKNOWN) {
		(void)json_object_set_new(o, "where",
					  text_json(r->diag.where));
		(void)json_object_set_new(o, "error", text_json(r->diag.what));
		(void)json_object_set_new(o, "fix", text_json(r->diag.hint));
		return o;
	}
	(void)json_object_set_new(
		o, "cause",
		r->verdict.first ? json_string(r->verdict.first->id) :
				   json_null());
	(void)json_object_set_new(o, "engine",
				  r->result.engine ?
					  json_string(r->result.engine) :
					  json_null());
	(void)json_object_set_new(o, "warm", json_boolean(r->result.warm));
	(void)json_object_set_new(o, "milliseconds",
				  json_integer(r->result.total_ms));
	(void)json_object_set_new(o, "boot", boot_json(&r->result));
	(void)json_object_set_new(o, "modules", modules_json(&r->subjects));
	(void)json_object_set_new(o, "notes", notes_json(r));
	(void)json_object_set_new(o, "expected", expect_json(r));
	(void)json_object_set_new(o, "stages", stages_json(&r->verdict));
	(void)json_object_set_new(o, "findings", findings_json(&r->verdict));
	return o;
}

int try_print_json(const struct try_row *rows, size_t n)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(a, row_json(&rows[i]));

	int r = json_dumpf(a, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);

	(void)putchar('\n');
	json_decref(a);
	return r;
}

/* A comment is one line, whatever a kernel's log holds. */
static void tap_comment(const char *lead, const char *s)
{
	(void)printf("# %s", lead);
	for (; *s; s++)
		(void)putchar((unsigned char)*s < ' ' ? ' ' : *s);
	(void)putchar('\n');
}

/* One test point per stage and kernel. */
static void tap_stage(const struct try_row *r, enum lab_stage_id id,
		      unsigned number)
{
	const struct lab_stage *s = &r->verdict.stage[id];
	bool skip = s->grade != LAB_PASS && s->grade != LAB_FAIL;

	(void)printf("%s %u - %s in %s%s%s\n",
		     s->grade == LAB_FAIL ? "not ok" : "ok", number,
		     id == LAB_INSERT && of_build(r->verdict.first) ?
			     "build" :
			     lab_stage_name(id),
		     r->kernel.release[0] ? r->kernel.release : "no kernel",
		     skip ? " # SKIP " : "",
		     skip ? lab_grade_name(s->grade) : "");
	for (const struct lab_finding *f = r->verdict.findings; f;
	     f = f->next) {
		if (f->stage != id)
			continue;
		tap_comment("", f->id);
		tap_comment("  ", f->what);
		if (f->where[0])
			tap_comment("  at ", f->where);
		for (size_t i = 0; i < f->n_lines; i++)
			tap_comment("    ", f->lines[i]);
	}
}

/*
 * What the emulated loader foresaw: a comment, not a test point. Where it was
 * wrong, that is no fault of the module.
 */
static void tap_expect(const struct try_row *r)
{
	for (size_t i = 0; r->expect.v && i < r->subjects.n; i++) {
		const struct try_expected *x = &r->expect.v[i];
		_cleanup_text_ struct text t = { 0 };

		if (!x->known)
			continue;
		text_addf(&t, "%s %s: %s", try_held_word(x->held),
			  r->subjects.v[i].ko->name, x->text);
		if (x->said)
			text_addf(&t, "; the kernel said: %s", x->said);
		tap_comment("expect ", text_str(&t));
	}
}

void try_print_tap(const struct try_row *rows, size_t n)
{
	unsigned number = 0;

	(void)printf("TAP version 14\n1..%zu\n", n * LAB_N_STAGES);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].status == UI_UNKNOWN) {
			(void)printf("Bail out! %s: %s\n",
				     rows[i].diag.where[0] ?
					     rows[i].diag.where :
					     rows[i].kernel.release,
				     rows[i].diag.what);
			return;
		}
		tap_expect(&rows[i]);
		for (int id = 0; id < LAB_N_STAGES; id++)
			tap_stage(&rows[i], (enum lab_stage_id)id, ++number);
	}
}
