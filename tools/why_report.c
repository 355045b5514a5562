/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells what why_module.c found: text for people, JSON for programs. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "fold.h"
#include "idle_line.h"
#include "json_out.h"
#include "ui.h"
#include "why_module.h"

static const struct {
	const char *id;
	const char *text; /* behind the module's name; %s: what it needs    */
	const char *hint;
} words[] = {
	[WHY_LOADS] = { "loads", "would be loaded", NULL },
	[WHY_IN_KERNEL] = { "built-in", "is built into the kernel: there is nothing to load", NULL },
	[WHY_COMMAND] = { "command", "would not be loaded itself: a command is run instead, and only that knows",
			  "read the command above; 'modprobe -i' passes over it" },
	[WHY_NEEDS_COMMAND] = { "needs-command", "needs '%s', and for that a command is run, which only knows itself what it does", NULL },
	[WHY_DENIED] = { "denied", "would not be loaded: a deny line forbids it",
			 "'modprobe' cannot overrule it; change the line" },
	[WHY_NOT_ALLOWED] = { "not-allowed", "would not be loaded: there is an allow-list, and it is not on it",
			      "a line 'allow NAME' in a file of modprobe.d puts it there" },
	[WHY_NEEDS_DENIED] = { "needs-denied", "would not be loaded: it needs '%s', which a deny line forbids", NULL },
	[WHY_BLACKLISTED] = { "blacklisted", "would not be loaded by this alias: it is blacklisted",
			      "this stops aliases only: asked for by its name it is loaded; 'deny NAME' stops both" },
	[WHY_STOPPED] = { "stopped", "would not be loaded: an install line runs a command that does nothing",
			  "'modprobe -i' passes over install lines; 'deny NAME' is not passed over" },
	[WHY_NEEDS_STOPPED] = { "needs-stopped", "would not be loaded: it needs '%s', for which an install line runs a command that does nothing", NULL },
	[WHY_NO_FILE] = { "no-file", "would not be loaded: it has no file",
			  "'depmod' writes the indexes anew, after modules came or went" },
	[WHY_BARRED] = { "barred", "would be refused by the kernel: it was booted with module_blacklist= naming it",
			 "nothing overrules it until the next boot: take it out of module_blacklist=, which the boot loader's configuration has ('cat /proc/cmdline')" },
	[WHY_NEEDS_BARRED] = { "needs-barred", "would not be loaded: it needs '%s', which the kernel refuses: it was booted with module_blacklist= naming that",
			       "nothing overrules it until the next boot: take that out of module_blacklist=, which the boot loader's configuration has ('cat /proc/cmdline')" },
};

/* The order in which lines are told. */
static const enum conf_kind told[] = {
	CONF_ALIAS, CONF_DENY, CONF_ALLOW, CONF_BLACKLIST, CONF_INSTALL,
	CONF_REMOVE, CONF_OPTIONS, CONF_SOFTDEP, CONF_WEAKDEP,
};

/* "  because   TEXT" */
static void row(const char *label, const struct text *t)
{
	(void)printf("  %s%-9s%s ", ui_colour(stdout, UI_DIM), label,
		     ui_colour(stdout, UI_PLAIN));
	ui_put_folded(stdout, text_str(t), 12);
	(void)putchar('\n');
}

static void row_of(const char *label, const char *text)
{
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, text);
	row(label, &t);
}

/* FILE:LINE: as editors and compilers have it. */
static void add_place(struct text *t, const char *file, unsigned line)
{
	text_add(t, file);
	if (line)
		text_addf(t, ":%u", line);
}

static void put_line(const char *what, const struct conf_line *l,
		     const char *note)
{
	_cleanup_text_ struct text t = { 0 };

	add_place(&t, l->file, l->line);
	text_addf(&t, ": %s %s", conf_kind_name(l->kind), l->key);
	if (l->value && *l->value)
		text_addf(&t, " %s", l->value);
	text_add(&t, note);
	row(what, &t);
}

static void put_place(const struct why_place *at)
{
	_cleanup_text_ struct text t = { 0 };

	if (!at->file)
		return;
	add_place(&t, at->file, at->line);
	/* A line of modules.dep goes on with what is told below. */
	if (at->text)
		text_addf(&t, ": %s", at->text);
	row("found", &t);
}

static void put_deps(const struct plan_modules *l)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < l->n; i++)
		text_addf(&t, "%s%s", i ? " " : "", l->v[i].name);
	if (l->n)
		row("needs", &t);
}

static void put_held(const struct why_module *m)
{
	for (size_t i = 0; i < m->n_held; i++) {
		const struct conf_line *l = m->held[i].because;
		_cleanup_text_ struct text t = { 0 };

		text_addf(&t, "%s, because of ", m->held[i].name);
		add_place(&t, l->file, l->line);
		text_addf(&t, ": deny %s", l->key);
		row("without", &t);
	}
}

static const char *note_on(const struct why_module *m,
			   const struct conf_line *l)
{
	if (l->kind == CONF_BLACKLIST && m->verdict != WHY_BLACKLISTED)
		return "   (stops its aliases only)";
	if (l->kind == CONF_INSTALL && m->verdict == WHY_LOADS)
		return "   (another line comes first)";
	return "";
}

static void put_lines(const struct conf *c, const struct why_module *m)
{
	for (size_t k = 0; k < ARRAY_SIZE(told); k++) {
		const struct conf_lines *l = &c->of[told[k]];

		for (size_t i = 0; i < l->n; i++)
			if (&l->v[i] != m->because && why_concerns(m, &l->v[i]))
				put_line(conf_kind_name(told[k]), &l->v[i],
					 note_on(m, &l->v[i]));
	}
}

/* A line that is about no module may be meant for this one. */
static bool slip(const struct why *y, const struct why_module *m,
		 const struct conf_line *l)
{
	struct near n = near_start(m->m->name);

	near_try(&n, l->key);
	return *n.found && idle_line(l, y->w.dir);
}

static void put_slips(const struct why *y, const struct why_module *m)
{
	static const enum conf_kind about[] = { CONF_DENY, CONF_ALLOW };

	for (size_t k = 0; k < ARRAY_SIZE(about); k++) {
		const struct conf_lines *l = &y->w.conf->of[about[k]];

		for (size_t i = 0; i < l->n; i++)
			if (slip(y, m, &l->v[i]))
				put_line("near", &l->v[i],
					 "   (fits no module)");
	}
}

static const char *hint_of(const struct why_module *m)
{
	if (m->verdict == WHY_DENIED && m->because->origin == CONF_CMDLINE)
		return "'modprobe' cannot overrule it; boot without modprobe.deny=, which the boot loader's configuration has";
	if (m->verdict == WHY_NO_FILE && m->because)
		return "the line leads to no module that there is, as 'alias NAME off' does to switch an alias off; if one is meant, correct the line or run 'depmod'";
	return words[m->verdict].hint;
}

/* "NAME would not be loaded: ..." */
static void put_verdict(const struct why_module *m, enum ui_colour c)
{
	const char *text = words[m->verdict].text;
	const char *gap = strstr(text, "%s");
	_cleanup_text_ struct text t = { 0 };

	text_add_bytes(&t, text, gap ? (size_t)(gap - text) : strlen(text));
	if (gap)
		text_addf(&t, "%s%s", m->needs, gap + 2);
	(void)fputs(ui_colour(stdout, UI_BOLD), stdout);
	ui_put(stdout, m->m->name);
	(void)printf("%s %s", ui_colour(stdout, UI_PLAIN),
		     ui_colour(stdout, c));
	ui_put_within(stdout, text_str(&t),
		      fold_columns(m->m->name, strlen(m->m->name)) + 1, 2,
		      ui_width(stdout));
	(void)printf("%s\n", ui_colour(stdout, UI_PLAIN));
}

static void put_inside(const char *name)
{
	_cleanup_text_ struct text t = { 0 };

	text_addf(&t, "%s, by what the file says of itself", name);
	row("inside", &t);
}

static void put_module(const struct why *y, const struct why_module *m)
{
	enum why_verdict v = m->verdict;
	enum ui_colour c = v == WHY_LOADS || v == WHY_IN_KERNEL ? UI_GREEN :
			   v == WHY_COMMAND || v == WHY_NEEDS_COMMAND ?
								  UI_YELLOW :
								  UI_RED;

	put_verdict(m, c);
	if (m->because)
		put_line("because", m->because, "");
	if (m->denied_as)
		put_inside(m->denied_as);
	if (words[v].hint)
		ui_say(stdout, 7, "  fix: %s", hint_of(m));
	if (m->loaded)
		row_of("now", "it is loaded");
	if (m->m->path)
		row_of("file", m->m->path);
	if (m->m->alias || m->m->builtin)
		put_place(&m->at);
	put_deps(&m->deps);
	put_held(m);
	put_lines(y->w.conf, m);
	put_slips(y, m);
}

void why_print(const struct why *y)
{
	if (y->n > 1) {
		ui_put(stdout, y->asked);
		(void)printf(" stands for %zu modules\n", y->n);
	}
	for (size_t i = 0; i < y->n; i++) {
		if (y->n > 1)
			(void)putchar('\n');
		put_module(y, &y->v[i]);
	}
}

/* ------------------------------------------------------------------ JSON */

static void json_line(struct jout *j, const char *key,
		      const struct conf_line *l)
{
	static const char *const origin[] = { "user", "modules",
					      "command-line" };

	if (!l) {
		jout_null(j, key);
		return;
	}
	jout_object(j, key);
	jout_str(j, "kind", conf_kind_name(l->kind));
	jout_str(j, "key", l->key);
	jout_str(j, "value", l->value);
	if (l->kind == CONF_SOFTDEP || l->kind == CONF_WEAKDEP) {
		jout_strs(j, "pre", l->pre, l->n_pre);
		jout_strs(j, "post", l->post, l->n_post);
	}
	jout_str(j, "origin", origin[l->origin]);
	jout_str(j, "file", l->file);
	if (l->line)
		jout_uint(j, "line", l->line);
	else
		jout_null(j, "line");
	jout_end(j);
}

static void json_found(struct jout *j, const struct why_module *m)
{
	static const char *const stage[] = {
		[PLAN_CONF_ALIAS] = "alias-line",
		[PLAN_DEP] = "name",
		[PLAN_SYMBOL] = "symbol",
		[PLAN_COMMAND] = "command",
		[PLAN_ALIAS] = "alias",
		[PLAN_BUILTIN] = "built-in",
		[PLAN_BUILTIN_ALIAS] = "built-in-alias",
		[PLAN_PATH] = "path",
		[PLAN_NAME] = "name",
	};
	const char *file = m->by ? m->by->file : m->at.file;
	unsigned line = m->by ? m->by->line : m->at.line;

	jout_object(j, "found");
	jout_str(j, "by", stage[m->m->stage]);
	jout_str(j, "file", file);
	if (line)
		jout_uint(j, "line", line);
	else
		jout_null(j, "line");
	jout_end(j);
}

static void json_module(struct jout *j, const struct why *y,
			const struct why_module *m)
{
	const struct conf *c = y->w.conf;

	jout_object(j, NULL);
	jout_str(j, "name", m->m->name);
	jout_str(j, "verdict", words[m->verdict].id);
	json_line(j, "because", m->because);
	jout_str(j, "because_of", m->needs);
	jout_str(j, "denied_as", m->denied_as);
	jout_str(j, "path", m->m->path);
	if (y->here)
		jout_bool(j, "loaded", m->loaded);
	else
		jout_null(j, "loaded");
	json_found(j, m);
	jout_array(j, "needs");
	for (size_t i = 0; i < m->deps.n; i++)
		jout_str(j, NULL, m->deps.v[i].name);
	jout_end(j);
	jout_array(j, "without");
	for (size_t i = 0; i < m->n_held; i++) {
		jout_object(j, NULL);
		jout_str(j, "name", m->held[i].name);
		json_line(j, "because", m->held[i].because);
		jout_end(j);
	}
	jout_end(j);
	jout_array(j, "lines");
	for (size_t k = 0; k < ARRAY_SIZE(told); k++)
		for (size_t i = 0; i < c->of[told[k]].n; i++)
			if (why_concerns(m, &c->of[told[k]].v[i]))
				json_line(j, NULL, &c->of[told[k]].v[i]);
	jout_end(j);
	jout_end(j);
}

int why_print_json(const struct why *y, const struct strv *said, int status,
		   const struct diag *d)
{
	static const char *const answer[] = {
		[UI_YES] = "yes", [UI_NO] = "no", [UI_UNKNOWN] = "unknown",
	};
	struct jout j = { .f = stdout };

	jout_object(&j, NULL);
	jout_str(&j, "asked", y->asked);
	jout_str(&j, "loads", answer[status]);
	jout_diag(&j, "error", d);
	jout_str(&j, "folder", y->w.dir ? idx_dir_path(y->w.dir) : NULL);
	jout_strs(&j, "complaints", (const char *const *)said->v, said->n);
	jout_str(&j, "near", *y->near ? y->near : NULL);
	jout_array(&j, "modules");
	for (size_t i = 0; i < y->n; i++)
		json_module(&j, y, &y->v[i]);
	jout_end(&j);
	jout_end(&j);
	return jout_finish(&j) ? UI_UNKNOWN : status;
}
