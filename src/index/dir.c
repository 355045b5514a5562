/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A module folder and its indexes: see dir.h. */
#include "index/dir.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>

#include "base/text.h"
#include "index/dir_text.h"

struct idx_dir {
	char *path;
	bool exists, pending;
	struct {
		bool absent;
		struct idx_bin *bin;
		struct bytes made; /* from the text, if there was no .bin */
	} f[IDX_FILES];
};

static const char *const names[IDX_FILES] = {
	[IDX_DEP] = "modules.dep.bin",
	[IDX_ALIAS] = "modules.alias.bin",
	[IDX_SYMBOL] = "modules.symbols.bin",
	[IDX_BUILTIN] = "modules.builtin.bin",
	[IDX_BUILTIN_ALIAS] = "modules.builtin.alias.bin",
};

const char *idx_file_name(enum idx_file f)
{
	return names[f];
}

int idx_dir_open(const char *path, struct idx_dir **ret, struct diag *d)
{
	_cleanup_free_ char *pending = NULL;
	struct idx_dir *dir = calloc(1, sizeof(*dir));

	if (!dir)
		return diag_fail(d, ENOMEM, "out of memory");
	dir->path = strdup(path);
	if (!dir->path || asprintf(&pending, "%s/" IDX_PENDING, path) < 0) {
		pending = NULL;
		(void)idx_dir_close(dir);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	dir->exists = path_exists(path);
	dir->pending = dir->exists && path_exists(pending);
	*ret = dir;
	return 0;
}

struct idx_dir *idx_dir_close(struct idx_dir *dir)
{
	if (!dir)
		return NULL;
	for (size_t i = 0; i < IDX_FILES; i++) {
		(void)idx_bin_close(dir->f[i].bin);
		bytes_fini(&dir->f[i].made);
	}
	free(dir->path);
	free(dir);
	return NULL;
}

const char *idx_dir_path(const struct idx_dir *dir)
{
	return dir->path;
}

bool idx_dir_exists(const struct idx_dir *dir)
{
	return dir->exists;
}

bool idx_dir_pending(const struct idx_dir *dir)
{
	return dir->pending;
}

int idx_dir_file(const struct idx_dir *dir, const char *name, char **ret)
{
	if (dir->pending)
		return conf_folder_file(dir->path, name, ret);
	if (asprintf(ret, "%s/%s", dir->path, name) >= 0)
		return 0;
	*ret = NULL;
	return -ENOMEM;
}

static int open_path(const struct idx_dir *dir, const char *name,
		     struct idx_bin **ret, struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	int r = idx_dir_file(dir, name, &path);

	if (r < 0)
		return diag_fail(d, -r, "out of memory");
	return idx_bin_open(path, ret, d);
}

static int open_bin(struct idx_dir *dir, enum idx_file f, struct diag *d)
{
	struct idx_bin **ret = &dir->f[f].bin;
	int r = open_path(dir, names[f], ret, d);

	/* A depmod may have renamed it just now. */
	if (r == -ENOENT && dir->pending)
		r = open_path(dir, names[f], ret, d);
	if (r == -ENOENT)
		r = idx_dir_from_text(dir, f, &dir->f[f].made, ret, d);
	return r;
}

int idx_dir_bin(struct idx_dir *dir, enum idx_file f,
		const struct idx_bin **ret, struct diag *d)
{
	if (!dir->exists || dir->f[f].absent)
		return -ENOENT;
	if (!dir->f[f].bin) {
		int r = open_bin(dir, f, d);

		dir->f[f].absent = r == -ENOENT;
		if (r < 0)
			return r;
	}
	*ret = dir->f[f].bin;
	return 0;
}

/* The path in a line of modules.dep, in front of a colon or a blank. */
static const char *full_path(const struct idx_dir *dir, const char *s,
			     size_t n, struct arena *a)
{
	if (n && *s == '/')
		return arena_strndup(a, s, n);

	size_t dir_n = strlen(dir->path);
	char *p = arena_alloc(a, dir_n + 1 + n + 1);

	if (!p)
		return NULL;
	memcpy(p, dir->path, dir_n);
	p[dir_n] = '/';
	memcpy(p + dir_n + 1, s, n);
	return p;
}

static size_t count_words(const char *s)
{
	size_t n = 0;

	for (s += strspn(s, " \t"); *s; n++) {
		s += strcspn(s, " \t");
		s += strspn(s, " \t");
	}
	return n;
}

static int parse_line(const struct idx_dir *dir, const char *line,
		      struct arena *a, const char ***ret, size_t *ret_n,
		      struct diag *d)
{
	const char *s = strchr(line, ':');

	if (!s) {
		diag_fail(d, EBADMSG,
			  "found '%.80s', wanted 'module: dependencies'",
			  line);
		diag_in(d, "%s/modules.dep.bin", dir->path);
		diag_hint(d, "run 'depmod' to make the indexes anew");
		return -EBADMSG;
	}

	size_t n = 1 + count_words(s + 1);
	const char **v = arena_array(a, n, sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	v[0] = full_path(dir, line, (size_t)(s - line), a);
	s++;
	for (size_t i = 0; i < n; i++) {
		if (i) {
			size_t len;

			s += strspn(s, " \t");
			len = strcspn(s, " \t");
			v[i] = full_path(dir, s, len, a);
			s += len;
		}
		if (!v[i])
			return diag_fail(d, ENOMEM, "out of memory");
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int idx_dir_dep(struct idx_dir *dir, const char *name, struct arena *a,
		const char ***ret, size_t *ret_n, struct diag *d)
{
	const struct idx_bin *b;
	const char *line;
	int r = idx_dir_bin(dir, IDX_DEP, &b, d);

	if (!r)
		r = idx_bin_get(b, name, &line, d);
	if (r < 0)
		return r == -ENODATA ? -ENOENT : r;
	return parse_line(dir, line, a, ret, ret_n, d);
}
