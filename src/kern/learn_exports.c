/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the image exports. Unlike in a module (src/ko/exports.c), nothing is
 * left to relocate, so the fields themselves are read:
 *
 *	entry     value, name [, namespace since v5.4]
 *	field     4 bytes: relative to its own place; or a pointer
 *	CRC       4 bytes, or a pointer's size: the number itself; or, up to
 *	          v5.18, 4 bytes: where the number lies, from their own place
 *	GPL only  a table of its own; since v7.1 bit 0 in __kflagstab
 *
 * Kernel: include/linux/export-internal.h, include/linux/export.h,
 * find_symbol() in kernel/module/main.c.
 */
#include <string.h>

#include "kern/learn.h"

/* Entries that are looked at to tell the form. */
#define PROBES 200

struct table {
	const struct vmlinux *v;
	struct vm_part tab, crc, flags, strings;
	bool gpl;
	unsigned width, fields;
	uint64_t n;
	unsigned crc_width; /* 0: none */
	bool crc_rel;
};

/* Where field @field of entry @i points to; 0: nowhere. */
static uint64_t target(const struct table *t, uint64_t i, unsigned field)
{
	uint64_t off = (i * t->fields + field) * t->width;

	if (t->width == 4 && t->v->word == 8) {
		uint64_t rel = vm_rel(t->v, t->tab.bytes, off);

		return rel ? t->tab.addr + off + rel : 0;
	}

	uint64_t at = vm_uint(t->v, t->tab.bytes, off, t->width);

	return at;
}

/* The same on 32 bits, where both kinds of field have 4 bytes. */
static uint64_t target32(const struct table *t, uint64_t i, unsigned field)
{
	uint64_t off = (i * t->fields + field) * 4;
	uint32_t rel = (uint32_t)vm_uint(t->v, t->tab.bytes, off, 4);

	return rel ? (uint32_t)(t->tab.addr + off + rel) : 0;
}

static const char *name_at(const struct table *t, uint64_t i, bool rel32)
{
	uint64_t at = rel32 ? target32(t, i, 1) : target(t, i, 1);
	const char *s = at ? vm_str(t->v, at) : NULL;

	return s && *s ? s : NULL;
}

/* Is that a name, and where names are kept? The linker may have merged it
 * into the end of another, so what stands in front of it tells nothing. */
static bool is_name(const struct table *t, uint64_t at, const char *s)
{
	const struct vm_part *p = &t->strings;

	if (p->bytes.n && (at < p->addr || at - p->addr >= p->bytes.n))
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s >= 0x7f)
			return false;
	return true;
}

/* Has every so manieth entry a name? Of a wrong shape they have not. */
static bool shape_fits(const struct table *t, bool rel32)
{
	uint64_t step = t->n / PROBES + 1;

	for (uint64_t i = 0; i < t->n; i += step) {
		const char *s = name_at(t, i, rel32);
		uint64_t at = rel32 ? target32(t, i, 1) : target(t, i, 1);

		if (!s || !is_name(t, at, s))
			return false;
	}
	return t->n;
}

static bool find_shape(struct table *t, bool *rel32)
{
	for (t->fields = 3; t->fields >= 2; t->fields--) {
		for (t->width = 4; t->width <= t->v->word; t->width += 4) {
			uint64_t size = t->width * t->fields;

			t->n = t->tab.bytes.n / size;
			if (t->tab.bytes.n % size)
				continue;
			*rel32 = false;
			if (shape_fits(t, false))
				return true;
			*rel32 = true;
			if (t->v->word == 4 && shape_fits(t, true))
				return true;
		}
	}
	return false;
}

/* Do these 4 bytes say where the number lies, for all entries? */
static bool crcs_are_relative(const struct table *t)
{
	uint64_t step = t->n / PROBES + 1, hits = 0;

	if (t->crc_width != 4)
		return false;
	for (uint64_t i = 0; i < t->n; i += step) {
		uint64_t at = t->crc.addr + i * 4 +
			      vm_rel(t->v, t->crc.bytes, i * 4);
		struct span s;

		if (!at)
			continue; /* a weak one that nobody defined */
		if (!vm_at(t->v, at, &s) || s.n < 4)
			return false;
		hits++;
	}
	return hits;
}

static void find_crcs(struct table *t)
{
	if (t->crc.bytes.n == t->n * 4)
		t->crc_width = 4;
	else if (t->crc.bytes.n == t->n * t->v->word)
		t->crc_width = t->v->word;
	else
		return;
	t->crc_rel = crcs_are_relative(t);
}

static bool crc_of(const struct table *t, uint64_t i, uint32_t *ret)
{
	struct span s;

	if (!t->crc_width)
		return false;
	if (!t->crc_rel) {
		*ret = (uint32_t)vm_uint(t->v, t->crc.bytes,
					 i * t->crc_width, t->crc_width);
		return true;
	}

	uint64_t at = t->crc.addr + i * 4 + vm_rel(t->v, t->crc.bytes, i * 4);

	if (!at || !vm_at(t->v, at, &s))
		return false;
	*ret = (uint32_t)vm_uint(t->v, s, 0, 4);
	return true;
}

static void add_entry(const struct table *t, uint64_t i, bool rel32,
		      struct facts_draft *f)
{
	const char *name = name_at(t, i, rel32);
	uint64_t ns_at = t->fields < 3 ? 0
			 : rel32       ? target32(t, i, 2)
				       : target(t, i, 2);
	const char *ns = ns_at ? vm_str(t->v, ns_at) : NULL;
	struct fact_export e = { 0 };

	if (!name)
		return;
	e.name = facts_text(f, name);
	e.ns = facts_text(f, ns ? ns : "");
	e.value = rel32 ? target32(t, i, 0) : target(t, i, 0);
	if (t->gpl || (vm_uint(t->v, t->flags.bytes, i, 1) & 1))
		e.flags |= FACT_GPL;
	if (crc_of(t, i, &e.crc))
		e.flags |= FACT_CRC;
	facts_add(f, PART_EXPORTS, &e, sizeof(e));
}

/* Return: false if there is a table and it cannot be read. */
static bool add_table(struct table *t, struct facts_draft *f)
{
	bool rel32 = false;

	if (!t->tab.bytes.n)
		return true;
	if (!find_shape(t, &rel32))
		return false;
	find_crcs(t);
	for (uint64_t i = 0; i < t->n; i++)
		add_entry(t, i, rel32, f);
	return true;
}

void learn_exports(const struct vmlinux *v, struct facts_draft *f)
{
	struct table plain = {
		.v = v,
		.tab = vm_part(v, "__ksymtab"),
		.crc = vm_part(v, "__kcrctab"),
		.flags = vm_part(v, "__kflagstab"),
		.strings = vm_part(v, "__ksymtab_strings"),
	};
	struct table gpl = {
		.v = v,
		.tab = vm_part(v, "__ksymtab_gpl"),
		.crc = vm_part(v, "__kcrctab_gpl"),
		.strings = vm_part(v, "__ksymtab_strings"),
		.gpl = true,
	};

	if (!plain.tab.bytes.n && !gpl.tab.bytes.n) {
		f->info.no_exports = facts_text(
			f, "the image has no table of exported symbols");
		return;
	}
	if (!add_table(&plain, f) || !add_table(&gpl, f)) {
		text_fini(&f->part[PART_EXPORTS]);
		f->info.no_exports = facts_text(
			f,
			"the image's table of exported symbols has an unknown form");
		return;
	}
	facts_index_exports(f);
}
