/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: cache - what depmod learnt about each module, kept beside the indexes
 *
 * One file, in this machine's byte order, for this machine alone:
 *
 *	"lkmfacts" | u32 mark | u32 version | u64 n | u64 size | u64 sum
 *	n times: u64 size, ino | s64 mtime, ctime | u32 lengths of path, facts
 *	n times: path NUL, facts
 *
 * A module is unchanged if path, size, inode, modification time and change
 * time are what they were. The change time is the one that nobody can set:
 * packagers preserve the others. A file that changed right before it was read
 * could change again without a new time; it is not kept.
 *
 * A cache that is damaged or another's is as good as none.
 */
#ifndef LKM_INDEX_CACHE_H
#define LKM_INDEX_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "index/source.h"

#define IDX_CACHE_NAME "modules.lkm-facts"

struct idx_cache {
	struct bytes file;
	const uint8_t *entries; /* the table, checked                      */
	size_t n;
};

/**
 * idx_cache_read() - read one and look whether it is whole
 * @ret: set only on success; free with idx_cache_fini()
 *
 * Return: 0; -ENOENT: there is none (no diagnostic); -EBADMSG: damaged, or of
 * another version or machine; -EFBIG; -ENOMEM; the errno of open(2) or read(2).
 */
_must_check_ int idx_cache_read(const char *path, struct idx_cache *ret,
				struct diag *d);
void idx_cache_fini(struct idx_cache *c);
#define _cleanup_idx_cache_ _cleanup_(idx_cache_fini)

/**
 * idx_cache_use() - facts for the modules that are as they were
 * @s: the facts of these are set, borrowed from @c
 * @ret_known: how many
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int idx_cache_use(const struct idx_cache *c,
			       struct idx_sources *s, size_t *ret_known,
			       struct diag *d);

/**
 * idx_cache_bytes() - the file for the next time
 * @began_ns: CLOCK_REALTIME before the first file was looked at
 * @ret:      free with bytes_fini()
 *
 * Modules that could not be read are left out, too.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int idx_cache_bytes(const struct idx_sources *s, int64_t began_ns,
				 struct bytes *ret, struct diag *d);

#endif
