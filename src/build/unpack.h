/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_unpack - Debian packages into a folder, with dpkg-deb
 */
#ifndef LKM_BUILD_UNPACK_H
#define LKM_BUILD_UNPACK_H

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/**
 * build_unpack() - unpack packages and delete them
 * @from:  folder that the files are in
 * @files: their names
 * @to:    existing folder
 *
 * Return: 0; -ENOSPC; -EIO with dpkg-deb's words; -EINTR; -ENOMEM.
 */
_must_check_ int build_unpack(const char *from, const struct strv *files,
			      const char *to, struct diag *d);

#endif
