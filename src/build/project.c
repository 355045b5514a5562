// SPDX-License-Identifier: GPL-2.0-or-later
/* What a folder says about how it is to be tried: see project.h. */
#include "build/project.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/file.h"

enum { CONF_MAX = 64 << 10 };

static const char known_keys[] =
	"title, name, proves, test, params, device, with, needs, engine, permanent and except are";

void build_project_fini(struct build_project *p)
{
	free(p->title);
	free(p->name);
	free(p->proves);
	free(p->test);
	free(p->engine);
	strv_fini(&p->params);
	strv_fini(&p->devices);
	strv_fini(&p->with);
	strv_fini(&p->except);
	strv_fini(&p->needs);
	*p = (struct build_project){ 0 };
}

static int set_once(char **to, const char *key, const char *value,
		    struct diag *d)
{
	if (*to)
		return diag_fail(d, EINVAL, "'%s' stands here again", key);
	*to = strdup(value);
	return *to ? 0 : diag_fail(d, ENOMEM, "out of memory");
}

/*
 * Words, parted by blanks; a '"' begins or ends what may hold blanks, as in
 * the parameters of a kernel, and does not become part of it.
 */
static int add_words(struct strv *to, const char *value, struct diag *d)
{
	while (*(value += strspn(value, " \t"))) {
		_cleanup_text_ struct text word = { 0 };
		bool quoted = false;

		for (; *value && (quoted || !strchr(" \t", *value)); value++) {
			if (*value == '"')
				quoted = !quoted;
			else
				text_add_bytes(&word, value, 1);
		}
		if (quoted)
			return diag_fail(d, EINVAL, "a '\"' is never closed");
		if (word.failed || strv_add(to, text_str(&word)) < 0)
			return diag_fail(d, ENOMEM, "out of memory");
	}
	return 0;
}

/* A word alone switches a bool on. */
static int add_params(struct strv *to, const char *value, struct diag *d)
{
	size_t first = to->n;
	int r = add_words(to, value, d);

	for (size_t i = first; i < to->n && !r; i++)
		if (to->v[i][0] == '=')
			r = diag_fail(d, EINVAL,
				      "found '%s', wanted NAME=VALUE",
				      to->v[i]);
	return r;
}

static int add_except(struct strv *to, const char *value, struct diag *d)
{
	size_t n = strspn(value, "0123456789.");

	if (!n || value[n] != ':' || !value[n + 1 + strspn(value + n + 1, " ")])
		return diag_fail(d, EINVAL,
				 "found '%s', wanted 'VERSION: REASON'",
				 value);
	return strv_add(to, value) < 0 ?
		       diag_fail(d, ENOMEM, "out of memory") :
		       0;
}

/* A test is part of the folder: it goes where the folder goes. */
static int set_test(struct build_project *p, const char *value, struct diag *d)
{
	if (*value == '/' || str_eq(value, "..") || str_starts(value, "../") ||
	    strstr(value, "/../") || str_ends(value, "/.."))
		return diag_fail(d, EINVAL,
				 "found '%s', wanted a file below this folder",
				 value);
	return set_once(&p->test, "test", value, d);
}

static int set_yes(bool *to, const char *value, struct diag *d)
{
	*to = str_eq(value, "yes");
	return *to || str_eq(value, "no") ?
		       0 :
		       diag_fail(d, EINVAL, "found '%s', wanted yes or no",
				 value);
}

static int set_engine(struct build_project *p, const char *value,
		      struct diag *d)
{
	if (!str_eq(value, "tcg") && !str_eq(value, "kvm"))
		return diag_fail(d, EINVAL, "found '%s', wanted 'tcg' or 'kvm'",
				 value);
	return set_once(&p->engine, "engine", value, d);
}

static int take(struct build_project *p, const char *key, const char *value,
		struct diag *d)
{
	if (str_eq(key, "title"))
		return set_once(&p->title, key, value, d);
	if (str_eq(key, "name"))
		return set_once(&p->name, key, value, d);
	if (str_eq(key, "proves"))
		return set_once(&p->proves, key, value, d);
	if (str_eq(key, "test"))
		return set_test(p, value, d);
	if (str_eq(key, "params"))
		return add_params(&p->params, value, d);
	if (str_eq(key, "with"))
		return add_words(&p->with, value, d);
	if (str_eq(key, "needs"))
		return add_words(&p->needs, value, d);
	if (str_eq(key, "engine"))
		return set_engine(p, value, d);
	if (str_eq(key, "permanent"))
		return set_yes(&p->permanent, value, d);
	if (str_eq(key, "except"))
		return add_except(&p->except, value, d);
	if (str_eq(key, "device"))
		return strv_add(&p->devices, value) < 0 ?
			       diag_fail(d, ENOMEM, "out of memory") :
			       0;
	return diag_fail_hint(d, EINVAL, known_keys, "no key is called '%s'",
			      key);
}

static int take_line(struct build_project *p, char *line, struct diag *d)
{
	char *eq;

	line = str_strip(line);
	if (!*line || *line == '#')
		return 0;
	for (const char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' && *c != '\t')
			return diag_fail(d, EINVAL,
					 "holds the control character 0x%02x",
					 (unsigned char)*c);
	eq = strchr(line, '=');
	if (!eq)
		return diag_fail(d, EINVAL, "found '%s', wanted 'key = value'",
				 line);
	*eq = 0;

	char *value = str_strip(eq + 1);

	line = str_strip(line);
	if (!*value)
		return diag_fail(d, EINVAL, "'%s' has no value", line);
	return take(p, line, value, d);
}

static int take_lines(struct build_project *p, char *at, size_t n,
		      struct diag *d)
{
	unsigned number = 0;
	char *end = at + n;

	if (memchr(at, 0, n))
		return diag_fail(d, EINVAL, "is no text: it holds a NUL");
	while (at < end) {
		char *next = memchr(at, '\n', (size_t)(end - at));

		number++;
		next = next ? next : end;
		*next = 0;

		int r = take_line(p, at, d);

		if (r < 0) {
			diag_in(d, "line %u", number);
			return r;
		}
		at = next + 1;
	}
	return 0;
}

int build_project_parse(char *text, size_t n, struct build_project *ret,
			struct diag *d)
{
	_cleanup_project_ struct build_project p = { 0 };
	int r = take_lines(&p, text, n, d);

	if (r < 0)
		return r;
	*ret = p;
	p = (struct build_project){ 0 };
	return 0;
}

int build_project_read(const char *folder, struct build_project *ret,
		       struct diag *d)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_bytes_ struct bytes b = { 0 };
	int r;

	if (asprintf(&path, "%s/" BUILD_PROJECT_FILE, folder) < 0) {
		path = NULL;
		return diag_fail(d, ENOMEM, "out of memory");
	}
	if (!path_exists(path))
		return -ENOENT;
	r = file_read_regular(path, CONF_MAX, &b, d);
	if (r < 0)
		return r;
	r = build_project_parse((char *)b.p, b.n, ret, d);
	if (r < 0)
		diag_in(d, "%s", path);
	return r;
}

const char *build_project_except(const struct strv *except,
				 const char *release)
{
	for (size_t i = 0; i < except->n; i++) {
		const char *e = except->v[i];
		size_t n = strcspn(e, ":");

		if (!strncmp(e, release, n) &&
		    !strchr("0123456789", release[n] ? release[n] : '.'))
			return e + n + 1 + strspn(e + n + 1, " ");
	}
	return NULL;
}
