/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour --run: all of it without a question, and a count. */
#include "lkm_tour.h"

#include <errno.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "json_out.h"
#include "ui.h"

struct tally {
	const struct tour_options *o;
	struct tour_place *place;
	struct jout json;
	const struct tour_block *block;
	const struct tour_done *done;
	const struct tour_step *step;
	unsigned claims, wrong, skipped; /* of the step                    */
	unsigned all_claims, all_wrong, all_skipped;
	const char *expect_that; /* for exercises: "fails", "passes"       */
	unsigned misses;         /* claims that did not hold, just now      */
};

/* ------------------------------------------------------------- one block */

static void say_done(const struct tally *t)
{
	for (size_t i = 0; i < t->done->n; i++) {
		(void)printf("    %c %s\n", t->done->guest ? '#' : '$',
			     t->done->v[i].command);
		tour_print_lines(stdout, t->done->v[i].output, SHOWN_LINES);
		if (t->done->v[i].status < 0)
			(void)puts("    (it did not end, and was stopped)");
	}
}

static void say_wrong(struct tally *t, const char *what)
{
	t->wrong++;
	if (t->o->json) {
		jout_str(&t->json, NULL, what);
		return;
	}
	(void)printf("  wrong  %s/step.md:%u: ", t->step->name, t->block->line);
	ui_put(stdout, what);
	(void)fputc('\n', stdout);
	if (t->wrong == 1)
		say_done(t);
}

static void bad_claim(void *arg, const char *what, const char *pattern)
{
	struct tally *t = arg;

	(void)pattern;
	t->misses++;
	if (!t->expect_that)
		say_wrong(t, what);
}

static void json_block(struct tally *t)
{
	static const char *const kinds[] = { [TOUR_RUN] = "run",
					     [TOUR_GUEST] = "guest",
					     [TOUR_CHECK] = "check" };
	struct jout *j = &t->json;

	jout_str(j, "kind", kinds[t->block->kind]);
	jout_uint(j, "line", t->block->line);
	jout_str(j, "skipped", t->done->skipped);
	jout_str(j, "ended", t->done->ended);
	jout_array(j, "commands");
	for (size_t i = 0; i < t->done->n; i++) {
		jout_object(j, NULL);
		jout_str(j, "command", t->done->v[i].command);
		jout_str(j, "output", t->done->v[i].output);
		jout_int(j, "status", t->done->v[i].status);
		jout_end(j);
	}
	jout_end(j);
}

static int judge(struct tally *t, const struct tour_block *next)
{
	if (t->o->json) {
		jout_object(&t->json, NULL);
		json_block(t);
		jout_array(&t->json, "wrong");
	}
	if (t->done->skipped) {
		t->skipped++;
		if (!t->o->json)
			(void)printf("  skip   %s/step.md:%u: %s\n",
				     t->step->name, t->block->line,
				     t->done->skipped);
	}
	t->misses = 0;

	int n = t->done->skipped ?
			0 : tour_claim(t->place, t->done, next, bad_claim, t);

	/* One claim of its own: that it is judged so. */
	if (n > 0 && t->expect_that) {
		bool passes = str_eq(t->expect_that, "passes");

		n = 1;
		if (passes != !t->misses)
			say_wrong(t, passes ? "the solution should pass, and does not" :
					      "the exercise should not pass before anything is done, and does");
	}
	if (t->o->json) {
		jout_end(&t->json);
		jout_end(&t->json);
	}
	t->claims += n > 0 ? (unsigned)n : 0;
	return n < 0 ? n : 0;
}

static int run_block(struct tally *t, const struct tour_step *s, size_t i,
		     struct diag *d)
{
	_cleanup_done_ struct tour_done done = { 0 };
	const struct tour_block *next = i + 1 < s->n ? &s->blocks[i + 1] : NULL;
	int r;

	t->block = &s->blocks[i];
	ui_progress("%s, line %u ...", s->name, t->block->line);
	r = tour_run(t->place, t->block, NULL, &done, d);
	ui_progress(NULL);
	t->done = &done;
	if (!r)
		r = judge(t, next);
	return r == -ENOMEM ? diag_fail(d, ENOMEM, "out of memory") : r;
}

static int run_kind(struct tally *t, const struct tour_step *s, bool checks,
		    struct diag *d)
{
	int r = 0;

	for (size_t i = 0; i < s->n && !r; i++) {
		enum tour_kind k = s->blocks[i].kind;

		if (checks ? k == TOUR_CHECK :
			     k == TOUR_RUN || k == TOUR_GUEST)
			r = run_block(t, s, i, d);
	}
	return r;
}

/* -------------------------------------------------------------- one step */

/* Before anything was done the exercise fails; with the solution it passes. */
static int run_exercise(struct tally *t, const struct tour_step *s,
			struct diag *d)
{
	t->expect_that = "fails";

	int r = run_kind(t, s, true, d);

	if (!r)
		r = tour_put_solution(s, t->place->folder, d);
	t->expect_that = "passes";
	if (!r)
		r = run_kind(t, s, true, d);
	t->expect_that = NULL;
	return r;
}

static void begin_step(struct tally *t, const struct tour_step *s)
{
	t->step = s;
	t->claims = t->wrong = t->skipped = 0;
	if (!t->o->json)
		return;
	jout_object(&t->json, NULL);
	jout_str(&t->json, "name", s->name);
	jout_str(&t->json, "title", s->title);
	jout_array(&t->json, "blocks");
}

static void end_step(struct tally *t)
{
	t->all_claims += t->claims;
	t->all_wrong += t->wrong;
	t->all_skipped += t->skipped;
	if (t->o->json) {
		jout_end(&t->json);
		jout_uint(&t->json, "claims", t->claims);
		jout_uint(&t->json, "wrong", t->wrong);
		jout_uint(&t->json, "skipped", t->skipped);
		jout_end(&t->json);
		return;
	}
	(void)printf("%s%-5s%s %-26s %u claim%s",
		     ui_colour(stdout, t->wrong ? UI_RED : UI_GREEN),
		     t->wrong ? "FALSE" : "ok",
		     ui_colour(stdout, UI_PLAIN), t->step->name, t->claims,
		     t->claims == 1 ? "" : "s");
	if (t->wrong)
		(void)printf(", %u wrong", t->wrong);
	if (t->skipped)
		(void)printf(", %u block%s skipped", t->skipped,
			     t->skipped == 1 ? "" : "s");
	(void)fputc('\n', stdout);
	(void)fflush(stdout);
}

static int run_step(struct tally *t, const struct tour_step *s,
		    struct diag *d)
{
	_cleanup_free_ char *folder = NULL;
	int r = dir_temp("tour", &folder, d);

	if (r < 0)
		return r;
	begin_step(t, s);
	r = tour_place_enter(t->place, s, folder, d);
	if (!r)
		r = run_kind(t, s, false, d);
	if (!r && tour_has(s, TOUR_CHECK))
		r = run_exercise(t, s, d);
	tour_place_leave(t->place);
	(void)!tree_remove(folder, NULL);
	if (!r || t->o->json)
		end_step(t);
	if (r < 0)
		diag_in(d, "%s", s->name);
	return r;
}

void tour_print_counts(FILE *f, unsigned claims, unsigned wrong,
		       unsigned skipped)
{
	(void)fprintf(f, "%u claim%s, %u wrong, %u block%s skipped\n", claims,
		      claims == 1 ? "" : "s", wrong, skipped,
		      skipped == 1 ? "" : "s");
}

static void sum_up(struct tally *t, size_t n, const struct diag *d)
{
	if (t->o->json) {
		jout_end(&t->json);
		jout_uint(&t->json, "claims", t->all_claims);
		jout_uint(&t->json, "wrong", t->all_wrong);
		jout_uint(&t->json, "skipped", t->all_skipped);
		jout_diag(&t->json, "error", d);
		jout_end(&t->json);
		(void)!jout_finish(&t->json);
		return;
	}
	(void)printf("%zu step%s: ", n, n == 1 ? "" : "s");
	tour_print_counts(stdout, t->all_claims, t->all_wrong, t->all_skipped);
}

void tour_print_kernel(const struct tour_place *place)
{
	(void)printf("kernel %s\n", place->kernel.release);
	if (place->running[0])
		(void)printf("note: this machine runs %s, whose headers or image are not at hand\n",
			     place->running);
}

int tour_run_all(const struct tour_options *o, struct tour_place *place,
		 const struct tour_lesson *l, const struct strv *names)
{
	struct tally t = { .o = o, .place = place, .json = { .f = stdout } };
	struct diag d = { 0 };
	size_t n = names->n ? names->n : l->n, done = 0;
	int r = 0;

	if (o->json) {
		jout_object(&t.json, NULL);
		jout_str(&t.json, "kernel", place->kernel.release);
		jout_array(&t.json, "steps");
	} else if (!o->quiet) {
		tour_print_kernel(place);
	}
	for (size_t i = 0; i < n && !r; i++) {
		r = run_step(&t, names->n ? tour_lesson_find(l, names->v[i]) :
					    &l->v[i], &d);
		done += r == 0;
	}
	sum_up(&t, done, &d);
	if (child_interrupted())
		return 128 + child_interrupted();
	if (r < 0)
		return o->json ? UI_UNKNOWN : ui_error("tour", &d);
	return t.all_wrong ? UI_NO : UI_YES;
}
