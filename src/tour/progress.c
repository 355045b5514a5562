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
	if (!r)
		*ret = take_ptr(path);
	return r;
}

static int progress_path(char **ret, struct diag *d)
{
	_cleanup_free_ char *dir = NULL;
	int r = tour_state_dir(&dir, d);

	if (!r && asprintf(ret, "%s/progress", dir) < 0) {
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

int tour_progress_load(struct tour_progress *ret, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;
	char *save = NULL;
	int r = progress_path(&path, d);

	*ret = (struct tour_progress){ 0 };
	if (r < 0 || !path_exists(path))
		return r;
	r = file_read_regular(path, PROGRESS_MAX, &b, d);
	if (r < 0)
		return r;
	for (char *l = strtok_r((char *)b.p, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save))
		take_line(ret, l);
	return 0;
}

int tour_progress_save(const struct tour_progress *p, struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *path = NULL;
	int r = progress_path(&path, d);

	for (unsigned i = 0; i < p->n; i++)
		text_addf(&t, "%s %s %u\n", p->v[i].name, marks[p->v[i].mark],
			  p->v[i].hints < HINTS_MAX ? p->v[i].hints :
						      HINTS_MAX);
	if (p->current[0])
		text_addf(&t, "current %s\n", p->current);
	if (!r && t.failed)
		r = diag_fail(d, ENOMEM, "out of memory");
	return r ? r : file_write(path, text_str(&t), t.n, 0644, d);
}
