/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: folder - the modules that belong to a kernel: where each one lies
 *
 * By depmod's index. Where depmod has not been, by looking: what was found,
 * with its times, is then what proves that nothing changed.
 *
 * All questions may be asked by several threads at once. Strings belong to
 * the folder.
 */
#ifndef LKM_KERN_FOLDER_H
#define LKM_KERN_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/gather.h"
#include "kern/kern.h"

struct kern_folder;

/**
 * kern_folder_open() - remember where the modules are; nothing is read yet
 * @path: .../lib/modules/RELEASE; NULL: none
 *
 * Return: 0, also if there is no such folder; -ENOMEM.
 */
_must_check_ int kern_folder_open(const char *path, struct kern_folder **ret,
				  struct diag *d);
struct kern_folder *kern_folder_close(struct kern_folder *f); /* NULL is fine */

/* Is there a folder? */
bool kern_folder_exists(const struct kern_folder *f);

/* Has depmod been there? */
bool kern_folder_indexed(struct kern_folder *f);

/* Where module @name lies; NULL: there is none. */
const char *kern_folder_module(struct kern_folder *f, const char *name);

/* One of the modules that the kernel was built with, or any; NULL: none. */
const char *kern_folder_sample(struct kern_folder *f);

/* The module that exports a symbol, of a folder with an index; NULL: none. */
const char *kern_folder_owner(struct kern_folder *f, const char *symbol);

/* Is it built in? See kern_builtin(). */
enum kern_known kern_folder_builtin(struct kern_folder *f, const char *name);

enum kern_folder_which {
	KERN_FOLDER_EXPORTERS, /* those of the index; without one: all */
	KERN_FOLDER_STRAYS,    /* those that modules.order does not list */
};

/**
 * kern_folder_list() - modules of the folder
 * @a: memory for the list
 *
 * Return: 0; -ENOENT: no folder, or none that can be read; -EBADMSG: the
 * index is damaged; -ENOMEM.
 */
_must_check_ int kern_folder_list(struct kern_folder *f,
				  enum kern_folder_which which,
				  struct arena *a, struct gather_file **ret,
				  size_t *ret_n);

/*
 * What proves the folder unchanged, as store_key(). NULL: nothing does, for
 * depmod has just been there; or no memory. Else free() it.
 */
char *kern_folder_key(struct kern_folder *f) _must_check_;

#endif
