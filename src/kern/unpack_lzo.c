/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzop files, by liblzo2.
 *
 *	magic (9) | be16 version, library version, version needed
 *	| method, level (1 each) | be32 flags, [filter], mode, time, [time high]
 *	| name length (1), name | be32 sum of the header
 *	| be32 size, packed size, [sums], block | ... | be32 0
 *
 * A block that is as large packed as not is stored.
 *
 * Kernel: unlzo(), lib/decompress_unlzo.c.
 */
#include <errno.h>
#include <lzo/lzo1x.h>

#include "base/dso.h"
#include "kern/unpack.h"
#include "ko/grow.h"

#define LZO_HEADER_FILTER 0x800U
#define LZO_SUMS_PLAIN 0x101U /* adler32, crc32: of what comes out */
#define LZO_SUMS_PACKED 0x202U
#define LZO_BLOCK ((uint64_t)64 << 20)

DSO_FN(lzo1x_decompress_safe);

static struct dso lzo = {
	.soname = "liblzo2.so.2",
	.package = "liblzo2-2",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(lzo1x_decompress_safe),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("liblzo2.so.2", "lzo", "kernel images packed with lzo");

/* Reads on; what lies outside is 0 and leaves @short set. */
struct reader {
	struct span in;
	uint64_t at;
	bool ended;
};

static uint32_t take(struct reader *r, unsigned width)
{
	uint64_t v = 0;

	if (!span_uint(r->in, r->at, width, true, &v))
		r->ended = true;
	r->at += width;
	return (uint32_t)v;
}

/* Return: the flags. */
static uint32_t header(struct reader *r)
{
	r->at = 9;

	uint32_t version = take(r, 2);

	r->at += version >= 0x940 ? 4 : 2;
	r->at += version >= 0x940 ? 2 : 1; /* method, level */

	uint32_t flags = take(r, 4);

	if (flags & LZO_HEADER_FILTER)
		r->at += 4;
	r->at += version >= 0x940 ? 12 : 8; /* mode, time */
	r->at += take(r, 1);
	(void)take(r, 4);
	return flags;
}

static unsigned bits(uint32_t v)
{
	return (unsigned)__builtin_popcount(v);
}

static int add_block(struct reader *r, struct grow *g, uint32_t plain,
		     uint32_t packed, struct diag *d)
{
	struct span s;

	if (!span_sub(r->in, r->at, packed, &s))
		return stream_short(d, "lzo", r->in.n);
	if (plain > LZO_BLOCK || packed > plain)
		return stream_bad(d, "lzo", (size_t)r->at, "a block's size");
	if (g->b.n + plain > g->limit)
		return diag_fail(d, EFBIG, "unpacks to more than %zu bytes",
				 g->limit);

	uint8_t *p = realloc(g->b.p, g->b.n + plain + 1);
	lzo_uint n = plain;

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	g->b.p = p;
	if (packed == plain)
		memcpy(p + g->b.n, s.p, s.n);
	else if (dso_lzo1x_decompress_safe(s.p, s.n, p + g->b.n, &n, NULL) !=
			 LZO_E_OK ||
		 n != plain)
		return stream_bad(d, "lzo", (size_t)r->at, "not lzo data");
	g->b.n += plain;
	r->at += packed;
	return 0;
}

int lzo_unpack(struct span in, size_t limit, struct bytes *ret,
	       struct diag *d)
{
	_cleanup_grow_ struct grow g = { 0 };
	struct reader rd = { .in = in };
	int r = dso_need(&lzo, d);

	if (r < 0)
		return r;
	r = grow_init(&g, 0, limit, d);
	if (r < 0)
		return r;

	uint32_t flags = header(&rd);

	for (;;) {
		uint32_t plain = take(&rd, 4);

		if (!rd.ended && !plain)
			return grow_done(&g, ret, d);

		uint32_t packed = take(&rd, 4);

		rd.at += 4 * bits(flags & LZO_SUMS_PLAIN);
		if (packed < plain)
			rd.at += 4 * bits(flags & LZO_SUMS_PACKED);
		r = rd.ended ? stream_short(d, "lzo", in.n)
			     : add_block(&rd, &g, plain, packed, d);
		if (r < 0)
			return r;
	}
}
