/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Carrying a plan out, one step after the other: see run.h. */
#include "plan/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "live/sysfs.h"
#include "plan/internal.h"
#include "plan/run_internal.h"

/* The words of initstate. */
static int state_of(const char *text)
{
	static const char *const word[] = {
		[PLAN_STATE_LIVE] = "live",
		[PLAN_STATE_COMING] = "coming",
		[PLAN_STATE_GOING] = "going",
	};

	for (int i = PLAN_STATE_LIVE; i <= PLAN_STATE_GOING; i++)
		if (!strcmp(text, word[i]))
			return i;
	return -EINVAL;
}

int plan_state(bool builtin, const char *name, const char *root)
{
	char normal[LIVE_NAME_MAX], path[4096], buf[32];
	struct stat st;

	if (builtin)
		return PLAN_STATE_BUILTIN;
	if (!live_name_normal(name, normal))
		return -ENOENT;

	int n = snprintf(path, sizeof(path), "%s/sys/module/%s/initstate", root,
			 normal);

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;

	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		int err = errno;

		path[n - (int)strlen("/initstate")] = '\0';
		if (!stat(path, &st) && S_ISDIR(st.st_mode))
			return PLAN_STATE_COMING;
		return -err;
	}

	ssize_t got = read(fd, buf, sizeof(buf) - 1);

	if (got < 0)
		return errno == ENODEV ? -ENOENT : -errno;
	while (got && buf[got - 1] == '\n')
		got--;
	buf[got] = '\0';
	return state_of(buf);
}

bool plan_loaded(const struct plan_runner *run, const struct plan_module *m)
{
	int s = run->state ? run->state(run->arg, m) :
			     plan_state(m->builtin, m->name, "");

	return s == PLAN_STATE_LIVE || s == PLAN_STATE_BUILTIN;
}

static int command(const struct plan_step *s, const struct plan_runner *run,
		   struct diag *d)
{
	_cleanup_text_ struct text t = { 0 };

	if (plan_command(s, &t))
		return plan_no_memory(d);
	if (run->command)
		return run->command(run->arg, s, text_str(&t));
	return plan_shell(s->m.name, text_str(&t), NULL, d);
}

static int insert(const struct plan_step *s, unsigned flags,
		  const struct plan_runner *run, struct diag *d)
{
	if (run->insert)
		return run->insert(run->arg, s, flags, d);
	if (!s->m.path)
		return diag_fail(d, ENOENT,
				 "could not find module by name='%s'",
				 s->m.name);
	return plan_load(s->m.path, s->options, flags, NULL, d);
}

/* Return: 0; -EEXIST: it is loaded already; -errno. */
int plan_run_step(const struct plan_step *s, unsigned flags,
		  const struct plan_runner *run, struct diag *d)
{
	if (s->denied) {
		if (run->denied)
			run->denied(run->arg, s);
		return 0;
	}
	if (!(flags & PLAN_IGNORE_LOADED) && plan_loaded(run, &s->m))
		return -EEXIST;
	if (run->show)
		run->show(run->arg, s);
	if (flags & PLAN_DRY_RUN)
		return 0;
	return s->action == PLAN_INSTALL ? command(s, run, d) :
					   insert(s, flags, run, d);
}

/* What an error means for the plan. Return: the error that ends it, or 0. */
int plan_run_verdict(const struct plan_step *s, int r, unsigned flags)
{
	if (r == -EEXIST && s->named && flags & PLAN_FAIL_ON_LOADED)
		return r;
	return r == -EEXIST || !s->required ? 0 : r;
}

static int forbidden(const struct plan_step *s, const struct conf_line *c,
		     struct diag *d)
{
	const char *why = c->kind == CONF_DENY && c->value ? c->value : "";
	const char *how = c->kind == CONF_DENY ? "denied" :
						 "not on the allow-list";

	if (s->denied_as)
		(void)diag_fail(d, EPERM, "the file is %s, which is %s%s%s",
				s->denied_as, how, *why ? ": " : "", why);
	else if (s->named)
		(void)diag_fail(d, EPERM, "%s%s%s", how, *why ? ": " : "", why);
	else
		(void)diag_fail(d, EPERM, "it needs %s, which is %s%s%s",
				s->m.name, how, *why ? ": " : "", why);
	if (c->line)
		(void)diag_in(d, "%s:%u", c->file, c->line);
	else
		(void)diag_in(d, "%s", c->file);
	return -EPERM;
}

/* A required step that is forbidden: then nothing of the plan is done. */
int plan_run_denied(const struct plan_steps *steps, unsigned flags,
		    const struct plan_runner *run, struct diag *d)
{
	for (size_t i = 0; i < steps->n; i++) {
		const struct plan_step *s = &steps->v[i];
		const struct conf_line *c = s->denied;

		if (!c || !s->required)
			continue;
		if (!(flags & PLAN_IGNORE_LOADED) && plan_loaded(run, &s->m))
			continue;
		if (run->forbidden)
			run->forbidden(run->arg, s);
		return forbidden(s, c, d);
	}
	return 0;
}

int plan_run_steps(const struct plan_steps *steps, unsigned flags,
		   const struct plan_runner *run, struct diag *d)
{
	int r = plan_run_denied(steps, flags, run, d);

	for (size_t i = 0; !r && i < steps->n; i++) {
		const struct plan_step *s = &steps->v[i];
		struct diag why = { 0 };
		int err = plan_run_step(s, flags, run, &why);

		if (err && err != -EEXIST && run->failed)
			run->failed(run->arg, s, err, &why);
		r = plan_run_verdict(s, err, flags);
		if (r && d && !d->err)
			*d = why;
	}
	return r;
}

int plan_run(const struct plan_world *w, const struct plan_module *m,
	     unsigned flags, const char *extra, const struct plan_runner *run,
	     struct diag *d)
{
	static const struct plan_runner none;
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_steps steps;
	struct diag why = { 0 };
	int flag = (int)plan_list_flag(m, flags);

	if (!run)
		run = &none;
	if (!(flags & PLAN_IGNORE_LOADED) && plan_loaded(run, m))
		return flags & PLAN_FAIL_ON_LOADED ? -EEXIST : 0;

	int r = plan_insert(w, m, flags, extra, &a, &steps, d);

	if (r)
		return r;

	/* Where a blacklist is silent, so is a deny line. */
	if (flag && plan_run_denied(&steps, flags, run, &why))
		return flag;
	return plan_run_steps(&steps, flags, run, d);
}
