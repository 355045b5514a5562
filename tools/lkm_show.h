/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm show */
#ifndef LKM_TOOLS_LKM_SHOW_H
#define LKM_TOOLS_LKM_SHOW_H

int lkm_show(int argc, char **argv);

#endif
