/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: the answer for people, verdict first. */
#include <stdio.h>
#include <string.h>

#include "base/errname.h"
#include "base/file.h"
#include "check.h"
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

static void put_log(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_lines; i++) {
		(void)printf("  %-9s <%u> ", i ? "" : "log",
			     r->lines[i].level);
		ui_put(stdout, r->lines[i].text);
		(void)putchar('\n');
	}
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
		(void)printf("  %-9s %zu more (-v lists them)\n", "",
			     n - ALSO_MAX);
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

		if (mask >> t->bit & 1)
			(void)printf("  taint %c   %s%s\n", t->letter,
				     t->means,
				     loads && t->harmless ? " (harmless here)"
							  : "");
	}
}

static void put_modules_line(const struct rule_result *r)
{
	char letters[LIVE_TAINT_LETTERS];

	(void)fputs("  modules   ", stdout);
	ui_put(stdout, r->name);
	(void)printf(" %llu 0 %s Live 0x...", (unsigned long long)r->live_size,
		     r->has_init && !r->has_exit ? "[permanent]," : "-");
	if (r->taints)
		(void)printf(" (%s)", live_taint_letters(r->taints, letters));
	(void)putchar('\n');
}

static void put_parts(const struct rule_result *r)
{
	(void)fputs("  memory    ", stdout);
	for (size_t i = 0, n = 0; i < r->n_parts; i++)
		if (r->parts[i].size)
			(void)printf("%s%s %llu%s", n++ ? ", " : "",
				     r->parts[i].name,
				     (unsigned long long)r->parts[i].size,
				     r->parts[i].init ? " (freed after init)"
						      : "");
	(void)putchar('\n');
}

static void put_names(const char *what, const char *const *v, size_t n)
{
	if (!n)
		return;
	(void)printf("  %-9s ", what);
	for (size_t i = 0; i < n; i++) {
		(void)fputs(i ? ", " : "", stdout);
		ui_put(stdout, v[i]);
	}
	(void)putchar('\n');
}

static void put_exports(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_exports; i++) {
		const struct kern_export *e = &r->exports[i];

		(void)printf("  %-9s ", i ? "" : "exports");
		ui_put(stdout, e->name);
		(void)fputs(e->gpl_only ? " (GPL only)" : "", stdout);
		(void)putchar('\n');
	}
}

/* Every section and symbol where it will lie. */
static void put_all(const struct rule_result *r)
{
	for (size_t i = 0; i < r->n_sections; i++) {
		const struct rule_section *s = &r->sections[i];

		(void)printf("  %-9s %-13s +0x%-6llx %7llu ",
			     i ? "" : "sections", r->parts[s->part].name,
			     (unsigned long long)s->offset,
			     (unsigned long long)s->size);
		ui_put(stdout, s->name);
		(void)putchar('\n');
	}
	for (size_t i = 0; i < r->n_kallsyms; i++) {
		const struct rule_kallsym *k = &r->kallsyms[i];

		(void)printf("  %-9s %c %-11s +0x%-6llx ", i ? "" : "symbols",
			     k->letter,
			     k->part < r->n_parts ? r->parts[k->part].name
						  : "-",
			     (unsigned long long)k->offset);
		ui_put(stdout, k->name);
		(void)putchar('\n');
	}
}

static void put_loaded(const struct check_world *w, const struct rule_result *r)
{
	put_modules_line(r);
	put_taints(r->taints, true);
	if (r->has_init || r->has_exit)
		(void)printf("  init      %s, exit %s\n",
			     r->has_init ? r->init_name ? r->init_name : "yes"
					 : "none",
			     r->has_exit ? r->exit_name ? r->exit_name : "yes"
					 : "none");
	put_names("uses", r->uses, r->n_uses);
	if (!w->o->verbose)
		return;
	put_exports(r);
	put_parts(r);
	put_all(r);
}

static void put_head(const struct check_world *w,
		     const struct check_subject *s)
{
	put_word(s);
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	ui_put(stdout, path_base(s->path));
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	if (s->params.n) {
		(void)putchar(' ');
		ui_put(stdout, text_str(&s->params));
	}
	(void)printf(" in Linux %s", kern_release(w->k));
	if (!s->failed && s->r.verdict == RULE_REFUSED)
		(void)printf(": %s", err_text(s->r.err).s);
	(void)putchar('\n');
}

static void put_rule(const struct rule_result *r)
{
	if (!r->decided)
		return;
	(void)printf("  rule      %s, %s\n", r->decided->reason->id,
		     r->decided->reason->kernel);
}

void check_report(const struct check_world *w, const struct check_subject *s)
{
	const struct rule_result *r = &s->r;

	put_head(w, s);
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
static void put_why(const struct check_subject *s)
{
	const char *why = s->r.decided->why, *at;
	_cleanup_text_ struct text t = { 0 };

	while ((at = strstr(why, s->path))) {
		text_add_bytes(&t, why, (size_t)(at - why));
		text_add(&t, path_base(s->path));
		why = at + strlen(s->path);
	}
	text_add(&t, why);
	ui_put(stdout, text_str(&t));
}

void check_report_line(const struct check_world *w,
		       const struct check_subject *s)
{
	const struct rule_result *r = &s->r;

	(void)w;
	put_word(s);
	ui_put(stdout, s->path + s->shown);
	if (s->failed) {
		(void)fputs(": ", stdout);
		ui_put(stdout, s->d.what);
	} else if (r->verdict == RULE_REFUSED) {
		(void)printf(": %s ", err_name(r->err) ? err_name(r->err)
						       : "?");
		put_why(s);
	} else if (r->decided) {
		(void)fputs(": ", stdout);
		put_why(s);
	} else if (r->unknown) {
		(void)fputs(": not known: ", stdout);
		ui_put(stdout, r->unknown);
	}
	(void)putchar('\n');
}

void check_report_sum(const struct check_world *w,
		      const struct check_subject *v, size_t n)
{
	size_t count[3] = { 0 };

	for (size_t i = 0; i < n; i++) {
		int s = check_status(&v[i]);

		count[s == UI_YES ? 0 : s == UI_NO ? 1 : 2]++;
	}
	(void)printf("%zu modules in Linux %s: %zu load, %zu do not", n,
		     kern_release(w->k), count[0], count[1]);
	if (count[2])
		(void)printf(", of %zu it cannot be told", count[2]);
	(void)putchar('\n');
	if (w->note && !w->o->quiet)
		put("kernel", w->note);
}
