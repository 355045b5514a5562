/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What btf.c and btf_types.c share: a complaint about type information. */
#ifndef LKM_RULES_BTF_H
#define LKM_RULES_BTF_H

#include "rules/run.h"

/* What is wrong, if @err is not 0: some is told by no line. */
struct complaint {
	const char **line; /* behind "BPF: ", in their order */
	size_t n;
	int err;    /* positive */
	bool typed; /* about one type: some kernels keep it to themselves */
};

/**
 * btf_types() - are all types of a module what they claim to be?
 * @types: the section of types
 * @names: the module's own names, that begin where the kernel's end
 *
 * Whether the numbers of other types in them exist is asked of what qualifies
 * one ("const", "typedef") only, as by the kernel.
 *
 * Kernel: btf_check_all_metas() and btf_check_type_tags(), kernel/bpf/btf.c.
 */
struct complaint btf_types(struct run *r, struct span types, struct span names);

#endif
