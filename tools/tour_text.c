/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Markdown for a terminal: see tour_text.h. */
#include "tour_text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "ui.h"

enum { WIDTH = 80, WIDTH_MIN = 20, WIDTH_MAX = 100 };

unsigned tour_width(FILE *f)
{
	const char *env = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t n = 0;

	if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &size) == 0 &&
	    size.ws_col)
		n = size.ws_col;
	else if (!env || !str_to_u64(env, 10000, &n) || !n)
		n = WIDTH;
	return n < WIDTH_MIN ? WIDTH_MIN :
	       n > WIDTH_MAX ? WIDTH_MAX : (unsigned)n;
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
		style(w, UI_YELLOW);
		put(w, s ? s : "", true);
		style(w, UI_PLAIN);
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

void tour_print_lines(FILE *f, const char *text, unsigned most)
{
	unsigned shown = 0, more = 0;

	for (const char *s = text; *s;) {
		if (shown && !s[strspn(s, "\n")])
			break; /* empty lines at the end, but not alone */

		size_t n = strcspn(s, "\n");
		_cleanup_free_ char *line = strndup(s, n);

		s += n + (s[n] == '\n');
		if (most && shown == most) {
			more++;
			continue;
		}
		shown++;
		(void)fputs(n ? "  " : "", f);
		for (char *c = line; c && *c; c++)
			if (*c == '\t')
				spaces(f, 8 - (unsigned)(c - line) % 8);
			else if (*c != '\r')
				ui_put(f, (char[]){ *c, 0 });
		(void)fputc('\n', f);
	}
	if (more)
		(void)fprintf(f, "  (%u more lines)\n", more);
}
