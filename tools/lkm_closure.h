/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm closure */
#ifndef LKM_TOOLS_LKM_CLOSURE_H
#define LKM_TOOLS_LKM_CLOSURE_H

int lkm_closure(int argc, char **argv);

#endif
