/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the facts of a kernel are: see facts.h. */
#include "build/facts.h"

#include <errno.h>

#include "base/file.h"

/* Debian, Arch, kbuild itself; Fedora; SUSE. Return: NULL: none is there. */
static char *find_symvers(const struct build_kernel *k)
{
	const struct {
		const char *dir, *name, *release, *end;
	} v[] = {
		{ k->headers, "/Module.symvers", "", "" },
		{ k->modules, "/symvers.xz", "", "" },
		{ k->modules, "/symvers.zst", "", "" },
		{ k->modules, "/symvers.gz", "", "" },
		{ k->modules, "/build/Module.symvers", "", "" },
		{ k->root, "/boot/symvers-", k->release, ".gz" },
		{ k->root, "/boot/symvers-", k->release, ".xz" },
		{ k->root, "/boot/symvers-", k->release, ".zst" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		char *path = NULL;

		/* The root of what is installed is "". */
		if ((v[i].dir != k->root && !*v[i].dir) ||
		    asprintf(&path, "%s%s%s%s", v[i].dir, v[i].name,
			     v[i].release, v[i].end) < 0)
			continue;
		if (path_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

int build_kernel_facts(const struct build_kernel *k, bool no_cache,
		       struct kern **ret, struct diag *d)
{
	_cleanup_free_ char *symvers = find_symvers(k);
	const struct kern_where w = {
		.release = k->release,
		.image = k->image,
		.modules = k->modules,
		.config = k->config,
		.symvers = symvers,
		.no_cache = no_cache,
	};

	return kern_open(&w, ret, d);
}
