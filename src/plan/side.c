/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several plans, side by side.
 *
 * All steps about one module become one task. Tasks are numbered by where they
 * come first when the plans are carried out one after the other; a task waits
 * only for tasks with smaller numbers, so that loops of softdeps end.
 *
 *	plans     [base mid top] [base other]
 *	tasks     0 base   1 mid   2 top   3 other
 *	waits     -        0       0 1     0
 */
#include <errno.h>
#include <string.h>

#include "plan/side_internal.h"

/* All plans lie in memory at once; each may be one that leads to too much. */
#define MEMORY_MAX ((size_t)1 << 30)

/* ------------------------------------------------------------------- plans */

static int plan_one(struct side *s, size_t i)
{
	struct plan_side *v = &s->v[i];
	int flag = (int)plan_list_flag(&v->m, s->flags);

	v->r = 0;
	v->d = (struct diag){ 0 };
	if (plan_loaded(s->run, &v->m))
		return 0;
	v->r = plan_insert(s->w, &v->m, s->flags, NULL, s->a, &s->plans[i],
			   &v->d);
	if (v->r == -ENOMEM)
		return plan_no_memory(s->d);
	if (!v->r)
		v->r = plan_run_denied(&s->plans[i], s->flags, s->run, &v->d);
	if (v->r == -EPERM && flag)
		v->r = flag;
	if (v->r)
		s->plans[i] = (struct plan_steps){ 0 };
	return 0;
}

struct task *side_task(const struct side *s, const char *name)
{
	return (struct task *)(void *)plan_names_find(&s->names, name);
}

/* The task of a step, made if it is the first about its module. */
static struct task *task_for(struct side *s, const struct plan_step *step)
{
	const char ***slot = plan_names_slot(&s->names, s->a, step->m.name);
	struct task **v, *t;

	if (!slot)
		return NULL;
	if (*slot)
		return (struct task *)(void *)*slot;
	t = arena_alloc(s->a, sizeof(*t));
	v = arena_more(s->a, s->tasks, s->n_tasks, sizeof(*v));
	if (!t || !v)
		return NULL;
	t->name = step->m.name;
	t->number = s->n_tasks;
	t->s = step;
	*slot = &t->name;
	plan_names_added(&s->names);
	s->tasks = v;
	s->tasks[s->n_tasks++] = t;
	return t;
}

static int add_use(struct side *s, size_t plan, const struct plan_step *step)
{
	struct task *t = task_for(s, step);
	struct use *v = t ? arena_more(s->a, t->uses, t->n_uses, sizeof(*v)) :
			    NULL;

	if (!v)
		return plan_no_memory(s->d);
	t->uses = v;
	t->uses[t->n_uses++] = (struct use){ plan, step };
	t->wanted++;
	if (step->named && s->flags & PLAN_IGNORE_COMMAND)
		t->alone = true;
	return 0;
}

static int make_tasks(struct side *s)
{
	int r = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; !r && k < s->plans[i].n; k++)
			r = add_use(s, i, &s->plans[i].v[k]);
	return r;
}

/* ------------------------------------------------------------------- order */

static int add_after(struct side *s, struct task *t, struct task *before)
{
	struct task **v = arena_more(s->a, before->next, before->n_next,
				     sizeof(*v));

	if (!v)
		return plan_no_memory(s->d);
	before->next = v;
	before->next[before->n_next++] = t;
	t->waits++;
	return 0;
}

static int ask_softdeps(struct side *s, struct task *t)
{
	if (t->asked || t->alone)
		return 0;
	t->asked = true;

	size_t left = PLAN_SOFT_MAX;

	return plan_softdeps_within(s->w, t->name, true, &left, s->a, &t->pre,
				    &t->post, s->d);
}

/* Task @t waits for @name, and for all that comes behind that. */
static int wait_for(struct side *s, struct task *t, const char *name)
{
	struct task *before = side_task(s, name);

	if (!before || before->number >= t->number ||
	    before->mark == t->number + 1)
		return 0;
	before->mark = t->number + 1;

	int r = add_after(s, t, before);

	if (!r)
		r = ask_softdeps(s, before);
	for (size_t i = 0; !r && i < before->post.n; i++)
		r = wait_for(s, t, before->post.v[i].name);
	return r;
}

static int wait_for_all(struct side *s, struct task *t,
			const struct plan_modules *l)
{
	int r = 0;

	for (size_t i = 0; !r && i < l->n; i++)
		r = wait_for(s, t, l->v[i].name);
	return r;
}

/* What comes behind a module waits for it, too. */
static int wait_for_owner(struct side *s, struct task *owner)
{
	int r = 0;

	for (size_t i = 0; !r && i < owner->post.n; i++) {
		struct task *t = side_task(s, owner->post.v[i].name);

		if (t && t->number > owner->number)
			r = add_after(s, t, owner);
	}
	return r;
}

static int order(struct side *s)
{
	int r = 0;

	for (size_t i = 0; !r && i < s->n_tasks; i++) {
		struct task *t = s->tasks[i];
		struct plan_modules deps;

		r = plan_depends(s->w, t->name, s->a, &deps, s->d);
		if (!r)
			r = ask_softdeps(s, t);
		if (!r)
			r = wait_for_all(s, t, &deps);
		if (!r)
			r = wait_for_all(s, t, &t->pre);
		if (!r)
			r = wait_for_owner(s, t);
	}
	return r;
}

/* --------------------------------------------------------------- the caller */

static void guarded_show(void *arg, const struct plan_step *step)
{
	struct side *s = arg;

	(void)pthread_mutex_lock(&s->lock);
	if (s->run->show)
		s->run->show(s->run->arg, step);
	(void)pthread_mutex_unlock(&s->lock);
}

static void guarded_denied(void *arg, const struct plan_step *step)
{
	struct side *s = arg;

	(void)pthread_mutex_lock(&s->lock);
	if (s->run->denied)
		s->run->denied(s->run->arg, step);
	(void)pthread_mutex_unlock(&s->lock);
}

static int pass_command(void *arg, const struct plan_step *step,
			const char *command)
{
	const struct side *s = arg;

	return s->run->command ?
		       s->run->command(s->run->arg, step, command) :
		       plan_shell(step->m.name, command, NULL, NULL);
}

static int pass_insert(void *arg, const struct plan_step *step, unsigned flags,
		       struct diag *d)
{
	const struct side *s = arg;

	if (s->run->insert)
		return s->run->insert(s->run->arg, step, flags, d);
	if (!step->m.path)
		return diag_fail(d, ENOENT, "there is no such module file");
	return plan_load(step->m.path, step->options, flags, NULL, d);
}

static int pass_state(void *arg, const struct plan_module *m)
{
	const struct side *s = arg;

	return s->run->state ? s->run->state(s->run->arg, m) :
			       plan_state(m->builtin, m->name, "");
}

int plan_run_side(const struct plan_world *w, struct plan_side *v, size_t n,
		  unsigned flags, unsigned jobs, const struct plan_runner *run,
		  struct diag *d)
{
	static const struct plan_runner none;
	_cleanup_arena_ struct arena a = { .limit = MEMORY_MAX };
	struct side s = {
		.w = w, .v = v, .n = n, .flags = flags, .a = &a, .d = d,
		.run = run ? run : &none,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};
	int r = 0;

	if (flags & (PLAN_DRY_RUN | PLAN_IGNORE_LOADED | PLAN_FAIL_ON_LOADED) ||
	    !jobs)
		return diag_fail(d, EINVAL, "this cannot be done side by side");
	s.guarded = (struct plan_runner){
		.show = guarded_show,
		.denied = guarded_denied,
		.command = pass_command,
		.insert = pass_insert,
		.state = pass_state,
		.arg = &s,
	};
	s.plans = arena_array(&a, n + 1, sizeof(*s.plans));
	s.dead = arena_array(&a, n + 1, sizeof(*s.dead));
	if (!s.plans || !s.dead)
		return plan_no_memory(d);
	for (size_t i = 0; !r && i < n; i++)
		r = plan_one(&s, i);
	if (!r)
		r = make_tasks(&s);
	if (!r)
		r = order(&s);
	return r ? r : side_start(&s, jobs);
}
