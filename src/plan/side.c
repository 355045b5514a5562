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
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "plan/internal.h"
#include "plan/run_internal.h"

enum task_state { WAITING, RUNNING, DONE, DROPPED };

struct task {
	const struct plan_step *s; /* as it comes first */
	bool alone; /* named, and its softdeps do not count         */
	size_t *after;
	size_t n_after;
	size_t mark; /* last task that waits for it, plus one    */
	enum task_state state;
	int err;
	struct diag d;
};

struct side {
	const struct plan_world *w;
	struct plan_side *v;
	size_t n;
	unsigned flags;
	const struct plan_runner *run; /* the caller's */
	struct plan_runner guarded;
	struct arena *a;
	struct plan_steps *plans;
	bool *dead; /* plans that something required has ended */
	struct task *tasks;
	size_t n_tasks;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct diag *d;
};

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

static size_t task_of(const struct side *s, const char *name)
{
	size_t i = 0;

	while (i < s->n_tasks && strcmp(s->tasks[i].s->m.name, name))
		i++;
	return i;
}

static int make_tasks(struct side *s)
{
	size_t all = 0;

	for (size_t i = 0; i < s->n; i++)
		all += s->plans[i].n;
	s->tasks = arena_array(s->a, all + 1, sizeof(*s->tasks));
	if (!s->tasks)
		return plan_no_memory(s->d);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->plans[i].n; k++) {
			const struct plan_step *step = &s->plans[i].v[k];
			size_t t = task_of(s, step->m.name);

			if (t == s->n_tasks)
				s->tasks[s->n_tasks++].s = step;
			if (step->named && s->flags & PLAN_IGNORE_COMMAND)
				s->tasks[t].alone = true;
		}
	return 0;
}

/* ------------------------------------------------------------------- order */

static int add_after(struct side *s, struct task *t, size_t before)
{
	size_t *v = arena_more(s->a, t->after, t->n_after, sizeof(*v));

	if (!v)
		return plan_no_memory(s->d);
	t->after = v;
	t->after[t->n_after++] = before;
	return 0;
}

static int softdeps_of(struct side *s, size_t t, struct plan_modules *pre,
		       struct plan_modules *post)
{
	*pre = *post = (struct plan_modules){ 0 };
	if (s->tasks[t].alone)
		return 0;
	return plan_softdeps_once(s->w, s->tasks[t].s->m.name, s->a, pre, post,
				  s->d);
}

/* Task @t waits for @name, and for all that comes behind that. */
static int wait_for(struct side *s, size_t t, const char *name)
{
	struct plan_modules pre, post;
	size_t before = task_of(s, name);

	if (before >= t || s->tasks[before].mark == t + 1)
		return 0;
	s->tasks[before].mark = t + 1;

	int r = add_after(s, &s->tasks[t], before);

	if (!r)
		r = softdeps_of(s, before, &pre, &post);
	for (size_t i = 0; !r && i < post.n; i++)
		r = wait_for(s, t, post.v[i].name);
	return r;
}

static int wait_for_all(struct side *s, size_t t, const struct plan_modules *l)
{
	int r = 0;

	for (size_t i = 0; !r && i < l->n; i++)
		r = wait_for(s, t, l->v[i].name);
	return r;
}

/* What comes behind a module waits for it, too. */
static int wait_for_owner(struct side *s, size_t owner,
			  const struct plan_modules *post)
{
	int r = 0;

	for (size_t i = 0; !r && i < post->n; i++) {
		size_t t = task_of(s, post->v[i].name);

		if (t > owner && t < s->n_tasks)
			r = add_after(s, &s->tasks[t], owner);
	}
	return r;
}

static int order(struct side *s)
{
	int r = 0;

	for (size_t t = 0; !r && t < s->n_tasks; t++) {
		struct plan_modules deps, pre, post;

		r = plan_depends(s->w, s->tasks[t].s->m.name, s->a, &deps,
				 s->d);
		if (!r)
			r = softdeps_of(s, t, &pre, &post);
		if (!r)
			r = wait_for_all(s, t, &deps);
		if (!r)
			r = wait_for_all(s, t, &pre);
		if (!r)
			r = wait_for_owner(s, t, &post);
	}
	return r;
}

/* --------------------------------------------------------------------- run */

static bool is_ready(const struct side *s, const struct task *t)
{
	for (size_t i = 0; i < t->n_after; i++)
		if (s->tasks[t->after[i]].state < DONE)
			return false;
	return true;
}

/* Does a plan that goes on want it? */
static bool is_wanted(const struct side *s, const struct task *t)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; !s->dead[i] && k < s->plans[i].n; k++)
			if (!strcmp(s->plans[i].v[k].m.name, t->s->m.name))
				return true;
	return false;
}

/* Under the lock. NULL: none now; *@ret_left: some are still to come. */
static struct task *next_task(struct side *s, bool *ret_left)
{
	*ret_left = false;
	for (size_t i = 0; i < s->n_tasks; i++) {
		struct task *t = &s->tasks[i];

		if (t->state == WAITING && !is_wanted(s, t))
			t->state = DROPPED;
		if (t->state != WAITING)
			continue;
		if (is_ready(s, t))
			return t;
		*ret_left = true;
	}
	return NULL;
}

/* Under the lock: plans that cannot go on without it. */
static void finished(struct side *s, struct task *t)
{
	t->state = DONE;
	if (t->err && t->err != -EEXIST && s->run->failed)
		s->run->failed(s->run->arg, t->s, t->err, &t->d);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; !s->dead[i] && k < s->plans[i].n; k++) {
			const struct plan_step *step = &s->plans[i].v[k];

			if (strcmp(step->m.name, t->s->m.name))
				continue;
			s->v[i].r = plan_run_verdict(step, t->err, s->flags);
			s->dead[i] = s->v[i].r;
			if (s->dead[i])
				s->v[i].d = t->d;
		}
}

static void *work(void *arg)
{
	struct side *s = arg;
	bool left = true;

	(void)pthread_mutex_lock(&s->lock);
	for (;;) {
		struct task *t = next_task(s, &left);

		if (!t && !left)
			break;
		if (!t) {
			(void)pthread_cond_wait(&s->changed, &s->lock);
			continue;
		}
		t->state = RUNNING;
		(void)pthread_mutex_unlock(&s->lock);
		t->err = plan_run_step(t->s, s->flags, &s->guarded, &t->d);
		(void)pthread_mutex_lock(&s->lock);
		finished(s, t);
		(void)pthread_cond_broadcast(&s->changed);
	}
	(void)pthread_cond_broadcast(&s->changed);
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

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

static int start(struct side *s, unsigned jobs)
{
	size_t max = jobs < s->n_tasks ? jobs : s->n_tasks, n = 0;
	_cleanup_free_ pthread_t *threads = calloc(max + 1, sizeof(*threads));
	int r = 0;

	if (!threads)
		return plan_no_memory(s->d);
	while (!r && n < max) {
		r = pthread_create(&threads[n], NULL, work, s);
		n += !r;
	}
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);

	/* Fewer than wanted do as well. */
	if (r && !n)
		return diag_fail(s->d, r, "cannot start a thread: %s",
				 strerror(r));
	return 0;
}

int plan_run_side(const struct plan_world *w, struct plan_side *v, size_t n,
		  unsigned flags, unsigned jobs, const struct plan_runner *run,
		  struct diag *d)
{
	static const struct plan_runner none;
	_cleanup_arena_ struct arena a = { 0 };
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
	return r ? r : start(&s, jobs);
}
