/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lkm kernel */
#ifndef LKM_TOOLS_LKM_KERNEL_H
#define LKM_TOOLS_LKM_KERNEL_H

#include "base/diag.h"

int lkm_kernel(int argc, char **argv);

/* lkm kernel show; argv[0] is "show". */
int lkm_kernel_show(int argc, char **argv);

/* lkm kernel build; argv[0] is "build". */
int lkm_kernel_build(int argc, char **argv);

/* Indexes the modules of a kernel below @root: the index of build/minimal.h. */
int lkm_kernel_index(const char *root, const char *release, struct diag *d);

/* The progress line of a fetch: the fn of a struct build_progress. */
void lkm_kernel_progress(void *arg, const char *what, int percent);

#endif
