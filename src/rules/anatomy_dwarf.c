/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts of the module's variables from its debug information, by libdw.
 *
 * libdwfl's offline mode gives every section an address of its own, so that a
 * variable is found at its section's address and its offset. Static ones
 * inside functions are looked for, too.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>

#include "base/dso.h"
#include "base/file.h"
#include "base/text.h"
#include "rules/anatomy_type.h"
#include "rules/dwfl.h"

#define ELEMENTS 32
#define SCOPES 6	     /* how deep blocks of a function are looked into */
#define DIES_MAX (1UL << 22) /* more than any module has */

DSO_FN(dwarf_aggregate_size);
DSO_FN(dwarf_attr_integrate);
DSO_FN(dwarf_child);
DSO_FN(dwarf_diename);
DSO_FN(dwarf_formref_die);
DSO_FN(dwarf_formudata);
DSO_FN(dwarf_getlocation);
DSO_FN(dwarf_hasattr);
DSO_FN(dwarf_peel_type);
DSO_FN(dwarf_siblingof);
DSO_FN(dwarf_tag);
DSO_FN(dwfl_module_nextcu);

static struct dso libdw = {
	.soname = "libdw.so.1",
	.package = "libdw1",
	.fns = (const struct dso_fn[]){ DSO_ENTRY(dwarf_aggregate_size),
					DSO_ENTRY(dwarf_attr_integrate),
					DSO_ENTRY(dwarf_child),
					DSO_ENTRY(dwarf_diename),
					DSO_ENTRY(dwarf_formref_die),
					DSO_ENTRY(dwarf_formudata),
					DSO_ENTRY(dwarf_getlocation),
					DSO_ENTRY(dwarf_hasattr),
					DSO_ENTRY(dwarf_peel_type),
					DSO_ENTRY(dwarf_siblingof),
					DSO_ENTRY(dwarf_tag),
					DSO_ENTRY(dwfl_module_nextcu),
					{ 0 } },
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

struct variable {
	Dwarf_Addr at;
	Dwarf_Die type; /* peeled */
	struct layout *layout;
	uint64_t count;
};

struct dwarf_types {
	struct dwfl_ko file;
	struct arena *a;
	unsigned width;
	struct variable *v; /* by address */
	size_t n;
	unsigned long looks; /* entries that may still be looked at */
	bool oom;
};

/* -------------------------------------------------------------- variables */

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die type;

	return dso_dwarf_attr_integrate(die, DW_AT_type, &attr) &&
	       dso_dwarf_formref_die(&attr, &type) &&
	       dso_dwarf_peel_type(&type, ret) == 0;
}

static bool address_of(Dwarf_Die *die, Dwarf_Addr *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Op *op;
	size_t n;

	if (!dso_dwarf_attr_integrate(die, DW_AT_location, &attr) ||
	    dso_dwarf_getlocation(&attr, &op, &n) != 0 || n != 1 ||
	    op[0].atom != DW_OP_addr)
		return false;
	*ret = op[0].number;
	return true;
}

static void add_variable(struct dwarf_types *t, Dwarf_Die *die, Dwarf_Addr bias)
{
	struct variable x = { 0 }, *v;

	if (!address_of(die, &x.at) || !type_of(die, &x.type))
		return;
	x.at += bias;
	v = arena_more(t->a, t->v, t->n, sizeof(*v));
	t->oom |= !v;
	if (!v)
		return;
	t->v = v;
	t->v[t->n++] = x;
}

/* NOLINTNEXTLINE(misc-no-recursion): SCOPES */
static void walk(struct dwarf_types *t, Dwarf_Die *in, Dwarf_Addr bias,
		 unsigned depth)
{
	Dwarf_Die die;

	if (dso_dwarf_child(in, &die) != 0)
		return;
	do {
		if (!t->looks || !--t->looks)
			return;
		switch (dso_dwarf_tag(&die)) {
		case DW_TAG_variable:
			add_variable(t, &die, bias);
			break;
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
			if (depth < SCOPES)
				walk(t, &die, bias, depth + 1);
			break;
		default:
			break;
		}
	} while (dso_dwarf_siblingof(&die, &die) == 0);
}

static int by_address(const void *x, const void *y)
{
	const struct variable *a = x, *b = y;

	return (a->at > b->at) - (a->at < b->at);
}

int dwarf_types_open(const struct ko *ko, struct arena *a,
		     struct dwarf_types **ret)
{
	struct dwarf_types *t;
	struct ko_section s;
	Dwarf_Addr bias;
	bool oom;

	*ret = NULL;
	if (!ko_find_section(ko, ".debug_info", &s) ||
	    dso_need(&libdw, NULL) < 0)
		return 0;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->a = a;
	t->width = ko->is64 ? 8 : 4;
	t->looks = DIES_MAX;
	if (dwfl_ko_open(&t->file, ko))
		for (Dwarf_Die *cu = NULL;
		     t->looks &&
		     (cu = dso_dwfl_module_nextcu(t->file.module, cu, &bias));)
			walk(t, cu, bias, 0);
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_address);
	oom = t->oom;
	if (t->n && !oom)
		*ret = take_ptr(t);
	(void)dwarf_types_close(t);
	return oom ? -ENOMEM : 0;
}

struct dwarf_types *dwarf_types_close(struct dwarf_types *t)
{
	if (t)
		dwfl_ko_close(&t->file);
	free(t);
	return NULL;
}

/* ---------------------------------------------------------------- layouts */

static uint64_t number(Dwarf_Die *die, unsigned name, uint64_t dflt)
{
	Dwarf_Attribute attr;
	Dwarf_Word v;

	return dso_dwarf_attr_integrate(die, name, &attr) &&
			       dso_dwarf_formudata(&attr, &v) == 0
		       ? v
		       : dflt;
}

static uint64_t size_of(Dwarf_Die *die)
{
	Dwarf_Word v;

	return dso_dwarf_aggregate_size(die, &v) == 0 ? v : 0;
}

static void inside(struct dwarf_types *t, struct layout *l, Dwarf_Die *in,
		   struct layout_member at, unsigned depth);

static enum layout_kind kind_of(const struct dwarf_types *t, Dwarf_Die *type,
				uint64_t size)
{
	Dwarf_Die to;

	switch (dso_dwarf_tag(type)) {
	case DW_TAG_pointer_type:
		if (!type_of(type, &to))
			return LAYOUT_ANY;
		return dso_dwarf_tag(&to) == DW_TAG_subroutine_type
			       ? LAYOUT_FUNCTION
			       : LAYOUT_POINTER;
	case DW_TAG_base_type:
		return size == t->width ? LAYOUT_WORD : LAYOUT_OTHER;
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_array_type:
		return LAYOUT_INNER;
	default:
		return LAYOUT_OTHER;
	}
}

/* NOLINTNEXTLINE(misc-no-recursion): LAYOUT_DEPTH */
static void put(struct dwarf_types *t, struct layout *l, Dwarf_Die *type,
		struct layout_member x, unsigned depth)
{
	int tag = dso_dwarf_tag(type);
	uint64_t size = size_of(type), step;
	Dwarf_Die element;
	uint32_t me;

	x.size = tag == DW_TAG_pointer_type ? t->width : (uint32_t)size;
	x.kind = kind_of(t, type, size);
	me = layout_add(l, t->a, &x);
	if (!me || x.kind != LAYOUT_INNER || depth == LAYOUT_DEPTH)
		return;
	if (tag != DW_TAG_array_type) {
		inside(t, l, type,
		       (struct layout_member){
			       .offset = x.offset,
			       .up = me,
			       .in_union = x.in_union ||
					   tag == DW_TAG_union_type },
		       depth + 1);
		return;
	}
	if (!type_of(type, &element))
		return;
	step = dso_dwarf_tag(&element) == DW_TAG_pointer_type
		       ? t->width
		       : size_of(&element);
	if (step < t->width)
		return;
	for (uint32_t i = 0; i < ELEMENTS && i < size / step; i++)
		put(t, l, &element,
		    (struct layout_member){ .offset = x.offset +
						      (uint32_t)(i * step),
					    .in_union = x.in_union,
					    .up = me,
					    .index = i },
		    depth + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion): LAYOUT_DEPTH */
static void inside(struct dwarf_types *t, struct layout *l, Dwarf_Die *in,
		   struct layout_member at, unsigned depth)
{
	Dwarf_Die die, type;

	if (dso_dwarf_child(in, &die) != 0)
		return;
	do {
		struct layout_member x = at;
		const char *name;

		if (!t->looks || !--t->looks || l->n == LAYOUT_MEMBERS)
			return;
		if (dso_dwarf_tag(&die) != DW_TAG_member ||
		    dso_dwarf_hasattr(&die, DW_AT_data_bit_offset) ||
		    dso_dwarf_hasattr(&die, DW_AT_bit_size) ||
		    !type_of(&die, &type))
			continue;
		name = dso_dwarf_diename(&die);
		x.name = name ? name : "";
		x.offset +=
			(uint32_t)number(&die, DW_AT_data_member_location, 0);
		put(t, l, &type, x, depth);
	} while (dso_dwarf_siblingof(&die, &die) == 0);
}

/* A variable that is a structure, or an array of them, or one pointer. */
static bool make(struct dwarf_types *t, struct variable *v)
{
	struct layout *l = arena_alloc(t->a, sizeof(*l));
	Dwarf_Die type = v->type, element;
	uint64_t all = size_of(&type);
	const char *name;

	v->count = 1;
	v->layout = l;
	if (!l)
		return false;
	if (dso_dwarf_tag(&type) == DW_TAG_array_type &&
	    type_of(&type, &element))
		type = element;
	name = dso_dwarf_diename(&type);
	l->name = name ? name : "";
	l->size = size_of(&type);
	if (dso_dwarf_tag(&type) == DW_TAG_pointer_type) {
		l->name = "";
		l->size = t->width;
		put(t, l, &type, (struct layout_member){ .name = "" }, 0);
	} else {
		inside(t, l, &type, (struct layout_member){ 0 }, 0);
	}
	if (l->size)
		v->count = all > l->size ? all / l->size : 1;
	return true;
}

const struct layout *dwarf_types_variable(struct dwarf_types *t, uint32_t shndx,
					  uint64_t offset, uint64_t *ret_count)
{
	struct variable key = { 0 }, *v;

	if (!dwfl_ko_section(&t->file, shndx, &key.at))
		return NULL;
	key.at += offset;
	v = bsearch(&key, t->v, t->n, sizeof(*t->v), by_address);
	if (!v || (!v->layout && !make(t, v)) || !v->layout)
		return NULL;
	*ret_count = v->count;
	return v->layout;
}
