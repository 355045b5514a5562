/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modprobe: what kmod's would not say. All of it stands on lines that begin
 * with two blanks, and is said on a terminal or with -v only.
 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "ko/ko.h"
#include "modprobe.h"
#include "near.h"
#include "plan/run.h"

bool modprobe_explains(const struct modprobe *m)
{
	return m->ui.level >= LOG_ERR && dropin_explains(&m->ui);
}

static void say_near(struct modprobe *m, const char *name)
{
	_cleanup_text_ struct text t = { 0 };
	struct near n = near_start(name);

	near_module(&n, m->world.dir);
	if (!*n.found)
		return;
	text_addf(&t, "there is a module %s", n.found);
	dropin_say("near", text_str(&t));
}

static bool no_index(struct modprobe *m)
{
	const struct idx_bin *b;
	int r = idx_dir_bin(m->world.dir, IDX_DEP, &b, NULL);

	return r && r != -EBADMSG; /* a damaged one is another matter */
}

/* @name: NULL: it is known, but its file could not be loaded. */
void modprobe_hint_missing(struct modprobe *m, const char *name)
{
	const char *why = NULL, *fix = NULL;

	if (!modprobe_explains(m))
		return;
	if (!idx_dir_exists(m->world.dir)) {
		why = m->here ? "the folder of the running kernel's modules is gone: the kernel was upgraded or removed since this machine booted" :
				"there is no such folder";
		fix = m->here ? "reboot into the installed kernel; 'ls /lib/modules' shows which there are" :
				"'ls' the folder above it; -d and -S say where to look";
	} else if (idx_dir_pending(m->world.dir)) {
		why = "depmod was interrupted while it replaced the indexes";
		fix = "run 'depmod' to finish it";
	} else if (no_index(m)) {
		why = "there is no modules.dep.bin, by which modules are found";
		fix = "run 'depmod'";
	} else if (idx_dir_stale(m->world.dir)) {
		why = "modules were added or removed since depmod ran last";
		fix = "run 'depmod'";
	}
	if (why) {
		dropin_say("why", why);
		dropin_say("fix", fix);
	}
	if (name)
		say_near(m, name);
}

/* Parameters that the kernel takes for every module. */
static bool for_any_module(const char *name)
{
	return str_eq(name, "dyndbg") || str_eq(name, "async_probe");
}

static void check_parameter(const char *module, const char *name,
			    const struct ko_param *p, size_t n)
{
	_cleanup_text_ struct text t = { 0 };
	struct near near = near_start(name);

	if (for_any_module(name))
		return;
	for (size_t i = 0; i < n; i++) {
		if (near_same(p[i].name, name))
			return;
		near_try(&near, p[i].name);
	}
	text_addf(&t, "%s has no parameter '%s'; the kernel ignores it",
		  module, name);
	if (*near.found)
		text_addf(&t, " (there is '%s')", near.found);
	else if (n)
		text_addf(&t, " ('modinfo -p %s' lists those that there are)",
			  module);
	dropin_say("note", text_str(&t));
}

/* The next NAME of "NAME=VALUE NAME="a b"", as the kernel takes it apart. */
static const char *next_name(const char *p, struct text *ret)
{
	bool quoted = false, value = false;

	while (*p == ' ')
		p++;
	if (!*p)
		return NULL;
	for (; *p && (quoted || *p != ' '); p++) {
		quoted ^= *p == '"';
		value |= *p == '=';
		if (!value && *p != '"')
			text_add_bytes(ret, p, 1);
	}
	return p;
}

void modprobe_hint_parameters(const struct modprobe *m,
			      const struct plan_step *s)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;
	const char *p = s->options;
	struct ko_param *v;
	size_t n;

	if (!*p || !s->m.path || !modprobe_explains(m) ||
	    ko_open_module(s->m.path, &ko, NULL) || ko_params(ko, &a, &v, &n))
		return;
	for (;;) {
		_cleanup_text_ struct text name = { 0 };

		p = next_name(p, &name);

		/* What stands behind -- is not for the module. */
		if (!p || name.failed || str_eq(text_str(&name), "--"))
			return;
		check_parameter(s->m.name, text_str(&name), v, n);
	}
}

/* Which of the modules that it needs is denied, and by which line? */
static void add_denied_need(const struct modprobe *m, const char *name,
			    struct text *t)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_modules deps = { 0 };

	if (plan_depends(&m->world, name, &a, &deps, NULL))
		return;
	for (size_t i = 0; i < deps.n; i++) {
		const struct conf_line *c =
			conf_denies(&m->conf, deps.v[i].name, true);

		if (!c)
			continue;
		text_addf(t, ": %s, because of %s", deps.v[i].name, c->file);
		if (c->line)
			text_addf(t, ":%u", c->line);
		return;
	}
}

void modprobe_hint_listed(const struct modprobe *m,
			  const struct plan_module *mod)
{
	_cleanup_text_ struct text t = { 0 };
	const struct conf_line *c = plan_blacklisted(&m->world, mod->name);

	if (!modprobe_explains(m))
		return;
	if (!c)
		c = conf_denies(&m->conf, mod->name, false);
	text_addf(&t, "%s is not loaded", mod->name);
	if (c && c->line)
		text_addf(&t, ", because of %s:%u (%s)", c->file, c->line,
			  conf_kind_name(c->kind));
	else if (c)
		text_addf(&t, ", because of %s (%s)", c->file,
			  conf_kind_name(c->kind));
	else {
		text_add(&t, ": something that it needs is denied");
		add_denied_need(m, mod->name, &t);
	}
	dropin_say("note", text_str(&t));
}

void modprobe_hint_loaded(const struct modprobe *m,
			  const struct plan_module *mod, const char *options)
{
	_cleanup_text_ struct text t = { 0 };

	if (!*options || !modprobe_explains(m))
		return;

	int state = plan_state(mod->builtin, mod->name, "");

	if (state != PLAN_STATE_LIVE && state != PLAN_STATE_BUILTIN)
		return;
	text_addf(&t, state == PLAN_STATE_LIVE ?
		"%s is loaded already: the parameters are not applied; 'modprobe -r' it first, or write to /sys/module/%s/parameters" :
		"%s is part of the kernel: the parameters are not applied; set %s.PARAMETER=VALUE on the kernel's command line",
		mod->name, mod->name);
	dropin_say("note", text_str(&t));
}
