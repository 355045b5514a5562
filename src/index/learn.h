/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: learn - the facts of many modules, by all processors at once
 */
#ifndef LKM_INDEX_LEARN_H
#define LKM_INDEX_LEARN_H

#include <stddef.h>

#include "base/diag.h"
#include "base/macros.h"
#include "index/source.h"

struct idx_learn_opts {
	unsigned threads; /* 0: as many as there are processors for us     */
	/* Called now and then by the caller's thread; may be NULL. */
	void (*progress)(void *arg, size_t done, size_t of);
	void *arg;
};

/* Where the facts are. */
struct idx_learned {
	struct arena *arenas;
	unsigned n;
};

/**
 * idx_learn() - read every module that has no facts yet
 * @s:   its facts are set; the same whatever the number of threads
 * @ret: holds the facts; free with idx_learned_fini(), also on failure
 *
 * A module that cannot be read gets a fact of kind IDX_BROKEN; so does one that
 * is cut short meanwhile, for which SIGBUS is caught until this returns.
 *
 * Return: 0; -ENOMEM.
 */
_must_check_ int idx_learn(struct idx_sources *s,
			   const struct idx_learn_opts *o,
			   struct idx_learned *ret, struct diag *d);
void idx_learned_fini(struct idx_learned *l);
#define _cleanup_idx_learned_ _cleanup_(idx_learned_fini)

#endif
