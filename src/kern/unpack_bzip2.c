/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bzip2 streams, by libbz2. */
#include <bzlib.h>
#include <errno.h>

#include "base/dso.h"
#include "kern/unpack.h"
#include "ko/grow.h"

DSO_FN(BZ2_bzDecompressInit);
DSO_FN(BZ2_bzDecompress);
DSO_FN(BZ2_bzDecompressEnd);

static struct dso bz2 = {
	.soname = "libbz2.so.1.0",
	.package = "libbz2-1.0",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(BZ2_bzDecompressInit),
					DSO_ENTRY(BZ2_bzDecompress),
					DSO_ENTRY(BZ2_bzDecompressEnd),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("libbz2.so.1.0", "bzip2", "kernel images packed with bzip2");

static unsigned clamp(size_t n)
{
	return n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (unsigned)n;
}

static int unpack_all(bz_stream *z, struct span in, struct grow *g,
		      struct diag *d)
{
	for (;;) {
		int r = grow_room(g, d);

		if (r < 0)
			return r;
		z->next_out = (char *)g->b.p + g->b.n;
		z->avail_out = clamp(g->cap - g->b.n);

		unsigned room = z->avail_out, left = z->avail_in;

		r = dso_BZ2_bzDecompress(z);
		g->b.n += room - z->avail_out;
		if (r == BZ_STREAM_END)
			return 0;
		if (r == BZ_OK && room == z->avail_out && left == z->avail_in)
			return stream_short(d, "bzip2", in.n);
		if (r == BZ_MEM_ERROR)
			return diag_fail(d, ENOMEM, "out of memory");
		if (r != BZ_OK)
			return stream_bad(d, "bzip2", in.n - z->avail_in,
					  "not bzip2 data");
	}
}

int bzip2_unpack(struct span in, size_t limit, struct bytes *ret,
		 struct diag *d)
{
	_cleanup_grow_ struct grow g = { 0 };
	/* libbz2's next_in is not const; it only reads. */
	bz_stream z = { .next_in = (char *)(uintptr_t)in.p,
			.avail_in = clamp(in.n) };
	int r = dso_need(&bz2, d);

	if (r < 0)
		return r;
	r = grow_init(&g, (uint64_t)in.n * 5, limit, d);
	if (r < 0)
		return r;
	if (dso_BZ2_bzDecompressInit(&z, 0, 0) != BZ_OK)
		return diag_fail(d, ENOMEM,
				 "libbz2 cannot start: out of memory");
	r = unpack_all(&z, in, &g, d);
	(void)dso_BZ2_bzDecompressEnd(&z);
	return r < 0 ? r : grow_done(&g, ret, d);
}
