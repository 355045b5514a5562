/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Arena: a chain of blocks, newest first.
 *
 *   arena.last -> [block | used bytes... | free] -> [older block] -> NULL
 *
 * Blocks double up to 1 MiB; a request larger than a block gets its own.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MIN = 4096, BLOCK_MAX = 1 << 20, ALIGN = 16 };

struct arena_block {
	struct arena_block *older;
	size_t size;
	size_t used;
	_Alignas(ALIGN) char data[];
};

static struct arena_block *block_new(struct arena *a, size_t n)
{
	size_t size = a->last ? a->last->size * 2 : BLOCK_MIN;

	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < n)
		size = n;

	struct arena_block *b = malloc(sizeof(*b) + size);

	if (!b)
		return NULL;
	*b = (struct arena_block){ .older = a->last, .size = size };
	a->last = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX / 4)
		return NULL;
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->limit && (n > a->limit || a->used > a->limit - n))
		return NULL;

	struct arena_block *b = a->last;

	if (!b || b->size - b->used < n) {
		b = block_new(a, n);
		if (!b)
			return NULL;
	}

	void *p = b->data + b->used;

	b->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return arena_alloc(a, bytes);
}

void *arena_more(struct arena *a, void *v, size_t n, size_t size)
{
	/* It is full when it has none, or a power of two. */
	if (n & (n - 1))
		return v;

	void *w = arena_array(a, n ? n * 2 : 1, size);

	if (w && n)
		memcpy(w, v, n * size);
	return w;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = arena_alloc(a, len + 1);

	return p ? memcpy(p, s, len) : NULL;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return NULL;

	char *p = arena_alloc(a, (size_t)n + 1);

	if (p)
		(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void arena_fini(struct arena *a)
{
	struct arena_block *older;

	for (struct arena_block *b = a->last; b; b = older) {
		older = b->older;
		free(b);
	}
	*a = (struct arena){ .limit = a->limit };
}
