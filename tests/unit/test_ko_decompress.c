/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/ko: compressed modules, whole, joined, cut short, damaged, too large. */
#include <errno.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "ko/decompress.h"
#include "mkko.h"

enum pack { GZIP, XZ, ZSTD, ZSTD_NO_SIZE, PACKS };

static enum ko_compression kind_of(enum pack p)
{
	return p == GZIP ? KO_GZIP : p == XZ ? KO_XZ : KO_ZSTD;
}

static size_t pack_gzip(struct span in, uint8_t *p, size_t cap)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p,
		       .avail_in = (unsigned)in.n,
		       .next_out = p,
		       .avail_out = (unsigned)cap };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	(void)deflateEnd(&z);
	return cap - z.avail_out;
}

/* As `zstd` does when it reads from a pipe. */
static size_t pack_stream(struct span in, uint8_t *p, size_t cap)
{
	ZSTD_CStream *z = ZSTD_createCStream();
	ZSTD_inBuffer src = { in.p, in.n, 0 };
	ZSTD_outBuffer dst = { p, cap, 0 };

	assert_non_null(z);
	while (src.pos < src.size)
		assert_false(ZSTD_isError(ZSTD_compressStream(z, &dst, &src)));
	assert_int_equal(ZSTD_endStream(z, &dst), 0);
	(void)ZSTD_freeCStream(z);
	return dst.pos;
}

/* Appends @in, packed, to @t. */
static void pack(enum pack how, struct span in, struct text *t)
{
	size_t cap = in.n * 2 + 1024, n = 0;
	uint8_t *p = malloc(cap);

	assert_non_null(p);
	if (how == GZIP)
		n = pack_gzip(in, p, cap);
	else if (how == XZ)
		assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64,
							 NULL, in.p, in.n, p,
							 &n, cap),
				 LZMA_OK);
	else if (how == ZSTD)
		n = ZSTD_compress(p, cap, in.p, in.n, 3);
	else
		n = pack_stream(in, p, cap);
	text_add_bytes(t, p, n);
	assert_false(t->failed);
	free(p);
}

static struct span text_span(const struct text *t)
{
	return (struct span){ (const uint8_t *)t->p, t->n };
}

static int open_packed(const struct text *t, struct ko **ret, struct diag *d)
{
	return ko_open_span("p.ko.x", text_span(t), ret, d);
}

/* A module with enough in it to be cut. */
static int setup(void **state)
{
	static struct bytes b;

	*state = &b;
	return mkko_build(&mkko_full, &b);
}

static int teardown(void **state)
{
	bytes_fini(*state);
	return 0;
}

static void whole(void **state)
{
	const struct bytes *raw = *state;

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		_cleanup_ko_ struct ko *ko = NULL;

		pack((enum pack)p, bytes_span(raw), &t);
		assert_int_equal(open_packed(&t, &ko, NULL), 0);
		assert_int_equal(ko->compression, kind_of((enum pack)p));
		assert_int_equal(ko->file_size, t.n);
		assert_int_equal(ko_image(ko).n, raw->n);
		assert_memory_equal(ko_image(ko).p, raw->p, raw->n);
		assert_int_equal(ko_check_module(ko, NULL), 0);
	}
}

/* Bytes that are handed over are freed when the unpacked ones are there. */
static void handed_over(void **state)
{
	const struct bytes *raw = *state;
	struct text t = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;

	pack(ZSTD, bytes_span(raw), &t);

	struct bytes b = { (uint8_t *)t.p, t.n };

	assert_int_equal(ko_open_bytes("p.ko", &b, &ko, NULL), 0);
	assert_null(b.p);
	assert_string_equal(ko->name, "mkko");
}

static void joined(void **state)
{
	const struct bytes *raw = *state;
	struct span a = { raw->p, 1000 }, b = { raw->p + 1000, raw->n - 1000 };

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		_cleanup_ko_ struct ko *ko = NULL;

		pack((enum pack)p, a, &t);
		if (p == XZ)
			text_add_bytes(&t, "\0\0\0\0", 4);
		pack(p == ZSTD ? ZSTD_NO_SIZE : (enum pack)p, b, &t);
		assert_int_equal(open_packed(&t, &ko, NULL), 0);
		assert_int_equal(ko_image(ko).n, raw->n);
		assert_memory_equal(ko_image(ko).p, raw->p, raw->n);
	}
}

static void cut(void **state)
{
	const struct bytes *raw = *state;
	char want[64];

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		struct text part;

		pack((enum pack)p, bytes_span(raw), &t);
		for (size_t i = 1; i < 64; i++) {
			struct ko *ko = NULL;
			struct diag d = { 0 };

			part = t;
			part.n = t.n * i / 64;
			if (part.n < 6)
				continue;
			assert_int_equal(open_packed(&part, &ko, &d), -EBADMSG);
			assert_null(ko);
			assert_string_equal(d.where, "p.ko.x");
			(void)snprintf(want, sizeof(want),
				       "ends after %zu bytes", part.n);
			if (!strstr(d.what, want))
				fail_msg("%d: '%s', wanted '%s'", p, d.what,
					 want);
			assert_true(d.hint[0]);
		}
	}
}

static void damaged(void **state)
{
	const struct bytes *raw = *state;

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		struct ko *ko = NULL;
		struct diag d = { 0 };

		pack((enum pack)p, bytes_span(raw), &t);
		/* Near the start, where every decoder must notice. */
		for (size_t i = 20; i < 60; i++)
			t.p[i] = (char)~t.p[i];

		int r = open_packed(&t, &ko, &d);

		assert_null(ko);
		if (r != -EBADMSG)
			fail_msg("%d: %d %s", p, r, d.what);
		assert_non_null(strstr(d.what, "stream"));
	}
}

static void limits(void **state)
{
	const struct bytes *raw = *state;

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		enum ko_compression c = kind_of((enum pack)p);
		struct bytes b = { 0 };
		struct diag d = { 0 };

		pack((enum pack)p, bytes_span(raw), &t);
		assert_int_equal(
			ko_decompress(c, text_span(&t), raw->n, &b, NULL), 0);
		assert_int_equal(b.n, raw->n);
		assert_int_equal(b.p[b.n], 0);
		bytes_fini(&b);
		assert_int_equal(ko_decompress(c, text_span(&t), raw->n - 1, &b,
					       &d),
				 -EFBIG);
		assert_null(b.p);
		assert_non_null(strstr(d.what, "decompresses to"));
		assert_int_equal(ko_decompress(c, text_span(&t), 10, &b, NULL),
				 -EFBIG);
	}
}

/* Megabytes out of next to nothing stop at the limit. */
static void bombs(void **state)
{
	size_t n = (size_t)64 << 20;
	uint8_t *zeros = calloc(1, n);

	(void)state;
	assert_non_null(zeros);
	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		struct bytes b = { 0 };

		pack((enum pack)p, (struct span){ zeros, n }, &t);
		assert_true(t.n < n / 100);
		assert_int_equal(ko_decompress(kind_of((enum pack)p),
					       text_span(&t), n / 2, &b, NULL),
				 -EFBIG);
		assert_null(b.p);
	}
	free(zeros);
}

static void trailing(void **state)
{
	const struct bytes *raw = *state;

	for (int p = 0; p < PACKS; p++) {
		_cleanup_text_ struct text t = { 0 };
		_cleanup_ko_ struct ko *ko = NULL;
		struct diag d = { 0 };

		pack((enum pack)p, bytes_span(raw), &t);
		text_add(&t, "rubbish!");

		/* gzip(1) leaves it alone, xz(1) and zstd(1) do not. */
		int r = open_packed(&t, &ko, &d);

		assert_int_equal(r, p == GZIP ? 0 : -EBADMSG);
	}
}

static void magic(void **state)
{
	(void)state;
	assert_int_equal(compression_of((struct span){ NULL, 0 }), KO_RAW);
	assert_int_equal(
		compression_of((struct span){ (const uint8_t *)"\x1f\x8b", 2 }),
		KO_GZIP);
	assert_int_equal(compression_of((struct span){ (const uint8_t *)"\xfd"
									"7zXZ",
						       5 }),
			 KO_RAW);
	assert_string_equal(ko_compression_name(KO_RAW), "none");
	assert_string_equal(ko_compression_name(KO_ZSTD), "zstd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),   cmocka_unit_test(handed_over),
		cmocka_unit_test(joined),  cmocka_unit_test(cut),
		cmocka_unit_test(damaged), cmocka_unit_test(limits),
		cmocka_unit_test(bombs),   cmocka_unit_test(trailing),
		cmocka_unit_test(magic),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
