/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: bare - an image without section headers, as arm64's Image
 *
 * It is the kernel's memory from its first byte on, so all is in it that a
 * vmlinux has, but nothing says where. What is wanted is found by its shape:
 *
 *	.rela.dyn   the longest row of R_AARCH64_RELATIVE: it tells the address
 *	            that the image was linked to, and what belongs into the
 *	            words that are zero in the file
 *	__ksymtab   the longest row of place-relative entries whose names are
 *	            in order; where the order begins anew is __ksymtab_gpl
 *	__kcrctab   behind it; since v7.1 the flags behind that
 *	__param     the longest row of such, behind all these; then __modver
 *	.BTF        by its header
 *
 * Kernel: arch/arm64/kernel/head.S, Documentation/arch/arm64/booting.rst,
 * RO_DATA of include/asm-generic/vmlinux.lds.h.
 */
#ifndef LKM_KERN_BARE_H
#define LKM_KERN_BARE_H

#include "kern/vmlinux.h"

/* Is it an arm64 Image, little-endian? */
bool bare_is_arm64(struct span image);

/**
 * bare_init() - the parts of an arm64 Image
 * @v: ko is set, nothing else; on success as by vmlinux_init()
 *
 * Return: 0; -ENOMEM. What is not found is not among the parts.
 */
_must_check_ int bare_init(struct vmlinux *v);

#endif
