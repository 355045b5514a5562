/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour: what its files share. */
#ifndef LKM_TOOLS_LKM_TOUR_H
#define LKM_TOOLS_LKM_TOUR_H

#include <stdbool.h>

#include "tour/progress.h"
#include "tour_run.h"
#include "tour_text.h"

int lkm_tour(int argc, char **argv);

struct tour_options {
	const char *kernel, *html;
	enum lab_engine engine;
	bool list, next, run, keep, json, quiet, verbose;
	struct strv words;
};

/* Lines of an output that are shown, unless the step says otherwise. */
enum { SHOWN_LINES = 24 };
unsigned tour_most_lines(const struct tour_block *b);

/* "3 claims, 0 wrong, 1 block skipped", and the line's end. */
void tour_print_counts(FILE *f, unsigned claims, unsigned wrong,
		       unsigned skipped);

/* Which kernel the lesson is given in, and why it is not the running one: once
 * for all of its builds. */
void tour_print_kernel(const struct tour_place *place);

/* tour_tell.c: lkm tour --run. Return: what to exit with. */
int tour_run_all(const struct tour_options *o, struct tour_place *place,
		 const struct tour_lesson *l, const struct strv *names);

/* tour_show.c: a step for somebody who reads it. Return: 0; -ECANCELED: the
 * reader wants no more; else as tour_run(). */
_must_check_ int tour_show(const struct tour_lesson *l,
			   const struct tour_step *s, struct tour_place *p,
			   struct diag *d);

/* tour_exercise.c: the step's files in its folder of the state. */
_must_check_ int tour_step_folder(const struct tour_step *s, char **ret,
				  struct diag *d);
/* Copies the solution over what is there. */
_must_check_ int tour_put_solution(const struct tour_step *s,
				   const char *folder, struct diag *d);
int tour_hint(const struct tour_step *s, struct tour_progress *p);
int tour_solution(const struct tour_lesson *l, const struct tour_step *s,
		  struct tour_progress *p);
int tour_reset(const struct tour_step *s);

/* tour_check.c: judges the exercise. @verbose: with all that was said. */
int tour_check(const struct tour_lesson *l, const struct tour_step *s,
	       struct tour_place *place, struct tour_progress *p,
	       bool verbose);

/* tour_next.c: the step behind @s; NULL: it is the last. */
const struct tour_step *tour_step_behind(const struct tour_lesson *l,
					 const struct tour_step *s);
/* "Next: lkm tour NAME"; @next NULL: of one that is open, or what comes then. */
void tour_say_next(const struct tour_lesson *l, const struct tour_step *next,
		   struct tour_progress *p);
/* "lkm tour VERB", and the step's name if it is not the one shown last. */
const char *tour_verb(const char *verb, const struct tour_step *s,
		      const struct tour_progress *p, struct text *ret);
/* "  cd FOLDER", with what is there. */
void tour_print_cd(const char *folder, const char *text);

/* tour_html.c: lkm tour --html. Return: what to exit with. */
int tour_write_html(const struct tour_options *o, struct tour_place *place,
		    const struct tour_lesson *l);

#endif
