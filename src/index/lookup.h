/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: lookup - which modules a name stands for
 *
 * Answers from the text files of one module folder (/lib/modules/RELEASE):
 * modules.dep, modules.symbols, modules.alias, modules.builtin and
 * modules.builtin.modinfo. Names are compared with dashes as underscores.
 */
#ifndef LKM_INDEX_LOOKUP_H
#define LKM_INDEX_LOOKUP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"

struct idx_hit {
	const char *name; /* with underscores                         */
	const char *path; /* absolute if the folder is; NULL: built in */
};

enum idx_how {
	IDX_ANY,  /* a name, symbol:NAME, or what an alias matches    */
	IDX_NAME, /* a name, or an alias of what is built in          */
};

/**
 * idx_lookup() - find modules by name
 * @dir:  the module folder
 * @name: what the user says
 * @a:    memory for the answer
 * @ret:  set only on success
 *
 * The first kind of name that fits at all ends the search: names of module
 * files, then symbols, then aliases, then what is built in.
 *
 * Return: 0, also if nothing was found or there is no such folder (then
 * *@ret_n is 0); -EFBIG or another errno of reading an index that is there;
 * -ENOMEM.
 */
_must_check_ int idx_lookup(const char *dir, const char *name, enum idx_how how,
			    struct arena *a, struct idx_hit **ret,
			    size_t *ret_n, struct diag *d);

/**
 * idx_builtin_info() - what a built-in module says about itself
 * @ret: its "key=value" strings, each ended by a NUL, as .modinfo has them;
 *       free with bytes_fini()
 *
 * As kmod does it, only the first strings in a row that are the module's:
 * aliases that newer kernels append at the end of the file are not told.
 *
 * Return: 0; -ENOENT if there is no modules.builtin.modinfo; -ENODATA if it
 * tells nothing about @name; another errno of reading it; -ENOMEM.
 */
_must_check_ int idx_builtin_info(const char *dir, const char *name,
				  struct bytes *ret, struct diag *d);

#endif
