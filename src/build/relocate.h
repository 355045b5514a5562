/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_relocate - make unpacked kernel packages work where they lie
 *
 * Packages are made for "/". Unpacked elsewhere, three things are wrong:
 *   * the headers' Makefile includes /usr/src/linux-headers-X-common/Makefile
 *   * lib/modules/R/build and source are absolute links
 *   * the kernel's build tools (fixdep, modpost, objtool) may need a newer C
 *     library than this system has
 */
#ifndef LKM_BUILD_RELOCATE_H
#define LKM_BUILD_RELOCATE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/macros.h"

/* Makefiles and links become relative: the tree may be moved afterwards. */
_must_check_ int build_relocate(const char *root, struct diag *d);

/* Do the tree's build tools refuse to run with this system's C library? */
bool build_tools_need_libc(const char *root);

/**
 * build_tools_wrap() - run the build tools with a C library of their own
 * @host: name of the folder below @root that libc6 was unpacked into
 *
 * Return: 0; -ENOENT if @host has no loader; the errno of a file.
 */
_must_check_ int build_tools_wrap(const char *root, const char *host,
				  struct diag *d);

#endif
