/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: graph - who exports what, and who depends on whom
 */
#ifndef LKM_INDEX_GRAPH_H
#define LKM_INDEX_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/macros.h"
#include "index/event.h"
#include "index/source.h"

#define IDX_KERNEL UINT32_MAX

struct idx_export {
	const char *name; /* borrowed from the facts                       */
	uint32_t n;
	uint32_t hash;
	uint32_t crc;
	uint32_t owner; /* place in module order; IDX_KERNEL               */
};

struct idx_node {
	uint32_t *deps; /* direct ones, each once, in the order of needs   */
	uint32_t n_deps;
	uint32_t users;
	uint32_t place; /* users come before what they use                 */
};

struct idx_graph {
	const struct idx_sources *src;
	struct idx_export *exports;
	uint32_t n_exports;
	uint32_t *slots; /* hash table: 0, or a number in exports + 1      */
	uint32_t mask;
	struct idx_node *nodes; /* as many as src->n                       */
	bool unknown; /* tell of symbols that nobody has                   */
	bool crcs;    /* and of versions that differ                       */
	bool needs;   /* tell every need that a module fills               */
	const struct idx_tell *tell;
	struct arena a;
	/* Scratch of idx_graph_link(). */
	uint32_t *seen, *list, *todo, stamp;
};

/* Scratch of idx_graph_deps(), for one thread. */
struct idx_reach {
	uint32_t *seen, *list, stamp;
};

/*
 * Zero a struct idx_graph and set tell, unknown, crcs and needs as wanted:
 * that is an empty one.
 */
void idx_graph_fini(struct idx_graph *g);
#define _cleanup_idx_graph_ _cleanup_(idx_graph_fini)

/* A symbol of the kernel itself; @name must outlive @g. 0 or -ENOMEM. */
_must_check_ int idx_graph_kernel(struct idx_graph *g, const char *name,
				  uint32_t crc);

/**
 * idx_graph_link() - find out who depends on whom
 * @src: with facts; must outlive @g
 *
 * Return: 0; -ELOOP: there are cycles, which were told; -ENOMEM.
 */
_must_check_ int idx_graph_link(struct idx_graph *g,
				const struct idx_sources *src, struct diag *d);

/* Room for idx_graph_deps(), in @a. 0 or -ENOMEM. */
_must_check_ int idx_reach_init(const struct idx_graph *g, struct arena *a,
				struct idx_reach *ret);

/*
 * All modules that module @i depends on, the one to load first last. Valid
 * until the next call with @r. Return: how many.
 */
uint32_t idx_graph_deps(const struct idx_graph *g, struct idx_reach *r,
			uint32_t i, const uint32_t **ret);

#endif
