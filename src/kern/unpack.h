/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: unpack - the compressions that kernel images have
 *
 * gzip, xz and zstd are modules' compressions, too, and src/ko/ does them, and
 * lzma by the way.
 * Each library is opened when its first stream is met.
 */
#ifndef LKM_KERN_UNPACK_H
#define LKM_KERN_UNPACK_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/span.h"

/* Does it begin as one of the streams that kern_unpack() takes? */
bool kern_packed(struct span in) _pure_;

/**
 * kern_unpack() - one stream
 * @limit: refuse more output than this
 * @ret:   set only on success; free with bytes_fini()
 *
 * Return: 0; -EINVAL: no such stream; -EBADMSG if it is damaged or ends
 * early; -EFBIG; -ENOPKG if the library is not installed; -ENOMEM.
 */
_must_check_ int kern_unpack(struct span in, size_t limit, struct bytes *ret,
			     struct diag *d);

/* One kind each, as kern_unpack(). */
int lz4_unpack(struct span in, size_t limit, struct bytes *ret,
	       struct diag *d);
int lzma_unpack(struct span in, size_t limit, struct bytes *ret,
		struct diag *d);
int bzip2_unpack(struct span in, size_t limit, struct bytes *ret,
		 struct diag *d);
int lzo_unpack(struct span in, size_t limit, struct bytes *ret,
	       struct diag *d);

#endif
