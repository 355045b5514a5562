/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Versions (CRCs) of the symbols that the module was built against, and the
 * symbols that it needs.
 *
 *	__versions                  { unsigned long crc; char name[64 - w]; }
 *	__version_ext_crcs          u32 each
 *	__version_ext_names         as many NUL-terminated names
 *
 * Kernel: check_version(), kernel/module/version.c; the long form since Linux
 * kernel commit 54ac1ac8edeb ("modules: Support extended MODVERSIONS info").
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ko/internal.h"

#define SLOT 64

/* Longer names than this differ, or not, within it. */
#define NAME_MAX_COMPARED 4096

/* False: the module has no such table. */
static bool find_tables(const struct ko *ko, enum ko_version_table t,
			struct ko_version_tables *ret)
{
	struct ko_section a, b;

	if (t == KO_VERSIONS) {
		if (!ko_find_section(ko, "__versions", &a))
			return false;
		ret->crcs = a.bytes;
		return true;
	}
	if (!ko_find_section(ko, "__version_ext_crcs", &a) ||
	    !ko_find_section(ko, "__version_ext_names", &b))
		return false;
	*ret = (struct ko_version_tables){ a.bytes, b.bytes };
	return true;
}

bool ko_has_versions(const struct ko *ko, enum ko_version_table t)
{
	struct ko_version_tables tab;

	return find_tables(ko, t, &tab);
}

static bool next_slot(const struct ko *ko, struct span s, uint64_t idx,
		      struct ko_version *v)
{
	unsigned w = ko_word(ko);
	struct span slot;

	if (!span_sub(s, idx * SLOT, SLOT, &slot))
		return false;

	const char *name = span_str(slot, w);

	if (!name)
		return false;
	v->crc = (uint32_t)ko_uint(ko, slot, 0, w);
	v->name = name;
	return true;
}

static bool next_ext(const struct ko *ko, const struct ko_version_tables *t,
		     uint64_t idx, struct ko_version *v)
{
	struct span c;

	if (!span_sub(t->crcs, idx * 4, 4, &c))
		return false;

	const char *name = span_str(t->names, v->name_off);

	if (!name)
		return false;
	v->crc = (uint32_t)ko_uint(ko, c, 0, 4);
	v->name = name;
	v->name_off += strlen(name) + 1;
	return true;
}

/* The entry that follows @v, or the first one of an unused @v. */
static bool next_in(const struct ko *ko, enum ko_version_table t,
		    const struct ko_version_tables *tab, struct ko_version *v)
{
	uint64_t idx = v->name ? v->idx + 1 : 0;
	bool more = t == KO_VERSIONS ? next_slot(ko, tab->crcs, idx, v)
				     : next_ext(ko, tab, idx, v);

	if (more)
		v->idx = idx;
	return more;
}

bool ko_version_next(const struct ko *ko, enum ko_version_table t,
		     struct ko_version *v)
{
	if (!v->name && !find_tables(ko, t, &v->tables))
		return false;
	return next_in(ko, t, &v->tables, v);
}

static int check_slots(const struct ko *ko, struct span s, struct diag *d)
{
	if (s.n % SLOT)
		return diag_fail(
			d, ENOEXEC,
			"__versions has %zu bytes, wanted entries of %u", s.n,
			SLOT);
	for (uint64_t i = 0; i < s.n / SLOT; i++) {
		struct ko_version v;

		if (!next_slot(ko, s, i, &v))
			return diag_fail(
				d, ENOEXEC,
				"the name in entry %llu of __versions is not terminated",
				(unsigned long long)i);
	}
	return 0;
}

static int check_ext(const struct ko *ko, const struct ko_version_tables *t,
		     struct diag *d)
{
	struct ko_version v = { 0 };
	uint64_t n = 0;

	if (t->crcs.n % 4)
		return diag_fail(
			d, ENOEXEC,
			"__version_ext_crcs has %zu bytes, wanted entries of 4",
			t->crcs.n);
	while (next_in(ko, KO_VERSIONS_EXT, t, &v))
		n++;
	if (n != t->crcs.n / 4)
		return diag_fail(
			d, ENOEXEC,
			"__version_ext_names has %llu names, wanted %zu, one for each CRC",
			(unsigned long long)n, t->crcs.n / 4);
	return 0;
}

int ko_check_versions(const struct ko *ko, enum ko_version_table t,
		      struct diag *d)
{
	struct ko_version_tables tab;
	int r = 0;

	if (find_tables(ko, t, &tab))
		r = t == KO_VERSIONS ? check_slots(ko, tab.crcs, d)
				     : check_ext(ko, &tab, d);
	if (r < 0)
		diag_in(d, "%s", ko->path);
	return r;
}

static int by_name(const void *x, const void *y)
{
	const struct ko_version *a = x, *b = y;
	int r = strncmp(a->name, b->name, NAME_MAX_COMPARED);

	return r ? r : (a->idx > b->idx) - (a->idx < b->idx);
}

/* All entries of the table that the kernel would use, by name. */
static int sorted_versions(const struct ko *ko, struct ko_version **ret,
			   size_t *ret_n, struct diag *d)
{
	enum ko_version_table t = ko_has_versions(ko, KO_VERSIONS_EXT)
					  ? KO_VERSIONS_EXT
					  : KO_VERSIONS;
	struct ko_version_tables tab = { 0 };
	int r = ko_check_versions(ko, t, d);

	if (r < 0)
		return r;

	size_t max = find_tables(ko, t, &tab)
			     ? tab.crcs.n / (t == KO_VERSIONS ? SLOT : 4)
			     : 0;
	struct ko_version *list = calloc(max + 1, sizeof(*list));
	size_t n = 0;

	if (!list)
		return diag_fail(d, ENOMEM, "out of memory");
	for (struct ko_version v = { 0 }; n < max && next_in(ko, t, &tab, &v);)
		list[n++] = v;
	qsort(list, n, sizeof(*list), by_name);
	*ret = list;
	*ret_n = n;
	return 0;
}

/* The first of several entries of the same name counts, as in the kernel. */
static const struct ko_version *find(const struct ko_version *v, size_t n,
				     const char *name)
{
	size_t lo = 0;

	while (n) {
		size_t half = n / 2;

		if (strncmp(v[lo + half].name, name, NAME_MAX_COMPARED) < 0) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return &v[lo];
}

/* What the linker or the kernel's own loader provides. */
static bool is_need(const struct ko *ko, const struct ko_symbol *s)
{
	if (s->shndx != SHN_UNDEF || !s->name[0])
		return false;
	if (s->bind != STB_GLOBAL && s->bind != STB_WEAK)
		return false;
	if (str_eq(s->name, "_GLOBAL_OFFSET_TABLE_") ||
	    (ko->machine == EM_PPC64 && str_eq(s->name, ".TOC.")))
		return false;
	/* A register that is used, not a symbol. */
	return !((ko->machine == EM_SPARC || ko->machine == EM_SPARCV9) &&
		 s->type == STT_SPARC_REGISTER);
}

int ko_needs(const struct ko *ko, struct arena *a, struct ko_need **ret,
	     size_t *ret_n, struct diag *d)
{
	_cleanup_free_ struct ko_version *v = NULL;
	size_t nv = 0, n = 0;
	int r = sorted_versions(ko, &v, &nv, d);

	if (r < 0)
		return r;
	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);)
		n += is_need(ko, &s);

	struct ko_need *list = arena_array(a, n + 1, sizeof(*list));

	if (!list)
		return diag_fail(d, ENOMEM, "out of memory");
	n = 0;
	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		if (!is_need(ko, &s))
			continue;

		const struct ko_version *f = find(v, nv, s.name);
		bool has = f < v + nv &&
			   !strncmp(f->name, s.name, NAME_MAX_COMPARED);

		list[n++] = (struct ko_need){
			.name = s.name,
			.crc = has ? f->crc : 0,
			.has_crc = has,
			.weak = s.bind == STB_WEAK,
		};
	}
	*ret = list;
	*ret_n = n;
	return 0;
}
