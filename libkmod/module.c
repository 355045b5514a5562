/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Modules. A context has one object for each name (and alias) as long as
 * somebody holds a reference: programs compare pointers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "internal.h"

/* ------------------------------------------------------------------- pool */

static bool same_text(const char *a, const char *b)
{
	return !a || !b ? a == b : str_eq(a, b);
}

static struct kmod_module **bucket(struct kmod_ctx *ctx, const char *name)
{
	uint32_t h = 2166136261U;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 16777619U;
	return &ctx->pool[h % POOL_BUCKETS];
}

static void mod_free(struct kmod_module *mod)
{
	free(mod->name);
	free(mod->alias);
	free(mod->path);
	free(mod->options);
	free(mod);
}

static struct kmod_module *mod_new(struct kmod_ctx *ctx, const char *name,
				   const char *alias)
{
	struct kmod_module *mod = calloc(1, sizeof(*mod));

	if (!mod)
		return NULL;
	mod->refs = 1;
	mod->name = strdup(name);
	mod->alias = alias ? strdup(alias) : NULL;
	if (!mod->name || (alias && !mod->alias)) {
		mod_free(mod);
		return NULL;
	}
	mod->ctx = kmod_ref(ctx);
	mod->next = *bucket(ctx, name);
	*bucket(ctx, name) = mod;
	return mod;
}

/* One that the pool has may have been made without a path. */
static int take_path(struct kmod_module *mod, const char *path)
{
	if (mod->path && !str_eq(mod->path, path)) {
		log_say(mod->ctx, LOG_ERR, "kmod_module_new_from_path",
			"kmod_module '%s' already exists with different path: new-path='%s' old-path='%s'\n",
			mod->name, path, mod->path);
		return -EEXIST;
	}
	if (!mod->path)
		mod->path = strdup(path);
	mod->from_path = true;
	return mod->path ? 0 : -ENOMEM;
}

int pool_get(struct kmod_ctx *ctx, const char *name, const char *alias,
	     const char *path, struct kmod_module **ret)
{
	struct kmod_module *mod = *bucket(ctx, name);

	while (mod && !(str_eq(mod->name, name) && same_text(mod->alias, alias)))
		mod = mod->next;
	mod = mod ? kmod_module_ref(mod) : mod_new(ctx, name, alias);

	int r = !mod ? -ENOMEM : path ? take_path(mod, path) : 0;

	if (r)
		(void)kmod_module_unref(mod);
	else
		*ret = mod;
	return r;
}

int pool_get_found(struct kmod_ctx *ctx, const struct plan_module *m,
		   struct kmod_module **ret)
{
	struct kmod_module *mod;
	int r = pool_get(ctx, m->name, m->alias, NULL, &mod);

	if (r)
		return r;
	if (!mod->placed && !mod->path && m->path)
		mod->path = strdup(m->path);
	if (!mod->placed)
		mod->builtin = m->builtin;
	mod->placed = true;
	*ret = mod;
	return 0;
}

KMOD_EXPORT struct kmod_module *kmod_module_ref(struct kmod_module *mod)
{
	if (mod)
		mod->refs++;
	return mod;
}

KMOD_EXPORT struct kmod_module *kmod_module_unref(struct kmod_module *mod)
{
	if (!mod || --mod->refs > 0)
		return mod;

	struct kmod_module **p = bucket(mod->ctx, mod->name);

	while (*p != mod)
		p = &(*p)->next;
	*p = mod->next;
	(void)kmod_module_unref_list(mod->deps);
	(void)kmod_unref(mod->ctx);
	mod_free(mod);
	return NULL;
}

/* ------------------------------------------------------------------ lists */

static void drop_module(void *mod)
{
	(void)kmod_module_unref(mod);
}

KMOD_EXPORT int kmod_module_unref_list(struct kmod_list *list)
{
	list_free(list, drop_module);
	return 0;
}

KMOD_EXPORT struct kmod_module *
kmod_module_get_module(const struct kmod_list *entry)
{
	return entry ? kmod_module_ref(entry->data) : NULL;
}

int list_add_module(struct kmod_list **list, struct kmod_module *m)
{
	int r = list_append(list, m);

	if (!r)
		(void)kmod_module_ref(m);
	return r;
}

int pool_list(struct kmod_ctx *ctx, const struct plan_modules *m,
	      struct kmod_list **list)
{
	return pool_list_by(ctx, m, pool_get_found, list);
}

int pool_list_by(struct kmod_ctx *ctx, const struct plan_modules *m,
		 int (*get)(struct kmod_ctx *ctx, const struct plan_module *m,
			    struct kmod_module **ret),
		 struct kmod_list **list)
{
	struct kmod_list *l = NULL;
	int r = 0;

	for (size_t i = 0; !r && i < m->n; i++) {
		struct kmod_module *mod;

		r = get(ctx, &m->v[i], &mod);
		if (r)
			break;
		r = list_append(&l, mod);
		if (r)
			(void)kmod_module_unref(mod);
	}
	if (r)
		(void)kmod_module_unref_list(l);
	else
		*list = l;
	return r;
}

/* ------------------------------------------------------------------- make */

/* kmod's form of a module's name: dashes are underscores, a dot ends it. */
static void mod_normal(const char *name, char ret[MOD_NAME_MAX])
{
	size_t i = 0;

	for (; i < MOD_NAME_MAX - 1 && name[i] && name[i] != '.'; i++)
		ret[i] = name[i] == '-' ? '_' : name[i];
	ret[i] = '\0';
}

KMOD_EXPORT int kmod_module_new_from_name(struct kmod_ctx *ctx,
					  const char *name,
					  struct kmod_module **mod)
{
	char normal[MOD_NAME_MAX];

	if (!ctx || !name || !mod)
		return -ENOENT;
	mod_normal(name, normal);
	return pool_get(ctx, normal, NULL, NULL, mod);
}

/* @path with the current folder in front; NULL: no memory, or no folder. */
static char *absolute(const char *path)
{
	_cleanup_free_ char *cwd = NULL;
	char *s;

	if (path[0] == '/' || !path[0])
		return strdup(path);
	cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&s, "%s/%s", cwd, path) < 0)
		return NULL;
	return s;
}

KMOD_EXPORT int kmod_module_new_from_path(struct kmod_ctx *ctx,
					  const char *path,
					  struct kmod_module **mod)
{
	char normal[MOD_NAME_MAX];
	struct stat st;

	if (!ctx || !path || !mod)
		return -ENOENT;

	_cleanup_free_ char *full = absolute(path);

	if (!full)
		return -ENOMEM;
	if (stat(full, &st)) {
		int err = errno;

		log_say(ctx, LOG_DEBUG, "kmod_module_new_from_path",
			"stat %s: %s\n", path, strerror(err));
		return -err;
	}
	mod_normal(path_base(full), normal);
	return pool_get(ctx, normal, NULL, full, mod);
}

KMOD_EXPORT int kmod_module_new_from_lookup(struct kmod_ctx *ctx,
					    const char *given_alias,
					    struct kmod_list **list)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules found = { 0 };

	if (!ctx || !given_alias)
		return -ENOENT;
	if (!list || *list) {
		log_say(ctx, LOG_ERR, "kmod_module_new_from_lookup",
			"An empty list is needed to create lookup\n");
		return -ENOSYS;
	}

	const struct plan_world *w = ctx_world(ctx);
	int r = w ? plan_lookup(w, given_alias, false, &a, &found, NULL) :
		    -ENOMEM;

	return r ? r : pool_list(ctx, &found, list);
}

KMOD_EXPORT int kmod_module_new_from_name_lookup(struct kmod_ctx *ctx,
						 const char *modname,
						 struct kmod_module **mod)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules found = { 0 };
	char normal[MOD_NAME_MAX];

	if (!ctx || !modname || !mod)
		return -ENOENT;
	mod_normal(modname, normal);

	const struct plan_world *w = ctx_world(ctx);
	int r = w ? plan_lookup(w, normal, true, &a, &found, NULL) : -ENOMEM;

	/* No module has a bracket in its name. */
	if (r == -EINVAL)
		return 0;
	return r || !found.n ? r : pool_get_found(ctx, &found.v[0], mod);
}

/* ------------------------------------------------------------- properties */

void mod_place(struct kmod_module *mod)
{
	_cleanup_arena_ struct arena a = { 0 };
	const struct plan_world *w;
	struct plan_module m;

	if (mod->placed)
		return;
	w = ctx_world(mod->ctx);
	if (!w || plan_named(w, mod->name, &a, &m, NULL))
		m = (struct plan_module){ 0 };
	mod->placed = true;
	mod->builtin = m.builtin;
	if (!mod->path && m.path)
		mod->path = strdup(m.path);
}

bool mod_builtin(const struct kmod_module *mod)
{
	mod_place(mod_mutable(mod));
	return mod->builtin && !mod->from_path;
}

void mod_plan(const struct kmod_module *mod, struct plan_module *ret)
{
	mod_place(mod_mutable(mod));
	*ret = (struct plan_module){
		.name = mod->name,
		.alias = mod->alias,
		.path = mod->path,
		.builtin = mod_builtin(mod),
		.stage = mod->alias	? PLAN_ALIAS :
			 mod->from_path ? PLAN_PATH :
					  PLAN_NAME,
	};
}

KMOD_EXPORT const char *kmod_module_get_name(const struct kmod_module *mod)
{
	return mod ? mod->name : NULL;
}

KMOD_EXPORT const char *kmod_module_get_path(const struct kmod_module *mod)
{
	if (!mod)
		return NULL;
	if (!mod->path)
		mod_place(mod_mutable(mod));
	return mod->path;
}

KMOD_EXPORT const char *kmod_module_get_options(const struct kmod_module *mod)
{
	if (!mod)
		return NULL;
	if (!mod->has_options) {
		struct kmod_module *m = mod_mutable(mod);
		struct text t = { 0 };

		m->has_options = true;
		if (plan_options(&m->ctx->world, m->name, m->alias, &t))
			text_fini(&t);
		m->options = t.p;
	}
	return mod->options;
}

static const char *command(const struct kmod_module *mod, enum conf_kind kind)
{
	const struct conf_line *l =
		mod ? conf_next(&mod->ctx->conf, kind, mod->name, NULL) : NULL;

	return l ? l->value : NULL;
}

KMOD_EXPORT const char *
kmod_module_get_install_commands(const struct kmod_module *mod)
{
	return command(mod, CONF_INSTALL);
}

KMOD_EXPORT const char *
kmod_module_get_remove_commands(const struct kmod_module *mod)
{
	return command(mod, CONF_REMOVE);
}
