/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * DOC: ui - how the new commands talk
 *
 * Only tools/ prints. Plain text for people, colour only on a terminal and
 * without NO_COLOR, progress on a terminal; of long work a line now and then in
 * a log.
 */
#ifndef LKM_TOOLS_UI_H
#define LKM_TOOLS_UI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/text.h"

/* Exit status of the new commands (DESIGN: the drop-in tools keep kmod's). */
enum ui_status {
	UI_YES = 0,     /* it loads, it passed, it is done               */
	UI_NO = 1,      /* the module is at fault                        */
	UI_USAGE = 2,   /* the command line is wrong                     */
	UI_UNKNOWN = 3, /* could not tell: something else missing, broken */
};

/* The escape sequence for @what on @f, or "" where colour is not wanted. */
enum ui_colour { UI_PLAIN, UI_BOLD, UI_DIM, UI_RED, UI_GREEN, UI_YELLOW };
const char *ui_colour(FILE *f, enum ui_colour what);

/*
 * Prints "lkm CMD: WHERE: WHAT" and, on a line of its own, "  fix: HINT" to
 * stderr. Return: UI_UNKNOWN, so that `return ui_error(...)` is one line.
 */
int ui_error(const char *cmd, const struct diag *d);

/* Prints "  fix: TEXT" to stderr: what to do about what was said last. */
void ui_fix(const char *text);

/*
 * What to do about a name that there is not: @near is the one that may have
 * been meant ("": none), @list the command that shows all.
 */
void ui_fix_name(const char *near, const char *list);

/* Prints "lkm CMD: TEXT" and where the help is. Return: UI_USAGE. */
int ui_usage(const char *cmd, const char *fmt, ...) _printf_(2, 3);

/*
 * @word is none of @longs (or one of no letters): as ui_usage(), with the one
 * that may have been meant.
 */
struct option;
int ui_no_option(const char *cmd, const char *word,
		 const struct option *longs);

/* What --kernel of one kernel may be given; false: said, for UI_USAGE. */
bool ui_is_kernel(const char *cmd, const char *name);

/* What to do about a module's file that is not there. As diag_hint(). */
int ui_hint_no_file(struct diag *d);

/* An empty --kernel: as ui_usage(). */
int ui_no_kernel(const char *cmd);

/*
 * Text of others (a kernel's log, a module's strings) must not steer the
 * terminal: what is not printable comes out as \\xNN, and as \\uNNNN past
 * ASCII. Other UTF-8 stays.
 */
void ui_put(FILE *f, const char *text);
void ui_put_bytes(FILE *f, const char *text, size_t n);

static inline void ui_shell_word(struct text *ret, const char *text)
{
	text_add_word(ret, text);
}

/* What $COLUMNS asks for; 0: nothing. */
size_t ui_columns_asked(void);

/*
 * Columns of the terminal that @f is, or those that $COLUMNS asks for instead;
 * at least 40. 0: it is no terminal, and nothing is folded.
 */
size_t ui_width(FILE *f);

/*
 * ui_put() of a text that begins at column @column, folded at blanks to @width
 * columns (0: not folded); further lines begin at @indent.
 */
void ui_put_within(FILE *f, const char *text, size_t column, size_t indent,
		   size_t width);

/*
 * The same of a text whose lines all begin at @indent: folded where the
 * terminal ends, and not at all into a file or a pipe, where programs look for
 * whole lines.
 */
void ui_put_folded(FILE *f, const char *text, size_t indent);

/* A line of its own, from column 0, folded like that, with its line end. */
void ui_say(FILE *f, size_t indent, const char *fmt, ...) _printf_(3, 4);
/* The same, folded to @width columns (0: not folded). */
void ui_vsay(FILE *f, size_t indent, size_t width, const char *fmt, va_list ap)
	_printf_(4, 0);

/*
 * One line on stderr that is written over by the next and wiped by "" or
 * NULL. In a log, where nothing can be wiped, one stays every half minute: what
 * is done by then leaves none.
 */
void ui_progress(const char *fmt, ...) _printf_(1, 2);

#endif
