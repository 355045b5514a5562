/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads everything that configures modprobe: see conf.h. Which files, and in
 * which order, is files.c's business; what a line says, conf_parse.c's.
 */
#include "conf/conf.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/file.h"
#include "base/text.h"
#include "conf/files.h"
#include "conf/folder.h"
#include "conf/internal.h"
#include "conf/words.h"

/* All of modprobe.d together takes some KiB; a distribution's, some hundred. */
#define CONF_MAX_BYTES (16U << 20)
#define ARENA_MAX_BYTES (256U << 20)

const char *const conf_default_paths[] = {
	"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
	"/usr/lib/modprobe.d", "/lib/modprobe.d", NULL,
};

const char *conf_kind_name(enum conf_kind kind)
{
	static const char *const names[CONF_KINDS] = {
		"alias",   "blacklist", "options", "install", "remove",
		"softdep", "weakdep",	"deny",	   "allow",
	};

	return kind < CONF_KINDS ? names[kind] : "unknown";
}

int conf_normal(const char *name, char *ret, size_t size)
{
	bool inside = false;
	size_t i = 0;

	for (; name[i]; i++) {
		if (i + 1 >= size)
			return -ENAMETOOLONG;

		char c = name[i];

		if (c == ']' && !inside)
			return -EINVAL;
		if (c == '[' && !inside)
			inside = true;
		else if (c == ']')
			inside = false;
		ret[i] = c == '-' && !inside ? '_' : c;
	}
	if (inside || !size)
		return -EINVAL;
	ret[i] = 0;
	return 0;
}

void conf_say(const struct conf_reader *r, int prio, const char *func,
	      const char *fmt, ...)
{
	char text[8192];
	va_list ap;

	if (!r->from->say)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->from->say(r->from->arg, prio, func, text);
}

void conf_hint(const struct conf_reader *r, const char *fmt, ...)
{
	_cleanup_text_ struct text t = { 0 };
	_cleanup_free_ char *text = NULL;
	va_list ap;

	if (!r->from->hint)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	text_add(&t, r->file);
	if (r->line)
		text_addf(&t, ":%u", r->line);
	text_addf(&t, ": %s", text ? text : "");
	if (text && !t.failed)
		r->from->hint(r->from->arg, text_str(&t));
}

struct conf_line *conf_add(struct conf_reader *r, enum conf_kind kind,
			   const char *key, const char *value)
{
	struct conf_lines *l = &r->conf->of[kind];

	struct conf_line *v = arena_more(&r->conf->a, l->v, l->n, sizeof(*v));
	struct conf_line line = {
		.kind = kind,
		.origin = r->origin,
		.key = arena_strdup(&r->conf->a, key),
		.value = value ? arena_strdup(&r->conf->a, value) : NULL,
		.file = r->file,
		.line = r->line,
	};

	if (!v || !line.key || (value && !line.value)) {
		r->err = -ENOMEM;
		return NULL;
	}
	l->v = v;
	l->v[l->n] = line;
	return &l->v[l->n++];
}

static void parse_line(void *arg, char *line, unsigned first, unsigned last)
{
	struct conf_reader *r = arg;

	r->line = first;
	r->last = last;
	if (!r->err)
		conf_parse_line(r, line);
}

static void read_file(struct conf_reader *r, const char *path, int err)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	struct diag d = { 0 };

	if (!err)
		err = conf_file_bytes(path, CONF_MAX_BYTES, &b, &d);
	if (err == -ENOENT && r->origin == CONF_FOLDER)
		return;
	r->file = arena_strdup(&r->conf->a, path);
	if (!r->file)
		r->err = -ENOMEM;
	else if (err)
		conf_say(r, LOG_ERR, "kmod_config_new", "%s: %s", path,
			 d.what[0] ? d.what : strerror(-err));
	else
		conf_each_line(&b, parse_line, r);
}

/* Of the module folder, or of a set that waits for its names there. */
static void read_folder_file(struct conf_reader *r, const char *name)
{
	for (unsigned tries = 2; tries && !r->err; tries--) {
		_cleanup_free_ char *path = NULL;

		if (conf_folder_file(r->from->folder, name, &path))
			r->err = -ENOMEM;
		else if (path_exists(path) || tries == 1)
			return read_file(r, path, 0);
	}
}

static void read_cmdline(struct conf_reader *r, const char *path)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	int err = file_read(path, CONF_MAX_BYTES, &b, NULL);

	if (err) {
		conf_say(r, err == -ENOENT ? LOG_DEBUG : LOG_ERR,
			 "kmod_config_parse_kcmdline",
			 "could not open '%s' for reading: %s", path,
			 strerror(-err));
		return;
	}
	r->origin = CONF_CMDLINE;
	r->line = 0;
	r->file = arena_strdup(&r->conf->a, path);
	if (!r->file)
		r->err = -ENOMEM;
	else
		conf_parse_cmdline(r, (char *)b.p);
}

/* What the user says comes before what the modules say of themselves. */
static int user_first(struct conf_reader *r, enum conf_kind kind)
{
	struct conf_lines *l = &r->conf->of[kind];
	struct conf_line *v = arena_array(&r->conf->a, l->n + 1, sizeof(*v));
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].origin != CONF_FOLDER)
			v[n++] = l->v[i];
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].origin == CONF_FOLDER)
			v[n++] = l->v[i];
	l->v = v;
	return 0;
}

static void say_files(void *arg, int prio, const char *func, const char *text)
{
	conf_say(arg, prio, func, "%s", text);
}

/* Remembers when a path changed last, for those who want to notice. */
static int note_path(void *arg, const char *path, uint64_t stamp)
{
	struct conf *c = ((struct conf_reader *)arg)->conf;
	struct conf_path *v =
		arena_more(&c->a, c->paths, c->n_paths, sizeof(*v));
	struct conf_path p = { arena_strdup(&c->a, path), stamp };

	if (!v || !p.path)
		return -ENOMEM;
	c->paths = v;
	c->paths[c->n_paths++] = p;
	return 0;
}

static int read_all(struct conf_reader *r)
{
	_cleanup_(conf_files_fini) struct conf_files files = { 0 };
	struct conf_files_from from = {
		.paths = r->from->paths ? r->from->paths : conf_default_paths,
		.folder = r->from->folder,
		.say = say_files,
		.note = note_path,
		.arg = r,
	};
	int err = conf_files_find(&from, &files);

	for (size_t i = 0; !err && !r->err && i < files.n; i++) {
		r->origin = files.v[i].folder ? CONF_FOLDER : CONF_USER;
		if (files.v[i].folder)
			read_folder_file(r, files.v[i].name);
		else
			read_file(r, files.v[i].path, files.v[i].err);
	}
	if (!err && !r->err && r->from->cmdline)
		read_cmdline(r, r->from->cmdline);
	if (!err)
		err = r->err;
	if (!err)
		err = user_first(r, CONF_SOFTDEP);
	if (!err)
		err = user_first(r, CONF_WEAKDEP);
	return err;
}

int conf_read(const struct conf_from *from, struct conf *ret, struct diag *d)
{
	_cleanup_conf_ struct conf c = { .a.limit = ARENA_MAX_BYTES };
	struct conf_reader r = { .from = from, .conf = &c };
	int err = read_all(&r);

	/* Growing arrays double: what is refused may be half of it all. */
	if (err == -ENOMEM && c.a.used > ARENA_MAX_BYTES / 4)
		err = -EFBIG;
	if (err)
		return diag_fail_hint(d, -err,
				      "look at the size of modprobe.d's files",
				      "cannot hold the configuration: %s",
				      strerror(-err));
	*ret = c;
	c = (struct conf){ 0 };
	return 0;
}

void conf_fini(struct conf *c)
{
	arena_fini(&c->a);
	*c = (struct conf){ 0 };
}

/* Options and blacklists name a module; the others may be patterns. */
static bool fits(const struct conf_line *l, const char *name)
{
	if (l->kind == CONF_OPTIONS || l->kind == CONF_BLACKLIST)
		return str_eq(l->key, name);
	return !fnmatch(l->key, name, 0);
}

const struct conf_line *conf_next(const struct conf *c, enum conf_kind kind,
				  const char *name,
				  const struct conf_line *after)
{
	const struct conf_lines *l = &c->of[kind];
	size_t i = after ? (size_t)(after - l->v) + 1 : 0;

	for (; i < l->n; i++)
		if (fits(&l->v[i], name))
			return &l->v[i];
	return NULL;
}

const struct conf_line *conf_denies(const struct conf *c, const char *name,
				    bool needed)
{
	const struct conf_line *deny = conf_next(c, CONF_DENY, name, NULL);
	const struct conf_lines *allow = &c->of[CONF_ALLOW];

	if (deny || needed || !allow->n ||
	    conf_next(c, CONF_ALLOW, name, NULL))
		return deny;
	return &allow->v[0];
}
