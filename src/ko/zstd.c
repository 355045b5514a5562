/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * zstd frames, by libzstd. Where every frame tells its size (which is how
 * kernels' modules are made) the output is one buffer of just that size, and
 * otherwise one that grows.
 */
#include <stdatomic.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/dso.h"
#include "ko/grow.h"

DSO_FN(ZSTD_createDCtx);
DSO_FN(ZSTD_freeDCtx);
DSO_FN(ZSTD_decompressDCtx);
DSO_FN(ZSTD_decompressStream);
DSO_FN(ZSTD_findFrameCompressedSize);
DSO_FN(ZSTD_getFrameContentSize);
DSO_FN(ZSTD_isError);
DSO_FN(ZSTD_getErrorName);
DSO_FN(ZSTD_getErrorCode);

static struct dso zstd = {
	.soname = "libzstd.so.1",
	.package = "libzstd1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(ZSTD_createDCtx),
					DSO_ENTRY(ZSTD_freeDCtx),
					DSO_ENTRY(ZSTD_decompressDCtx),
					DSO_ENTRY(ZSTD_decompressStream),
					DSO_ENTRY(ZSTD_findFrameCompressedSize),
					DSO_ENTRY(ZSTD_getFrameContentSize),
					DSO_ENTRY(ZSTD_isError),
					DSO_ENTRY(ZSTD_getErrorName),
					DSO_ENTRY(ZSTD_getErrorCode),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("libzstd.so.1", "zstd", "modules compressed with zstd");

/*
 * A decoder takes longer to make than a small module takes to decode, so the
 * last ones used are kept, a few for threads that decode at once.
 */
static _Atomic(ZSTD_DCtx *) spare[4];

static ZSTD_DCtx *take_decoder(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(spare); i++) {
		ZSTD_DCtx *z = atomic_exchange(&spare[i], NULL);

		if (z)
			return z;
	}
	return dso_ZSTD_createDCtx();
}

/* One that is known to be good. */
static void give_decoder(ZSTD_DCtx *z)
{
	for (size_t i = 0; z && i < ARRAY_SIZE(spare); i++) {
		ZSTD_DCtx *none = NULL;

		if (atomic_compare_exchange_strong(&spare[i], &none, z))
			return;
	}
	(void)dso_ZSTD_freeDCtx(z);
}

static int fail_code(size_t code, size_t at, struct span in, struct diag *d)
{
	switch (dso_ZSTD_getErrorCode(code)) {
	case ZSTD_error_srcSize_wrong:
		return stream_short(d, "zstd", in.n);
	case ZSTD_error_memory_allocation:
		return diag_fail(d, ENOMEM, "out of memory");
	case ZSTD_error_frameParameter_windowTooLarge:
		return diag_fail_hint(
			d, EFBIG, "compress it without '--long'",
			"the zstd stream needs too much memory to decompress");
	case ZSTD_error_prefix_unknown:
		return stream_bad(d, "zstd", at, "not zstd data");
	default:
		return stream_bad(d, "zstd", at, dso_ZSTD_getErrorName(code));
	}
}

/*
 * The sum of what the frames say; UINT64_MAX if one does not say. Return: 0
 * or -errno.
 */
static int told_size(struct span in, uint64_t *ret, struct diag *d)
{
	uint64_t sum = 0;
	bool told = true;

	for (size_t at = 0; at < in.n;) {
		size_t n =
			dso_ZSTD_findFrameCompressedSize(in.p + at, in.n - at);

		if (dso_ZSTD_isError(n))
			return fail_code(n, at, in, d);

		unsigned long long out =
			dso_ZSTD_getFrameContentSize(in.p + at, in.n - at);

		if (out == ZSTD_CONTENTSIZE_UNKNOWN ||
		    out == ZSTD_CONTENTSIZE_ERROR ||
		    __builtin_add_overflow(sum, out, &sum))
			told = false;
		at += n;
	}
	*ret = told ? sum : UINT64_MAX;
	return 0;
}

static int at_once(ZSTD_DCtx *z, struct span in, struct grow *g, struct diag *d)
{
	size_t n = dso_ZSTD_decompressDCtx(z, g->b.p, g->cap, in.p, in.n);

	if (dso_ZSTD_isError(n))
		return fail_code(n, in.n, in, d);
	g->b.n = n;
	return 0;
}

static int bit_by_bit(ZSTD_DCtx *z, struct span in, struct grow *g,
		      struct diag *d)
{
	ZSTD_inBuffer src = { in.p, in.n, 0 };

	for (;;) {
		int r = grow_room(g, d);

		if (r < 0)
			return r;

		ZSTD_outBuffer dst = { g->b.p, g->cap, g->b.n };
		size_t n = dso_ZSTD_decompressStream(z, &dst, &src);

		g->b.n = dst.pos;
		if (dso_ZSTD_isError(n))
			return fail_code(n, src.pos, in, d);
		if (!n && src.pos == src.size)
			return 0;
		if (src.pos == src.size && dst.pos < dst.size)
			return stream_short(d, "zstd", in.n);
	}
}

int zstd_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d)
{
	int r = dso_need(&zstd, d);
	uint64_t size = 0;

	if (r < 0)
		return r;
	r = told_size(in, &size, d);
	if (r < 0)
		return r;

	bool told = size != UINT64_MAX;

	if (told && size > limit) {
		return diag_fail_hint(
			d, EFBIG, "check that the file is a module",
			"decompresses to %llu bytes, more than %zu",
			(unsigned long long)size, limit);
	}

	_cleanup_grow_ struct grow g = { 0 };

	r = grow_init(&g, told ? size : (uint64_t)in.n * 4, limit, d);
	if (r < 0)
		return r;

	ZSTD_DCtx *z = take_decoder();

	if (!z)
		return diag_fail(d, ENOMEM,
				 "libzstd cannot start: out of memory");
	r = told ? at_once(z, in, &g, d) : bit_by_bit(z, in, &g, d);
	if (r < 0)
		(void)dso_ZSTD_freeDCtx(z);
	else
		give_decoder(z);
	return r < 0 ? r : grow_done(&g, ret, d);
}
