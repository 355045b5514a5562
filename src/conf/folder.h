/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: folder - a file of the module folder, or of a set not yet renamed
 *
 * A depmod of ours writes its files into a folder of their own; that becomes
 * CONF_PENDING, and then each file is renamed to its usual place. Whoever
 * reads in between, or after a crash there, must look into both.
 */
#ifndef LKM_CONF_FOLDER_H
#define LKM_CONF_FOLDER_H

#include <stdbool.h>

#include "base/macros.h"

/* The folder in a module folder that holds a complete set not yet renamed. */
#define CONF_PENDING "modules.lkm-pending"

/*
 * Does a file of a pending set count, at that place in a folder? Each file
 * leaves the set when it gets its name. One that is older than what has that
 * name was overtaken by another depmod, which does not know of pending sets.
 * The folders are open, or AT_FDCWD.
 */
bool conf_pending_counts(int pending_at, const char *pending, int named_at,
			 const char *named);

/*
 * The path under which file @name of a module folder is now; it need not be
 * there. It may be renamed before it is opened: ask again once on -ENOENT.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int conf_folder_file(const char *folder, const char *name,
				  char **ret);

#endif
