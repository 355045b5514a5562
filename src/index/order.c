/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Module order: see order.h. */
#include "index/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "index/facts.h"
#include "index/scan.h"

#define MAX_ORDER ((size_t)64 << 20)
#define BUCKETS 512

/* The lines of modules.order by what they say; the last one counts. */
struct lines {
	struct bytes text;
	const char **line;
	uint32_t *number;
	size_t mask;
};

static void lines_fini(struct lines *l)
{
	bytes_fini(&l->text);
	free(l->line);
	free(l->number);
}

/* Where the line is, or the empty place where it belongs. */
static size_t place_of(const struct lines *l, const char *s, size_t n)
{
	size_t i = idx_hash(s, n) & l->mask;

	while (l->line[i] && (strncmp(l->line[i], s, n) || l->line[i][n]))
		i = (i + 1) & l->mask;
	return i;
}

/* Of a file whose last line has no end kmod takes nothing: it is cut short. */
static int read_lines(struct lines *l, const char *path,
		      const struct idx_tell *tell)
{
	size_t n = 0, cap = 16;
	uint32_t number = 0;
	char *p = (char *)l->text.p, *end = p + l->text.n;

	for (const char *c = p; c < end; c++)
		n += *c == '\n';
	while (cap < 2 * (n + 1))
		cap *= 2;
	l->mask = cap - 1;
	l->line = calloc(cap, sizeof(*l->line));
	l->number = calloc(cap, sizeof(*l->number));
	if (!l->line || !l->number)
		return -ENOMEM;
	for (char *next; p < end; p = next + 1) {
		next = memchr(p, '\n', (size_t)(end - p));
		if (!next) {
			idx_tell(tell, (struct idx_event){
					       .kind = IDX_EV_CUT_LINE,
					       .name = path,
					       .n = number + 1 });
			memset(l->line, 0, cap * sizeof(*l->line));
			return 0;
		}
		*next = '\0';

		size_t i = place_of(l, p, strlen(p));

		l->line[i] = p;
		l->number[i] = number++;
	}
	return 0;
}

static int number_files(struct idx_sources *s, const struct lines *l)
{
	for (size_t i = 0; i < s->n; i++) {
		struct idx_source *f = &s->v[i];
		size_t at = place_of(l, f->rel, idx_is_module(f->rel));

		f->order = l->line[at] ? l->number[at] : UINT32_MAX;
	}
	return 0;
}

static int read_order(struct idx_sources *s, const char *folder,
		      const struct idx_tell *tell)
{
	_cleanup_(lines_fini) struct lines l = { 0 };
	_cleanup_text_ struct text path = { 0 };
	int r;

	for (size_t i = 0; i < s->n; i++)
		s->v[i].order = UINT32_MAX;
	text_addf(&path, "%s/modules.order", folder);
	if (path.failed)
		return -ENOMEM;
	r = file_read_regular(path.p, MAX_ORDER, &l.text, NULL);
	if (r < 0) {
		idx_tell(tell, (struct idx_event){ .kind = IDX_EV_NO_INPUT,
						   .name = "modules.order",
						   .other = folder,
						   .err = -r });
		return r == -ENOMEM ? r : 0;
	}
	r = read_lines(&l, path.p, tell);
	return r < 0 ? r : number_files(s, &l);
}

struct placed {
	uint64_t key; /* line, then bucket                                */
	const struct idx_source *f;
};

static int by_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return strcmp(a->f->name, b->f->name);
}

int idx_order(struct idx_sources *s, const char *folder,
	      const struct idx_tell *tell)
{
	_cleanup_free_ struct placed *v = calloc(s->n + 1, sizeof(*v));
	_cleanup_free_ struct idx_source *copy =
		calloc(s->n + 1, sizeof(*copy));
	int r = v && copy ? read_order(s, folder, tell) : -ENOMEM;

	if (r < 0)
		return r;
	for (size_t i = 0; i < s->n; i++) {
		uint32_t bucket = idx_kmod_hash(s->v[i].name) & (BUCKETS - 1);

		v[i].f = &s->v[i];
		v[i].key = (uint64_t)s->v[i].order << 32;
		if (s->v[i].order == UINT32_MAX)
			v[i].key |= bucket;
	}
	qsort(v, s->n, sizeof(*v), by_place);
	for (size_t i = 0; i < s->n; i++)
		copy[i] = *v[i].f;
	if (s->n)
		memcpy(s->v, copy, s->n * sizeof(*copy));
	return 0;
}
