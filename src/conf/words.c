/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration text, cut up: see words.h. */
#include "conf/words.h"

#include <string.h>

/*
 * One logical line, joined in place; *@at is behind it. NULL: no more. A
 * backslash before anything but the end of a line goes, and what follows it
 * stays: "\\" is one backslash, in an install command, too.
 */
static char *logical_line(char **at, unsigned *next)
{
	char *s = *at, *to = s, *p = s;

	if (!*s)
		return NULL;
	for (; *p && *p != '\n'; p++) {
		if (*p != '\\') {
			*to++ = *p;
		} else if (p[1] == '\n') {
			p++;
			(*next)++;
		} else if (p[1]) {
			*to++ = *++p;
		}
	}
	if (*p)
		p++;
	*to = 0;
	(*next)++;
	*at = p;
	return s;
}

void conf_each_line(struct bytes *text,
		    void (*fn)(void *arg, char *line, unsigned first,
			       unsigned last),
		    void *arg)
{
	char *at = (char *)text->p;
	unsigned next = 1, first = 1;

	for (size_t i = 0; i < text->n; i++)
		if (!text->p[i])
			text->p[i] = '?';
	for (char *l; (l = logical_line(&at, &next)); first = next)
		fn(arg, l, first, next - 1);
}

char *conf_word(char **rest)
{
	return conf_word_of(rest, CONF_BLANKS);
}

char *conf_word_of(char **rest, const char *blanks)
{
	*rest += strspn(*rest, blanks);
	if (!**rest)
		return NULL;

	char *w = *rest;

	*rest += strcspn(*rest, blanks);
	if (**rest)
		*(*rest)++ = 0;
	return w;
}
