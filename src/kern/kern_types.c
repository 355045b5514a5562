/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structures and types of a kernel: see kern.h. */
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "kern/kern_own.h"

uint32_t kern_module_size(const struct kern *k)
{
	uint32_t n = k->image.facts.info.module_size;

	return n ? n : k->sample.size;
}

static enum kern_known of_sample(const struct kern *k, const char *path,
				 struct kern_member *ret)
{
	const struct {
		const char *path;
		struct kern_member is;
	} v[] = { { "name", k->sample.name },
		  { "init", k->sample.init },
		  { "exit", k->sample.exit } };

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		if (v[i].is.size && str_eq(v[i].path, path)) {
			*ret = v[i].is;
			return KERN_YES;
		}
	return KERN_UNKNOWN;
}

enum kern_known kern_member(const struct kern *k, const char *path,
			    struct kern_member *ret)
{
	const struct facts *f = &k->image.facts;
	size_t lo = 0, hi = facts_count(f, PART_MEMBERS,
					sizeof(struct fact_member));

	if (!hi)
		return of_sample(k, path, ret);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct fact_member m = { 0 };

		(void)facts_record(f, PART_MEMBERS, mid, &m, sizeof(m));

		int c = strcmp(facts_str(f, m.path), path);

		if (!c) {
			*ret = (struct kern_member){ m.offset, m.size };
			return KERN_YES;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return KERN_NO;
}

uint32_t kern_struct_size(struct kern *k, const char *name)
{
	const struct facts *f = &k->image.facts;
	uint64_t h = facts_hash(name, strlen(name));
	size_t lo = 0, hi = facts_count(f, PART_STRUCTS,
					sizeof(struct fact_struct));

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct fact_struct s = { 0 };

		(void)facts_record(f, PART_STRUCTS, mid, &s, sizeof(s));
		if (s.hash == h)
			return (uint32_t)s.size;
		if (s.hash < h)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

struct span kern_btf(struct kern *k)
{
	enum { NOT_ASKED, WHOLE, DAMAGED };

	if (k->btf_state == NOT_ASKED)
		k->btf_state = facts_btf(&k->image.facts).n ? WHOLE : DAMAGED;
	return k->btf_state == WHOLE ? k->image.facts.part[PART_BTF]
				     : (struct span){ 0 };
}

#define BTF_HEAD 12 /* of a type: name, info, size or another type */

/* How many types there are, and which of them are tags: ids, sorted. */
struct btf_count {
	uint32_t n_types;
	uint32_t n_tags;
	uint32_t tags[];
};

/* The types of kern_btf(), one behind the other. */
struct btf_walk {
	struct span s;
	uint64_t at, end;
	unsigned kinds;
	uint32_t parts;
};

static uint32_t word(struct span s, uint64_t off)
{
	uint64_t v = 0;

	(void)span_uint(s, off, 4, false, &v);
	return (uint32_t)v;
}

static struct btf_walk btf_walk(struct kern *k, unsigned kinds, uint32_t parts)
{
	struct btf_walk w = { .s = kern_btf(k), .kinds = kinds,
			      .parts = parts };

	w.at = (uint64_t)word(w.s, 4) + word(w.s, 8);
	w.end = w.at + word(w.s, 12);
	if (w.end > w.s.n)
		w.end = w.s.n;
	return w;
}

/* Return: the kind of the next one; 0: there is none. */
static unsigned btf_next(struct btf_walk *w)
{
	/* Bytes behind the head; and for each part. */
	static const struct {
		unsigned fixed, each;
	} size[] = {
		[BTF_KIND_INT] = { 4, 0 },	  [BTF_KIND_ARRAY] = { 12, 0 },
		[BTF_KIND_STRUCT] = { 0, 12 },	  [BTF_KIND_UNION] = { 0, 12 },
		[BTF_KIND_ENUM] = { 0, 8 },	  [BTF_KIND_FUNC_PROTO] = { 0, 8 },
		[BTF_KIND_VAR] = { 4, 0 },	  [BTF_KIND_DATASEC] = { 0, 12 },
		[BTF_KIND_DECL_TAG] = { 4, 0 },	  [BTF_KIND_ENUM64] = { 0, 12 },
	};

	if (w->at + BTF_HEAD > w->end)
		return 0;

	uint32_t info = word(w->s, w->at + 4);
	unsigned kind = info >> 24 & w->kinds;

	w->at += BTF_HEAD;
	if (kind < ARRAY_SIZE(size))
		w->at += size[kind].fixed +
			 (uint64_t)size[kind].each * (info & w->parts);
	return kind;
}

/* NULL: no memory. */
static struct btf_count *btf_count(struct kern *k, unsigned kinds,
				   uint32_t parts)
{
	struct btf_walk w = btf_walk(k, kinds, parts), again = w;
	uint32_t tags = 0;

	for (unsigned kind; (kind = btf_next(&w));)
		tags += kind == BTF_KIND_TYPE_TAG;

	struct btf_count *c = calloc(1, sizeof(*c) + tags * sizeof(*c->tags));

	if (!c)
		return NULL;
	c->n_types = 1;
	for (unsigned kind; (kind = btf_next(&again)); c->n_types++)
		if (kind == BTF_KIND_TYPE_TAG)
			c->tags[c->n_tags++] = c->n_types;
	return c;
}

uint32_t kern_btf_types(struct kern *k, unsigned kinds, uint32_t parts)
{
	struct btf_count *c = atomic_load(&k->btf_count), *none = NULL;

	if (!c) {
		c = btf_count(k, kinds, parts);
		/* Another thread may have been first: then its counts. */
		if (c && !atomic_compare_exchange_strong(&k->btf_count, &none,
							 c)) {
			free(c);
			c = none;
		}
	}
	return c ? c->n_types : 0;
}

bool kern_btf_is_tag(struct kern *k, uint32_t id)
{
	const struct btf_count *c = atomic_load(&k->btf_count);
	uint32_t lo = 0, hi = c ? c->n_tags : 0;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (c->tags[mid] == id)
			return true;
		if (c->tags[mid] < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
