/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MODPROBE_OPTIONS: read by us, and written for those that we start. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "modprobe.h"

#define VARIABLE "MODPROBE_OPTIONS"

/*
 * The next word: up to a blank; '...' and "..." hold blanks and each other.
 * A quote without its other half is a character like others. NULL: no more.
 */
static const char *next_word(const char *p, struct text *ret)
{
	while (*p == ' ')
		p++;
	if (!*p)
		return NULL;
	while (*p && *p != ' ') {
		const char *end = *p == '"' || *p == '\'' ? strchr(p + 1, *p) :
							    NULL;

		if (!end) {
			text_add_bytes(ret, p++, 1);
			continue;
		}
		text_add_bytes(ret, p + 1, (size_t)(end - p - 1));
		p = end + 1;
	}
	return p;
}

int modprobe_env_args(char **argv, struct strv *ret)
{
	const char *p = getenv(VARIABLE);
	int r = strv_add(ret, argv[0] ? argv[0] : "modprobe");

	while (!r && p) {
		_cleanup_text_ struct text word = { 0 };

		p = next_word(p, &word);
		if (p)
			r = word.failed ? -ENOMEM :
					  strv_add(ret, text_str(&word));
	}
	for (size_t i = 1; !r && argv[0] && argv[i]; i++)
		r = strv_add(ret, argv[i]);
	return r;
}

/* In quotes where a reader would take it apart. */
static void add_quoted(struct text *t, const char *value)
{
	char quote = strchr(value, '"') ? '\'' : '"';

	if (*value && !strpbrk(value, " '\""))
		text_add(t, value);
	else
		text_addf(t, "%c%s%c", quote, value, quote);
}

int modprobe_env_pass(const char *option, const char *value)
{
	_cleanup_text_ struct text t = { 0 };
	const char *old = getenv(VARIABLE);

	text_addf(&t, "%s%s%s", old ? old : "", old && *old ? " " : "",
		  option);
	if (value) {
		text_add(&t, " ");
		add_quoted(&t, value);
	}
	if (t.failed || setenv(VARIABLE, text_str(&t), 1))
		return -ENOMEM;
	return 0;
}
