/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * DOC: run - carry a plan out
 *
 * The one place that knows kmod's rules about what is loaded already, which
 * errors end a plan, and how a file gets into the kernel. modprobe and libkmod
 * differ in what they tell and how they run commands: struct plan_runner.
 */
#ifndef LKM_PLAN_RUN_H
#define LKM_PLAN_RUN_H

#include "base/diag.h"
#include "base/macros.h"
#include "plan/plan.h"

/* As enum kmod_module_initstate; negative errno: not loaded (-ENOENT), ... */
enum plan_state {
	PLAN_STATE_BUILTIN,
	PLAN_STATE_LIVE,
	PLAN_STATE_COMING,
	PLAN_STATE_GOING,
};

/**
 * plan_state() - is it in the kernel?
 * @builtin: listed in modules.builtin
 * @root:    "" for this machine; a folder that holds sys/ in tests
 *
 * A folder in /sys/module without initstate counts as COMING, as with kmod.
 *
 * Return: of enum plan_state; -ENOENT: no; -EINVAL: not a module's name, or
 * the kernel says something unknown.
 */
int plan_state(bool builtin, const char *name, const char *root);

/* Zero it to start: every function may be NULL. */
struct plan_runner {
	/* Right before a step is carried out, or would be in a dry run. */
	void (*show)(void *arg, const struct plan_step *s);
	/* Instead of /bin/sh. @command: with $CMDLINE_OPTS filled in.
	 * Return: 0 or -errno. */
	int (*command)(void *arg, const struct plan_step *s,
		       const char *command);
	/* Instead of plan_load(). */
	int (*insert)(void *arg, const struct plan_step *s, unsigned flags,
		      struct diag *d);
	/* A step failed, and it counts or not. */
	void (*failed)(void *arg, const struct plan_step *s, int err,
		       const struct diag *d);
	/* A step is skipped because of a deny line. */
	void (*denied)(void *arg, const struct plan_step *s);
	/* A plan is not begun, because this step may not be left out. */
	void (*forbidden)(void *arg, const struct plan_step *s);
	/* Instead of plan_state(). */
	int (*state)(void *arg, const struct plan_module *m);
	void *arg;
};

/**
 * plan_run() - kmod's kmod_module_probe_insert_module()
 * @m:     the module
 * @flags: of enum plan_flags
 * @extra: parameters for @m alone; may be NULL
 *
 * Return: 0: loaded, or was so already; the flag of PLAN_BLACKLISTS that
 * stopped it; -EPERM: a deny line forbids it, or what it depends on, the
 * diagnostic says which; -EEXIST: with PLAN_FAIL_ON_LOADED; -EINVAL: an
 * install command failed; what the kernel said; as plan_insert().
 */
_must_check_ int plan_run(const struct plan_world *w,
			  const struct plan_module *m, unsigned flags,
			  const char *extra, const struct plan_runner *run,
			  struct diag *d);

/* The steps of a plan alone, one after the other. Return: as plan_run(). */
_must_check_ int plan_run_steps(const struct plan_steps *steps, unsigned flags,
				const struct plan_runner *run, struct diag *d);

/* One of several modules that are loaded side by side. */
struct plan_side {
	struct plan_module m;
	int r;         /* as plan_run() returns it                           */
	struct diag d; /* the reason, if @r is negative                      */
};

/**
 * plan_run_side() - load several modules, what can be at the same time
 * @v:    modules; their results are put there
 * @jobs: no more than so many steps at a time
 * @run:  its functions are called by several threads: show(), failed(),
 *        denied() and forbidden() one at a time, the others not
 *
 * A step waits for what would come before it in a plan of its own: its
 * dependencies and its pre softdeps, with their post softdeps. A module that
 * several plans need is loaded once. What comes first where all is done one
 * after the other starts first here.
 *
 * Not for dry runs, PLAN_IGNORE_LOADED and PLAN_FAIL_ON_LOADED, which ask for
 * an order.
 *
 * Return: 0, also where some could not be loaded; -EINVAL: such a flag;
 * -ENOMEM; the errno of pthread_create(3) if no thread could be started.
 */
_must_check_ int plan_run_side(const struct plan_world *w, struct plan_side *v,
			       size_t n, unsigned flags, unsigned jobs,
			       const struct plan_runner *run, struct diag *d);

/**
 * plan_load() - put a module file into the kernel
 * @flags: PLAN_FORCE_VERMAGIC, PLAN_FORCE_MODVERSION
 * @asked: set to true when the kernel was asked; may be NULL
 *
 * By descriptor where the kernel can read it, else decompressed from memory.
 *
 * Return: 0; what the kernel said; as ko_open_fd().
 */
_must_check_ int plan_load(const char *path, const char *options,
			   unsigned flags, bool *asked, struct diag *d);

/**
 * plan_shell() - run an install or remove command
 * @name: becomes $MODPROBE_MODULE
 * @ret_status: as wait(2) has it, where -EINVAL is returned; may be NULL
 *
 * Return: 0: it ended with status 0; -EINVAL: another status, or a signal
 * ended it; the errno of fork(2).
 */
_must_check_ int plan_shell(const char *name, const char *command,
			    int *ret_status, struct diag *d);

#endif
