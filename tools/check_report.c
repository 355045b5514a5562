/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: the answer for people, verdict first. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errname.h"
#include "base/file.h"
#include "check.h"
#include "fold.h"
#include "live/taint.h"
#include "ui.h"

static enum ui_colour colour_of(const struct check_subject *s)
{
	switch (check_status(s)) {
	case UI_YES:
		return UI_GREEN;
	case UI_NO:
		return UI_RED;
	default:
		return UI_YELLOW;
	}
}

static const char *word_of(const struct check_subject *s)
{
	static const char *const words[] = {
		[RULE_LOADS] = "LOADS",
		[RULE_REFUSED] = "REFUSED",
		[RULE_UNDEFINED] = "UNDEFINED",
		[RULE_INIT_DECIDES] = "INIT DECIDES",
		[RULE_UNKNOWN] = "UNKNOWN",
	};

	return s->failed ? "UNKNOWN" : words[s->r.verdict];
}

static void put_word(const struct check_subject *s)
{
	(void)printf("%s%s%s ", ui_colour(stdout, colour_of(s)), word_of(s),
		     ui_colour(stdout, UI_PLAIN));
}

/* "  why     TEXT" */
static void put(const char *what, const char *text)
{
	(void)printf("  %-9s ", what);
	ui_put_folded(stdout, text, 12);
	(void)putchar('\n');
}

static void _printf_(2, 3) putf(const char *what, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0) {
		put(what, text);
		free(text);
	}
	va_end(ap);
}

static void put_log(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_lines; i++)
		putf(i ? "" : "log", "<%u> %s", r->lines[i].level,
		     r->lines[i].text);
}

/* What decided. */
static void put_finding(const struct rule_finding *f)
{
	if (f->where)
		put("at", f->where);
	put("why", f->why);
	put("fix", f->fix);
}

/* So many of the reasons besides the one that decided are told without -v. */
#define ALSO_MAX 5

/* The other reasons for which it is refused: of symbols there may be many. */
static void put_also(const struct check_world *w, const struct rule_result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_findings; i++) {
		const struct rule_finding *f = &r->findings[i];

		if (f->verdict != RULE_REFUSED || f == r->decided)
			continue;
		if (++n <= ALSO_MAX || w->o->verbose)
			put("also", f->why);
	}
	if (n > ALSO_MAX && !w->o->verbose)
		putf("", "%zu more (-v lists them)", n - ALSO_MAX);
}

/* Remarks about which something can be done. */
static void put_notes(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_findings; i++) {
		const struct rule_finding *f = &r->findings[i];

		if (f->verdict != RULE_LOADS ||
		    str_starts(f->fix, "nothing needs to be done"))
			continue;
		put("note", f->why);
		put("fix", f->fix);
	}
}

/* @loads: where it is refused, a taint may be why. */
static void put_taints(uint64_t mask, bool loads)
{
	for (size_t i = 0; i < n_live_taints; i++) {
		const struct live_taint *t = &live_taints[i];

		char what[] = "taint ?";

		what[6] = t->letter;
		if (mask >> t->bit & 1)
			putf(what, "%s%s", t->means,
			     loads && t->harmless ? " (harmless here)" : "");
	}
}

static void put_modules_line(const struct rule_result *r)
{
	char letters[LIVE_TAINT_LETTERS];
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s %llu 0 %s Live 0x...", r->name,
		  (unsigned long long)r->live_size,
		  r->has_init && !r->has_exit ? "[permanent]," : "-");
	if (r->taints)
		text_addf(&t, " (%s)", live_taint_letters(r->taints, letters));
	put("modules", text_str(&t));
}

static void put_parts(const struct rule_result *r)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < r->n_parts; i++)
		if (r->parts[i].size)
			text_addf(&t, "%s%s %llu%s", t.n ? ", " : "",
				  r->parts[i].name,
				  (unsigned long long)r->parts[i].size,
				  r->parts[i].init ? " (freed after init)" :
						     "");
	put("memory", text_str(&t));
}

static void put_names(const char *what, const char *const *v, size_t n)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < n; i++)
		text_addf(&t, "%s%s", i ? ", " : "", v[i]);
	if (n)
		put(what, text_str(&t));
}

static void put_exports(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_exports; i++) {
		const struct kern_export *e = &r->exports[i];

		putf(i ? "" : "exports", "%s%s", e->name,
		     e->gpl_only ? " (GPL only)" : "");
	}
}

/* Every section and symbol where it will lie. */
static void put_all(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_sections; i++) {
		const struct rule_section *s = &r->sections[i];

		putf(i ? "" : "sections", "%-13s +0x%-6llx %7llu %s",
		     r->parts[s->part].name, (unsigned long long)s->offset,
		     (unsigned long long)s->size, s->name);
	}
	for (size_t i = 0; i < r->n_kallsyms; i++) {
		const struct rule_kallsym *k = &r->kallsyms[i];

		putf(i ? "" : "symbols", "%c %-11s +0x%-6llx %s", k->letter,
		     k->part < r->n_parts ? r->parts[k->part].name : "-",
		     (unsigned long long)k->offset, k->name);
	}
}

static void put_loaded(const struct check_world *w, const struct rule_result *r)
{
	put_modules_line(r);
	put_taints(r->taints, true);
	if (r->has_init || r->has_exit)
		putf("init", "%s, exit %s",
		     r->has_init ? r->init_name ? r->init_name : "yes" : "none",
		     r->has_exit ? r->exit_name ? r->exit_name : "yes" :
				   "none");
	put_names("uses", r->uses, r->n_uses);
	if (!w->o->verbose)
		return;
	put_exports(r);
	put_parts(r);
	put_all(r);
}

/* "REFUSED FILE TEXT", with the rest below the file's name. */
static void put_head(const struct check_subject *s, const char *file,
		     const char *rest)
{
	size_t column = strlen(word_of(s)) + 1;

	put_word(s);
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	ui_put(stdout, file);
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	ui_put_within(stdout, rest, column + fold_columns(file, strlen(file)),
		      column, ui_width(stdout));
	(void)putchar('\n');
}

static void put_verdict(const struct check_world *w,
			const struct check_subject *s)
{
	_cleanup_text_ struct text t = { 0 };

	if (s->params.n)
		text_addf(&t, " %s", text_str(&s->params));
	text_addf(&t, " in Linux %s", kern_release(w->k));
	if (!s->failed && s->r.verdict == RULE_REFUSED)
		text_addf(&t, ": %s", err_text(s->r.err).s);
	put_head(s, path_base(s->path), text_str(&t));
}

static void put_rule(const struct rule_result *r)
{
	if (r->decided)
		putf("rule", "%s, %s", r->decided->reason->id,
		     r->decided->reason->kernel);
}

void check_report(const struct check_world *w, const struct check_subject *s)
{
	const struct rule_result *r = &s->r;

	put_verdict(w, s);
	if (w->o->quiet)
		return;
	if (w->note)
		put("kernel", w->note);
	if (s->failed) {
		put("why", s->d.what);
		if (s->d.hint[0])
			put("fix", s->d.hint);
		return;
	}
	put_log(r);
	if (r->decided)
		put_finding(r->decided);
	put_also(w, r);
	put_rule(r);
	put_notes(r);
	if (r->unknown) {
		put("not known", r->unknown);
		if (kern_missing(w->k))
			put("", kern_missing(w->k));
	}
	if (r->verdict == RULE_LOADS || r->verdict == RULE_UNKNOWN ||
	    r->verdict == RULE_INIT_DECIDES)
		put_loaded(w, r);
	else if (r->kernel_taints)
		put_taints(r->kernel_taints, false);
}

static void brief(const char *key, const char *text)
{
	if (!text || !*text)
		return;
	(void)printf("%s\t", key);
	ui_put(stdout, text);
	(void)putchar('\n');
}

void check_report_brief(const struct check_subject *s)
{
	const struct rule_result *r = &s->r;
	const struct rule_finding *f = s->failed ? NULL : r->decided;

	brief("file", s->path);
	brief("verdict", s->failed ? "unknown" : rule_verdict_name(r->verdict));
	if (s->failed) {
		brief("unknown", s->d.what);
		brief("fix", s->d.hint);
		return;
	}
	brief("errno", r->err ? err_name(r->err) : NULL);
	brief("unknown", r->unknown);
	/* Remarks are no part of the refusal. */
	for (size_t i = 0; i < r->n_lines; i++)
		if (r->lines[i].reason->kind == RULE_REFUSES)
			brief("log", r->lines[i].text);
	if (!f)
		return;
	brief("rule", f->reason->id);
	brief("where", f->where);
	brief("why", f->why);
	brief("fix", f->fix);
}

/* The path stands in front already: its last part will do. */
static void add_why(struct text *t, const struct check_subject *s)
{
	const char *why = s->r.decided->why, *at;

	while ((at = strstr(why, s->path))) {
		text_add_bytes(t, why, (size_t)(at - why));
		text_add(t, path_base(s->path));
		why = at + strlen(s->path);
	}
	text_add(t, why);
}

void check_report_line(const struct check_world *w,
		       const struct check_subject *s)
{
	const struct rule_result *r = &s->r;
	const char *name = err_name(r->err);
	_cleanup_text_ struct text t = { 0 };

	(void)w;
	if (s->failed) {
		text_addf(&t, ": %s", s->d.what);
	} else if (r->decided) {
		text_add(&t, ": ");
		if (r->verdict == RULE_REFUSED)
			text_addf(&t, "%s ", name ? name : "?");
		add_why(&t, s);
	} else if (r->unknown) {
		text_addf(&t, ": not known: %s", r->unknown);
	}
	put_head(s, s->path + s->shown, text_str(&t));
}

void check_report_sum(const struct check_world *w,
		      const struct check_subject *v, size_t n)
{
	size_t count[3] = { 0 };
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < n; i++) {
		int s = check_status(&v[i]);

		count[s == UI_YES ? 0 : s == UI_NO ? 1 : 2]++;
	}
	text_addf(&t, "%zu modules in Linux %s: %zu load, %zu do not", n,
		  kern_release(w->k), count[0], count[1]);
	if (count[2])
		text_addf(&t, ", of %zu it cannot be told", count[2]);
	ui_say(stdout, 2, "%s", text_str(&t));
	if (w->note && !w->o->quiet)
		put("kernel", w->note);
}
