/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DER, as much of it as signatures need: one-byte tags, definite lengths.
 * A reader is a span that gets shorter from the front.
 */
#ifndef LKM_KO_DER_H
#define LKM_KO_DER_H

#include "base/span.h"

enum der_tag {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_0 = 0xa0, /* [0], constructed */
	DER_1 = 0xa1,
	DER_P0 = 0x80, /* [0], primitive */
};

static inline bool der_length(struct span *s, uint64_t *ret)
{
	uint64_t v;

	if (!s->n)
		return false;

	uint8_t first = s->p[0];

	if (first < 0x80) {
		*ret = first;
		return span_sub(*s, 1, s->n - 1, s);
	}

	unsigned width = first & 0x7f;

	/* 0x80 is BER's "until further notice". */
	if (!width || width > 4)
		return false;
	v = 0;
	for (unsigned i = 1; i <= width; i++) {
		if (i >= s->n)
			return false;
		v = v << 8 | s->p[i];
	}
	*ret = v;
	return span_sub(*s, 1 + width, s->n - 1 - width, s);
}

/* Takes the next element, whatever it is. False: there is none, or damaged. */
static inline bool der_any(struct span *s, uint8_t *tag, struct span *body)
{
	struct span rest = *s;
	uint64_t n;

	if (rest.n < 2)
		return false;

	uint8_t t = rest.p[0];

	if ((t & 0x1f) == 0x1f)
		return false;
	rest = (struct span){ rest.p + 1, rest.n - 1 };
	if (!der_length(&rest, &n) || !span_sub(rest, 0, n, body))
		return false;
	*tag = t;
	return span_sub(rest, n, rest.n - n, s);
}

/* Takes the next element if its tag is @tag. */
static inline bool der_take(struct span *s, uint8_t tag, struct span *body)
{
	struct span rest = *s;
	uint8_t t;

	if (!s->n || s->p[0] != tag || !der_any(&rest, &t, body))
		return false;
	*s = rest;
	return true;
}

#endif
