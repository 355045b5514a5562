/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xz streams, by liblzma: several in a row, with padding, as xz(1) has it.
 * And the .lzma streams of before, that kernel images may have.
 */
#include <stdatomic.h>

#include <lzma.h>

#include "base/dso.h"
#include "ko/grow.h"

/* `xz -9` needs 65 MiB to decompress. */
#define MEMORY (UINT64_C(256) << 20)

DSO_FN(lzma_alone_decoder);
DSO_FN(lzma_stream_decoder);
DSO_FN(lzma_code);
DSO_FN(lzma_end);

static struct dso lzma = {
	.soname = "liblzma.so.5",
	.package = "liblzma5",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(lzma_alone_decoder),
					DSO_ENTRY(lzma_stream_decoder),
					DSO_ENTRY(lzma_code),
					DSO_ENTRY(lzma_end),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};
DSO_NOTE("liblzma.so.5", "xz", "modules compressed with xz");

/*
 * A decoder has a dictionary of its own, 8 MiB as a rule, of which as much is
 * touched as the module is large. Who reads many modules uses it again, for a
 * few threads at once: three of four page faults are then spared. After one of
 * the few large modules it is given back.
 */
#define KEEP_BYTES ((uint64_t)1 << 20)

static _Atomic(lzma_internal *) spare[4];
static atomic_uint keepers;

static lzma_internal *take_decoder(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(spare); i++) {
		lzma_internal *z = atomic_exchange(&spare[i], NULL);

		if (z)
			return z;
	}
	return NULL;
}

static void give_decoder(lzma_stream *z)
{
	bool keep = atomic_load(&keepers) && z->total_out <= KEEP_BYTES;

	for (size_t i = 0; keep && i < ARRAY_SIZE(spare); i++) {
		lzma_internal *none = NULL;

		if (atomic_compare_exchange_strong(&spare[i], &none,
						   z->internal))
			return;
	}
	dso_lzma_end(z);
}

void xz_keep(bool keep)
{
	lzma_stream z = LZMA_STREAM_INIT;

	if (keep) {
		(void)atomic_fetch_add(&keepers, 1);
		return;
	}
	if (atomic_fetch_sub(&keepers, 1) > 1)
		return;
	while ((z.internal = take_decoder()))
		dso_lzma_end(&z);
}

struct kind {
	const char *name;
	const char *foreign, *damaged; /* what a stream is that is none */
	const char *smaller;	       /* if it takes too much memory   */
	lzma_action action;
};

/* Several streams: the end of the input has to be told. */
static const struct kind xz = {
	.name = "xz",
	.foreign = "not xz data",
	.damaged = "data does not match its check sums",
	.smaller = "compress it with a smaller dictionary, as 'xz -6' does",
	.action = LZMA_FINISH,
};

/*
 * The stream tells its size or has a mark at its end; where it has both, or
 * neither, the end of the input is its end. It has no check sums.
 */
static const struct kind alone = {
	.name = "lzma",
	.foreign = "not lzma data",
	.damaged = "not lzma data",
	.smaller = "compress it with a smaller dictionary, as 'lzma -6' does",
	.action = LZMA_RUN,
};

static int fail_code(const struct kind *k, lzma_ret r, const lzma_stream *z,
		     struct span in, struct diag *d)
{
	switch (r) {
	case LZMA_BUF_ERROR:
		return stream_short(d, k->name, in.n);
	case LZMA_MEM_ERROR:
		return diag_fail(d, ENOMEM, "out of memory");
	case LZMA_MEMLIMIT_ERROR:
		return diag_fail_hint(
			d, EFBIG, k->smaller,
			"the %s stream needs more than %u MiB of memory to decompress",
			k->name, (unsigned)(MEMORY >> 20));
	case LZMA_FORMAT_ERROR:
		return stream_bad(d, k->name, in.n - z->avail_in, k->foreign);
	case LZMA_OPTIONS_ERROR:
		return stream_bad(
			d, k->name, in.n - z->avail_in,
			"it uses options that this liblzma does not know");
	default:
		return stream_bad(d, k->name, in.n - z->avail_in, k->damaged);
	}
}

static int code_all(const struct kind *k, lzma_stream *z, struct span in,
		    struct grow *g, struct diag *d)
{
	for (;;) {
		int r = grow_room(g, d);

		if (r < 0)
			return r;
		z->next_out = g->b.p + g->b.n;
		z->avail_out = g->cap - g->b.n;

		lzma_ret l = dso_lzma_code(z, k->action);

		g->b.n = g->cap - z->avail_out;
		if (l == LZMA_STREAM_END)
			return 0;
		if (l != LZMA_OK)
			return fail_code(k, l, z, in, d);
	}
}

static lzma_ret start(const struct kind *k, lzma_stream *z)
{
	return k == &alone
		       ? dso_lzma_alone_decoder(z, MEMORY)
		       : dso_lzma_stream_decoder(z, MEMORY, LZMA_CONCATENATED);
}

static int decompress(const struct kind *k, struct span in, size_t limit,
		      struct bytes *ret, struct diag *d)
{
	int r = dso_need(&lzma, d);

	if (r < 0)
		return r;

	_cleanup_grow_ struct grow g = { 0 };

	r = grow_init(&g, (uint64_t)in.n * 5, limit, d);
	if (r < 0)
		return r;

	lzma_stream z = LZMA_STREAM_INIT;

	z.internal = take_decoder();
	if (start(k, &z) != LZMA_OK)
		return diag_fail(d, ENOMEM,
				 "liblzma cannot start: out of memory");
	z.next_in = in.p;
	z.avail_in = in.n;
	r = code_all(k, &z, in, &g, d);
	if (r < 0)
		dso_lzma_end(&z);
	else
		give_decoder(&z);
	return r < 0 ? r : grow_done(&g, ret, d);
}

int xz_decompress(struct span in, size_t limit, struct bytes *ret,
		  struct diag *d)
{
	return decompress(&xz, in, limit, ret, d);
}

int lzma_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d)
{
	return decompress(&alone, in, limit, ret, d);
}
