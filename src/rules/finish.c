/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Becoming a module: per-CPU data, the tables it brings along, what it
 * exports, its name in /sys, where its init and exit are.
 *
 * Kernel: percpu_modalloc(), find_module_sections(), complete_formation(),
 * kernel/module/main.c; mod_sysfs_setup(), kernel/module/sysfs.c.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "rules/run.h"

/* Kernel: PCPU_MIN_UNIT_SIZE; what x86-64 sets aside for all modules. */
#define PERCPU_UNIT 32768
#define PERCPU_RESERVE 8192

#define KSYM_SIZE 12 /* of an entry of __ksymtab: three 32-bit offsets */

static bool power_of_two(uint64_t v)
{
	return v && !(v & (v - 1));
}

bool run_percpu(struct run *r)
{
	const struct run_sec *s = &r->sec[r->i_pcpu];
	uint64_t align = s->align;

	if (!r->i_pcpu || !s->size)
		return true;
	if (align > RUN_PAGE) {
		run_remark(r, "note.percpu.align",
			   PLACES(r->mod_name,
				  run_text(r, "%lld", (long long)align),
				  "4096"),
			   run_where(r, r->i_pcpu));
		align = RUN_PAGE;
	}
	if (align < 4)
		align = 4;
	if (s->size > PERCPU_UNIT || s->size > PERCPU_RESERVE ||
	    !power_of_two(align))
		return run_refuse(r, "load.percpu",
				  PLACES(r->mod_name,
					 run_text(r, "%llu",
						  (unsigned long long)s->size)),
				  run_where(r, r->i_pcpu));
	r->percpu = r->map.percpu;
	return true;
}

bool run_find_sections(struct run *r)
{
	if (run_option(r, "CONSTRUCTORS", NULL) == KERN_YES &&
	    run_find_sec(r, ".ctors") && run_find_sec(r, ".init_array"))
		return run_refuse(r, "load.ctors", PLACES(r->mod_name), NULL);
	if (r->has.flagstab == KERN_YES) {
		static const char *const old[] = { "__ksymtab_gpl",
						   "__kcrctab_gpl" };

		for (size_t i = 0; i < ARRAY_SIZE(old); i++)
			if (run_find_sec(r, old[i]))
				run_remark(r, "note.exports.obsolete",
					   PLACES(r->mod_name, old[i]), NULL);
	}
	if (run_find_sec(r, "__obsparm"))
		run_remark(r, "note.param.obsolete", PLACES(r->mod_name), NULL);
	return true;
}

/* Is there a table with entries, and none with their CRCs? */
static bool lacks(const struct run *r, const char *table, const char *with)
{
	uint32_t i = run_find_sec(r, table);

	return i && r->sec[i].size >= KSYM_SIZE && !run_find_sec(r, with);
}

/* check_export_symbol_versions() */
bool run_export_versions(struct run *r)
{
	bool flags = r->has.flagstab == KERN_YES;

	if (flags && lacks(r, "__ksymtab", "__kflagstab"))
		return run_refuse(r, "load.symbol.flags", PLACES(r->mod_name),
				  NULL);
	if (r->has.modversions != KERN_YES)
		return true;
	if (!lacks(r, "__ksymtab", "__kcrctab") &&
	    (flags || !lacks(r, "__ksymtab_gpl", "__kcrctab_gpl")))
		return true;
	return run_force_load(r, "note.force.exports", NULL) ||
	       run_refuse(r, "load.exports.crc", PLACES(NULL), NULL);
}

/* What a 32-bit offset at @at points to; NULL: out of the space. */
static const char *pointed(struct run *r, uint64_t at)
{
	uint64_t off;

	if (!space_uint(&r->space, at, 4, &off))
		return NULL;
	return space_str(&r->space,
			 at + (uint64_t)(int64_t)(int32_t)(uint32_t)off);
}

/* A CRC: the number itself, in old kernels a reference to it. */
static uint32_t crc_of(struct run *r, uint64_t at)
{
	uint64_t v = 0;

	if (space_uint(&r->space, at, 4, &v) &&
	    run_option(r, "MODULE_REL_CRCS", NULL) == KERN_YES)
		(void)space_uint(&r->space,
				 at + (uint64_t)(int64_t)(int32_t)(uint32_t)v,
				 4, &v);
	return (uint32_t)v;
}

struct table {
	const char *syms, *crcs, *flags;
	bool gpl;
};

/* The sections of one table: entries, CRCs, flags; 0: none. */
struct table_secs {
	uint32_t syms, crcs, flags;
};

static bool read_export(struct run *r, const struct table *t,
			const struct table_secs *secs, uint64_t i,
			struct kern_export *e)
{
	uint64_t at = r->sec[secs->syms].addr + i * KSYM_SIZE;
	uint64_t value = 0, ns = 0, flag = 0;

	*e = (struct kern_export){ .name = pointed(r, at + 4),
				   .ns = "",
				   .owner = r->mod_name,
				   .gpl_only = t->gpl };
	if (!e->name)
		return run_undefined(r, "stray.export", PLACES(t->syms), NULL);
	(void)space_uint(&r->space, at, 4, &value);
	e->value = at + (uint64_t)(int64_t)(int32_t)(uint32_t)value;
	if (space_uint(&r->space, at + 8, 4, &ns) && ns)
		e->ns = pointed(r, at + 8);
	if (!e->ns)
		return run_undefined(r, "stray.export", PLACES(t->syms), NULL);
	if (secs->crcs && r->has.modversions == KERN_YES) {
		e->has_crc = true;
		e->crc = crc_of(r, r->sec[secs->crcs].addr + 4 * i);
	}
	if (secs->flags &&
	    space_uint(&r->space, r->sec[secs->flags].addr + i, 1, &flag))
		e->gpl_only = flag & 1;
	return true;
}

/* find_symbol(), for what the module itself exports. */
static bool is_new(struct run *r, const struct kern_export *e)
{
	struct run_found f;

	switch (run_find_symbol(r, e->name, true, &f)) {
	case KERN_NO:
		return true;
	case KERN_UNKNOWN:
		run_unknown(r, run_text(r, "who exports %s", e->name));
		return true;
	case KERN_YES:
		break;
	}
	return run_refuse(r, "load.symbol.duplicate",
			  PLACES(r->mod_name, e->name,
				 f.owner ? f.owner->name : "kernel"),
			  NULL);
}

static bool read_table(struct run *r, const struct table *t,
		       struct kern_export *v)
{
	const struct table_secs secs = {
		.syms = run_find_sec(r, t->syms),
		.crcs = run_find_sec(r, t->crcs),
		.flags = t->flags ? run_find_sec(r, t->flags) : 0,
	};

	for (uint64_t i = 0; i < r->sec[secs.syms].size / KSYM_SIZE; i++) {
		struct kern_export *e = &v[r->r->n_exports];

		if (!read_export(r, t, &secs, i, e) || !is_new(r, e))
			return false;
		e->name = run_text(r, "%s", e->name);
		e->ns = *e->ns ? run_text(r, "%s", e->ns) : "";
		r->r->n_exports++;
	}
	return true;
}

static uint64_t entries(const struct run *r, const char *syms)
{
	uint32_t i = run_find_sec(r, syms);

	/* As many as there are bytes for, whatever the header says. */
	return i && r->sec[i].size <= r->len ? r->sec[i].size / KSYM_SIZE : 0;
}

/* verify_exported_symbols() */
bool run_exports(struct run *r)
{
	static const struct table two[] = {
		{ "__ksymtab", "__kcrctab", NULL, false },
		{ "__ksymtab_gpl", "__kcrctab_gpl", NULL, true },
	};
	static const struct table one[] = {
		{ "__ksymtab", "__kcrctab", "__kflagstab", false },
	};
	bool flags = r->has.flagstab == KERN_YES;
	const struct table *t = flags ? one : two;
	size_t n = flags ? ARRAY_SIZE(one) : ARRAY_SIZE(two);
	uint64_t room = 0;
	struct kern_export *v;

	for (size_t i = 0; i < n; i++)
		room += entries(r, t[i].syms);
	if (!room)
		return true;
	v = arena_array(r->a, room, sizeof(*v));
	r->r->exports = v;
	if (!v) {
		r->oom = true;
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!entries(r, t[i].syms))
			continue;
		if (!read_table(r, &t[i], v))
			return false;
		if (!i)
			r->n_plain = r->r->n_exports;
	}
	return true;
}

/* complete_formation(): protects what is only read, then sets the state. */
bool run_formation(struct run *r)
{
	return run_in_writable(r, r->mod) ||
	       run_undefined(r, "stray.this_module.readonly", PLACES(NULL),
			     run_where(r, r->i_mod));
}

bool run_livepatch_name(struct run *r)
{
	if (r->has.livepatch != KERN_YES || !str_eq(r->mod_name, "vmlinux"))
		return true;
	return run_refuse(r, "load.livepatch.vmlinux", PLACES(NULL), NULL);
}

/* ------------------------------------------------------------------ sysfs */

/*
 * Two sections of one name cannot both have a file. Old kernels said so and
 * went on; those that were given the checks of 6.14 do not.
 */
static bool twice(struct run *r, uint32_t i)
{
	const char *path = run_text(r, "/module/%s/sections/%s", r->mod_name,
				    r->sec[i].name);

	if (r->has.split_check == KERN_YES)
		return run_refuse(r, "load.sysfs.duplicate", PLACES(path),
				  run_where(r, i));
	run_say(r, "load.sysfs.duplicate", PLACES(path));
	return true;
}

static bool has_file(const struct run_sec *s)
{
	return s->flags & SHF_ALLOC && s->size && s->name;
}

static int by_name(const void *x, const void *y)
{
	const struct run_name *a = x, *b = y;
	int c = strcmp(a->name, b->name);

	return c ? c : a->idx < b->idx ? -1 : a->idx > b->idx;
}

bool run_first_twice(struct run_name *v, size_t n, size_t *ret)
{
	bool found = false;

	qsort(v, n, sizeof(*v), by_name);
	for (size_t i = 1; i < n; i++)
		if (str_eq(v[i].name, v[i - 1].name) &&
		    (!found || v[i].idx < *ret)) {
			found = true;
			*ret = v[i].idx;
		}
	return found;
}

static bool sections_differ(struct run *r)
{
	struct run_name *v = arena_array(r->a, r->shnum + 1, sizeof(*v));
	size_t n = 0, first;

	if (!v) {
		r->oom = true;
		return false;
	}
	for (uint32_t i = 0; i < r->shnum; i++)
		if (has_file(&r->sec[i]))
			v[n++] = (struct run_name){ r->sec[i].name, i };
	return !run_first_twice(v, n, &first) || twice(r, (uint32_t)first);
}

/* mod_sysfs_setup(), but for the parameters */
bool run_sysfs(struct run *r)
{
	if (!*r->mod_name)
		return run_refuse(r, "load.name.empty", PLACES(NULL), NULL);
	if (kern_sysfs_taken(r->k, r->mod_name) == KERN_YES)
		return run_refuse(r, "load.builtin.log", PLACES(r->mod_name),
				  NULL);
	return run_param_files(r) && sections_differ(r);
}

/* ------------------------------------------------------------------- init */

/* Is it in memory that may be executed? */
static bool executable(const struct run *r, uint64_t addr)
{
	for (size_t i = 0; i < r->r->n_parts; i++) {
		const struct rule_part *p = &r->r->parts[i];
		uint64_t n = r->has.seven_parts == KERN_YES
				     ? (strstr(p->name, "text") ? p->size : 0)
				     : r->exec_size[i];

		if (r->has.strict_rwx == KERN_NO)
			n = p->size;
		if (addr - r->part_base[i] < n)
			return true;
	}
	return false;
}

/* The symbol at @addr; a name of its author's before the kernel's alias. */
static const char *symbol_at(struct run *r, uint64_t addr)
{
	const char *found = NULL;
	struct run_symbol y;

	for (uint64_t i = 1; i < r->n_sym && run_symbol(r, i, &y); i++) {
		bool alias = y.name && (str_eq(y.name, "init_module") ||
					str_eq(y.name, "cleanup_module"));

		if (y.value != addr || !y.name || !*y.name ||
		    y.shndx == SHN_UNDEF || ELF64_ST_TYPE(y.info) != STT_FUNC)
			continue;
		if (!alias)
			return run_text(r, "%s", y.name);
		found = run_text(r, "%s", y.name);
	}
	return found;
}

bool run_init(struct run *r)
{
	uint64_t init, exit;

	if (!run_member(r, "init", &init) || !run_member(r, "exit", &exit)) {
		run_unknown(r, "where init and exit are in struct module");
		return true;
	}
	r->r->has_init = init;
	r->r->has_exit = exit;
	r->r->init_name = init ? symbol_at(r, init) : NULL;
	r->r->exit_name = exit ? symbol_at(r, exit) : NULL;
	if (init && !executable(r, init))
		return run_undefined(r, "stray.init", PLACES(NULL), NULL);
	return true;
}

void run_sections(struct run *r)
{
	struct rule_result *res = r->r;
	struct rule_section *v = arena_array(r->a, r->shnum + 1, sizeof(*v));

	if (!v) {
		r->oom = true;
		return;
	}
	res->sections = v;
	for (uint32_t i = 0; i < r->shnum; i++) {
		const struct run_sec *s = &r->sec[i];

		if (!(s->flags & SHF_ALLOC) || !s->size || s->part < 0)
			continue;
		v[res->n_sections++] = (struct rule_section){
			.name = run_text(r, "%s", s->name ? s->name : "?"),
			.idx = i,
			.part = (unsigned)s->part,
			.offset = s->at,
			.size = s->size,
		};
	}
}
