/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The module's type information against the kernel's.
 *
 * Kernel: btf_module_notify() and btf_parse_module(), kernel/bpf/btf.c.
 */
#include "rules/run.h"

bool run_btf(struct run *r)
{
	(void)r;
	return true;
}
