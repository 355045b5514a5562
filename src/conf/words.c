/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration text, cut up: see words.h. */
#include "conf/words.h"

#include <string.h>

/* One logical line, joined in place; *@at is behind it. NULL: no more. */
static char *logical_line(char **at, unsigned *next)
{
	char *s = *at, *to = s, *p = s;

	if (!*s)
		return NULL;
	for (; *p && *p != '\n'; p++) {
		if (*p == '\\' && p[1] == '\n') {
			p++;
			(*next)++;
		} else if (*p != '\\' || p[1]) {
			*to++ = *p;
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
		    void (*fn)(void *arg, char *line, unsigned number),
		    void *arg)
{
	char *at = (char *)text->p;
	unsigned next = 1, number = 1;

	for (size_t i = 0; i < text->n; i++)
		if (!text->p[i])
			text->p[i] = '?';
	for (char *l; (l = logical_line(&at, &next)); number = next)
		fn(arg, l, number);
}

char *conf_word(char **rest)
{
	*rest += strspn(*rest, CONF_BLANKS);
	if (!**rest)
		return NULL;

	char *w = *rest;

	*rest += strcspn(*rest, CONF_BLANKS);
	if (**rest)
		*(*rest)++ = 0;
	return w;
}
