/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The closure of some modules: see closure.h. Each module is visited once,
 * depth first, with a stack of our own: chains of softdeps may be long.
 */
#include "plan/closure.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ko/ko.h"
#include "plan/closure_internal.h"
#include "plan/internal.h"

const char *plan_reason_name(enum plan_reason r)
{
	static const char *const name[] = {
		[PLAN_BY_REQUEST] = "request",
		[PLAN_BY_DEPENDS] = "depends",
		[PLAN_BY_SOFTDEP_PRE] = "softdep-pre",
		[PLAN_BY_SOFTDEP_POST] = "softdep-post",
		[PLAN_BY_WEAKDEP] = "weakdep",
	};

	return name[r];
}

/* ------------------------------------------------------------------ lists */

int closure_append(struct closure_list *l, struct arena *a, void *p)
{
	void **v = arena_more(a, l->v, l->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	l->v[l->n++] = p;
	return 0;
}

int closure_gap(struct closure *c, enum plan_gap_kind kind, const char *what,
		const char *why)
{
	struct plan_gap *v =
		arena_more(c->a, c->gaps, c->n_gaps, sizeof(*v));
	const char *copy = why ? arena_strdup(c->a, why) : NULL;

	if (!v || !copy)
		return plan_no_memory(c->d);
	c->gaps = v;
	c->gaps[c->n_gaps++] = (struct plan_gap){ kind, what, copy };
	return 0;
}

int closure_member(struct closure *c, const char *name, const char *path,
		   struct closure_why why, struct plan_member **ret)
{
	const char ***slot = plan_names_slot(&c->members, c->a, name);

	if (!slot)
		return plan_no_memory(c->d);
	if (*slot) {
		*ret = (struct plan_member *)(void *)*slot;
		return 0;
	}
	if (c->members.n >= CLOSURE_MAX)
		return diag_fail(c->d, E2BIG, "more than %d modules",
				 CLOSURE_MAX);

	struct plan_member *m = arena_alloc(c->a, sizeof(*m));

	if (!m)
		return plan_no_memory(c->d);
	*m = (struct plan_member){ .name = name, .path = path,
				   .reason = why.reason, .by = why.by,
				   .request = why.request };
	*slot = &m->name;
	plan_names_added(&c->members);
	*ret = m;
	return 0;
}

int closure_denied(struct closure *c, const char *name, bool needed,
		   struct closure_denial *ret)
{
	const struct conf *conf = c->w->conf;
	const char **paths;
	size_t n;

	*ret = (struct closure_denial){ conf_denies(conf, name, needed) };
	if (ret->line || !conf->of[CONF_DENY].n)
		return 0;

	int r = idx_dir_dep(c->w->dir, name, c->a, &paths, &n, c->d);

	if (r)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 1; i < n; i++) {
		char dep[KO_NAME_MAX];

		ko_name_of_path(paths[i], dep);
		ret->line = conf_denies(conf, dep, true);
		if (!ret->line)
			continue;
		ret->needs = arena_strdup(c->a, dep);
		return ret->needs ? 0 : plan_no_memory(c->d);
	}
	return 0;
}

/* ------------------------------------------------------------------- walk */

/* A module whose turn has begun, and those around it. */
struct frame {
	struct plan_member *m;
	struct closure_list around; /* members: dependencies, pre, post     */
	size_t n_depends;	    /* of them, first                       */
	size_t self_at;		    /* it stands before this one            */
	size_t i;		    /* whose turn is next                   */
};

struct stack {
	struct frame *v;
	size_t n, cap;
};

static void stack_fini(struct stack *s)
{
	free(s->v);
}

static int add_around(struct closure *c, struct frame *f, const char *name,
		      const char *path, enum plan_reason reason)
{
	struct closure_why why = { reason, f->m->name, f->m->request };
	struct plan_member *m;
	int r = closure_member(c, name, path, why, &m);

	if (!r && closure_append(&f->around, c->a, m))
		r = plan_no_memory(c->d);
	return r;
}

/* The files of a modules.dep line, but for the first: the last comes first. */
static int add_line(struct closure *c, struct frame *f, const char *module)
{
	const char **paths;
	size_t n;
	int r = idx_dir_dep(c->w->dir, module, c->a, &paths, &n, c->d);

	while (!r && n-- > 1) {
		char name[KO_NAME_MAX];

		ko_name_of_path(paths[n], name);

		const char *copy = arena_strdup(c->a, name);

		r = copy ? add_around(c, f, copy, paths[n], PLAN_BY_DEPENDS) :
			   plan_no_memory(c->d);
	}
	return r;
}

static int add_named(struct closure *c, struct frame *f, const char *name)
{
	struct plan_module m;
	int r = plan_named(c->w, name, c->a, &m, c->d);

	if (r)
		return r;
	if (!m.path && !m.builtin)
		return closure_gap(c, PLAN_GAP_REQUEST, m.name,
				   arena_printf(c->a, "%s depends on it",
						f->m->path));

	struct closure_denial no;

	r = closure_denied(c, m.name, true, &no);
	if (r)
		return r;
	if (no.line)
		return closure_gap(c, PLAN_GAP_DENIED, f->m->path,
				   arena_printf(c->a,
						"needs %s, which %s:%u denies",
						no.needs ? no.needs : m.name,
						no.line->file, no.line->line));
	if (m.path)
		r = add_line(c, f, m.name);
	return r ? r : add_around(c, f, m.name, m.path, PLAN_BY_DEPENDS);
}

/* A file that depmod has not seen: what its own .modinfo says. */
static int depends_of_file(struct closure *c, struct frame *f)
{
	_cleanup_ko_ struct ko *ko = NULL;
	_cleanup_strv_ struct strv names = { 0 };
	int r = 0;

	if (ko_open(f->m->path, &ko, NULL))
		return 0; /* told when its firmware is looked for */
	if (ko_depends(ko, &names))
		return plan_no_memory(c->d);
	for (size_t i = 0; !r && i < names.n; i++)
		r = add_named(c, f, names.v[i]);
	return r;
}

/* What it cannot do without, in load order. */
static int add_depends(struct closure *c, struct frame *f)
{
	int r = f->m->path ? add_line(c, f, f->m->name) : 0;

	return r == -ENOENT ? depends_of_file(c, f) : r;
}

/*
 * Names that lead nowhere, or to what is denied or needs what is, are passed
 * over. What a weakdep names is asked for later, and on its own: only a softdep
 * comes along with a module that is allowed.
 */
static int add_soft(struct closure *c, struct frame *f,
		    const struct plan_modules *l, enum plan_reason reason)
{
	int r = 0;

	for (size_t i = 0; !r && i < l->n; i++) {
		const struct plan_module *m = &l->v[i];
		struct closure_denial no;

		if (!m->path && !m->builtin)
			continue;
		r = closure_denied(c, m->name, reason != PLAN_BY_WEAKDEP, &no);
		if (!r && !no.line)
			r = add_around(c, f, m->name, m->path, reason);
	}
	return r;
}

static int add_all_soft(struct closure *c, struct frame *f)
{
	struct plan_modules pre = { 0 }, post = { 0 }, weak = { 0 };
	int r = 0;

	if (c->want->softdeps)
		r = plan_softdeps_within(c->w, f->m->name, true,
					 &c->soft_left, c->a, &pre, &post,
					 c->d);
	if (!r && c->want->weakdeps)
		r = plan_weakdeps_within(c->w, f->m->name, &c->soft_left, c->a,
					 &weak, c->d);
	if (!r)
		r = add_soft(c, f, &pre, PLAN_BY_SOFTDEP_PRE);
	f->self_at = f->around.n;
	if (!r)
		r = add_soft(c, f, &post, PLAN_BY_SOFTDEP_POST);
	if (!r)
		r = add_soft(c, f, &weak, PLAN_BY_WEAKDEP);
	return r;
}

static int push(struct closure *c, struct stack *s, struct plan_member *m)
{
	if (m->visited)
		return 0;
	m->visited = true;
	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct frame *v = reallocarray(s->v, cap, sizeof(*v));

		if (!v)
			return plan_no_memory(c->d);
		s->v = v;
		s->cap = cap;
	}

	struct frame f = { .m = m };
	int r = add_depends(c, &f);

	f.n_depends = f.around.n;
	if (!r)
		r = add_all_soft(c, &f);
	s->v[s->n++] = f;
	return r;
}

static int place(struct closure *c, struct plan_member *m)
{
	if (m->placed)
		return 0;
	m->placed = true;
	if (m->path && access(m->path, F_OK))
		return closure_gap(c, PLAN_GAP_FILE, m->path, strerror(errno));
	return closure_append(&c->order, c->a, m) ? plan_no_memory(c->d) : 0;
}

/*
 * Its turn in the load order. Where softdeps go round in a circle, what it
 * depends on may not have had its turn yet.
 */
static int place_self(struct closure *c, const struct frame *f)
{
	int r = 0;

	for (size_t i = 0; !r && i < f->n_depends; i++)
		r = place(c, f->around.v[i]);
	return r ? r : place(c, f->m);
}

static int walk(struct closure *c, struct plan_member *first)
{
	_cleanup_(stack_fini) struct stack s = { 0 };
	int r = push(c, &s, first);

	while (!r && s.n) {
		struct frame *f = &s.v[s.n - 1];
		size_t i = f->i++;

		if (i == f->self_at)
			r = place_self(c, f);
		if (!r && i < f->around.n)
			r = push(c, &s, f->around.v[i]);
		else
			s.n--;
	}
	return r;
}

int plan_closure(const struct plan_world *w,
		 const struct plan_closure_want *want, struct arena *a,
		 struct plan_closure *ret, struct diag *d)
{
	struct closure c = { .w = w, .want = want, .a = a,
			     .soft_left = PLAN_SOFT_MAX, .d = d };
	struct closure_list first = { 0 };
	int r = closure_find(&c, &first);

	for (size_t i = 0; !r && i < first.n; i++)
		r = walk(&c, first.v[i]);
	if (!r && want->firmware)
		r = closure_add_firmware(&c);
	if (r)
		return r;
	*ret = (struct plan_closure){
		.v = (struct plan_member **)(void *)c.order.v,
		.n = c.order.n,
		.firmware = (struct plan_firmware **)(void *)c.all_firmware.v,
		.n_firmware = c.all_firmware.n,
		.firmware_paths = (const char **)(void *)c.all_paths.v,
		.n_firmware_paths = c.all_paths.n,
		.gaps = c.gaps,
		.n_gaps = c.n_gaps,
	};
	return 0;
}
