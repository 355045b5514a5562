/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: file - whole files, folders, the user's cache
 *
 * Every function names the file in the diagnostic's `where`.
 */
#ifndef LKM_BASE_FILE_H
#define LKM_BASE_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"

/* Owned bytes; @p is NUL-terminated one past @n, for text. */
struct bytes {
	uint8_t *p;
	size_t n;
};

void bytes_fini(struct bytes *b);
#define _cleanup_bytes_ _cleanup_(bytes_fini)

static inline struct span bytes_span(const struct bytes *b)
{
	return (struct span){ b->p, b->n };
}

/**
 * file_read() - a whole file into memory
 * @path:  also works for /proc and /sys, whose files tell no size
 * @limit: refuse files of more bytes than this (-EFBIG)
 * @ret:   set only on success; free with bytes_fini()
 *
 * Return: 0; the errno of open(2) or read(2); -EFBIG; -ENOMEM; -EISDIR.
 */
_must_check_ int file_read(const char *path, size_t limit, struct bytes *ret,
			   struct diag *d);
/* The same of a regular file or a device (/dev/null) only, else -EINVAL: where
 * nobody has a reason to put a pipe it must not stop the work. */
_must_check_ int file_read_regular(const char *path, size_t limit,
				   struct bytes *ret, struct diag *d);
/**
 * file_check_regular() - may another program be given this file to read?
 *
 * Follows links, opens nothing: for what we do not read ourselves. A compiler
 * waits for ever at a pipe, takes all memory for a device or a huge file, and
 * tells of one that it may not read as if the source were wrong.
 *
 * Return: 0; the errno of stat(2) or access(2); -EISDIR, -EINVAL if it is no
 * regular file; -EFBIG if it has more than @limit bytes.
 */
_must_check_ int file_check_regular(const char *path, size_t limit,
				    struct diag *d);
_must_check_ int file_read_fd(int fd, const char *path, size_t limit,
			      struct bytes *ret, struct diag *d);

/**
 * file_write() - replace a file by new content, or leave it as it was
 *
 * Written beside it, synced, renamed. Nothing is left behind on failure.
 */
_must_check_ int file_write(const char *path, const void *p, size_t n,
			    mode_t mode, struct diag *d);

/**
 * file_lock() - hold a lock file, alone
 * @wait: wait for whoever holds it; else -EWOULDBLOCK is returned, silently
 * @ret:  close it to give the lock up
 *
 * Return: 0; -EWOULDBLOCK; -EINTR if a caught signal came while waiting; the
 * errno of open(2).
 */
_must_check_ int file_lock(const char *path, bool wait, int *ret,
			   struct diag *d);

/* write(2) until all is written. Return: 0 or -errno. */
_must_check_ int fd_write_all(int fd, const void *p, size_t n);

/* Copies content and mode. Replaces @to as file_write() does. */
_must_check_ int file_copy(const char *from, const char *to, struct diag *d);

bool path_exists(const char *path);
bool path_is_dir(const char *path);

/* The part behind the last '/', never NULL. Borrowed from @path. */
const char *path_base(const char *path) _pure_;

/* Makes a folder and the ones above it; what exists is fine. */
_must_check_ int dir_make(const char *path, struct diag *d);

/**
 * dir_next() - readdir(3), which does not say whether it failed or is through
 *
 * Return: 1: *@ret is the next entry; 0: there is none; -errno.
 */
_must_check_ int dir_next(DIR *dp, struct dirent **ret);

/*
 * Removes a file or a folder with all that is in it. Never follows a
 * symbolic link. What does not exist is fine.
 */
_must_check_ int tree_remove(const char *path, struct diag *d);

/* Bytes that a file or a whole folder takes on disk; 0 if there is none. */
uint64_t tree_disk_bytes(const char *path);

/**
 * cache_dir() - a folder in the user's cache, made if it is missing
 * @sub: "kernels", "templates"
 * @ret: $LKM_CACHE/@sub, else $XDG_CACHE_HOME/lkm/@sub, else
 *       ~/.cache/lkm/@sub; owned by the caller
 *
 * Return: 0; -ENOENT if no home is known; the errno of mkdir(2).
 */
_must_check_ int cache_dir(const char *sub, char **ret, struct diag *d);

/**
 * cache_room() - is there so much room on the disk of a folder of the cache?
 *
 * Return: 0, also if that cannot be known; -ENOSPC.
 */
_must_check_ int cache_room(const char *dir, uint64_t bytes, struct diag *d);

/**
 * dir_temp() - a fresh private folder under $TMPDIR or /tmp
 *
 * The folder is removed by tree_remove(), by the caller.
 */
_must_check_ int dir_temp(const char *name, char **ret, struct diag *d);

#endif
