/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: write - a set of indexes onto the disk, whole or not at all
 *
 *	modules.lkm-new.XXXXXX/	 all new files are written here and synced
 *	modules.lkm-pending/	 it gets this name: from now on it is the set
 *	modules.*		 each file is renamed to its usual place
 *
 * A crash before the second step leaves the old set, and a folder that the
 * next depmod removes. A crash after it leaves the new set, part of it in the
 * pending folder, where readers look first and from where the next depmod
 * brings it to its place. A lock on the output folder makes depmods take
 * turns; the kernel drops it when its holder dies.
 */
#ifndef LKM_INDEX_WRITE_H
#define LKM_INDEX_WRITE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"

#define IDX_STAGING "modules.lkm-new."

/* No set has more files. */
#define IDX_WRITE_FILES 32

struct idx_write {
	const char *folder;
	int fd;	     /* of the folder: holds the lock                     */
	int staging; /* -1: not made yet                                  */
	char name[sizeof(IDX_STAGING) + 6];
	const char *files[IDX_WRITE_FILES];
	int fds[IDX_WRITE_FILES]; /* of the files, until they are synced  */
	unsigned n;
	bool finished_other; /* a depmod before us was interrupted        */
	struct diag left_out; /* err: why an optional file is not there   */
};

/**
 * idx_write_open() - take the lock, tidy up after those that died
 * @folder: the output folder, which must be there
 * @wait:   wait for another depmod; else -EWOULDBLOCK, without a diagnostic
 * @w:      close with idx_write_close(), on success only
 *
 * Changes nothing but what an interrupted depmod left. In a folder that
 * cannot be written that is no error: idx_write_file() says it.
 *
 * Return: 0; -EWOULDBLOCK; the errno of open(2), flock(2), or of finishing
 * what was left.
 */
_must_check_ int idx_write_open(const char *folder, bool wait,
				struct idx_write *w, struct diag *d);

/**
 * idx_write_file() - one file of the set, not yet visible
 * @name: must outlive @w
 */
_must_check_ int idx_write_file(struct idx_write *w, const char *name,
				struct span content, struct diag *d);

/**
 * idx_write_optional() - one file that the set does without where it must
 * @name: IDX_CACHE_NAME; behind the others, which have the room first
 *
 * What fails is told by left_out of @w, here or by idx_write_commit(): the
 * file is left out of the set then, or the one that was there stays.
 *
 * Return: 0; -errno if half a file cannot even be removed.
 */
_must_check_ int idx_write_optional(struct idx_write *w, const char *name,
				    struct span content, struct diag *d);

/**
 * idx_write_commit() - make the set visible
 *
 * Return: 0; -errno. Before the commit nothing old has changed then; behind
 * it what is left to do is done by the next depmod.
 */
_must_check_ int idx_write_commit(struct idx_write *w, struct diag *d);

/* Removes what was not committed, gives up the lock. */
void idx_write_close(struct idx_write *w);

#endif
