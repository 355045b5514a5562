/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the readers of an index share: one node, checked; and the walk over
 * all that hangs below one.
 */
#ifndef LKM_INDEX_BIN_NODE_H
#define LKM_INDEX_BIN_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/span.h"
#include "index/bin.h"
#include "index/bin_fit.h"

#define BIN_MAGIC UINT32_C(0xb007f457)
#define BIN_VERSION UINT32_C(0x00020001)
#define BIN_HEADER 12

/* In the number that points to a node: what it has, and where it is. */
#define BIN_PREFIX UINT32_C(0x80000000)
#define BIN_VALUES UINT32_C(0x40000000)
#define BIN_CHILDREN UINT32_C(0x20000000)
#define BIN_OFFSET UINT32_C(0x0fffffff)

struct idx_bin {
	struct span s;
	uint32_t root;
	void *map; /* NULL: @s is borrowed */
	char path[];
};

/* A node whose prefix and table of children lie inside the file. */
struct bin_node {
	const char *prefix; /* "" if it has none                        */
	size_t prefix_n;
	unsigned first, last; /* of the children; first > last: none    */
	size_t children;      /* where the child for @first is          */
	size_t at;	      /* where it begins itself                 */
	size_t values;	      /* where the first value is               */
	uint32_t n_values;
};

/* Values one after the other: zero it, and set @at and @left from a node. */
struct bin_values {
	size_t at;
	uint32_t left;
};

/* Says that @b is damaged. Return: -EBADMSG. */
int bin_damaged(const struct idx_bin *b, struct diag *d, size_t at,
		const char *fmt, ...) _printf_(4, 5);

/* Return: 0; -EBADMSG. */
_must_check_ int bin_node_at(const struct idx_bin *b, uint32_t word,
			     struct bin_node *ret, struct diag *d);

/* The number that points to child @c; 0: there is none. */
uint32_t bin_child(const struct idx_bin *b, const struct bin_node *n,
		   unsigned c) _pure_;

static inline struct bin_values bin_values_of(const struct bin_node *n)
{
	return (struct bin_values){ n->values, n->n_values };
}

/* Return: 1: @ret is one; 0: no more; -EBADMSG. */
_must_check_ int bin_value_next(const struct idx_bin *b, struct bin_values *v,
				struct idx_value *ret, struct diag *d);

/*
 * A walk over all nodes below one, each after the one it hangs from, the
 * children in the order of their characters. No node of a sound file is met
 * twice, so that the bytes of those that are met cannot be more than the
 * file's: @left counts them down, and ends what a damaged file makes endless.
 */
struct bin_walk {
	const struct idx_bin *b;
	uint64_t left;
	struct bin_frame *f; /* from the top to the node at hand */
	size_t n, cap;
	char *key; /* its key, NUL-terminated */
	size_t key_n, key_cap;
	bool after; /* @found is asked about the children first */
	void *arg;
	/* A node with values. Anything but 0 ends the walk. */
	int (*found)(struct bin_walk *w, const struct bin_node *n,
		     const struct bin_fit *fit, struct diag *d);
	/* @n more bytes of the key: false if nothing below is wanted.
	 * NULL: all is wanted. */
	bool (*step)(struct bin_walk *w, struct bin_fit *fit, const char *s,
		     size_t n);
};

void bin_walk_fini(struct bin_walk *w);

/**
 * bin_walk_node() - walk over a node and what is below
 * @first: the character that leads to it; 0: none
 * @skip:  so much of its prefix does not belong to the key
 * @fit:   for @step; may be NULL
 *
 * Return: 0; what @found returned; -EBADMSG; -ENOMEM.
 */
_must_check_ int bin_walk_node(struct bin_walk *w, uint32_t word, char first,
			       size_t skip, const struct bin_fit *fit,
			       struct diag *d);

#endif
