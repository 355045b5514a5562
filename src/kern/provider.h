/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: provider - what the modules of a kernel export
 *
 * Who exports a symbol is told by modules.symbols.bin, or by Module.symvers;
 * what a module exports, by itself. A few questions cost a few modules to be
 * read; who asks for more gets all read at once, by several threads. What was
 * read is kept in the cache, and a module that changed since is noticed when
 * it is asked for.
 *
 *	symbol -> table (cache) -> its module still the same? -> answer
 *	            | not in it
 *	            +-> index, symvers -> module -> read it
 *	                  | neither is there, or too many were read
 *	                  +-> read all: the table is complete
 *
 * All questions may be asked by several threads at once.
 */
#ifndef LKM_KERN_PROVIDER_H
#define LKM_KERN_PROVIDER_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kern/folder.h"
#include "kern/kern.h"

struct kern_provider;

/**
 * kern_provider_open() - get ready to be asked; nothing is read yet
 * @f:       must outlive @ret
 * @symvers: Module.symvers; NULL: none
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int kern_provider_open(struct kern_folder *f,
				    const char *symvers, bool no_cache,
				    struct kern_provider **ret,
				    struct diag *d);

/* Keeps what was learnt. NULL is fine. Return: NULL. */
struct kern_provider *kern_provider_close(struct kern_provider *p);

/* See kern_find_provider(). */
enum kern_known kern_provider_find(struct kern_provider *p,
				   const char *symbol,
				   struct kern_export *ret);

/* See kern_module_exports(). */
enum kern_known kern_provider_exports(struct kern_provider *p,
				      const char *name, struct arena *a,
				      struct kern_export **ret,
				      size_t *ret_n);

#endif
