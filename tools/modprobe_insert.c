/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe: loading. src/plan decides and does; here it is told. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "ko/ko.h"
#include "modprobe.h"
#include "plan/run.h"

/* What the functions below need to know of one run. */
struct job {
	struct modprobe *m;
	const struct plan_module *mod; /* what was asked for */
	struct dropin_mark mark;
	const struct plan_step *failed; /* a copy, in @a                   */
	struct arena a;
	bool asked; /* the kernel, about @failed */
};

static void show(void *arg, const struct plan_step *s)
{
	const struct job *j = arg;

	if (s->named && s->action == PLAN_INSERT)
		modprobe_hint_parameters(j->m, s);
	if (j->m->json) {
		modprobe_json_step(&j->m->out, s);
		return;
	}
	if (!modprobe_shows(j->m))
		return;
	if (s->action == PLAN_INSTALL)
		(void)printf("install %s %s\n", s->command, s->options);
	else if (s->m.path)
		(void)printf("insmod %s %s\n", s->m.path, s->options);
	else if (s->action == PLAN_IN_KERNEL)
		(void)printf("builtin %s\n", s->m.name);
}

/* kmod's words, and what it does not say: how it ended. */
static int command(void *arg, const struct plan_step *s, const char *text)
{
	const struct job *j = arg;
	int status = 0;
	struct diag d = { 0 };

	/* Ours first, then what it prints. */
	(void)fflush(stdout);

	int r = plan_shell(s->m.name, text, &status, &d);

	if (!r)
		return 0;
	if (status && WIFEXITED(status))
		dropin_log(&j->m->ui, LOG_ERR,
			   "Error running install command '%s' for module %s: retcode %d",
			   text, s->m.name, WEXITSTATUS(status));
	else
		dropin_log(&j->m->ui, LOG_ERR,
			   "Error running install command '%s' for module %s: %s",
			   text, s->m.name, d.what);
	return r;
}

static int insert(void *arg, const struct plan_step *s, unsigned flags,
		  struct diag *d)
{
	struct job *j = arg;

	j->asked = false;
	if (!s->m.path) {
		dropin_log(&j->m->ui, LOG_ERR,
			   "could not find module by name='%s'", s->m.name);
		return diag_fail(d, ENOENT, "there is no such module file");
	}
	return plan_load(s->m.path, s->options, flags, &j->asked, d);
}

static void failed(void *arg, const struct plan_step *s, int err,
		   const struct diag *d)
{
	struct job *j = arg;
	struct plan_step *copy = arena_alloc(&j->a, sizeof(*copy));

	(void)err;
	(void)d;
	/* The plan is gone when this is told. */
	if (!copy)
		return;
	copy->action = s->action;
	copy->named = s->named;
	copy->m.name = arena_strdup(&j->a, s->m.name);
	copy->options = arena_strdup(&j->a, s->options);
	copy->m.path = s->m.path ? arena_strdup(&j->a, s->m.path) : NULL;
	if (copy->m.name && copy->options && (copy->m.path || !s->m.path))
		j->failed = copy;
}

static void keep_refusal(const struct job *j, const char *denied,
			 bool required, const struct conf_line *by)
{
	modprobe_keep_refusal(j->m, (struct modprobe_refusal){
		.module = j->mod ? j->mod->name : denied,
		.denied = denied, .required = required, .by = by });
}

static void forbidden(void *arg, const struct plan_step *s)
{
	keep_refusal(arg, s->denied_as ? s->denied_as : s->m.name, true,
		     s->denied);
}

static void denied(void *arg, const struct plan_step *s)
{
	const struct job *j = arg;

	keep_refusal(j, s->m.name, false, s->denied);
	if (s->denied->line)
		dropin_log(&j->m->ui, LOG_NOTICE,
			   "not loading %s, because of %s:%u", s->m.name,
			   s->denied->file, s->denied->line);
	else
		dropin_log(&j->m->ui, LOG_NOTICE,
			   "not loading %s, because of %s", s->m.name,
			   s->denied->file);
}

static const char *error_text(int err)
{
	switch (err) {
	case EEXIST:
		return "Module already in kernel";
	case ENOENT:
		return "Unknown symbol in module, or unknown parameter (see dmesg)";
	default:
		return strerror(err);
	}
}

static void explain(struct job *j, int err, const struct diag *d)
{
	const struct plan_step *s = j->failed;

	if (!s || s->action == PLAN_INSTALL || !modprobe_explains(j->m))
		return;
	if (j->asked) {
		unsigned facts = dropin_module_facts(s->m.name);
		const struct dropin_load load = {
			.file = s->m.path, .params = s->options,
			.flags = j->m->flags,
		};

		if (!s->named)
			dropin_say("needed", s->m.path);
		dropin_explain(&j->mark, err, facts, s->m.name, &load);
		return;
	}
	dropin_say("why", d->what);
	if (*d->hint)
		dropin_say("fix", d->hint);
	modprobe_hint_missing(j->m, NULL);
}

/* @r: of plan_run(). Return: 0 or -errno; told. */
static int tell(struct job *j, const struct plan_module *mod, int r,
		const struct diag *d)
{
	const struct dropin_ui *ui = &j->m->ui;

	if (r > 0) {
		const struct conf_line *by =
			plan_blacklisted(&j->m->world, mod->name);

		if (by)
			keep_refusal(j, mod->name, true, by);
		modprobe_hint_listed(j->m, mod);
	}
	if (r >= 0) {
		if (!r && !(j->m->flags & PLAN_DRY_RUN) &&
		    ui->level >= LOG_NOTICE)
			dropin_notes(&j->mark, mod->name);
		return 0;
	}
	/* Only what forbids it is a place in a file. */
	if (r == -EPERM && !j->failed && *d->where) {
		dropin_log(ui, LOG_ERR, "could not insert '%s': %s (%s)",
			   mod->name, d->what, d->where);
		if (modprobe_explains(j->m))
			dropin_say("fix", str_eq(d->where, "/proc/cmdline") ?
				"if it should load after all, boot without that word: the boot loader's configuration has it; modprobe.d(5) tells how deny and allow work" :
				"if it should load after all, change that line; modprobe.d(5) tells how deny and allow work");
		return r;
	}
	dropin_log(ui, LOG_ERR, "could not insert '%s': %s", mod->name,
		   error_text(-r));
	explain(j, -r, d);
	return r;
}

static int insert_module(struct modprobe *m, const struct plan_module *mod,
			 const char *options)
{
	struct job j = { .m = m, .mod = mod };
	const struct plan_runner run = {
		.show = show,
		.command = command,
		.insert = insert,
		.failed = failed,
		.denied = denied,
		.forbidden = forbidden,
		.arg = &j,
	};
	struct diag d = { 0 };

	if (!(m->flags & PLAN_IGNORE_LOADED) && *options)
		modprobe_hint_loaded(m, mod, options);
	if (!(m->flags & PLAN_DRY_RUN) && modprobe_explains(m))
		dropin_mark(&j.mark, &m->ui);

	int r = tell(&j, mod,
		     plan_run(&m->world, mod, m->flags, options, &run, &d), &d);

	dropin_mark_fini(&j.mark);
	arena_fini(&j.a);
	return r;
}

static void show_name(struct modprobe *m, const struct plan_module *mod)
{
	if (!m->json) {
		(void)puts(mod->name);
		return;
	}
	jout_object(&m->out, NULL);
	jout_str(&m->out, "module", mod->name);
	jout_str(&m->out, "alias", mod->alias);
	jout_str(&m->out, "path", mod->path);
	jout_bool(&m->out, "builtin", mod->builtin);
	jout_end(&m->out);
}

/* "FILE: WHAT" */
static void place(const struct diag *d, struct text *ret)
{
	text_addf(ret, "%s%s%s", d->where, *d->where ? ": " : "", d->what);
}

/* A damaged index is told to scripts, too: it is not the name that is wrong. */
static int not_found(struct modprobe *m, const char *name, const struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };

	place(d, &t);
	if (d->err == EBADMSG)
		dropin_log(&m->ui, LOG_ERR, "%s", text_str(&t));
	modprobe_fatal(m, "Module %s not found in directory %s", name,
		       idx_dir_path(m->world.dir));
	if (modprobe_explains(m) && d->err && d->err != EINVAL) {
		if (d->err != EBADMSG)
			dropin_say("why", text_str(&t));
		if (*d->hint)
			dropin_say("fix", d->hint);
	}
	modprobe_keep_missing(m, name);
	modprobe_hint_missing(m, name);
	return -ENOENT;
}

/* By a path. Return: 0; -ENOENT, told. */
static int by_path(struct modprobe *m, const char *path, struct arena *a,
		   struct plan_modules *ret)
{
	struct plan_module *v = arena_array(a, 1, sizeof(*v));
	int r = v ? plan_at_path(&m->world, path, a, v, NULL) : -ENOMEM;

	if (!r) {
		*ret = (struct plan_modules){ v, 1 };
		return 0;
	}
	modprobe_fatal(m, "Failed to get module from path %s: %s", path,
		       strerror(-r));
	modprobe_keep_missing(m, path);
	return -ENOENT;
}

/* What a name or a path stands for. Return: 0; -ENOENT, told. */
static int find(struct modprobe *m, const char *name, struct arena *a,
		struct plan_modules *ret)
{
	struct diag d = { 0 };

	if (*name == '/' || str_starts(name, "./"))
		return by_path(m, name, a, ret);
	if (!plan_lookup(&m->world, name, false, a, ret, &d) && ret->n)
		return 0;
	return not_found(m, name, &d);
}

int modprobe_insert(struct modprobe *m, const char *name, const char *options)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules found = { 0 };
	int r = find(m, name, &a, &found);

	/* The last one decides, as with kmod. */
	for (size_t i = 0; i < found.n && !m->stopped; i++) {
		if (m->lookup_only)
			show_name(m, &found.v[i]);
		else
			r = insert_module(m, &found.v[i], options);
	}
	return r;
}

/* Another thread may be in it: nothing of the job is written. */
static int insert_side(void *arg, const struct plan_step *s, unsigned flags,
		       struct diag *d)
{
	(void)arg;
	if (!s->m.path)
		return diag_fail(d, ENOENT, "there is no such module file");
	return plan_load(s->m.path, s->options, flags, NULL, d);
}

/* The modules of all names, and for each whether it is the last of its name.
 * Return: 0, or the last error; told. */
static int find_all(struct modprobe *m, char **names, struct arena *a,
		    struct plan_side **ret, bool **ret_last, size_t *ret_n)
{
	int status = 0;
	size_t n = 0;

	*ret = NULL;
	*ret_last = NULL;
	for (size_t i = 0; names[i]; i++) {
		struct plan_modules found = { 0 };
		int r = find(m, names[i], a, &found);

		if (r)
			status = r;
		for (size_t k = 0; !r && k < found.n; k++) {
			struct plan_side *v =
				arena_more(a, *ret, n, sizeof(*v));
			bool *last = arena_more(a, *ret_last, n,
						sizeof(*last));

			if (!v || !last)
				return -ENOMEM;
			last[n] = k + 1 == found.n;
			*ret_last = last;
			*ret = v;
			(*ret)[n++].m = found.v[k];
		}
	}
	*ret_n = n;
	return status;
}

int modprobe_insert_side(struct modprobe *m, char **names)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct job j = { .m = m };
	const struct plan_runner run = {
		.show = show,
		.command = command,
		.insert = insert_side,
		.denied = denied,
		.arg = &j,
	};
	struct plan_side *v;
	bool *last;
	size_t n = 0;
	struct diag d = { 0 };
	int status = find_all(m, names, &a, &v, &last, &n);

	if (!n)
		return status;
	if (plan_run_side(&m->world, v, n, m->flags, m->jobs, &run, &d)) {
		dropin_log(&m->ui, LOG_ERR, "%s", d.what);
		return -EINVAL;
	}
	for (size_t i = 0; i < n; i++) {
		int r = tell(&j, &v[i].m, v[i].r, &v[i].d);

		/* Of several for one name the last one decides. */
		if (r && last[i])
			status = r;
		if (r && modprobe_explains(m))
			dropin_say("fix", "'modprobe -v' of this module alone tells more");
	}
	return status;
}
