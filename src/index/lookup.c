/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names to modules, by reading through the text indexes: see lookup.h. */
#include "index/lookup.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ko/ko.h"

/* The largest there is has a few MiB. */
#define MAX_INDEX (256U << 20)

struct find {
	const char *dir;
	char *name; /* with underscores, outside of [] */
	struct arena *a;
	struct idx_hit *v;
	size_t n, cap;
	int err;
};

/* Dashes become underscores, but not in a pattern's [a-z]. */
static void normalise(char *s)
{
	for (; *s; s++) {
		if (*s == '-')
			*s = '_';
		if (*s == '[' && strchr(s, ']'))
			s = strchr(s, ']');
	}
}

static void add(struct find *f, const char *name, const char *path)
{
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 8;
		struct idx_hit *v = realloc(f->v, cap * sizeof(*v));

		if (!v) {
			f->err = -ENOMEM;
			return;
		}
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n].name = arena_strdup(f->a, name);
	f->v[f->n].path = path ? arena_strdup(f->a, path) : NULL;
	if (!f->v[f->n].name || (path && !f->v[f->n].path))
		f->err = -ENOMEM;
	else
		f->n++;
}

/* A file of the folder; one that is missing is empty. */
static int read_index(const char *dir, const char *file, struct bytes *ret,
		      struct diag *d)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, file) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	/* A missing index is no error, so it must not leave a diagnostic. */
	if (!path_exists(path)) {
		*ret = (struct bytes){ 0 };
		return 0;
	}
	return file_read(path, MAX_INDEX, ret, d);
}

/* The next line, ended by NUL in place. NULL: no more. */
static char *next_line(struct bytes *b, size_t *at)
{
	if (*at >= b->n)
		return NULL;

	char *s = (char *)b->p + *at;
	char *end = memchr(s, '\n', b->n - *at);

	if (!end)
		end = (char *)b->p + b->n;
	*end = 0;
	*at = (size_t)(end - (char *)b->p) + 1;
	return s;
}

static bool same_module(const char *path, const char *name)
{
	char have[KO_NAME_MAX];

	ko_name_of_path(path, have);
	return str_eq(have, name);
}

static void add_path(struct find *f, const char *name, const char *path)
{
	_cleanup_free_ char *full = NULL;

	if (path[0] == '/') {
		add(f, name, path);
		return;
	}
	if (asprintf(&full, "%s/%s", f->dir, path) < 0) {
		full = NULL;
		f->err = -ENOMEM;
		return;
	}
	add(f, name, full);
}

/* Adds module @name of modules.dep, if it is there. */
static int from_dep(struct find *f, const char *name, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_index(f->dir, "modules.dep", &b, d);

	if (r < 0)
		return r;
	for (size_t at = 0; at < b.n;) {
		char *s = next_line(&b, &at);
		char *colon = strchr(s, ':');

		if (!colon)
			continue;
		*colon = 0;
		if (!same_module(s, name))
			continue;
		add_path(f, name, s);
		return 0;
	}
	return 0;
}

/* Adds @name as a module: a file, or else built in. */
static int add_module(struct find *f, const char *name, struct diag *d)
{
	size_t before = f->n;
	int r = from_dep(f, name, d);

	if (!r && f->n == before)
		add(f, name, NULL);
	return r;
}

static bool matches(char *pattern, const char *name)
{
	size_t plain = strcspn(pattern, "*?[-\\");

	if (strncmp(pattern, name, plain))
		return false;
	normalise(pattern);
	return !fnmatch(pattern, name, 0);
}

/* Lines of "alias PATTERN MODULE", of modules.alias and modules.symbols. */
static int from_alias(struct find *f, const char *file, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_index(f->dir, file, &b, d);

	for (size_t at = 0; !r && at < b.n;) {
		char *s = next_line(&b, &at), *mod;

		if (!str_starts(s, "alias "))
			continue;
		s += 6;
		mod = strrchr(s, ' ');
		if (!mod)
			continue;
		*mod++ = 0;
		if (matches(s, f->name))
			r = add_module(f, mod, d);
	}
	return r;
}

static int from_builtin(struct find *f, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_index(f->dir, "modules.builtin", &b, d);

	for (size_t at = 0; !r && at < b.n;) {
		char *s = next_line(&b, &at);

		if (*s && same_module(s, f->name)) {
			add(f, f->name, NULL);
			break;
		}
	}
	return r;
}

/* Strings "MODULE.alias=PATTERN". */
static int from_builtin_alias(struct find *f, struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int r = read_index(f->dir, "modules.builtin.modinfo", &b, d);

	for (size_t at = 0; !r && at < b.n;) {
		char *s = (char *)b.p + at;

		at += strlen(s) + 1;

		char *key = strchr(s, '.');

		if (!key || !str_starts(key, ".alias="))
			continue;
		*key = 0;
		if (matches(key + 7, f->name))
			add(f, s, NULL);
	}
	return r;
}

static int search(struct find *f, enum idx_how how, struct diag *d)
{
	int r = from_dep(f, f->name, d);

	if (r < 0 || f->n)
		return r;
	if (how == IDX_ANY && str_starts(f->name, "symbol:")) {
		r = from_alias(f, "modules.symbols", d);
		if (r < 0 || f->n)
			return r;
	}
	if (how == IDX_ANY) {
		r = from_alias(f, "modules.alias", d);
		if (r < 0 || f->n)
			return r;
	}
	r = from_builtin(f, d);
	if (r < 0 || f->n)
		return r;
	return from_builtin_alias(f, d);
}

int idx_lookup(const char *dir, const char *name, enum idx_how how,
	       struct arena *a, struct idx_hit **ret, size_t *ret_n,
	       struct diag *d)
{
	struct find f = { .dir = dir, .a = a };

	f.name = arena_strdup(a, name);
	if (!f.name)
		return diag_fail(d, ENOMEM, "out of memory");
	normalise(f.name);

	int r = search(&f, how, d);
	struct idx_hit *v = NULL;

	if (!r && f.n) {
		v = arena_array(a, f.n, sizeof(*v));
		if (v)
			memcpy(v, f.v, f.n * sizeof(*v));
		else
			f.err = -ENOMEM;
	}
	free(f.v);
	if (r < 0)
		return r;
	if (f.err)
		return diag_fail(d, -f.err, "out of memory");
	*ret = v;
	*ret_n = f.n;
	return 0;
}

int idx_builtin_info(const char *dir, const char *name, struct bytes *ret,
		     struct diag *d)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct text t = { 0 };
	size_t n = strlen(name);
	int r = read_index(dir, "modules.builtin.modinfo", &b, d);

	for (size_t at = 0; !r && at < b.n;) {
		const char *s = (const char *)b.p + at;
		size_t len = strlen(s);

		at += len + 1;
		if (len > n && s[n] == '.' && !memcmp(s, name, n))
			text_add_bytes(&t, s + n + 1, len - n);
		else if (t.n)
			break;
	}
	if (!r && t.failed)
		r = diag_fail(d, ENOMEM, "out of memory");
	if (!r && !b.p)
		r = diag_fail(d, ENOENT,
			      "there is no %s/modules.builtin.modinfo", dir);
	if (!r && !t.n)
		r = diag_fail(d, ENODATA,
			      "%s/modules.builtin.modinfo is silent about it",
			      dir);
	if (r < 0) {
		text_fini(&t);
		return r;
	}
	*ret = (struct bytes){ (uint8_t *)t.p, t.n };
	return 0;
}
