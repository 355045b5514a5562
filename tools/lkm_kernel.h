/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm kernel */
#ifndef LKM_TOOLS_LKM_KERNEL_H
#define LKM_TOOLS_LKM_KERNEL_H

int lkm_kernel(int argc, char **argv);

/* lkm kernel show; argv[0] is "show". */
int lkm_kernel_show(int argc, char **argv);

/* The progress line of a fetch: the fn of a struct build_progress. */
void lkm_kernel_progress(void *arg, const char *what, int percent);

#endif
