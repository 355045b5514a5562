/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour: a step on the screen.
 *
 * On a terminal it stops before each block of commands, so that one can think
 * about what will come; elsewhere it goes through.
 */
#include "lkm_tour.h"

#include <errno.h>
#include <string.h>
#include <termios.h>

#include "base/child.h"
#include "base/file.h"
#include "ui.h"

enum { SOURCE_MAX = 256 << 10 };

static bool asks(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/*
 * Asks until the answer is one of the two. @rows: how many there were.
 * Return: 0; -ECANCELED; -EINTR.
 */
static int wait_for_enter(unsigned *rows, struct diag *d)
{
	char line[64];
	ssize_t n;

	do {
		/* What was typed while a block ran is no answer to this. */
		(void)tcflush(STDIN_FILENO, TCIFLUSH);
		(void)printf("%s[Enter: run it; q and Enter: leave]%s ",
			     ui_colour(stdout, UI_DIM),
			     ui_colour(stdout, UI_PLAIN));
		(void)fflush(stdout);
		(*rows)++;
		n = read(STDIN_FILENO, line, sizeof(line));
	} while (n > 0 && line[0] != '\n' && line[0] != 'q');
	if (n <= 0)
		(void)fputc('\n', stdout);
	if (child_interrupted())
		return diag_fail(d, EINTR, "interrupted");
	return n <= 0 || line[0] == 'q' ? -ECANCELED : 0;
}

static const char *prompt(bool guest)
{
	return guest ? "# " : "$ ";
}

static void before(void *arg, const char *command, bool guest)
{
	(void)arg;
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	(void)tour_print_command(stdout, prompt(guest), command);
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	(void)fflush(stdout);
}

unsigned tour_most_lines(const struct tour_block *b)
{
	const char *show = tour_attr(b, "show");
	uint64_t n;

	return show && str_to_u64(show, 10000, &n) ? (unsigned)n : SHOWN_LINES;
}

static void said(void *arg, const struct tour_said *s)
{
	tour_print_lines(stdout, s->output, tour_most_lines(arg));
	if (s->status < 0)
		(void)puts("  (it did not end, and was stopped)");
}

/* What will run, for somebody who may want to stop here. Return: how many rows
 * of the terminal it takes. */
static unsigned preview(const struct tour_block *b)
{
	const char *sign = prompt(b->kind == TOUR_GUEST);
	const char *at = b->text, *command;
	_cleanup_arena_ struct arena a = { 0 };
	unsigned rows = 0;

	(void)fputs(ui_colour(stdout, UI_DIM), stdout);
	while ((command = tour_next_command(&a, &at)))
		rows += tour_print_command(stdout, sign, command);
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
	return rows;
}

/* Takes the preview back, and the questions under it. */
static void wipe(unsigned rows)
{
	if (*ui_colour(stdout, UI_PLAIN))
		(void)printf("\033[%uA\033[J", rows);
}

static void other_than_claimed(void *arg, const char *what,
			       const char *pattern)
{
	(void)arg;
	(void)pattern;
	(void)fputs(ui_colour(stdout, UI_YELLOW), stdout);
	tour_say(stdout, 4, "  here it went otherwise than the lesson says: %s",
		 what);
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
}

static int show_commands(const struct tour_step *s, size_t i,
			 struct tour_place *p, struct diag *d)
{
	_cleanup_done_ struct tour_done done = { 0 };
	const struct tour_block *b = &s->blocks[i];
	const struct tour_watch w = { before, said, (void *)(uintptr_t)b };
	int r = 0;

	if (asks()) {
		unsigned rows = preview(b);

		r = wait_for_enter(&rows, d);
		if (!r)
			wipe(rows);
	}
	if (!r)
		r = tour_run(p, b, &w, &done, d);
	if (r < 0)
		return r;
	if (done.skipped) {
		tour_say(stdout, 4, "  (not shown: %s)", done.skipped);
		return 0;
	}
	if (done.ended)
		tour_say(stdout, 4, "  (the throw-away kernel is gone: %s)",
			 done.ended);
	r = tour_claim(p, &done, i + 1 < s->n ? b + 1 : NULL,
		       other_than_claimed, NULL);
	return r < 0 ? diag_fail(d, ENOMEM, "out of memory") : 0;
}

/* The learner's copy: what is shown is what is used. */
static int show_source(const struct tour_block *b, const struct tour_place *p,
		       struct diag *d)
{
	const char *file = tour_attr(b, "file");
	_cleanup_free_ char *path = NULL;
	_cleanup_bytes_ struct bytes text = { 0 };

	if (asprintf(&path, "%s/%s", p->folder, file) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}

	int r = file_read_regular(path, SOURCE_MAX, &text, d);

	if (r < 0)
		return r;
	(void)printf("%s  %s%s\n", ui_colour(stdout, UI_DIM), file,
		     ui_colour(stdout, UI_PLAIN));
	tour_print_lines(stdout, (const char *)text.p, 0);
	return 0;
}

static int show_block(const struct tour_step *s, size_t i,
		      struct tour_place *p, struct diag *d)
{
	const struct tour_block *b = &s->blocks[i];

	switch (b->kind) {
	case TOUR_PROSE:
		tour_print_prose(stdout, b->first, b->last);
		break;
	case TOUR_TEXT:
		tour_print_lines(stdout, b->text, 0);
		break;
	case TOUR_SOURCE:
		if (show_source(b, p, d) < 0)
			return -d->err;
		break;
	case TOUR_RUN:
	case TOUR_GUEST:
		if (show_commands(s, i, p, d) < 0)
			return d->err ? -d->err : -ECANCELED;
		break;
	default:
		return 0;
	}
	(void)fputc('\n', stdout);
	return 0;
}

static void header(const struct tour_lesson *l, const struct tour_step *s,
		   const struct tour_place *p)
{
	(void)printf("%sstep %zu of %zu%s\n\n", ui_colour(stdout, UI_DIM),
		     (size_t)(s - l->v) + 1, l->n,
		     ui_colour(stdout, UI_PLAIN));
	if (s == l->v) {
		tour_print_kernel(p);
		(void)fputc('\n', stdout);
	}
}

int tour_show(const struct tour_lesson *l, const struct tour_step *s,
	      struct tour_place *p, struct diag *d)
{
	int r = 0;

	header(l, s, p);
	for (size_t i = 0; i < s->n && !r; i++)
		r = show_block(s, i, p, d);
	return r;
}
