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

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"

struct conf_file {
	char *path;
	const char *name; /* in @path */
	bool folder;	  /* of the module folder                          */
	int err;	  /* -errno: found, and cannot be read              */
};

struct conf_files {
	struct conf_file *v;
	size_t n, cap;
};

struct conf_reader;

/* Return: 0 or -ENOMEM. */
_must_check_ int conf_files_find(struct conf_reader *r,
				 struct conf_files *ret, struct diag *d);
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
