/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parameters: what .modinfo says of them, and the table __param, whose
 * pointers are followed through their relocations to the variable and what it
 * starts as.
 *
 *	struct kernel_param { name, mod, ops, u16 perm, s8 level, u8 flags,
 *			      arg }
 *	struct kparam_string { unsigned maxlen; char *string; }
 *	struct kparam_array { unsigned max, elemsize, *num; ops; void *elem; }
 *
 * Kernel: include/linux/moduleparam.h.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "rules/anatomy.h"
#include "rules/anatomy_ref.h"

#define FLAG_UNSAFE 1
#define FLAG_HARDWARE 2
#define PARAMS_MAX 4096
#define ELEMENTS 16 /* of an array that are told */

enum form { BOOLEAN, INVERTED, SIGNED, UNSIGNED, HEX, POINTER };

/* The kernel's own types. @width 0: a long. */
static const struct type {
	const char *name; /* param_ops_NAME */
	enum form form;
	unsigned width;
} types[] = {
	{ "byte", UNSIGNED, 1 },    { "short", SIGNED, 2 },
	{ "ushort", UNSIGNED, 2 },  { "int", SIGNED, 4 },
	{ "uint", UNSIGNED, 4 },    { "long", SIGNED, 0 },
	{ "ulong", UNSIGNED, 0 },   { "ullong", UNSIGNED, 8 },
	{ "hexint", HEX, 4 },	    { "charp", POINTER, 0 },
	{ "bool", BOOLEAN, 1 },	    { "bool_enable_only", BOOLEAN, 1 },
	{ "invbool", INVERTED, 1 }, { "bint", BOOLEAN, 4 },
};

struct work {
	const struct ko *ko;
	struct arena *a;
	struct refs r;
	uint32_t table; /* section number of __param */
	unsigned w;	/* pointer width */
};

/* The string that a pointer leads to; NULL: none. */
static const char *text_at(const struct work *w, const struct ref *p)
{
	struct ko_section s;

	return p && p->to && ko_section(w->ko, p->to, &s)
		       ? span_str(s.bytes, p->at)
		       : NULL;
}

/* What a type is called by its operations: "param_ops_int" -> "int". */
static const char *ops_name(const struct work *w, const struct ref *ops)
{
	const char *name = ops ? ops->name : NULL;

	if (ops && ops->kind == REF_DATA) {
		const struct ref_symbol *s =
			refs_object(&w->r, ops->to, ops->at);

		name = s ? s->name : NULL;
	}
	if (!name)
		return NULL;
	return str_starts(name, "param_ops_") ? name + 10 : name;
}

static const struct type *type_named(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(types); i++)
		if (str_eq(name, types[i].name))
			return &types[i];
	return NULL;
}

/* A number where a variable starts; what has no bytes in the file is zero. */
static bool value_at(const struct work *w, uint32_t shndx, uint64_t at,
		     unsigned width, uint64_t *ret)
{
	struct ko_section s;

	*ret = 0;
	if (!ko_section(w->ko, shndx, &s) || at >= s.size ||
	    width > s.size - at)
		return false;
	return s.type == SHT_NOBITS || refs_uint(&w->r, shndx, at, width, ret);
}

static void add_number(struct text *t, const struct type *y, unsigned width,
		       uint64_t v)
{
	unsigned shift = 64 - 8 * width;

	switch (y->form) {
	case SIGNED:
		text_addf(t, "%lld",
			  (long long)((int64_t)(v << shift) >> shift));
		break;
	case HEX:
		text_addf(t, "%#llx", (unsigned long long)v);
		break;
	case BOOLEAN:
		text_add(t, v ? "Y" : "N");
		break;
	case INVERTED:
		text_add(t, v ? "N" : "Y");
		break;
	default:
		text_addf(t, "%llu", (unsigned long long)v);
		break;
	}
}

/* Adds what is there as /sys would show it; false: it cannot be told. */
static bool add_value(const struct work *w, const struct type *y,
		      uint32_t shndx, uint64_t at, struct text *t)
{
	unsigned width = y->width ? y->width : w->w;
	const char *s;
	uint64_t v;

	if (!value_at(w, shndx, at, width, &v))
		return false;
	if (y->form != POINTER) {
		add_number(t, y, width, v);
		return true;
	}

	const struct ref *p = refs_at(&w->r, shndx, at);

	s = text_at(w, p);
	if (p && !s)
		return false;
	text_add(t, p ? s : "(null)");
	return true;
}

static bool add_array(const struct work *w, const struct ref *arg,
		      struct text *t)
{
	/* max, elemsize, num, ops, elem */
	uint64_t max, step, n, at = arg->at;
	const struct ref *num = refs_at(&w->r, arg->to, at + 8);
	const struct ref *ops = refs_at(&w->r, arg->to, at + 8 + w->w);
	const struct ref *elem = refs_at(&w->r, arg->to, at + 8 + 2 * w->w);
	const struct type *y = type_named(ops_name(w, ops));

	if (!y || !elem || !elem->to || !value_at(w, arg->to, at, 4, &max) ||
	    !value_at(w, arg->to, at + 4, 4, &step) || !step)
		return false;
	n = max;
	if (num && (!num->to || !value_at(w, num->to, num->at, 4, &n)))
		return false;
	/* Before it is set, a counter is what it starts as: mostly zero. */
	if (num && !n)
		n = max;
	for (uint64_t i = 0; i < n && i < max && i < ELEMENTS; i++) {
		text_add(t, i ? "," : "");
		if (!add_value(w, y, elem->to, elem->at + i * step, t))
			return false;
	}
	if (n > ELEMENTS)
		text_add(t, ",...");
	return true;
}

static bool add_string(const struct work *w, const struct ref *arg,
		       struct text *t)
{
	const struct ref *s = refs_at(&w->r, arg->to, arg->at + w->w);
	const char *p = text_at(w, s);
	struct ko_section sec;

	if (s && s->to && !p && ko_section(w->ko, s->to, &sec) &&
	    sec.type == SHT_NOBITS)
		p = "";
	text_add(t, p ? p : "");
	return p;
}

static bool add_default(const struct work *w, const char *ops,
			const struct ref *arg, struct text *t)
{
	const struct type *y = type_named(ops);

	if (!arg || !arg->to || !ops)
		return false;
	if (y)
		return add_value(w, y, arg->to, arg->at, t);
	if (str_eq(ops, "param_array_ops"))
		return add_array(w, arg, t);
	return str_eq(ops, "string") && add_string(w, arg, t);
}

/* ---------------------------------------------------------------- the table */

/* The set function of operations that are the module's own. */
static const char *own_set(const struct work *w, const struct ref *ops)
{
	/* flags (an unsigned, padded), set, get, free */
	const struct ref *set =
		ops && ops->to ? refs_at(&w->r, ops->to, ops->at + w->w) : NULL;

	return set && set->kind == REF_FUNCTION ? set->name : NULL;
}

static struct anat_param *find(struct anat_param *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].name, name))
			return &v[i];
	return NULL;
}

static int take_entry(const struct work *w, uint64_t at, struct anat_param *p)
{
	_cleanup_text_ struct text t = { 0 };
	const struct ref *ops = refs_at(&w->r, w->table, at + 2 * w->w);
	const struct ref *arg = refs_at(&w->r, w->table, at + 3 * w->w + w->w);
	const char *name = ops_name(w, ops);
	uint64_t v;

	/* perm, level and flags take the room of a word. */
	if (refs_uint(&w->r, w->table, at + 3 * w->w, 2, &v)) {
		p->has_perm = true;
		p->perm = (unsigned)v;
	}
	if (refs_uint(&w->r, w->table, at + 3 * w->w + 3, 1, &v)) {
		p->unsafe = v & FLAG_UNSAFE;
		p->hardware = v & FLAG_HARDWARE;
	}
	p->set = own_set(w, ops);
	if (!p->type && name && !p->set)
		p->type = name;
	if (!add_default(w, name, arg, &t))
		return t.failed ? -ENOMEM : 0;
	p->dflt = arena_strdup(w->a, text_str(&t));
	return p->dflt && !t.failed ? 0 : -ENOMEM;
}

static int read_table(const struct work *w, struct anat_param **v, size_t *n)
{
	uint64_t size = 5 * w->w;
	struct ko_section s;
	size_t told = *n;

	if (!ko_section(w->ko, w->table, &s))
		return 0;
	for (uint64_t i = 0; i < s.bytes.n / size && i < PARAMS_MAX; i++) {
		const char *name =
			text_at(w, refs_at(&w->r, w->table, i * size));
		struct anat_param *p;

		if (!name || !*name)
			continue;
		p = find(*v, told < PARAMS_MAX ? told : PARAMS_MAX, name);
		if (!p) {
			p = arena_more(w->a, *v, *n, sizeof(*p));
			if (!p)
				return -ENOMEM;
			*v = p;
			p += (*n)++;
			*p = (struct anat_param){ .name = name };
		}
		if (take_entry(w, i * size, p) < 0)
			return -ENOMEM;
	}
	return 0;
}

int anat_params(const struct ko *ko, struct arena *a, struct anat_param **ret,
		size_t *ret_n)
{
	struct work w = { .ko = ko, .a = a, .w = ko->is64 ? 8 : 4 };
	struct anat_param *v = NULL;
	struct ko_section table;
	struct ko_param *told;
	size_t n = 0, n_told;
	int r = ko_params(ko, a, &told, &n_told);

	for (size_t i = 0; !r && i < n_told; i++) {
		struct anat_param *p = arena_more(a, v, n, sizeof(*p));

		if (!p)
			return -ENOMEM;
		v = p;
		v[n++] = (struct anat_param){ .name = told[i].name,
					      .type = told[i].type,
					      .desc = told[i].desc };
	}
	if (!r && ko_find_section(ko, "__param", &table)) {
		w.table = table.idx;
		r = refs_read(ko, a, &w.r);
		if (!r)
			r = read_table(&w, &v, &n);
	}
	if (r)
		return r;
	*ret = v;
	*ret_n = n;
	return 0;
}
