/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: files - which files of modprobe.d or depmod.d are read, in which order
 *
 * Regular *.conf files of several folders: of files with the same name only
 * that of the first folder counts, and all that are left are read in the byte
 * order of their bare names.
 */
#ifndef LKM_CONF_FILES_H
#define LKM_CONF_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"

struct conf_file {
	char *path;
	const char *name; /* in @path */
	bool folder;	  /* of the module folder, if it is there at all   */
	int err;	  /* -errno: found, and cannot be read              */
};

struct conf_files {
	struct conf_file *v;
	size_t n, cap;
};

struct conf_files_from {
	const char *const *paths; /* highest first, NULL ends             */
	const char *folder;	  /* the module folder, for what its modules
				   * say of themselves; NULL: none         */
	/* A complaint about what is left out; may be NULL. */
	void (*say)(void *arg, int prio, const char *func, const char *text);
	/* A path that there is, and when it changed last in ns; may be NULL.
	 * Return: 0 or -ENOMEM. */
	int (*note)(void *arg, const char *path, uint64_t stamp);
	void *arg;
};

/* Return: 0; -EFBIG: absurdly many; -ENOMEM. */
_must_check_ int conf_files_find(const struct conf_files_from *from,
				 struct conf_files *ret);
void conf_files_fini(struct conf_files *f);

/*
 * A whole configuration file. Unlike file_read() it does not wait for a pipe
 * that nobody writes to.
 *
 * Return: 0; the errno of open(2) or read(2); -EINVAL: not a regular file;
 * -EFBIG; -ENOMEM.
 */
_must_check_ int conf_file_bytes(const char *path, size_t limit,
				 struct bytes *ret, struct diag *d);

#endif
