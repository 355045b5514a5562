/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the running kernel was booted with: see cmdline.h.
 *
 * Kernel: next_arg(), lib/cmdline.c; parameq(), kernel/params.c;
 * blacklisted(), kernel/module/main.c.
 */
#include "live/cmdline.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define FILE_MAX ((size_t)1 << 20)

/* "module-blacklist" is "module_blacklist" to the kernel. */
static bool same_param(const char *s, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != name[i] && !(s[i] == '-' && name[i] == '_'))
			return false;
	return !name[n];
}

/* Cuts the next word off; quotes hold. NULL: no more. */
static char *next_word(char **at)
{
	char *w, *p;
	bool quoted = false;

	*at += strspn(*at, " \t\n");
	if (!**at)
		return NULL;
	for (w = p = *at; *p && (quoted || !isspace((unsigned char)*p)); p++)
		if (*p == '"')
			quoted = !quoted;
	if (*p)
		*p++ = 0;
	*at = p;
	return w;
}

/* The value without the quotes around it. */
static char *bare(char *v)
{
	size_t n = strlen(v);

	if (*v != '"')
		return v;
	if (n > 1 && v[n - 1] == '"')
		v[n - 1] = 0;
	return v + 1;
}

int live_cmdline_value(const char *root, const char *param, struct arena *a,
		       const char **ret)
{
	_cleanup_bytes_ struct bytes b = { 0 };
	char *path = arena_printf(a, "%s/proc/cmdline", root);
	int r = path ? file_read(path, FILE_MAX, &b, NULL) : -ENOMEM;
	const char *found = NULL;

	if (r)
		return r;

	char *at = (char *)b.p;

	for (char *w; (w = next_word(&at)) && !str_eq(w, "--");) {
		w = bare(w);

		size_t n = strcspn(w, "=");

		if (same_param(w, n, param))
			found = w[n] ? bare(w + n + 1) : w + n;
	}
	*ret = found ? arena_strdup(a, found) : NULL;
	return found && !*ret ? -ENOMEM : 0;
}

bool live_blacklisted(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (size_t n; list && *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (n == len && !strncmp(list, name, n))
			return true;
	}
	return false;
}
