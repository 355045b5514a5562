/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several plans side by side: side.c makes tasks, side_run.c does them. */
#ifndef LKM_PLAN_SIDE_INTERNAL_H
#define LKM_PLAN_SIDE_INTERNAL_H

#include <pthread.h>

#include "plan/internal.h"
#include "plan/run_internal.h"

enum task_state { WAITING, RUNNING, DONE, DROPPED };

/* Where a task stands in a plan. */
struct use {
	size_t plan;
	const struct plan_step *s;
};

/* All steps about one module. */
struct task {
	const char *name; /* by which it is found: it has to be the first   */
	size_t number;
	const struct plan_step *s; /* as it comes first                     */
	bool alone; /* named, and its softdeps do not count                 */
	bool asked; /* @pre and @post are known                             */
	struct plan_modules pre, post;
	size_t mark; /* number of the last task that waits for it, plus one */
	struct task **next; /* those that wait for it                       */
	size_t n_next;
	size_t waits; /* for so many that have not ended                    */
	struct use *uses; /* in the order of plans, and of their steps      */
	size_t n_uses;
	size_t wanted; /* so many of them in plans that go on               */
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
	struct plan_names names;
	struct task **tasks;
	size_t n_tasks;
	struct task **ready; /* a heap: the smallest number first           */
	size_t n_ready;
	size_t n_waiting; /* ready or not */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct diag *d;
};

/* NULL: no plan has it. */
struct task *side_task(const struct side *s, const char *name);

/* Carries out all tasks. Return: 0; the errno of pthread_create(3). */
_must_check_ int side_start(struct side *s, unsigned jobs);

#endif
