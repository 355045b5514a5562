/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading and unloading. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "internal.h"
#include "live/load.h"
#include "plan/run.h"

static int insert(const struct kmod_ctx *ctx, const char *name,
		  const char *path, const char *options, unsigned flags)
{
	struct diag d = { 0 };

	if (!path) {
		log_say(ctx, LOG_ERR, "kmod_module_insert_module",
			"could not find module by name='%s'\n", name);
		return -ENOENT;
	}

	int r = plan_load(path, options ? options : "",
			  flags & (PLAN_FORCE_VERMAGIC | PLAN_FORCE_MODVERSION),
			  NULL, &d);

	if (r < 0)
		log_say(ctx, LOG_INFO, "kmod_module_insert_module",
			"Failed to insert module '%s': %s\n", path,
			strerror(-r));
	return r;
}

KMOD_EXPORT int kmod_module_insert_module(struct kmod_module *mod,
					  unsigned int flags,
					  const char *options)
{
	if (!mod)
		return -ENOENT;
	return insert(mod->ctx, mod->name, kmod_module_get_path(mod), options,
		      flags);
}

KMOD_EXPORT int kmod_module_remove_module(struct kmod_module *mod,
					  unsigned int flags)
{
	if (!mod)
		return -ENOENT;

	int r = live_remove(mod->name,
			    LIVE_NO_WAIT |
				    (flags & KMOD_REMOVE_FORCE ? LIVE_FORCE :
								 0),
			    NULL);

	if (r < 0 && !(flags & KMOD_REMOVE_NOLOG))
		log_say(mod->ctx, LOG_ERR, "kmod_module_remove_module",
			"could not remove '%s': %s\n", mod->name,
			strerror(-r));
	return r;
}

/* ------------------------------------------------------------------ probe */

struct probe {
	struct kmod_ctx *ctx;
	int (*run_install)(struct kmod_module *m, const char *cmdline,
			   void *data);
	const void *data;
	void (*print_action)(struct kmod_module *m, bool install,
			     const char *options);
};

static void show(void *arg, const struct plan_step *s)
{
	const struct probe *p = arg;
	struct kmod_module *mod;

	if (!p->print_action || pool_get_found(p->ctx, &s->m, &mod))
		return;
	p->print_action(mod, s->action == PLAN_INSTALL, s->options);
	(void)kmod_module_unref(mod);
}

static int shell(const struct probe *p, const struct plan_step *s,
		 const char *command)
{
	int status = 0;
	int r = plan_shell(s->m.name, command, &status, NULL);

	if (r == -EINVAL)
		log_say(p->ctx, LOG_ERR, "module_do_install_commands",
			"Error running install command '%s' for module %s: retcode %d\n",
			command, s->m.name,
			WIFEXITED(status) ? WEXITSTATUS(status) : status);
	return r;
}

static int command(void *arg, const struct plan_step *s, const char *command)
{
	const struct probe *p = arg;
	struct kmod_module *mod;

	if (!p->run_install)
		return shell(p, s, command);

	int r = pool_get_found(p->ctx, &s->m, &mod);

	if (r)
		return r;
	r = p->run_install(mod, command, (void *)(uintptr_t)p->data);
	(void)kmod_module_unref(mod);
	return r;
}

static int insert_step(void *arg, const struct plan_step *s, unsigned flags,
		       struct diag *d)
{
	const struct probe *p = arg;

	(void)d;
	return insert(p->ctx, s->m.name, s->m.path, s->options, flags);
}

static void denied(void *arg, const struct plan_step *s)
{
	const struct probe *p = arg;

	log_say(p->ctx, LOG_NOTICE, "kmod_module_probe_insert_module",
		"%s is not loaded: %s:%u forbids it\n", s->m.name,
		s->denied->file, s->denied->line);
}

KMOD_EXPORT int kmod_module_probe_insert_module(
	struct kmod_module *mod, unsigned int flags, const char *extra_options,
	int (*run_install)(struct kmod_module *m, const char *cmdline,
			   void *data),
	const void *data,
	void (*print_action)(struct kmod_module *m, bool install,
			     const char *options))
{
	if (!mod)
		return -ENOENT;

	struct kmod_ctx *ctx = kmod_ref(mod->ctx);
	struct probe p = { ctx, run_install, data, print_action };
	const struct plan_runner run = {
		.show = show, .command = command, .insert = insert_step,
		.denied = denied, .arg = &p,
	};
	struct plan_module m;
	struct diag d = { 0 };

	mod_plan(kmod_module_ref(mod), &m);

	const struct plan_world *w = ctx_world(ctx);

	/* The plan looks into the indexes: they stay while it is in work. */
	ctx->busy++;

	int r = w ? plan_run(w, &m, flags, extra_options, &run, &d) : -ENOMEM;

	ctx->busy--;
	if (r == -EPERM && d.err == EPERM)
		log_say(ctx, LOG_ERR, "kmod_module_probe_insert_module",
			"%s: %s%s%s\n", mod->name, d.where,
			d.where[0] ? ": " : "", d.what);
	(void)kmod_module_unref(mod);
	(void)kmod_unref(ctx);
	return r;
}
