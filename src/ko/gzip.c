/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gzip streams, by zlib. What follows the last member is left alone. */
#include <zlib.h>

#include "base/dso.h"
#include "ko/grow.h"

DSO_FN(inflateInit2_);
DSO_FN(inflateReset);
DSO_FN(inflate);
DSO_FN(inflateEnd);

static struct dso zlib = {
	.soname = "libz.so.1",
	.package = "zlib1g",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(inflateInit2_),
					DSO_ENTRY(inflateReset),
					DSO_ENTRY(inflate),
					DSO_ENTRY(inflateEnd),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("libz.so.1", "gzip", "modules compressed with gzip");

/* zlib counts in unsigned int; KO_MAX_BYTES and one more fit. */
static unsigned clamp(size_t n)
{
	return n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)n;
}

/* The last four bytes tell the size of the last member, if they tell truth. */
static uint64_t guess_size(struct span in)
{
	uint64_t n = 0;

	if (in.n < 18 || !span_uint(in, in.n - 4, 4, false, &n))
		return 0;
	/* Deflate makes at most 1032 bytes of one. */
	return n <= (uint64_t)in.n * 1032 ? n + 1 : 0;
}

static bool next_member(z_stream *z)
{
	return z->avail_in >= 2 && z->next_in[0] == 0x1f &&
	       z->next_in[1] == 0x8b && dso_inflateReset(z) == Z_OK;
}

static int inflate_all(z_stream *z, struct span in, struct grow *g,
		       struct diag *d)
{
	for (;;) {
		int r = grow_room(g, d);

		if (r < 0)
			return r;
		z->next_out = g->b.p + g->b.n;
		z->avail_out = clamp(g->cap - g->b.n);

		unsigned room = z->avail_out;

		r = dso_inflate(z, Z_NO_FLUSH);
		g->b.n += room - z->avail_out;
		if (r == Z_STREAM_END) {
			if (next_member(z))
				continue;
			return 0;
		}
		if (r == Z_OK && (z->avail_in || !z->avail_out))
			continue;
		if (r == Z_OK || r == Z_BUF_ERROR)
			return stream_short(d, "gzip", in.n);
		if (r == Z_MEM_ERROR)
			return diag_fail(d, ENOMEM, "out of memory");
		return stream_bad(d, "gzip", in.n - z->avail_in,
				  z->msg ? z->msg : "not gzip data");
	}
}

int gzip_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d)
{
	int r = dso_need(&zlib, d);

	if (r < 0)
		return r;

	_cleanup_grow_ struct grow g = { 0 };

	r = grow_init(&g, guess_size(in), limit, d);
	if (r < 0)
		return r;

	/* zlib's next_in is not const unless ZLIB_CONST; it only reads. */
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)in.p,
		       .avail_in = clamp(in.n) };

	if (dso_inflateInit2_(&z, 16 + MAX_WBITS, ZLIB_VERSION,
			      (int)sizeof(z)) != Z_OK)
		return diag_fail(d, ENOMEM, "zlib cannot start: out of memory");
	r = inflate_all(&z, in, &g, d);
	(void)dso_inflateEnd(&z);
	return r < 0 ? r : grow_done(&g, ret, d);
}
