/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Naming the cycles of a graph that cannot be ordered: for graph.c. */
#ifndef LKM_INDEX_CYCLE_H
#define LKM_INDEX_CYCLE_H

#include "index/graph.h"

/* Tells each cycle and how many modules are in one. -ELOOP, or -ENOMEM. */
int idx_tell_cycles(struct idx_graph *g, struct diag *d);

#endif
