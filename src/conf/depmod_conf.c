/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads depmod.d: see depmod_conf.h. */
#include "conf/depmod_conf.h"

#include <errno.h>
#include <regex.h>
#include <stdarg.h>
#include <string.h>
#include <syslog.h>

#include "base/text.h"
#include "conf/files.h"
#include "conf/words.h"

#define MAX_BYTES (16U << 20)

const char *const depmod_conf_default_paths[] = {
	"/etc/depmod.d", "/run/depmod.d", "/usr/local/lib/depmod.d",
	"/usr/lib/depmod.d", "/lib/depmod.d", NULL,
};

struct reader {
	const struct depmod_conf_from *from;
	struct depmod_conf *conf;
	const char *file;
	unsigned line;
	int err;
};

static void say(const struct reader *r, int prio, const char *fmt, ...)
	_printf_(3, 4);

static void say(const struct reader *r, int prio, const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	if (!r->from->say)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->from->say(r->from->arg, prio, text);
}

/* "FILE:LINE: wanted: TEXT" */
static void wanted(const struct reader *r, const char *text)
{
	_cleanup_text_ struct text t = { 0 };

	if (!r->from->hint)
		return;
	text_addf(&t, "%s:%u: wanted: %s", r->file, r->line, text);
	if (!t.failed)
		r->from->hint(r->from->arg, text_str(&t));
}

static void say_files(void *arg, int prio, const char *func, const char *text)
{
	(void)func;
	say(arg, prio, "%s", text);
}

static char *copy(struct reader *r, const char *s)
{
	char *c = arena_strdup(&r->conf->a, s);

	if (!c)
		r->err = -ENOMEM;
	return c;
}

#define ADD(r, list, count, ...)                                              \
	do {                                                                  \
		void *v_ = arena_more(&(r)->conf->a, (r)->conf->list,         \
				      (r)->conf->count,                       \
				      sizeof(*(r)->conf->list));              \
		if (!v_) {                                                    \
			(r)->err = -ENOMEM;                                   \
		} else {                                                      \
			(r)->conf->list = v_;                                 \
			(r)->conf->list[(r)->conf->count++] =                 \
				(__typeof__(*(r)->conf->list))__VA_ARGS__;    \
		}                                                             \
	} while (0)

/* Does a line for @kver concern the version that is asked about? */
static bool for_us(const struct reader *r, const char *kver)
{
	regex_t re;

	if (str_eq(kver, "*"))
		return true;
	if (regcomp(&re, kver, REG_EXTENDED | REG_NOSUB)) {
		say(r, LOG_WARNING,
		    "%s:%u: '%s' is no regular expression, the line fits no version",
		    r->file, r->line, kver);
		wanted(r, "'*', or an extended regular expression that fits the kernel's version");
		return false;
	}

	bool fits = !regexec(&re, r->from->version, 0, NULL, 0);

	regfree(&re);
	return fits;
}

static bool search_line(struct reader *r, char *rest)
{
	for (char *w; !r->err && (w = conf_word(&rest));) {
		struct depmod_search s = { .dir = copy(r, w) };

		if (str_eq(w, "built-in"))
			s.kind = DEPMOD_SEARCH_BUILTIN;
		else if (str_eq(w, "external"))
			s.kind = DEPMOD_SEARCH_EXTERNAL;
		ADD(r, searches, n_searches, s);
	}
	return true;
}

static bool override_line(struct reader *r, char *rest)
{
	char *module = conf_word(&rest), *kver = conf_word(&rest);
	char *dir = conf_word(&rest);

	if (!module || !kver || !dir)
		return false;
	if (for_us(r, kver))
		ADD(r, overrides, n_overrides,
		    { .module = copy(r, module), .dir = copy(r, dir) });
	return true;
}

static bool external_line(struct reader *r, char *rest)
{
	char *kver = conf_word(&rest), *dir = conf_word(&rest);

	if (!kver || !dir)
		return false;
	if (for_us(r, kver))
		ADD(r, externals, n_externals, copy(r, dir));
	return true;
}

static bool exclude_line(struct reader *r, char *rest)
{
	for (char *w; !r->err && (w = conf_word(&rest));)
		ADD(r, excludes, n_excludes, copy(r, w));
	return true;
}

static bool facts_line(struct reader *r, char *rest)
{
	const char *word = conf_word(&rest);
	bool no = word && str_eq(word, "no");

	if (!word || (!no && !str_eq(word, "yes")) || conf_word(&rest))
		return false;
	r->conf->no_facts = no;
	return true;
}

/* Keywords of long ago. */
static bool nothing(struct reader *r, char *rest)
{
	(void)rest;
	say(r, LOG_INFO, "%s:%u: command not implemented yet", r->file,
	    r->line);
	return true;
}

static void parse_line(void *arg, char *line, unsigned first, unsigned last)
{
	static const struct {
		const char *name;
		bool (*parse)(struct reader *r, char *rest);
		const char *wanted;
	} commands[] = {
		{ "search", search_line, "search FOLDER..." },
		{ "override", override_line, "override MODULE VERSION FOLDER" },
		{ "external", external_line, "external VERSION FOLDER" },
		{ "exclude", exclude_line, "exclude NAME..." },
		{ "facts", facts_line, "facts yes, or facts no" },
		{ "make_map_files", nothing, "" },
		{ "include", nothing, "" },
	};
	const char *line_wanted =
		"a line that begins with search, override, external, exclude or facts";
	struct reader *r = arg;
	char *cmd = conf_word(&line);

	(void)first;
	if (r->err || !cmd || cmd[0] == '#')
		return;
	r->line = last;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (str_eq(cmd, commands[i].name)) {
			if (commands[i].parse(r, line))
				return;
			line_wanted = commands[i].wanted;
		}
	say(r, LOG_ERR, "%s:%u: ignoring bad line starting with '%s'", r->file,
	    r->line, cmd);
	wanted(r, line_wanted);
}

static void read_file(struct reader *r, const struct conf_file *f)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int err = f->err;

	if (!err)
		err = conf_file_bytes(f->path, MAX_BYTES, &b, NULL);
	r->file = f->path;
	if (err)
		say(r, LOG_ERR, "could not open '%s' for reading: %s", f->path,
		    strerror(-err));
	else
		conf_each_line(&b, parse_line, r);
}

static int read_all(struct reader *r)
{
	_cleanup_(conf_files_fini) struct conf_files files = { 0 };
	struct conf_files_from from = {
		.paths = r->from->paths ? r->from->paths :
					  depmod_conf_default_paths,
		.say = say_files,
		.arg = r,
	};
	int err = conf_files_find(&from, &files);

	for (size_t i = 0; !err && i < files.n; i++) {
		read_file(r, &files.v[i]);
		err = r->err;
	}
	if (err || r->conf->n_searches)
		return err;

	char updates[] = "updates built-in";

	(void)search_line(r, updates);
	return r->err;
}

int depmod_conf_read(const struct depmod_conf_from *from,
		     struct depmod_conf *ret, struct diag *d)
{
	_cleanup_depmod_conf_ struct depmod_conf c = { .a.limit = 16 *
								  MAX_BYTES };
	struct reader r = { .from = from, .conf = &c };
	int err = read_all(&r);

	if (err)
		return diag_fail_hint(d, -err,
				      "look at the size of depmod.d's files",
				      "cannot hold the configuration: %s",
				      strerror(-err));
	*ret = c;
	c = (struct depmod_conf){ 0 };
	return 0;
}

void depmod_conf_fini(struct depmod_conf *c)
{
	arena_fini(&c->a);
	*c = (struct depmod_conf){ 0 };
}
