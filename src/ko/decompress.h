/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: decompress - gzip, xz and zstd streams into memory
 *
 * The libraries are opened when the first stream of their kind is met (or are
 * linked in, with -Dstatic=true), so that a program that meets none starts
 * without them.
 */
#ifndef LKM_KO_DECOMPRESS_H
#define LKM_KO_DECOMPRESS_H

#include "ko/ko.h"

/* Told by the first bytes; KO_RAW for all else. */
enum ko_compression compression_of(struct span in) _pure_;

/**
 * ko_decompress() - a whole stream, all its members or frames
 * @c:     which kind; not KO_RAW
 * @limit: refuse more output than this
 * @ret:   set only on success; free with bytes_fini()
 *
 * Return: 0; -EBADMSG if the stream is damaged or ends early; -EFBIG;
 * -ENOPKG if the library is not installed; -ENOMEM.
 */
_must_check_ int ko_decompress(enum ko_compression c, struct span in,
			       size_t limit, struct bytes *ret, struct diag *d);

/* One kind each, as ko_decompress(). */
int gzip_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d);
int xz_decompress(struct span in, size_t limit, struct bytes *ret,
		  struct diag *d);
int zstd_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d);

/* No module's compression, but xz's library does it: see kern/unpack.h. */
int lzma_decompress(struct span in, size_t limit, struct bytes *ret,
		    struct diag *d);

/* One kind's part of ko_keep(); the others keep little, or nothing. */
void xz_keep(bool keep);

#endif
