/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has to be done for a module to be gone: a tree, because what is left
 * out depends on what turns out not to be loaded.
 */
#include <errno.h>
#include <string.h>

#include "plan/internal.h"

#define REMOVALS_MAX 65536
#define DEPTH_MAX 512

struct build {
	const struct plan_world *w;
	struct arena *a;
	size_t n;
	size_t soft_left; /* of PLAN_SOFT_MAX */
	struct diag *d;
};

/* The way down to a module: what stands on it is being removed already. */
struct way {
	const struct way *up;
	const char *name;
	unsigned depth;
};

static bool on_way(const struct way *w, const char *name)
{
	while (w && strcmp(w->name, name))
		w = w->up;
	return w;
}

static int removal(struct build *b, const struct plan_module *m, bool alone,
		   const struct way *up, struct plan_removal *ret);

/* Softdeps of one side, the last one first. */
static int side(struct build *b, const struct plan_modules *l,
		const struct way *way, struct plan_removal **ret, size_t *ret_n)
{
	struct plan_removal *v = arena_array(b->a, l->n + 1, sizeof(*v));
	size_t n = 0;

	if (!v)
		return plan_no_memory(b->d);
	for (size_t i = l->n; i-- > 0;) {
		if (on_way(way, l->v[i].name))
			continue;

		int r = removal(b, &l->v[i], false, way, &v[n]);

		if (r)
			return r;
		n++;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

static int softdeps(struct build *b, const struct way *way,
		    struct plan_removal *ret)
{
	struct plan_modules pre, post;
	int r = plan_softdeps_within(b->w, ret->m.name, false, &b->soft_left,
				     b->a, &pre, &post, b->d);

	if (!r)
		r = side(b, &post, way, &ret->post, &ret->n_post);
	if (!r)
		r = side(b, &pre, way, &ret->pre, &ret->n_pre);
	return r;
}

/* Nearest first: what a module needs can go only when it has gone. */
static int dependencies(struct build *b, struct plan_removal *ret)
{
	struct plan_modules l;
	int r = plan_depends(b->w, ret->m.name, b->a, &l, b->d);

	for (size_t i = 0; !r && i < l.n / 2; i++) {
		struct plan_module m = l.v[i];

		l.v[i] = l.v[l.n - 1 - i];
		l.v[l.n - 1 - i] = m;
	}
	if (!r)
		ret->deps = l;
	return r;
}

/* @alone: no remove line and no softdeps. */
static int removal(struct build *b, const struct plan_module *m, bool alone,
		   const struct way *up, struct plan_removal *ret)
{
	struct way way = { up, m->name, up ? up->depth + 1 : 0 };
	int r = 0;

	if (b->n++ >= REMOVALS_MAX || way.depth > DEPTH_MAX)
		return diag_fail_hint(b->d, E2BIG,
				      "look for softdep lines with wildcards in 'modprobe -c'",
				      "softdeps lead to too many modules: %d, or %d one behind the other, are the limit",
				      REMOVALS_MAX, DEPTH_MAX);
	*ret = (struct plan_removal){ .m = *m };
	if (!alone) {
		const struct conf_line *c =
			conf_next(b->w->conf, CONF_REMOVE, m->name, NULL);

		ret->command = c ? c->value : NULL;
		r = softdeps(b, &way, ret);
	}
	return r ? r : dependencies(b, ret);
}

int plan_remove(const struct plan_world *w, const struct plan_module *m,
		unsigned flags, struct arena *a, struct plan_removal *ret,
		struct diag *d)
{
	struct build b = { .w = w, .a = a, .soft_left = PLAN_SOFT_MAX,
			   .d = d };
	struct plan_removal tree;
	int r = removal(&b, m, flags & PLAN_IGNORE_COMMAND, NULL, &tree);

	if (!r)
		*ret = tree;
	return r;
}
