/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks through the configuration. Lines that kmod has not are not shown. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "internal.h"

struct kmod_config_iter {
	const struct conf_lines *lines;
	size_t at; /* 1 more than the line's number; 0: before the first   */
	char *value;
};

static struct kmod_config_iter *iter_new(const struct kmod_ctx *ctx,
					 enum conf_kind kind)
{
	struct kmod_config_iter *iter = ctx ? calloc(1, sizeof(*iter)) : NULL;

	if (iter)
		iter->lines = &ctx->conf.of[kind];
	return iter;
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_blacklists(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_BLACKLIST);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_install_commands(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_INSTALL);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_remove_commands(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_REMOVE);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_aliases(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_ALIAS);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_options(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_OPTIONS);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_softdeps(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_SOFTDEP);
}

KMOD_EXPORT struct kmod_config_iter *
kmod_config_get_weakdeps(const struct kmod_ctx *ctx)
{
	return iter_new(ctx, CONF_WEAKDEP);
}

/* As kmod's, it starts again behind the end. */
KMOD_EXPORT bool kmod_config_iter_next(struct kmod_config_iter *iter)
{
	if (!iter)
		return false;
	iter->at = iter->at < iter->lines->n ? iter->at + 1 : 0;
	return iter->at;
}

static const struct conf_line *current(const struct kmod_config_iter *iter)
{
	return iter && iter->at ? &iter->lines->v[iter->at - 1] : NULL;
}

KMOD_EXPORT const char *
kmod_config_iter_get_key(const struct kmod_config_iter *iter)
{
	const struct conf_line *l = current(iter);

	return l ? l->key : NULL;
}

static void add_names(struct text *t, const char *label, const char **names,
		      size_t n)
{
	if (n)
		text_addf(t, "%s%s", t->n ? " " : "", label);
	for (size_t i = 0; i < n; i++)
		text_addf(t, "%s%s", i || *label ? " " : "", names[i]);
}

/* Dependencies put together again from the names that were understood. */
static const char *compose(struct kmod_config_iter *iter,
			   const struct conf_line *l)
{
	struct text t = { 0 };
	bool soft = l->kind == CONF_SOFTDEP;

	add_names(&t, soft ? "pre:" : "", l->pre, l->n_pre);
	if (soft)
		add_names(&t, "post:", l->post, l->n_post);
	if (t.failed)
		text_fini(&t);
	free(iter->value);
	iter->value = t.p;
	return t.p ? t.p : "";
}

KMOD_EXPORT const char *
kmod_config_iter_get_value(const struct kmod_config_iter *iter)
{
	const struct conf_line *l = current(iter);

	if (!l)
		return NULL;
	if (l->kind == CONF_SOFTDEP || l->kind == CONF_WEAKDEP)
		return compose((struct kmod_config_iter *)(uintptr_t)iter, l);
	return l->value;
}

KMOD_EXPORT void kmod_config_iter_free_iter(struct kmod_config_iter *iter)
{
	if (iter)
		free(iter->value);
	free(iter);
}
