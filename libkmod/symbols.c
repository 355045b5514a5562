/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols: with what versions it was built, what it offers, what it needs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static int exports(const struct ko *ko, struct symbols *l)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct ko_export *v;
	size_t n;
	int r = ko_exports(ko, &a, &v, &n, NULL);

	if (!r && !n)
		return -ENOENT;
	for (size_t i = 0; !r && i < n; i++)
		r = add(l, v[i].name, v[i].crc, 0);
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
	return r;
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
