/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From a module to its facts. Which names count is kmod's rule:
 *
 *	exports  what stands behind __crc_ in names of .symtab; if there is
 *	         none, every string of __ksymtab_strings (namespaces, too)
 *	needs    undefined names of .symtab, then those of __versions that are
 *	         not among them
 */
#include "index/facts.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 0xffffffU

/* The kernel's longest symbol name has 511 bytes. */
#define MAX_NAME 4096U

/*
 * No module has nearly as much to say; a file whose tables overlap each other
 * to make us work has no more than this listened to.
 */
#define MAX_FACTS (32U << 20)
#define CRC "__crc_"
#define CRC_N (sizeof(CRC) - 1)

uint32_t idx_hash(const char *s, size_t n)
{
	uint64_t h = n * UINT64_C(0x9e3779b97f4a7c15);

	while (n) {
		uint64_t w = 0;
		size_t k = n < 8 ? n : 8;

		memcpy(&w, s, k);
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
		s += k;
		n -= k;
	}
	return (uint32_t)h;
}

static void add_hashed(struct text *t, enum idx_fact_kind kind,
		       uint32_t number, const char *s, size_t n, uint32_t hash)
{
	uint32_t h[3] = { (uint32_t)kind | (uint32_t)n << 8, number, hash };

	text_add_bytes(t, h, sizeof(h));
	text_add_bytes(t, s, n);
	text_add_bytes(t, "", 1);
}

static void add(struct text *t, enum idx_fact_kind kind, uint32_t number,
		const char *s, size_t n)
{
	/* Nobody has names of 16 MiB; a file that says so is no module. */
	if (n <= MAX_TEXT)
		add_hashed(t, kind, number, s, n,
			   kind <= IDX_NEED_WEAK ? idx_hash(s, n) : 0);
}

void idx_facts_add_broken(int err, const char *why, struct text *ret)
{
	add(ret, IDX_BROKEN, (uint32_t)err, why, strlen(why));
}

bool idx_facts_check(struct span facts)
{
	struct idx_fact f;
	size_t at = 0;

	while (idx_fact_next(facts, &at, &f)) {
		if (f.kind < IDX_EXPORT || f.kind >= IDX_FACT_KINDS ||
		    f.text[f.n])
			return false;
	}
	return at == facts.n;
}

size_t idx_facts_info(struct span facts)
{
	struct idx_fact f;
	size_t at = 0, next = 0;

	while (idx_fact_next(facts, &next, &f) && f.kind <= IDX_NEED_WEAK)
		at = next;
	return at;
}

/* The CRC that symbol __crc_NAME is, or where it lies. */
static uint32_t crc_of(const struct ko *ko, const struct ko_symbol *s)
{
	struct ko_section sec;
	uint64_t v = 0;

	if (s->shndx == SHN_ABS)
		return (uint32_t)s->value;
	if (s->shndx != SHN_UNDEF && ko_section(ko, s->shndx, &sec))
		(void)span_uint(sec.bytes, s->value, 4, ko->be, &v);
	return (uint32_t)v;
}

/* The sections that matter, found in one go; empty: there is none. */
struct sections {
	struct span strings, versions, ext_crcs;
};

static struct sections find_sections(const struct ko *ko)
{
	struct sections f = { 0 };
	struct {
		const char *name;
		struct span *to;
	} want[] = { { "__ksymtab_strings", &f.strings },
		     { "__versions", &f.versions },
		     { "__version_ext_crcs", &f.ext_crcs } };

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		if (s.name[0] != '_' || s.name[1] != '_')
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			if (!want[i].to->p && str_eq(s.name, want[i].name))
				*want[i].to = s.bytes;
	}
	return f;
}

static void add_string_exports(struct span s, struct text *t)
{
	for (size_t at = 0; at < s.n && t->n < MAX_FACTS;) {
		const char *p = (const char *)s.p + at;
		size_t n = strnlen(p, s.n - at);

		if (n)
			add(t, IDX_EXPORT, 0, p, n);
		at += n + 1;
	}
}

/* One entry of the version tables. */
struct version {
	const char *name;
	uint32_t n, hash, crc;
	bool listed; /* in __versions, where kmod looks for needs          */
	bool asked;
};

/* All of them, and a table that finds them by name: 0, or a number + 1. */
struct versions {
	struct version *v;
	uint32_t n, mask;
	uint32_t *slot;
};

/* Where @name is, or the empty slot where it belongs. */
static uint32_t *find_slot(const struct versions *t, const char *name,
			   uint32_t n, uint32_t hash)
{
	uint32_t i = hash & t->mask;

	for (; t->slot[i]; i = (i + 1) & t->mask) {
		const struct version *v = &t->v[t->slot[i] - 1];

		if (v->hash == hash && v->n == n && !memcmp(v->name, name, n))
			break;
	}
	return &t->slot[i];
}

/* Of several entries for a name the first counts. */
static void add_version(struct versions *t, const struct ko_version *from,
			bool listed)
{
	uint32_t n = (uint32_t)strnlen(from->name, MAX_NAME);
	uint32_t hash = idx_hash(from->name, n);
	uint32_t *slot = find_slot(t, from->name, n, hash);

	if (*slot || !n)
		return;
	t->v[t->n++] = (struct version){ from->name, n,	     hash,
					 from->crc,  listed, false };
	*slot = t->n;
}

static bool versions_init(const struct ko *ko, const struct sections *f,
			  struct versions *t)
{
	size_t max = f->versions.n / 64 + f->ext_crcs.n / 4, cap = 4;

	while (cap < 2 * max)
		cap *= 2;
	*t = (struct versions){ .mask = (uint32_t)cap - 1 };
	t->v = malloc((max + 1) * sizeof(*t->v));
	t->slot = calloc(cap, sizeof(*t->slot));
	if (!t->v || !t->slot)
		return false;
	for (struct ko_version v = { 0 };
	     f->versions.n && t->n < max &&
	     ko_version_next(ko, KO_VERSIONS, &v);)
		add_version(t, &v, true);
	for (struct ko_version v = { 0 };
	     f->ext_crcs.n && t->n < max &&
	     ko_version_next(ko, KO_VERSIONS_EXT, &v);)
		add_version(t, &v, false);
	return true;
}

static void versions_fini(struct versions *t)
{
	free(t->v);
	free(t->slot);
}

/* The CRC that the module wants of @name; 0 if it does not say. */
static uint32_t version_of(struct versions *t, const char *name, uint32_t n,
			   uint32_t hash)
{
	uint32_t i = *find_slot(t, name, n, hash);

	if (!i)
		return 0;
	t->v[i - 1].asked = true;
	return t->v[i - 1].crc;
}

/* What the linker provides is no need, nor is a register of SPARC's. */
static bool is_need(const struct ko *ko, const struct ko_symbol *s)
{
	if (s->shndx != SHN_UNDEF || !s->name[0])
		return false;
	if (s->bind != STB_GLOBAL && s->bind != STB_WEAK)
		return false;
	return !((ko->machine == EM_SPARC || ko->machine == EM_SPARCV9) &&
		 s->type == STT_SPARC_REGISTER);
}

static void add_need(struct text *t, struct versions *v,
		     const struct ko_symbol *s)
{
	size_t n = strnlen(s->name, MAX_NAME);
	uint32_t hash = idx_hash(s->name, n);

	add_hashed(t, s->bind == STB_WEAK ? IDX_NEED_WEAK : IDX_NEED,
		   version_of(v, s->name, (uint32_t)n, hash), s->name, n,
		   hash);
}

/* Exports go to @t, needs to @needs, in one walk. False: no __crc_ there. */
static bool add_symbols(const struct ko *ko, struct versions *v,
			struct text *t, struct text *needs)
{
	bool any = false;

	for (struct ko_symbol s = { 0 };
	     t->n + needs->n < MAX_FACTS && ko_symbol_next(ko, &s);) {
		if (is_need(ko, &s))
			add_need(needs, v, &s);
		if (s.name[0] != '_' || strncmp(s.name, CRC, CRC_N))
			continue;
		add(t, IDX_EXPORT, crc_of(ko, &s), s.name + CRC_N,
		    strnlen(s.name + CRC_N, MAX_NAME));
		any = true;
	}
	return any;
}

static void add_tables(const struct ko *ko, struct text *t)
{
	_cleanup_(versions_fini) struct versions v = { 0 };
	_cleanup_text_ struct text needs = { 0 };
	struct sections f = find_sections(ko);

	if (!versions_init(ko, &f, &v)) {
		t->failed = true;
		return;
	}
	if (!add_symbols(ko, &v, t, &needs))
		add_string_exports(f.strings, t);
	for (uint32_t i = 0; i < v.n; i++)
		if (v.v[i].listed && !v.v[i].asked)
			add_hashed(&needs, IDX_NEED, v.v[i].crc, v.v[i].name,
				   v.v[i].n, v.v[i].hash);
	text_add_bytes(t, needs.p, needs.n);
	t->failed |= needs.failed;
}

static void add_info(const struct ko *ko, struct text *t)
{
	static const struct {
		const char *key;
		enum idx_fact_kind kind;
	} keys[] = { { "alias", IDX_NAME_ALIAS },
		     { "softdep", IDX_NAME_SOFTDEP },
		     { "weakdep", IDX_NAME_WEAKDEP } };

	for (struct ko_info i = { 0 }; ko_info_next(ko, &i);)
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++)
			if (span_eq(i.key, keys[k].key))
				add(t, keys[k].kind, 0, i.value,
				    strlen(i.value));
}

void idx_facts_add(const struct ko *ko, struct text *ret)
{
	add_tables(ko, ret);
	add_info(ko, ret);
}
