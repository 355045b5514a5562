/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: libbpf - the functions for BTF, opened when the first is read
 *
 *	r = libbpf_need(d);
 *	if (!r)
 *		btf = dso_btf__new(...);
 *
 * Where only a member's type is of interest, bpf/btf.h alone will do.
 */
#ifndef LKM_KERN_LIBBPF_H
#define LKM_KERN_LIBBPF_H

#include <bpf/btf.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"

extern __typeof__(&(btf__free)) dso_btf__free;
extern __typeof__(&(btf__name_by_offset)) dso_btf__name_by_offset;
extern __typeof__(&(btf__new)) dso_btf__new;
extern __typeof__(&(btf__parse_raw_split)) dso_btf__parse_raw_split;
extern __typeof__(&(btf__resolve_size)) dso_btf__resolve_size;
extern __typeof__(&(btf__type_by_id)) dso_btf__type_by_id;
extern __typeof__(&(btf__type_cnt)) dso_btf__type_cnt;

/**
 * libbpf_need() - make them callable, and libbpf silent
 *
 * Return: as dso_need().
 */
_must_check_ int libbpf_need(struct diag *d);

/* The type behind names and qualifiers; NULL: void, or there is none. */
const struct btf_type *btf_bare(const struct btf *b, uint32_t id);

#endif
