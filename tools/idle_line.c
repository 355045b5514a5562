/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that are about no module: see idle_line.h. */
#include "idle_line.h"

#include <fnmatch.h>

#define FITS 1

static int try_key(void *arg, const char *key, const struct idx_value *v)
{
	const struct conf_line *const *l = arg;

	(void)v;
	return fnmatch((*l)->key, key, 0) ? 0 : FITS;
}

bool idle_line(const struct conf_line *l, struct idx_dir *dir)
{
	static const enum idx_file files[] = { IDX_DEP, IDX_BUILTIN };
	const struct idx_bin *b;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (idx_dir_bin(dir, files[i], &b, NULL) ||
		    idx_bin_each(b, try_key, &l, NULL))
			return false;
	return true;
}
