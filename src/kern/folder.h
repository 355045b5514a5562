/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: folder - the modules that belong to a kernel, and what they export
 *
 * Which modules export anything is told by modules.symbols.bin; where depmod
 * has not been, by looking at all. What they export is read from themselves,
 * by several threads, when somebody first asks for a symbol, and kept in the
 * cache: under the name of the index, or of the state of all files. A module
 * that changed since is noticed when it is asked for, and read again.
 *
 * All questions may be asked by several threads at once.
 */
#ifndef LKM_KERN_FOLDER_H
#define LKM_KERN_FOLDER_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kern/kern.h"

struct kern_folder;

/**
 * kern_folder_open() - remember where the modules are; nothing is read yet
 * @path:    .../lib/modules/RELEASE; NULL: none
 * @symvers: Module.symvers, asked where there are no modules; NULL: none
 *
 * Return: 0, also if there is no such folder; -ENOMEM.
 */
_must_check_ int kern_folder_open(const char *path, const char *symvers,
				  bool no_cache, struct kern_folder **ret,
				  struct diag *d);
struct kern_folder *kern_folder_close(struct kern_folder *f); /* NULL is fine */

/* Is there a folder with modules? */
bool kern_folder_exists(const struct kern_folder *f);

/* Where module @name lies; NULL: there is none. */
const char *kern_folder_module(struct kern_folder *f, const char *name);

/* The first module of the list that says to be in-tree; NULL: none. */
const char *kern_folder_sample(struct kern_folder *f);

/* See kern_find_provider(). */
enum kern_known kern_folder_find(struct kern_folder *f, const char *symbol,
				 struct kern_export *ret);

/* The exports of one module, in memory of @a. See kern_module_exports(). */
enum kern_known kern_folder_exports(struct kern_folder *f, const char *name,
				    struct arena *a, struct kern_export **ret,
				    size_t *ret_n);

/* Is it built in? See kern_builtin(). */
enum kern_known kern_folder_builtin(struct kern_folder *f, const char *name);

#endif
