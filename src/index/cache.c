/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What depmod learnt, kept for the next time: see cache.h. */
#include "index/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "index/facts.h"

/* A tree of 4,000 modules takes 5 MiB. */
#define MAX_BYTES (512U << 20)

/* The layout that cache.h draws; that of the facts has a number of its own. */
#define LAYOUT 2
#define VERSION ((uint32_t)LAYOUT << 16 | IDX_FACTS_VERSION)
#define MARK 0x01020304U

static const char magic[8] = "lkmfacts";

struct head {
	char magic[8];
	uint32_t mark; /* reads otherwise on a machine of other byte order  */
	uint32_t version;
	uint64_t n;
	uint64_t size; /* of the whole file                                 */
	uint64_t sum;  /* of all that follows                               */
};

struct entry {
	uint64_t size;
	uint64_t ino;
	int64_t mtime_ns;
	int64_t ctime_ns;
	uint32_t path_n;
	uint32_t facts_n;
};

/* One entry with what belongs to it. */
struct known {
	struct entry e;
	const char *path;
	struct span facts;
};

#define LANES 4

static void add_word(uint64_t *h, const uint8_t *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	*h = (*h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	*h ^= *h >> 32;
}

/*
 * Notices damage, and nothing more: who can write here is root already. Word
 * by word, in lanes that do not wait for each other.
 */
static uint64_t checksum(struct span s)
{
	uint64_t h[LANES] = { 1, 2, 3, 4 };
	uint64_t sum = UINT64_C(0x9e3779b97f4a7c15) ^ s.n;

	for (; s.n >= sizeof(h); s.p += sizeof(h), s.n -= sizeof(h))
		for (size_t i = 0; i < LANES; i++)
			add_word(&h[i], s.p + 8 * i, 8);
	for (; s.n >= 8; s.p += 8, s.n -= 8)
		add_word(&sum, s.p, 8);
	add_word(&sum, s.p, s.n);
	for (size_t i = 0; i < LANES; i++)
		add_word(&sum, (const uint8_t *)&h[i], 8);
	return sum;
}

/* -------------------------------------------------------------- reading */

static int damaged(const char *path, struct diag *d, const char *why)
{
	return diag_fail_hint(
		d, EBADMSG, "it is made again; nothing needs to be done",
		"%s: %s", path, why);
}

static struct span entry_table(const struct idx_cache *c)
{
	return (struct span){ c->entries, c->n * sizeof(struct entry) };
}

/* for (size_t i = 0, at = 0; next(c, &i, &at, &k);) */
static bool next(const struct idx_cache *c, size_t *i, size_t *at,
		 struct known *k)
{
	struct span table = entry_table(c), path;
	const uint8_t *texts = table.p + table.n;
	size_t n = (size_t)(c->file.p + c->file.n - texts);
	struct span all = { texts, n };

	if (*i == c->n)
		return false;
	memcpy(&k->e, table.p + *i * sizeof(k->e), sizeof(k->e));
	if (!span_sub(all, *at, (uint64_t)k->e.path_n + 1, &path) ||
	    memchr(path.p, 0, path.n) != path.p + k->e.path_n ||
	    !span_sub(all, *at + path.n, k->e.facts_n, &k->facts))
		return false;
	k->path = (const char *)path.p;
	*at += path.n + k->facts.n;
	(*i)++;
	return true;
}

static int check(const struct idx_cache *c, const char *path, struct head *h,
		 struct diag *d)
{
	struct span all = bytes_span(&c->file), rest;

	if (all.n < sizeof(*h))
		return damaged(path, d, "is shorter than its header");
	memcpy(h, all.p, sizeof(*h));
	rest = (struct span){ all.p + sizeof(*h), all.n - sizeof(*h) };
	if (memcmp(h->magic, magic, sizeof(magic)))
		return damaged(path, d, "is no store of module facts");
	if (h->mark != MARK || h->version != VERSION)
		return damaged(path, d,
			       "was written by another version or machine");
	if (h->size != all.n)
		return damaged(path, d, "was cut short, or has grown");
	if (h->n > rest.n / sizeof(struct entry))
		return damaged(path, d, "has fewer entries than it says");
	if (h->sum != checksum(rest))
		return damaged(path, d, "does not have the sum it says");
	return 0;
}

int idx_cache_read(const char *path, struct idx_cache *ret, struct diag *d)
{
	_cleanup_idx_cache_ struct idx_cache c = { 0 };
	struct head h;
	struct known k;

	if (!path_exists(path))
		return -ENOENT;

	int r = file_read_regular(path, MAX_BYTES, &c.file, d);

	if (!r)
		r = check(&c, path, &h, d);
	if (r < 0)
		return r;
	c.n = (size_t)h.n;
	c.entries = c.file.p + sizeof(h);

	size_t i = 0, at = 0;

	while (next(&c, &i, &at, &k))
		;
	if (i != c.n || at + sizeof(h) + entry_table(&c).n != c.file.n)
		return damaged(path, d, "has entries that do not fit it");
	*ret = c;
	c = (struct idx_cache){ 0 };
	return 0;
}

void idx_cache_fini(struct idx_cache *c)
{
	bytes_fini(&c->file);
	*c = (struct idx_cache){ 0 };
}

/* ---------------------------------------------------------------- using */

/* Open addressing over the sources, by path; 0 is free, else number + 1. */
struct table {
	uint32_t *v;
	size_t mask;
};

static int table_make(const struct idx_sources *s, struct table *ret)
{
	size_t cap = 64;

	while (cap < s->n * 2)
		cap *= 2;

	struct table t = { calloc(cap, sizeof(*t.v)), cap - 1 };

	if (!t.v)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		const char *rel = s->v[i].rel;
		size_t at = idx_hash(rel, strlen(rel)) & t.mask;

		while (t.v[at])
			at = (at + 1) & t.mask;
		t.v[at] = (uint32_t)i + 1;
	}
	*ret = t;
	return 0;
}

static struct idx_source *find(const struct idx_sources *s,
			       const struct table *t, const struct known *k)
{
	size_t at = idx_hash(k->path, k->e.path_n) & t->mask;

	for (; t->v[at]; at = (at + 1) & t->mask)
		if (str_eq(s->v[t->v[at] - 1].rel, k->path))
			return &s->v[t->v[at] - 1];
	return NULL;
}

/*
 * squashfs, erofs and others that are made whole keep no time of the last
 * change: they say the time of modification, and that in seconds. Two images
 * that were built reproducibly differ in nothing else that could tell.
 */
static bool no_change_time(const struct idx_source *f)
{
	return f->ctime_ns == f->mtime_ns && !(f->ctime_ns % 1000000000);
}

static bool unchanged(const struct idx_source *f, const struct entry *e)
{
	return !no_change_time(f) && f->size == e->size && f->ino == e->ino &&
	       f->mtime_ns == e->mtime_ns && f->ctime_ns == e->ctime_ns;
}

int idx_cache_use(const struct idx_cache *c, struct idx_sources *s,
		  size_t *ret_known, struct diag *d)
{
	struct table t;
	struct known k;
	size_t known = 0;

	if (table_make(s, &t) < 0)
		return diag_fail(d, ENOMEM, "out of memory");
	for (size_t i = 0, at = 0; next(c, &i, &at, &k);) {
		struct idx_source *f = find(s, &t, &k);

		if (!f || f->facts.p || !unchanged(f, &k.e) ||
		    !idx_facts_check(k.facts))
			continue;
		f->facts = k.facts;
		f->info = idx_facts_info(k.facts);
		known++;
	}
	free(t.v);
	*ret_known = known;
	return 0;
}

/* --------------------------------------------------------------- writing */

/*
 * Could it have changed after it was read without getting a later time? The
 * clock of file times ticks every few ms, and on file systems without
 * fractions of seconds every second or two.
 */
static bool too_young(const struct idx_source *f, int64_t began_ns)
{
	const int64_t second = 1000000000;
	int64_t tick = f->ctime_ns % second ? second / 50 : 2 * second;

	return f->ctime_ns >= began_ns - tick;
}

static bool broken(struct span facts)
{
	struct idx_fact f;
	size_t at = 0;

	return idx_fact_next(facts, &at, &f) && f.kind == IDX_BROKEN;
}

static bool keep(const struct idx_source *f, int64_t began_ns)
{
	return f->facts.p && f->facts.n <= UINT32_MAX && !broken(f->facts) &&
	       !no_change_time(f) && !too_young(f, began_ns);
}

static size_t put(uint8_t *to, const void *p, size_t n)
{
	if (n)
		memcpy(to, p, n);
	return n;
}

static size_t put_entry(uint8_t *to, const struct idx_source *f)
{
	const struct entry e = {
		.size = f->size,
		.ino = f->ino,
		.mtime_ns = f->mtime_ns,
		.ctime_ns = f->ctime_ns,
		.path_n = (uint32_t)strlen(f->rel),
		.facts_n = (uint32_t)f->facts.n,
	};

	return put(to, &e, sizeof(e));
}

/* Of the modules that are kept: how many, and the size of the file. */
static void measure(const struct idx_sources *s, int64_t began_ns,
		    struct head *h)
{
	h->size = sizeof(*h);
	for (size_t i = 0; i < s->n; i++)
		if (keep(&s->v[i], began_ns)) {
			h->size += sizeof(struct entry) +
				   strlen(s->v[i].rel) + 1 + s->v[i].facts.n;
			h->n++;
		}
}

int idx_cache_bytes(const struct idx_sources *s, int64_t began_ns,
		    struct bytes *ret, struct diag *d)
{
	struct head h = { .mark = MARK, .version = VERSION };

	memcpy(h.magic, magic, sizeof(magic));
	measure(s, began_ns, &h);

	uint8_t *p = malloc(h.size), *entry, *text;

	if (!p)
		return diag_fail(d, ENOMEM, "out of memory");
	entry = p + sizeof(h);
	text = entry + h.n * sizeof(struct entry);
	for (size_t i = 0; i < s->n; i++) {
		const struct idx_source *f = &s->v[i];

		if (!keep(f, began_ns))
			continue;
		entry += put_entry(entry, f);
		text += put(text, f->rel, strlen(f->rel) + 1);
		text += put(text, f->facts.p, f->facts.n);
	}
	h.sum = checksum((struct span){ p + sizeof(h), h.size - sizeof(h) });
	memcpy(p, &h, sizeof(h));
	*ret = (struct bytes){ p, h.size };
	return 0;
}
