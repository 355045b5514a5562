/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Relocations: which sections, in which order; those of live patches; what
 * is common to all machines.
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

/* Is this a machine whose loader is known here? load.c has asked. */
static run_apply_fn *apply_fn(const struct run *r)
{
	return r->machine == EM_AARCH64 ? run_apply_arm64 : run_apply_x86_64;
}

bool run_relocate(struct run *r)
{
	for (uint32_t i = 1; i < r->shnum; i++) {
		bool ok = true;

		if (!is_target(r, i))
			continue;
		if (r->sec[i].flags & SEC_RELA_LIVEPATCH &&
		    r->has.livepatch == KERN_NO)
			continue; /* klp_apply_section_relocs() is empty */
		if (r->sec[i].flags & SEC_RELA_LIVEPATCH)
			ok = run_livepatch_relocs(r, i);
		else if (r->sec[i].type == SHT_REL)
			ok = run_refuse(r, "load.rel", PLACES(r->mod_name),
					run_where(r, i));
		else if (r->sec[i].type == SHT_RELA)
			ok = run_each_site(r, i, apply_fn(r));
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

const char *run_site_where(struct run *r, const struct run_site *s)
{
	return run_text(r, "relocation %llu of section %u '%s'",
			(unsigned long long)s->idx, s->sec,
			r->sec[s->sec].name ? r->sec[s->sec].name : "?");
}

bool run_site_stray(struct run *r, const struct run_site *s)
{
	return run_undefined(r, "stray.rela.target", PLACES(NULL),
			     run_site_where(r, s));
}

uint8_t *run_site_place(struct run *r, const struct run_site *s)
{
	uint64_t off = s->at - s->base;

	if (off < s->size && s->width <= s->size - off)
		return s->p + off;
	return space_write(&r->space, s->at, s->width);
}

/* The address where it points to: symbol value and addend. */
static bool target(struct run *r, uint32_t sym, uint64_t *ret)
{
	struct span s;

	if (span_sub(r->symtab, (uint64_t)sym * sizeof(Elf64_Sym),
		     sizeof(Elf64_Sym), &s))
		return span_uint(s, offsetof(Elf64_Sym, st_value), 8, false,
				 ret);
	return space_uint(&r->space,
			  r->sec[r->i_sym].addr +
				  (uint64_t)sym * sizeof(Elf64_Sym) +
				  offsetof(Elf64_Sym, st_value),
			  8, ret);
}

/* As run_rela(), from a view of the whole section. */
static bool rela_at(struct run *r, struct span all, uint32_t sec, uint64_t i,
		    struct run_rela *ret)
{
	uint64_t info, at = i * sizeof(Elf64_Rela);

	if (!span_uint(all, at, 8, false, &ret->offset) ||
	    !span_uint(all, at + 8, 8, false, &info) ||
	    !span_uint(all, at + 16, 8, false, &ret->addend))
		return run_rela(r, sec, i, ret);
	ret->sym = (uint32_t)(info >> 32);
	ret->type = (uint32_t)info;
	return true;
}

static bool apply(struct run *r, struct run_site s, const struct run_rela *e,
		  run_apply_fn *fn)
{
	s.at = s.base + e->offset;
	s.type = e->type;
	s.sym = e->sym;
	s.addend = e->addend;
	if (!target(r, e->sym, &s.val))
		return run_undefined(r, "stray.rela.symbol", PLACES(NULL),
				     run_site_where(r, &s));
	s.val += e->addend;
	return fn(r, &s);
}

bool run_each_site(struct run *r, uint32_t sec, run_apply_fn *fn)
{
	const struct run_sec *s = &r->sec[sec], *to = &r->sec[s->info];
	struct run_site site = { .sec = sec, .base = to->addr,
				 .size = to->size };
	struct span all = { 0 };

	site.p = space_write(&r->space, site.base, site.size);
	if (!site.p)
		site.size = 0;
	(void)space_view(&r->space, s->addr, s->size, &all);
	for (uint64_t i = 0; i < s->size / sizeof(Elf64_Rela); i++) {
		struct run_rela e;

		site.idx = i;
		if (!rela_at(r, all, sec, i, &e) || !apply(r, site, &e, fn))
			return false;
	}
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
