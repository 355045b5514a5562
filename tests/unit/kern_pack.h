/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every compression that a kernel image can have, the way in. */
#ifndef LKM_TESTS_KERN_PACK_H
#define LKM_TESTS_KERN_PACK_H

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <lzo/lzo1x.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/file.h"

static inline struct bytes pack_room(struct span in)
{
	struct bytes b = { malloc(in.n * 2 + 4096), in.n * 2 + 4096 };

	if (!b.p)
		abort();
	return b;
}

static inline struct bytes pack_gzip(struct span in)
{
	struct bytes b = pack_room(in);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p,
		       .avail_in = (unsigned)in.n };

	z.next_out = b.p;
	z.avail_out = (unsigned)b.n;
	if (deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	b.n -= z.avail_out;
	(void)deflateEnd(&z);
	return b;
}

static inline struct bytes pack_xz(struct span in)
{
	struct bytes b = pack_room(in);
	size_t n = 0;

	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, in.p, in.n,
				    b.p, &n, b.n) != LZMA_OK)
		abort();
	b.n = n;
	return b;
}

static inline struct bytes pack_lzma(struct span in)
{
	struct bytes b = pack_room(in);
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_options_lzma o;

	if (lzma_lzma_preset(&o, 0) || lzma_alone_encoder(&z, &o) != LZMA_OK)
		abort();
	z.next_in = in.p;
	z.avail_in = in.n;
	z.next_out = b.p;
	z.avail_out = b.n;
	if (lzma_code(&z, LZMA_FINISH) != LZMA_STREAM_END)
		abort();
	b.n -= z.avail_out;
	lzma_end(&z);
	return b;
}

static inline struct bytes pack_zstd(struct span in)
{
	struct bytes b = pack_room(in);

	b.n = ZSTD_compress(b.p, b.n, in.p, in.n, 1);
	if (ZSTD_isError(b.n))
		abort();
	return b;
}

static inline void pack_number(uint8_t *p, uint32_t v, bool be)
{
	for (unsigned i = 0; i < 4; i++)
		p[be ? 3 - i : i] = (uint8_t)(v >> (8 * i));
}

static inline struct bytes pack_lz4(struct span in)
{
	struct bytes b = pack_room(in);
	int n = LZ4_compress_default((const char *)in.p, (char *)b.p + 8,
				     (int)in.n, (int)b.n - 8);

	if (n <= 0)
		abort();
	pack_number(b.p, 0x184c2102, false);
	pack_number(b.p + 4, (uint32_t)n, false);
	b.n = (size_t)n + 8;
	return b;
}

static inline struct bytes pack_bzip2(struct span in)
{
	struct bytes b = pack_room(in);
	unsigned n = (unsigned)b.n;

	if (BZ2_bzBuffToBuffCompress((char *)b.p, &n,
				     (char *)(uintptr_t)in.p, (unsigned)in.n,
				     1, 0, 0) != BZ_OK)
		abort();
	b.n = n;
	return b;
}

/* As lzop writes it: no name, adler32 sums of what comes out. */
static inline struct bytes pack_lzo(struct span in)
{
	static const uint8_t head[] = {
		0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n',
		0x10, 0x30, 0x20, 0x80, 0x09, 0x40, 1, 5,
		0, 0, 0, 1,		/* flags */
		0, 0, 0, 0, 0, 0, 0, 0, /* mode, time */
		0, 0, 0, 0, 0,		/* time, name */
		0, 0, 0, 0,		/* sum */
	};
	struct bytes b = pack_room(in);
	lzo_uint n = b.n;
	void *work = malloc(LZO1X_1_MEM_COMPRESS);
	size_t h = sizeof(head);

	memcpy(b.p, head, h);
	if (!work || lzo1x_1_compress(in.p, in.n, b.p + h + 12, &n, work) !=
			     LZO_E_OK)
		abort();
	free(work);
	pack_number(b.p + h, (uint32_t)in.n, true);
	pack_number(b.p + h + 4, (uint32_t)n, true);
	memset(b.p + h + 8, 0, 4);
	memset(b.p + h + 12 + n, 0, 4);
	b.n = h + 16 + n;
	return b;
}

struct packer {
	const char *name;
	struct bytes (*fn)(struct span in);
};

static const struct packer packers[] = {
	{ "gzip", pack_gzip },	 { "xz", pack_xz },   { "zstd", pack_zstd },
	{ "lzma", pack_lzma },	 { "lz4", pack_lz4 }, { "bzip2", pack_bzip2 },
	{ "lzo", pack_lzo },	 { 0 },
};

#endif
