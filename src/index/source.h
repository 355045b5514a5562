/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: source - the module files that a set of indexes is made of
 *
 * In module order: as modules.order lists them, then the others in the order
 * of kmod's table of 512 buckets. The place in this order is the priority of
 * a module in the .bin files.
 */
#ifndef LKM_INDEX_SOURCE_H
#define LKM_INDEX_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/macros.h"
#include "base/span.h"

struct idx_source {
	const char *path; /* to open                                       */
	const char *rel;  /* as modules.dep has it                         */
	const char *name; /* up to the first dot, dashes are underscores   */
	uint64_t size;	  /* these four tell whether a file changed        */
	uint64_t ino;
	uint64_t dev;
	int64_t mtime_ns;
	int64_t ctime_ns;
	uint32_t order; /* line in modules.order; UINT32_MAX: not listed   */
	bool external;	/* from a folder of an external line               */
	struct span facts; /* from idx_learn(), or from a cache            */
	size_t info; /* where in facts the aliases begin; 0 serves, slowly */
};

struct idx_sources {
	struct idx_source *v;
	size_t n;
	struct arena a; /* holds the list and its strings                  */
};

static inline void idx_sources_fini(struct idx_sources *s)
{
	arena_fini(&s->a);
}
#define _cleanup_idx_sources_ _cleanup_(idx_sources_fini)

/* Paul Hsieh's hash, as kmod has it: decides the order of what is unordered. */
uint32_t idx_kmod_hash(const char *s) _pure_;

/* A module's name from a path: what lies before the first dot, '-' as '_'. */
char *idx_name_of(struct arena *a, const char *path);

#endif
