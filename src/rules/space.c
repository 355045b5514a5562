/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checked memory: see space.h. */
#include "rules/space.h"

#include <stdlib.h>

static void add(struct space *s, struct space_region g)
{
	if (s->n < SPACE_REGIONS)
		s->v[s->n++] = g;
}

void space_add_bytes(struct space *s, const char *name, uint64_t base,
		     struct span bytes, uint64_t size)
{
	add(s, (struct space_region){ .name = name,
				      .base = base,
				      .size = size,
				      .read = bytes.p,
				      .n = bytes.n });
}

bool space_add_zeros(struct space *s, const char *name, uint64_t base,
		     uint64_t size)
{
	uint8_t *p = calloc(1, size ? size : 1);

	if (!p || s->n == SPACE_REGIONS) {
		free(p);
		return false;
	}
	add(s, (struct space_region){ .name = name,
				      .base = base,
				      .size = size,
				      .read = p,
				      .n = size,
				      .write = p });
	return true;
}

void space_fini(struct space *s)
{
	for (unsigned i = 0; i < s->n; i++)
		free(s->v[i].write);
	s->n = 0;
}

struct space_region *space_find(struct space *s, uint64_t addr)
{
	for (unsigned i = s->n; i--;)
		if (addr - s->v[i].base < s->v[i].size)
			return &s->v[i];
	return NULL;
}

/* The region that holds all of it. */
static struct space_region *holding(struct space *s, uint64_t addr, uint64_t n)
{
	struct space_region *g = space_find(s, addr);

	return g && n <= g->size - (addr - g->base) ? g : NULL;
}

bool space_read(struct space *s, uint64_t addr, void *buf, uint64_t n)
{
	struct space_region *g = holding(s, addr, n);

	if (!g)
		return false;

	uint64_t off = addr - g->base;
	uint64_t real = off < g->n ? g->n - off : 0;

	if (real > n)
		real = n;
	if (real)
		memcpy(buf, g->read + off, (size_t)real);
	if (real < n)
		memset((uint8_t *)buf + real, 0, (size_t)(n - real));
	return true;
}

bool space_uint(struct space *s, uint64_t addr, unsigned width, uint64_t *ret)
{
	uint8_t b[8];

	return space_read(s, addr, b, width) &&
	       span_uint((struct span){ b, width }, 0, width, false, ret);
}

bool space_view(struct space *s, uint64_t addr, uint64_t n, struct span *ret)
{
	struct space_region *g = holding(s, addr, n);

	return g && span_sub((struct span){ g->read, (size_t)g->n },
			     addr - g->base, n, ret);
}

/* From now on the region is memory of ours, zeros and all. */
static bool own(struct space_region *g)
{
	uint8_t *p;

	if (g->write)
		return true;
	p = calloc(1, (size_t)g->size);
	if (!p)
		return false;
	if (g->n)
		memcpy(p, g->read, (size_t)g->n);
	g->read = g->write = p;
	g->n = g->size;
	return true;
}

const char *space_str(struct space *s, uint64_t addr)
{
	struct space_region *g = space_find(s, addr);

	if (!g)
		return NULL;

	uint64_t off = addr - g->base;
	struct span all = { g->read, (size_t)g->n };
	const char *p = span_str(all, off);

	/* It ends in the zeros, if there are any. */
	if (!p && g->n < g->size && own(g))
		p = span_str((struct span){ g->read, (size_t)g->n }, off);
	return p;
}

uint8_t *space_write(struct space *s, uint64_t addr, uint64_t n)
{
	struct space_region *g = holding(s, addr, n);

	return g && own(g) ? g->write + (addr - g->base) : NULL;
}
