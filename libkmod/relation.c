/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What modules have to do with each other, and filters on lists of them. */
#include <errno.h>

#include "internal.h"

/* Dependencies are made from paths: one known by another path is an error. */
static int get_dep(struct kmod_ctx *ctx, const struct plan_module *m,
		   struct kmod_module **ret)
{
	return pool_get(ctx, m->name, NULL, m->path, ret);
}

/* Fills in @mod->deps. */
static void find_deps(struct kmod_module *mod)
{
	_cleanup_arena_ struct arena a = { 0 };
	const struct plan_world *w = ctx_world(mod->ctx);
	struct plan_modules m;

	mod->has_deps = true;
	if (!w || plan_depends(w, mod->name, &a, &m, NULL))
		return;
	(void)!pool_list_by(mod->ctx, &m, get_dep, &mod->deps);
}

/* A copy with references of its own. Return: 0; -ENOMEM. */
static int copy_list(const struct kmod_list *list, struct kmod_list **ret)
{
	struct kmod_list *l = NULL;
	const struct kmod_list *i;

	kmod_list_foreach(i, list) {
		int r = list_add_module(&l, i->data);

		if (r) {
			(void)kmod_module_unref_list(l);
			return r;
		}
	}
	*ret = l;
	return 0;
}

KMOD_EXPORT struct kmod_list *
kmod_module_get_dependencies(const struct kmod_module *mod)
{
	struct kmod_list *l = NULL;

	if (!mod)
		return NULL;
	if (!mod->has_deps)
		find_deps(mod_mutable(mod));
	return copy_list(mod->deps, &l) ? NULL : l;
}

KMOD_EXPORT int kmod_module_get_softdeps(const struct kmod_module *mod,
					 struct kmod_list **pre,
					 struct kmod_list **post)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules before, behind;
	struct kmod_list *l = NULL;

	if (!mod || !pre || !post)
		return -ENOENT;
	if (*pre || *post)
		return -EINVAL;

	const struct plan_world *w = ctx_world(mod->ctx);
	int r = w ? plan_softdeps(w, mod->name, &a, &before, &behind, NULL) :
		    -ENOMEM;

	if (!r)
		r = pool_list(mod->ctx, &before, &l);
	if (!r)
		r = pool_list(mod->ctx, &behind, post);
	if (r)
		(void)kmod_module_unref_list(l);
	else
		*pre = l;
	return r;
}

KMOD_EXPORT int kmod_module_get_weakdeps(const struct kmod_module *mod,
					 struct kmod_list **weak)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules m;

	if (!mod || !weak)
		return -ENOENT;
	if (*weak)
		return -EINVAL;

	const struct plan_world *w = ctx_world(mod->ctx);
	int r = w ? plan_weakdeps(w, mod->name, &a, &m, NULL) : -ENOMEM;

	return r ? r : pool_list(mod->ctx, &m, weak);
}

static bool filtered(const struct kmod_ctx *ctx, enum kmod_filter filter,
		     const struct kmod_module *mod)
{
	if (filter & KMOD_FILTER_BLACKLIST &&
	    plan_blacklisted(&ctx->world, mod->name))
		return true;
	return filter & KMOD_FILTER_BUILTIN && mod_builtin(mod);
}

KMOD_EXPORT int kmod_module_apply_filter(const struct kmod_ctx *ctx,
					 enum kmod_filter filter_type,
					 const struct kmod_list *input,
					 struct kmod_list **output)
{
	struct kmod_list *l = NULL;
	const struct kmod_list *i;

	if (!ctx || !output)
		return -ENOENT;
	*output = NULL;
	kmod_list_foreach(i, input) {
		if (filtered(ctx, filter_type, i->data))
			continue;
		if (list_add_module(&l, i->data)) {
			(void)kmod_module_unref_list(l);
			return -ENOMEM;
		}
	}
	*output = l;
	return 0;
}

KMOD_EXPORT int
kmod_module_get_filtered_blacklist(const struct kmod_ctx *ctx,
				   const struct kmod_list *input,
				   struct kmod_list **output)
{
	return kmod_module_apply_filter(ctx, KMOD_FILTER_BLACKLIST, input,
					output);
}
