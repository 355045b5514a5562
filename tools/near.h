/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: near - a name that does not exist, and the one that was meant
 *
 *	struct near n = near_start(name);
 *
 *	near_try(&n, candidate);	for each there is
 *	if (*n.found)			"there is a module FOUND"
 */
#ifndef LKM_TOOLS_NEAR_H
#define LKM_TOOLS_NEAR_H

#include <stdbool.h>

#include "index/dir.h"

/* Names that are longer than this are compared no further. */
#define NEAR_MAX 64

struct near {
	const char *name;
	unsigned limit;
	unsigned best;
	char found[NEAR_MAX + 1]; /* "": nothing                            */
};

/* One letter in three may be wrong, two at the most. */
struct near near_start(const char *name);
void near_try(struct near *n, const char *candidate);

/* Tries all the modules that an index of files knows. */
void near_module(struct near *n, struct idx_dir *dir);

/* Are they the same name? '-' is '_'. */
bool near_same(const char *a, const char *b) _pure_;

#endif
