/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where everything will lie: sections in two regions (core, init) up to 6.3,
 * in seven since; behind them what kallsyms keeps of the symbol table.
 *
 * Sizes are of 32 bits and alignments are cut to that, as in the kernel, so
 * that nonsense in a file has the same result as there.
 *
 * Kernel: layout_sections() and move_module(), kernel/module/main.c;
 * layout_symtab(), kernel/module/kallsyms.c; strict_rwx.c.
 */
#include <elf.h>

#include "rules/run.h"

/* Kernel: struct mod_kallsyms; enum mod_mem_type. */
#define MOD_KALLSYMS_SIZE 32

enum old_part { CORE, INIT };
enum new_part {
	TEXT, DATA, RODATA, RO_AFTER_INIT, INIT_TEXT, INIT_DATA, INIT_RODATA
};

static const struct rule_part old_parts[] = {
	[CORE] = { .name = "core" },
	[INIT] = { .name = "init", .init = true },
};

static const struct rule_part new_parts[] = {
	[TEXT] = { .name = "text" },
	[DATA] = { .name = "data" },
	[RODATA] = { .name = "rodata" },
	[RO_AFTER_INIT] = { .name = "ro_after_init" },
	[INIT_TEXT] = { .name = "init_text", .init = true },
	[INIT_DATA] = { .name = "init_data", .init = true },
	[INIT_RODATA] = { .name = "init_rodata", .init = true },
};

/* What a section needs to have to come in this round; none of @without. */
static const struct round {
	uint64_t with, without;
	int core, init; /* of enum new_part; -1: none */
} rounds[] = {
	{ SHF_EXECINSTR | SHF_ALLOC, 0, TEXT, INIT_TEXT },
	{ SHF_ALLOC, SHF_WRITE, RODATA, INIT_RODATA },
	{ SEC_RO_AFTER_INIT | SHF_ALLOC, 0, RO_AFTER_INIT, -1 },
	{ SHF_WRITE | SHF_ALLOC, 0, DATA, INIT_DATA },
	{ SHF_ALLOC, 0, DATA, INIT_DATA },
};

bool run_wx(struct run *r)
{
	const uint64_t wx = SHF_WRITE | SHF_EXECINSTR;

	if (!run_is(r, r->has.strict_rwx, "CONFIG_STRICT_MODULE_RWX", true))
		return true;
	for (uint32_t i = 0; i < r->shnum; i++) {
		if ((r->sec[i].flags & wx) != wx)
			continue;
		return run_refuse(r, "load.wx",
				  PLACES(r->mod_name,
					 r->sec[i].name ? r->sec[i].name : "?",
					 run_text(r, "%u", i)),
				  run_where(r, i));
	}
	return true;
}

static uint32_t align_up(uint32_t n, uint64_t align)
{
	uint32_t mask = (uint32_t)(align ? align : 1) - 1;

	return (n + mask) & ~mask;
}

static uint32_t page_up(uint32_t n)
{
	return align_up(n, RUN_PAGE);
}

/* The size of a part while it grows; it is of 32 bits. */
static uint32_t grow(struct rule_part *p, uint64_t align, uint64_t size)
{
	uint32_t at = align_up((uint32_t)p->size, align);

	p->size = (uint32_t)(at + size);
	return at;
}

static bool is_init(const struct run *r, const struct run_sec *s)
{
	if (!s->name)
		return false;
	return str_starts(s->name, ".init") ||
	       (r->has.unload == KERN_NO && str_starts(s->name, ".exit"));
}

static bool seven(const struct run *r)
{
	return r->has.seven_parts == KERN_YES;
}

static void place(struct run *r, struct run_sec *s, int part)
{
	s->part = part;
	s->at = grow(&r->r->parts[part], s->align, s->size);
}

/* One round of __layout_sections(). */
static void lay_round(struct run *r, const struct round *round, bool init)
{
	int part = seven(r) ? (init ? round->init : round->core)
			    : (init ? INIT : CORE);

	for (uint32_t i = 0; i < r->shnum; i++) {
		struct run_sec *s = &r->sec[i];

		if ((s->flags & round->with) != round->with ||
		    s->flags & round->without || s->part >= 0 ||
		    is_init(r, s) != init || part < 0)
			continue;
		place(r, s, part);
	}
}

/* Up to 6.3 a region is cut into pages of one kind after some rounds. */
static void lay_old(struct run *r, bool init)
{
	struct rule_part *p = &r->r->parts[init ? INIT : CORE];
	bool strict = r->has.strict_rwx != KERN_NO;

	for (size_t i = 0; i < ARRAY_SIZE(rounds); i++) {
		bool round_up = i != 3 && !(i == 2 && init);

		lay_round(r, &rounds[i], init);
		if (strict && round_up)
			p->size = page_up((uint32_t)p->size);
		if (!i)
			r->exec_size[init] = p->size;
		if (i == 1)
			r->ro_size[init] = p->size;
	}
}

static void lay_new(struct run *r, bool init)
{
	for (size_t i = 0; i < ARRAY_SIZE(rounds); i++)
		lay_round(r, &rounds[i], init);
}

/* Flags that the kernel changes before it lays out. */
static void mark_sections(struct run *r)
{
	static const char *const late[] = { ".data..ro_after_init",
					    "__jump_table",
					    ".static_call_sites" };
	/* Since 6.16 the last one, too, and wherever the name stands. */
	bool all = r->has.since_6_16;

	r->sec[r->i_pcpu].flags &= ~(uint64_t)SHF_ALLOC;
	for (size_t i = 0; i < ARRAY_SIZE(late) - !all; i++)
		for (uint32_t k = 1; k < r->shnum; k++) {
			struct run_sec *s = &r->sec[k];

			if (!s->name || !str_eq(s->name, late[i]) ||
			    (!all && !(s->flags & SHF_ALLOC)))
				continue;
			s->flags |= SEC_RO_AFTER_INIT;
			if (!all)
				break;
		}
}

bool run_symbol_kept(const struct run *r, uint64_t idx,
		     const struct run_symbol *y)
{
	const struct run_sec *s;
	bool all = r->has.kallsyms_all != KERN_NO;

	if (!idx || r->livepatch)
		return true;
	if (y->shndx == SHN_UNDEF || y->shndx >= r->shnum || !y->name_off)
		return false;
	if (all && y->shndx == r->i_pcpu)
		return true;
	s = &r->sec[y->shndx];
	if (!(s->flags & SHF_ALLOC) || (!all && !(s->flags & SHF_EXECINSTR)))
		return false;
	return s->part < 0 || !r->r->parts[s->part].init;
}

/* layout_symtab() */
static bool lay_symtab(struct run *r)
{
	struct run_sec *sym = &r->sec[r->i_sym], *str = &r->sec[r->i_str];
	int core = seven(r) ? DATA : CORE, init = seven(r) ? INIT_DATA : INIT;
	struct rule_part *pc = &r->r->parts[core], *pi = &r->r->parts[init];
	bool strict = !seven(r) && r->has.strict_rwx != KERN_NO;
	uint64_t n = 0, names = 0;

	sym->flags |= SHF_ALLOC;
	place(r, sym, init);
	for (uint64_t i = 0; i < r->n_sym; i++) {
		struct run_symbol y;

		if (!run_symbol(r, i, &y))
			return run_undefined(r, "stray.symtab", PLACES(NULL),
					     NULL);
		if (!run_symbol_kept(r, i, &y))
			continue;
		if (!y.name)
			return run_undefined(
				r, "stray.symbol.name", PLACES(NULL),
				run_text(r, "symbol %llu",
					 (unsigned long long)i));
		names += strlen(y.name) + 1;
		n++;
	}
	(void)grow(pc, sym->align, n * sizeof(Elf64_Sym));
	(void)grow(pc, 1, names);
	(void)grow(pc, 1, n);
	str->flags |= SHF_ALLOC;
	place(r, str, init);
	(void)grow(pi, 8, MOD_KALLSYMS_SIZE);
	(void)grow(pi, 1, r->n_sym);
	if (strict) {
		pc->size = page_up((uint32_t)pc->size);
		pi->size = page_up((uint32_t)pi->size);
	}
	return true;
}

/* The sizes start with what struct module holds in the file. */
static void start_sizes(struct run *r)
{
	static const char *const old[] = { "core_layout.size",
					   "init_layout.size" };
	uint32_t step = kern_struct_size(r->k, "module_memory");
	struct kern_member m;
	uint64_t v;

	for (size_t i = 0; i < ARRAY_SIZE(old) && !seven(r); i++)
		if (run_member(r, old[i], &v))
			r->r->parts[i].size = (uint32_t)v;
	if (!seven(r) || !step ||
	    kern_member(r->k, "mem.size", &m) != KERN_YES || m.size != 4)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(new_parts); i++)
		if (space_uint(&r->space, r->mod + m.offset + i * step, 4, &v))
			r->r->parts[i].size = (uint32_t)v;
}

bool run_layout(struct run *r)
{
	size_t n = seven(r) ? ARRAY_SIZE(new_parts) : ARRAY_SIZE(old_parts);

	r->r->parts = arena_array(r->a, n, sizeof(*r->r->parts));
	if (!r->r->parts) {
		r->oom = true;
		return false;
	}
	memcpy(r->r->parts, seven(r) ? new_parts : old_parts,
	       n * sizeof(*r->r->parts));
	r->r->n_parts = n;
	start_sizes(r);
	mark_sections(r);
	for (int init = 0; init < 2; init++) {
		if (seven(r))
			lay_new(r, init);
		else
			lay_old(r, init);
	}
	return !run_is(r, r->has.kallsyms, "CONFIG_KALLSYMS", true) ||
	       lay_symtab(r);
}

static bool no_room(struct run *r, const struct rule_part *p)
{
	if (kern_says(r->k, "execmem: unable to allocate memory") == KERN_YES)
		run_say(r, "note.execmem", PLACES(NULL));
	return run_refuse(r, "load.mem", PLACES(NULL),
			  run_text(r, "%s: %llu bytes", p->name,
				   (unsigned long long)p->size));
}

/* module_alloc() of each part, and its place in our space. */
static bool allocate(struct run *r)
{
	uint64_t base = r->map.modules, sum = 0;

	for (size_t i = 0; i < r->r->n_parts; i++) {
		struct rule_part *p = &r->r->parts[i];
		uint64_t pages = page_up((uint32_t)p->size);

		/* Rounding up wraps to nothing. */
		if (p->size && !pages)
			pages = r->map.modules_len + 1;
		sum += pages;
		if (sum > r->map.modules_len ||
		    (p->size &&
		     !space_add_zeros(&r->space, p->name, base, pages)))
			return no_room(r, p);
		if (seven(r))
			p->size = pages;
		r->part_base[i] = base;
		base += pages + RUN_PAGE;
		if (!p->init)
			r->r->live_size += p->size;
	}
	return true;
}

static bool move_section(struct run *r, uint32_t i)
{
	struct run_sec *s = &r->sec[i];
	uint64_t to = s->part >= 0 ? r->part_base[s->part] + s->at : 0;

	if (s->type != SHT_NOBITS && s->size) {
		uint8_t *p = space_write(&r->space, to, s->size);

		if (!p || !space_read(&r->space, s->addr, p, s->size))
			return run_undefined(r, "stray.section", PLACES(NULL),
					     run_where(r, i));
	}
	s->addr = to;
	return true;
}

/* What is in no file, and there when relocations come: what is not zero. */
static void begin_module(struct run *r)
{
	static const char *const set[] = { "state", "list.next", "list.prev" };
	struct kern_member m;

	for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
		uint8_t *p;

		if (kern_member(r->k, set[i], &m) != KERN_YES ||
		    (m.size != 4 && m.size != 8))
			continue;
		p = space_write(&r->space, r->mod + m.offset, m.size);
		if (p && m.size == 4)
			p[0] = 3; /* MODULE_STATE_UNFORMED */
		else if (p)
			memset(p, 0xff, m.size);
	}
}

bool run_move(struct run *r)
{
	if (!allocate(r))
		return false;
	for (uint32_t i = 0; i < r->shnum; i++)
		if (r->sec[i].flags & SHF_ALLOC && !move_section(r, i))
			return false;
	r->mod = r->sec[r->i_mod].addr;
	if (!space_view(&r->space, r->sec[r->i_sym].addr,
			r->sec[r->i_sym].size, &r->symtab))
		r->symtab.n = 0;

	uint32_t need = kern_module_size(r->k);

	if (need && r->sec[r->i_mod].size < need)
		return run_undefined(
			r, "stray.this_module",
			PLACES(run_text(r, "%llu", (unsigned long long)r->sec[r->i_mod].size),
			       run_text(r, "%u", need)),
			run_where(r, r->i_mod));
	if (r->sec[r->i_mod].type == SHT_NOBITS)
		return run_undefined(r, "stray.this_module.nobits",
				     PLACES(NULL), run_where(r, r->i_mod));
	begin_module(r);
	return true;
}

bool run_member(struct run *r, const char *path, uint64_t *ret)
{
	struct kern_member m;

	return kern_member(r->k, path, &m) == KERN_YES &&
	       (m.size == 1 || m.size == 2 || m.size == 4 || m.size == 8) &&
	       space_uint(&r->space, r->mod + m.offset, m.size, ret);
}

/* The kernel's own module list: names are there once. */
bool run_duplicate(struct run *r)
{
	for (size_t i = 0; i < r->s->n_loaded; i++) {
		const struct kern_loaded *l = &r->s->loaded[i];

		if (!str_eq(l->name, r->mod_name))
			continue;
		if (l->state == KERN_LIVE)
			return run_refuse(r, "load.loaded", PLACES(NULL),
					  NULL);
		return run_refuse(r, "load.loading", PLACES(NULL), NULL);
	}
	return true;
}
