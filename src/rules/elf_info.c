/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which sections matter: setup_load_info() up to 6.3, the second half of
 * elf_validity_cache_copy() since, and the kernel's edits in its copy of the
 * section headers.
 *
 * Kernel: kernel/module/main.c.
 */
#include <elf.h>
#include <endian.h>
#include <limits.h>

#include "live/load.h"
#include "live/cmdline.h"
#include "rules/run.h"

#define NAMELESS "(missing .modinfo section or name field)"
#define THIS_MODULE ".gnu.linkonce.this_module"
#define NUM(r, v) run_text(r, "%u", (unsigned)(v))
#define INT(r, v) run_text(r, "%d", (int)(v))

uint32_t run_find_sec(const struct run *r, const char *name)
{
	for (uint32_t i = 1; i < r->shnum; i++)
		if (r->sec[i].flags & SHF_ALLOC && r->sec[i].name &&
		    str_eq(r->sec[i].name, name))
			return i;
	return 0;
}

uint32_t run_find_any_sec(const struct run *r, const char *name)
{
	for (uint32_t i = 1; i < r->shnum; i++)
		if (r->sec[i].name && str_eq(r->sec[i].name, name))
			return i;
	return 0;
}

/* How many sections of this name have content? @ret: the last of them. */
static unsigned count(const struct run *r, const char *name, uint32_t *ret)
{
	bool parts = r->has.split_check == KERN_YES;
	unsigned n = 0;

	for (uint32_t i = 1; i < r->shnum; i++) {
		const struct run_sec *s = &r->sec[i];

		/* The one-piece check passes over those without content. */
		if (!parts && (s->type == SHT_NULL || s->type == SHT_NOBITS))
			continue;
		if (s->name && str_eq(s->name, name)) {
			n++;
			*ret = i;
		}
	}
	return n;
}

static unsigned count_symtabs(const struct run *r, uint32_t *ret)
{
	unsigned n = 0;

	for (uint32_t i = 1; i < r->shnum; i++)
		if (r->sec[i].type == SHT_SYMTAB) {
			n++;
			*ret = i;
		}
	return n;
}

static const char *name_or_none(const struct run *r)
{
	return r->name ? r->name : NAMELESS;
}

/* The name in struct module, as it stands in the file. */
static bool name_of_struct(struct run *r)
{
	struct kern_member m;

	if (r->name)
		return true;
	if (kern_member(r->k, "name", &m) != KERN_YES) {
		run_unknown(r, "where the name is in struct module");
		r->name = "";
		return true;
	}
	r->name = space_str(&r->space,
			    r->copy + r->sec[r->i_mod].offset + m.offset);
	if (!r->name)
		return run_undefined(r, "stray.name", PLACES(NULL),
				     run_where(r, r->i_mod));
	return true;
}

static void find_optional(struct run *r)
{
	bool skip = !r->q->from_memory &&
		    r->q->flags & LIVE_IGNORE_MODVERSIONS;

	r->i_vers = skip ? 0 : run_find_sec(r, "__versions");
	r->i_pcpu = run_is(r, r->has.smp, "CONFIG_SMP", true)
			    ? run_find_sec(r, ".data..percpu")
			    : 0;
}

static bool stripped(struct run *r)
{
	return run_refuse(r, "load.stripped", PLACES(name_or_none(r)), NULL);
}

/* setup_load_info() */
static bool setup_old(struct run *r)
{
	r->i_info = run_find_sec(r, ".modinfo");
	r->name = run_modinfo_tag(r, "name");
	for (uint32_t i = 1; i < r->shnum && !r->i_sym; i++)
		if (r->sec[i].type == SHT_SYMTAB)
			r->i_sym = i;
	if (!r->i_sym)
		return stripped(r);
	r->i_str = r->sec[r->i_sym].link;
	r->i_mod = run_find_sec(r, THIS_MODULE);
	if (!r->i_mod)
		return run_refuse(r, "load.this_module.none",
				  PLACES(name_or_none(r)), NULL);
	if (!name_of_struct(r))
		return false;
	find_optional(r);
	return true;
}

/* Exactly one .gnu.linkonce.this_module, of exactly the kernel's size. */
static bool this_module_ok(struct run *r)
{
	const char *name = name_or_none(r);
	const struct run_sec *s;

	if (count(r, THIS_MODULE, &r->i_mod) != 1)
		return run_refuse(r,
				  r->has.split_check == KERN_YES
					  ? "load.this_module.one.new"
					  : "load.this_module.one",
				  PLACES(name), NULL);
	s = &r->sec[r->i_mod];
	if (s->type == SHT_NOBITS)
		return run_refuse(r, "load.this_module.nobits",
				  PLACES(name, " section "), NULL);
	if (!(s->flags & SHF_ALLOC))
		return run_refuse(r, "load.this_module.alloc",
				  PLACES(name, " "), NULL);

	uint32_t want = kern_module_size(r->k);

	if (!want)
		run_unknown(r, "the size of struct module");
	else if (s->size != want)
		return run_refuse(r, "load.this_module.size", PLACES(name),
				  run_text(r, "%llu bytes, the kernel's has %u",
					   (unsigned long long)s->size, want));
	return true;
}

static bool modinfo_one(struct run *r)
{
	unsigned n = count(r, ".modinfo", &r->i_info);

	if (n > 1)
		return run_refuse(r, "load.elf.modinfo.many", PLACES(NULL),
				  NULL);
	r->name = n ? run_modinfo_tag(r, "name") : NULL;
	return true;
}

/* The rest of elf_validity_cache_copy(), 6.4 to 6.13 */
static bool setup_in_one(struct run *r)
{
	if (!modinfo_one(r))
		return false;
	if (count_symtabs(r, &r->i_sym) != 1)
		return stripped(r);
	r->i_str = r->sec[r->i_sym].link;
	if (!this_module_ok(r) || !name_of_struct(r))
		return false;
	find_optional(r);
	return true;
}

/* elf_validity_cache_index_versions() */
static bool ext_versions_ok(struct run *r)
{
	uint32_t crc = run_find_sec(r, "__version_ext_crcs");
	uint32_t name = run_find_sec(r, "__version_ext_names");

	if (!r->q->from_memory && r->q->flags & LIVE_IGNORE_MODVERSIONS)
		return true;
	if (!crc != !name)
		return run_refuse(r, "load.crc.ext.pair", PLACES(NULL), NULL);
	r->i_ext_crc = crc;
	r->i_ext_name = name;
	if (!crc)
		return true;

	struct span names;
	uint64_t n = r->sec[crc].size / 4;

	if (!space_view(&r->space, r->copy + r->sec[name].offset,
			r->sec[name].size, &names))
		names.n = 0;
	while (n--) {
		size_t used = strnlen((const char *)names.p, names.n) + 1;

		if (used > names.n)
			return run_refuse(r, "load.crc.ext.count", PLACES(NULL),
					  NULL);
		names.p += used;
		names.n -= used;
	}
	return true;
}

static uint8_t byte_at(struct run *r, uint64_t off)
{
	uint8_t b = 0;

	(void)space_read(&r->space, r->copy + off, &b, 1);
	return b;
}

/* elf_validity_cache_strtab() */
static bool strtab_ok(struct run *r)
{
	const struct run_sec *str = &r->sec[r->i_str];
	const struct run_sec *sym = &r->sec[r->i_sym];

	if (!str->size)
		return run_refuse(r, "load.elf.strtab.empty", PLACES(NULL),
				  NULL);
	if (byte_at(r, str->offset))
		return run_refuse(r, "load.elf.strtab.first", PLACES(NULL),
				  NULL);
	if (byte_at(r, str->offset + str->size - 1))
		return run_refuse(r, "load.elf.strtab.nul", PLACES(NULL), NULL);
	for (uint64_t i = 0; i < sym->size / sizeof(Elf64_Sym); i++) {
		uint64_t name = 0;

		(void)span_uint(r->file, sym->offset + i * sizeof(Elf64_Sym), 4,
				false, &name);
		if (name >= str->size)
			return run_refuse(r, "load.elf.symbol.name",
					  PLACES(NULL),
					  run_text(r, "symbol %llu",
						   (unsigned long long)i));
	}
	return true;
}

/* elf_validity_cache_index() and elf_validity_cache_strtab(), 6.14 */
static bool setup_in_parts(struct run *r)
{
	if (!modinfo_one(r) || !this_module_ok(r))
		return false;
	if (count_symtabs(r, &r->i_sym) != 1)
		return stripped(r);
	r->i_str = r->sec[r->i_sym].link;
	if (r->i_str == SHN_UNDEF || r->i_str >= r->shnum)
		return run_refuse(r, "load.elf.symtab.link",
				  PLACES(INT(r, r->i_str), INT(r, r->i_str),
					 INT(r, r->shnum)),
				  run_where(r, r->i_sym));
	if (r->has.str_type == KERN_YES &&
	    r->sec[r->i_str].type != SHT_STRTAB)
		return run_refuse(r, "load.elf.strtab.type",
				  PLACES(NUM(r, r->sec[r->i_str].type)), NULL);
	find_optional(r);
	if (r->has.ext_versions == KERN_YES && !ext_versions_ok(r))
		return false;
	return (r->has.strtab != KERN_YES || strtab_ok(r)) && name_of_struct(r);
}

bool run_setup_info(struct run *r)
{
	bool ok = r->has.split_check == KERN_YES ? setup_in_parts(r)
		  : r->has.one_check == KERN_YES ? setup_in_one(r)
						 : setup_old(r);

	if (ok)
		r->n_sym = r->sec[r->i_sym].size / sizeof(Elf64_Sym);
	return ok;
}

bool run_blacklist(struct run *r)
{
	return !live_blacklisted(r->s->blacklist, r->name) ||
	       run_refuse(r, "load.blacklist", PLACES(r->name), NULL);
}

/* Does a section claim bytes of the table of sections? */
static bool table_shows(const struct run *r, uint64_t table)
{
	uint64_t end = table + r->shnum * sizeof(Elf64_Shdr);

	for (uint32_t i = 1; i < r->shnum; i++)
		if (r->sec[i].type != SHT_NOBITS && r->sec[i].offset < end &&
		    r->sec[i].offset + r->sec[i].size > table)
			return true;
	return false;
}

/* The address of each, and in sh_entsize a mark until it has a place. */
static void write_headers(struct run *r)
{
	const uint64_t none = UINT64_MAX;
	uint64_t table = 0;

	(void)span_uint(r->file, offsetof(Elf64_Ehdr, e_shoff), 8, false,
			&table);
	if (!table_shows(r, table))
		return;
	for (uint32_t i = 1; i < r->shnum; i++) {
		uint64_t le = htole64(r->sec[i].addr);
		uint8_t *p = space_write(&r->space,
					 r->copy + table +
						 i * sizeof(Elf64_Shdr),
					 sizeof(Elf64_Shdr));

		if (!p)
			return;
		memcpy(p + offsetof(Elf64_Shdr, sh_addr), &le, sizeof(le));
		memcpy(p + offsetof(Elf64_Shdr, sh_entsize), &none,
		       sizeof(none));
	}
}

/* rewrite_section_headers(): each section is where it lies in the copy. */
bool run_headers(struct run *r)
{
	for (uint32_t i = 0; i < r->shnum; i++)
		r->sec[i].addr = i ? r->copy + r->sec[i].offset : 0;
	write_headers(r);

	/* What is only read once is not kept. Absent ones are number 0. */
	const uint32_t drop[] = { r->i_vers, r->i_info, r->i_ext_crc,
				  r->i_ext_name };

	for (size_t i = 0; i < ARRAY_SIZE(drop); i++)
		r->sec[drop[i]].flags &= ~(uint64_t)SHF_ALLOC;
	return true;
}
