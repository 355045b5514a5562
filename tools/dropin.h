/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools that stand in for kmod's have in common. */
#ifndef LKM_TOOLS_DROPIN_H
#define LKM_TOOLS_DROPIN_H

#include <stdbool.h>

/*
 * Is something missing of what was printed, for want of room? Who closed the
 * standard output, or does not read the pipe to its end, does not want it.
 */
bool dropin_output_lost(void);

/*
 * Prints what kmod's -V prints: scripts look for the first line, and for a
 * compression in the second. Return: 0, the exit status.
 */
int dropin_version(void);

#endif
