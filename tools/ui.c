/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all the new commands print the same way: see ui.h. */
#include "ui.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "fold.h"
#include "near.h"

static bool wants_colour(FILE *f)
{
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fileno(f)) && !(no && *no) &&
	       !(term && !__builtin_strcmp(term, "dumb"));
}

const char *ui_colour(FILE *f, enum ui_colour what)
{
	static const char *const code[] = {
		[UI_PLAIN] = "\033[0m",  [UI_BOLD] = "\033[1m",
		[UI_DIM] = "\033[2m",    [UI_RED] = "\033[31m",
		[UI_GREEN] = "\033[32m", [UI_YELLOW] = "\033[33m",
	};

	return wants_colour(f) ? code[what] : "";
}

int ui_error(const char *cmd, const struct diag *d)
{
	ui_progress(NULL);
	ui_say(stderr, 4, "lkm %s: %s%s%s", cmd, d->where,
	       d->where[0] ? ": " : "", d->what);
	if (d->hint[0])
		ui_fix(d->hint);
	return UI_UNKNOWN;
}

void ui_fix(const char *text)
{
	(void)fputs("  fix: ", stderr);
	ui_put_folded(stderr, text, 7);
	(void)fputc('\n', stderr);
}

void ui_fix_name(const char *near, const char *list)
{
	if (*near)
		ui_say(stderr, 7, "  fix: did you mean '%s'? '%s' shows all", near,
		       list);
	else
		ui_say(stderr, 7, "  fix: '%s' shows them", list);
}

int ui_usage(const char *cmd, const char *fmt, ...)
{
	_cleanup_free_ char *said = NULL;
	va_list ap;

	ui_progress(NULL);
	va_start(ap, fmt);
	if (vasprintf(&said, fmt, ap) < 0)
		said = NULL;
	va_end(ap);
	(void)fprintf(stderr, "lkm %s: ", cmd);
	ui_put(stderr, said ? said : "out of memory");
	(void)fprintf(stderr, "\n  fix: 'lkm %s --help' shows the usage\n",
		      cmd);
	return UI_USAGE;
}

int ui_no_option(const char *cmd, const char *word,
		 const struct option *longs)
{
	_cleanup_free_ char *name = NULL;
	struct near n;

	if (str_starts(word, "--"))
		name = strndup(word + 2, strcspn(word + 2, "="));
	if (!name)
		return ui_usage(cmd, "no option '%s'", word);
	n = near_start(name);
	for (; longs->name; longs++)
		near_try(&n, longs->name);
	if (!*n.found)
		return ui_usage(cmd, "no option '%s'", word);
	return ui_usage(cmd, "no option '%s'; did you mean '--%s'?", word,
			n.found);
}

int ui_hint_no_file(struct diag *d)
{
	return diag_hint(d, "look at the path; 'modinfo -n NAME' tells where an installed module is, 'lkm build' makes one of source");
}

bool ui_is_kernel(const char *cmd, const char *name)
{
	if (!*name)
		(void)ui_no_kernel(cmd);
	else if (strchr(name, ',') && !path_exists(name))
		(void)ui_usage(cmd, "--kernel takes one kernel here, not '%s': give them one after the other ('lkm try' takes several)",
			       name);
	else
		return true;
	return false;
}

int ui_no_kernel(const char *cmd)
{
	return ui_usage(cmd, "--kernel wants the name of a kernel ('lkm kernel list')");
}

/* U+0080 to U+009F in UTF-8: to some terminals U+009B is the escape and '['. */
static bool is_c1(const char *c, size_t n)
{
	return n > 1 && (unsigned char)c[0] == 0xc2 &&
	       ((unsigned char)c[1] & 0xe0) == 0x80;
}

void ui_put_bytes(FILE *f, const char *text, size_t n)
{
	for (const char *c = text, *end = text + n; c < end; c++)
		if (is_c1(c, (size_t)(end - c)))
			(void)fprintf(f, "\\u%04x", (unsigned char)*++c);
		else if ((unsigned char)*c < ' ' || *c == 0x7f)
			(void)fprintf(f, "\\x%02x", (unsigned char)*c);
		else
			(void)fputc(*c, f);
}

void ui_put(FILE *f, const char *text)
{
	ui_put_bytes(f, text, strlen(text));
}

size_t ui_columns_asked(void)
{
	const char *columns = getenv("COLUMNS");
	uint64_t n = 0;

	return columns && str_to_u64(columns, 10000, &n) ? (size_t)n : 0;
}

size_t ui_width(FILE *f)
{
	struct winsize w = { 0 };
	size_t n = ui_columns_asked();

	if (!isatty(fileno(f)))
		return 0;
	if (!n && !ioctl(fileno(f), TIOCGWINSZ, &w))
		n = w.ws_col;
	if (!n)
		n = 80;
	return n < 40 ? 40 : n;
}

void ui_put_within(FILE *f, const char *text, size_t column, size_t indent,
		   size_t width)
{
	if (!width) {
		ui_put(f, text);
		return;
	}
	/* A column of few letters is worse than a crooked one. */
	if (indent > width / 2)
		indent = width / 2;
	do {
		size_t room = column < width ? width - column : 0;
		size_t n = fold_words(text, room);

		/* On a line of its own it may fit. */
		if (column > indent && fold_columns(text, n) > room)
			n = 0;

		ui_put_bytes(f, text, n);
		text += n;
		text += *text == ' ';
		column = indent;
		if (*text)
			(void)fprintf(f, "\n%*s", (int)indent, "");
	} while (*text);
}

void ui_put_folded(FILE *f, const char *text, size_t indent)
{
	ui_put_within(f, text, indent, indent, ui_width(f));
}

void ui_vsay(FILE *f, size_t indent, size_t width, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	ui_put_within(f, text, 0, indent, width);
	(void)fputc('\n', f);
	free(text);
}

void ui_say(FILE *f, size_t indent, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ui_vsay(f, indent, ui_width(f), fmt, ap);
	va_end(ap);
}

/* Is it time for another line of a log? Never at once: most work is short. */
static bool log_is_due(void)
{
	enum { SECONDS = 30 };
	static time_t last;
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (!last)
		last = now.tv_sec;
	if (now.tv_sec - last < SECONDS)
		return false;
	last = now.tv_sec;
	return true;
}

/* What does not fit is left out: two rows could not be wiped by one '\r'. */
static void _printf_(1, 0)
put_progress(const char *fmt, va_list ap, bool terminal)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	ui_put_bytes(stderr, text,
		     terminal ? fold_bytes(text, strlen(text),
					   ui_width(stderr) - 1) :
				strlen(text));
	if (!terminal)
		(void)fputc('\n', stderr);
	free(text);
}

void ui_progress(const char *fmt, ...)
{
	static bool shown;
	bool terminal = isatty(STDERR_FILENO), show = fmt && *fmt;

	if (!terminal && !(show && log_is_due()))
		return;
	if (shown)
		(void)fputs("\r\033[K", stderr);
	shown = show && terminal;
	if (show) {
		va_list ap;

		va_start(ap, fmt);
		put_progress(fmt, ap, terminal);
		va_end(ap);
	}
	(void)fflush(stderr);
}
