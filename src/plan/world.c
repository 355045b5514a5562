/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Single questions to the configuration and the indexes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <sys/stat.h>

#include "plan/internal.h"

int plan_no_memory(struct diag *d)
{
	return diag_fail(d, ENOMEM, "out of memory");
}

int plan_list_add(struct plan_list *l, struct arena *a,
		  const struct plan_module *m)
{
	struct plan_module *v = arena_more(a, l->v, l->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	l->v[l->n++] = *m;
	return 0;
}

void plan_say(const struct plan_world *w, int prio, const char *func,
	      const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	if (!w->say)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text)
		w->say(w->arg, prio, func, text);
}

int plan_bin(const struct plan_world *w, enum idx_file f,
	     const struct idx_bin **ret, struct diag *d)
{
	const struct idx_bin *b = NULL;
	int r = idx_dir_bin(w->dir, f, &b, NULL);

	/* Only what can be read and makes no sense ends a search. */
	if (r == -EBADMSG || r == -ENOMEM)
		return idx_dir_bin(w->dir, f, &b, d);
	*ret = r ? NULL : b;
	return 0;
}

int plan_builtin(const struct plan_world *w, const char *name, bool *ret,
		 struct diag *d)
{
	const struct idx_bin *b;
	const char *value;
	int r = plan_bin(w, IDX_BUILTIN, &b, d);

	if (r)
		return r;
	r = b ? idx_bin_get(b, name, &value, d) : -ENOENT;
	if (r && r != -ENOENT)
		return r;
	*ret = !r;
	return 0;
}

int plan_place(const struct plan_world *w, struct arena *a,
	       struct plan_module *m, struct diag *d)
{
	const char **paths;
	size_t n = 0;
	int r = plan_builtin(w, m->name, &m->builtin, d);

	if (!r)
		r = idx_dir_dep(w->dir, m->name, a, &paths, &n, d);
	if (r && r != -ENOENT)
		return r;
	if (!r && n)
		m->path = paths[0];
	return 0;
}

/* One file of a modules.dep line, as a module. */
static int depend(const struct plan_world *w, const char *path,
		  struct arena *a, struct plan_module *ret, struct diag *d)
{
	int r = plan_at_path(w, path, a, ret, NULL);

	if (!r)
		ret->stage = PLAN_DEP;
	if (r == -ENOMEM)
		return plan_no_memory(d);
	if (r)
		plan_say(w, LOG_ERR, "kmod_module_parse_depline",
			 "modules.dep names %s: %s; going on without dependencies (run depmod)",
			 path, strerror(-r));
	return r;
}

int plan_depends(const struct plan_world *w, const char *name, struct arena *a,
		 struct plan_modules *ret, struct diag *d)
{
	const char **paths;
	size_t n;
	int r = idx_dir_dep(w->dir, name, a, &paths, &n, d);

	if (r == -ENOENT || (!r && n < 2)) {
		*ret = (struct plan_modules){ 0 };
		return 0;
	}
	if (r)
		return r;

	struct plan_module *v = arena_array(a, n - 1, sizeof(*v));

	if (!v)
		return plan_no_memory(d);

	/* What stands last is loaded first. */
	for (size_t i = 1; i < n; i++) {
		r = depend(w, paths[n - i], a, &v[i - 1], d);
		if (r == -ENOMEM)
			return r;
		if (r) {
			*ret = (struct plan_modules){ 0 };
			return 0;
		}
	}
	*ret = (struct plan_modules){ v, n - 1 };
	return 0;
}

/* What a name of a softdep line stands for. */
struct answer {
	const char *name;
	struct plan_modules found;
};

/* The lines about one module, being read. */
struct lines {
	const struct plan_world *w;
	struct arena *a;
	struct plan_names answers; /* that are modules */
	bool once;
	size_t *left; /* see plan_softdeps_within(); NULL: no limit */
	struct diag *d;
};

static int take_up(struct lines *l, size_t n)
{
	if (!l->left)
		return 0;
	if (n > *l->left)
		return diag_fail_hint(l->d, E2BIG,
				      "look for softdep and alias lines with wildcards in 'modprobe -c'",
				      "softdeps lead to too many modules: %zu, counted each time that they are named, are the limit",
				      PLAN_SOFT_MAX);
	*l->left -= n;
	return 0;
}

static int add_modules(struct lines *l, const struct plan_modules *m,
		       struct plan_list *ret)
{
	int r = take_up(l, m->n);

	if (r)
		return r;
	for (size_t i = 0; i < m->n; i++)
		if (plan_list_add(ret, l->a, &m->v[i]))
			return plan_no_memory(l->d);
	return 0;
}

/* Where nothing of that name is known, nothing is kept of it. */
static int ask(struct lines *l, const char *name, const char ***slot,
	       struct plan_list *ret)
{
	struct plan_modules found = { 0 };
	int r = plan_lookup(l->w, name, false, l->a, &found, NULL);
	struct answer *x;

	if (r == -ENOMEM)
		return plan_no_memory(l->d);
	if (r)
		plan_say(l->w, LOG_ERR, "lookup_dep",
			 "failed to lookup soft dependency '%s', continuing anyway.",
			 name);
	if (r || !found.n)
		return 0;
	x = arena_alloc(l->a, sizeof(*x));
	if (!x)
		return plan_no_memory(l->d);
	*x = (struct answer){ name, found };
	*slot = &x->name;
	plan_names_added(&l->answers);
	return add_modules(l, &found, ret);
}

/* Looks up the names of one line; one that cannot be is passed over. */
static int add_names(struct lines *l, const char **names, size_t n,
		     struct plan_list *ret)
{
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		const char ***slot =
			plan_names_slot(&l->answers, l->a, names[i]);

		if (!slot)
			return plan_no_memory(l->d);
		r = take_up(l, 1);
		if (r)
			return r;
		if (!*slot)
			r = ask(l, names[i], slot, ret);
		else if (!l->once)
			r = add_modules(l, &((struct answer *)(void *)*slot)
						    ->found, ret);
	}
	return r;
}

static int soft(struct lines *l, enum conf_kind kind, const char *name,
		struct plan_modules *pre, struct plan_modules *post)
{
	struct plan_list before = { 0 }, behind = { 0 };
	const struct conf_line *c = NULL;

	while ((c = conf_next(l->w->conf, kind, name, c))) {
		int r = add_names(l, c->pre, c->n_pre, &before);

		if (!r)
			r = add_names(l, c->post, c->n_post, &behind);
		if (r)
			return r;
	}
	*pre = (struct plan_modules){ before.v, before.n };
	*post = (struct plan_modules){ behind.v, behind.n };
	return 0;
}

int plan_softdeps(const struct plan_world *w, const char *name,
		  struct arena *a, struct plan_modules *ret_pre,
		  struct plan_modules *ret_post, struct diag *d)
{
	struct lines l = { .w = w, .a = a, .d = d };

	return soft(&l, CONF_SOFTDEP, name, ret_pre, ret_post);
}

int plan_softdeps_within(const struct plan_world *w, const char *name,
			 bool once, size_t *left, struct arena *a,
			 struct plan_modules *ret_pre,
			 struct plan_modules *ret_post, struct diag *d)
{
	struct lines l = { .w = w, .a = a, .once = once, .left = left,
			   .d = d };

	return soft(&l, CONF_SOFTDEP, name, ret_pre, ret_post);
}

int plan_weakdeps(const struct plan_world *w, const char *name,
		  struct arena *a, struct plan_modules *ret, struct diag *d)
{
	struct lines l = { .w = w, .a = a, .d = d };
	struct plan_modules none;

	return soft(&l, CONF_WEAKDEP, name, ret, &none);
}

int plan_weakdeps_within(const struct plan_world *w, const char *name,
			 size_t *left, struct arena *a,
			 struct plan_modules *ret, struct diag *d)
{
	struct lines l = { .w = w, .a = a, .once = true, .left = left,
			   .d = d };
	struct plan_modules none;

	return soft(&l, CONF_WEAKDEP, name, ret, &none);
}

int plan_options(const struct plan_world *w, const char *name,
		 const char *alias, struct text *ret)
{
	const struct conf_lines *c = &w->conf->of[CONF_OPTIONS];

	for (size_t i = 0; i < c->n; i++) {
		const char *key = c->v[i].key;

		if (strcmp(key, name) && (!alias || strcmp(key, alias)))
			continue;
		text_addf(ret, "%s%s", ret->n ? " " : "", c->v[i].value);
	}
	return ret->failed ? -ENOMEM : 0;
}

const struct conf_line *plan_blacklisted(const struct plan_world *w,
					 const char *name)
{
	return conf_next(w->conf, CONF_BLACKLIST, name, NULL);
}
