/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Remove. "Permanent", "in use" and "busy" are three different things, and so
 * are a reference that somebody holds and one that was never given back.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/errname.h"
#include "lab/judge.h"

/* The line of /proc/modules at the end of a stage. */
static const struct live_module *module_in(struct judge *j, const char *stage,
					   int round, const char *name)
{
	const struct lab_fact *f = judge_fact(j, stage, round, "modules");
	struct live_modules m;

	if (!f ||
	    live_modules_parse(f->data, &j->v->arena, &m, NULL) < 0)
		return NULL;
	return live_modules_find(&m, name);
}

/* Open device files and mounts that may be its own, as the guest saw them. */
static size_t add_holders(struct judge *j, struct strs *l, const char *name,
			  int round)
{
	const struct lab_fact *f =
		judge_fact_of(j, "remove", round, "holders", name);
	char *save = NULL;
	size_t n = 0;

	if (!f)
		return 0;

	char *copy = arena_strdup(&j->v->arena, (const char *)f->data.p);

	for (char *w = copy ? strtok_r(copy, "\n", &save) : NULL; w;
	     w = strtok_r(NULL, "\n", &save)) {
		static const char *const own[] = {
			" / rootfs", " /proc ", " /sys",     " /dev ",
			" /tmp ",    " /sys/",	" /dev/pts "
		};
		bool ours = false;

		for (size_t i = 0; i < ARRAY_SIZE(own); i++)
			ours |= str_starts(w, "mount ") && strstr(w, own[i]);
		if (ours)
			continue;
		strs_add(j, l, w);
		n++;
	}
	return n;
}

static void in_use(struct judge *j, const char *name, int round)
{
	struct strs l = { 0 };
	const struct live_module *m = module_in(j, "remove", round, name);
	size_t holders = add_holders(j, &l, name, round);

	if (m && m->n_users) {
		for (size_t i = 0; i < m->n_users; i++)
			strs_addf(j, &l, "module %s uses it", m->users[i]);
		holders += m->n_users;
	}

	struct lab_finding *f = judge_find(
		j, LAB_REMOVE, round,
		holders ? "remove.in-use" : "remove.reference-leak");

	f->what = judge_printf(j, "%s cannot be removed: reference count is %ld",
			       name, m ? m->refcnt : -1);
	if (holders) {
		f->why = "something still uses it, and the kernel waits for nobody (EAGAIN)";
		f->fix = "close files, unmount, or remove the modules that use it first";
	} else {
		f->why = "nobody is seen to use it: most likely a try_module_get() without its module_put(), else a user inside the kernel that cannot be seen from outside";
		f->fix = "give back every reference that the module takes, on every path; mostly setting .owner is enough and no reference needs to be taken by hand";
	}
	f->lines = l.v;
	f->n_lines = l.n;
}

static void busy(struct judge *j, const char *name, int round)
{
	const struct live_module *m = module_in(j, "remove", round, name);
	bool permanent = m && m->permanent && m->state == LIVE_LIVE;

	j->stays = permanent && j->q->permanent;
	if (j->stays)
		return;

	struct lab_finding *f =
		judge_find(j, LAB_REMOVE, round,
			   permanent ? "remove.permanent" : "remove.busy");

	if (permanent) {
		f->what = judge_printf(j, "%s cannot be removed: it has an init but no exit function ([permanent])",
				       name);
		f->why = "without exit nobody could undo what init did, so the kernel keeps the module for ever (EBUSY)";
		f->fix = "write an exit function and name it with module_exit(); an empty one will do if there is nothing to undo";
		return;
	}
	f->what = judge_printf(j, "%s cannot be removed: it is %s (EBUSY)",
			       name,
			       m ? live_state_name(m->state) : "not in order");
	f->why = "its loading or its removal has begun and never ended";
}

static void not_removed(struct judge *j, const char *name, int round, int err)
{
	struct lab_finding *f;

	if (err == EAGAIN) {
		in_use(j, name, round);
		return;
	}
	if (err == EBUSY) {
		busy(j, name, round);
		return;
	}
	f = judge_find(j, LAB_REMOVE, round, "remove.refused");
	f->what = judge_printf(j, "%s cannot be removed: %s", name,
			       err_text(err).s);
	if (err == ENOENT)
		f->why = "it is not in the kernel's list of modules any more";
}

/* Return: false if it is still there. */
static bool remove_one(struct judge *j, const char *name, int round)
{
	const struct lab_fact *f =
		judge_fact_of(j, "remove", round, "errno", name);
	const struct lab_fact *hang =
		judge_fact_of(j, "remove", round, "hang", name);
	const struct lab_fault *stuck = f || j->stuck ? NULL :
					judge_stuck(j, "remove");
	struct lab_finding *x;

	if (hang || stuck) {
		x = judge_find(j, LAB_REMOVE, round, "remove.hang");
		x->what = judge_printf(j, "%s: exit does not return within %u ms",
				       name, j->q->timeout_ms);
		if (hang)
			judge_hang(j, x, hang);
		else
			judge_tell_stuck(j, x, stuck);
		return false;
	}
	if (!f)
		return false;
	if (f->arg > 0)
		not_removed(j, name, round, (int)f->arg);
	if (f->arg < 0) {
		x = judge_find(j, LAB_REMOVE, round, "remove.killed");
		x->what = judge_printf(j, "%s: the kernel killed the removing process (%s)",
				       name,
				       f->arg == -SIGKILL ? "SIGKILL" :
							    "SIGSEGV");
		x->why = "the module's exit went wrong in kernel mode; see health";
	}
	return f->arg == 0;
}

void judge_remove(struct judge *j)
{
	struct lab_stage *st = &j->v->stage[LAB_REMOVE];
	bool all = true;

	if (!judge_fact(j, "remove", 1, "taint") &&
	    !str_eq(j->r->stage, "remove")) {
		st->grade = LAB_NOT_REACHED;
		st->summary = judge_fact(j, NULL, 0, "damaged") ?
				      "the kernel is damaged" :
				      "";
		return;
	}
	for (size_t i = j->n_subjects; i-- > 0;)
		if (!j->subjects[i].dep)
			all &= remove_one(j, j->subjects[i].ko->name, 1);
	j->removed = all;
	st->summary = all ? "removed" : "";
	if (j->stays) {
		st->grade = LAB_NOT_ASKED;
		st->summary = "it is made to stay: without an exit function (--permanent)";
	}
	if (j->r->end != LAB_COMPLETE && str_eq(j->r->stage, "remove") &&
	    j->r->round == 1 && !j->stuck) {
		st->grade = LAB_FAIL;
		st->summary = "did not come to an end; see health";
	}
}
