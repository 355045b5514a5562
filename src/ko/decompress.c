/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which compression a file has, and the way to its decompressor. */
#include "ko/decompress.h"

#include <errno.h>
#include <string.h>

static bool starts(struct span s, const char *magic, size_t n)
{
	return s.n >= n && !memcmp(s.p, magic, n);
}

enum ko_compression compression_of(struct span in)
{
	if (starts(in, "\x1f\x8b", 2))
		return KO_GZIP;
	if (starts(in,
		   "\xfd"
		   "7zXZ\0",
		   6))
		return KO_XZ;
	if (starts(in, "\x28\xb5\x2f\xfd", 4))
		return KO_ZSTD;
	return KO_RAW;
}

void ko_keep(bool keep)
{
	xz_keep(keep);
}

int ko_decompress(enum ko_compression c, struct span in, size_t limit,
		  struct bytes *ret, struct diag *d)
{
	switch (c) {
	case KO_GZIP:
		return gzip_decompress(in, limit, ret, d);
	case KO_XZ:
		return xz_decompress(in, limit, ret, d);
	case KO_ZSTD:
		return zstd_decompress(in, limit, ret, d);
	case KO_RAW:
		break;
	}
	return diag_fail(d, EINVAL, "not a compressed file");
}
