/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a batch: see batch.h. */
#include "batch.h"

#include <errno.h>
#include <string.h>

struct head {
	uint32_t magic, how, id_len, params_len;
	uint64_t image_len;
};

void batch_fini(struct batch *b)
{
	arena_fini(&b->arena);
	bytes_fini(&b->file);
	*b = (struct batch){ 0 };
}

/* Takes one record off the front. */
static int take(struct batch *b, struct span *rest, struct batch_case *ret)
{
	struct span at = *rest, id, params;
	struct head h;

	if (at.n < sizeof(h))
		return -EBADMSG;
	memcpy(&h, at.p, sizeof(h));
	if (h.magic != BATCH_MAGIC || !span_sub(at, sizeof(h), h.id_len, &id) ||
	    !span_sub(at, sizeof(h) + (uint64_t)h.id_len, h.params_len,
		      &params) ||
	    !span_sub(at, sizeof(h) + (uint64_t)h.id_len + h.params_len,
		      h.image_len, &ret->image))
		return -EBADMSG;
	ret->how = h.how;
	ret->id = arena_strndup(&b->arena, (const char *)id.p, id.n);
	ret->params =
		arena_strndup(&b->arena, (const char *)params.p, params.n);

	size_t used = (size_t)(ret->image.p + ret->image.n - at.p);

	*rest = (struct span){ at.p + used, at.n - used };
	return ret->id && ret->params ? 0 : -ENOMEM;
}

int batch_read(const char *path, struct batch *ret, struct diag *d)
{
	_cleanup_batch_ struct batch b = { 0 };
	int r = file_read(path, 1U << 30, &b.file, d);
	struct span rest = bytes_span(&b.file);

	for (size_t cap = 0; !r && rest.n; b.n++) {
		if (b.n == cap) {
			size_t more = cap ? 2 * cap : 64;
			struct batch_case *v =
				arena_alloc(&b.arena, more * sizeof(*v));

			if (!v)
				return diag_fail(d, ENOMEM, "out of memory");
			if (b.n)
				memcpy(v, b.v, b.n * sizeof(*v));
			b.v = v;
			cap = more;
		}
		r = take(&b, &rest, &b.v[b.n]);
		if (r < 0)
			return diag_fail(d, -r, "%s: record %zu is damaged",
					 path, b.n);
	}
	if (r < 0)
		return r;
	*ret = b;
	b = (struct batch){ 0 };
	return 0;
}
