/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: store - blocks of facts in the user's cache
 *
 *	~/.cache/lkm/facts/KIND-HASH
 *
 * Each file has the whole key in it, the hash only names it. A file is
 * written beside its place and renamed; what is damaged, another's, or of an
 * older layout is as good as none, and is removed when the next one is
 * written, as are those about files that are gone.
 */
#ifndef LKM_KERN_STORE_H
#define LKM_KERN_STORE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/macros.h"
#include "kern/facts.h"

/* A block, and the memory that it is in. Zero it; kern_block_fini() it. */
struct kern_block {
	struct facts facts;
	void *map;
	size_t map_n;
	struct bytes owned;
};

void kern_block_fini(struct kern_block *b);
#define _cleanup_block_ _cleanup_(kern_block_fini)

/**
 * store_key() - what proves a file unchanged, in front of its path
 *
 * Device, inode, size, and the times to the nanosecond. The change time is
 * the one that nobody can set.
 *
 * Return: NULL: no memory; else free() it.
 */
char *store_key(const char *path, const struct stat *st) _must_check_;

/* Did it change so lately that it could change again without a new time? */
bool store_too_young(const struct stat *st);

/**
 * store_open() - the block that was kept under @key
 * @kind: "image", "modules"
 *
 * Return: 0; -ENOENT: there is none that can be used (no diagnostic).
 */
_must_check_ int store_open(const char *kind, const char *key,
			    struct kern_block *ret);

/* Keeps a block. Where that fails, it is made again the next time. */
void store_write(const char *kind, const char *key, struct span block);

#endif
