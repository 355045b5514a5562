/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm why, asked about a message, an errno, a rule or a finding of lkm try:
 * what is behind it. Of several lines each is looked up: with the kernel's
 * rules, with its reports of faults, with what the tools around modules say,
 * with what the compiler does; at last as the errno whose words a line ends in.
 */
#include "why_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/errname.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/text.h"
#include "build/messages.h"
#include "index/scan.h"
#include "json_out.h"
#include "lab/known.h"
#include "near.h"
#include "rules/outside.h"
#include "rules/reason.h"
#include "ui.h"

static const struct rule_reason *by_id(const char *id)
{
	const struct rule_reason *row;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (str_eq(row->id, id))
			return row;
	return NULL;
}

/* "ENOEXEC", "enoexec", "8", "-8"; 0: none of them. No module is a number. */
static int errno_of(const char *asked)
{
	char upper[32];
	size_t n = strlen(asked);
	uint64_t v;

	if (str_to_u64(asked + (*asked == '-'), 4095, &v))
		return err_name((int)v) ? (int)v : 0;
	if (n >= sizeof(upper))
		return 0;
	for (size_t i = 0; i <= n; i++)
		upper[i] = (char)toupper((unsigned char)asked[i]);
	return err_number(upper);
}

/* "ENOFOO": an errno's name by its looks. No module's begins like that. */
static bool like_errno(const char *asked)
{
	size_t n = strlen(asked);

	return n > 2 && asked[0] == 'E' &&
	       strspn(asked, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == n;
}

/* "load.foo": the first word is one of a rule's, and no module has a dot. */
static bool like_rule(const char *asked)
{
	static const char *const first[] = { "load.", "unload.", "note.",
					     "stray.", "damage.", "outside.",
					     "decides." };

	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		if (str_starts(asked, first[i]))
			return !idx_is_module(asked);
	return false;
}

/* Is the first word of @asked, up to its dot, that of @id? */
static bool same_stage(const char *id, const char *asked)
{
	size_t n = strcspn(id, ".") + 1;

	return !strncmp(id, asked, n);
}

/* The same of a finding's: "health." */
static bool like_finding(const char *asked)
{
	const struct lab_known *k;

	for (size_t i = 0; (k = lab_known_at(i)); i++)
		if (same_stage(k->id, asked))
			return !idx_is_module(asked);
	return false;
}

/* "-8", "4711" */
static bool like_number(const char *asked)
{
	const char *digits = asked + (*asked == '-');

	return *digits && strspn(digits, "0123456789") == strlen(digits);
}

bool why_is_text(const char *asked)
{
	return strpbrk(asked, " \t\n") ? !path_exists(asked)
				       : errno_of(asked) || by_id(asked) ||
						 rule_outside_for(asked) ||
						 like_errno(asked) ||
						 like_rule(asked) ||
						 like_finding(asked) ||
						 like_number(asked);
}

/* Where the rows that are found go. */
struct out {
	struct jout j; /* if @json */
	bool json, all;
	size_t n;
	struct strv findings; /* ids that were told                        */
};

static void put(const char *what, const char *text)
{
	(void)printf("  %-8s ", what);
	ui_put_folded(stdout, text, 11);
	(void)putchar('\n');
}

static void show(struct out *o, const struct rule_match *m, int err)
{
	const struct rule_reason *row = m->reason;
	const struct rule_subject about = { .err = err ? err : row->err };
	_cleanup_text_ struct text why = { 0 }, fix = { 0 };
	const char *name = row->err ? err_name(row->err) : NULL;

	rule_explain(row->why, m, &about, &why);
	rule_explain(row->fix, m, &about, &fix);
	o->n++;
	if (o->json) {
		jout_object(&o->j, NULL);
		jout_str(&o->j, "rule", row->id);
		jout_str(&o->j, "errno", name);
		jout_str(&o->j, "kernel", row->kernel);
		jout_str(&o->j, "log", row->log);
		jout_str(&o->j, "line", m->line);
		jout_str(&o->j, "why", text_str(&why));
		jout_str(&o->j, "fix", text_str(&fix));
		jout_end(&o->j);
		return;
	}
	(void)printf("%s%s%s%s%s\n", o->n > 1 ? "\n" : "",
		     ui_colour(stdout, UI_BOLD), row->id,
		     ui_colour(stdout, UI_PLAIN),
		     row->op == RULE_UNLOAD ? " (when it is unloaded)" : "");
	if (name)
		put("errno", err_text(row->err).s);
	if (row->log)
		put("log", row->log);
	put("kernel", row->kernel);
	put("why", text_str(&why));
	put("fix", text_str(&fix));
}

struct rule_match why_unsaid(const struct rule_reason *row)
{
	struct rule_match m = { .reason = row };

	for (; m.n_places < RULE_PLACES; m.n_places++)
		m.place[m.n_places] = (struct span){ (const uint8_t *)"...",
						     3 };
	return m;
}

static void show_row(struct out *o, const struct rule_reason *row, int err)
{
	const struct rule_match m = why_unsaid(row);

	show(o, &m, err);
}

static void show_whole(void *arg, const struct rule_reason *row)
{
	show_row(arg, row, row->err);
}

/* So many rows are shown whole; more are listed (why_errno.c). */
#define FEW_ROWS 3

/* The file that a tool's message names: "... module x.ko: ..."; "FILE". */
static void file_in(const char *line, struct text *ret)
{
	const char *end = line ? strstr(line, ".ko") : NULL;
	const char *start = end;

	while (start && start > line && !strchr(" '\"", start[-1]))
		start--;
	if (end)
		text_add_bytes(ret, start,
			       (size_t)(end - start) + strlen(".ko"));
	else
		text_add(ret, "FILE");
}

static void show_many(struct out *o, int err, const enum rule_op *op,
		      const char *line)
{
	_cleanup_text_ struct text file = { 0 };

	file_in(line, &file);
	(void)printf("%s%s%s", ui_colour(stdout, UI_BOLD), err_text(err).s,
		     ui_colour(stdout, UI_PLAIN));
	ui_put_within(stdout, " has many causes. The kernel's log says which:",
		      strlen(err_text(err).s), 2, ui_width(stdout));
	(void)putchar('\n');
	ui_say(stdout, 2,
	       "  'sudo lkm why' right after it, or 'lkm why LINE'; or ask 'lkm check %s'. 'lkm why RULE' tells what to do. The usual ones first:",
	       text_str(&file));
	why_causes(err, op, o->all);
	o->n++;
}

/*
 * All that may be behind an errno.
 * @op:   NULL for loading and unloading
 * @line: what told it; NULL: nothing but the errno
 */
static void show_errno(struct out *o, int err, const enum rule_op *op,
		       const char *line)
{
	const struct rule_reason *row;
	size_t n = 0;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		n += why_refuses(row, err, op);
	/* An init function may return whatever it likes. */
	if (!n)
		show_row(o, by_id("load.init"), err);
	else if (n > FEW_ROWS && !o->json)
		show_many(o, err, op, line);
	else
		why_each(err, op, show_whole, o);
}

/* A line of another's: by what it is known, and what it means. @seen: what a
 * finding says of it; or NULL. */
static void show_said(struct out *o, const char *id, const char *who,
		      const char *line, const char *seen, const char *why,
		      const char *fix)
{
	o->n++;
	if (o->json) {
		jout_object(&o->j, NULL);
		jout_str(&o->j, "rule", id);
		jout_str(&o->j, "says", who);
		jout_str(&o->j, "line", line);
		if (seen)
			jout_str(&o->j, "seen", seen);
		jout_str(&o->j, "why", why);
		jout_str(&o->j, "fix", fix);
		jout_end(&o->j);
		return;
	}
	(void)printf("%s%s%s%s\n", o->n > 1 ? "\n" : "",
		     ui_colour(stdout, UI_BOLD), id,
		     ui_colour(stdout, UI_PLAIN));
	put("says", who);
	if (seen)
		put("seen", seen);
	put("why", why);
	if (fix)
		put("fix", fix);
}

/* The first rule of the kernel's that knows the line. */
static bool show_kernels(struct out *o, const char *line)
{
	const struct rule_reason *row;
	struct rule_match m;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		if (!rule_is_detail(row) && rule_match_line(row, line, &m)) {
			show(o, &m, 0);
			return true;
		}
	return false;
}

/* The same of a line that lost the module's name, which stood in front. */
static bool show_nameless(struct out *o, const char *line)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "MODULE: %s", line);
	return !t.failed && show_kernels(o, t.p);
}

static bool show_outside(struct out *o, const char *line)
{
	const struct rule_outside *row = rule_outside_for(line);

	if (row)
		show_said(o, row->id, row->who, line, NULL, row->why,
			  row->fix);
	return row;
}

static void show_finding(struct out *o, const struct lab_known *k,
			 const char *line)
{
	show_said(o, k->id, line ? "the kernel" : "lkm try", line, k->what,
		  k->why, k->fix);
}

/* A report has many lines: each fault is told once, and the line with which the
 * kernel dies of it is no second one. */
static bool show_fault(struct out *o, const char *line)
{
	const char *text = rule_line_text(line);
	struct lab_known k;

	if (!lab_known_line(text, &k))
		return false;
	if (strv_has(&o->findings, k.id) || (o->n && strstr(text, " [#")))
		return true;
	(void)strv_add(&o->findings, k.id);
	show_finding(o, &k, line);
	return true;
}

/* What comes behind "error: ", else the line from a word of modpost on. */
static bool show_builders(struct out *o, const char *line)
{
	static const char *const before[] = { "error: ", "warning: ",
					      "modpost: ", "ERROR: ",
					      "WARNING: ", "*** " };
	const struct build_rule *row = build_rule_for(line);

	for (size_t i = 0; !row && i < ARRAY_SIZE(before); i++) {
		const char *at = strstr(line, before[i]);

		if (at)
			row = build_rule_for(at + strlen(before[i]));
	}
	if (row)
		show_said(o, row->id, "the build", line, NULL, row->why,
			  row->fix);
	return row;
}

static void show_line(struct out *o, const char *line)
{
	enum rule_op op;
	int err;

	if (show_kernels(o, line) || show_fault(o, line) ||
	    show_outside(o, line) || show_builders(o, line) ||
	    show_nameless(o, line))
		return;
	err = rule_said_errno(line, &op);
	if (err)
		show_errno(o, err, &op, line);
}

static void show_lines(struct out *o, const char *asked)
{
	_cleanup_free_ char *all = strdup(asked);
	char *save = NULL;

	for (char *l = all ? strtok_r(all, "\r\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\r\n", &save))
		show_line(o, str_strip(l));
}

/* As many words as @asked has in common with it, from the left. */
static size_t words_alike(const char *id, const char *asked)
{
	size_t words = 0, i;

	for (i = 0; id[i] && id[i] == asked[i]; i++)
		words += id[i] == '.';
	return words + (!id[i] || !asked[i]);
}

/* Ids with the same beginning; and the one that it may be a slip of. */
static void near_rules(const char *asked, struct text *ret)
{
	struct near n = near_start(asked);
	const struct rule_reason *row;
	size_t best = 0, shown = 0;

	for (size_t i = 0; (row = rule_reason_at(i)); i++) {
		size_t w = words_alike(row->id, asked);

		near_try(&n, row->id);
		best = w > best ? w : best;
	}
	if (*n.found)
		text_addf(ret, "%s", n.found);
	/* The first word alone is no likeness. */
	for (size_t i = 0; best > 1 && shown < 6; i++) {
		row = rule_reason_at(i);
		if (!row)
			break;
		if (words_alike(row->id, asked) == best &&
		    !str_eq(row->id, n.found)) {
			text_addf(ret, "%s%s", ret->n ? ", " : "", row->id);
			shown++;
		}
	}
}

/* The one that it may be a slip of, else all of its stage. */
static void near_findings(const char *asked, struct text *ret)
{
	struct near n = near_start(asked);
	const struct lab_known *k;

	for (size_t i = 0; (k = lab_known_at(i)); i++)
		near_try(&n, k->id);
	text_add(ret, n.found);
	for (size_t i = 0; !*n.found && (k = lab_known_at(i)); i++)
		if (same_stage(k->id, asked))
			text_addf(ret, "%s%s", ret->n ? ", " : "", k->id);
}

/* Names that it may be a slip of. */
static void near_errnos(const char *asked, struct text *ret)
{
	struct near n = near_start(asked);

	for (int e = 1; e < 4096; e++)
		if (err_name(e))
			near_try(&n, err_name(e));
	text_add(ret, n.found);
}

void why_text_near(const char *asked, struct text *ret)
{
	char upper[32];
	size_t n = strlen(asked);

	if (like_finding(asked)) {
		near_findings(asked, ret);
	} else if (strchr(asked, '.') && !strchr(asked, '/')) {
		near_rules(asked, ret);
	} else if ((*asked == 'e' || *asked == 'E') && n < sizeof(upper)) {
		for (size_t i = 0; i <= n; i++)
			upper[i] = (char)toupper((unsigned char)asked[i]);
		near_errnos(upper, ret);
	}
}

static int nobody_knows(const char *asked)
{
	_cleanup_text_ struct text near = { 0 };
	struct diag d = { 0 };

	if (like_number(asked))
		(void)diag_fail_hint(&d, ENOENT,
				     "an errno of the kernel is 1 to 133, or 512 to 530",
				     "no errno is %s", asked);
	else if (like_errno(asked))
		(void)diag_fail_hint(&d, ENOENT,
				     "'errno -l' of the package moreutils, or errno(3), lists them",
				     "no errno is called '%s'", asked);
	else if (like_rule(asked))
		(void)diag_fail_hint(&d, ENOENT,
				     "'lkm check --rules' lists them",
				     "no rule is called '%s'", asked);
	else if (like_finding(asked))
		(void)diag_fail_hint(&d, ENOENT, "'lkm why --list' lists them",
				     "no finding of 'lkm try' is called '%s'",
				     asked);
	else
		(void)diag_fail_hint(
			&d, ENOENT,
			"give the line whole, in quotes, as 'dmesg' shows it; 'lkm check --rules' lists what is known",
			"no rule knows '%.200s'", asked);
	(void)ui_error("why", &d);
	if (like_errno(asked) || like_rule(asked) || like_finding(asked))
		why_text_near(asked, &near);
	if (near.n)
		ui_say(stderr, 8, "  near: %s", text_str(&near));
	return UI_NO;
}

static void show_asked(struct out *o, const char *asked)
{
	const struct rule_reason *row = by_id(asked);
	const struct lab_known *finding = lab_known(asked);
	int err = errno_of(asked);

	if (err)
		show_errno(o, err, NULL, NULL);
	else if (row)
		show_row(o, row, row->err);
	else if (finding)
		show_finding(o, finding, NULL);
	else
		show_lines(o, asked);
}

int why_text(const char *asked, const struct why_form *form)
{
	struct out o = { .j = { .f = stdout }, .json = form->json,
			 .all = form->all };

	if (o.json) {
		jout_object(&o.j, NULL);
		jout_str(&o.j, "asked", asked);
		jout_array(&o.j, "rules");
	}
	show_asked(&o, asked);
	strv_fini(&o.findings);
	if (o.json) {
		jout_end(&o.j);
		jout_end(&o.j);
		if (jout_finish(&o.j))
			return UI_UNKNOWN;
	}
	return o.n ? UI_YES : nobody_knows(asked);
}

int why_list(void)
{
	const struct rule_reason *row;
	const struct lab_known *k;

	for (size_t i = 0; (row = rule_reason_at(i)); i++)
		(void)puts(row->id);
	for (size_t i = 0; (k = lab_known_at(i)); i++)
		(void)puts(k->id);
	for (int e = 1; e < 4096; e++)
		if (err_name(e))
			(void)puts(err_name(e));
	return fflush(stdout) ? UI_UNKNOWN : UI_YES;
}
