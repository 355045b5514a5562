/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of places that the kernel patches while it loads: it goes where they
 * point, without a doubt. Names are compared over all sections, whether they
 * are loaded or not, and the last section of a name counts.
 *
 * Kernel: module_finalize(), arch/x86/kernel/module.c; alternative.c.
 */
#include <elf.h>

#include "rules/run.h"

/* What an entry looks like: its size, and where it says where to go. */
struct patch_table {
	const char *name;
	unsigned entry; /* bytes */
	unsigned at;	/* a 32-bit offset from itself, or an address */
	bool address;	/* of 64 bits */
	const char *since; /* a type of kernels that have it; NULL: all */
};

static const struct patch_table tables[] = {
	{ ".return_sites", 4, 0, false },
	{ ".retpoline_sites", 4, 0, false },
	{ ".ibt_endbr_seal", 4, 0, false },
	{ ".smp_locks", 4, 0, false },
	{ ".parainstructions", 16, 0, true, "paravirt_patch_site" },
};

/* The last section of this name; 0: none. */
static uint32_t last_sec(const struct run *r, const char *name)
{
	for (uint32_t i = r->shnum; i-- > 1;)
		if (r->sec[i].name && str_eq(r->sec[i].name, name))
			return i;
	return 0;
}

bool run_mapped(struct run *r, uint64_t addr)
{
	return space_find(&r->space, addr) ||
	       (addr >= r->map.kernel && addr < r->map.kernel_end) ||
	       (addr >= r->map.others && addr < r->map.others_end);
}

/* Offsets of zero point at themselves: there is no need to look at them. */
uint64_t run_entries(const struct run *r, uint32_t sec, uint64_t entry)
{
	const struct run_sec *s = &r->sec[sec];

	return s->type == SHT_NOBITS || s->size > r->len
		       ? 0
		       : (s->size + entry - 1) / entry;
}

/* Where entry @at points; false: it leaves the space. */
static bool points(struct run *r, const struct patch_table *t, uint64_t at,
		   uint64_t *ret)
{
	uint64_t v;

	at += t->at;
	if (!space_uint(&r->space, at, t->address ? 8 : 4, &v))
		return false;
	*ret = t->address ? v : at + (uint64_t)(int64_t)(int32_t)(uint32_t)v;
	return true;
}

static bool table_ok(struct run *r, const struct patch_table *t)
{
	uint32_t sec = last_sec(r, t->name);
	const struct run_sec *s = &r->sec[sec];

	if (!sec || (t->since && !kern_struct_size(r->k, t->since)))
		return true;
	for (uint64_t i = 0; i < run_entries(r, sec, t->entry); i++) {
		uint64_t to;

		if (!points(r, t, s->addr + i * t->entry, &to) ||
		    !run_mapped(r, to))
			return run_undefined(
				r, "stray.table",
				PLACES(t->name,
				       run_text(r, "%llu",
						(unsigned long long)i)),
				run_where(r, sec));
	}
	return true;
}

bool run_in_text(const struct run *r, uint64_t addr)
{
	for (size_t i = 0; i < r->r->n_parts; i++) {
		const struct rule_part *p = &r->r->parts[i];
		uint64_t n = r->exec_size[i & 1];

		if (r->has.seven_parts == KERN_YES)
			n = strstr(p->name, "text") ? p->size : 0;
		if (addr - r->part_base[i] < n)
			return true;
	}
	return false;
}

/* The start of an old part is cut off for what is only read. */
bool run_in_writable(const struct run *r, uint64_t addr)
{
	for (size_t i = 0; i < r->r->n_parts; i++) {
		const struct rule_part *p = &r->r->parts[i];
		uint64_t at = addr - r->part_base[i];

		if (at >= p->size)
			continue;
		if (r->has.strict_rwx == KERN_NO)
			return true;
		if (r->has.seven_parts == KERN_YES)
			return !strstr(p->name, "text") &&
			       !strstr(p->name, "rodata");
		return at >= r->ro_size[i & 1];
	}
	return false;
}

/* What is patched has to be the module's own. */
bool run_in_part(const struct run *r, uint64_t addr)
{
	for (size_t i = 0; i < r->r->n_parts; i++)
		if (addr - r->part_base[i] < r->r->parts[i].size)
			return true;
	return false;
}

uint64_t run_word(struct run *r, uint64_t at, unsigned width)
{
	uint64_t v = 0;

	(void)space_uint(&r->space, at, width, &v);
	return v;
}

uint64_t run_relative(struct run *r, uint64_t at)
{
	return at + (uint64_t)(int64_t)(int32_t)(uint32_t)run_word(r, at, 4);
}

/*
 * struct alt_instr: two offsets; the feature, of 16 bits up to 6.2 and of 32
 * with flags since; then lengths of what is there and of what comes.
 */
static bool alternatives_ok(struct run *r)
{
	static const char name[] = ".altinstructions";
	uint32_t sec = last_sec(r, name);
	uint64_t entry = kern_struct_size(r->k, "alt_instr");

	if (!sec || !r->sec[sec].size)
		return true;
	if (!entry) {
		run_unknown(r, "the size of struct alt_instr");
		return true;
	}
	for (uint64_t i = 0; i < run_entries(r, sec, entry); i++) {
		uint64_t at = r->sec[sec].addr + i * entry;
		uint64_t old_len = run_word(r, at + entry - 2, 1);
		uint64_t new_len = run_word(r, at + entry - 1, 1);

		if (entry == 13 || entry == 15) { /* with a third length */
			old_len = run_word(r, at + entry - 3, 1);
			new_len = run_word(r, at + entry - 2, 1);
		}
		if (!run_in_part(r, run_relative(r, at)) ||
		    (new_len && !run_mapped(r, run_relative(r, at + 4))) ||
		    old_len > 254)
			return run_undefined(
				r, "stray.table",
				PLACES(name, run_text(r, "%llu",
						      (unsigned long long)i)),
				run_where(r, sec));
	}
	return true;
}

bool run_stray_entry(struct run *r, uint32_t sec, uint64_t i)
{
	return run_undefined(r, "stray.table",
			     PLACES(r->sec[sec].name,
				    run_text(r, "%llu", (unsigned long long)i)),
			     run_where(r, sec));
}

/*
 * unwind_module_init() warns, goes on, and sorts as many as there are places,
 * whether there are as many entries or not.
 */
static bool orc_ok(struct run *r)
{
	uint32_t ip = last_sec(r, ".orc_unwind_ip");
	uint32_t orc = last_sec(r, ".orc_unwind");
	uint64_t entry = 6;

	if (!ip || !orc)
		return true;

	uint64_t n = r->sec[ip].size / 4;

	if (!(r->sec[ip].size % 4) && !(r->sec[orc].size % entry) &&
	    n == r->sec[orc].size / entry)
		return true;
	run_remark(r, "stray.orc", PLACES(NULL), run_where(r, orc));
	run_taint_kernel(r, TAINT_W);
	return n < 2 || space_write(&r->space, r->sec[orc].addr, n * entry) ||
	       run_stray_entry(r, orc, n - 1);
}

/* Those of all sections are compared, and those of symbols copied. */
static bool names_ok(struct run *r)
{
	struct run_symbol y;

	for (uint64_t i = 0; i < r->n_sym && run_symbol(r, i, &y); i++)
		if (!y.name && run_symbol_kept(r, i, &y))
			return run_undefined(
				r, "stray.symbol.name", PLACES(NULL),
				run_text(r, "symbol %llu",
					 (unsigned long long)i));
	for (uint32_t i = 0; i < r->shnum; i++)
		if (!r->sec[i].name)
			return run_undefined(r, "stray.section.name",
					     PLACES(NULL), run_where(r, i));
	return true;
}

bool run_tables(struct run *r)
{
	if (!names_ok(r))
		return false;
	if (r->machine == EM_AARCH64)
		return run_finalize_arm64(r);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		if (!table_ok(r, &tables[i]))
			return false;
	return alternatives_ok(r) && orc_ok(r);
}
