/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm new: a fresh project from the gallery. */
#ifndef LKM_TOOLS_LKM_NEW_H
#define LKM_TOOLS_LKM_NEW_H

int lkm_new(int argc, char **argv);

#endif
