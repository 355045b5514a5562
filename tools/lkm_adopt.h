/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm adopt */
#ifndef LKM_TOOLS_LKM_ADOPT_H
#define LKM_TOOLS_LKM_ADOPT_H

int lkm_adopt(int argc, char **argv);

#endif
