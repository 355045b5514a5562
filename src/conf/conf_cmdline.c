/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's command line:
 *
 *	module.param[=value]	options of a module
 *	modprobe.blacklist=a,b	as blacklist lines
 *	modprobe.deny=a,b	as deny lines
 *	modprobe.allow=a,b	as allow lines
 *
 * Blanks inside double quotes belong to the word. A boot loader may have put
 * the quotes around the whole word: "module.param=a b" is module.param="a b".
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "conf/internal.h"

#define FUNC "kcmdline_parse_result"

/* Cuts the next word off; its end is NUL then. NULL: no more. */
static char *word(char **at)
{
	*at += strspn(*at, " \t\n");
	if (!**at)
		return NULL;

	char *w = *at, *p = w;

	for (bool quoted = false; *p && (quoted || !strchr(" \t\n", *p)); p++)
		if (*p == '"')
			quoted = !quoted;
	if (*p)
		*p++ = 0;
	*at = p;
	return w;
}

/* modprobe.param="a,b": the quotes are no part of a name. */
static char *bare(char *value)
{
	size_t n = strlen(value);

	if (n > 1 && value[0] == '"' && value[n - 1] == '"') {
		value[n - 1] = 0;
		return value + 1;
	}
	return value;
}

/* Of the lists that forbid: what cannot be understood is told, and an
 * allow-list with a slip in it is on all the same. */
static void slip(struct conf_reader *r, enum conf_kind kind, const char *found)
{
	const char *param = conf_kind_name(kind);
	const char *what = kind == CONF_DENY ? "denied" : "allowed";

	if (found)
		conf_say(r, LOG_ERR, FUNC,
			 "%s: modprobe.%s: '%s' is no name: nothing is %s by it",
			 r->file, param, found, what);
	else
		conf_say(r, LOG_ERR, FUNC,
			 "%s: modprobe.%s: found no name: nothing is %s by it",
			 r->file, param, what);
	conf_hint(r, "wanted: modprobe.%s=PATTERN,PATTERN... (a pattern fits names, not paths); the line comes from the boot loader's configuration",
		  param);
	if (kind == CONF_ALLOW)
		(void)conf_add(r, kind, "", NULL);
}

static void names(struct conf_reader *r, enum conf_kind kind, char *list)
{
	bool forbids = kind == CONF_DENY || kind == CONF_ALLOW;
	size_t n = 0;

	for (char *name; list && (name = strsep(&list, ","));) {
		const char *found;
		bool good;

		if (!*name)
			continue;
		n++;
		found = arena_strdup(&r->conf->a, name);
		if (!found) {
			r->err = -ENOMEM;
			return;
		}
		good = forbids ? conf_pattern(name) :
				 !conf_normal(name, name, strlen(name) + 1);
		if (good)
			(void)conf_add(r, kind, name,
				       kind == CONF_DENY ? "" : NULL);
		else if (forbids)
			slip(r, kind, found);
	}
	if (!n && forbids)
		slip(r, kind, NULL);
}

/* Is it a list of names for modprobe itself? Then it is dealt with. */
static bool own(struct conf_reader *r, const char *param, char *value)
{
	static const struct {
		const char *param;
		enum conf_kind kind;
	} lists[] = { { "blacklist", CONF_BLACKLIST },
		      { "deny", CONF_DENY },
		      { "allow", CONF_ALLOW } };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (str_eq(param, lists[i].param) &&
		    (value || lists[i].kind != CONF_BLACKLIST)) {
			names(r, lists[i].kind, value ? bare(value) : NULL);
			return true;
		}
	return false;
}

static void option(struct conf_reader *r, const char *module,
		   const char *param, const char *value, bool quoted)
{
	const char *text;

	if (!value)
		text = param;
	else
		text = arena_printf(&r->conf->a, quoted ? "%s=\"%s\"" : "%s=%s",
				    param, value);
	if (text)
		(void)conf_add(r, CONF_OPTIONS, module, text);
	else
		r->err = -ENOMEM;
}

static void parse_word(struct conf_reader *r, char *w)
{
	bool quoted = *w == '"';

	if (quoted) {
		size_t n = strlen(++w);

		if (n && w[n - 1] == '"')
			w[n - 1] = 0;
	}

	char *dot = strchr(w, '.');
	char *eq = strchr(w, '=');

	if (!dot || (eq && eq < dot))
		return;
	*dot = 0;
	if (eq)
		*eq++ = 0;

	char *param = dot + 1;

	/* Not one of modprobe's words: "a.b.c=1" belongs to somebody else. */
	if (strchr(param, '.'))
		return;

	char *module = arena_strdup(&r->conf->a, w);

	if (!module) {
		r->err = -ENOMEM;
	} else if (conf_normal(w, module, strlen(w) + 1)) {
		conf_say(r, LOG_ERR, FUNC,
			 "Ignoring bad option on kernel command line while parsing module name: '%s'",
			 w);
	} else if (!str_eq(w, "modprobe") || !own(r, param, eq)) {
		option(r, module, param, eq, quoted);
	}
}

void conf_parse_cmdline(struct conf_reader *r, char *text)
{
	for (char *w; !r->err && (w = word(&text));)
		parse_word(r, w);
}
