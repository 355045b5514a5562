/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration text, cut into logical lines and those into words. */
#ifndef LKM_CONF_WORDS_H
#define LKM_CONF_WORDS_H

#include "base/file.h"

#define CONF_BLANKS "\t "

/*
 * Each logical line, ended by NUL in place, and the number of its first line,
 * from 1. A backslash at the end of a line joins it with the next. A NUL byte
 * in the text reads as '?': it would hide what follows.
 */
void conf_each_line(struct bytes *text,
		    void (*fn)(void *arg, char *line, unsigned number),
		    void *arg);

/* The next word, ended by NUL in place; *@rest is behind it. NULL: no more. */
char *conf_word(char **rest);

#endif
