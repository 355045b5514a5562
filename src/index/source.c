/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of modules and the order of kmod's tables: see source.h. */
#include "index/source.h"

#include <string.h>

#include "base/file.h"

/* Two bytes in this machine's order: kmod's order depends on it, too. */
static uint32_t two(const char *p)
{
	uint16_t v;

	memcpy(&v, p, 2);
	return v;
}

static uint32_t one(const char *p)
{
	int v = (signed char)*p;

	return (uint32_t)v;
}

/* The last one to three bytes. */
static uint32_t tail(uint32_t h, const char *p, size_t n)
{
	switch (n) {
	case 3:
		h += two(p);
		h ^= h << 16;
		h ^= one(p + 2) << 18;
		return h + (h >> 11);
	case 2:
		h += two(p);
		h ^= h << 11;
		return h + (h >> 17);
	case 1:
		h += one(p);
		h ^= h << 10;
		return h + (h >> 1);
	default:
		return h;
	}
}

uint32_t idx_kmod_hash(const char *s)
{
	size_t n = strlen(s);
	uint32_t h = (uint32_t)n;

	for (; n >= 4; n -= 4, s += 4) {
		h += two(s);
		h = h << 16 ^ (two(s + 2) << 11 ^ h);
		h += h >> 11;
	}
	h = tail(h, s, n);
	h ^= h << 3;
	h += h >> 5;
	h ^= h << 4;
	h += h >> 17;
	h ^= h << 25;
	return h + (h >> 6);
}

char *idx_name_of(struct arena *a, const char *path)
{
	const char *base = path_base(path);
	char *name = arena_strndup(a, base, strcspn(base, "."));

	for (char *p = name; p && *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}
