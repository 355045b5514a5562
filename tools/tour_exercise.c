/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm tour: hint, solution, reset; tour_check.c has check. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "lkm_tour.h"
#include "ui.h"

int tour_step_folder(const struct tour_step *s, char **ret, struct diag *d)
{
	_cleanup_free_ char *state = NULL;
	int r = tour_state_dir(&state, d);

	if (!r && asprintf(ret, "%s/%s", state, s->name) < 0) {
		*ret = NULL;
		r = diag_fail(d, ENOMEM, "out of memory");
	}
	return r;
}

static int is_file(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Calls @fn for each file of the solution. */
static int each_solution(const struct tour_step *s,
			 int (*fn)(void *arg, const char *path,
				   const char *name, struct diag *d),
			 void *arg, struct diag *d)
{
	_cleanup_free_ char *dir = NULL;
	struct dirent **v = NULL;
	int n, r = 0;

	if (asprintf(&dir, "%s/solution", s->folder) < 0) {
		dir = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	n = scandir(dir, &v, is_file, alphasort);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, v[i]->d_name) < 0)
			r = diag_fail(d, ENOMEM, "out of memory");
		else if (!r)
			r = fn(arg, path, v[i]->d_name, d);
		free(v[i]);
	}
	free(v);
	return r;
}

static int copy_one(void *arg, const char *path, const char *name,
		    struct diag *d)
{
	_cleanup_free_ char *to = NULL;

	if (asprintf(&to, "%s/%s", (const char *)arg, name) < 0) {
		to = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	return file_copy(path, to, d);
}

int tour_put_solution(const struct tour_step *s, const char *folder,
		      struct diag *d)
{
	return each_solution(s, copy_one, (void *)(uintptr_t)folder, d);
}

/* ----------------------------------------------------------------- hint */

int tour_hint(const struct tour_step *s, struct tour_progress *p)
{
	struct tour_progress_step *mine = tour_progress_of(p, s->name);
	unsigned n = 0, give = mine ? mine->hints : 0;
	const struct tour_block *hint = NULL;
	_cleanup_text_ struct text next = { 0 };
	struct diag d = { 0 };

	for (size_t i = 0; i < s->n; i++)
		if (s->blocks[i].kind == TOUR_HINT && n++ <= give)
			hint = &s->blocks[i];
	if (!hint) {
		(void)printf("%s has no hints\n\n", s->name + 3);
		tour_say(stdout, 6, "Next: %s",
			 tour_verb("solution", s, p, &next));
		return UI_YES;
	}
	give = give < n ? give + 1 : n;
	(void)printf("hint %u of %u\n\n", give, n);
	tour_print_words(stdout, hint->text);
	(void)putchar('\n');
	tour_say(stdout, 6, "Next: %s",
		 tour_verb(give < n ? "hint" : "solution", s, p, &next));
	if (mine)
		mine->hints = give;
	return tour_progress_save(p, &d) < 0 ? ui_error("tour", &d) : UI_YES;
}

/* ------------------------------------------------------ solution, reset */

static int show_file(void *arg, const char *path, const char *name,
		     struct diag *d)
{
	enum { SOURCE_MAX = 256 << 10 };
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = file_read_regular(path, SOURCE_MAX, &b, d);

	if (r < 0)
		return r;
	(void)printf("%s%s%s%s\n\n", *(bool *)arg ? "\n" : "", ui_colour(stdout, UI_BOLD), name,
		     ui_colour(stdout, UI_PLAIN));
	*(bool *)arg = true;
	tour_print_lines(stdout, (const char *)b.p, 0);
	return 0;
}

static int is_answer(const struct tour_block *b)
{
	return b->kind == TOUR_ANSWER;
}

int tour_solution(const struct tour_lesson *l, const struct tour_step *s,
		  struct tour_progress *p)
{
	_cleanup_text_ struct text next = { 0 };
	struct diag d = { 0 };
	bool any = false;
	int r = each_solution(s, show_file, &any, &d);

	if (r < 0)
		return ui_error("tour", &d);
	for (size_t i = 0; i < s->n; i++) {
		if (!is_answer(&s->blocks[i]))
			continue;
		if (any)
			(void)fputc('\n', stdout);
		any = true;
		tour_print_words(stdout, s->blocks[i].text);
	}
	if (!any)
		(void)printf("%s asks nothing\n", s->name + 3);
	(void)putchar('\n');
	if (tour_has(s, TOUR_CHECK))
		tour_say(stdout, 6, "Next: %s   (once your file does it)",
			 tour_verb("check", s, p, &next));
	else
		tour_say_next(l, tour_step_behind(l, s), p);
	return UI_YES;
}

/* Is anything there, and be it a link to nowhere? */
static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* FOLDER.before, or FOLDER.before.2 and so on: the first that is free. */
static int name_aside(const char *folder, char **ret, struct diag *d)
{
	for (unsigned i = 1; i; i++) {
		char number[16] = "";

		if (i > 1)
			(void)snprintf(number, sizeof(number), ".%u", i);
		if (asprintf(ret, "%s.before%s", folder, number) < 0) {
			*ret = NULL;
			break;
		}
		if (!is_there(*ret))
			return 0;
		free(*ret);
		*ret = NULL;
	}
	return diag_fail(d, ENOMEM, "out of memory");
}

/* The names in a folder. */
static int names_in(const char *folder, struct strv *ret, struct diag *d)
{
	DIR *dp = opendir(folder);
	int more = dp ? 0 : -errno, r = 0;

	for (struct dirent *e; dp && !r && (more = dir_next(dp, &e)) > 0;)
		if (!str_dot(e->d_name))
			r = strv_add(ret, e->d_name);
	if (dp)
		(void)closedir(dp);
	if (r < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	if (more == 0)
		return 0;
	diag_fail(d, -more, "cannot read the folder: %s", strerror(-more));
	diag_in(d, "%s", folder);
	return more;
}

static int move(const char *from, const char *to, struct diag *d)
{
	int r;

	if (rename(from, to) == 0)
		return 0;
	r = diag_fail(d, errno, "cannot put it aside: %s", strerror(errno));
	diag_in(d, "%s", from);
	return r;
}

static int move_one(const char *from, const char *to, const char *name,
		    struct diag *d)
{
	_cleanup_free_ char *a = NULL, *b = NULL;

	if (asprintf(&a, "%s/%s", from, name) < 0)
		a = NULL;
	if (asprintf(&b, "%s/%s", to, name) < 0)
		b = NULL;
	if (!a || !b)
		return diag_fail(d, ENOMEM, "out of memory");
	return move(a, b, d);
}

/*
 * All that is in @folder goes to @aside; or nothing, if one thing cannot. The
 * folder itself stays: it may be where the learner's shell and editor are.
 */
static int put_aside(const char *folder, const char *aside, struct diag *d)
{
	_cleanup_strv_ struct strv names = { 0 };
	int r = names_in(folder, &names, d);
	size_t n = 0;

	if (!r)
		r = dir_make(aside, d);
	while (!r && n < names.n) {
		r = move_one(folder, aside, names.v[n], d);
		n += r == 0;
	}
	if (!r)
		return 0;
	while (n)
		(void)!move_one(aside, folder, names.v[--n], NULL);
	(void)rmdir(aside);
	return r;
}

/* What the learner made is put aside, never thrown away. */
int tour_reset(const struct tour_step *s)
{
	_cleanup_free_ char *folder = NULL, *aside = NULL;
	struct diag d = { 0 };
	int r = tour_step_folder(s, &folder, &d);

	if (!r)
		r = name_aside(folder, &aside, &d);
	if (!r && is_there(folder)) {
		r = is_folder(folder) ? put_aside(folder, aside, &d) :
					move(folder, aside, &d);
		if (!r)
			tour_say(stdout, 2,
				 "%s begins anew; your files are in %s",
				 s->name + 3, aside);
	} else if (!r) {
		(void)printf("%s was not begun yet\n", s->name + 3);
	}
	if (r < 0)
		return ui_error("tour", &d);
	(void)putchar('\n');
	tour_say(stdout, 6, "Next: lkm tour %s", s->name + 3);
	return UI_YES;
}
