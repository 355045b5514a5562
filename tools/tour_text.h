/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: tour_text - the lesson on a terminal
 *
 * Prose is wrapped to the width of the terminal (80 where there is none, or
 * $COLUMNS). Source and output are folded to it (fold.h) where there is one, or
 * $COLUMNS says so; else they stay as they are. Commands are folded where a
 * shell would join them again, so that they can be copied.
 */
#ifndef LKM_TOOLS_TOUR_TEXT_H
#define LKM_TOOLS_TOUR_TEXT_H

#include <cmark.h>
#include <stddef.h>
#include <stdio.h>

#include "base/macros.h"

/* Columns for prose on @f. */
unsigned tour_width(FILE *f);

/* Columns for what is not wrapped; 0: it is not folded either. */
size_t tour_room(FILE *f);

/* Prints @first to @last, siblings of a document, for reading. */
void tour_print_prose(FILE *f, cmark_node *first, cmark_node *last);

/* A fenced block, indented; no more than @most lines (0: all). */
void tour_print_lines(FILE *f, const char *text, unsigned most);

/* The same of a hint or an answer: words, wrapped only if they do not fit. */
void tour_print_words(FILE *f, const char *text);

/*
 * A command, which may have several lines, behind @sign ("$ ", or ""). Return:
 * how many rows of the terminal it takes.
 */
unsigned tour_print_command(FILE *f, const char *sign, const char *command);

/* "  lkm tour check      TEXT": what can be typed next, and what it does. */
void tour_print_next(FILE *f, const char *command, const char *text);

/* A line of ours, its further rows indented by @indent. */
void tour_say(FILE *f, size_t indent, const char *fmt, ...) _printf_(3, 4);

#endif
