/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lz4's legacy frames, by liblz4: the form that kernels are packed in.
 *
 *	02 21 4c 18 | le32 size, block | le32 size, block | ...
 *
 * Each block but the last holds 8 MiB. Frames may follow one another.
 *
 * Kernel: unlz4(), lib/decompress_unlz4.c.
 */
#include <errno.h>
#include <lz4.h>

#include "base/dso.h"
#include "kern/unpack.h"
#include "ko/grow.h"

#define LZ4_MAGIC 0x184c2102U
#define LZ4_BLOCK ((size_t)8 << 20)

DSO_FN(LZ4_decompress_safe);

static struct dso lz4 = {
	.soname = "liblz4.so.1",
	.package = "liblz4-1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(LZ4_decompress_safe), { 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("liblz4.so.1", "lz4", "kernel images packed with lz4");

/* Room for a whole block. */
static int room(struct grow *g, struct diag *d)
{
	while (g->cap - g->b.n < LZ4_BLOCK) {
		if (g->cap > g->limit)
			return g->b.n > g->limit ? grow_room(g, d) : 0;

		size_t cap = g->cap > g->limit / 2 ? g->limit + 1
						   : g->cap * 2;
		uint8_t *p = realloc(g->b.p, cap + 1);

		if (!p)
			return diag_fail(d, ENOMEM, "out of memory");
		g->b.p = p;
		g->cap = cap;
	}
	return 0;
}

static int one_block(struct span block, struct grow *g, size_t at,
		     struct diag *d)
{
	int r = room(g, d);

	if (r < 0)
		return r;

	size_t n = g->cap - g->b.n;

	if (n > LZ4_BLOCK)
		n = LZ4_BLOCK;
	r = dso_LZ4_decompress_safe((const char *)block.p,
				    (char *)g->b.p + g->b.n, (int)block.n,
				    (int)n);
	if (r < 0)
		return stream_bad(d, "lz4", at, "a block does not fit");
	g->b.n += (size_t)r;
	return 0;
}

static int all_blocks(struct span in, struct grow *g, struct diag *d)
{
	for (size_t at = 0; at < in.n;) {
		uint64_t size;
		struct span block;

		if (!span_uint(in, at, 4, false, &size))
			return stream_short(d, "lz4", in.n);
		at += 4;
		if (size == LZ4_MAGIC)
			continue;
		if (!size)
			return 0;
		if (size > LZ4_BLOCK + LZ4_BLOCK / 255 + 16)
			return stream_bad(d, "lz4", at,
					  "a block is larger than any can be");
		if (!span_sub(in, at, size, &block))
			return stream_short(d, "lz4", in.n);

		int r = one_block(block, g, at, d);

		if (r < 0)
			return r;
		at += block.n;
	}
	return 0;
}

int lz4_unpack(struct span in, size_t limit, struct bytes *ret,
	       struct diag *d)
{
	_cleanup_grow_ struct grow g = { 0 };
	int r = dso_need(&lz4, d);

	if (r < 0)
		return r;
	r = grow_init(&g, (uint64_t)in.n * 5, limit, d);
	if (r < 0)
		return r;
	r = all_blocks(in, &g, d);
	return r < 0 ? r : grow_done(&g, ret, d);
}
