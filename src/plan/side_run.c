/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks that do not wait for each other, done at the same time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan/side_internal.h"

/* ------------------------------------------------------------------- ready */

static void swap(struct task **a, struct task **b)
{
	struct task *t = *a;

	*a = *b;
	*b = t;
}

static void push_ready(struct side *s, struct task *t)
{
	struct task **v = s->ready;
	size_t i = s->n_ready++;

	v[i] = t;
	for (; i && v[i]->number < v[(i - 1) / 2]->number; i = (i - 1) / 2)
		swap(&v[i], &v[(i - 1) / 2]);
}

/* What comes first where all is done one after the other. NULL: none now. */
static struct task *pop_first(struct side *s)
{
	struct task **v = s->ready, *first = v[0];

	if (!s->n_ready)
		return NULL;
	v[0] = v[--s->n_ready];
	for (size_t i = 0, k; (k = 2 * i + 1) < s->n_ready; i = k) {
		if (k + 1 < s->n_ready && v[k + 1]->number < v[k]->number)
			k++;
		if (v[i]->number < v[k]->number)
			break;
		swap(&v[i], &v[k]);
	}
	return first;
}

/* The same, of those that are wanted still. */
static struct task *pop_ready(struct side *s)
{
	struct task *t;

	do
		t = pop_first(s);
	while (t && t->state != WAITING);
	return t;
}

static int get_ready(struct side *s)
{
	s->ready = arena_array(s->a, s->n_tasks + 1, sizeof(*s->ready));
	if (!s->ready)
		return -ENOMEM;
	s->n_waiting = s->n_tasks;
	for (size_t i = 0; i < s->n_tasks; i++)
		if (!s->tasks[i]->waits)
			push_ready(s, s->tasks[i]);
	return 0;
}

/* --------------------------------------------------------------------- run */

/* A task has ended: nobody waits for it any more. */
static void release(struct side *s, struct task *t)
{
	for (size_t i = 0; i < t->n_next; i++)
		if (!--t->next[i]->waits && t->next[i]->state == WAITING)
			push_ready(s, t->next[i]);
}

/* A plan has ended: what no other one wants is not done. */
static void end_plan(struct side *s, size_t plan)
{
	s->dead[plan] = true;
	for (size_t i = 0; i < s->plans[plan].n; i++) {
		struct task *t = side_task(s, s->plans[plan].v[i].m.name);

		if (--t->wanted || t->state != WAITING)
			continue;
		t->state = DROPPED;
		s->n_waiting--;
		release(s, t);
	}
}

/* Under the lock: plans that cannot go on without it. */
static void finished(struct side *s, struct task *t)
{
	t->state = DONE;
	if (t->err && t->err != -EEXIST && s->run->failed)
		s->run->failed(s->run->arg, t->s, t->err, &t->d);
	for (size_t i = 0; i < t->n_uses; i++) {
		struct use *u = &t->uses[i];
		struct plan_side *v = &s->v[u->plan];

		if (s->dead[u->plan])
			continue;
		v->r = plan_run_verdict(u->s, t->err, s->flags);
		if (!v->r)
			continue;
		v->d = t->d;
		end_plan(s, u->plan);
	}
	release(s, t);
}

static void *work(void *arg)
{
	struct side *s = arg;

	(void)pthread_mutex_lock(&s->lock);
	for (;;) {
		struct task *t = pop_ready(s);

		if (!t && !s->n_waiting)
			break;
		if (!t) {
			(void)pthread_cond_wait(&s->changed, &s->lock);
			continue;
		}
		t->state = RUNNING;
		s->n_waiting--;
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

int side_start(struct side *s, unsigned jobs)
{
	size_t max = jobs < s->n_tasks ? jobs : s->n_tasks, n = 0;
	_cleanup_free_ pthread_t *threads = calloc(max + 1, sizeof(*threads));
	int r = 0;

	if (!threads || get_ready(s))
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
