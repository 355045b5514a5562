/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lzma's old .lzma streams, by liblzma. */
#include <lzma.h>

#include "base/dso.h"
#include "kern/unpack.h"
#include "ko/grow.h"

#define LZMA_MEMORY (UINT64_C(256) << 20)

DSO_FN(lzma_alone_decoder);
DSO_FN(lzma_code);
DSO_FN(lzma_end);

static struct dso lzma = {
	.soname = "liblzma.so.5",
	.package = "liblzma5",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(lzma_alone_decoder),
					DSO_ENTRY(lzma_code),
					DSO_ENTRY(lzma_end),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

static int fail_code(lzma_ret l, const lzma_stream *z, struct span in,
		     struct diag *d)
{
	if (l == LZMA_BUF_ERROR)
		return stream_short(d, "lzma", in.n);
	if (l == LZMA_MEM_ERROR)
		return diag_fail(d, ENOMEM, "out of memory");
	if (l == LZMA_MEMLIMIT_ERROR)
		return diag_fail(
			d, EFBIG,
			"the lzma stream needs more than %u MiB of memory to unpack",
			(unsigned)(LZMA_MEMORY >> 20));
	return stream_bad(d, "lzma", in.n - z->avail_in, "not lzma data");
}

/*
 * The stream tells its size or has a mark at its end; where it has both, or
 * neither, the end of the input is its end.
 */
static int code_all(lzma_stream *z, struct span in, struct grow *g,
		    struct diag *d)
{
	for (;;) {
		int r = grow_room(g, d);

		if (r < 0)
			return r;
		z->next_out = g->b.p + g->b.n;
		z->avail_out = g->cap - g->b.n;

		lzma_ret l = dso_lzma_code(z, LZMA_RUN);

		g->b.n = g->cap - z->avail_out;
		if (l == LZMA_STREAM_END)
			return 0;
		if (l != LZMA_OK)
			return fail_code(l, z, in, d);
	}
}

int lzma_unpack(struct span in, size_t limit, struct bytes *ret,
		struct diag *d)
{
	_cleanup_grow_ struct grow g = { 0 };
	lzma_stream z = LZMA_STREAM_INIT;
	int r = dso_need(&lzma, d);

	if (r < 0)
		return r;
	r = grow_init(&g, (uint64_t)in.n * 5, limit, d);
	if (r < 0)
		return r;
	if (dso_lzma_alone_decoder(&z, LZMA_MEMORY) != LZMA_OK)
		return diag_fail(d, ENOMEM,
				 "liblzma cannot start: out of memory");
	z.next_in = in.p;
	z.avail_in = in.n;
	r = code_all(&z, in, &g, d);
	dso_lzma_end(&z);
	return r < 0 ? r : grow_done(&g, ret, d);
}
