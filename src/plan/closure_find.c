/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From requests to modules: see the list of forms in closure.h. Those that go
 * through all modules share one list, made when the first of them comes.
 */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "plan/closure_internal.h"
#include "plan/internal.h"

#define BUILTIN_LIMIT ((size_t)16 << 20)

/* A module of the folder, as patterns see it. */
struct entry {
	const char *name; /* normalised                                     */
	const char *rel;  /* "kernel/fs/ext4/ext4", normalised              */
	const char *path; /* NULL: built in                                 */
};

struct find {
	struct closure *c;
	struct closure_list *ret;
	const char *request;
	size_t found;
	bool listed;
	struct entry *v; /* all modules                                    */
	size_t n;
};

static int take(struct find *f, const char *name, const char *path)
{
	struct closure_why why = { PLAN_BY_REQUEST, NULL, f->request };
	struct plan_member *m;
	int r = closure_member(f->c, name, path, why, &m);

	f->found++;
	if (!r && closure_append(f->ret, f->c->a, m))
		r = plan_no_memory(f->c->d);
	return r;
}

/* ------------------------------------------------------------ all modules */

static size_t without_ending(const char *path, size_t n)
{
	static const char *const ends[] = { ".ko", ".ko.gz", ".ko.xz",
					    ".ko.zst" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t len = strlen(ends[i]);

		if (n > len && !memcmp(path + n - len, ends[i], len))
			return n - len;
	}
	return n;
}

/* @rel of @n bytes: "kernel/fs/a-b.ko.xz" */
static int list_one(struct find *f, const char *rel, size_t n, bool builtin)
{
	struct arena *a = f->c->a;

	struct entry *v = arena_more(a, f->v, f->n, sizeof(*v));

	if (!v || f->n == CLOSURE_MAX)
		return -ENOMEM;
	f->v = v;

	const char *dir = idx_dir_path(f->c->w->dir);
	char *normal = arena_strndup(a, rel, without_ending(rel, n));
	const char *path = NULL;

	if (!builtin)
		path = rel[0] == '/' ? arena_strndup(a, rel, n) :
				       arena_printf(a, "%s/%.*s", dir, (int)n,
						    rel);
	if (!normal || (!builtin && !path))
		return -ENOMEM;
	for (char *s = normal; *s; s++)
		if (*s == '-')
			*s = '_';
	f->v[f->n++] = (struct entry){ path_base(normal), normal, path };
	return 0;
}

static int list_dep(void *arg, const char *key _unused_,
		    const struct idx_value *v)
{
	return list_one(arg, v->value, strcspn(v->value, ":"), false);
}

/* The text, for its paths; without it, what is built in fits no pattern. */
static int list_builtin(struct find *f)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;

	if (idx_dir_file(f->c->w->dir, "modules.builtin", &path))
		return -ENOMEM;
	if (file_read_regular(path, BUILTIN_LIMIT, &b, NULL))
		return 0;
	for (const char *s = (char *)b.p; *s; s += strspn(s, "\n")) {
		size_t n = strcspn(s, "\n");

		if (n && list_one(f, s, n, true))
			return -ENOMEM;
		s += n;
	}
	return 0;
}

static int list_all(struct find *f)
{
	const struct idx_bin *b;
	int r;

	if (f->listed)
		return 0;
	f->listed = true;
	r = plan_bin(f->c->w, IDX_DEP, &b, f->c->d);
	if (!r && b)
		r = idx_bin_each(b, list_dep, f, f->c->d);
	if (!r)
		r = list_builtin(f);
	return r == -ENOMEM ? plan_no_memory(f->c->d) : r;
}

/* What everything in the folder begins with need not be said. */
static const char *short_path(const char *rel)
{
	return str_starts(rel, "kernel/") ? rel + 7 : rel;
}

static bool is_below(const char *rel, const char *dir, size_t n)
{
	return !strncmp(rel, dir, n) && rel[n] == '/';
}

enum form { BY_DIR, BY_PATH, BY_NAME };

static bool fits(const struct entry *e, enum form form, const char *pattern)
{
	size_t n = strlen(pattern);

	switch (form) {
	case BY_DIR:
		while (n && pattern[n - 1] == '/')
			n--;
		return !n || is_below(e->rel, pattern, n) ||
		       is_below(short_path(e->rel), pattern, n);
	case BY_PATH:
		return !fnmatch(pattern, e->rel, FNM_PATHNAME) ||
		       !fnmatch(pattern, short_path(e->rel), FNM_PATHNAME);
	case BY_NAME:
		return !fnmatch(pattern, e->name, 0);
	}
	return false;
}

/* What is denied is left out: a pattern means what there is. */
static int by_pattern(struct find *f, enum form form, const char *pattern)
{
	char buf[PLAN_NAME_MAX];
	int r = list_all(f);

	if (r)
		return r;
	if (conf_normal(pattern, buf, sizeof(buf)))
		return 0;
	buf[without_ending(buf, strlen(buf))] = '\0';
	for (size_t i = 0; !r && i < f->n; i++) {
		struct closure_denial no;

		if (!fits(&f->v[i], form, buf))
			continue;
		r = closure_denied(f->c, f->v[i].name, false, &no);
		if (!r && !no.line)
			r = take(f, f->v[i].name, f->v[i].path);
	}
	return r;
}

/* ------------------------------------------------------------ one request */

/* Takes it unless the configuration forbids it, or what it depends on. */
static int take_allowed(struct find *f, const char *name, const char *path)
{
	struct arena *a = f->c->a;
	struct closure_denial no;
	int r = closure_denied(f->c, name, false, &no);

	if (r)
		return r;
	if (!no.line)
		return take(f, name, path);
	f->found++;
	return closure_gap(f->c, PLAN_GAP_DENIED, f->request,
			   no.needs ?
				   arena_printf(a,
						"needs %s, which %s:%u denies",
						no.needs, no.line->file,
						no.line->line) :
				   arena_printf(a, "%s:%u denies it",
						no.line->file, no.line->line));
}

/* A file may say that it is what is denied. True: it was told. */
static int told_denied_as(struct find *f, const struct plan_module *m,
			  bool *ret)
{
	struct arena *a = f->c->a;
	struct plan_denial no;
	int r = plan_denied(f->c->w, m, a, &no, f->c->d);

	*ret = !r && no.as;
	if (!*ret)
		return r;
	f->found++;
	return closure_gap(f->c, PLAN_GAP_DENIED, f->request,
			   arena_printf(a, "the file is %s, which %s:%u denies",
					no.as, no.line->file, no.line->line));
}

static int by_name(struct find *f)
{
	struct plan_modules l = { 0 };
	int r = plan_lookup(f->c->w, f->request, false, f->c->a, &l, NULL);

	/* Unbalanced brackets: not found. */
	if (r == -EINVAL || r == -ENAMETOOLONG)
		return 0;
	if (r) /* once more, to be told */
		return plan_lookup(f->c->w, f->request, false, f->c->a, &l,
				   f->c->d);
	for (size_t i = 0; !r && i < l.n; i++) {
		const struct plan_module *m = &l.v[i];

		if (m->path || m->builtin)
			r = take_allowed(f, m->name, m->path);
	}
	return r;
}

static int by_file(struct find *f)
{
	const char *path = f->request;
	struct plan_module m;
	struct diag d = { 0 };
	bool told;

	if (str_starts(path, "./"))
		path += 2 + strspn(path + 2, "/");

	int r = plan_at_path(f->c->w, path, f->c->a, &m, &d);

	if (!r) {
		r = told_denied_as(f, &m, &told);
		return r || told ? r : take_allowed(f, m.name, m.path);
	}
	if (r == -ENOMEM)
		return plan_no_memory(f->c->d);
	f->found++;
	return closure_gap(f->c, PLAN_GAP_REQUEST, f->request,
			   r == -EINVAL ? d.what : strerror(-r));
}

static bool is_file(const char *s)
{
	struct stat st;
	size_t n = strlen(s);

	if (s[0] == '/' || str_starts(s, "./") || str_starts(s, "../"))
		return true;
	return without_ending(s, n) != n && !stat(s, &st) &&
	       S_ISREG(st.st_mode);
}

static int find_one(struct find *f)
{
	const char *s = f->request;
	int r = 0;

	if (s[0] == '=')
		return by_pattern(f, BY_DIR, s + 1);
	if (strchr(s, '/'))
		return by_pattern(f, BY_PATH, s);
	if (strpbrk(s, "*?["))
		r = by_pattern(f, BY_NAME, s);
	return r || f->found ? r : by_name(f);
}

int closure_find(struct closure *c, struct closure_list *ret)
{
	struct find f = { .c = c, .ret = ret };
	int r = 0;

	/* Files first: they stand for their modules wherever those come up. */
	for (int files = 1; files >= 0; files--)
		for (size_t i = 0; !r && i < c->want->n; i++) {
			f.request = c->want->requests[i];
			f.found = 0;
			if (is_file(f.request) != files)
				continue;
			r = files ? by_file(&f) : find_one(&f);
			if (!r && !f.found)
				r = closure_gap(c, PLAN_GAP_REQUEST, f.request,
						"no module fits");
		}
	return r;
}
