/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRCs of symbols: what the module was built against, and what is there.
 *
 * The table is searched from its start in the kernel; here it is looked up by
 * a hash that finds the first entry of a name, too.
 *
 * Kernel: check_version() and check_modstruct_version(),
 * kernel/module/version.c.
 */
#include <errno.h>

#include "rules/run.h"

#define SLOT 64	 /* of __versions: 8 bytes of CRC, then the name */
#define NAME_AT 8

struct run_version {
	const char *name;
	uint64_t crc;
};

struct run_versions {
	struct run_version *v;
	uint32_t *hash; /* number in @v, counted from 1; 0: free */
	uint32_t mask;
};

static uint32_t hash_of(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h;
}

/* The place of @name in the hash, or where it would be put. */
static uint32_t *slot_of(const struct run_versions *t, const char *name)
{
	uint32_t i = hash_of(name) & t->mask;

	while (t->hash[i] && !str_eq(t->v[t->hash[i] - 1].name, name))
		i = (i + 1) & t->mask;
	return &t->hash[i];
}

static struct run_versions *new_table(struct run *r, uint64_t n)
{
	struct run_versions *t = arena_alloc(r->a, sizeof(*t));
	uint32_t size = 16;

	while (size < 2 * n)
		size *= 2;
	if (t) {
		t->mask = size - 1;
		t->v = arena_array(r->a, n + 1, sizeof(*t->v));
		t->hash = arena_array(r->a, size, sizeof(*t->hash));
	}
	if (t && t->v && t->hash)
		return t;
	r->oom = true;
	return NULL;
}

static void put(struct run_versions *t, uint32_t *n, const char *name,
		uint64_t crc)
{
	uint32_t *slot = slot_of(t, name);

	if (*slot)
		return;
	t->v[(*n)++] = (struct run_version){ name, crc };
	*slot = *n;
}

static void read_slots(struct run *r)
{
	const struct run_sec *s = &r->sec[r->i_vers];
	uint64_t slots = s->size / SLOT;
	uint32_t n = 0;

	if (s->size > r->len)
		slots = 0;
	r->versions = new_table(r, slots);
	for (uint64_t i = 0; r->versions && i < slots; i++) {
		const char *name =
			space_str(&r->space, s->addr + i * SLOT + NAME_AT);
		uint64_t crc;

		if (name && space_uint(&r->space, s->addr + i * SLOT, 8, &crc))
			put(r->versions, &n, name, crc);
	}
}

static void read_ext(struct run *r)
{
	uint64_t crcs = r->sec[r->i_ext_crc].addr;
	uint64_t at = r->sec[r->i_ext_name].addr;
	uint64_t count = r->sec[r->i_ext_crc].size / 4;
	uint32_t n = 0;

	r->versions = new_table(r, count);
	for (uint64_t i = 0; r->versions && i < count; i++) {
		const char *name = space_str(&r->space, at);
		uint64_t crc;

		if (!name || !space_uint(&r->space, crcs + 4 * i, 4, &crc))
			return;
		put(r->versions, &n, name, crc);
		at += strlen(name) + 1;
	}
}

/* The module knows no version of @symbol. */
static bool nameless(struct run *r, const char *symbol, const char **ret_row)
{
	bool ext = r->i_ext_crc;

	if (r->has.debian && !ext) {
		*ret_row = str_eq(symbol, "module_layout")
				   ? "load.crc.layout.none"
				   : "load.crc.none";
		return false;
	}
	if (!(r->s->said & KERN_SAID_NO_VERSION))
		run_remark(r, ext ? "note.crc.ext.none" : "note.crc.none",
			   PLACES(r->name, symbol), NULL);
	r->s->said |= KERN_SAID_NO_VERSION;
	return true;
}

bool run_check_version(struct run *r, const char *symbol, uint32_t crc,
		       bool has_crc, const char **ret_row)
{
	*ret_row = "load.crc";
	if (!has_crc || r->has.modversions == KERN_NO)
		return true;
	if (!r->i_ext_crc && !r->i_vers) {
		*ret_row = "load.crc.force";
		return run_force_load(r, "note.force.symbol", symbol);
	}
	if (!r->versions) {
		if (r->i_ext_crc)
			read_ext(r);
		else
			read_slots(r);
	}
	if (!r->versions)
		return false;

	uint32_t i = *slot_of(r->versions, symbol);

	if (!i)
		return nameless(r, symbol, ret_row);
	return r->versions->v[i - 1].crc == crc;
}

/* check_modstruct_version(): does the kernel as a whole fit? */
bool run_layout_version(struct run *r)
{
	struct run_found f;
	const char *row;

	run_know_built_for(r);
	if (r->has.modversions != KERN_YES) {
		(void)run_is(r, r->has.modversions, "CONFIG_MODVERSIONS",
			     false);
		return true;
	}
	if (run_find_symbol(r, "module_layout", true, &f) != KERN_YES) {
		run_unknown(r, "the version of module_layout");
		return true;
	}
	if (run_check_version(r, "module_layout", f.e.crc, f.e.has_crc, &row))
		return true;
	return run_refuse_err(r, ENOEXEC,
			      str_eq(row, "load.crc") ? "load.crc.layout" : row,
			      PLACES(r->name), NULL);
}
