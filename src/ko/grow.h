/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The output of a decompressor: a buffer that grows up to a limit.
 *
 *	b.p: [ b.n bytes are done | room ............ ] one more for a NUL
 */
#ifndef LKM_KO_GROW_H
#define LKM_KO_GROW_H

#include <errno.h>
#include <stdlib.h>

#include "ko/decompress.h"

struct grow {
	struct bytes b;
	size_t cap; /* b.n + room                                           */
	size_t limit;
};

static inline int grow_init(struct grow *g, uint64_t guess, size_t limit,
			    struct diag *d)
{
	/* One byte past the limit tells "exactly the limit" from "more". */
	if (guess < 4096)
		guess = 4096;
	if (guess > limit)
		guess = (uint64_t)limit + 1;
	*g = (struct grow){ .cap = (size_t)guess, .limit = limit };
	g->b.p = malloc(g->cap + 1);
	return g->b.p ? 0 : diag_fail(d, ENOMEM, "out of memory");
}

/* Makes room where there is none. Return: 0, -EFBIG or -ENOMEM. */
static inline int grow_room(struct grow *g, struct diag *d)
{
	if (g->b.n > g->limit) {
		return diag_fail_hint(d, EFBIG,
				      "check that the file is a module",
				      "decompresses to more than %zu bytes",
				      g->limit);
	}
	if (g->b.n < g->cap)
		return 0;

	size_t cap = g->cap > g->limit / 2 ? g->limit + 1 : g->cap * 2;
	uint8_t *p = realloc(g->b.p, cap + 1);

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	g->b.p = p;
	g->cap = cap;
	return 0;
}

static inline void grow_fini(struct grow *g)
{
	bytes_fini(&g->b);
}

/* Hands the bytes over. */
static inline int grow_done(struct grow *g, struct bytes *ret, struct diag *d)
{
	if (g->b.n > g->limit)
		return grow_room(g, d);
	g->b.p[g->b.n] = 0;
	*ret = g->b;
	g->b = (struct bytes){ 0 };
	return 0;
}

#define _cleanup_grow_ _cleanup_(grow_fini)

/* What is wrong with a stream, the same words for all kinds. */
static inline int stream_short(struct diag *d, const char *kind, size_t n)
{
	return diag_fail_hint(
		d, EBADMSG,
		"the file looks cut short; copy or compress it again",
		"the %s stream ends after %zu bytes, before its end is reached",
		kind, n);
}

static inline int stream_bad(struct diag *d, const char *kind, size_t at,
			     const char *why)
{
	return diag_fail_hint(d, EBADMSG, "copy or compress the file again",
			      "the %s stream is damaged at about byte %zu: %s",
			      kind, at, why);
}

#endif
