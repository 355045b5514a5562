/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: ksyms - what the kernel itself exports, told by a file
 */
#ifndef LKM_INDEX_KSYMS_H
#define LKM_INDEX_KSYMS_H

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "index/graph.h"

/* Symbols that idx_ksyms_add() always adds. */
#define IDX_KSYMS_MADE_UP 3

enum idx_ksyms_kind {
	IDX_SYMVERS,	/* Module.symvers: the rows of vmlinux, with CRCs  */
	IDX_SYSTEM_MAP, /* System.map: names behind __ksymtab_             */
};

/**
 * idx_ksyms_add() - tell a graph about the kernel's symbols
 * @prefix: a character in front of every name of System.map; 0: none
 * @keep:   holds the names; must outlive @g; free with bytes_fini()
 *
 * A line of System.map that is none is told. Those that every kernel makes up
 * when it loads a module are added, too.
 *
 * Return: 0; the errno of reading @path; -ENOMEM.
 */
_must_check_ int idx_ksyms_add(struct idx_graph *g, const char *path,
			       enum idx_ksyms_kind kind, char prefix,
			       struct bytes *keep, struct diag *d);

#endif
