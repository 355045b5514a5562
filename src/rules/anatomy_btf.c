/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts of structures, prototypes and variables from BTF, by libbpf.
 *
 * A module's .BTF holds only what its kernel's has not got, and counts on from
 * there: it can be read with the very kernel that it was made for, or, if it
 * brings a .BTF.base, with that. Otherwise it is left alone.
 *
 *	types[0]  vmlinux, with the module's behind it where they fit
 *	types[1]  the module's, behind its own base
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/text.h"
#include "kern/libbpf.h"
#include "rules/anatomy_type.h"

/* As many elements of an array inside a structure are looked at. */
#define ELEMENTS 32

struct record { /* a structure */
	uint64_t size;
	uint32_t id;
	uint8_t space;
	struct layout *layout; /* NULL: not made yet */
};

struct function {
	const char *name;
	uint64_t proto;
};

struct types {
	struct btf *base[2], *own[2]; /* of each space; own may be NULL */
	unsigned width;		      /* of a pointer */
	struct arena *a;
	struct record *v; /* by size */
	size_t n;
	struct function *functions; /* by name */
	size_t n_functions;
};

static const struct btf *space(const struct types *t, unsigned i)
{
	return t->own[i] ? t->own[i] : t->base[i];
}

static const char *name_of(const struct btf *b, uint32_t off)
{
	const char *s = dso_btf__name_by_offset(b, off);

	return s ? s : "";
}

/* ------------------------------------------------------------- prototypes */

static uint64_t mix(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

static uint64_t mix_type(const struct btf *b, uint32_t id, uint64_t h)
{
	char word[32];

	for (unsigned i = 0; i < 4; i++) {
		const struct btf_type *t = btf_bare(b, id);

		if (!t)
			return mix(h, "void");
		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_PTR:
			h = mix(h, "*");
			id = t->type;
			continue;
		case BTF_KIND_ARRAY:
			h = mix(h, "*");
			id = btf_array(t)->type;
			continue;
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_FWD:
			return mix(h, name_of(b, t->name_off));
		case BTF_KIND_FUNC_PROTO:
			return mix(h, "()");
		default:
			(void)snprintf(word, sizeof(word), "%u", t->size);
			return mix(h, word);
		}
	}
	return h;
}

/* 0 if @id is no prototype. */
static uint64_t prototype(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_bare(b, id);
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	if (!t || BTF_INFO_KIND(t->info) != BTF_KIND_FUNC_PROTO)
		return 0;
	h = mix_type(b, t->type, h);
	for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++)
		h = mix_type(b, (btf_params(t) + i)->type, mix(h, ","));
	return h | 1;
}

/* ---------------------------------------------------------------- layouts */

struct maker {
	struct types *t;
	const struct btf *b;
	struct layout *l;
};

static void inside(struct maker *m, const struct btf_type *t, uint64_t base,
		   uint32_t up, bool in_union, unsigned depth);

static enum layout_kind
pointer_kind(const struct btf *b, const struct btf_type *t, uint64_t *ret_proto)
{
	const struct btf_type *to = btf_bare(b, t->type);

	*ret_proto = prototype(b, t->type);
	if (*ret_proto)
		return LAYOUT_FUNCTION;
	return to ? LAYOUT_POINTER : LAYOUT_ANY;
}

/* What is at @off, and of arrays and structures also what is in it. */
/* NOLINTNEXTLINE(misc-no-recursion): LAYOUT_DEPTH */
static void put(struct maker *m, uint32_t id, struct layout_member x,
		unsigned depth)
{
	const struct btf_type *t = btf_bare(m->b, id);
	int64_t size = dso_btf__resolve_size(m->b, id);
	unsigned kind = t ? BTF_INFO_KIND(t->info) : 0;
	uint32_t me;

	if (!t || size < 0 || x.offset > m->l->size)
		return;
	x.size = (uint32_t)size;
	if (kind == BTF_KIND_PTR) {
		x.size = m->t->width;
		x.kind = pointer_kind(m->b, t, &x.proto);
	} else if (kind == BTF_KIND_INT && x.size == m->t->width) {
		x.kind = LAYOUT_WORD;
	} else if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION ||
		   kind == BTF_KIND_ARRAY) {
		x.kind = LAYOUT_INNER;
	}
	me = layout_add(m->l, m->t->a, &x);
	if (!me || x.kind != LAYOUT_INNER || depth == LAYOUT_DEPTH)
		return;
	if (kind != BTF_KIND_ARRAY) {
		inside(m, t, x.offset, me, x.in_union || kind == BTF_KIND_UNION,
		       depth + 1);
		return;
	}

	const struct btf_array *arr = btf_array(t);
	int64_t step = dso_btf__resolve_size(m->b, arr->type);

	if (step < m->t->width)
		return;
	for (uint32_t i = 0; i < arr->nelems && i < ELEMENTS; i++)
		put(m, arr->type,
		    (struct layout_member){ .offset = x.offset +
						      i * (uint32_t)step,
					    .in_union = x.in_union,
					    .up = me,
					    .index = i },
		    depth + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion): LAYOUT_DEPTH */
static void inside(struct maker *m, const struct btf_type *t, uint64_t base,
		   uint32_t up, bool in_union, unsigned depth)
{
	for (uint32_t i = 0;
	     i < BTF_INFO_VLEN(t->info) && m->l->n < LAYOUT_MEMBERS; i++) {
		const struct btf_member *b = btf_members(t) + i;

		if (btf_member_bitfield_size(t, i))
			continue;
		put(m, b->type,
		    (struct layout_member){
			    .offset =
				    (uint32_t)(base +
					       btf_member_bit_offset(t, i) / 8),
			    .in_union = in_union,
			    .up = up,
			    .name = name_of(m->b, b->name_off) },
		    depth);
	}
}

static const struct layout *layout_of(struct types *t, struct record *r)
{
	struct maker m = { .t = t, .b = space(t, r->space) };
	const struct btf_type *b = dso_btf__type_by_id(m.b, r->id);

	if (r->layout)
		return r->layout;
	m.l = r->layout = arena_alloc(t->a, sizeof(*m.l));
	if (!m.l || !b)
		return NULL;
	m.l->name = name_of(m.b, b->name_off);
	m.l->size = r->size;
	inside(&m, b, 0, 0, BTF_INFO_KIND(b->info) == BTF_KIND_UNION, 0);
	return m.l;
}

/* ------------------------------------------------------------------ index */

static int add_record(struct types *t, unsigned s, uint32_t id,
		      const struct btf_type *b)
{
	struct record *v = arena_more(t->a, t->v, t->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	t->v = v;
	t->v[t->n++] = (struct record){ .size = b->size,
					.id = id,
					.space = (uint8_t)s };
	return 0;
}

static int add_function(struct types *t, const struct btf *b,
			const struct btf_type *f)
{
	struct function *v =
		arena_more(t->a, t->functions, t->n_functions, sizeof(*v));

	if (!v)
		return -ENOMEM;
	t->functions = v;
	t->functions[t->n_functions++] =
		(struct function){ name_of(b, f->name_off),
				   prototype(b, f->type) };
	return 0;
}

/* Structures of one space, and the functions that are the module's. */
static int index_space(struct types *t, unsigned s)
{
	const struct btf *b = space(t, s);
	uint32_t n = b ? dso_btf__type_cnt(b) : 0;
	uint32_t own = t->own[s] ? dso_btf__type_cnt(t->base[s]) : n;
	int r = 0;

	/* A base of its own has structures without members. */
	for (uint32_t id = s ? own : 1; !r && id < n; id++) {
		const struct btf_type *x = dso_btf__type_by_id(b, id);

		if (!x)
			continue;
		if (BTF_INFO_KIND(x->info) == BTF_KIND_STRUCT && x->size &&
		    BTF_INFO_VLEN(x->info) && x->name_off)
			r = add_record(t, s, id, x);
		else if (id >= own && BTF_INFO_KIND(x->info) == BTF_KIND_FUNC)
			r = add_function(t, b, x);
	}
	return r;
}

static int by_size(const void *x, const void *y)
{
	const struct record *a = x, *b = y;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	if (a->space != b->space)
		return a->space - b->space;
	return (a->id > b->id) - (a->id < b->id);
}

static int by_name(const void *x, const void *y)
{
	const struct function *a = x, *b = y;

	return strcmp(a->name, b->name);
}

/* Not every libbpf has btf__new_split(); all of them read files. */
static struct btf *read_split(struct span s, struct btf *base)
{
	_cleanup_close_ int fd = memfd_create("btf", MFD_CLOEXEC);
	char path[32];

	if (fd < 0 || fd_write_all(fd, s.p, s.n) < 0)
		return NULL;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return dso_btf__parse_raw_split(path, base);
}

static struct btf *read_btf(struct span s, struct btf *base)
{
	if (!s.n || s.n > UINT32_MAX)
		return NULL;
	return base ? read_split(s, base) : dso_btf__new(s.p, (uint32_t)s.n);
}

/* Is @k the very kernel that the module was built for? */
static bool same_kernel(const struct ko *ko, struct kern *k)
{
	const char *magic = ko_modinfo(ko, "vermagic");
	const char *release = kern_release(k);
	size_t n = magic ? strcspn(magic, " ") : 0;

	return n && strlen(release) == n && !strncmp(magic, release, n);
}

static void read_all(struct types *t, const struct ko *ko, struct kern *k)
{
	struct ko_section own = { 0 }, base = { 0 };
	bool alone = ko_find_section(ko, ".BTF.base", &base);

	(void)ko_find_section(ko, ".BTF", &own);
	if (k)
		t->base[0] = read_btf(kern_btf(k), NULL);
	if (alone) {
		t->base[1] = read_btf(base.bytes, NULL);
		if (t->base[1])
			t->own[1] = read_btf(own.bytes, t->base[1]);
	} else if (t->base[0] && same_kernel(ko, k)) {
		t->own[0] = read_btf(own.bytes, t->base[0]);
	}
}

int types_open(const struct ko *ko, struct kern *k, struct arena *a,
	       struct types **ret)
{
	struct types *t;
	int r;

	*ret = NULL;
	if (libbpf_need(NULL) < 0)
		return 0;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->a = a;
	t->width = ko->is64 ? 8 : 4;
	read_all(t, ko, k);
	r = index_space(t, 0);
	if (!r)
		r = index_space(t, 1);
	if (r) {
		(void)types_close(t);
		return r;
	}
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_size);
	if (t->n_functions)
		qsort(t->functions, t->n_functions, sizeof(*t->functions),
		      by_name);
	*ret = t;
	return 0;
}

struct types *types_close(struct types *t)
{
	for (unsigned i = 0; t && i < 2; i++) {
		dso_btf__free(t->own[i]);
		dso_btf__free(t->base[i]);
	}
	free(t);
	return NULL;
}

/* -------------------------------------------------------------- questions */

uint64_t types_prototype(const struct types *t, const char *function)
{
	const struct function key = { .name = function };
	const struct function *f, *end;
	uint64_t proto;

	if (!t->n_functions)
		return 0;
	f = bsearch(&key, t->functions, t->n_functions, sizeof(*f), by_name);
	if (!f)
		return 0;
	end = t->functions + t->n_functions;
	while (f > t->functions && !by_name(f - 1, &key))
		f--;
	/* Two static ones of a name may differ. */
	for (proto = f->proto; f < end && !by_name(f, &key); f++)
		if (f->proto != proto)
			return 0;
	return proto;
}

static size_t first_of_size(const struct types *t, uint64_t size)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].size < size)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct layout *types_of_size(struct types *t, uint64_t size, size_t *i)
{
	size_t first = first_of_size(t, size);

	while (first + *i < t->n && t->v[first + *i].size == size) {
		const struct layout *l = layout_of(t, &t->v[first + (*i)++]);

		if (l && l->functions)
			return l;
	}
	return NULL;
}

uint64_t types_size(const struct types *t, size_t *i)
{
	uint64_t size;

	if (*i >= t->n)
		return 0;
	size = t->v[*i].size;
	*i = first_of_size(t, size + 1);
	return size;
}

const struct layout *types_struct(struct types *t, const char *tag,
				  uint64_t size)
{
	size_t i = size ? first_of_size(t, size) : 0;

	for (; i < t->n && (!size || t->v[i].size == size); i++) {
		struct record *r = &t->v[i];
		const struct btf *b = space(t, r->space);
		const struct btf_type *x = dso_btf__type_by_id(b, r->id);

		if (x && str_eq(name_of(b, x->name_off), tag))
			return layout_of(t, r);
	}
	return NULL;
}

/* The record of a structure that is a variable's type, through arrays. */
static struct record *record_of(struct types *t, unsigned s, uint32_t id,
				uint64_t *ret_count)
{
	const struct btf *b = space(t, s);
	const struct btf_type *x = btf_bare(b, id);

	*ret_count = 1;
	if (x && BTF_INFO_KIND(x->info) == BTF_KIND_ARRAY) {
		*ret_count = btf_array(x)->nelems;
		x = btf_bare(b, btf_array(x)->type);
	}
	if (!x || BTF_INFO_KIND(x->info) != BTF_KIND_STRUCT)
		return NULL;
	for (size_t i = first_of_size(t, x->size);
	     i < t->n && t->v[i].size == x->size; i++)
		if (t->v[i].space == s &&
		    dso_btf__type_by_id(b, t->v[i].id) == x)
			return &t->v[i];
	return NULL;
}

/* The variable at @offset of the section that @sec describes. */
static uint32_t variable_in(const struct btf *b, const struct btf_type *sec,
			    uint64_t offset)
{
	for (uint32_t i = 0; i < BTF_INFO_VLEN(sec->info); i++) {
		const struct btf_var_secinfo *v = btf_var_secinfos(sec) + i;
		const struct btf_type *var;

		if (v->offset != offset)
			continue;
		var = dso_btf__type_by_id(b, v->type);
		if (var && BTF_INFO_KIND(var->info) == BTF_KIND_VAR)
			return var->type;
	}
	return 0;
}

const struct layout *types_variable(struct types *t, const char *section,
				    uint64_t offset, uint64_t *ret_count)
{
	for (unsigned s = 0; s < 2; s++) {
		uint32_t n = t->own[s] ? dso_btf__type_cnt(t->own[s]) : 0;
		uint32_t id = n ? dso_btf__type_cnt(t->base[s]) : 0;

		for (; id < n; id++) {
			const struct btf_type *x =
				dso_btf__type_by_id(t->own[s], id);
			uint32_t type;
			struct record *r;

			if (!x || BTF_INFO_KIND(x->info) != BTF_KIND_DATASEC ||
			    !str_eq(name_of(t->own[s], x->name_off), section))
				continue;
			type = variable_in(t->own[s], x, offset);
			r = type ? record_of(t, s, type, ret_count) : NULL;
			if (r)
				return layout_of(t, r);
		}
	}
	return NULL;
}
