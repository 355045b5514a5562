/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Can a pattern that begins like this still fit? Asked at every node below a
 * wildcard, so that whole branches need not be looked at: under "of:N*T*C" or
 * "acpi*:" hang thousands of patterns.
 *
 * bin_fit_step() may say yes where the answer is no (it stops thinking at `[`
 * and `\`), never the other way round. fnmatch(3) has the last word.
 */
#ifndef LKM_INDEX_BIN_FIT_H
#define LKM_INDEX_BIN_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIN_FIT_WORDS 4
/* The last bit says that nothing is known. */
#define BIN_FIT_MAX (64 * BIN_FIT_WORDS - 2)

/* Bit n is set: the pattern so far fits the first n bytes of the query. */
struct bin_fit {
	uint64_t w[BIN_FIT_WORDS];
};

/* A query, by its bytes: bit n of has[c] is set if byte n is c. */
struct bin_fit_query {
	size_t n;
	struct bin_fit has[128], all;
};

/* False: it is too long, or has bytes that are no ASCII. */
bool bin_fit_query(struct bin_fit_query *q, const char *s);

/* Nothing of a pattern was seen, and @at bytes of the query are behind us. */
struct bin_fit bin_fit_start(size_t at);

/* @n more bytes of the pattern. False: it cannot fit any more. */
bool bin_fit_step(const struct bin_fit_query *q, struct bin_fit *f,
		  const char *s, size_t n);

/* The pattern ends here. */
bool bin_fit_end(const struct bin_fit_query *q, const struct bin_fit *f);

#endif
