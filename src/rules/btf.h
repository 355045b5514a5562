/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What btf.c and btf_types.c share: a complaint about type information. */
#ifndef LKM_RULES_BTF_H
#define LKM_RULES_BTF_H

#include "rules/run.h"

#define BTF_LINES 6

/* Lines behind "BPF: ", in their order; none: nothing is wrong. */
struct complaint {
	const char *line[BTF_LINES];
	unsigned n;
	int err;    /* positive */
	bool typed; /* about one type: some kernels keep it to themselves */
};

/**
 * btf_types() - are all types of a module what they claim to be?
 * @types: the section of types
 * @names: the module's own names, that begin where the kernel's end
 *
 * Whether the numbers of other types in them exist is not asked, by the kernel
 * neither.
 *
 * Kernel: btf_check_all_metas(), kernel/bpf/btf.c.
 */
struct complaint btf_types(struct run *r, struct span types, struct span names);

#endif
