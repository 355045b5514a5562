/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm try: the report for people. The verdict stands in the last line. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "fold.h"
#include "lkm_try.h"
#include "ui.h"

static const char *grade_word(const struct lab_stage *s)
{
	switch (s->grade) {
	case LAB_PASS:
		return "ok";
	case LAB_FAIL:
		return "FAIL";
	default:
		return "-";
	}
}

static enum ui_colour grade_colour(const struct lab_stage *s)
{
	return s->grade == LAB_PASS ? UI_GREEN :
	       s->grade == LAB_FAIL ? UI_RED :
				      UI_DIM;
}

/* Where a stage's grade stands; its lines are below. */
#define COLUMN 13

static void put_line(enum ui_colour c, const char *before, const char *text)
{
	(void)fputs(before, stdout);
	if (c != UI_PLAIN)
		(void)fputs(ui_colour(stdout, c), stdout);
	ui_put_folded(stdout, text, strlen(before));
	if (c != UI_PLAIN)
		(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	(void)putchar('\n');
}

static void print_finding(const struct lab_finding *f)
{
	put_line(f->note ? UI_YELLOW : UI_RED, "             ", f->what);
	if (f->where[0])
		put_line(UI_PLAIN, "               at      ", f->where);
	for (size_t i = 0; i < f->n_lines; i++)
		put_line(UI_PLAIN,
			 i ? "                       " :
			     "               kernel  ",
			 f->lines[i]);
	if (f->why[0])
		put_line(UI_PLAIN, "               why     ", f->why);
	if (f->fix[0])
		put_line(UI_PLAIN, "               fix     ", f->fix);
}

static const char *summary_of(const struct lab_stage *s)
{
	if (s->summary && s->summary[0])
		return s->summary;
	return s->grade == LAB_NOT_REACHED ? "not reached" :
	       s->grade == LAB_NOT_KNOWN   ? "not known" :
					     "";
}

/* A test that speaks TAP tells of all that went well, too. */
static bool is_well(const char *line)
{
	return str_starts(line, "ok ");
}

/* Of many lines, those that tell what went wrong; else how it ended. */
static void print_lines(const struct lab_stage *s, bool verbose)
{
	enum { SHOWN = 24 };
	bool all = verbose || s->n_lines <= SHOWN;
	bool bad = s->grade == LAB_FAIL;
	size_t left = 0, well = 0, from = 0, n = 0;

	for (size_t i = 0; i < s->n_lines; i++)
		well += is_well(s->lines[i]);
	if (all || !bad)
		well = 0;
	n = s->n_lines - well;
	left = all || n <= SHOWN ? 0 : n - SHOWN;
	/* What went wrong stands at the end. */
	from = bad ? left : 0;
	if (well)
		(void)printf("             (%zu lines \"ok\"; -v shows them)\n",
			     well);
	if (from)
		(void)printf("             (%zu lines before; -v shows them)\n",
			     left);
	for (size_t i = 0, nth = 0; i < s->n_lines; i++) {
		if (well && is_well(s->lines[i]))
			continue;
		if (nth >= from && nth < from + n - left)
			put_line(UI_DIM, "             ", s->lines[i]);
		nth++;
	}
	if (left && !from)
		(void)printf("             (%zu lines more; -v shows them)\n",
			     left);
}

static void print_stage(const struct try_row *row, enum lab_stage_id id,
			bool verbose)
{
	const struct lab_stage *s = &row->verdict.stage[id];
	const char *summary = summary_of(s);

	(void)printf("  %-10s %s%s%s", lab_stage_name(id),
		     ui_colour(stdout, grade_colour(s)), grade_word(s),
		     ui_colour(stdout, UI_PLAIN));
	if (*summary)
		(void)printf("%*s", (int)(6 - strlen(grade_word(s))), "");
	ui_put_folded(stdout, summary, COLUMN + 6);
	(void)putchar('\n');

	print_lines(s, verbose);
	for (const struct lab_finding *f = row->verdict.findings; f;
	     f = f->next)
		if (f->stage == id)
			print_finding(f);
}

/* Where the kernel said something else, the emulator has a fault. */
static void print_expected(const struct try_row *row, size_t i, bool first,
			   bool several)
{
	const struct try_expected *x = &row->expect.v[i];
	const char *word = try_held_word(x->held);
	_cleanup_text_ struct text t = { 0 };

	(void)printf("  %-10s %s%s%s%*s", first ? "expect" : "",
		     ui_colour(stdout, x->held == TRY_HELD  ? UI_GREEN :
				       x->held == TRY_WRONG ? UI_YELLOW :
							      UI_DIM),
		     word, ui_colour(stdout, UI_PLAIN),
		     (int)(6 - strlen(word)), "");
	if (several)
		text_addf(&t, "%s: ", row->subjects.v[i].ko->name);
	text_add(&t, x->text);
	ui_put_folded(stdout, text_str(&t), COLUMN + 6);
	(void)putchar('\n');
	if (x->said)
		ui_say(stdout, COLUMN,
		       "             expected %s, the kernel said: %s; please report it, with the module",
		       x->text, x->said);
}

static void print_expect(const struct try_row *row)
{
	size_t tried = 0;
	bool first = true;

	for (size_t i = 0; i < row->subjects.n; i++)
		tried += !row->subjects.v[i].dep;
	for (size_t i = 0; row->expect.v && i < row->subjects.n; i++) {
		if (!row->expect.v[i].known)
			continue;
		print_expected(row, i, first, tried > 1);
		first = false;
	}
}

static void add_names(struct text *t, const struct try_options *o,
		      const struct try_row *row)
{
	bool first = true;

	for (size_t i = 0; i < o->paths.n && !row->subjects.n; i++)
		text_addf(t, "%s%s", i ? ", " : "", o->paths.v[i]);
	for (size_t i = 0; i < row->subjects.n; i++) {
		const struct lab_subject *s = &row->subjects.v[i];

		if (s->dep)
			continue;
		text_addf(t, "%s%s%s%s", first ? "" : ", ", path_base(s->path),
			  s->params[0] ? " " : "", s->params);
		first = false;
	}
}

static void print_head(const struct try_options *o, const struct try_row *row)
{
	const struct lab_result *r = &row->result;
	_cleanup_text_ struct text names = { 0 }, rest = { 0 };

	add_names(&names, o, row);
	text_addf(&rest, " in Linux %s (%s%s)", row->kernel.release,
		  str_eq(r->engine, "kvm") ? "KVM" : "emulated",
		  r->warm ? "" : ", booted for this run");
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	ui_put(stdout, text_str(&names));
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	ui_put_within(stdout, text_str(&rest),
		      fold_columns(text_str(&names), names.n), 2,
		      ui_width(stdout));
	(void)putchar('\n');
	for (size_t i = 0; i < row->subjects.notes.n; i++)
		put_line(UI_PLAIN, "  note: ", row->subjects.notes.v[i]);
	if (r->note[0])
		put_line(UI_PLAIN, "  note: ", r->note);
	(void)putchar('\n');
}

/* A pass must not claim what could not be looked at. */
static void add_unknown(struct text *t, const struct try_row *row)
{
	for (int i = 0; i < LAB_N_STAGES; i++)
		if (row->verdict.pass &&
		    row->verdict.stage[i].grade == LAB_NOT_KNOWN)
			text_addf(t, ", but %s is not known: %s",
				  lab_stage_name((enum lab_stage_id)i),
				  row->verdict.stage[i].summary);
}

static void print_last_line(const struct try_options *o,
			    const struct try_row *row)
{
	const struct lab_verdict *v = &row->verdict;
	_cleanup_text_ struct text t = { 0 };

	add_names(&t, o, row);
	if (v->first)
		text_addf(&t, ": %s%s%s [%s]", v->first->what,
			  v->first->where[0] ? ", at " : "", v->first->where,
			  v->first->id);
	add_unknown(&t, row);
	if (row->result.total_ms)
		text_addf(&t, " (%.2f s)", row->result.total_ms / 1000.0);
	if (!o->quiet)
		(void)putchar('\n');
	(void)printf("%s%s%s ",
		     ui_colour(stdout, v->pass ? UI_GREEN : UI_RED),
		     v->pass ? "PASS" : "FAIL", ui_colour(stdout, UI_PLAIN));
	ui_put_folded(stdout, text_str(&t), strlen("PASS "));
	(void)putchar('\n');
}

static void print_verbose(const struct try_row *row)
{
	const struct lab_result *r = &row->result;

	(void)printf("\n  engine     %s%s%s, first answer after %u ms, %u ms in all\n",
		     r->engine, r->engine_why[0] ? ": " : "", r->engine_why,
		     r->ready_ms, r->total_ms);
	if (r->boot_ms)
		(void)printf("  boot       %u ms from the start of QEMU to process 1, %u ms of processor time\n",
			     r->boot_ms, r->boot_cpu_ms);
	(void)printf("  image      %s\n", row->kernel.image);
	if (r->console && r->console[0])
		(void)printf("  console    %s\n", r->console);
}

void try_report(const struct try_options *o, const struct try_row *row)
{
	ui_progress(NULL);
	if (!o->quiet && row->result.total_ms) {
		print_head(o, row);
		print_expect(row);
		for (int id = 0; id < LAB_N_STAGES; id++)
			print_stage(row, (enum lab_stage_id)id, o->verbose);
		if (o->verbose)
			print_verbose(row);
	}
	print_last_line(o, row);
}

void try_report_matrix(const struct try_row *rows, size_t n)
{
	int width = 6;

	for (size_t i = 0; i < n; i++)
		if ((int)strlen(rows[i].kernel.release) > width)
			width = (int)strlen(rows[i].kernel.release);
	(void)printf("\n%-*s  VERDICT  CAUSE\n", width, "KERNEL");
	for (size_t i = 0; i < n; i++) {
		const struct try_row *r = &rows[i];
		const struct lab_finding *f = r->verdict.first;

		const char *cause = r->status == UI_UNKNOWN ? r->diag.what :
				    f			    ? f->what :
							      "";

		(void)printf("%-*s  %s", width, r->kernel.release,
			     r->status == UI_YES ? "pass" :
			     r->status == UI_NO	 ? "fail" :
						   "unknown");
		if (*cause)
			(void)printf("%*s", r->status == UI_UNKNOWN ? 2 : 5,
				     "");
		ui_put(stdout, cause);
		if (f)
			(void)printf(" [%s]", f->id);
		(void)putchar('\n');
	}
}
