/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an index: every walk over it ends, and what one way of asking
 * finds the other finds, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "index/bin.h"

static void need(bool ok)
{
	if (!ok)
		abort();
}

struct seen {
	const struct idx_bin *bin;
	char *last; /* the key before this one */
	size_t rows, bytes;
};

/* A key is told with its first value first; that is what asking for it says. */
static int ask(void *arg, const char *key, const struct idx_value *v)
{
	struct seen *s = arg;
	const char *got;

	s->rows++;
	if (!s->last || !str_eq(s->last, key)) {
		need(!s->last || strcmp(s->last, key) < 0);
		need(!idx_bin_get(s->bin, key, &got, NULL));
		need(got == v->value);
		free(s->last);
		s->last = strdup(key);
		need(s->last != NULL);
	}
	/* Enough of a file that is large on purpose. */
	s->bytes += strlen(key) + 1;
	return s->bytes > 1 << 20;
}

static void match(const struct idx_bin *bin, const char *key, bool sound)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct idx_value *v;
	struct diag d = { 0 };
	size_t n;
	int r = idx_bin_match(bin, key, &a, &v, &n, &d);

	need(!r || (r == -EBADMSG && d.err == EBADMSG && d.what[0] &&
		    d.where[0] && d.hint[0]));
	need(!r || !sound);
	for (size_t i = 1; !r && i < n; i++)
		need(v[i - 1].priority <= v[i].priority);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "", "a", "usb:v1p2d3", "*", "a[b",
					    "acpi:PNP0C0A:", "****????" };
	_cleanup_idx_bin_ struct idx_bin *bin = NULL;
	struct diag d = { 0 };
	struct seen s = { 0 };
	char tail[32] = "";
	int r = idx_bin_open_span("x", (struct span){ data, size }, &bin, &d);

	if (r) {
		need((r == -ENODATA && !size) ||
		     (r == -EBADMSG && d.what[0] && d.hint[0]));
		return 0;
	}
	s.bin = bin;
	r = idx_bin_each(bin, ask, &s, &d);
	need(r >= 0 || (r == -EBADMSG && d.what[0] && d.hint[0]));
	free(s.last);
	need(s.rows <= size);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		match(bin, keys[i], !r);
	memcpy(tail, data + size - (size < 31 ? size : 31),
	       size < 31 ? size : 31);
	match(bin, tail, !r);
	return 0;
}
