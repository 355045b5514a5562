// SPDX-License-Identifier: GPL-2.0-or-later
/* Another name in all of a source: see rename.h. */
#include "build/rename.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Brackets in brackets; what is deeper keeps its place. */
enum { DEPTH = 32, TAB = 8 };

/* ---------------------------------------------------------------- words */

static bool in_word(char c)
{
	return isalnum((unsigned char)c);
}

static char letter(char c, bool capitals)
{
	return capitals ? (char)toupper((unsigned char)c) : c;
}

/* How much of what is at @p is @old: all letters of it, or 0. */
static size_t fits(const char *p, const char *end, const char *old,
		   bool capitals)
{
	size_t len = strlen(old);

	if ((size_t)(end - p) < len)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (p[i] != letter(old[i], capitals))
			return 0;
	/* "foo0" is one of its names, "food" is not. */
	return p + len == end || !isalpha((unsigned char)p[len]) ? len : 0;
}

void build_rename(const char *text, size_t n, const char *old,
		  const char *name, struct text *ret)
{
	const char *end = text + n;

	for (const char *p = text; p < end;) {
		bool capitals = false;
		size_t len = 0;

		if (p == text || !in_word(p[-1])) {
			len = fits(p, end, old, false);
			capitals = !len;
			if (!len)
				len = fits(p, end, old, true);
		}
		for (size_t i = 0; len && name[i]; i++) {
			char c = letter(name[i], capitals);

			text_add_bytes(ret, &c, 1);
		}
		if (!len)
			text_add_bytes(ret, p, len = 1);
		p += len;
	}
}

/* -------------------------------------------------------------- columns */

/* What a place in a C source is in. */
enum inside { CODE, COMMENT, LINE_COMMENT, STRING, CHARACTER };

/* The columns behind the brackets that are open, the outermost first. */
struct brackets {
	size_t column[DEPTH];
	size_t n; /* may be more than there is room for */
	enum inside in;
};

static size_t next_column(size_t column, char c)
{
	/* Of a letter in UTF-8 only the first byte takes room. */
	if ((c & 0xc0) == 0x80)
		return column;
	return c == '\t' ? (column / TAB + 1) * TAB : column + 1;
}

static void bracket(struct brackets *b, char c, size_t behind)
{
	if (strchr("([{", c)) {
		/* What is in braces is indented, and not aligned. */
		if (b->n < DEPTH)
			b->column[b->n] = c == '{' ? 0 : behind;
		b->n++;
	} else if (strchr(")]}", c) && b->n) {
		b->n--;
	}
}

/* Return: how many more bytes belong to what is at @p. */
static size_t enter(struct brackets *b, const char *p, const char *end)
{
	bool two = p + 1 < end;

	switch (b->in) {
	case CODE:
		if (*p == '"' || *p == '\'')
			b->in = *p == '"' ? STRING : CHARACTER;
		else if (two && *p == '/' && (p[1] == '*' || p[1] == '/'))
			b->in = p[1] == '*' ? COMMENT : LINE_COMMENT;
		return b->in == COMMENT;
	case COMMENT:
		if (!two || *p != '*' || p[1] != '/')
			return 0;
		b->in = CODE;
		return 1;
	case LINE_COMMENT:
		return 0;
	case STRING:
	case CHARACTER:
		if (*p == (b->in == STRING ? '"' : '\''))
			b->in = CODE;
		return *p == '\\' && two;
	}
	return 0;
}

/* Goes over a line; none but a comment goes on in the next one. */
static void walk(struct brackets *b, const char *p, const char *end)
{
	size_t column = 0;

	for (; p < end; p++) {
		bool code = b->in == CODE;
		size_t more = enter(b, p, end);

		column = next_column(column, *p);
		if (code && b->in == CODE)
			bracket(b, *p, column);
		for (; more; more--)
			column = next_column(column, *++p);
	}
	if (b->in != COMMENT)
		b->in = CODE;
}

static void add_blanks(struct text *t, size_t columns)
{
	for (; columns >= TAB; columns -= TAB)
		text_add(t, "\t");
	for (; columns; columns--)
		text_add(t, " ");
}

/* The blanks at the start of a line, and then @p is behind them. */
static void indent(const struct brackets *was, const struct brackets *is,
		   const char **p, const char *end, struct text *ret)
{
	const char *start = *p;
	size_t column = 0, top = was->n - 1;

	for (; *p < end && (**p == ' ' || **p == '\t'); (*p)++)
		column = next_column(column, **p);
	if (was->in == CODE && was->n && was->n <= DEPTH && is->n == was->n &&
	    column && column == was->column[top])
		add_blanks(ret, is->column[top]);
	else
		text_add_bytes(ret, start, (size_t)(*p - start));
}

void build_rename_c(const char *text, size_t n, const char *old,
		    const char *name, struct text *ret)
{
	const char *end = text + n;
	struct brackets was = { 0 }, is = { 0 };

	for (const char *line = text; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end, *p = line;
		_cleanup_text_ struct text made = { 0 };

		indent(&was, &is, &p, stop, &made);
		build_rename(p, (size_t)(stop - p), old, name, &made);
		walk(&was, line, stop);
		walk(&is, text_str(&made), text_str(&made) + made.n);
		text_add_bytes(ret, text_str(&made), made.n);
		if (made.failed)
			ret->failed = true;
		if (newline)
			text_add(ret, "\n");
		line = newline ? newline + 1 : end;
	}
}
