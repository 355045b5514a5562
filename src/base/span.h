/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: span - borrowed bytes
 *
 * A span points into memory that somebody else owns (a mapped file, an
 * arena). Numbers are read out of it through memcpy and a bounds check, never
 * through a cast pointer: files are hostile and need not be aligned.
 */
#ifndef LKM_BASE_SPAN_H
#define LKM_BASE_SPAN_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/macros.h"

struct span {
	const uint8_t *p;
	size_t n;
};

/* The bytes [off, off+len), or false if they do not lie inside @s. */
static inline bool span_sub(struct span s, uint64_t off, uint64_t len,
			    struct span *ret)
{
	if (off > s.n || len > s.n - off)
		return false;
	*ret = (struct span){ s.p + off, (size_t)len };
	return true;
}

/*
 * span_uint() - an unsigned number of 1, 2, 4 or 8 bytes at @off
 * @be: the bytes are big-endian
 *
 * Return: false if it does not lie inside @s (then *ret is untouched).
 */
static inline bool span_uint(struct span s, uint64_t off, unsigned width,
			     bool be, uint64_t *ret)
{
	struct span f;

	if (!span_sub(s, off, width, &f))
		return false;

	uint64_t v8 = 0;
	uint32_t v4;
	uint16_t v2;

	switch (width) {
	case 8:
		memcpy(&v8, f.p, 8);
		*ret = be ? be64toh(v8) : le64toh(v8);
		return true;
	case 4:
		memcpy(&v4, f.p, 4);
		*ret = be ? be32toh(v4) : le32toh(v4);
		return true;
	case 2:
		memcpy(&v2, f.p, 2);
		*ret = be ? be16toh(v2) : le16toh(v2);
		return true;
	default:
		for (unsigned i = 0; i < width; i++)
			v8 = v8 << 8 | f.p[be ? i : width - 1 - i];
		*ret = v8;
		return true;
	}
}

/*
 * span_str() - the NUL-terminated string at @off
 *
 * Return: NULL if @off is outside or no NUL follows before the end.
 */
static inline const char *span_str(struct span s, uint64_t off)
{
	if (off >= s.n || !memchr(s.p + off, 0, s.n - (size_t)off))
		return NULL;
	return (const char *)s.p + off;
}

/*
 * The table of strings up to its last NUL: any string that starts in it ends
 * in it. A table that is asked often is cut once, and then looked at with
 * span_table_str(), which does not search.
 */
static inline struct span span_table(struct span s)
{
	while (s.n && s.p[s.n - 1])
		s.n--;
	return s;
}

static inline const char *span_table_str(struct span table, uint64_t off)
{
	return off < table.n ? (const char *)table.p + off : NULL;
}

static inline bool span_eq(struct span s, const char *text)
{
	return s.n == strlen(text) && (!s.n || !memcmp(s.p, text, s.n));
}

#endif
