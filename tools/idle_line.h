/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of modprobe.d that are about no module: a slip of the hand, perhaps. */
#ifndef LKM_TOOLS_IDLE_LINE_H
#define LKM_TOOLS_IDLE_LINE_H

#include <stdbool.h>

#include "conf/conf.h"
#include "index/dir.h"

/*
 * Does the pattern of a deny or allow line fit no module that the folder's
 * indexes know, nor one that is built in? False where they cannot be read.
 */
bool idle_line(const struct conf_line *l, struct idx_dir *dir);

#endif
