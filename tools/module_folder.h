/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the modules of a kernel are, for all tools alike. */
#ifndef LKM_TOOLS_MODULE_FOLDER_H
#define LKM_TOOLS_MODULE_FOLDER_H

#include "base/text.h"

/*
 * The module folder of a kernel, in memory of the caller's: of the roots that
 * were said (NULL: none), or else of those built in, the first that has it; if
 * none has, where it would be in the first. NULL: no memory.
 */
char *module_folder(const struct strv *said, const char *release);

/* That of the running kernel; NULL, with errno, where uname(2) fails, too. */
char *module_folder_here(void);

#endif
