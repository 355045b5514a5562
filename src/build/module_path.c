// SPDX-License-Identifier: GPL-2.0-or-later
/* One of a kernel's own modules, by its name: see kernel.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "build/kernel.h"

static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };

static char same(char c)
{
	return c == '-' ? '_' : c;
}

/* Is the file @path module @name, whatever it is compressed with? */
static bool is_module(const char *path, const char *name)
{
	const char *s = path_base(path);

	while (*name && same(*s) == same(*name)) {
		s++;
		name++;
	}
	if (*name || !str_starts(s, ".ko"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++)
		if (str_eq(s + 3, suffixes[i]))
			return true;
	return false;
}

/* modules.order lists "kernel/x.ko" though the file may be x.ko.xz. */
static char *existing(const char *dir, const char *rel, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *path = NULL;

		if (asprintf(&path, "%s/%.*s%s", dir, (int)n, rel,
			     suffixes[i]) < 0)
			return NULL;
		if (path_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* Looks through an index whose lines begin with a path. */
static char *in_index(const char *dir, const char *index, const char *name)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, index) < 0) {
		path = NULL;
		return NULL;
	}
	if (file_read_regular(path, 64 << 20, &b, NULL) < 0)
		return NULL;
	for (char *s = (char *)b.p, *end; *s; s = end) {
		end = strchrnul(s, '\n');
		if (*end)
			*end++ = 0;

		size_t n = strcspn(s, ":");
		char *found;

		s[n] = 0;
		if (!str_starts(s, "..") && is_module(s, name) &&
		    (found = existing(dir, s, n)))
			return found;
	}
	return NULL;
}

/* Looks at every file below @dir, to a sane depth. */
static char *by_walking(const char *dir, const char *name, unsigned depth)
{
	DIR *dp = depth ? opendir(dir) : NULL;
	char *found = NULL;

	if (!dp)
		return NULL;
	for (struct dirent *e; !found && (e = readdir(dp));) {
		_cleanup_free_ char *path = NULL;
		struct stat st;

		/* `build` and `source` lead out of the tree. */
		if (str_dot(e->d_name) || e->d_type == DT_LNK)
			continue;
		if (asprintf(&path, "%s/%s", dir, e->d_name) < 0) {
			path = NULL;
			break;
		}
		if (lstat(path, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			found = by_walking(path, name, depth - 1);
		else if (S_ISREG(st.st_mode) && is_module(path, name))
			found = take_ptr(path);
	}
	(void)closedir(dp);
	return found;
}

int build_kernel_module_path(const struct build_kernel *k, const char *name,
			     char **ret, struct diag *d)
{
	diag_spare(d);

	char *path = NULL;

	if (k->modules[0]) {
		path = in_index(k->modules, "modules.order", name);
		if (!path)
			path = in_index(k->modules, "modules.dep", name);
		if (!path)
			path = by_walking(k->modules, name, 32);
	}
	if (!path) {
		diag_fail(d, ENOENT, "kernel %s has no module '%s'",
			  k->release, name);
		return diag_hint(d, "it may be built in, or belong to another package of this kernel");
	}
	*ret = path;
	return 0;
}
