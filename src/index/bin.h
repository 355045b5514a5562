/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: bin - one modules.*.bin file, looked at
 *
 * The file is a Patricia trie of big-endian numbers:
 *
 *	magic B0 07 F4 57 | version 0x0002xxxx | offset of the root
 *	node: [prefix NUL] [first last child...] [count (priority value NUL)...]
 *
 * What a node has is in the high bits of the number that points to it. The
 * file is not trusted: every number and every string is checked against its
 * end when it is read, depth and work are bounded, and damage is -EBADMSG.
 */
#ifndef LKM_INDEX_BIN_H
#define LKM_INDEX_BIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

struct idx_bin; /* mapped read-only; may be asked by several threads */

struct idx_value {
	const char *value; /* borrowed from the file */
	uint32_t priority;
};

/**
 * idx_bin_open() - map a file and look at its header
 *
 * The file must not be cut while it is open; depmod replaces it by another.
 *
 * Return: 0; the errno of open(2) (-ENOENT without a diagnostic); -ENODATA: it
 * is empty, which is how depmod says that its input was missing (without a
 * diagnostic, too); -EBADMSG: no such file, or another version of the format;
 * -ENOMEM.
 */
_must_check_ int idx_bin_open(const char *path, struct idx_bin **ret,
			      struct diag *d);
/* The same for bytes in memory, which are borrowed. */
_must_check_ int idx_bin_open_span(const char *path, struct span bytes,
				   struct idx_bin **ret, struct diag *d);
struct idx_bin *idx_bin_close(struct idx_bin *b); /* NULL is fine */

static inline void idx_bin_close_cleanup(struct idx_bin **b)
{
	(void)idx_bin_close(*b);
}
#define _cleanup_idx_bin_ _cleanup_(idx_bin_close_cleanup)

/**
 * idx_bin_get() - the first value of exactly this key
 * @ret: borrowed from @b
 *
 * Return: 0; -ENOENT: no such key (no diagnostic); -EBADMSG: damaged.
 */
_must_check_ int idx_bin_get(const struct idx_bin *b, const char *key,
			     const char **ret, struct diag *d);

/**
 * idx_bin_match() - all values whose key, a pattern, fits
 * @key: what was asked for, normalised
 * @a:   holds the list
 * @ret: by priority, smallest first; as kmod among equals
 *
 * Return: 0, also if none fits; -EBADMSG: damaged; -ENOMEM.
 */
_must_check_ int idx_bin_match(const struct idx_bin *b, const char *key,
			       struct arena *a, struct idx_value **ret,
			       size_t *ret_n, struct diag *d);

/**
 * idx_bin_each() - every key with each of its values, in the trie's order
 * @fn: stops the walk by returning anything but 0
 *
 * Return: 0; what @fn returned; -EBADMSG: damaged; -ENOMEM.
 */
_must_check_ int idx_bin_each(const struct idx_bin *b,
			      int (*fn)(void *arg, const char *key,
					const struct idx_value *v),
			      void *arg, struct diag *d);

#endif
