/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: fold - lines that are longer than a terminal is wide
 *
 * Two ways, for two kinds of text. Words (fold_words) are broken at blanks, and
 * where the line was broken is of no interest. A line of output or of source
 * (fold_line) must not look like two: what is broken off is announced by a '\'
 * at the end, as C, make and the shell have it.
 */
#ifndef LKM_TOOLS_FOLD_H
#define LKM_TOOLS_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/macros.h"

/*
 * Columns that the first @n bytes of @text take once ui_put() has printed them:
 * a letter of UTF-8 takes one, what comes out as \\xNN four.
 */
size_t fold_columns(const char *text, size_t n) _pure_;

/* Whether all @n bytes do; it looks no further than it must. */
bool fold_fits(const char *line, size_t n, size_t room) _pure_;

/*
 * How many bytes of @text go into @room columns: up to a blank. A word that is
 * longer is left whole, for it may be a path that is to be copied.
 */
size_t fold_words(const char *text, size_t room) _pure_;

/*
 * How many of the @n bytes of a line go into @room columns; behind a blank, if
 * one is in the second half. At least one letter.
 */
size_t fold_bytes(const char *line, size_t n, size_t room) _pure_;

/*
 * fold_line() - prints a line, with @indent blanks in front and a line end
 * @width: columns; 0: do not fold
 *
 * What is folded goes on two columns to the right of where the line began.
 */
void fold_line(FILE *f, const char *line, size_t indent, size_t width);

#endif
