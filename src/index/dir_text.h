/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An index made from its text form, for a folder that has only that (an image
 * builder dropped the .bin files, or another depmod wrote none).
 */
#ifndef LKM_INDEX_DIR_TEXT_H
#define LKM_INDEX_DIR_TEXT_H

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "index/dir.h"

/**
 * idx_dir_from_text() - what modules.alias.bin would be, from modules.alias
 * @bytes: must outlive @ret
 *
 * Return: 0; -ENOENT: there is no text either; the errno of reading it;
 * -ENOMEM.
 */
_must_check_ int idx_dir_from_text(const struct idx_dir *dir, enum idx_file f,
				   struct bytes *bytes, struct idx_bin **ret,
				   struct diag *d);

#endif
