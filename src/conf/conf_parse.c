/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One logical line of modprobe.d:
 *
 *	alias PATTERN MODULE		options MODULE PARAMETERS
 *	blacklist MODULE		install|remove MODULE COMMAND
 *	softdep MODULE pre: A.. post: B..	weakdep MODULE A..
 *	deny PATTERN [REASON]		allow PATTERN..
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "conf/internal.h"
#include "conf/words.h"

#define FUNC "kmod_config_parse"
#define KEYWORDS                                                              \
	"alias, blacklist, options, install, remove, softdep, weakdep, deny or allow"

/* Whoever wrote a line that forbids relies on it: say what it means now. */
static void bad_line(const struct conf_reader *r, const char *cmd)
{
	const char *so = str_eq(cmd, "deny")  ? ": nothing is denied by it" :
			 str_eq(cmd, "allow") ? ": nothing is allowed by it" :
						"";

	conf_say(r, LOG_ERR, FUNC,
		 "%s line %u: ignoring bad line starting with '%s'%s", r->file,
		 r->last, cmd, so);
}

static void unknown_word(const struct conf_reader *r, const char *cmd)
{
	bad_line(r, cmd);
	conf_hint(r, "wanted: a line that begins with " KEYWORDS);
}

static void refused_word(const struct conf_reader *r, const char *cmd)
{
	conf_say(r, LOG_ERR, FUNC,
		 "%s: command %s is deprecated and not parsed anymore", r->file,
		 cmd);
	conf_hint(r, "remove the line; every *.conf file of modprobe.d is read, and -C names others");
}

/* False: not a name that anything can match. */
static bool normal_in_place(char *name)
{
	return !conf_normal(name, name, strlen(name) + 1);
}

/* A list with commas or in braces, a path, a name with .ko or in quotes, with
 * a comment or a mark behind it, or with a letter that only looks like one. */
static bool has_odd(const char *key)
{
	if (strpbrk(key, ",/.\"'#;(){}<>|&$"))
		return true;
	for (; *key; key++)
		if ((unsigned char)*key <= ' ' || (unsigned char)*key >= 0x7f)
			return true;
	return false;
}

bool conf_pattern(char *key)
{
	size_t n = strlen(key), slashes = 0;

	if (has_odd(key))
		return false;

	/* The bracket that closes it is one of the characters that it names. */
	if (strstr(key, "[]") || strstr(key, "[!]") || strstr(key, "[^]"))
		return false;

	/* A backslash with nothing behind it fits no name. */
	while (slashes < n && key[n - 1 - slashes] == '\\')
		slashes++;
	return n && slashes % 2 == 0 && normal_in_place(key);
}

/* The blanks of a list of parameters: a tab would reach the kernel. */
static void no_tabs(char *s)
{
	for (; *s; s++)
		if (*s == '\t')
			*s = ' ';
}

/* Appends a name to a list in the arena that doubles when it is full. */
static bool push(struct conf_reader *r, const char ***v, size_t *n,
		 const char *name)
{
	const char **w = arena_more(&r->conf->a, *v, *n, sizeof(*w));
	char *copy = arena_strdup(&r->conf->a, name);

	if (!w || !copy) {
		r->err = -ENOMEM;
		return false;
	}
	*v = w;
	(*v)[(*n)++] = copy;
	return true;
}

/* Words before the first pre: or post: belong to neither. */
static void softdep_names(struct conf_reader *r, struct conf_line *l, char *s)
{
	enum { NONE, PRE, POST } list = NONE;

	for (char *w; !r->err && (w = conf_word_of(&s, CONF_SPACES));) {
		if (str_eq(w, "pre:"))
			list = PRE;
		else if (str_eq(w, "post:"))
			list = POST;
		else if (list == PRE)
			(void)push(r, &l->pre, &l->n_pre, w);
		else if (list == POST)
			(void)push(r, &l->post, &l->n_post, w);
	}
}

/* Every word of a weakdep line is a name. */
static void weakdep_names(struct conf_reader *r, struct conf_line *l, char *s)
{
	for (char *w; !r->err && (w = conf_word_of(&s, CONF_SPACES));)
		(void)push(r, &l->pre, &l->n_pre, w);
}

/* KEY with the rest of the line, from behind one blank, as its value. */
static bool key_and_text(struct conf_reader *r, enum conf_kind kind, char *s)
{
	char *key = conf_word(&s);

	if (!key || !*s || !normal_in_place(key))
		return false;
	if (kind == CONF_OPTIONS)
		no_tabs(s);

	struct conf_line *l = conf_add(r, kind, key, s);

	if (l && kind == CONF_SOFTDEP)
		softdep_names(r, l, s);
	if (l && kind == CONF_WEAKDEP)
		weakdep_names(r, l, s);
	return true;
}

static bool alias_line(struct conf_reader *r, enum conf_kind kind, char *s)
{
	char *pattern = conf_word(&s), *module = conf_word(&s);

	if (!pattern || !module || !normal_in_place(pattern) ||
	    !normal_in_place(module))
		return false;
	(void)conf_add(r, kind, pattern, module);
	return true;
}

static bool blacklist_line(struct conf_reader *r, enum conf_kind kind, char *s)
{
	char *key = conf_word(&s);

	if (!key || !normal_in_place(key))
		return false;
	(void)conf_add(r, kind, key, NULL);
	return true;
}

/* Behind the pattern everything is the reason, for people. */
static bool deny_line(struct conf_reader *r, enum conf_kind kind, char *s)
{
	char *key = conf_word_of(&s, CONF_SPACES);

	if (!key || !conf_pattern(key))
		return false;
	(void)conf_add(r, kind, key, str_strip(s));
	return true;
}

/* Names that cannot be understood are not allowed; the list is on all the
 * same, for an allow-list that is switched off by a slip allows everything. */
static bool allow_line(struct conf_reader *r, enum conf_kind kind, char *s)
{
	bool good = true;
	size_t n = 0;

	for (char *key; (key = conf_word_of(&s, CONF_SPACES)); n++) {
		if (conf_pattern(key))
			(void)conf_add(r, kind, key, NULL);
		else
			good = false;
	}
	if (!n || !good)
		(void)conf_add(r, kind, "", NULL);
	return good && n;
}

static const struct command {
	const char *name;
	bool (*parse)(struct conf_reader *r, enum conf_kind kind, char *rest);
	enum conf_kind kind;
	const char *wanted; /* behind the name */
} commands[] = {
	{ "alias", alias_line, CONF_ALIAS, "PATTERN MODULE" },
	{ "blacklist", blacklist_line, CONF_BLACKLIST, "MODULE" },
	{ "options", key_and_text, CONF_OPTIONS, "MODULE PARAMETER=VALUE..." },
	{ "install", key_and_text, CONF_INSTALL, "MODULE COMMAND" },
	{ "remove", key_and_text, CONF_REMOVE, "MODULE COMMAND" },
	{ "softdep", key_and_text, CONF_SOFTDEP,
	  "MODULE pre: MODULE... post: MODULE..." },
	{ "weakdep", key_and_text, CONF_WEAKDEP, "MODULE MODULE..." },
	{ "deny", deny_line, CONF_DENY, "PATTERN [REASON]" },
	{ "allow", allow_line, CONF_ALLOW, "PATTERN..." },
};

static void parse_command(struct conf_reader *r, const struct command *c,
			  char *rest)
{
	if (c->parse(r, c->kind, rest))
		return;
	bad_line(r, c->name);
	conf_hint(r, "wanted: %s %s%s", c->name, c->wanted,
		  c->parse == deny_line || c->parse == allow_line ?
			  " (a pattern fits names, not paths or lists with commas)" :
			  "");
}

void conf_parse_line(struct conf_reader *r, char *line)
{
	char *cmd = conf_word(&line);

	if (!cmd || cmd[0] == '#')
		return;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq(cmd, commands[i].name))
			return parse_command(r, &commands[i], line);
	if (str_eq(cmd, "include") || str_eq(cmd, "config"))
		refused_word(r, cmd);
	else
		unknown_word(r, cmd);
}
