/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: tour_text - the lesson on a terminal
 *
 * Prose is wrapped to the width of the terminal (80 where there is none, or
 * $COLUMNS); commands and output stay as they are, so that they can be copied.
 */
#ifndef LKM_TOOLS_TOUR_TEXT_H
#define LKM_TOOLS_TOUR_TEXT_H

#include <cmark.h>
#include <stdio.h>

/* Columns to use on @f. */
unsigned tour_width(FILE *f);

/* Prints @first to @last, siblings of a document, for reading. */
void tour_print_prose(FILE *f, cmark_node *first, cmark_node *last);

/* A fenced block, indented; no more than @most lines (0: all). */
void tour_print_lines(FILE *f, const char *text, unsigned most);

#endif
