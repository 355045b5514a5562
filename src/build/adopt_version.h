/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: build_adopt_version - a source for many kernels to one for one of them
 *
 * Out of the tree "#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)" is how one
 * source is built for several kernels. In a tree there is one version, so one
 * branch is right, and the others are never compiled: checkpatch wants them
 * gone.
 */
#ifndef LKM_BUILD_ADOPT_VERSION_H
#define LKM_BUILD_ADOPT_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* LINUX_VERSION_CODE of "6.1.192" or "6.12.0-rc3"; 0 if it is none. */
uint32_t adopt_version_code(const char *version);

/**
 * adopt_version_resolve() - leave what is compiled at LINUX_VERSION_CODE @code
 * @ret: the text; the same as @source if 0 is returned
 *
 * A condition that names LINUX_VERSION_CODE is decided if what else it names
 * does not matter: "CODE < X && defined(Y)" is where CODE is not below X. Others
 * stay as they are, "#if 0" as well. Of a source whose conditions do not close
 * nothing is decided.
 *
 * Return: how many lines #if or #elif were decided.
 */
unsigned adopt_version_resolve(const char *source, uint32_t code,
			       struct text *ret);

/* Does it still speak of the kernel's version? */
bool adopt_version_spoken(const char *source);

/* Without "#include <linux/version.h>". */
void adopt_version_drop_include(const char *source, struct text *ret);

#endif
