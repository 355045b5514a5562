/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm why: see lkm_why.c. */
#ifndef LKM_TOOLS_LKM_WHY_H
#define LKM_TOOLS_LKM_WHY_H

int lkm_why(int argc, char **argv);

#endif
