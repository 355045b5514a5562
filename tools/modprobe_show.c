/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modprobe: what only shows something: -c, --show-modversions, -exports. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "idle_line.h"
#include "ko/ko.h"
#include "modprobe.h"

/* The order of kmod's -c; what kmod does not know stands behind. */
static const enum conf_kind kinds[] = {
	CONF_BLACKLIST, CONF_INSTALL, CONF_REMOVE,  CONF_ALIAS, CONF_OPTIONS,
	CONF_SOFTDEP,	CONF_WEAKDEP, CONF_DENY,    CONF_ALLOW,
};

static void put_names(const char *label, const char **v, size_t n)
{
	if (!n)
		return;
	(void)printf(" %s", label);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s%s", i || *label ? " " : "", v[i]);
}

static void put_line(const struct conf_line *l)
{
	(void)printf("%s %s", conf_kind_name(l->kind), l->key);
	if (l->kind == CONF_SOFTDEP) {
		if (!l->n_pre && !l->n_post)
			(void)putchar(' ');
		put_names("pre:", l->pre, l->n_pre);
		put_names("post:", l->post, l->n_post);
	} else if (l->kind == CONF_WEAKDEP) {
		put_names("", l->pre, l->n_pre);
	} else if (l->value && *l->value) {
		(void)printf(" %s", l->value);
	}
	(void)putchar('\n');
}

static void json_line_keys(struct jout *j, const struct conf_line *l)
{
	jout_str(j, "kind", conf_kind_name(l->kind));
	jout_str(j, "key", l->key);
	if (l->kind == CONF_SOFTDEP || l->kind == CONF_WEAKDEP)
		jout_strs(j, l->kind == CONF_SOFTDEP ? "pre" : "modules",
			  l->pre, l->n_pre);
	if (l->kind == CONF_SOFTDEP)
		jout_strs(j, "post", l->post, l->n_post);
	else if (l->kind != CONF_WEAKDEP && l->value)
		jout_str(j, "value", l->value);
	jout_str(j, "file", l->file);
	if (l->line)
		jout_uint(j, "line", l->line);
}

static void json_line(struct jout *j, const struct conf_line *l)
{
	jout_object(j, NULL);
	json_line_keys(j, l);
	jout_end(j);
}

static int put_alias(void *arg, const char *key, const struct idx_value *v)
{
	struct jout *j = arg;

	if (!j) {
		(void)printf("alias %s %s\n", key, v->value);
		return 0;
	}
	jout_object(j, NULL);
	jout_str(j, "alias", key);
	jout_str(j, "module", v->value);
	jout_end(j);
	return 0;
}

/* A missing or damaged index has nothing to show; kmod says nothing, too. */
static void put_index(struct modprobe *m, enum idx_file f, struct jout *j)
{
	const struct idx_bin *b;
	struct diag d = { 0 };

	if (idx_dir_bin(m->world.dir, f, &b, &d) ||
	    idx_bin_each(b, put_alias, j, &d)) {
		if (d.err)
			dropin_log(&m->ui, LOG_ERR, "%s: %s", d.where, d.what);
	}
}

static int json_config(struct modprobe *m)
{
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_array(&j, "lines");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (size_t i = 0; i < m->conf.of[kinds[k]].n; i++)
			json_line(&j, &m->conf.of[kinds[k]].v[i]);
	jout_end(&j);
	jout_array(&j, "aliases");
	put_index(m, IDX_ALIAS, &j);
	put_index(m, IDX_SYMBOL, &j);
	jout_end(&j);
	jout_end(&j);
	return jout_finish(&j) ? 1 : 0;
}

/* A slip in such a line forbids, or allows, nothing; nobody else tells. */
static void note_idle(const struct modprobe *m)
{
	static const enum conf_kind about[] = { CONF_DENY, CONF_ALLOW };

	if (!modprobe_explains(m))
		return;
	for (size_t k = 0; k < ARRAY_SIZE(about); k++)
		for (size_t i = 0; i < m->conf.of[about[k]].n; i++) {
			_cleanup_text_ struct text t = { 0 };
			const struct conf_line *l = &m->conf.of[about[k]].v[i];

			if (!idle_line(l, m->world.dir))
				continue;
			text_add(&t, l->file);
			if (l->line)
				text_addf(&t, ":%u", l->line);
			text_addf(&t, ": '%s %s' fits no module in %s",
				  conf_kind_name(l->kind), l->key,
				  idx_dir_path(m->world.dir));
			dropin_say("note", text_str(&t));
		}
}

int modprobe_config(struct modprobe *m)
{
	note_idle(m);
	if (m->json)
		return json_config(m);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (size_t i = 0; i < m->conf.of[kinds[k]].n; i++)
			put_line(&m->conf.of[kinds[k]].v[i]);
	(void)puts("\n# End of configuration files. Dumping indexes now:\n");
	put_index(m, IDX_ALIAS, NULL);
	put_index(m, IDX_SYMBOL, NULL);
	return 0;
}

/* A file, else an installed module. Return: 0; -ENOENT, told. */
static int open_arg(struct modprobe *m, const char *arg, const char *what,
		    struct ko **ret)
{
	_cleanup_arena_ struct arena a = { 0 };
	struct plan_module mod = { 0 };
	struct diag d = { 0 };
	const char *path = arg;
	struct stat st;

	if (stat(arg, &st)) {
		if (!strchr(arg, '/') &&
		    !plan_named(&m->world, arg, &a, &mod, NULL))
			path = mod.path;
		else
			path = NULL;
	}
	if (!path) {
		modprobe_fatal(m, "Module %s not found.", arg);
		modprobe_hint_missing(m, arg);
		return -ENOENT;
	}

	int r = ko_open_module(path, ret, &d);

	if (!r)
		return 0;
	/* kmod's number for a file that is too short to be any. */
	modprobe_fatal(m, "could not get %s of %s: %s", what, arg,
		       strerror(!stat(path, &st) && S_ISREG(st.st_mode) &&
					       st.st_size < 6 ?
				       EINVAL :
				       -r));
	if (modprobe_explains(m))
		dropin_say("why", d.what);
	return r;
}

static size_t put_versions(const struct ko *ko, enum ko_version_table t)
{
	size_t n = 0;

	for (struct ko_version v = { 0 }; ko_version_next(ko, t, &v); n++)
		(void)printf("0x%08x\t%s\n", v.crc, v.name);
	return n;
}

int modprobe_modversions(struct modprobe *m, const char *arg)
{
	_cleanup_ko_ struct ko *ko = NULL;
	const char *what = "modversions";

	if (open_arg(m, arg, what, &ko))
		return 1;

	/* The newer table holds the same, and names that are longer. */
	if (put_versions(ko, ko_has_versions(ko, KO_VERSIONS_EXT) ?
				     KO_VERSIONS_EXT :
				     KO_VERSIONS))
		return 0;
	modprobe_fatal(m, "could not get %s of %s: %s", what, arg,
		       strerror(ENOENT));
	if (modprobe_explains(m))
		dropin_say("why", "it needs no symbols, or was built without versions of them (CONFIG_MODVERSIONS)");
	return 1;
}

static void put_export(const struct ko_export *e)
{
	(void)printf("0x%08x\t%s\n", e->crc, e->name);
}

static int by_name(const void *x, const void *y)
{
	const struct ko_export *a = x, *b = y;

	return strcmp(a->name, b->name);
}

/* In the order of their __crc_ symbols, as kmod; without such, as they are. */
static void put_exports(const struct ko *ko, struct ko_export *v, size_t n)
{
	static const char prefix[] = "__crc_";
	bool sorted = false;

	for (struct ko_symbol s = { 0 }; ko_symbol_next(ko, &s);) {
		if (!str_starts(s.name, prefix))
			continue;
		if (!sorted)
			qsort(v, n, sizeof(*v), by_name);
		sorted = true;

		struct ko_export want = { .name = s.name + strlen(prefix) };
		const struct ko_export *e =
			bsearch(&want, v, n, sizeof(*v), by_name);

		if (e)
			put_export(e);
	}
	for (size_t i = 0; !sorted && i < n; i++)
		put_export(&v[i]);
}

int modprobe_exports(struct modprobe *m, const char *arg)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_ko_ struct ko *ko = NULL;
	const char *what = "symbols";
	struct ko_export *v;
	size_t n = 0;

	if (open_arg(m, arg, what, &ko))
		return 1;

	struct diag d = { 0 };
	int r = ko_exports(ko, &a, &v, &n, &d);

	if (!r && !n)
		r = diag_fail(&d, ENOENT, "it exports no symbols");
	if (r) {
		modprobe_fatal(m, "could not get %s of %s: %s", what, arg,
			       strerror(-r));
		if (modprobe_explains(m))
			dropin_say("why", d.what);
		return 1;
	}
	put_exports(ko, v, n);
	return 0;
}

void modprobe_json_step(struct jout *j, const struct plan_step *s)
{
	static const char *const action[] = {
		[PLAN_INSERT] = "insmod",
		[PLAN_INSTALL] = "install",
		[PLAN_IN_KERNEL] = "builtin",
	};

	jout_object(j, NULL);
	jout_str(j, "action", action[s->action]);
	jout_str(j, "module", s->m.name);
	jout_str(j, "alias", s->m.alias);
	jout_str(j, "path", s->m.path);
	jout_str(j, "options", s->options);
	if (s->action == PLAN_INSTALL)
		jout_str(j, "command", s->command);
	jout_bool(j, "named", s->named);
	jout_bool(j, "required", s->required);
	jout_end(j);
}

void modprobe_keep_refusal(struct modprobe *m, struct modprobe_refusal r)
{
	struct modprobe_refusal *v;

	if (!m->json)
		return;
	v = arena_more(&m->kept, m->refused, m->n_refused, sizeof(*v));
	r.module = arena_strdup(&m->kept, r.module);
	r.denied = arena_strdup(&m->kept, r.denied);
	if (!v || !r.module || !r.denied)
		return;
	m->refused = v;
	m->refused[m->n_refused++] = r;
}

void modprobe_keep_missing(struct modprobe *m, const char *name)
{
	if (m->json)
		(void)strv_add(&m->missing, name);
}

void modprobe_json_missing(struct modprobe *m)
{
	jout_strs(&m->out, "missing", (const char *const *)m->missing.v,
		  m->missing.n);
}

void modprobe_json_refused(struct modprobe *m)
{
	struct jout *j = &m->out;

	jout_array(j, "denied");
	for (size_t i = 0; i < m->n_refused; i++) {
		const struct modprobe_refusal *r = &m->refused[i];

		jout_object(j, NULL);
		jout_str(j, "module", r->module);
		jout_str(j, "denied", r->denied);
		jout_bool(j, "required", r->required);
		json_line_keys(j, r->by);
		jout_end(j);
	}
	jout_end(j);
}
