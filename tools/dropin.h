/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tools that stand in for kmod's have in common. */
#ifndef LKM_TOOLS_DROPIN_H
#define LKM_TOOLS_DROPIN_H

/*
 * Prints what kmod's -V prints: scripts look for the first line, and for a
 * compression in the second. Return: 0, the exit status.
 */
int dropin_version(void);

#endif
