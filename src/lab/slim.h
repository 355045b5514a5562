/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: slim - a module without its debug information
 *
 * The kernel never looks at .debug_* sections, but it copies them, and they
 * can be a hundred times larger than the module. They stay on the host, which
 * uses them to name lines.
 */
#ifndef LKM_LAB_SLIM_H
#define LKM_LAB_SLIM_H

#include "base/file.h"
#include "ko/ko.h"

/**
 * lab_slim() - the image for the guest
 * @ret: a new image; set only on success
 *
 * Everything but the contents of debug sections is as it was: the same
 * sections with the same numbers, the same symbols, the same order in the
 * file. Nothing is done to a file that is signed (the signature covers all
 * bytes), that is damaged (what the kernel says of it is the question), or
 * that has nothing to leave out.
 *
 * Return: 0; -ENODATA: give the kernel the file as it is; -ENOMEM.
 */
_must_check_ int lab_slim(const struct ko *ko, struct bytes *ret);

#endif
