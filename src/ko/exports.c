/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the module exports. Each entry of __ksymtab (and __ksymtab_gpl) says
 * value, name and, since v5.4, namespace. In the file these are holes that
 * relocations fill, so the relocations are what is read:
 *
 *	                    fields of       filled by
 *	absolute            a pointer       R_*_64, R_*_32 ...
 *	place-relative      4 bytes         R_*_PC32, R_*_PREL32 ...
 *
 * A place-relative field holds S + A - P, and the kernel adds P back; either
 * way the field means S + A, so the kind of relocation does not matter here,
 * only where its holes are. That works for machines unknown to this file.
 *
 * The CRC of entry i is entry i of __kcrctab: a plain number (since Linux
 * kernel commit 7b4537199a4a ("kbuild: link symbol CRCs at final link,
 * removing CONFIG_MODULE_REL_CRCS")), a reference to where the number lies, or
 * the value of an absolute symbol __crc_NAME.
 *
 * Kernel: include/linux/export-internal.h, kernel/module/main.c.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ko/internal.h"

/* Where a field points to. */
struct target {
	uint64_t offset; /* of the field */
	uint32_t shndx;
	uint64_t value; /* in that section, or of the absolute symbol */
};

struct targets {
	struct target *v; /* by offset, one for each */
	size_t n;
};

/* One of __ksymtab and __ksymtab_gpl, with what belongs to it. */
struct table {
	const char *name, *crc_name, *flag_name;
	bool gpl;
	struct ko_section sec;
	unsigned width;	 /* of a field          */
	unsigned fields; /* of an entry, 2 or 3 */
	uint64_t n;
};

static int by_offset(const void *x, const void *y)
{
	const struct target *a = x, *b = y;

	return (a->offset > b->offset) - (a->offset < b->offset);
}

/*
 * The number that lies in the hole, of a relocation without addend. Such are
 * used by 32-bit machines, and by MIPS of either size.
 */
static uint64_t addend_in_place(const struct ko *ko, struct span holes,
				const struct ko_reloc *r)
{
	if (ko->is64 && r->type == R_MIPS_64)
		return ko_uint(ko, holes, r->offset, 8);
	return (uint64_t)(int32_t)(uint32_t)ko_uint(ko, holes, r->offset, 4);
}

/* R_RISCV_SUB32 and _SUB64 take the place off; ADD before them has it all. */
static bool second_half(const struct ko *ko, const struct ko_reloc *r)
{
	return ko->machine == EM_RISCV && (r->type == 39 || r->type == 40);
}

static int add_targets(const struct ko *ko, const struct ko_section *rel,
		       struct span holes, struct targets *t, struct diag *d)
{
	for (uint64_t i = 0; i < ko_relocs(ko, rel); i++) {
		struct ko_reloc r;
		struct ko_symbol s;

		if (!ko_reloc(ko, rel, i, &r) || second_half(ko, &r))
			continue;
		if (!ko_symbol(ko, r.sym, &s) || r.offset >= holes.n) {
			diag_fail(
				d, ENOEXEC,
				"relocation %llu is for symbol %llu at offset 0x%llx, but there are %llu symbols and 0x%zx bytes",
				(unsigned long long)i,
				(unsigned long long)r.sym,
				(unsigned long long)r.offset,
				(unsigned long long)ko_symbols(ko), holes.n);
			diag_in(d, "section %u '%s'", rel->idx, rel->name);
			return -ENOEXEC;
		}

		uint64_t add = r.rela ? (uint64_t)r.addend
				      : addend_in_place(ko, holes, &r);

		t->v[t->n++] = (struct target){
			.offset = r.offset,
			.shndx = s.shndx,
			.value = s.value + add,
		};
	}
	return 0;
}

/* Everything that is relocated in section @sec, by offset. */
static int targets_of(const struct ko *ko, const struct ko_section *sec,
		      struct targets *t, struct diag *d)
{
	uint64_t n = 0;

	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);)
		if (s.info == sec->idx)
			n += ko_relocs(ko, &s);
	/* Each takes 8 bytes, unless sections overlap to make us work. */
	if (n > ko->image.n / 8)
		return diag_fail(
			d, ENOEXEC,
			"%llu relocations for section %u '%s' are more than the file has room for",
			(unsigned long long)n, sec->idx, sec->name);
	t->v = calloc((size_t)n + 1, sizeof(*t->v));
	if (!t->v)
		return diag_fail(d, ENOMEM, "out of memory");
	for (struct ko_section s = { 0 }; ko_section_next(ko, &s);) {
		int r = s.info == sec->idx
				? add_targets(ko, &s, sec->bytes, t, d)
				: 0;

		if (r < 0)
			return r;
	}
	qsort(t->v, t->n, sizeof(*t->v), by_offset);
	return 0;
}

static void targets_fini(struct targets *t)
{
	free(t->v);
}

static const struct target *target_at(const struct targets *t, uint64_t off)
{
	struct target key = { .offset = off };

	/* bsearch() wants an array even where it has nothing to look for. */
	return t->n ? bsearch(&key, t->v, t->n, sizeof(key), by_offset) : NULL;
}

/* The section that strings were last looked for in. */
struct strings {
	uint32_t shndx; /* 0: none yet */
	struct span table;
};

/* The string that a field points to; NULL if it points to none. */
static const char *target_str(const struct ko *ko, struct strings *last,
			      const struct target *t)
{
	struct ko_section s;

	if (!t)
		return NULL;
	if (t->shndx != last->shndx) {
		if (!ko_section(ko, t->shndx, &s))
			return NULL;
		last->shndx = t->shndx;
		last->table = span_table(s.bytes);
	}
	return span_table_str(last->table, t->value);
}

/*
 * Do all entries of this shape have their name in one section, and their
 * value in others? Only the right shape does.
 */
static bool shape_fits(const struct ko *ko, const struct table *t,
		       const struct targets *at, unsigned width,
		       unsigned fields)
{
	uint64_t size = (uint64_t)width * fields;
	const struct target *first = target_at(at, width);
	struct strings strs = { 0 };

	if (t->sec.size % size || !first)
		return false;
	for (uint64_t o = 0; o < t->sec.size; o += size) {
		const struct target *value = target_at(at, o);
		const struct target *name = target_at(at, o + width);

		if (!value || value->shndx == first->shndx || !name ||
		    name->shndx != first->shndx || !target_str(ko, &strs, name))
			return false;
	}
	return true;
}

static int find_shape(const struct ko *ko, struct table *t,
		      const struct targets *at, struct diag *d)
{
	for (unsigned fields = 3; fields >= 2; fields--) {
		for (unsigned width = 4; width <= ko_word(ko); width += 4) {
			if (!shape_fits(ko, t, at, width, fields))
				continue;
			t->width = width;
			t->fields = fields;
			t->n = t->sec.size / (width * fields);
			return 0;
		}
	}
	diag_fail(
		d, ENOEXEC,
		"its %llu bytes and %zu relocations are no table of exported symbols",
		(unsigned long long)t->sec.size, at->n);
	diag_in(d, "section %u '%s'", t->sec.idx, t->name);
	return -ENOEXEC;
}

/* Where the CRCs of a table are. */
struct crcs {
	struct ko_section sec;
	struct targets at;
	unsigned width; /* 0: there are none */
};

static int find_crcs(const struct ko *ko, const struct table *t, struct crcs *c,
		     struct diag *d)
{
	if (!ko_find_section(ko, t->crc_name, &c->sec) || !c->sec.size)
		return 0;
	if (c->sec.bytes.n == t->n * 4)
		c->width = 4;
	else if (c->sec.bytes.n == t->n * ko_word(ko))
		c->width = ko_word(ko);
	else
		return diag_fail(d, ENOEXEC,
				 "%s has %llu bytes for the %llu symbols of %s",
				 t->crc_name, (unsigned long long)c->sec.size,
				 (unsigned long long)t->n, t->name);
	return targets_of(ko, &c->sec, &c->at, d);
}

static bool crc_of(const struct ko *ko, const struct crcs *c, uint64_t i,
		   uint32_t *ret)
{
	if (!c->width)
		return false;

	const struct target *t = target_at(&c->at, i * c->width);
	struct ko_section s;
	uint64_t v;

	if (!t) {
		*ret = (uint32_t)ko_uint(ko, c->sec.bytes, i * c->width,
					 c->width);
		return true;
	}
	if (t->shndx == SHN_ABS) {
		*ret = (uint32_t)t->value;
		return true;
	}
	/* A weak __crc_NAME that nobody defined: no version. */
	if (t->shndx == SHN_UNDEF || !ko_section(ko, t->shndx, &s) ||
	    !span_uint(s.bytes, t->value, 4, ko->be, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static void crcs_fini(struct crcs *c)
{
	targets_fini(&c->at);
}

static void fill(const struct ko *ko, const struct table *t,
		 const struct targets *at, const struct crcs *c,
		 struct span flags, struct ko_export *out)
{
	/* Names and namespaces may lie apart. */
	struct strings names = { 0 }, spaces = { 0 };

	for (uint64_t i = 0; i < t->n; i++) {
		uint64_t o = i * t->width * t->fields;
		const struct target *value = target_at(at, o);
		const struct target *ns =
			t->fields == 3 ? target_at(at, o + 2 * t->width) : NULL;
		const char *ns_str = target_str(ko, &spaces, ns);

		out[i] = (struct ko_export){
			.name = target_str(ko, &names,
					   target_at(at, o + t->width)),
			.ns = ns_str ? ns_str : "",
			.gpl_only = t->gpl || (ko_uint(ko, flags, i, 1) & 1),
			.shndx = value->shndx,
			.value = value->value,
		};
		out[i].has_crc = crc_of(ko, c, i, &out[i].crc);
	}
}

struct list {
	struct ko_export *v;
	size_t n;
};

static int add_table(const struct ko *ko, struct arena *a, struct table *t,
		     struct list *l, struct diag *d)
{
	_cleanup_(targets_fini) struct targets at = { 0 };
	_cleanup_(crcs_fini) struct crcs c = { 0 };
	struct ko_section flags = { 0 };

	if (!ko_find_section(ko, t->name, &t->sec) || !t->sec.size)
		return 0;

	int r = section_bytes(ko, &t->sec, d);

	if (!r)
		r = targets_of(ko, &t->sec, &at, d);
	if (!r)
		r = find_shape(ko, t, &at, d);
	if (!r)
		r = find_crcs(ko, t, &c, d);
	if (r < 0)
		return r;
	(void)ko_find_section(ko, t->flag_name, &flags);

	size_t n = l->n + (size_t)t->n;
	struct ko_export *v = arena_array(a, n + 1, sizeof(*v));

	if (!v)
		return diag_fail(d, ENOMEM, "out of memory");
	if (l->n)
		memcpy(v, l->v, l->n * sizeof(*v));
	fill(ko, t, &at, &c, flags.bytes, v + l->n);
	*l = (struct list){ v, n };
	return 0;
}

int ko_exports(const struct ko *ko, struct arena *a, struct ko_export **ret,
	       size_t *ret_n, struct diag *d)
{
	struct table tables[] = {
		{ "__ksymtab", "__kcrctab", "__kflagstab", false, { 0 } },
		{ "__ksymtab_gpl", "__kcrctab_gpl", "", true, { 0 } },
	};
	struct list l = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		int r = add_table(ko, a, &tables[i], &l, d);

		if (r < 0) {
			diag_in(d, "%s", ko->path);
			return r;
		}
	}
	*ret = l.v;
	*ret_n = l.n;
	return 0;
}
