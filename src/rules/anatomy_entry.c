/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry points: the functions that a module's tables point to, each under the
 * name that the structure around it gives it. See anatomy.h.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "rules/anatomy.h"
#include "rules/anatomy_fit.h"
#include "rules/anatomy_ref.h"
#include "rules/anatomy_type.h"

const char *anat_how_name(enum anat_how h)
{
	static const char *const v[] = {
		[ANAT_UNKNOWN] = "unknown", [ANAT_DEBUG] = "debug",
		[ANAT_BTF] = "btf",	    [ANAT_PROTOTYPE] = "prototype",	    [ANAT_NAME] = "name",
	};

	return v[h];
}

struct work {
	const struct ko *ko;
	struct arena *a;
	struct refs r;
	struct types *types;	   /* may be NULL */
	struct dwarf_types *dwarf; /* may be NULL */
	uint64_t steps;
	struct anat_tables *ret;
};

/* ---------------------------------------------------------- init and exit */

static bool is_alias(const char *name)
{
	return str_eq(name, "init_module") || str_eq(name, "cleanup_module");
}

/* The author's name of what module_init() made an alias of. */
static const char *own_name(const struct refs *r, const char *alias)
{
	for (size_t i = 0; i < r->n_functions; i++) {
		const struct ref_symbol *s = &r->functions[i], *f;

		if (!str_eq(s->name, alias))
			continue;
		f = refs_function(r, s->shndx, s->value);
		return f ? f->name : s->name;
	}
	return NULL;
}

/* Which of the two a pointer in struct module is: by its name, or its place. */
static bool is_exit(const struct work *w, struct kern *k,
		    const struct ko_reloc *rel, const char *name)
{
	struct kern_member m;

	if (is_alias(name))
		return name[0] == 'c';
	return k && kern_member(k, "exit", &m) == KERN_YES &&
	       rel->offset == m.offset && w->ko->is64;
}

static void init_and_exit_of(struct work *w, struct kern *k,
			     const struct ko_section *rels)
{
	for (uint64_t i = 0; i < ko_relocs(w->ko, rels) && i < 64; i++) {
		const struct ref_symbol *f;
		struct ko_reloc rel;
		struct ko_symbol s;
		bool exits;
		const char *name;

		if (!ko_reloc(w->ko, rels, i, &rel) ||
		    !ko_symbol(w->ko, rel.sym, &s) || s.shndx == SHN_UNDEF)
			continue;
		f = refs_function(&w->r, s.shndx,
				  s.value + (uint64_t)rel.addend);
		if (!f)
			continue;
		exits = is_exit(w, k, &rel, s.name);
		name = is_alias(s.name) ? own_name(&w->r, s.name) : f->name;
		*(exits ? &w->ret->exit : &w->ret->init) = name ? name
								: f->name;
	}
}

static void init_and_exit(struct work *w, struct kern *k)
{
	uint32_t me = w->ko->sh_this_module;

	for (struct ko_section s = { 0 }; me && ko_section_next(w->ko, &s);)
		if ((s.type == SHT_RELA || s.type == SHT_REL) && s.info == me)
			init_and_exit_of(w, k, &s);
}

/* ---------------------------------------------------------------- objects */

/* A type that somebody tells, or one that fits. */
static int type_of(struct work *w, const struct fit_object *o,
		   const char *section, struct fit *ret)
{
	*ret = (struct fit){ .count = 1 };
	if (w->dwarf) {
		ret->layout = dwarf_types_variable(w->dwarf, o->shndx,
						   o->offset, &ret->count);
		ret->how = ANAT_DEBUG;
		if (ret->layout)
			return 0;
	}
	ret->how = ANAT_UNKNOWN;
	if (!w->types)
		return 0;
	ret->layout = types_variable(w->types, section, o->offset, &ret->count);
	ret->how = ret->layout ? ANAT_BTF : ANAT_UNKNOWN;
	return ret->layout
		       ? 0
		       : fit_object(w->types, &w->r, o, &w->steps, w->a, ret);
}

/* Without "[2]" in front, and what stands behind another one. */
static const char *bare_member(const char *member)
{
	const char *end = *member == '[' ? strchr(member, ']') : NULL;

	return !end ? member : end[1] == '.' ? end + 2 : end + 1;
}

static int name_member(struct work *w, const struct fit *f, uint64_t offset,
		       const struct ref *p, struct anat_entry *e)
{
	const struct layout *l = f->layout;
	bool function = p->kind == REF_FUNCTION;
	const struct layout_member *m;
	const char *path;

	m = layout_at(l, offset % l->size, w->r.width, true,
		      function && w->types ? types_prototype(w->types, p->name)
					   : 0);
	if (!m)
		return 0;
	path = layout_path(l, m, w->a);
	if (path && f->count > 1)
		path = arena_printf(w->a, "[%llu]%s%s",
				    (unsigned long long)(offset / l->size),
				    *path && *path != '[' ? "." : "", path);
	if (!path)
		return -ENOMEM;
	e->member = path;
	e->when = anat_when(l->name, bare_member(path));
	return 0;
}

/* Is a pointer to somebody else's symbol one to a function? */
static bool is_function_member(const struct work *w, const struct fit *f,
			       uint64_t offset)
{
	const struct layout_member *m = layout_at(
		f->layout, offset % f->layout->size, w->r.width, true, 0);

	return m && m->kind == LAYOUT_FUNCTION;
}

static int add_entries(struct work *w, const struct fit_object *o,
		       const struct fit *f, struct anat_object *ret)
{
	ret->entries = arena_array(w->a, o->n, sizeof(*ret->entries));
	if (!ret->entries)
		return -ENOMEM;
	for (size_t i = 0; i < o->n; i++) {
		const struct ref *p = &o->v[i];
		struct anat_entry e = {
			.offset = p->offset - o->offset,
			.function = p->name,
			.imported = p->kind == REF_IMPORT,
		};

		if (p->kind == REF_DATA ||
		    (e.imported &&
		     (!f->layout || !is_function_member(w, f, e.offset))))
			continue;
		if (f->layout && name_member(w, f, e.offset, p, &e) < 0)
			return -ENOMEM;
		ret->entries[ret->n_entries++] = e;
	}
	return 0;
}

static int add_object(struct work *w, const struct fit_object *o)
{
	struct anat_object x = { .name = o->name, .size = o->size, .count = 1 };
	struct anat_object *v;
	struct ko_section s;
	struct fit f;

	if (!ko_section(w->ko, o->shndx, &s))
		return 0;
	x.section = s.name;
	x.offset = o->offset;
	if (type_of(w, o, s.name, &f) < 0)
		return -ENOMEM;
	if (f.layout && !f.layout->size)
		f.layout = NULL;
	if (f.layout) {
		x.count = f.count;
		x.how = f.how;
		if (f.layout->name[0])
			x.type = arena_strdup(w->a, f.layout->name);
	} else {
		x.type = fit_by_name(o->name);
		x.how = x.type ? ANAT_NAME : ANAT_UNKNOWN;
		x.maybe = x.type ? NULL : f.maybe;
	}
	v = arena_more(w->a, w->ret->v, w->ret->n, sizeof(*v));
	if (!v || add_entries(w, o, &f, &x) < 0)
		return -ENOMEM;
	w->ret->v = v;
	w->ret->v[w->ret->n++] = x;
	return 0;
}

/* The pointers of one object, or those in a row that are in none. */
static size_t next_object(const struct work *w, size_t i,
			  struct fit_object *ret)
{
	const struct ref *p = &w->r.v[i];
	const struct ref_symbol *s = refs_object(&w->r, p->shndx, p->offset);
	size_t k = i;

	*ret = (struct fit_object){ .name = "", .shndx = p->shndx, .v = p };
	if (s) {
		ret->name = s->name;
		ret->offset = s->value;
		ret->size = s->size;
	}
	while (k < w->r.n && w->r.v[k].shndx == p->shndx &&
	       (s ? w->r.v[k].offset - s->value < s->size
		  : !refs_object(&w->r, p->shndx, w->r.v[k].offset)))
		k++;
	ret->n = k - i;
	return k;
}

/* Macros keep functions from being thrown away by pointers that nobody uses. */
static bool has_functions(const struct fit_object *o)
{
	if (strstr(o->name, "addressable_") &&
	    str_starts(o->name, "__UNIQUE_ID_"))
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i].kind == REF_FUNCTION)
			return true;
	return false;
}

static int all_objects(struct work *w)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->r.n;) {
		struct fit_object o;

		i = next_object(w, i, &o);
		if (has_functions(&o))
			r = add_object(w, &o);
	}
	return r;
}

int anat_tables(const struct ko *ko, struct kern *k, struct arena *a,
		struct anat_tables *ret, struct diag *d)
{
	_cleanup_types_ struct types *types = NULL;
	_cleanup_dwarf_types_ struct dwarf_types *dwarf = NULL;
	struct anat_tables t = { 0 };
	struct work w = { .ko = ko, .a = a, .steps = FIT_STEPS, .ret = &t };
	int r = refs_read(ko, a, &w.r);

	if (!r)
		r = types_open(ko, k, a, &types);
	if (!r)
		r = dwarf_types_open(ko, a, &dwarf);
	w.types = types;
	w.dwarf = dwarf;
	if (!r) {
		init_and_exit(&w, k);
		r = all_objects(&w);
	}
	if (r)
		return diag_fail(d, ENOMEM, "out of memory");
	t.cut = w.r.cut || !w.steps;
	*ret = t;
	return 0;
}
