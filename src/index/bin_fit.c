/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns and sets of places in a query: see bin_fit.h. */
#include "index/bin_fit.h"

#include <string.h>

#define OPAQUE (64 * BIN_FIT_WORDS - 1)

static void set(struct bin_fit *f, size_t bit)
{
	f->w[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool has(const struct bin_fit *f, size_t bit)
{
	return f->w[bit / 64] >> bit % 64 & 1;
}

bool bin_fit_query(struct bin_fit_query *q, const char *s)
{
	memset(q, 0, sizeof(*q));
	for (; *s; s++, q->n++) {
		unsigned char c = (unsigned char)*s;

		if (c > 127 || q->n == BIN_FIT_MAX)
			return false;
		set(&q->has[c], q->n);
		set(&q->all, q->n);
	}
	return true;
}

struct bin_fit bin_fit_start(size_t at)
{
	struct bin_fit f = { 0 };

	set(&f, at);
	return f;
}

/* One byte of the query goes to a byte of the pattern. */
static bool consume(struct bin_fit *f, const struct bin_fit *where)
{
	uint64_t carry = 0, any = 0;

	for (size_t i = 0; i < BIN_FIT_WORDS; i++) {
		uint64_t w = f->w[i] & where->w[i];

		f->w[i] = w << 1 | carry;
		carry = w >> 63;
		any |= f->w[i];
	}
	return any != 0;
}

/* Forgets all places behind @at. */
static void keep_to(struct bin_fit *f, size_t at)
{
	for (size_t i = 0; i < BIN_FIT_WORDS; i++) {
		if (at >= 64 * i + 63)
			continue;
		f->w[i] &= at < 64 * i
				   ? 0
				   : (UINT64_C(2) << (at - 64 * i)) - 1;
	}
}

/* From the first place on, all. */
static void star(struct bin_fit *f, size_t n)
{
	bool seen = false;

	for (size_t i = 0; i < BIN_FIT_WORDS; i++) {
		if (seen)
			f->w[i] = ~UINT64_C(0);
		else if (f->w[i])
			f->w[i] = -(f->w[i] & -f->w[i]);
		seen = seen || f->w[i];
	}
	keep_to(f, n);
}

bool bin_fit_step(const struct bin_fit_query *q, struct bin_fit *f,
		  const char *s, size_t n)
{
	bool any = true;

	for (; any && n && !has(f, OPAQUE); s++, n--) {
		unsigned char c = (unsigned char)*s;

		if (c == '[' || c == '\\' || c > 127) {
			set(f, OPAQUE);
		} else if (c == '*') {
			star(f, q->n);
		} else if (c == '?') {
			/* Every byte of the query is some byte. */
			any = consume(f, &q->all);
		} else {
			any = consume(f, &q->has[c]);
		}
	}
	return any;
}

bool bin_fit_end(const struct bin_fit_query *q, const struct bin_fit *f)
{
	return has(f, OPAQUE) || has(f, q->n);
}
