/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What has to be done for a module to be loaded.
 *
 * A module that is reached twice is one node, by its name and the alias that
 * it was reached by; softdeps of a node are followed once, so loops end. What
 * is needed (modules.dep) is put into the plan each time: what comes second is
 * loaded already when its turn comes.
 */
#include <errno.h>
#include <string.h>

#include "ko/ko.h"
#include "plan/internal.h"

/* More nodes or steps than any machine's modules would make. */
#define NODES_MAX 8192
#define STEPS_MAX 65536
/* Softdeps of softdeps of ...: no more, for the stack may be a thread's. */
#define DEPTH_MAX 512

struct node {
	struct plan_module m;
	bool root;
	bool visited;
	bool required;
	struct node *next; /* of the same name, by another alias */
};

struct entry {
	struct node *node;
	const struct conf_line *denied;
};

struct build {
	const struct plan_world *w;
	unsigned flags;
	struct arena *a;
	struct plan_names nodes;
	size_t n_nodes;
	struct entry *v;
	size_t n;
	unsigned depth;
	size_t soft_left; /* of PLAN_SOFT_MAX */
	struct plan_denial root; /* of what was asked for */
	struct diag *d;
};

static int too_much(struct build *b)
{
	return diag_fail_hint(b->d, E2BIG,
			      "look for softdep lines with wildcards in 'modprobe -c'",
			      "softdeps lead to too many modules: %d, or %d one behind the other, are the limit",
			      NODES_MAX, DEPTH_MAX);
}

static bool same_alias(const struct plan_module *x,
		       const struct plan_module *y)
{
	if (!x->alias || !y->alias)
		return x->alias == y->alias;
	return str_eq(x->alias, y->alias);
}

static int node_of(struct build *b, const struct plan_module *m,
		   struct node **ret)
{
	const char ***slot = plan_names_slot(&b->nodes, b->a, m->name);
	struct node *first, *n;

	if (!slot)
		return plan_no_memory(b->d);
	first = (struct node *)(void *)*slot;
	for (n = first; n && !same_alias(&n->m, m);)
		n = n->next;
	if (!n) {
		if (b->n_nodes++ >= NODES_MAX)
			return too_much(b);
		n = arena_alloc(b->a, sizeof(*n));
		if (!n)
			return plan_no_memory(b->d);
		*n = (struct node){ .m = *m, .next = first };
		*slot = &n->m.name;
		if (!first)
			plan_names_added(&b->nodes);
	}
	*ret = n;
	return 0;
}

static int append(struct build *b, struct node *n,
		  const struct conf_line *denied)
{
	struct entry *v = arena_more(b->a, b->v, b->n, sizeof(*v));

	if (b->n == STEPS_MAX)
		return too_much(b);
	if (!v)
		return plan_no_memory(b->d);
	b->v = v;
	b->v[b->n++] = (struct entry){ n, denied };
	return 0;
}

static int visit(struct build *b, struct node *n, bool required, bool alone);

static int visit_soft(struct build *b, const struct plan_modules *l)
{
	int r = b->depth++ < DEPTH_MAX ? 0 : too_much(b);

	for (size_t i = 0; !r && i < l->n; i++) {
		struct node *n;

		r = node_of(b, &l->v[i], &n);
		if (!r)
			r = visit(b, n, false, false);
	}
	b->depth--;
	return r;
}

/* Its pre softdeps, itself, its post softdeps. */
static int with_softdeps(struct build *b, struct node *n,
			 const struct conf_line *denied)
{
	struct plan_modules pre, post;
	int r;

	/* What it would like to have is no use without it. */
	if (denied)
		return append(b, n, denied);
	r = plan_softdeps_within(b->w, n->m.name, true, &b->soft_left, b->a,
				 &pre, &post, b->d);
	if (!r)
		r = visit_soft(b, &pre);
	if (!r)
		r = append(b, n, NULL);
	if (!r)
		r = visit_soft(b, &post);
	return r;
}

/*
 * The line that forbids a module, or one that it cannot do without. All but
 * the one that was asked for come along with a module that is allowed.
 */
static const struct conf_line *forbidden(const struct build *b,
					 const struct node *n,
					 const struct plan_modules *deps)
{
	const struct conf_line *c =
		n->root ? b->root.line :
			  conf_denies(b->w->conf, n->m.name, true);

	for (size_t i = 0; !c && !n->root && i < deps->n; i++)
		c = conf_denies(b->w->conf, deps->v[i].name, true);
	return c;
}

static int visit_deps(struct build *b, const struct plan_modules *deps,
		      bool required)
{
	struct node **n = arena_array(b->a, deps->n + 1, sizeof(*n));
	int r = n ? 0 : plan_no_memory(b->d);

	/* A softdep of one may be another: mark them all first. */
	for (size_t i = 0; !r && i < deps->n; i++) {
		r = node_of(b, &deps->v[i], &n[i]);
		if (!r && required)
			n[i]->required = true;
	}
	for (size_t i = 0; !r && i < deps->n; i++)
		r = with_softdeps(b, n[i],
				  conf_denies(b->w->conf, n[i]->m.name, true));
	return r;
}

/* @alone: without softdeps of its own. */
static int visit(struct build *b, struct node *n, bool required, bool alone)
{
	struct plan_modules deps;

	if (n->visited)
		return 0;
	n->visited = true;

	int r = plan_depends(b->w, n->m.name, b->a, &deps, b->d);

	if (r)
		return r;
	if (required)
		n->required = true;

	const struct conf_line *denied = forbidden(b, n, &deps);

	if (denied)
		return append(b, n, denied);
	r = visit_deps(b, &deps, required);
	if (r)
		return r;
	return alone ? append(b, n, NULL) : with_softdeps(b, n, NULL);
}

/*
 * The options of a step, those of the command line behind them. kmod puts the
 * blank there even if nothing follows, and its lines are compared.
 */
static const char *options_of(struct build *b, const struct node *n,
			      const char *extra)
{
	_cleanup_text_ struct text t = { 0 };

	if (plan_options(b->w, n->m.name, n->m.alias, &t))
		return NULL;
	if (t.n)
		text_add(&t, " ");
	if (n->root && extra)
		text_add(&t, extra);
	return t.failed ? NULL : arena_strdup(b->a, text_str(&t));
}

static int step_of(struct build *b, const struct entry *e, const char *extra,
		   struct plan_step *s)
{
	const struct node *n = e->node;
	const struct conf_line *c = NULL;

	if (!n->root || !(b->flags & PLAN_IGNORE_COMMAND))
		c = conf_next(b->w->conf, CONF_INSTALL, n->m.name, NULL);
	*s = (struct plan_step){
		.action = c ? PLAN_INSTALL :
			  !n->m.path && n->m.builtin ? PLAN_IN_KERNEL :
						       PLAN_INSERT,
		.m = n->m,
		.options = options_of(b, n, extra),
		.command = c ? c->value : NULL,
		.named = n->root,
		.required = n->required,
		.denied = e->denied,
		.denied_as = e->denied && n->root ? b->root.as : NULL,
	};
	return s->options ? 0 : plan_no_memory(b->d);
}

/* Turns entries into steps; what the blacklist hides is left out. */
static int finish(struct build *b, const char *extra, struct plan_steps *ret)
{
	bool all = b->flags & PLAN_BLACKLIST_ALL;
	struct plan_step *v = arena_array(b->a, b->n, sizeof(*v));
	size_t n = 0;

	if (!v)
		return plan_no_memory(b->d);
	for (size_t i = 0; i < b->n; i++) {
		if (all && plan_blacklisted(b->w, b->v[i].node->m.name))
			continue;

		int r = step_of(b, &b->v[i], extra, &v[n]);

		if (r)
			return r;
		n++;
	}
	if (!n)
		return PLAN_BLACKLIST_ALL;
	*ret = (struct plan_steps){ v, n };
	return 0;
}

unsigned plan_list_flag(const struct plan_module *m, unsigned flags)
{
	if (m->alias && flags & PLAN_BLACKLIST_ALIAS)
		return PLAN_BLACKLIST_ALIAS;
	if (flags & PLAN_BLACKLIST_ALL)
		return PLAN_BLACKLIST_ALL;
	return flags & PLAN_BLACKLIST;
}

/*
 * A file that somebody points at is what it says that it is, too: a copy with
 * another name is no way round. Where it says nothing its own name counts.
 */
int plan_denied(const struct plan_world *w, const struct plan_module *m,
		struct arena *a, struct plan_denial *ret, struct diag *d)
{
	const struct conf *c = w->conf;
	_cleanup_ko_ struct ko *ko = NULL;

	*ret = (struct plan_denial){ conf_denies(c, m->name, false), NULL };
	if (ret->line || m->stage != PLAN_PATH || !m->path ||
	    !(c->of[CONF_DENY].n + c->of[CONF_ALLOW].n) ||
	    ko_open(m->path, &ko, NULL) || str_eq(ko->name, m->name))
		return 0;
	ret->line = conf_denies(c, ko->name, false);
	if (ret->line)
		ret->as = arena_strdup(a, ko->name);
	return ret->line && !ret->as ? plan_no_memory(d) : 0;
}

int plan_insert(const struct plan_world *w, const struct plan_module *m,
		unsigned flags, const char *extra, struct arena *a,
		struct plan_steps *ret, struct diag *d)
{
	struct build b = { .w = w, .flags = flags, .a = a,
			   .soft_left = PLAN_SOFT_MAX, .d = d };
	unsigned flag = plan_list_flag(m, flags);
	struct node *root;
	int r = plan_denied(w, m, a, &b.root, d);

	if (r)
		return r;
	if (flag && (plan_blacklisted(w, m->name) || b.root.line))
		return (int)flag;
	r = node_of(&b, m, &root);
	if (r)
		return r;
	root->root = true;
	r = visit(&b, root, true, flags & PLAN_IGNORE_COMMAND);
	return r ? r : finish(&b, extra, ret);
}

int plan_command(const struct plan_step *s, struct text *ret)
{
	static const char mark[] = "$CMDLINE_OPTS";
	const char *p = s->command;

	for (const char *m; (m = strstr(p, mark)); p = m + strlen(mark)) {
		text_add_bytes(ret, p, (size_t)(m - p));
		text_add(ret, s->options);
	}
	text_add(ret, p);
	return ret->failed ? -ENOMEM : 0;
}
