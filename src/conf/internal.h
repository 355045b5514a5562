/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this room share. */
#ifndef LKM_CONF_INTERNAL_H
#define LKM_CONF_INTERNAL_H

#include "conf/conf.h"

/* One read in progress. */
struct conf_reader {
	const struct conf_from *from;
	struct conf *conf;
	enum conf_origin origin;
	const char *file; /* in the arena */
	unsigned line; /* the first of the logical line, and its last: that */
	unsigned last; /* is the one that kmod names in a complaint         */
	int err; /* -ENOMEM, -EFBIG; nothing is read any more then */
};

void conf_say(const struct conf_reader *r, int prio, const char *func,
	      const char *fmt, ...) _printf_(4, 5);

/* "FILE:LINE: TEXT", or "FILE: TEXT", for those who want to know what next. */
void conf_hint(const struct conf_reader *r, const char *fmt, ...)
	_printf_(2, 3);

/* A growing array in the arena. NULL: r->err is set. */
struct conf_line *conf_add(struct conf_reader *r, enum conf_kind kind,
			   const char *key, const char *value);

/* One logical line, ended by NUL, which is cut up. conf_parse.c */
void conf_parse_line(struct conf_reader *r, char *line);

/* Makes a pattern of a deny or allow line normal, in place. False: it is none
 * that could fit a name. */
bool conf_pattern(char *key);

/* The text of the kernel's command line, which is cut up. conf_cmdline.c */
void conf_parse_cmdline(struct conf_reader *r, char *text);

#endif
