/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm check: see lkm_check.c. */
#ifndef LKM_TOOLS_LKM_CHECK_H
#define LKM_TOOLS_LKM_CHECK_H

int lkm_check(int argc, char **argv);

#endif
