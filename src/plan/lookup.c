/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From what somebody says to the modules that it stands for. The stages are
 * tried one after the other; the first that yields something is the answer.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/internal.h"

struct lookup {
	const struct plan_world *w;
	const char *name; /* normalised, in the arena */
	struct arena *a;
	struct plan_list found;
	struct diag *d;
};

/* @alias: NULL if it was called by its name. */
static int found(struct lookup *l, enum plan_stage stage, const char *name,
		 const char *alias)
{
	struct plan_module m = { .alias = alias, .stage = stage };

	m.name = name == l->name ? name : arena_strdup(l->a, name);
	if (!m.name)
		return plan_no_memory(l->d);

	int r = plan_place(l->w, l->a, &m, l->d);

	if (r)
		return r;
	return plan_list_add(&l->found, l->a, &m) ? plan_no_memory(l->d) : 0;
}

/* Known by the pattern of the line, so that options can be for all of it. */
static int by_conf_alias(struct lookup *l)
{
	const struct conf_line *c = NULL;
	int r = 0;

	while (!r && (c = conf_next(l->w->conf, CONF_ALIAS, l->name, c)))
		r = found(l, PLAN_CONF_ALIAS, c->value, c->key);
	return r;
}

static int by_dep(struct lookup *l)
{
	const char *line;
	const struct idx_bin *b;

	/* No module is called so, and udev asks for much that has a colon. */
	if (strchr(l->name, ':'))
		return 0;

	int r = plan_bin(l->w, IDX_DEP, &b, l->d);

	if (!r && b)
		r = idx_bin_get(b, l->name, &line, l->d);
	if (r || !b)
		return r == -ENOENT ? 0 : r;
	return found(l, PLAN_DEP, l->name, NULL);
}

/* All values of an index whose key fits. */
static int by_index(struct lookup *l, enum idx_file f, enum plan_stage stage)
{
	const struct idx_bin *b;
	struct idx_value *v;
	size_t n = 0;
	int r = plan_bin(l->w, f, &b, l->d);

	if (!r && b)
		r = idx_bin_match(b, l->name, l->a, &v, &n, l->d);
	for (size_t i = 0; !r && i < n; i++)
		r = found(l, stage, v[i].value, l->name);
	return r;
}

static int by_symbol(struct lookup *l)
{
	if (strncmp(l->name, "symbol:", 7))
		return 0;
	return by_index(l, IDX_SYMBOL, PLAN_SYMBOL);
}

/* A command is enough to make a name one: it need not be a module's. */
static int by_command(struct lookup *l)
{
	static const enum conf_kind kinds[] = { CONF_INSTALL, CONF_REMOVE };

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct conf_lines *c = &l->w->conf->of[kinds[k]];

		for (size_t i = 0; i < c->n; i++)
			if (!strcmp(c->v[i].key, l->name))
				return found(l, PLAN_COMMAND, l->name, NULL);
	}
	return 0;
}

static int by_alias(struct lookup *l)
{
	return by_index(l, IDX_ALIAS, PLAN_ALIAS);
}

static int by_builtin(struct lookup *l)
{
	bool is;
	int r = plan_builtin(l->w, l->name, &is, l->d);

	return r || !is ? r : found(l, PLAN_BUILTIN, l->name, NULL);
}

static int by_builtin_alias(struct lookup *l)
{
	return by_index(l, IDX_BUILTIN_ALIAS, PLAN_BUILTIN_ALIAS);
}

typedef int stage_fn(struct lookup *l);

static stage_fn *const all_stages[] = {
	by_conf_alias, by_dep,	   by_symbol,	     by_command,
	by_alias,      by_builtin, by_builtin_alias, NULL,
};
static stage_fn *const name_stages[] = {
	by_dep, by_builtin, by_builtin_alias, NULL,
};

static int normal(const char *name, struct arena *a, const char **ret,
		  struct diag *d)
{
	char buf[PLAN_NAME_MAX];
	int r = conf_normal(name, buf, sizeof(buf));

	if (r)
		return diag_fail(d, -r, r == -EINVAL ?
			"found a bracket without its other half in '%s'" :
			"'%.100s...' is too long to be a name", name);
	*ret = arena_strdup(a, buf);
	return *ret ? 0 : plan_no_memory(d);
}

int plan_lookup(const struct plan_world *w, const char *name, bool names_only,
		struct arena *a, struct plan_modules *ret, struct diag *d)
{
	struct lookup l = { .w = w, .a = a, .d = d };
	stage_fn *const *stage = names_only ? name_stages : all_stages;
	int r = normal(name, a, &l.name, d);

	while (!r && !l.found.n && *stage)
		r = (*stage++)(&l);
	if (!r)
		*ret = (struct plan_modules){ l.found.v, l.found.n };
	return r;
}

int plan_named(const struct plan_world *w, const char *name, struct arena *a,
	       struct plan_module *ret, struct diag *d)
{
	struct plan_module m = { .stage = PLAN_NAME };
	int r = normal(name, a, &m.name, d);

	if (!r)
		r = plan_place(w, a, &m, d);
	if (!r)
		*ret = m;
	return r;
}

/* As depmod and kmod take it: up to the first dot. */
static int name_of_path(const char *path, struct arena *a, const char **ret,
			struct diag *d)
{
	const char *base = path_base(path);
	const char *copy = arena_strndup(a, base, strcspn(base, "."));

	if (!copy)
		return plan_no_memory(d);
	if (!*copy)
		return diag_fail(d, EINVAL, "'%s' has no name before the dot",
				 base);
	return normal(copy, a, ret, d);
}

static const char *absolute(const char *path, struct arena *a)
{
	_cleanup_free_ char *cwd = NULL;

	if (path[0] == '/')
		return arena_strdup(a, path);
	cwd = getcwd(NULL, 0);
	return cwd ? arena_printf(a, "%s/%s", cwd, path) : NULL;
}

int plan_at_path(const struct plan_world *w, const char *path, struct arena *a,
		 struct plan_module *ret, struct diag *d)
{
	struct plan_module m = { .stage = PLAN_PATH };
	struct stat st;

	if (stat(path, &st))
		return diag_fail(d, errno, "%s: %s", path, strerror(errno));

	int r = name_of_path(path, a, &m.name, d);

	if (!r)
		r = plan_builtin(w, m.name, &m.builtin, d);
	if (r)
		return r;
	m.path = absolute(path, a);
	if (!m.path)
		return plan_no_memory(d);
	*ret = m;
	return 0;
}
