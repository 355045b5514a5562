/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Markdown for a terminal: see tour_text.h. */
#include "tour_text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fold.h"
#include "ui.h"

enum { WIDTH = 80, WIDTH_MIN = 20, WIDTH_MAX = 100 };

size_t tour_room(FILE *f)
{
	size_t n = ui_columns_asked();

	n = n ? n : ui_width(f);
	return n && n < WIDTH_MIN ? WIDTH_MIN : n;
}

unsigned tour_width(FILE *f)
{
	size_t n = tour_room(f);

	return !n ? WIDTH : n > WIDTH_MAX ? WIDTH_MAX : (unsigned)n;
}

/* A line that fills word by word. */
struct flow {
	FILE *f;
	unsigned width, indent, column;
	struct text word;    /* with escape sequences in it               */
	unsigned word_width; /* without them                              */
	bool started;        /* something was printed: blank lines count  */
};

/* Lists can be nested as deep as the text is long. */
static void spaces(FILE *f, unsigned n)
{
	enum { MOST = 24 };

	(void)fprintf(f, "%*s", n < MOST ? (int)n : MOST, "");
}

static void end_word(struct flow *w)
{
	if (!w->word.n)
		return;
	if (w->column > w->indent &&
	    w->column + 1 + w->word_width > w->width) {
		(void)fputc('\n', w->f);
		w->column = 0;
	}
	if (w->column < w->indent) {
		spaces(w->f, w->indent - w->column);
		w->column = w->indent;
	} else if (w->column > w->indent && w->word_width) {
		(void)fputc(' ', w->f);
		w->column++;
	}
	(void)fwrite(w->word.p, 1, w->word.n, w->f);
	w->column += w->word_width;
	w->word.n = w->word_width = 0;
}

static void end_line(struct flow *w)
{
	end_word(w);
	if (w->column)
		(void)fputc('\n', w->f);
	w->column = 0;
}

/* A blank line between blocks, none before the first. */
static void begin_block(struct flow *w)
{
	end_line(w);
	if (w->started)
		(void)fputc('\n', w->f);
	w->started = true;
}

/* Continuation bytes of UTF-8 take no column, control characters no part. */
static void put(struct flow *w, const char *s, bool keep_blanks)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c == ' ' || c == '\n' || c == '\t') && !keep_blanks) {
			end_word(w);
		} else if (c >= ' ' && c != 0x7f) {
			text_add_bytes(&w->word, s, 1);
			w->word_width += (c & 0xc0) != 0x80;
		}
	}
}

static void style(struct flow *w, enum ui_colour c)
{
	text_add(&w->word, ui_colour(w->f, c));
}

/*
 * In its colour; where there is none, between backticks. It is broken only if
 * it is wider than a line.
 */
static void code(struct flow *w, const char *s)
{
	const char *mark = *ui_colour(w->f, UI_YELLOW) ? "" : "`";
	bool fits = fold_columns(s, strlen(s)) + 2 <= w->width - w->indent;

	style(w, UI_YELLOW);
	put(w, mark, true);
	put(w, s, fits);
	put(w, mark, true);
	style(w, UI_PLAIN);
}

static bool tight(cmark_node *n)
{
	cmark_node *item = cmark_node_parent(n);
	cmark_node *list = item ? cmark_node_parent(item) : NULL;

	return list && cmark_node_get_type(list) == CMARK_NODE_LIST &&
	       cmark_node_get_list_tight(list) &&
	       cmark_node_previous(n) == NULL;
}

/* "*" or "12." Return: how long it is. */
static unsigned item_mark(cmark_node *n, char *ret, size_t size)
{
	cmark_node *list = cmark_node_parent(n);
	int number = list ? cmark_node_get_list_start(list) : 0;

	if (!list || cmark_node_get_list_type(list) != CMARK_ORDERED_LIST)
		return (unsigned)snprintf(ret, size, "*");
	while ((n = cmark_node_previous(n)))
		number++;
	return (unsigned)snprintf(ret, size, "%d.", number);
}

static void enter_item(struct flow *w, cmark_node *n)
{
	char mark[16];
	unsigned width = item_mark(n, mark, sizeof(mark));

	if (!cmark_node_previous(n) && !w->indent)
		begin_block(w);
	end_line(w);
	spaces(w->f, w->indent);
	(void)fputs(mark, w->f);
	w->column = w->indent + width;
	w->indent += width + 1;
}

static void leave_item(struct flow *w, cmark_node *n)
{
	char mark[16];

	end_line(w);
	w->indent -= item_mark(n, mark, sizeof(mark)) + 1;
}

static void link_end(struct flow *w, cmark_node *n)
{
	const char *url = cmark_node_get_url(n);

	if (!url || !*url)
		return;
	put(w, " <", false);
	put(w, url, true);
	put(w, ">", true);
}

static void enter(struct flow *w, cmark_node *n)
{
	const char *s = cmark_node_get_literal(n);

	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_HEADING:
		begin_block(w);
		style(w, UI_BOLD);
		break;
	case CMARK_NODE_PARAGRAPH:
		if (!tight(n))
			begin_block(w);
		break;
	case CMARK_NODE_ITEM:
		enter_item(w, n);
		break;
	case CMARK_NODE_TEXT:
		put(w, s ? s : "", false);
		break;
	case CMARK_NODE_CODE:
		code(w, s ? s : "");
		break;
	case CMARK_NODE_SOFTBREAK:
		end_word(w);
		break;
	case CMARK_NODE_LINEBREAK:
		end_line(w);
		break;
	case CMARK_NODE_STRONG:
	case CMARK_NODE_EMPH:
		style(w, UI_BOLD);
		break;
	case CMARK_NODE_CODE_BLOCK:
		begin_block(w);
		tour_print_lines(w->f, s ? s : "", 0);
		break;
	default:
		break;
	}
}

static void leave(struct flow *w, cmark_node *n)
{
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_HEADING:
		style(w, UI_PLAIN);
		end_line(w);
		break;
	case CMARK_NODE_PARAGRAPH:
		end_line(w);
		break;
	case CMARK_NODE_ITEM:
		leave_item(w, n);
		break;
	case CMARK_NODE_STRONG:
	case CMARK_NODE_EMPH:
		style(w, UI_PLAIN);
		break;
	case CMARK_NODE_LINK:
		link_end(w, n);
		break;
	default:
		break;
	}
}

void tour_print_prose(FILE *f, cmark_node *first, cmark_node *last)
{
	struct flow w = { .f = f, .width = tour_width(f) };

	for (cmark_node *n = first; n; n = cmark_node_next(n)) {
		cmark_iter *i = cmark_iter_new(n);
		cmark_event_type e;

		while ((e = cmark_iter_next(i)) != CMARK_EVENT_DONE)
			if (e == CMARK_EVENT_ENTER)
				enter(&w, cmark_iter_get_node(i));
			else
				leave(&w, cmark_iter_get_node(i));
		cmark_iter_free(i);
		end_line(&w);
		if (n == last)
			break;
	}
	text_fini(&w.word);
}

/* A line as it is shown: no tabs, nothing that steers the terminal. */
static void add_line(struct text *t, const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (line[i] == '\t')
			text_add_bytes(t, "        ",
				       8 - fold_columns(text_str(t), t->n) % 8);
		else if (line[i] != '\r')
			text_add_bytes(t, &line[i], 1);
	}
}

void tour_print_lines(FILE *f, const char *text, unsigned most)
{
	size_t room = tour_room(f);
	unsigned shown = 0, more = 0;

	for (const char *s = text; *s;) {
		if (shown && !s[strspn(s, "\n")])
			break; /* empty lines at the end, but not alone */

		size_t n = strcspn(s, "\n");
		_cleanup_text_ struct text line = { 0 };

		add_line(&line, s, n);
		s += n + (s[n] == '\n');
		if (most && shown == most) {
			more++;
			continue;
		}
		shown++;
		fold_line(f, text_str(&line), 2, room);
	}
	if (more)
		(void)fprintf(f, "  (%u more lines)\n", more);
}

void tour_print_words(FILE *f, const char *text)
{
	struct flow w = { .f = f, .width = tour_width(f), .indent = 2 };
	size_t longest = 0;

	for (const char *s = text; *s; s += strspn(s, "\n")) {
		size_t n = strcspn(s, "\n");

		if (fold_columns(s, n) > longest)
			longest = fold_columns(s, n);
		s += n;
	}
	if (longest + w.indent <= w.width) {
		tour_print_lines(f, text, 0);
		return;
	}
	put(&w, text, false);
	end_line(&w);
	text_fini(&w.word);
}

/*
 * How many bytes of a command go into @room columns: up to a blank that is not
 * quoted, and not in a comment. If there is none the first such, or all of it.
 */
static size_t fold_command(const char *s, size_t n, size_t room)
{
	size_t cut = 0, columns = 0;
	char quote = 0;

	for (size_t i = 0; i < n && (columns <= room || !cut); i++) {
		columns += fold_columns(&s[i], 1);
		if (s[i] == '\\' && quote != '\'') {
			i++;
		} else if (quote) {
			quote = s[i] == quote ? 0 : quote;
		} else if (s[i] == '\'' || s[i] == '"') {
			quote = s[i];
		} else if (s[i] == '#' && (!i || s[i - 1] == ' ')) {
			return cut ? cut : n;
		} else if (s[i] == ' ' && i) {
			if (columns > room + 1 && cut)
				break;
			cut = i;
		}
	}
	return columns > room && cut ? cut : n;
}

/* Return: how many rows it takes. */
static unsigned command_line(FILE *f, const char *line, size_t n,
			     size_t indent, size_t room)
{
	size_t deep = 4 + strspn(line, " "); /* as far as it begins itself */
	unsigned rows = 1;

	while (room > indent + 2 && !fold_fits(line, n, room - indent)) {
		size_t cut = fold_command(line, n, room - indent - 2);
		size_t own = indent + fold_columns(line, cut) + 2;

		if (cut == n)
			break;
		ui_put_bytes(f, line, cut);
		(void)fputs(" \\\n", f);
		spaces(f, (unsigned)deep);
		indent = deep;
		rows += 1 + (unsigned)((own - 1) / room);
		line += cut + 1;
		n -= cut + 1;
	}
	ui_put_bytes(f, line, n);
	(void)fputc('\n', f);
	if (room)
		rows += (unsigned)((indent + fold_columns(line, n) - 1) / room);
	return rows;
}

unsigned tour_print_command(FILE *f, const char *sign, const char *command)
{
	size_t room = tour_room(f), indent = 2 + strlen(sign);
	unsigned rows = 0;

	(void)fprintf(f, "  %s", sign);
	for (const char *s = command; *s;) {
		size_t n = strcspn(s, "\n");

		if (s != command)
			spaces(f, 4);
		rows += command_line(f, s, n, s == command ? indent : 4, room);
		s += n + (s[n] == '\n');
	}
	return rows;
}

void tour_print_next(FILE *f, const char *command, const char *text)
{
	/* Behind the longest name of a step: "lkm tour entry-points". */
	enum { COLUMN = 25, DEEP = 6 };
	size_t room = tour_room(f), n = strlen(command);
	bool below = room && (room < 60 || n > COLUMN - 4) && *text;
	size_t column = below ? DEEP : COLUMN;

	(void)fprintf(f, "  %s", command);
	if (below)
		(void)fprintf(f, "\n%*s", DEEP, "");
	else if (*text)
		(void)fprintf(f, "%*s", n + 4 > COLUMN ? 2 :
							 (int)(COLUMN - 2 - n),
			      "");
	ui_put_within(f, text, column, column, room);
	(void)fputc('\n', f);
}

void tour_say(FILE *f, size_t indent, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ui_vsay(f, indent, tour_room(f), fmt, ap);
	va_end(ap);
}
