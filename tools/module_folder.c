/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the modules of a kernel are: see module_folder.h. */
#include "module_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

/* The roots that were said, or those that were built in. */
static int roots_of(const struct strv *said, struct strv *ret)
{
	_cleanup_free_ char *list = strdup(LKM_MODULE_ROOTS);
	char *save = NULL;
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; !r && said && i < said->n; i++)
		r = strv_add(ret, said->v[i]);
	if (ret->n || r)
		return r;
	for (char *s = strtok_r(list, ":", &save); s && !r;
	     s = strtok_r(NULL, ":", &save))
		r = strv_add(ret, str_eq(s, "/") ? "" : s);
	return !r && !ret->n ? strv_add(ret, "") : r;
}

static char *folder_in(const char *root, const char *place,
		       const char *release)
{
	_cleanup_free_ char *cwd = NULL;
	char *path;

	if (*root && *root != '/')
		cwd = getcwd(NULL, 0);
	if (asprintf(&path, "%s%s%s/%s/%s", cwd ? cwd : "", cwd ? "/" : "",
		     root, place, release) < 0)
		return NULL;
	return path;
}

char *module_folder(const struct strv *said, const char *release)
{
	static const char *const places[] = { "lib/modules",
					      "usr/lib/modules" };
	_cleanup_strv_ struct strv roots = { 0 };

	if (roots_of(said, &roots))
		return NULL;
	for (size_t i = 0; i < roots.n * ARRAY_SIZE(places); i++) {
		char *path = folder_in(roots.v[i / ARRAY_SIZE(places)],
				       places[i % ARRAY_SIZE(places)], release);

		if (!path || path_is_dir(path))
			return path;
		free(path);
	}
	return folder_in(roots.v[0], places[0], release);
}

char *module_folder_here(void)
{
	struct utsname u;

	return uname(&u) ? NULL : module_folder(NULL, u.release);
}
