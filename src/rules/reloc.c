/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations: which sections, in which order; those of live patches.
 *
 * Kernel: apply_relocations(), kernel/module/main.c;
 * klp_apply_section_relocs(), kernel/livepatch/core.c.
 */
#include <elf.h>

#include "rules/run.h"

/* Since 6.16 the template of per-CPU data is relocated, too. */
static bool is_target(const struct run *r, uint32_t i)
{
	uint32_t to = r->sec[i].info;

	if (to >= r->shnum)
		return false;
	if (r->sec[to].flags & SHF_ALLOC)
		return true;
	return r->has.since_6_16 && to && to == r->i_pcpu;
}

bool run_relocate(struct run *r)
{
	for (uint32_t i = 1; i < r->shnum; i++) {
		bool ok = true;

		if (!is_target(r, i))
			continue;
		if (r->sec[i].flags & SEC_RELA_LIVEPATCH)
			ok = run_livepatch_relocs(r, i);
		else if (r->sec[i].type == SHT_REL)
			ok = run_refuse(r, "load.rel", PLACES(r->mod_name),
					run_where(r, i));
		else if (r->sec[i].type == SHT_RELA)
			ok = run_relocate_x86_64(r, i);
		if (!ok || r->oom)
			return false;
	}
	return true;
}

/* One number of an entry of a relocation section. */
bool run_rela(struct run *r, uint32_t sec, uint64_t i, struct run_rela *ret)
{
	uint64_t at = r->sec[sec].addr + i * sizeof(Elf64_Rela);
	uint64_t info, addend;

	if (!space_uint(&r->space, at, 8, &ret->offset) ||
	    !space_uint(&r->space, at + 8, 8, &info) ||
	    !space_uint(&r->space, at + 16, 8, &addend))
		return run_undefined(r, "stray.rela", PLACES(NULL),
				     run_where(r, sec));
	ret->sym = (uint32_t)ELF64_R_SYM(info);
	ret->type = (uint32_t)ELF64_R_TYPE(info);
	ret->addend = addend;
	return true;
}

/* The kernel reads names with sscanf(): at most so many bytes of object. */
#define KLP_OBJECT_MAX 55

/* Length of the object's name behind @prefix; 0: there is none. */
static size_t klp_object(const char *s, const char *prefix)
{
	size_t n;

	if (!s || !str_starts(s, prefix))
		return 0;
	n = strcspn(s + strlen(prefix), ".");
	return n < KLP_OBJECT_MAX ? n : KLP_OBJECT_MAX;
}

/* ".klp.sym.OBJECT.NAME,POSITION" */
static bool klp_symbol_name(const char *s)
{
	static const char prefix[] = ".klp.sym.";
	size_t n = klp_object(s, prefix), name;

	s += n ? strlen(prefix) + n : 0;
	if (!n || *s++ != '.')
		return false;
	name = strcspn(s, ",");
	return name && name < 512 && s[name] == ',' &&
	       s[name + 1] >= '0' && s[name + 1] <= '9';
}

/* The section it names is that of the symbols. */
static bool unmarked(struct run *r, uint64_t i, const char *name)
{
	/*
	 * The words of the new line would pass for a name in the old one; it
	 * came together with better lines about relocations, in 6.19.
	 */
	if (kern_says(r->k,
		      "x86/modules: Invalid relocation target, existing value is nonzero for sec %u, idx %u, type %d, loc %lx, val %llx") !=
	    KERN_YES)
		return run_refuse(r, "load.livepatch.mark", PLACES(name),
				  NULL);
	return run_refuse(r, "load.livepatch.mark.new",
			  PLACES(name, run_text(r, "%u", r->i_sym),
				 run_text(r, "%llu", (unsigned long long)i)),
			  NULL);
}

/* Each symbol of klp_resolve_symbols() */
static bool klp_symbol(struct run *r, uint32_t sec, uint64_t i)
{
	struct run_symbol y;
	struct run_rela e;

	if (!run_rela(r, sec, i, &e))
		return false;
	if (!run_symbol(r, e.sym, &y) || !y.name)
		return run_undefined(r, "stray.rela.symbol", PLACES(NULL),
				     run_where(r, sec));
	if (y.shndx != SHNDX_LIVEPATCH)
		return unmarked(r, i, y.name);
	if (!klp_symbol_name(y.name))
		return run_refuse(r, "load.livepatch.symbol", PLACES(y.name),
				  NULL);
	return true;
}

bool run_livepatch_relocs(struct run *r, uint32_t sec)
{
	const struct run_sec *s = &r->sec[sec];

	if (!klp_object(s->name, ".klp.rela."))
		return run_refuse(r, "load.livepatch.section",
				  PLACES(s->name ? s->name : "?"),
				  run_where(r, sec));
	/* Those of other modules wait until these are loaded. */
	if (klp_object(s->name, ".klp.rela.") != strlen("vmlinux") ||
	    !str_starts(s->name, ".klp.rela.vmlinux"))
		return true;
	for (uint64_t i = 0; i < s->size / sizeof(Elf64_Rela); i++)
		if (!klp_symbol(r, sec, i))
			return false;
	if (s->size)
		run_unknown(r, "where the functions are that it patches");
	return true;
}
