/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words behind the file's name: parse_args() and what it calls. Every
 * word is tried; the error of the last bad one is returned.
 *
 * Kernel: kernel/params.c; next_arg(), lib/cmdline.c;
 * unknown_module_param_cb(), kernel/module/main.c. What a parameter accepts is
 * in param_set.c.
 */
#include <ctype.h>
#include <elf.h>
#include <errno.h>

#include "rules/param.h"

/* Kernel: struct kernel_param, include/linux/moduleparam.h. */
#define KP_SIZE 40
#define KP_OPS 16
#define KP_PERM 24
#define KP_FLAGS 27
#define KP_ARG 32
#define KP_FL_UNSAFE 1
#define KP_FL_HWPARAM 2

/* strcmp() in which '-' equals '_'. */
static bool same_name(const char *a, const char *b)
{
	for (;; a++, b++) {
		char x = *a == '-' ? '_' : *a, y = *b == '-' ? '_' : *b;

		if (x != y)
			return false;
		if (!x)
			return true;
	}
}

static size_t n_params(const struct run *r, uint32_t *ret_sec)
{
	uint32_t i = run_find_sec(r, "__param");

	*ret_sec = i;
	return i && r->sec[i].size <= r->len ? r->sec[i].size / KP_SIZE : 0;
}

/* Entry @i of __param; false: it leaves the space, and the load is over. */
static bool param_at(struct run *r, uint32_t sec, size_t i, struct param *ret)
{
	uint64_t at = r->sec[sec].addr + i * KP_SIZE, name, v = 0;

	*ret = (struct param){ 0 };
	if (!space_uint(&r->space, at, 8, &name) ||
	    !space_uint(&r->space, at + KP_OPS, 8, &ret->ops) ||
	    !space_uint(&r->space, at + KP_ARG, 8, &ret->arg))
		return run_undefined(r, "stray.param", PLACES(NULL), NULL);
	(void)space_uint(&r->space, at + KP_PERM, 2, &v);
	ret->perm = (uint16_t)v;
	(void)space_uint(&r->space, at + KP_FLAGS, 1, &v);
	ret->flags = (uint8_t)v;
	ret->name = space_str(&r->space, name);
	return ret->name || run_undefined(r, "stray.param", PLACES(NULL), NULL);
}

/* -------------------------------------------------------------- the words */

static char *skip_spaces(char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* next_arg(): cuts one word off, in place; *ret_value NULL without "=". */
static char *next_word(char *p, char **ret_name, char **ret_value)
{
	bool quoted = *p == '"', in_quote = quoted;
	size_t i, equals = 0;

	p += quoted;
	for (i = 0; p[i]; i++) {
		if (isspace((unsigned char)p[i]) && !in_quote)
			break;
		if (!equals && p[i] == '=')
			equals = i;
		if (p[i] == '"')
			in_quote = !in_quote;
	}
	*ret_name = p;
	*ret_value = NULL;
	if (equals) {
		p[equals] = 0;
		*ret_value = p + equals + 1;
		if (**ret_value == '"') {
			(*ret_value)++;
			if (p[i - 1] == '"')
				p[i - 1] = 0;
		}
	}
	if (quoted && i && p[i - 1] == '"')
		p[i - 1] = 0;
	if (!p[i])
		return p + i;
	p[i] = 0;
	return skip_spaces(p + i + 1);
}

/* ------------------------------------------------------------- parse_one */

/* param_check_unsafe() */
static bool allowed(struct run *r, const struct param *p)
{
	if (p->flags & KP_FL_HWPARAM && r->s->lockdown != KERN_LOCKDOWN_NONE) {
		run_say(r, "load.param.lockdown", PLACES("insmod"));
		return false;
	}
	if (p->flags & KP_FL_UNSAFE) {
		run_remark(r, "note.param.unsafe", PLACES(p->name), NULL);
		run_taint_kernel(r, TAINT_U);
	}
	return true;
}

static void unknown_word(struct run *r, char *name)
{
	if (str_eq(name, "async_probe"))
		return;

	char *dot = strchr(name, '.');
	const char *last = dot ? dot + 1 : name;

	/* Dynamic debug cuts it here, even if it is none of its own. */
	if (dot && run_option(r, "DYNAMIC_DEBUG_CORE", NULL) != KERN_NO)
		*dot = 0;
	else
		last = name;
	if (str_eq(last, "dyndbg"))
		return;
	run_remark(r, "note.param.unknown", PLACES(r->mod_name, name), NULL);
}

/* parse_one(): 0 or a positive errno; PARAM_STRAY: the load is over. */
static int one_word(struct run *r, char *name, char *value)
{
	uint32_t sec;
	size_t n = n_params(r, &sec);

	for (size_t i = 0; i < n; i++) {
		struct param p;
		unsigned flags;

		if (!param_at(r, sec, i, &p))
			return PARAM_STRAY;
		if (!same_name(name, p.name))
			continue;
		p.kind = param_kind(r, p.ops, &flags);
		if (p.kind == PARAM_STRAYS)
			return PARAM_STRAY;
		if (p.kind == PARAM_CUSTOM) {
			run_init_decides(r, "decides.param",
					 PLACES(p.name), NULL);
			return 0;
		}
		if (param_wanted(p.kind))
			run_know(r, RULE_PARAM_TYPE, RULE_WANTED,
				 param_wanted(p.kind));
		if (!value && !(flags & PARAM_NO_VALUE))
			return EINVAL;
		return allowed(r, &p) ? param_set(r, &p, value) : EPERM;
	}
	unknown_word(r, name);
	return 0;
}

/*
 * The line that was said of the value says more than the one that parse_args()
 * ends with. Return: is there such a line?
 */
static bool said_more(struct run *r, size_t lines, int err, const char *where)
{
	const char *place[RULE_PLACES + 1] = { NULL };
	const struct rule_line *l;
	struct rule_match m;

	if (r->r->n_lines == lines)
		return false;
	/* What is dangerous is remarked before it is refused. */
	l = &r->r->lines[r->r->n_lines - 1];
	if (l->reason->kind != RULE_REFUSES ||
	    !rule_match_line(l->reason, l->text, &m))
		return false;
	for (size_t i = 0; i < m.n_places; i++)
		place[i] = run_text(r, "%.*s", (int)m.place[i].n,
				    (const char *)m.place[i].p);
	run_decide_only(r, err, l->reason->id, place, where);
	return true;
}

/* @lines: so many there were before it. */
static void bad_word(struct run *r, int err, const char *name,
		     const char *value, size_t lines)
{
	const char *row = err == ENOSPC	  ? "load.param.large"
			  : err == ENOENT ? "load.param.unknown"
			  : err == ERANGE ? "load.param.range"
			  : err == EPERM  ? "load.param.perm"
					  : "load.param.invalid";

	const char *const *places =
		err == ENOENT ? PLACES(r->mod_name, name)
			      : PLACES(r->mod_name, value ? value : "", name);
	const char *where = run_text(r, "parameter %s", name);

	if (said_more(r, lines, err, where))
		run_say(r, row, places);
	else
		run_refuse_last(r, err, row, places, where);
}

bool run_params(struct run *r)
{
	char *p = arena_strdup(r->a, r->q->params ? r->q->params : "");

	if (!p) {
		r->oom = true;
		return false;
	}
	for (p = skip_spaces(p); *p;) {
		char *name, *value;
		int err;

		p = next_word(p, &name, &value);
		if (!value && str_eq(name, "--")) {
			if (r->r->verdict != RULE_REFUSED)
				run_remark(r, "note.param.dashes",
					   PLACES(r->mod_name, p), NULL);
			break;
		}
		size_t lines = r->r->n_lines;

		err = one_word(r, name, value);
		if (err == PARAM_STRAY)
			return false;
		if (err)
			bad_word(r, err, name, value, lines);
		run_forget(r, RULE_PARAM_TYPE);
	}
	return r->r->verdict != RULE_REFUSED;
}

/* ------------------------------------------------------------------ sysfs */

/* Files in /sys/module/NAME/parameters, each once. */
bool run_param_files(struct run *r)
{
	uint32_t sec;
	size_t n = n_params(r, &sec), seen = 0, first;
	struct run_name *v = arena_array(r->a, n + 1, sizeof(*v));
	struct param p;
	uint64_t group;

	if (!v) {
		r->oom = true;
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!param_at(r, sec, i, &p))
			return false;
		if (p.perm)
			v[seen++] = (struct run_name){ p.name, i };
	}
	/* Where the folder of files will be, something is already. */
	if (seen && run_member(r, "mkobj.mp", &group) && group)
		return run_undefined(r, "stray.param.folder", PLACES(NULL),
				     run_where(r, r->i_mod));
	if (!run_first_twice(v, seen, &first) || !param_at(r, sec, first, &p))
		return r->r->verdict != RULE_UNDEFINED;
	return run_refuse(r, "load.sysfs.duplicate",
			  PLACES(run_text(r, "/module/%s/parameters/%s",
					  r->mod_name, p.name)),
			  NULL);
}
