/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols: with what versions it was built, what it offers, what it needs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "internal.h"

struct symbol {
	uint64_t crc;
	char bind;
	char name[];
};

struct symbols {
	struct kmod_list *list;
	int n;
};

static int add(struct symbols *l, const char *name, uint64_t crc, char bind)
{
	size_t n = strlen(name) + 1;
	struct symbol *s = malloc(sizeof(*s) + n);

	if (!s)
		return -ENOMEM;
	s->crc = crc;
	s->bind = bind;
	memcpy(s->name, name, n);

	int r = list_append(&l->list, s);

	if (r)
		free(s);
	else
		l->n++;
	return r;
}

static enum ko_version_table table_of(const struct ko *ko)
{
	return ko_has_versions(ko, KO_VERSIONS) ? KO_VERSIONS : KO_VERSIONS_EXT;
}

static int versions(const struct ko *ko, struct symbols *l)
{
	enum ko_version_table t = table_of(ko);
	int r = 0;

	if (!ko_has_versions(ko, t))
		return -ENOENT;
	for (struct ko_version v = { 0 }; !r && ko_version_next(ko, t, &v);)
		r = add(l, v.name, v.crc, 0);
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct ko_export *x = a, *y = b;

	return strcmp(x->name, y->name);
}

struct exports {
	struct ko_export *v; /* by name */
	bool *told;
	size_t n;
};

static int tell(struct exports *e, size_t i, struct symbols *l)
{
	if (e->told[i])
		return 0;
	e->told[i] = true;
	return add(l, e->v[i].name, e->v[i].crc, 0);
}

static int tell_name(struct exports *e, const char *name, struct symbols *l)
{
	const struct ko_export key = { .name = name };
	const struct ko_export *x =
		bsearch(&key, e->v, e->n, sizeof(*e->v), by_name);

	return x ? tell(e, (size_t)(x - e->v), l) : 0;
}

/*
 * As kmod has them: in the order of their __crc_ symbols. (What is left, where
 * versions are not symbols: by name.)
 */
static int exports(const struct ko *ko, struct symbols *l)
{
	static const char prefix[] = "__crc_";
	_cleanup_arena_ struct arena a = { 0 };
	struct exports e;
	int r = ko_exports(ko, &a, &e.v, &e.n, NULL);

	if (!r && !e.n)
		return -ENOENT;
	if (r)
		return r;
	e.told = arena_array(&a, e.n, sizeof(*e.told));
	if (!e.told)
		return -ENOMEM;
	qsort(e.v, e.n, sizeof(*e.v), by_name);
	for (struct ko_symbol s = { 0 }; !r && ko_symbol_next(ko, &s);)
		if (str_starts(s.name, prefix))
			r = tell_name(&e, s.name + sizeof(prefix) - 1, l);
	for (size_t i = 0; !r && i < e.n; i++)
		r = tell(&e, i, l);
	return r;
}

static int by_need(const void *a, const void *b)
{
	const struct ko_need *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* What has a version, and no symbol: module_layout. Sorts @v. */
static int needs_unnamed(const struct ko *ko, struct ko_need *v, size_t n,
			 struct symbols *l)
{
	enum ko_version_table t = table_of(ko);
	int r = 0;

	if (n)
		qsort(v, n, sizeof(*v), by_need);
	for (struct ko_version x = { 0 }; !r && ko_version_next(ko, t, &x);) {
		const struct ko_need key = { .name = x.name };

		if (!n || !bsearch(&key, v, n, sizeof(*v), by_need))
			r = add(l, x.name, x.crc, KMOD_SYMBOL_UNDEF);
	}
	return r;
}

static int needs(const struct ko *ko, struct symbols *l)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_need *v;
	size_t n;
	int r = ko_needs(ko, &a, &v, &n, NULL);

	for (size_t i = 0; !r && i < n; i++)
		r = add(l, v[i].name, v[i].crc,
			v[i].weak ? KMOD_SYMBOL_WEAK : KMOD_SYMBOL_UNDEF);
	return r ? r : needs_unnamed(ko, v, n, l);
}

static int get(const struct kmod_module *mod, struct kmod_list **list,
	       int (*fill)(const struct ko *ko, struct symbols *l))
{
	_cleanup_ko_ struct ko *ko = NULL;
	struct symbols l = { 0 };

	if (!mod || !list)
		return -ENOENT;
	if (*list)
		return -EINVAL;

	int r = mod_open(mod, &ko);

	if (!r)
		r = fill(ko, &l);
	if (r) {
		list_free(l.list, free);
		return r;
	}
	*list = l.list;
	return l.n;
}

static const char *name_of(const struct kmod_list *entry)
{
	return entry ? ((struct symbol *)entry->data)->name : NULL;
}

static uint64_t crc_of(const struct kmod_list *entry)
{
	return entry ? ((struct symbol *)entry->data)->crc : 0;
}

KMOD_EXPORT int kmod_module_get_versions(const struct kmod_module *mod,
					 struct kmod_list **list)
{
	return get(mod, list, versions);
}

KMOD_EXPORT const char *
kmod_module_version_get_symbol(const struct kmod_list *entry)
{
	return name_of(entry);
}

KMOD_EXPORT uint64_t kmod_module_version_get_crc(const struct kmod_list *entry)
{
	return crc_of(entry);
}

KMOD_EXPORT void kmod_module_versions_free_list(struct kmod_list *list)
{
	list_free(list, free);
}

KMOD_EXPORT int kmod_module_get_symbols(const struct kmod_module *mod,
					struct kmod_list **list)
{
	return get(mod, list, exports);
}

KMOD_EXPORT const char *
kmod_module_symbol_get_symbol(const struct kmod_list *entry)
{
	return name_of(entry);
}

KMOD_EXPORT uint64_t kmod_module_symbol_get_crc(const struct kmod_list *entry)
{
	return crc_of(entry);
}

KMOD_EXPORT void kmod_module_symbols_free_list(struct kmod_list *list)
{
	list_free(list, free);
}

KMOD_EXPORT int
kmod_module_get_dependency_symbols(const struct kmod_module *mod,
				   struct kmod_list **list)
{
	return get(mod, list, needs);
}

KMOD_EXPORT const char *
kmod_module_dependency_symbol_get_symbol(const struct kmod_list *entry)
{
	return name_of(entry);
}

KMOD_EXPORT uint64_t
kmod_module_dependency_symbol_get_crc(const struct kmod_list *entry)
{
	return crc_of(entry);
}

KMOD_EXPORT int
kmod_module_dependency_symbol_get_bind(const struct kmod_list *entry)
{
	return entry ? ((struct symbol *)entry->data)->bind : KMOD_SYMBOL_NONE;
}

KMOD_EXPORT void
kmod_module_dependency_symbols_free_list(struct kmod_list *list)
{
	list_free(list, free);
}
