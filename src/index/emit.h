/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: emit - the content of each file of the set
 */
#ifndef LKM_INDEX_EMIT_H
#define LKM_INDEX_EMIT_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "index/graph.h"

struct idx_emit {
	const struct idx_sources *src;
	const struct idx_graph *graph;
	int64_t began_ns;   /* as for idx_cache_bytes()                    */
	const char *inputs; /* the folder with modules.builtin*            */
	const struct idx_tell *tell;
};

/* A file of the set, in kmod's order; then the store for the next time. */
struct idx_output {
	const char *name;
	int (*make)(const struct idx_emit *e, struct bytes *ret,
		    struct diag *d);
	bool text;     /* printed by depmod -n                             */
	bool linked;   /* made from the linked graph, others from facts    */
	bool optional; /* the set does without it where it must            */
};

extern const struct idx_output idx_outputs[];
extern const unsigned idx_n_outputs;

/**
 * idx_emit() - one file
 * @ret: free with bytes_fini()
 *
 * Return: 0; -ENOMEM; -EFBIG: more than the format can hold.
 */
static inline _must_check_ int idx_emit(const struct idx_output *o,
					const struct idx_emit *e,
					struct bytes *ret, struct diag *d)
{
	return o->make(e, ret, d);
}

#endif
