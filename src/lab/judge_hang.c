/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does not come back: it waits for a lock or for an event, it runs and
 * runs, or it does so in a way that lets nobody else run. See judge.h.
 */
#include <stdio.h>
#include <string.h>

#include "lab/judge.h"

static struct lab_frame frame_of(const char *function, uint64_t offset,
				 const char *module)
{
	return (struct lab_frame){ .function = function, .offset = offset,
				   .module = module };
}

/* ---------------------------------------------------------------- waits */

/* By the beginning of a function's name; the first that fits counts. */
static const struct wait {
	const char *function, *what, *give;
} waits[] = {
	{ "mutex_lock", "a mutex", "mutex_unlock()" },
	{ "__mutex_lock", "a mutex", "mutex_unlock()" },
	{ "ww_mutex_lock", "a mutex", "ww_mutex_unlock()" },
	{ "rt_mutex_lock", "a mutex", "rt_mutex_unlock()" },
	{ "down_read", "a semaphore for readers and writers", "up_read()" },
	{ "down_write", "a semaphore for readers and writers", "up_write()" },
	{ "rwsem_down_", "a semaphore for readers and writers",
	  "up_read() or up_write()" },
	{ "down", "a semaphore", "up()" },
	{ "__down", "a semaphore", "up()" },
};

static const struct wait *wait_in(const char *function)
{
	for (size_t i = 0; function && i < ARRAY_SIZE(waits); i++)
		if (str_starts(function, waits[i].function))
			return &waits[i];
	return NULL;
}

static void say_lock(struct judge *j, struct lab_finding *f,
		     const struct wait *w)
{
	f->why = judge_printf(j, "it waits for %s that nobody gives back: a path ended without %s, or it is locked twice",
			      w->what, w->give);
	f->fix = judge_printf(j, "call %s on every path behind the place that took it, those of errors too, and take it once only",
			      w->give);
}

/* In the kernel's own report of a task that hangs the wait is on the stack. */
void judge_hung_task(struct judge *j, struct lab_finding *f,
		     const struct lab_fault *x)
{
	for (size_t i = 0; i < x->n_stack && !x->stack[i].module; i++) {
		const struct wait *w = wait_in(x->stack[i].function);

		if (!w)
			continue;
		say_lock(j, f, w);
		return;
	}
}

/* ----------------------------------------------------------------- hang */

/*
 * /proc/PID/stack leaves out what only waits: mutex_lock() and the like. Where
 * a module is on top of it, the call that it is in says which of them it was.
 */
static const struct wait *wait_of(struct judge *j, const struct lab_frame *at)
{
	return wait_in(judge_callee(j, at));
}

void judge_hang(struct judge *j, struct lab_finding *f,
		const struct lab_fact *hang)
{
	struct strs lines = { 0 };
	char *copy = arena_strdup(&j->v->arena, (const char *)hang->data.p);
	const struct wait *w = NULL;
	bool top = false;
	char *save = NULL;

	if (!copy) {
		judge_no_memory(j);
		return;
	}
	for (char *l = strtok_r(copy, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		unsigned long long off, size;
		char function[128], module[64];
		bool first = top;

		strs_add(j, &lines, l);
		top = !str_starts(l, "[<");
		if (f->where[0] ||
		    sscanf(l, "[<%*[^>]>] %127[^+]+0x%llx/0x%llx [%63[^]]]",
			   function, &off, &size, module) != 4)
			continue;

		const struct lab_frame at = frame_of(function, off, module);

		f->where = judge_place_frame(j, &at, true);
		w = first ? wait_of(j, &at) : NULL;
	}
	f->lines = lines.v;
	f->n_lines = lines.n;
	/* Of those that a script waits for the worst says most. */
	if (w) {
		say_lock(j, f, w);
	} else if (strstr((const char *)hang->data.p, "state D\n")) {
		f->why = "it sleeps without a way to wake it (state D): it waits for something that never comes, a lock that it holds itself, or a completion that nobody gives";
	} else if (strstr((const char *)hang->data.p, "state R\n")) {
		f->why = "it runs and runs: an endless loop in the kernel";
		f->fix = "give the loop an end; '--timeout SEC' waits longer";
	} else {
		f->why = "it waits for something that does not come";
	}
	if (!f->fix[0])
		f->fix = "look at who should wake it; '--timeout SEC' waits longer";
}

/* ---------------------------------------------------------------- stuck */

static bool passes_through(const struct lab_fault *x, const char *function)
{
	for (size_t i = 0; i < x->n_stack; i++)
		if (x->stack[i].function &&
		    strstr(x->stack[i].function, function))
			return true;
	return false;
}

/*
 * A kernel that does not preempt itself lets nobody else run while a module
 * loops: then only an NMI tells where it is. That interrupts could come tells
 * such a loop from a processor that is deaf.
 */
const struct lab_fault *judge_stuck(const struct judge *j, const char *stage)
{
	static const struct {
		const char *stage, *call;
	} calls[] = {
		{ "insert", "do_one_initcall" },
		{ "use", "do_syscall_64" },
		{ "remove", "delete_module" },
	};

	if (j->r->end != LAB_SILENT || j->r->round != 1 ||
	    !str_eq(j->r->stage, stage))
		return NULL;
	for (size_t i = 0; i < j->n_console; i++) {
		const struct lab_fault *x = &j->console[i];

		if (x->kind != LAB_FAULT_NMI || !x->irqs_on ||
		    !x->has_in_module)
			continue;
		for (size_t c = 0; c < ARRAY_SIZE(calls); c++)
			if (str_eq(stage, calls[c].stage) &&
			    passes_through(x, calls[c].call))
				return x;
	}
	return NULL;
}

void judge_tell_stuck(struct judge *j, struct lab_finding *f,
		      const struct lab_fault *x)
{
	const char *at = x->has_at && x->at.function ? x->at.function : "";

	j->stuck = true;
	f->where = judge_place_frame(j, &x->in_module, !x->at.module);
	if (strstr(at, "spin_lock")) {
		f->why = "it spins, and lets nobody else run: it waits for a spinlock that nobody gives back";
		f->fix = "call spin_unlock() on every path behind the place that took it, and take it once only";
		return;
	}
	f->why = "it runs and runs, and lets nobody else run: an endless loop in the kernel";
	f->fix = "give the loop an end; '--timeout SEC' waits longer";
}

/* --------------------------------------------------------------- deaths */

bool judge_is_hang(const struct lab_finding *f)
{
	return str_ends(f->id, ".hang");
}

bool judge_is_stall(const struct lab_finding *f)
{
	return str_eq(f->id, "health.soft-lockup") ||
	       str_eq(f->id, "health.rcu-stall") ||
	       str_eq(f->id, "health.hung-task");
}

static bool is_later(const struct judge *j, const struct lab_finding *f)
{
	if (f->order)
		return f->order > j->death->order;
	return f->round > j->death->round || f->stage >= j->died_in;
}

/* The test fell over the lock that a call into the module had kept. */
static bool is_fall(const struct judge *j, const struct lab_finding *f)
{
	return j->died_in == LAB_USE && str_eq(f->id, "use.failed") &&
	       str_eq(j->death->id, "health.preempt-count");
}

static void blame(struct judge *j, struct lab_finding *f)
{
	const char *where = j->death->where;
	const char *word =
		str_eq(j->death->id, "health.bug")  ? "the BUG" :
		str_eq(j->death->id, "health.oops") ? "the oops" :
						      "the lock left held";

	if (is_fall(j, f))
		f->why = "with a lock still held the kernel serves no page fault, and the program falls";
	else if (str_eq(j->death->id, "health.preempt-count"))
		f->why = "nobody gives back the lock that was left held before: who wants it spins for ever";
	else
		f->why = judge_printf(j, "the process that died in %s before gives back no lock that it held: who wants one waits, or spins, for ever",
				      word);
	f->fix = judge_printf(j, "mend %s first%s%s", word,
			      where[0] ? ": " : "", where);
}

/* What was held by a process that died, or that returned so, stays so. */
void judge_blame_death(struct judge *j)
{
	for (struct lab_finding *f = j->v->findings; f && j->death;
	     f = f->next) {
		bool stands = judge_is_hang(f) || judge_is_stall(f) ||
			      str_eq(f->id, "health.silent");

		if (is_fall(j, f) || (stands && is_later(j, f)))
			blame(j, f);
	}
}
