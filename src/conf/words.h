/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Configuration text, cut into logical lines and those into words. */
#ifndef LKM_CONF_WORDS_H
#define LKM_CONF_WORDS_H

#include "base/file.h"

#define CONF_BLANKS "\t "

/*
 * Each logical line, ended by NUL in place, and the numbers of its first and
 * last line, from 1. A backslash at the end of a line joins it with the next,
 * another one takes the meaning of what follows. A NUL byte in the text reads
 * as '?': it would hide what follows.
 */
void conf_each_line(struct bytes *text,
		    void (*fn)(void *arg, char *line, unsigned first,
			       unsigned last),
		    void *arg);

/* The next word, ended by NUL in place; *@rest is behind it. NULL: no more. */
char *conf_word(char **rest);
/* The same with other blanks: lists of names forgive the '\r' of an editor. */
#define CONF_SPACES "\t \r\v\f"
char *conf_word_of(char **rest, const char *blanks);

#endif
