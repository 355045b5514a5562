/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: the answer for programs; the list of rules. */
#include <stdio.h>
#include <string.h>

#include "base/errname.h"
#include "check.h"
#include "json_out.h"
#include "live/taint.h"
#include "ui.h"

static void put_errno(struct jout *j, int err)
{
	if (!err) {
		jout_null(j, "errno");
		return;
	}
	jout_str(j, "errno", err_name(err));
	jout_int(j, "errno_number", err);
}

static void put_taints(struct jout *j, const char *key, uint64_t mask)
{
	char letters[LIVE_TAINT_LETTERS];

	jout_str(j, key, live_taint_letters(mask, letters));
}

static void put_log(struct jout *j, const struct rule_result *r)
{
	jout_array(j, "log");
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct rule_line *l = &r->lines[i];

		jout_object(j, NULL);
		jout_uint(j, "level", l->level);
		jout_str(j, "text", l->text);
		jout_str(j, "rule", l->reason ? l->reason->id : NULL);
		jout_bool(j, "addresses", l->addresses);
		jout_end(j);
	}
	jout_end(j);
}

static void put_findings(struct jout *j, const struct rule_result *r)
{
	jout_array(j, "findings");
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct rule_finding *f = &r->findings[i];

		jout_object(j, NULL);
		jout_str(j, "verdict",
			 f->verdict == RULE_LOADS
				 ? "remark"
				 : rule_verdict_name(f->verdict));
		jout_str(j, "rule", f->reason->id);
		put_errno(j, f->err);
		jout_str(j, "where", f->where);
		jout_str(j, "why", f->why);
		jout_str(j, "fix", f->fix);
		jout_end(j);
	}
	jout_end(j);
}

static void put_layout(struct jout *j, const struct rule_result *r)
{
	jout_array(j, "parts");
	for (size_t i = 0; i < r->n_parts; i++) {
		jout_object(j, NULL);
		jout_str(j, "name", r->parts[i].name);
		jout_uint(j, "size", r->parts[i].size);
		jout_bool(j, "init", r->parts[i].init);
		jout_end(j);
	}
	jout_end(j);
	jout_array(j, "sections");
	for (size_t i = 0; i < r->n_sections; i++) {
		const struct rule_section *s = &r->sections[i];

		jout_object(j, NULL);
		jout_str(j, "name", s->name);
		jout_uint(j, "index", s->idx);
		jout_str(j, "part", r->parts[s->part].name);
		jout_uint(j, "offset", s->offset);
		jout_uint(j, "size", s->size);
		jout_end(j);
	}
	jout_end(j);
}

static void put_kallsyms(struct jout *j, const struct rule_result *r)
{
	jout_array(j, "symbols");
	for (size_t i = 0; i < r->n_kallsyms; i++) {
		const struct rule_kallsym *k = &r->kallsyms[i];
		char letter[2] = { k->letter, 0 };

		jout_object(j, NULL);
		jout_str(j, "name", k->name);
		jout_str(j, "letter", letter);
		jout_str(j, "part", k->part < r->n_parts
					    ? r->parts[k->part].name
					    : NULL);
		jout_uint(j, "offset", k->offset);
		jout_end(j);
	}
	jout_end(j);
}

/* @fix: where nothing was decided; or NULL. */
static void put_result(struct jout *j, const struct check_world *w,
		       const struct rule_result *r, const char *fix)
{
	const struct rule_finding *f = r->decided;

	jout_str(j, "name", r->name);
	jout_str(j, "verdict", rule_verdict_name(r->verdict));
	put_errno(j, r->err);
	jout_str(j, "rule", f ? f->reason->id : NULL);
	jout_str(j, "step", r->step);
	jout_str(j, "where", f ? f->where : NULL);
	jout_str(j, "why", f ? f->why : NULL);
	jout_str(j, "fix", f ? f->fix : fix);
	jout_str(j, "unknown", r->unknown);
	put_taints(j, "taints", r->taints);
	put_taints(j, "kernel_taints", r->kernel_taints);
	put_log(j, r);
	put_findings(j, r);
	jout_uint(j, "size", r->live_size);
	put_layout(j, r);
	jout_str(j, "init", r->has_init ? r->init_name ? r->init_name : ""
					: NULL);
	jout_str(j, "exit", r->has_exit ? r->exit_name ? r->exit_name : ""
					: NULL);
	jout_strs(j, "uses", r->uses, r->n_uses);
	jout_array(j, "exports");
	for (size_t i = 0; i < r->n_exports; i++)
		jout_str(j, NULL, r->exports[i].name);
	jout_end(j);
	if (w->o->verbose)
		put_kallsyms(j, r);
}

static void put_subject(struct jout *j, const struct check_world *w,
			const struct check_subject *s)
{
	jout_object(j, NULL);
	jout_str(j, "file", s->path);
	jout_str(j, "params", text_str(&s->params));
	if (s->failed) {
		const struct rule_result none = { .verdict = RULE_UNKNOWN,
						  .unknown = s->d.what };

		/* The same members as of any other, all of them empty. */
		put_result(j, w, &none, s->d.hint[0] ? s->d.hint : NULL);
	} else {
		put_result(j, w, &s->r, NULL);
	}
	jout_diag(j, "error", &s->d);
	jout_end(j);
}

int check_json(const struct check_world *w, const struct check_subject *v,
	       size_t n)
{
	struct jout j = { .f = stdout };
	int status = UI_YES;

	jout_object(&j, NULL);
	jout_object(&j, "kernel");
	jout_str(&j, "release", kern_release(w->k));
	jout_str(&j, "missing", kern_missing(w->k));
	jout_bool(&j, "live", w->o->live);
	jout_str(&j, "note", w->note);
	jout_end(&j);
	jout_null(&j, "error");
	jout_array(&j, "modules");
	for (size_t i = 0; i < n; i++) {
		int s = check_status(&v[i]);

		if (s == UI_NO || (s == UI_UNKNOWN && status == UI_YES))
			status = s;
		put_subject(&j, w, &v[i]);
	}
	jout_end(&j);
	jout_end(&j);
	return jout_finish(&j) ? UI_UNKNOWN : status;
}

int check_json_none(const struct diag *d, int status)
{
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_null(&j, "kernel");
	jout_diag(&j, "error", d);
	jout_array(&j, "modules");
	jout_end(&j);
	jout_end(&j);
	if (!jout_finish(&j))
		return status;
	(void)fputs("lkm check: the answer could not be written\n", stderr);
	return UI_UNKNOWN;
}

/* ---------------------------------------------------------------- the rules */

static const char *kind_name(const struct rule_reason *row)
{
	switch (row->kind) {
	case RULE_REFUSES:
		return "refuses";
	case RULE_NOTE:
		return "remark";
	case RULE_DAMAGE:
		return "damage";
	default:
		return "undefined";
	}
}

static void put_row(struct jout *j, const struct rule_reason *row)
{
	jout_object(j, NULL);
	jout_str(j, "id", row->id);
	jout_str(j, "kind", kind_name(row));
	jout_str(j, "when", row->op == RULE_LOAD ? "load" : "unload");
	put_errno(j, row->err);
	jout_str(j, "kernel", row->kernel);
	jout_str(j, "log", row->log);
	jout_str(j, "why", row->why);
	jout_str(j, "fix", row->fix);
	jout_end(j);
}

/* Text: five columns with tabs between them. */
int check_rules(bool json)
{
	const struct rule_reason *row;
	struct jout j = { .f = stdout };

	if (json)
		jout_array(&j, NULL);
	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		if (json)
			put_row(&j, row);
		else
			(void)printf("%s\t%s\t%s\t%s\t%s\n", row->id,
				     kind_name(row),
				     row->err ? err_name(row->err) : "-",
				     row->kernel, row->log ? row->log : "-");
	}
	if (!json)
		return UI_YES;
	jout_end(&j);
	return jout_finish(&j) ? UI_UNKNOWN : UI_YES;
}
