/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read and done: see progress.h. */
#include "tour/progress.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { PROGRESS_MAX = 64 << 10, HINTS_MAX = 99 };

static const char *const marks[] = { "new", "read", "done" };

int tour_state_dir(char **ret, struct diag *d)
{
	diag_spare(d);

	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	_cleanup_free_ char *path = NULL;
	int r;

	if (state && state[0] == '/')
		r = asprintf(&path, "%s/lkm/tour", state);
	else if (home && home[0] == '/')
		r = asprintf(&path, "%s/.local/state/lkm/tour", home);
	else
		return diag_fail_hint(d, ENOENT, "set HOME or XDG_STATE_HOME",
				      "there is no home to keep the progress in");
	if (r < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	r = dir_make(path, d);
	if (r < 0)
		return diag_hint(d, "set XDG_STATE_HOME to a folder that you may write");
	*ret = take_ptr(path);
	return 0;
}

static int state_path(const char *name, char **ret, struct diag *d)
{
	_cleanup_free_ char *dir = NULL;
	int r = tour_state_dir(&dir, d);

	if (!r && asprintf(ret, "%s/%s", dir, name) < 0) {
		*ret = NULL;
		r = diag_fail(d, ENOMEM, "out of memory");
	}
	return r;
}

struct tour_progress_step *tour_progress_of(struct tour_progress *p,
					    const char *name)
{
	for (unsigned i = 0; i < p->n; i++)
		if (str_eq(p->v[i].name, name))
			return &p->v[i];
	if (p->n == ARRAY_SIZE(p->v) || strlen(name) >= sizeof(p->v[0].name))
		return NULL;

	struct tour_progress_step *s = &p->v[p->n++];

	*s = (struct tour_progress_step){ 0 };
	(void)snprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

static void take_line(struct tour_progress *p, const char *line)
{
	char name[64], word[64];
	unsigned hints = 0;

	if (sscanf(line, "%63s %63s %2u", name, word, &hints) < 2)
		return;
	if (str_eq(name, "current"))
		(void)snprintf(p->current, sizeof(p->current), "%s", word);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		struct tour_progress_step *s;

		if (!str_eq(word, marks[i]))
			continue;
		s = tour_progress_of(p, name);
		if (s) {
			s->mark = (enum tour_mark)i;
			s->hints = hints;
		}
	}
}

/* Adds what the file says to @ret. */
static int take_file(struct tour_progress *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	struct diag why = { 0 };
	char *save = NULL;
	int r = state_path("progress", &path, d);

	if (r < 0 || !path_exists(path))
		return r;
	r = file_read_regular(path, PROGRESS_MAX, &b, &why);
	if (r < 0) {
		why.hint[0] = 0;
		diag_hint(&why, "remove it: the lesson begins anew then");
		if (d && !d->err)
			*d = why;
		return r;
	}
	for (char *l = strtok_r((char *)b.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		take_line(ret, l);
	return 0;
}

int tour_progress_load(struct tour_progress *ret, struct diag *d)
{
	*ret = (struct tour_progress){ 0 };
	return take_file(ret, d);
}

/* The further of the two, step by step. */
static void merge(struct tour_progress *to, const struct tour_progress *from)
{
	for (unsigned i = 0; i < from->n; i++) {
		const struct tour_progress_step *f = &from->v[i];
		struct tour_progress_step *t = tour_progress_of(to, f->name);

		if (!t)
			continue;
		if (f->mark > t->mark)
			t->mark = f->mark;
		if (f->hints > t->hints)
			t->hints = f->hints;
	}
}

/* Another terminal may have come further since this one read the file. */
int tour_progress_save(const struct tour_progress *p, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL, *lock = NULL;
	_cleanup_close_ int held = -1;
	struct tour_progress all = *p, there = { 0 };
	int r = state_path("progress", &path, d);

	if (!r)
		r = state_path(".lock", &lock, d);
	if (!r)
		r = file_lock(lock, true, &held, d);
	if (!r)
		r = take_file(&there, d);
	if (r < 0)
		return r;
	merge(&all, &there);
	for (unsigned i = 0; i < all.n; i++)
		text_addf(&t, "%s %s %u\n", all.v[i].name,
			  marks[all.v[i].mark],
			  all.v[i].hints < HINTS_MAX ? all.v[i].hints :
						       HINTS_MAX);
	if (all.current[0])
		text_addf(&t, "current %s\n", all.current);
	if (t.failed)
		return diag_fail(d, ENOMEM, "out of memory");
	return file_write(path, text_str(&t), t.n, 0644, d);
}
