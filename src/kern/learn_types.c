/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the image's .BTF tells of structures, by libbpf: where everything in
 * struct module lies, by paths, and how large each structure is.
 *
 *	struct module { struct list_head list; struct { int x; } a; ... }
 *	"list" "list.next" "list.prev" "a" "a.x" ...
 *
 * What lies in an unnamed structure belongs to the one around it. Of an array
 * of structures, the paths are those of its first element ("mem.size").
 */
#include <stdlib.h>
#include <string.h>

#include "kern/learn.h"
#include "kern/libbpf.h"

#define MAX_DEPTH 4
#define MAX_MEMBERS 8192
#define MAX_PATH 256

struct walk {
	struct btf *btf;
	struct facts_draft *f;
	size_t n;
};

/* The type of a member, or of its elements; NULL: there is none. */
static const struct btf_type *resolve(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_bare(b, id);

	for (unsigned i = 0; i < MAX_DEPTH && t && btf_is_array(t); i++)
		t = btf_bare(b, btf_array(t)->type);
	return t;
}

static bool is_struct(const struct btf_type *t)
{
	unsigned kind = t ? BTF_INFO_KIND(t->info) : 0;

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

static void add(struct walk *w, const char *path, uint64_t off, uint32_t type)
{
	int64_t size = dso_btf__resolve_size(w->btf, type);
	struct fact_member m = {
		.offset = (uint32_t)off,
		.size = size > 0 && size < UINT32_MAX ? (uint32_t)size : 0,
	};

	m.path = facts_text(w->f, path);
	facts_add(w->f, PART_MEMBERS, &m, sizeof(m));
	w->n++;
}

static void members(struct walk *w, const struct btf_type *t,
		    const char *prefix, uint64_t base, unsigned depth);

static void member(struct walk *w, const struct btf_type *t, uint32_t i,
		   const char *prefix, uint64_t base, unsigned depth)
{
	const struct btf_member *m = btf_members(t) + i;
	const char *name = dso_btf__name_by_offset(w->btf, m->name_off);
	uint64_t off = base + btf_member_bit_offset(t, i) / 8;
	char path[MAX_PATH];

	if (!name)
		return;

	int n = snprintf(path, sizeof(path), "%s%s%s", prefix,
			 *prefix && *name ? "." : "", name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return;
	if (*name)
		add(w, path, off, m->type);
	t = resolve(w->btf, m->type);
	if (depth < MAX_DEPTH && is_struct(t))
		members(w, t, path, off, depth + 1);
}

/* NOLINTNEXTLINE(misc-no-recursion): MAX_DEPTH */
static void members(struct walk *w, const struct btf_type *t,
		    const char *prefix, uint64_t base, unsigned depth)
{
	for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (w->n < MAX_MEMBERS)
			member(w, t, i, prefix, base, depth);
}

static void add_struct(struct facts_draft *f, const char *name, uint32_t size)
{
	struct fact_struct s = {
		.hash = facts_hash(name, strlen(name)),
		.size = size,
	};

	facts_add(f, PART_STRUCTS, &s, sizeof(s));
}

static void walk_types(struct walk *w)
{
	uint32_t n = dso_btf__type_cnt(w->btf);

	for (uint32_t id = 1; id < n; id++) {
		const struct btf_type *t = dso_btf__type_by_id(w->btf, id);
		const char *name;

		if (!t || BTF_INFO_KIND(t->info) != BTF_KIND_STRUCT)
			continue;
		name = dso_btf__name_by_offset(w->btf, t->name_off);
		if (!name || !*name)
			continue;
		add_struct(w->f, name, t->size);
		if (!w->f->info.module_size && !strcmp(name, "module") &&
		    t->size) {
			w->f->info.module_size = t->size;
			members(w, t, "", 0, 0);
		}
	}
}

static int by_hash(const void *x, const void *y)
{
	const struct fact_struct *a = x, *b = y;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

static int by_path(const void *x, const void *y, void *text)
{
	const struct fact_member *a = x, *b = y;
	const char *s = text;

	return strcmp(s + a->path, s + b->path);
}

static void sort(struct facts_draft *f)
{
	struct text *s = &f->part[PART_STRUCTS], *m = &f->part[PART_MEMBERS];

	if (s->n)
		qsort(s->p, s->n / sizeof(struct fact_struct),
		      sizeof(struct fact_struct), by_hash);
	if (m->n && !f->part[PART_TEXT].failed)
		qsort_r(m->p, m->n / sizeof(struct fact_member),
			sizeof(struct fact_member), by_path,
			f->part[PART_TEXT].p);
}

void learn_types(const struct vmlinux *v, struct facts_draft *f)
{
	struct vm_part p = vm_part(v, ".BTF");
	struct walk w = { .f = f };
	struct diag d = { 0 };

	if (!p.bytes.n || p.bytes.n > UINT32_MAX) {
		f->info.no_btf = facts_text(
			f, "the image has no type information (.BTF)");
		return;
	}
	f->btf = p.bytes;
	if (libbpf_need(&d) < 0) {
		f->incomplete = true;
		f->info.no_btf = facts_text(f, d.what);
		return;
	}
	w.btf = dso_btf__new(p.bytes.p, (uint32_t)p.bytes.n);
	if (!w.btf) {
		f->info.no_btf = facts_text(
			f,
			"the image's type information (.BTF) cannot be read");
		return;
	}
	walk_types(&w);
	dso_btf__free(w.btf);
	sort(f);
}
