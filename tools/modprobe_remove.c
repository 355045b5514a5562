/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe -r: unloading. What is loaded, and who uses it, is looked at when
 * its turn comes: it changes with every module that goes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "live/load.h"
#include "live/sysfs.h"
#include "modprobe.h"
#include "plan/run.h"

/* The first pause of -w; then twice as long each time. */
#define PAUSE_MS 10

static void pause_ms(uint64_t ms)
{
	struct timespec t = { .tv_sec = (time_t)(ms / 1000),
			      .tv_nsec = (long)(ms % 1000) * 1000000 };

	(void)nanosleep(&t, NULL);
}

static void show(struct modprobe *m, const char *verb, const char *what,
		 const struct plan_module *mod)
{
	if (m->json) {
		jout_object(&m->out, NULL);
		jout_str(&m->out, "action", verb);
		jout_str(&m->out, "module", mod->name);
		if (what != mod->name)
			jout_str(&m->out, "command", what);
		jout_end(&m->out);
	} else if (modprobe_shows(m)) {
		(void)printf("%s %s\n", verb, what);
	}
}

/* delete_module(2), again and again for as long as -w says. */
static int unload(const struct modprobe *m, const char *name)
{
	unsigned flags = LIVE_NO_WAIT | (m->force ? LIVE_FORCE : 0U);
	uint64_t start = clock_ms();

	for (uint64_t pause = PAUSE_MS;; pause *= 2) {
		int r = live_remove(name, flags, NULL);
		uint64_t gone = clock_ms() - start;

		if (r != -EAGAIN || gone >= m->wait_ms)
			return r;
		pause_ms(pause < m->wait_ms - gone ? pause :
						     m->wait_ms - gone);
	}
}

static void explain(struct modprobe *m, struct dropin_mark *mark,
		    const char *name, int err)
{
	if (!modprobe_explains(m))
		return;
	if (err == EAGAIN)
		dropin_say_holders(name);
	dropin_explain(mark, err, dropin_module_facts(name), name, NULL);
}

/* The module itself. Return: 0; -errno, told. */
static int remove_module(struct modprobe *m, const struct plan_module *mod)
{
	struct dropin_mark mark = { 0 };

	show(m, "rmmod", mod->name, mod);
	if (m->flags & PLAN_DRY_RUN)
		return 0;
	if (modprobe_explains(m))
		dropin_mark(&mark, &m->ui);

	int r = unload(m, mod->name);

	/* Somebody else was faster. */
	if (r == -ENOENT && !m->first_time)
		r = 0;
	if (r == -ENOENT)
		modprobe_fatal(m, "Module %s is not in kernel.", mod->name);
	else if (r)
		dropin_log(&m->ui, LOG_ERR, "could not remove '%s': %s",
			   mod->name, strerror(-r));
	if (r)
		explain(m, &mark, mod->name, -r);
	dropin_mark_fini(&mark);
	return r;
}

static int run_command(struct modprobe *m, const struct plan_removal *r)
{
	struct plan_step s = { .command = r->command, .options = "" };
	_cleanup_text_ struct text t = { 0 };
	struct diag d = { 0 };

	if (plan_command(&s, &t)) {
		dropin_log(&m->ui, LOG_ERR, "out of memory");
		return -ENOMEM;
	}
	show(m, "remove", text_str(&t), &r->m);
	if (m->flags & PLAN_DRY_RUN)
		return 0;
	(void)fflush(stdout);
	if (!plan_shell(r->m.name, text_str(&t), NULL, &d))
		return 0;
	modprobe_fatal(m, "Error running remove command for %s", r->m.name);
	if (modprobe_explains(m))
		dropin_say("why", d.what);
	return -EINVAL;
}

/* How many use it; -1: not loaded, or it is not counted. */
static long users(const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_usage u;

	if (live_sysfs_usage("", name, &a, &u, NULL) || !u.counted)
		return -1;
	return u.refcnt;
}

/* What a removal was asked for by. */
enum by {
	BY_NAME,
	BY_SOFTDEP, /* or as a holder: that it is built in does not matter */
};

static int removal(struct modprobe *m, const struct plan_removal *r,
		   enum by by);

/* Errors do not matter; something fatal does. */
static void best_effort(struct modprobe *m, const struct plan_removal *v,
			size_t n)
{
	for (size_t i = 0; i < n && !m->stopped; i++)
		(void)removal(m, &v[i], BY_SOFTDEP);
}

static int remove_holder(struct modprobe *m, const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_module mod;
	struct plan_removal tree;
	struct diag d = { 0 };
	int r = plan_named(&m->world, name, &a, &mod, &d);

	if (!r)
		r = plan_remove(&m->world, &mod, m->flags, &a, &tree, &d);
	if (!r)
		return removal(m, &tree, BY_SOFTDEP);
	dropin_log(&m->ui, LOG_ERR, "could not remove '%s': %s", name, d.what);
	return r;
}

static int remove_holders(struct modprobe *m, const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct live_usage u;
	int r = 0;

	if (live_sysfs_usage("", name, &a, &u, NULL))
		return 0;
	for (size_t i = 0; !r && !m->stopped && i < u.n_holders; i++)
		r = remove_holder(m, u.holders[i]);
	return r;
}

/* Is there something to do? Return: 1; 0; -errno, told. */
static int to_be_done(struct modprobe *m, const struct plan_module *mod,
		      enum by by)
{
	int state = plan_state(mod->builtin, mod->name, "");

	if (state == PLAN_STATE_BUILTIN && by == BY_SOFTDEP)
		return 0;
	if (state == PLAN_STATE_BUILTIN)
		modprobe_fatal(m, "Module %s is builtin.", mod->name);
	else if (state < 0 && m->first_time)
		modprobe_fatal(m, "Module %s is not in kernel.", mod->name);
	else
		return state >= 0;
	return -ENOENT;
}

static int in_use(struct modprobe *m, const char *name)
{
	struct dropin_mark mark = { 0 };

	if (users(name) <= 0)
		return 0;
	modprobe_fatal(m, "Module %s is in use.", name);
	mark.wanted = modprobe_explains(m);
	explain(m, &mark, name, EAGAIN);
	return -EBUSY;
}

/* It and what nobody uses any more then. */
static int remove_with_deps(struct modprobe *m, const struct plan_removal *r)
{
	int err = remove_module(m, &r->m);

	for (size_t i = 0; !err && !m->stopped && i < r->deps.n; i++)
		if (!users(r->deps.v[i].name))
			(void)remove_module(m, &r->deps.v[i]);
	return err;
}

/* The last holder takes along what it alone needed, and so perhaps this. */
static bool gone_with_holders(const struct modprobe *m,
			      const struct plan_module *mod, enum by by)
{
	return m->holders && by == BY_NAME &&
	       plan_state(mod->builtin, mod->name, "") < 0;
}

static int remove_itself(struct modprobe *m, const struct plan_removal *r,
			 bool look)
{
	int err = look && !m->wait_ms ? in_use(m, r->m.name) : 0;

	if (err)
		return err;
	return r->command ? run_command(m, r) : remove_with_deps(m, r);
}

static int removal(struct modprobe *m, const struct plan_removal *r, enum by by)
{
	bool look = !r->command && !(m->flags & PLAN_IGNORE_LOADED);
	int err = look ? to_be_done(m, &r->m, by) : 1;

	if (err <= 0)
		return err;
	err = 0;
	best_effort(m, r->post, r->n_post);
	if (m->stopped)
		return -ECANCELED;
	if (m->holders && by == BY_NAME) {
		err = remove_holders(m, r->m.name);
		if (err < 0 || m->stopped)
			return err;
	}
	if (!look || !gone_with_holders(m, &r->m, by))
		err = remove_itself(m, r, look);
	if (err || m->stopped)
		return err;
	best_effort(m, r->pre, r->n_pre);
	return 0;
}

int modprobe_remove(struct modprobe *m, const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules found = { 0 };
	struct diag d = { 0 };
	int r = plan_lookup(&m->world, name, false, &a, &found, &d);

	if (r || !found.n) {
		modprobe_fatal(m, "Module %s not found.", name);
		modprobe_keep_missing(m, name);
		modprobe_hint_missing(m, name);
		return -ENOENT;
	}
	for (size_t i = 0; i < found.n && !m->stopped; i++) {
		struct plan_removal tree;

		r = plan_remove(&m->world, &found.v[i], m->flags, &a, &tree,
				&d);
		if (!r)
			r = removal(m, &tree, BY_NAME);
		else
			dropin_log(&m->ui, LOG_ERR,
				   "could not remove '%s': %s",
				   found.v[i].name, d.what);
		if (r)
			break;
	}
	return r;
}
