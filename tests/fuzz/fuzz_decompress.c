/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a compressed stream; the limit is kept to the byte. */
#include <errno.h>
#include <stdlib.h>

#include "fuzz.h"
#include "ko/decompress.h"

#define LIMIT ((size_t)1 << 20)

static void need(bool ok)
{
	if (!ok)
		abort();
}

/* The same stream with other limits. */
static void again(enum ko_compression c, struct span in, size_t n)
{
	_cleanup_bytes_ struct bytes b = { 0 }, none = { 0 };

	need(!ko_decompress(c, in, n, &b, NULL) && b.n == n);
	if (n)
		need(ko_decompress(c, in, n - 1, &none, NULL) == -EFBIG &&
		     !none.p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	_cleanup_bytes_ struct bytes b = { 0 };
	enum ko_compression c = compression_of(in);
	struct diag d = { 0 };

	if (c == KO_RAW)
		return 0;

	int r = ko_decompress(c, in, LIMIT, &b, &d);

	if (r < 0) {
		need(d.err == -r && d.what[0] && !b.p);
		return 0;
	}
	need(b.n <= LIMIT && !b.p[b.n]);
	again(c, in, b.n);
	return 0;
}
