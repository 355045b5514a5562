/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of modules.devname: see devname.h. */
#include "index/devname.h"

#include <errno.h>
#include <string.h>

/* Linux has 12 bits for a major and 20 for a minor number. */
#define MAJOR_MAX ((UINT32_C(1) << 12) - 1)
#define MINOR_MAX ((UINT32_C(1) << 20) - 1)

/* Names are no longer; nor is a whole path below /dev. */
#define WORD_MAX 255

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* The next word; empty at the end of the line. */
static struct span take_word(struct span *s)
{
	while (s->n && is_blank(*s->p))
		*s = (struct span){ s->p + 1, s->n - 1 };

	struct span w = { s->p, 0 };

	while (w.n < s->n && !is_blank(s->p[w.n]))
		w.n++;
	*s = (struct span){ s->p + w.n, s->n - w.n };
	return w;
}

/* A decimal number of at most @max, and what ends it. */
static bool take_number(struct span *s, uint32_t max, uint32_t *ret)
{
	uint32_t v = 0;
	size_t i = 0;

	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		v = v * 10 + (s->p[i] - '0');
		if (v > max)
			return false;
	}
	*s = (struct span){ s->p + i, s->n - i };
	*ret = v;
	return i > 0;
}

/*
 * Bytes that a name may have. Not those which mean something in a line of
 * tmpfiles.d: quotes, the backslash and '%'.
 */
static bool is_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f ||
		    strchr("%\"'\\", s.p[i]))
			return false;
	return s.n && s.n <= WORD_MAX;
}

/* No part of it is empty, "." or "..". */
static bool is_below(struct span path)
{
	size_t n = 0;

	for (size_t i = 0; i <= path.n; i++, n++) {
		if (i < path.n && path.p[i] != '/')
			continue;
		if (!n || (n == 1 && path.p[i - 1] == '.') ||
		    (n == 2 && path.p[i - 1] == '.' && path.p[i - 2] == '.'))
			return false;
		n = (size_t)-1;
	}
	return true;
}

static struct span folder_of(struct span path)
{
	while (path.n && path.p[path.n - 1] != '/')
		path.n--;
	if (path.n)
		path.n--;
	return path;
}

int idx_devname_parse(struct span line, struct idx_devname *ret,
		      struct diag *d)
{
	struct idx_devname e = { 0 };

	if (line.n && *line.p == '#')
		return -ENODATA;
	e.module = take_word(&line);
	e.device = take_word(&line);

	struct span number = take_word(&line);

	if (!is_name(e.module))
		return diag_fail(d, EBADMSG, "found no name of a module");
	if (!is_name(e.device) || !is_below(e.device))
		return diag_fail(d, EBADMSG,
				 "found no name of a device below /dev");
	if (!number.n || (*number.p != 'c' && *number.p != 'b'))
		return diag_fail(d, EBADMSG,
				 "found no 'c' or 'b', the kind of device");
	e.kind = (char)*number.p;
	number = (struct span){ number.p + 1, number.n - 1 };
	if (!take_number(&number, MAJOR_MAX, &e.major) || !number.n ||
	    *number.p != ':')
		return diag_fail(d, EBADMSG, "found no major number");
	number = (struct span){ number.p + 1, number.n - 1 };
	if (!take_number(&number, MINOR_MAX, &e.minor) || number.n)
		return diag_fail(d, EBADMSG, "found no minor number");
	e.folder = folder_of(e.device);
	*ret = e;
	return 0;
}
