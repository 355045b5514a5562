/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A .config:
 *
 *	CONFIG_X=y   CONFIG_Y="text"   # CONFIG_Z is not set
 *
 * Lines are cut in place: "X" NUL "y" NUL.
 */
#include "kern/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kern/facts.h"

#define PREFIX "CONFIG_"
#define OFF " is not set"

struct line {
	char *name, *value;
};

/* Return: false: no option. */
static bool parse_line(char *s, struct line *ret)
{
	static char no[] = "n";

	if (str_starts(s, PREFIX)) {
		char *eq = strchr(s, '=');

		if (!eq)
			return false;
		*eq = 0;
		*ret = (struct line){ s + strlen(PREFIX), eq + 1 };
		return true;
	}
	if (!str_starts(s, "# " PREFIX))
		return false;

	char *end = strstr(s, OFF);

	if (!end)
		return false;
	*end = 0;
	/* The rest of the line is room enough for "n". */
	memcpy(end + 1, no, sizeof(no));
	*ret = (struct line){ s + 2 + strlen(PREFIX), end + 1 };
	return true;
}

/* Quotes and backslashes off, in place. */
static void unquote(char *s)
{
	char *out = s;

	if (*s != '"')
		return;
	for (s++; *s && *s != '"'; s++) {
		if (*s == '\\' && s[1])
			s++;
		*out++ = *s;
	}
	*out = 0;
}

static size_t slots_for(size_t n)
{
	size_t cap = 1024;

	while (cap < n * 2)
		cap *= 2;
	return cap;
}

static void insert(struct kern_config *c, const struct line *l)
{
	size_t at = facts_hash(l->name, strlen(l->name)) & c->mask;
	char *text = (char *)c->text.p;

	while (c->slots[at])
		at = (at + 1) & c->mask;
	c->slots[at] = (uint32_t)(l->name - text) + 1;
}

int kern_config_parse(struct bytes *text, struct kern_config *ret,
		      struct diag *d)
{
	struct kern_config c = { .text = *text };
	size_t lines = 1;
	char *s = (char *)c.text.p, *next;

	*text = (struct bytes){ 0 };
	for (size_t i = 0; i < c.text.n; i++) {
		if (!s[i])
			s[i] = ' ';
		lines += s[i] == '\n';
	}
	c.mask = slots_for(lines) - 1;
	c.slots = c.text.n < UINT32_MAX ? calloc(c.mask + 1, sizeof(*c.slots))
					: NULL;
	if (!c.slots) {
		kern_config_fini(&c);
		return diag_fail(d, ENOMEM, "out of memory");
	}
	for (; s && *s; s = next) {
		struct line l;

		next = strchr(s, '\n');
		if (next)
			*next++ = 0;
		if (!parse_line(s, &l))
			continue;
		unquote(l.value);
		/* The value must be found behind the name. */
		if (l.value != l.name + strlen(l.name) + 1)
			continue;
		insert(&c, &l);
	}
	*ret = c;
	return 0;
}

void kern_config_fini(struct kern_config *c)
{
	bytes_fini(&c->text);
	free(c->slots);
	*c = (struct kern_config){ 0 };
}

const char *kern_config_get(const struct kern_config *c, const char *name)
{
	if (!c->slots)
		return NULL;
	for (size_t at = facts_hash(name, strlen(name)) & c->mask;
	     c->slots[at]; at = (at + 1) & c->mask) {
		const char *s = (const char *)c->text.p + c->slots[at] - 1;

		if (str_eq(s, name))
			return s + strlen(s) + 1;
	}
	return NULL;
}
