/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lkm tour check: an exercise is judged.
 *
 * First whether it is solved; then, if not, the command and the one thing that
 * decided; then, of what the commands said, the lines that are about it. What
 * those are is known of 'lkm try', 'lkm build' and compilers; of little output
 * all is shown, and -v shows all of any.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/child.h"
#include "fold.h"
#include "lkm_tour.h"
#include "ui.h"

enum {
	WHOLE = 12, /* lines: so few are shown whole                        */
	LAST = 6,   /* of more, of which none is known: the last            */
	MOST = 24,
};

struct judged {
	struct tour_place *place;
	bool verbose;
	struct tour_done done;        /* of the first block that fails       */
	const struct tour_block *expect; /* behind it; NULL: none            */
	unsigned wrong;
	char *missed;                 /* the first claim that fails          */
	char *pattern;                /* of an expect block; NULL: a status  */
};

static void judged_fini(struct judged *j)
{
	tour_done_fini(&j->done);
	free(j->missed);
	free(j->pattern);
}

/* --------------------------------------------------------- what is told */

/* "FAIL x.ko: ..." */
static bool is_verdict(const char *line)
{
	return str_starts(line, "FAIL ") || str_starts(line, "PASS ");
}

/* "  memory     FAIL": the lines of that stage are indented below it. */
static bool is_failed_stage(const char *line, size_t n)
{
	return n > 4 && str_starts(line, "  ") && isalpha((unsigned char)line[2]) &&
	       !strncmp(line + n - 4, "FAIL", 4);
}

static bool goes_on(const char *line)
{
	return line[strspn(line, " ")] != '\n' && strspn(line, " ") >= 13;
}

static bool has(const char *line, size_t n, const char *word)
{
	return memmem(line, n, word, strlen(word));
}

/* A compiler's, the build's, or ours: why something could not be done. */
static bool is_error(const char *line, size_t n)
{
	return has(line, n, ": error: ") || str_starts(line, "error: ") ||
	       has(line, n, "undefined reference") ||
	       (str_starts(line, "lkm ") && has(line, n, ": ")) ||
	       str_starts(line, "  why: ") || str_starts(line, "  fix: ");
}

/* A compiler's, which decides nothing but often tells why. */
static bool is_warning(const char *line, size_t n)
{
	return has(line, n, ": warning: ");
}

/* Below what a compiler says: "    5 | int x", "      |     ^" */
static bool is_quoted(const char *line, size_t n)
{
	const char *bar = memchr(line, '|', n);

	return bar && strspn(line, " 0123456789") == (size_t)(bar - line);
}

/*
 * Lines that tell why, in their order, but @reason, which stands above them.
 * Return: how many lines there are.
 */
static size_t find_telling(const char *s, const char *reason, size_t reason_n,
			   struct text *ret)
{
	bool stage = false, said = false;
	size_t lines = 0, shown = 0;

	for (; *s; lines++) {
		size_t n = strcspn(s, "\n");
		bool now;

		stage = is_failed_stage(s, n) || (stage && goes_on(s));
		said = is_error(s, n) || is_warning(s, n) ||
		       (said && is_quoted(s, n));
		now = (stage || said || is_verdict(s)) &&
		      !(reason && n == reason_n && !memcmp(s, reason, n));
		if (now && ++shown <= MOST)
			text_addf(ret, "%.*s\n", (int)n, s);
		s += n + (s[n] == '\n');
	}
	return lines;
}

/* The last lines: there the reason mostly is. */
static void find_last(const char *s, size_t lines, struct text *ret)
{
	for (size_t i = 0; *s; i++) {
		size_t n = strcspn(s, "\n");

		if (i + LAST >= lines)
			text_addf(ret, "%.*s\n", (int)n, s);
		s += n + (s[n] == '\n');
	}
}

static void show_output(const struct judged *j, const char *reason,
			size_t reason_n)
{
	_cleanup_text_ struct text all = { 0 }, some = { 0 };
	size_t lines;

	for (size_t i = 0; i < j->done.n; i++)
		text_add(&all, j->done.v[i].output);
	lines = find_telling(text_str(&all), reason, reason_n, &some);
	/* One line is told already. */
	if (!lines || (lines == 1 && reason))
		return;
	(void)putchar('\n');
	if (lines <= WHOLE) {
		tour_print_lines(stdout, text_str(&all), 0);
		return;
	}
	if (!some.n)
		find_last(text_str(&all), lines, &some);
	tour_print_lines(stdout, text_str(&some), 0);
	tour_say(stdout, 4, "  (-v shows all %zu lines that were said)", lines);
}

/* ------------------------------------------------------------ the reason */

/*
 * A line that the exercise waits for decides nothing. What it waits for behind
 * the one that did not come is something else.
 */
static bool is_wanted(const struct judged *j, const char *line, size_t n)
{
	for (const char *p = j->expect ? j->expect->text : ""; *p;) {
		size_t len = strcspn(p, "\n");

		if (j->pattern && len == strlen(j->pattern) &&
		    !strncmp(p, j->pattern, len))
			return false;
		if (len && tour_match_line(p, len, line, n))
			return true;
		p += len + (p[len] == '\n');
	}
	return false;
}

static bool is_failure(const char *line, size_t n)
{
	(void)n;
	return str_starts(line, "FAIL ");
}

/* The first line of a kind that is not wanted; NULL: none is. */
static const char *find_line(const struct judged *j,
			     bool (*kind)(const char *line, size_t n),
			     size_t *ret_n)
{
	for (size_t i = 0; i < j->done.n; i++)
		for (const char *s = j->done.v[i].output; *s;) {
			size_t n = strcspn(s, "\n");

			*ret_n = n;
			if (kind(s, n) && !is_wanted(j, s, n))
				return s;
			s += n + (s[n] == '\n');
		}
	return NULL;
}

static const char *closest_to(const struct judged *j, size_t *ret_n)
{
	const char *found = NULL;

	for (size_t i = 0; j->pattern && i < j->done.n && !found; i++)
		if (!str_starts(j->pattern, "! "))
			found = tour_match_closest(j->pattern,
						   j->done.v[i].output, ret_n);
	return found;
}

/* Return: the line that decided; NULL: it was no line, or one that lacks. */
static const char *say_reason(const struct judged *j, size_t *ret_n)
{
	const char *line = find_line(j, is_failure, ret_n);
	size_t n = 0;

	for (size_t i = 0; i < j->done.n; i++)
		if (j->done.v[i].status < 0) {
			tour_say(stdout, 4,
				 "  it did not end, and was stopped");
			return NULL;
		}
	if (!line)
		line = find_line(j, is_error, ret_n);
	if (line) {
		tour_say(stdout, 4, "  %.*s", (int)*ret_n, line);
		return line;
	}
	tour_say(stdout, 4, "  %s", j->missed);
	line = closest_to(j, &n);
	if (line)
		tour_say(stdout, 4, "  closest to it: %.*s",
			 (int)(n - strspn(line, " ")),
			 line + strspn(line, " "));
	return NULL;
}

static void say_command(const char *command)
{
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	(void)tour_print_command(stdout, "$ ", command);
	(void)fputs(ui_colour(stdout, UI_PLAIN), stdout);
}

static void show_all(const struct tour_done *done)
{
	for (size_t i = 0; i < done->n; i++) {
		(void)putchar('\n');
		say_command(done->v[i].command);
		tour_print_lines(stdout, done->v[i].output, 0);
	}
}

static void say_verdict(bool passed, const struct tour_step *s)
{
	const char *word = passed ? "done" : "not yet";

	(void)printf("%s%s%s  ", ui_colour(stdout, passed ? UI_GREEN : UI_RED),
		     word, ui_colour(stdout, UI_PLAIN));
	ui_put_within(stdout, s->title, strlen(word) + 2, strlen(word) + 2,
		      tour_room(stdout));
	(void)putchar('\n');
}

static void say_failure(const struct judged *j, const struct tour_step *s)
{
	const char *reason;
	size_t n = 0;

	say_verdict(false, s);
	(void)putchar('\n');
	for (size_t i = 0; i < j->done.n; i++)
		if (!j->verbose || i + 1 == j->done.n)
			say_command(j->done.v[i].command);
	reason = say_reason(j, &n);
	if (j->verbose)
		show_all(&j->done);
	else
		show_output(j, reason, n);
}

/* ------------------------------------------------------------- judging */

static void tell_progress(void *arg, const char *command, bool guest)
{
	(void)arg;
	(void)guest;
	ui_progress("%.*s ...", (int)strcspn(command, "\n"), command);
}

static void ignore(void *arg, const struct tour_said *said)
{
	(void)arg;
	(void)said;
}

static void missed(void *arg, const char *what, const char *pattern)
{
	struct judged *j = arg;

	/* Of a line that is not there more can be said than of a status. */
	if (!j->missed || (pattern && !j->pattern)) {
		free(j->missed);
		j->missed = strdup(what);
		j->pattern = pattern ? strdup(pattern) : NULL;
	}
	j->wrong++;
}

static int judge(struct judged *j, const struct tour_step *s, size_t i,
		 struct diag *d)
{
	static const struct tour_watch watch = { tell_progress, ignore, NULL };
	const struct tour_block *next = i + 1 < s->n ? &s->blocks[i + 1] : NULL;
	int r;

	tour_done_fini(&j->done);
	r = tour_run(j->place, &s->blocks[i], &watch, &j->done, d);
	ui_progress(NULL);
	if (r < 0 || j->done.skipped)
		return r;
	j->expect = tour_claims_for(j->place, next);
	r = tour_claim(j->place, &j->done, next, missed, j);
	if (r >= 0 && j->wrong && !j->missed)
		r = -ENOMEM;
	return r < 0 ? diag_fail(d, ENOMEM, "out of memory") : 0;
}

static int no_exercise(const struct tour_lesson *l, const struct tour_step *s,
		       struct tour_progress *p)
{
	_cleanup_text_ struct text next = { 0 };

	tour_say(stdout, 2, "%s ends in a question, not in an exercise",
		 s->name + 3);
	(void)putchar('\n');
	if (tour_has(s, TOUR_ANSWER))
		tour_say(stdout, 6, "Next: %s   (the answer)",
			 tour_verb("solution", s, p, &next));
	else
		tour_say_next(l, tour_step_behind(l, s), p);
	return UI_YES;
}

static int passed(const struct judged *j, const struct tour_lesson *l,
		  const struct tour_step *s, struct tour_progress *p)
{
	struct tour_progress_step *mine = tour_progress_of(p, s->name);
	struct diag d = { 0 };

	say_verdict(true, s);
	if (j->verbose)
		show_all(&j->done);
	(void)putchar('\n');
	if (mine)
		mine->mark = TOUR_DONE;
	tour_say_next(l, tour_step_behind(l, s), p);
	return tour_progress_save(p, &d) < 0 ? ui_error("tour", &d) : UI_YES;
}

static int not_passed(const struct judged *j, const struct tour_step *s,
		      const char *folder, const struct tour_progress *p)
{
	_cleanup_text_ struct text next = { 0 };

	say_failure(j, s);
	(void)puts("\nNext");
	tour_print_cd(folder, "edit your file there, then");
	tour_print_next(stdout, tour_verb("check", s, p, &next),
			"judge it again");
	tour_print_next(stdout, tour_verb("hint", s, p, &next), "a hint");
	return UI_NO;
}

static int not_judged(const struct judged *j, const struct tour_lesson *l,
		      const struct tour_step *s, struct tour_progress *p)
{
	tour_say(stdout, 2, "It cannot be judged here: %s.", j->done.skipped);
	(void)putchar('\n');
	tour_say_next(l, tour_step_behind(l, s), p);
	return UI_UNKNOWN;
}

int tour_check(const struct tour_lesson *l, const struct tour_step *s,
	       struct tour_place *place, struct tour_progress *p, bool verbose)
{
	_cleanup_(judged_fini) struct judged j = { .place = place,
						   .verbose = verbose };
	_cleanup_free_ char *folder = NULL;
	struct diag d = { 0 };
	int r;

	if (!tour_has(s, TOUR_CHECK))
		return no_exercise(l, s, p);
	r = tour_step_folder(s, &folder, &d);
	if (!r)
		r = tour_place_enter(place, s, folder, &d);
	for (size_t i = 0; i < s->n && !r && !j.wrong && !j.done.skipped; i++)
		if (s->blocks[i].kind == TOUR_CHECK)
			r = judge(&j, s, i, &d);
	if (child_interrupted())
		return 128 + child_interrupted();
	if (r < 0)
		return ui_error("tour", &d);
	if (j.done.skipped)
		return not_judged(&j, l, s, p);
	return j.wrong ? not_passed(&j, s, folder, p) : passed(&j, l, s, p);
}
