/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which compression a stream has: see unpack.h. */
#include "kern/unpack.h"

#include <errno.h>
#include <string.h>

#include "ko/decompress.h"

typedef int unpack_fn(struct span in, size_t limit, struct bytes *ret,
		      struct diag *d);

static const struct kind {
	const char *magic;
	size_t n;
	unpack_fn *fn;
} kinds[] = {
	{ "\x1f\x8b", 2, gzip_decompress },
	{ "\xfd"
	  "7zXZ\0",
	  6, xz_decompress },
	{ "\x28\xb5\x2f\xfd", 4, zstd_decompress },
	{ "\x02\x21\x4c\x18", 4, lz4_unpack },
	{ "\x5d\0\0", 3, lzma_decompress },
	{ "BZh", 3, bzip2_unpack },
	{ "\x89LZO\0\r\n\x1a\n", 9, lzo_unpack },
};

static const struct kind *kind_of(struct span in)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (in.n >= kinds[i].n &&
		    !memcmp(in.p, kinds[i].magic, kinds[i].n))
			return &kinds[i];
	return NULL;
}

bool kern_packed(struct span in)
{
	return kind_of(in) != NULL;
}

int kern_unpack(struct span in, size_t limit, struct bytes *ret,
		struct diag *d)
{
	const struct kind *k = kind_of(in);

	if (!k)
		return diag_fail(
			d, EINVAL,
			"begins like none of the known compressions");
	return k->fn(in, limit, ret, d);
}
